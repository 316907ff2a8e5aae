"""Which sentences stand on a topic's card: what it is, in one or two sentences that read on, and how it stands."""

import re

from knowledge_graph.fold.partial import SentenceRef
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.serving.topics import Topic
from knowledge_graph.text.words import terms

MAX_SENTENCES = 3
READS_ON = 0.25
"""Added for the sentence that follows the first in its document: two that belong together read better than the two best."""
LEAST = {"abstract": 0.5, "summary": 0.5, "description": 0.5, "definition": 0.6}
"""No description reads better than a poor one, and one good sentence better than one with a poor companion."""
LEAST_SECOND = 0.65
SAYS_WHAT = 0.7
"""A definition of this score says what the thing is, and comes before a better sentence that says what it covers."""
_NEXT_CHARS = 4
_SOON = 10
"""Words within which a decision names what it is about; further on it is about something else."""
_DANGLES = re.compile(
    r"^\W*(?:however|it|its|these|those|this|they|their|also|but|and|or|so|such|therefore|thus|additionally|in addition|for example"
    r"|as a result|he|she|that|then|hence|instead|similarly|moreover|furthermore|finally|for instance|in this"
    r"|(?:for|because of|due to) (?:this|that|these))\b",
    re.IGNORECASE,
)
_OWN = r"this (?:proposal|document|project|page|kep|rfc|pep|feature|group|team|sig|guide|charter|enhancement|policy)"
_SELF = re.compile(rf"^\W*{_OWN}\b", re.IGNORECASE)
_ANNOUNCES = re.compile(
    rf"^\W*(?:[\w,-]+\s+){{0,3}}{_OWN}\b|\bwe (?:propose|introduce|add|support|want to|plan to)\b|\bthe (?:goal|aim|purpose) is\b"
    r"|\b(?:is|are) proposed\b"
    r"|^\W*(?:add|allow|change|create|define|deprecate|enable|ensure|expose|extend|generalize|implement|improve|introduce|make|migrate|move"
    r"|permit|provide|reform|remove|rename|replace|specify|stabilize|standardize|support)s?\b",
    re.IGNORECASE,
)
"""Says what the topic's own document is for, whether or not it names the topic."""
_LABELLED = re.compile(
    r"^\W*(?:scope|mission|mission statement|purpose|description|goals?|about|charter|overview|summary)\W*:", re.IGNORECASE
)
"""In a section that is called like the topic."""
_FATE = re.compile(
    rf"{_OWN} (?:may|might|was|were|has|is (?:now|not|no longer|currently|written|withdrawn|deferred|rejected|superseded|obsolete))\b"
    r"|\bthough\W*$",
    re.IGNORECASE,
)
"""What became of the document is no answer to what its topic is; `though` turns against a sentence before."""
_BACKGROUND = re.compile(
    r"^\W*(?:background|historically|traditionally|previously|originally|in the past|for (?:a long time|years|many)|one of the|there)\b"
    r"|\b(?:currently|today|at the moment|is now|was|were|had been|(?:has|have) been|cannot|can't|should|must)\b",
    re.IGNORECASE,
)
"""How things are, were or ought to be: why the thing is wanted, not what it is."""
_ASIDE = re.compile(r"^\W*(?:when|while|with|to|after|before|if|because|since|although|as)\s", re.IGNORECASE)
_SENDS_ON = re.compile(
    r"://|^\W*(?:see|read|note|you|please|for (?:more|details|further))\b|\bcan be found\b|\brefer to\b|\bdescribed here\b", re.IGNORECASE
)
_POINTED = re.compile(rf"\b(?:(?!{_OWN})this|these|those)\s+(?!is\b|are\b|was\b|will\b|can\b|may\b|means\b)(\w+)", re.IGNORECASE)
_TELLS = re.compile(r"^\W*(?:the|an?|our|your|all|any|each|some|many|most|several|both|in|on|at|by|for|from|just|often)\b", re.IGNORECASE)
"""The first sentence of an abstract that begins so and does not name the topic tells of something else: it proposes nothing."""
_PARTICULAR = re.compile(r"^\W*the (?:(?-i:[a-z]+) (?:is|are)\b|\w+ (?:is|are) (?:an? )?new\b)", re.IGNORECASE)
"""`The type is a reference`, `The API is a new type`: one of many that go by an everyday word."""


