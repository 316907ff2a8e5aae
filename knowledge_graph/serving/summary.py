"""Which sentences stand on a topic's card: what it is, in one or two sentences that read on, and how it stands."""

import re

from knowledge_graph.fold.partial import SentenceRef
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.serving.topics import Topic

MAX_SENTENCES = 3
READS_ON = 0.25
"""Added for the sentence that follows the first in its document: two that belong together read better than the two best."""
LEAST = {"summary": 0.5, "description": 0.5, "definition": 0.6}
LEAST_SECOND = 0.65
SAYS_WHAT = 0.7
"""A definition of this score says what the thing is, and comes before a better sentence that says what it covers."""
"""No description reads better than a poor one, and one good sentence better than one with a poor companion."""
_NEXT_CHARS = 4
_DANGLES = re.compile(
    r"^\W*(?:however|it|its|these|those|this|they|their|also|but|and|or|so|such|therefore|thus|additionally|in addition|for example"
    r"|as a result|he|she|that|then|hence|instead|similarly|moreover|furthermore|finally|for instance|in this"
    r"|(?:for|because of|due to) (?:this|that|these))\b",
    re.IGNORECASE,
)
_SELF = re.compile(
    r"^\W*this (?:proposal|document|project|page|kep|rfc|pep|feature|group|team|sig|guide|charter|enhancement|policy)\b", re.I
)


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
    defined = [sentence for sentence in sentences if sentence.kind == VOCABULARY][:1]
    read = (other for other in _read_together(told) if not any(_alike(other.text, one.text) for one in defined))
    chosen = [*defined, *read][:MAX_SENTENCES]
    if not chosen:  # what was decided about something is no answer to what it is
        return []
    for sentence in statuses:
        if len(chosen) < MAX_SENTENCES and all(not _alike(sentence.text, other.text) for other in chosen):
            chosen.append(sentence)
    return chosen


def _is_news(sentence: SentenceRef, names: list[str]) -> bool:
    """A label of the topic's own document, or a decision that says what it is about."""
    text = sentence.text.casefold()
    return sentence.kind == "status" or (not dangles(sentence.text) and any(name in text for name in names))


def _read_together(told: list[SentenceRef]) -> list[SentenceRef]:
    """One sentence that stands alone, and the best other that stands alone or follows it."""
    alone = [sentence for sentence in told if not dangles(sentence.text)]
    if not alone:
        return []
    first = next((s for s in alone if s.kind == "definition" and s.score >= SAYS_WHAT), alone[0])
    rest = [s for s in told if not _alike(s.text, first.text) and (_follows(first, s) or _goes_with(first, s))]
    second = min(rest, key=lambda s: (-s.score - (READS_ON if _follows(first, s) else 0.0), s.order), default=None)
    return [first] if second is None else [first, second]


def _goes_with(first: SentenceRef, other: SentenceRef) -> bool:
    """A sentence of another place that stands alone; of the same document only what comes later in the same passage."""
    if other.score < LEAST_SECOND or dangles(other.text):
        return False
    return other.document != first.document or (other.segment == first.segment and other.start > first.start)


def dangles(text: str) -> bool:
    """True for a sentence that begins by pointing at one before it."""
    return bool(_DANGLES.match(text)) and not _SELF.match(text)


def _follows(first: SentenceRef, other: SentenceRef) -> bool:
    here = (other.document, other.segment) == (first.document, first.segment)
    return here and 0 <= other.start - first.end <= _NEXT_CHARS


def _alike(left: str, right: str) -> bool:
    a, b = set(left.casefold().split()), set(right.casefold().split())
    return len(a & b) > 0.7 * min(len(a), len(b))
