"""What a reader gets: the shapes that the API, the portal and the command line show. Field names are the JSON names."""

from dataclasses import dataclass, field

from knowledge_graph.fold.fewshot import HeldOut


@dataclass(frozen=True, slots=True)
class Citation:
    """A passage that says it. `segment` is -1 when the document's title, path or list of people says it; `quote` is then that text."""

    document: str
    segment: int
    start: int
    end: int
    quote: str
    title: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """`kind` is topic, person or document; a document hit is its best passage. `snippet` marks matched words with U+0002 and U+0003."""

    kind: str
    id: str
    title: str
    snippet: str
    score: float
    document: str | None = None
    segment: int | None = None
    source: str = ""
    path: str = ""
    type: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """`total` counts the documents that match; facets count those by source, type, person, year and, where there is one, class.

    `people` names the identities that the person facet counts.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence quoted as an answer, where it stands, how likely it answers, and what speaks for it (0 to 1 each)."""

    text: str
    citation: Citation
    confidence: float
    support: dict[str, float]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sources say to a question. Where `found` is false they do not say; `sentences` is then what comes nearest."""

    question: str
    found: bool
    confidence: float
    sentences: tuple[AnswerSentence, ...] = ()


@dataclass(frozen=True, slots=True)
class KeyPhrase:
    """A phrase that says what a document is about, where it stands first, and why it was chosen."""

    text: str
    score: float
    reason: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class KeySentence:
    text: str
    score: float
    reason: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Gist:
    """What a document is about, in its own words."""

    document: str
    title: str
    phrases: tuple[KeyPhrase, ...]
    sentences: tuple[KeySentence, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    key: str
    name: str
    aliases: tuple[str, ...]
    score: float
    documents: int
    people: int
    why: str = ""
    """The evidence in words: in how many documents, titles, headings; by how many people; since when."""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a person is an expert: `count` documents in which they did `kind`, the last of them dated `last`, and where to see it.

    `belongs_to` names another topic where those documents are about that one, of which the topic is a part.
    """

    kind: str
    count: int
    last: str
    citations: tuple[Citation, ...] = ()
    belongs_to: str = ""


@dataclass(frozen=True, slots=True)
class Heir:
    """Whom to ask instead of somebody who has left; `why` is manager or colleague, `id` opens their card where there is one."""

    id: str
    name: str
    email: str
    why: str


