"""Partials: the merge of all evidence about one subject within one audience.

`merge` is associative and commutative with `TopicPartial()` and `PersonPartial()` as identities. Documents of two audiences are
disjoint, so document counts add. Best lists are cut under a total order, which keeps the cut exact under merging.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any, Self

from pydantic import TypeAdapter

BEST_DOCUMENTS = 40
BEST_SENTENCES = 12
STATEMENTS, OF_AN_ATTRIBUTE, OF_A_VALUE = 60, 8, 2
CONTEXTS = 24
"""A card shows ten documents and three sentences; the rest covers what finish rejects."""

ROLE = "role"

Counts = Mapping[str, int]


def _sum(parts: Iterable[Counts]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part)
    return dict(sorted(total.items()))


def _earliest(dates: Iterable[str]) -> str:
    return min(filter(None, dates), default="")


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document with its strength for the subject and the first passage that names it; `kind` is what a person did to it."""

    document: str
    strength: float
    date: str
    segment: int = -1
    start: int = 0
    end: int = 0
    quote: str = ""
    kind: str = ""

    @property
    def order(self) -> tuple[float, str, int, int, int, str, str, str]:
        return (-self.strength, self.document, self.segment, self.start, self.end, self.kind, self.quote, self.date)


@dataclass(frozen=True, slots=True)
class SentenceRef:
    """A sentence that defines or reports on a subject; `score` is the extractor's confidence plus the document's standing."""

    kind: str
    text: str
    score: float
    date: str
    document: str
    segment: int
    start: int
    end: int

    @property
    def order(self) -> tuple[float, str, int, int, int, str, str, str]:
        return (-self.score, self.document, self.segment, self.start, self.end, self.kind, self.text, self.date)


@dataclass(frozen=True, slots=True)
class StatementRef:
    """A value that a sentence gives to an attribute of a subject; `date` is when it was said."""

    attribute: str
    value: str
    date: str
    document: str
    segment: int
    start: int
    end: int

    @property
    def place(self) -> tuple[str, int, int, int, str, str]:
        return (self.document, self.segment, self.start, self.end, self.attribute, self.value)


def _newest(lists: Iterable[Iterable[StatementRef]]) -> tuple[StatementRef, ...]:
    """Newest first: so many of each value, of each attribute, and in all.

    These limits nest, so what is kept is the greedy basis of a laminar matroid, and cutting the parts before they are merged loses
    nothing that the whole would keep (Edmonds 1971).
    """
    kept: list[StatementRef] = []
    taken: Counter[tuple[str, ...]] = Counter()
    for ref in sorted(sorted(set(chain.from_iterable(lists)), key=lambda ref: ref.place), key=lambda ref: ref.date, reverse=True):
        value, attribute = (ref.attribute, ref.value), (ref.attribute,)
        if taken[value] < OF_A_VALUE and taken[attribute] < OF_AN_ATTRIBUTE and len(kept) < STATEMENTS:
            kept.append(ref)
            taken.update((value, attribute))
    return tuple(kept)


def _best(lists: Iterable[Iterable[DocumentRef]]) -> tuple[DocumentRef, ...]:
    return tuple(sorted(set(chain.from_iterable(lists)), key=lambda ref: ref.order)[:BEST_DOCUMENTS])


def _best_sentences(lists: Iterable[Iterable[SentenceRef]]) -> tuple[SentenceRef, ...]:
    return tuple(sorted(set(chain.from_iterable(lists)), key=lambda ref: ref.order)[:BEST_SENTENCES])


def smallest(hashes: Iterable[int]) -> tuple[int, ...]:
    """The sketch of a set of 32-bit hashes."""
    return tuple(sorted(set(hashes))[:CONTEXTS])


def distinct(contexts: tuple[int, ...]) -> float:
    """About how many distinct hashes a sketch stands for: exact below its size."""
    return float(len(contexts)) if len(contexts) < CONTEXTS else (CONTEXTS - 1) * 2.0**32 / max(1, contexts[-1])


@dataclass(frozen=True, slots=True)
class TopicPartial:
    """All that one audience's documents say about one topic key."""

    documents: int = 0
    places: Counts = field(default_factory=dict)
    """Documents that hold the name in a place."""
    flags: Counts = field(default_factory=dict)
    """Documents in which an extractor raised a flag (standalone, sentence, boilerplate, person, number, file ...)."""
    names: Counts = field(default_factory=dict)
    """Documents by name as written."""
    mentions: Counts = field(default_factory=dict)
    """Mentions in the text by place."""
    contexts: tuple[int, ...] = ()
    """The smallest hashes of the distinct blocks around the name: a sketch that merges exactly (k minimum values)."""
    months: Counts = field(default_factory=dict)
    best: tuple[DocumentRef, ...] = ()
    sentences: tuple[SentenceRef, ...] = ()
    statements: tuple[StatementRef, ...] = ()
    types: Counts = field(default_factory=dict)
    """Documents by what kind of thing a vocabulary or a pattern says the name names."""
    first: str = ""
    last: str = ""

    def merge(self, other: "TopicPartial") -> "TopicPartial":
        return merge_topics((self, other))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return _TOPIC.validate_python(value)  # type: ignore[return-value]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PersonPartial:
    """All that one audience's documents say about one identity of a person."""

    documents: int = 0
    kinds: Counts = field(default_factory=dict)
    """Documents by kind of contribution, and those that give a ROLE."""
    names: Counts = field(default_factory=dict)
    months: Counts = field(default_factory=dict)
    best: tuple[DocumentRef, ...] = ()
    roles: tuple[SentenceRef, ...] = ()
    first: str = ""
    last: str = ""

    def merge(self, other: "PersonPartial") -> "PersonPartial":
        return merge_people((self, other))

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        return _PERSON.validate_python(value)  # type: ignore[return-value]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


_TOPIC = TypeAdapter(TopicPartial)
_PERSON = TypeAdapter(PersonPartial)


def merge_topics(partials: Iterable[TopicPartial]) -> TopicPartial:
    """All at once: a reader of a thousand audiences would else sort a best list a thousand times."""
    parts = list(partials)
    return TopicPartial(
        documents=sum(part.documents for part in parts),
        places=_sum(part.places for part in parts),
        flags=_sum(part.flags for part in parts),
        names=_sum(part.names for part in parts),
        mentions=_sum(part.mentions for part in parts),
        contexts=smallest(chain.from_iterable(part.contexts for part in parts)),
        months=_sum(part.months for part in parts),
        best=_best(part.best for part in parts),
        sentences=_best_sentences(part.sentences for part in parts),
        statements=_newest(part.statements for part in parts),
        types=_sum(part.types for part in parts),
        first=_earliest(part.first for part in parts),
        last=max((part.last for part in parts), default=""),
    )


def merge_people(partials: Iterable[PersonPartial]) -> PersonPartial:
    parts = list(partials)
    return PersonPartial(
        documents=sum(part.documents for part in parts),
        kinds=_sum(part.kinds for part in parts),
        names=_sum(part.names for part in parts),
        months=_sum(part.months for part in parts),
        best=_best(part.best for part in parts),
        roles=_best_sentences(part.roles for part in parts),
        first=_earliest(part.first for part in parts),
        last=max((part.last for part in parts), default=""),
    )
