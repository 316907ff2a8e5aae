"""The phrases that say what a text is about, each with what speaks for it. From the text and public background alone.

Candidates are runs of adjectives and nouns and the shorter runs inside them; a logistic weighting ranks them by how they are used
(as a whole phrase, early, often), how rare their words are in public English, and their form.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from knowledge_graph.text.models import locate
from knowledge_graph.text.words import COMMONEST, public_rarity, terms

if TYPE_CHECKING:
    from spacy.language import Language

MODEL = "en-core-web-sm"
MAX_CHARS = 20_000
"""A long text says at its start what it is about; what comes later counts for the phrases found there no more than this much."""
MAX_WORDS = 6
NOUNS = frozenset(("NN", "NNS", "NNP", "NNPS"))
MODIFIERS = frozenset(("JJ", "VBG", "VBN", "JJR", "JJS", "CD", "FW"))
_HYPHENS = frozenset("-\u2013")

WEIGHTS = (0.64, 0.297, 1.422, -0.123, 0.3, 0.339, 0.136, -2.247, -0.368, 0.108, -0.372, -0.994, 0.895, 0.421, -0.696)
"""Fitted on the words of authors and readers about 1,137 scientific texts; `engram eval keyphrases` fits anew without each set."""


@dataclass(frozen=True, slots=True)
class Use:
    """What speaks for a phrase, as the ranking weighs it."""

    whole: float
    """Logarithm of how often it stands as a phrase of its own."""
    nested: float
    """The same inside longer phrases."""
    alone: float
    """Share of its places where it is a phrase of its own."""
    late: float
    """Logarithm of the words before its first place."""
    rarity: float
    """Of its words in public English, on average, 0 to 5."""
    commonest: float
    """Rarity of its most common word."""
    frequent: float
    """Logarithm of how often its words stand in the text, on average."""
    one: float
    two: float
    three: float
    adjective: float
    verb: float
    """1 where it begins with a participle."""
    spread: float
    """Share of the text between its first place and its last."""
    ends: float
    """Share of its places where the phrase around it ends with it."""
    digits: float


@dataclass(frozen=True, slots=True)
class Keyphrase:
    """A phrase as first written, where that is, and how likely somebody would choose it."""

    text: str
    start: int
    end: int
    score: float
    times: int
    use: Use = field(repr=False)

    @property
    def reason(self) -> str:
        """`7 times, from the start, rare words`."""
        told = [f"{self.times} times" if self.times > 1 else "once"]
        told += ["from the start"] if self.use.late < math.log(40) else []
        told += ["through the whole text"] if self.use.spread > 0.6 else []
        told += ["rare words"] if self.use.rarity > 3.5 else []
        return ", ".join(told)


class Word(NamedTuple):
    """`term` is the word as search knows it, `tag` its part of speech."""

    term: str
    tag: str
    start: int
    end: int
    joins: bool
    """True for a hyphen between two words."""


@dataclass(slots=True)
class _Found:
    first: int
    stop: int
    last: int
    times: int = 0
    whole: int = 0
    ends: int = 0


def keyphrases(text: str, limit: int = 10, weights: Sequence[float] = ()) -> list[Keyphrase]:
    """Best first; a phrase and the longer one around it are both kept where each is used by itself."""
    return ranked(text, read(text), weights)[:limit]


def ranked(text: str, words: Sequence["Word"], weights: Sequence[float] = ()) -> list[Keyphrase]:
    """Every phrase of a text that was read, best first."""
    counts = Counter(word.term for word in words if word.term)
    made = [_keyphrase(text, key, found, words, counts, weights or WEIGHTS) for key, found in _candidates(text, words).items()]
    return sorted(made, key=lambda phrase: (-phrase.score, phrase.start, phrase.text))


def key_of(phrase: str) -> str:
    """What two spellings of one phrase share."""
    return _key(phrase)


@lru_cache(maxsize=1 << 16)
def _key(phrase: str) -> str:
    return " ".join(terms(phrase))


def read(text: str) -> list[Word]:
    """The words of a text's beginning with their parts of speech."""
    doc = _tagger()(text[:MAX_CHARS].replace("\n", " "))
    return [Word(_key(token.text), token.tag_, token.idx, token.idx + len(token.text), token.text in _HYPHENS) for token in doc]


@lru_cache(maxsize=1)
def _tagger() -> "Language":
    import spacy

    return spacy.load(locate(MODEL), exclude=["parser", "ner", "lemmatizer", "senter"])


def _runs(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """Longest runs of modifiers and nouns that end in a noun."""
    at = 0
    while at < len(words):
        stop = at
        while stop < len(words) and (words[stop].tag in NOUNS or words[stop].tag in MODIFIERS or (words[stop].joins and stop > at)):
            stop += 1
        first, last = at, stop
        while last > first and words[last - 1].tag not in NOUNS:
            last -= 1
        while first < last and (words[first].tag == "CD" or words[first].joins):
            first += 1
        if last > first:
            yield first, last
        at = max(stop, at + 1)


def _candidates(text: str, words: Sequence[Word]) -> dict[str, _Found]:
    found: dict[str, _Found] = {}
    for begin, end in _runs(words):
        for first, stop in _parts(words, begin, end):
            key = _key(text[words[first].start : words[stop - 1].end])
            if key:
                one = found.setdefault(key, _Found(first, stop, first))
                one.times += 1
                one.whole += first == begin and stop == end
                one.ends += stop == end
                one.last = first
    return found


def _parts(words: Sequence[Word], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The run and the runs inside it that end in a noun; a hyphenated word is never cut."""
    for first in range(begin, end):
        for stop in range(end, first, -1):
            torn = (first > begin and words[first - 1].joins) or words[first].joins or (stop < end and words[stop].joins)
            if not torn and words[stop - 1].tag in NOUNS and stop - first <= MAX_WORDS:
                yield first, stop


def _keyphrase(text: str, key: str, found: _Found, words: Sequence[Word], counts: Counter[str], weights: Sequence[float]) -> Keyphrase:
    use = _use(key, found, words, counts)
    start, end = words[found.first].start, words[found.stop - 1].end
    total = sum(weight * value for weight, value in zip(weights, astuple(use), strict=True))
    return Keyphrase(" ".join(text[start:end].split()), start, end, round(total, 4), found.times, use)


def _use(key: str, found: _Found, words: Sequence[Word], counts: Counter[str]) -> Use:
    parts = key.split()
    rare = [public_rarity(part) - COMMONEST for part in parts]
    tag = words[found.first].tag
    return Use(
        whole=math.log1p(found.whole),
        nested=math.log1p(found.times - found.whole),
        alone=found.whole / found.times,
        late=math.log1p(found.first),
        rarity=sum(rare) / len(rare),
        commonest=min(rare),
        frequent=sum(math.log(counts[part] or 1) for part in parts) / len(parts),
        one=float(len(parts) == 1),
        two=float(len(parts) == 2),
        three=float(len(parts) == 3),
        adjective=float(tag.startswith("JJ")),
        verb=float(tag.startswith("VB")),
        spread=(found.last - found.first) / len(words),
        ends=found.ends / found.times,
        digits=float(any(c.isdigit() for c in key)),
    )