@dataclass(frozen=True, slots=True)
class Expert:
    """`left` is the last day of somebody who has left. An `id` that begins with `name:` is a name that documents have alone."""

    id: str
    name: str
    emails: tuple[str, ...]
    handles: tuple[str, ...]
    score: float
    reasons: tuple[Reason, ...]
    left: str = ""
    heir: Heir | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """A summary sentence taken from its citation. `kind` is definition, status or summary; `vocabulary` is a vocabulary's definition.

    `curator` is what `author` typed, uncited.
    """

    text: str
    citations: tuple[Citation, ...]
    kind: str = "definition"
    date: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    id: str
    title: str
    source: str
    path: str
    type: str
    date: str
    citation: Citation | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class RelatedTopic:
    """Topics that stand together, which states nothing of them; `documents` is how many readable documents name or link to both."""

    key: str
    name: str
    score: float
    documents: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name of a topic with the passage that uses it; `how` is `name`, or the kind of alias that it is (see Evidence).

    `curator` is a name that somebody typed, which no passage needs to use.
    """

    text: str
    how: str
    citation: Citation | None = None


@dataclass(frozen=True, slots=True)
class StatedRelation:
    """What documents state of a card's subject and another.

    `relation` is part-of, owned-by, depends-on, replaced-by, member-of, decided-in or action-of.
    The subject is its source, or its target where `inverse`; `phrase` says it of the subject. `kind` of the other end is topic, person or
    document, `key` opens it. `date` is the day of the newest passage; `citations` are newest first.
    """

    relation: str
    inverse: bool
    phrase: str
    kind: str
    key: str
    name: str
    date: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A value, the day on which it was said, and the sentence. Values are as `2025-03-01`, `2025-03`, `2025-Q1`, `1900 EUR`, `9 months`."""

    value: str
    date: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An attribute of a topic to which documents give different values, the newest statement of each value first."""

    attribute: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class TopicCard:
    key: str
    names: tuple[str, ...]
    summary: tuple[Sentence, ...]
    experts: tuple[Expert, ...]
    documents: tuple[DocumentRow, ...]
    related: tuple[RelatedTopic, ...]
    months: dict[str, int]
    kind: str = "topic"
    name_evidence: tuple[Name, ...] = ()
    evidence: dict[str, int] = field(default_factory=dict)
    """Documents by place of the name: title, heading, path, prose ..., and `documents` in all."""
    score: float = 0.0
    why: str = ""
    """The evidence in words, as in the list of topics."""
    first: str = ""
    last: str = ""
    relations: tuple[StatedRelation, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    may_mean: tuple[RelatedTopic, ...] = ()
    """For an acronym, a number or a name filled in for several things: the topics it may stand for. The card is none of theirs, or that of
    the one which nearly every document means."""
    type: str = ""
    """What kind of thing it is: as a verdict says, else a vocabulary or a pattern."""
    standing: str = ""
    """`confirm` where a verdict says that this is a topic."""
    followed: bool = False
    revision: str = ""
    """The latest verdict on this card that is addressed to the reader: a new verdict is based on it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a vocabulary: `documents` beside vocabularies name it by how they are written, `said` say it word for word."""

    key: str
    name: str
    aliases: tuple[str, ...]
    type: str
    documents: int
    said: int


@dataclass(frozen=True, slots=True)
class Concept:
    """A topic as a vocabulary has it: `broader` and `related` are keys, `source` is the passage that defines it."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    type: str = ""
    definition: str = ""
    source: Citation | None = None
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonTopic:
    key: str
    name: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PersonCard:
    id: str
    names: tuple[str, ...]
    emails: tuple[str, ...]
    handles: tuple[str, ...]
    topics: tuple[PersonTopic, ...]
    documents: tuple[DocumentRow, ...]
    roles: tuple[Sentence, ...]
    months: dict[str, int]
    kind: str = "person"
    first: str = ""
    last: str = ""
    department: str = ""
    left: str = ""
    """The last day of somebody who has left; `heir` is whom to ask instead."""
    heir: Heir | None = None
    relations: tuple[StatedRelation, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: str
    name: str
    emails: tuple[str, ...]
    handles: tuple[str, ...]
    documents: int
    last: str
    left: str = ""


@dataclass(frozen=True, slots=True)
class DoubtfulPerson:
    """One side of a pair; `documents`, `first` and `last` count what the reader may open."""

    id: str
    name: str
    emails: tuple[str, ...]
    handles: tuple[str, ...]
    documents: int
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class DoubtfulPair:
    """Two people who may be one: the probability from their names alone, the documents that hold both, and what else there is to see."""

    left: DoubtfulPerson
    right: DoubtfulPerson
    probability: float
    together: int
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    segment: int
    text: str
    headings: tuple[str, ...]
    page: int
    confidence: float


@dataclass(frozen=True, slots=True)
class DocumentCard:
    id: str
    title: str
    source: str
    path: str
    type: str
    created: str
    modified: str
    people: tuple[PersonRow, ...]
    passages: tuple[Passage, ...]
    total_passages: int
    topics: tuple[RelatedTopic, ...]
    parent: str = ""
    children: tuple[DocumentRow, ...] = ()
    kind: str = "document"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A class of documents: how many are of it, and from how many examples and counterexamples that the reader may open."""

    key: str
    name: str
    documents: int
    examples: int
    counterexamples: int
    held_out: HeldOut


@dataclass(frozen=True, slots=True)
class ClassExample:
    """What somebody said of a document; `verdict` is the id to undo."""

    document: str
    title: str
    is_example: bool
    actor: str
    at: str
    why: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ClassDocument:
    """A document of a class, with the words of its opening that decided, heaviest first."""

    document: str
    title: str
    source: str
    path: str
    date: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassCard:
    """`total` documents score at least `threshold`; `words` are the heaviest, as their stems, with their weights."""

    key: str
    name: str
    total: int
    held_out: HeldOut
    threshold: float
    words: dict[str, float]
    examples: tuple[ClassExample, ...]
    documents: tuple[ClassDocument, ...]
    kind: str = "class"


@dataclass(frozen=True, slots=True)
class GraphNode:
    """`kind` is topic, person or document."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """`relation` is knows (topic to person), related (topics that stand together), alias (topic to topic), same (person to person), or what
    documents state: part-of, owned-by, depends-on, replaced-by, member-of, decided-in, action-of, and of a vocabulary's terms broader and
    see-also."""

    source: str
    target: str
    relation: str
    weight: float
    documents: int


@dataclass(frozen=True, slots=True)
class Subgraph:
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
