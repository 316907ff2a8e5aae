"""The sentences that say most of a text: those that hold what the text keeps speaking of, early ones and full ones first.

SumBasic's idea (Nenkova and Vanderwende 2005), with rarity in public English in place of a list of stop words: each sentence chosen
makes its words worth less, so that the next one says something else.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge_graph.text.questions import sentences
from knowledge_graph.text.words import COMMONEST, public_rarity, terms

SHORTEST, FULL = 6, 16
"""Words below which a sentence says nothing by itself, and from which it counts in full."""
EARLY = 0.3
"""What standing at the start adds to a sentence's worth, falling to nothing over the text."""


@dataclass(frozen=True, slots=True)
class KeySentence:
    """A sentence with its span, its worth and the words that gave it."""

    start: int
    end: int
    score: float
    words: tuple[str, ...]
    early: bool

    @property
    def reason(self) -> str:
        said = f"speaks of {', '.join(self.words)}" if self.words else ""
        return ", ".join(part for part in (said, "near the start" if self.early else "") if part)


def key_sentences(text: str, limit: int = 5, *, early: float = EARLY) -> list[KeySentence]:
    """In the order of worth."""
    spans = sentences(text)
    held = [terms(text[start:end]) for start, end in spans]
    worth = _worth(held)
    left = set(range(len(spans)))
    chosen: list[KeySentence] = []
    while left and len(chosen) < limit:
        scores = {at: _score(held[at], worth, at / len(spans), early) for at in left}
        best = max(scores, key=lambda at: (round(scores[at], 9), -at))
        left.discard(best)
        if scores[best] <= 0:
            break
        words = sorted(set(held[best]), key=lambda word: (-worth.get(word, 0.0), word))[:3]
        start, end = spans[best]
        shown = _as_written(text[start:end], words)
        chosen.append(KeySentence(start, end, round(scores[best], 4), shown, best < 0.1 * len(spans)))
        worth = {word: value * (0.5 if word in held[best] else 1.0) for word, value in worth.items()}
    return chosen


def _worth(held: Sequence[Sequence[str]]) -> dict[str, float]:
    """How much the text speaks of a word, by how rare the word is elsewhere."""
    counts = Counter(word for words in held for word in words)
    return {word: math.log1p(count) * max(0.0, public_rarity(word) - COMMONEST) for word, count in counts.items() if count > 1}


def _score(words: Sequence[str], worth: dict[str, float], place: float, early: float) -> float:
    if len(words) < SHORTEST:
        return 0.0
    distinct = set(words)
    mean = sum(worth.get(word, 0.0) for word in distinct) / len(distinct)
    return mean * min(1.0, len(words) / FULL) * (1 + early * (1 - place))


def _as_written(sentence: str, wanted: Sequence[str]) -> tuple[str, ...]:
    forms: dict[str, str] = {}
    for word in sentence.split():
        for term in terms(word):
            forms.setdefault(term, word.strip(".,;:!?()[]\"'\u201c\u201d").lower())
    return tuple(forms.get(term, term) for term in wanted)