def summary_of(topic: Topic) -> list[SentenceRef]:
    """The best definition or summary sentence with one that goes on from it, and the newest status: at most three, no two alike.

    What a vocabulary says it is comes before all that texts say.
    """
    sentences = topic.partial.sentences
    told = [s for s in sentences if s.score >= LEAST.get(s.kind, 9.0)]
    names = [name.casefold() for name in topic.names]
    statuses = sorted(
        (s for s in sentences if s.kind not in LEAST and s.date and _is_news(s, names)),
        key=lambda s: (s.date, s.score, s.document),
        reverse=True,
    )
    about = frozenset(term for name in topic.names for term in terms(name))
    defined = [sentence for sentence in sentences if sentence.kind == VOCABULARY][:1]
    read = (other for other in _read_together(told, about) if not any(_alike(other.text, one.text) for one in defined))
    chosen = [*defined, *read][:MAX_SENTENCES]
    if not chosen:  # what was decided about something is no answer to what it is
        return []
    for sentence in statuses:
        if len(chosen) < MAX_SENTENCES and all(not _alike(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return chosen


def _is_news(sentence: SentenceRef, names: list[str]) -> bool:
    """A label of the topic's own document, or a decision that says what it is about."""
    begins = " ".join(sentence.text.casefold().split()[:_SOON])
    stands = not dangles(sentence.text) and not _ASIDE.match(sentence.text)
    return sentence.kind == "status" or (stands and any(name in begins for name in names))


def _read_together(told: list[SentenceRef], names: frozenset[str]) -> list[SentenceRef]:
    """One sentence that stands alone and says what the topic is, and the best other that stands alone or follows it."""
    opening = [sentence for sentence in told if _opens(sentence, names)]
    if not opening:
        return []
    defined = (s for s in opening if s.kind == "definition" and s.score >= SAYS_WHAT)
    first = next(defined, None) or next((s for s in opening if s.kind == "abstract"), opening[0])
    if first.text.endswith(":"):  # what follows is its list
        return [first]
    rest = [s for s in told if not _alike(s.text, first.text) and (_follows(first, s) or _goes_with(first, s, names))]
    rest = [s for s in rest if not _SENDS_ON.search(s.text)]
    second = min(rest, key=lambda s: (-s.score - (READS_ON if _follows(first, s) else 0.0), s.order), default=None)
    return [first] if second is None else [first, second]


def _opens(sentence: SentenceRef, names: frozenset[str]) -> bool:
    """Whether a card can begin with it: it speaks of the topic or of what its document proposes, and of nothing before it."""
    text = sentence.text
    if dangles(text) or _points_back(text) or text.isupper() or _SENDS_ON.search(text) or _FATE.search(text):
        return False
    if sentence.kind == "definition" and _LABELLED.match(text):
        return True
    if sentence.kind != "definition" and _ANNOUNCES.search(text):
        return not _BACKGROUND.match(text)
    if names.isdisjoint(terms(text)) and (sentence.kind != "abstract" or _TELLS.match(text)):
        return False
    if sentence.kind == "definition":
        return not _PARTICULAR.match(text)
    return not _BACKGROUND.search(text) and not _ASIDE.match(text)


def _goes_with(first: SentenceRef, other: SentenceRef, names: frozenset[str]) -> bool:
    """A sentence of another place that stands alone; of the same document only what comes later in the same passage."""
    if other.score < LEAST_SECOND or dangles(other.text) or _points_back(other.text) or _BACKGROUND.search(other.text):
        return False
    if other.document != first.document and _PARTICULAR.match(other.text):
        return False
    if other.document == first.document:
        return other.segment == first.segment and other.start > first.start
    return not names.isdisjoint(terms(other.text))


def dangles(text: str) -> bool:
    """True for a sentence that begins by pointing at one before it."""
    return bool(_DANGLES.match(text)) and not _SELF.match(text)


def _points_back(text: str) -> bool:
    """True for a sentence with `these changes` in it that has not spoken of changes before."""
    return any(set(terms(found[1])).isdisjoint(terms(text[: found.start()])) for found in _POINTED.finditer(text))


def _follows(first: SentenceRef, other: SentenceRef) -> bool:
    here = (other.document, other.segment) == (first.document, first.segment)
    return here and 0 <= other.start - first.end <= _NEXT_CHARS


def _alike(left: str, right: str) -> bool:
    a, b = set(left.casefold().split()), set(right.casefold().split())
    return len(a & b) > 0.7 * min(len(a), len(b))
