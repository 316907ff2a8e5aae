"""Whether two written names are one name: words aligned one to one, judged by a logistic weighting of what does not fit.

Names of people and of organisations differ in what may be left out (a patronymic; a legal form), hence one set of weights each.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import regex

from knowledge_graph.resolve.forms import FORMS, HONORIFICS, JOINERS, LONG_FORMS, NUMBERS
from knowledge_graph.resolve.logistic import probability
from knowledge_graph.text.words import public_zipf

Kind = Literal["person", "organisation"]

ALIKE = 0.72
"""Words that are less alike than this stand for different things."""
INITIAL = 0.85
"""What an initial is worth beside the word that it may stand for."""


@dataclass(frozen=True, slots=True)
class NameLikeness:
    """How two names fit, each 0 to 1; what a person can read when asked why."""

    whole: float
    """Both names without spaces, in the order that fits best."""
    matched: float
    """Share of the letters of both names that stand in words with a partner, each as far as it is like its partner."""
    shorter: float
    """The same of the shorter name alone: 1 where the longer one only adds words."""
    weakest: float
    """Likeness of the pair of words that fits worst among those that should fit."""
    conflict: float
    """Share of letters in words of both names that have no partner: each name says something the other denies."""
    everyday: float
    """1 where words of public use take each other's place: a changed word, and no slip of the pen."""
    initials: float
    """Share of words that only an initial speaks for."""
    acronym: float
    """1 where one name is the first letters of the other."""
    extra: float
    """Share of words that the longer name adds."""
    lone: float
    """1 where one of the names is a single word and the other is not."""
    script: float
    """1 where the names were written in different scripts."""
    number: float
    """1 where they hold different numbers."""
    reordered: float
    """Share of aligned words out of order."""
    one_slip: float
    """1 where at most one letter must change, over the whole name; likewise two and three."""
    two_slips: float
    three_slips: float
    ends: float
    """1 where the last words are the same."""
    parent: float
    """1 where `X son of Y` stands beside `Y son of X`."""


def likeness(left: str, right: str, kind: Kind) -> NameLikeness:
    a, b = _words(left, kind), _words(right, kind)
    if len(a) > len(b) or (len(a) == len(b) and sum(map(len, a)) > sum(map(len, b))):
        a, b = b, a
    pairs = _aligned(a, b)
    taken_a, taken_b = {i for i, _, _ in pairs}, {j for _, j, _ in pairs}
    alone_a, alone_b = [w for i, w in enumerate(a) if i not in taken_a], [w for j, w in enumerate(b) if j not in taken_b]
    letters_a, letters_b = max(1, sum(map(len, a))), max(1, sum(map(len, b)))
    fits_a = sum(len(a[i]) * score for i, _, score in pairs)
    fits_b = sum(len(b[j]) * score for _, j, score in pairs)
    loose, slips = (alone_a, alone_b), _edits(a, b)
    return NameLikeness(
        whole=_whole(a, b),
        matched=(fits_a + fits_b) / (letters_a + letters_b),
        shorter=fits_a / letters_a,
        weakest=0.0 if alone_a and alone_b else min((score for _, _, score in pairs), default=0.0),
        conflict=2 * min(sum(map(len, alone_a)) / letters_a, sum(map(len, alone_b)) / letters_b),
        everyday=_everyday(a, b, pairs, loose),
        initials=sum(min(len(a[i]), len(b[j])) == 1 for i, j, _ in pairs) / max(1, len(a)),
        acronym=float(_is_acronym(a, b)),
        extra=len(alone_b) / max(1, len(b)),
        lone=float(len(a) == 1 < len(b)),
        script=float(left.isascii() != right.isascii() and _latin(left) != _latin(right)),
        number=float(_numbers(a) != _numbers(b)),
        reordered=_reordered(pairs),
        one_slip=float(slips <= 1),
        two_slips=float(slips <= 2),
        three_slips=float(slips <= 3),
        ends=float(a[-1:] == b[-1:]),
        parent=float(_PARENT & set(a) & set(b) != set() and _reordered(pairs) > 0),
    )


def same_name(left: str, right: str, kind: Kind) -> float:
    """The calibrated probability that both names are one name: of the names, not of who or what bears them."""
    if _words(left, kind) == _words(right, kind):
        return 1.0
    bias, *weights = WEIGHTS[kind]
    return probability(bias, weights, astuple(likeness(left, right, kind)))


_CHARACTERS = regex.compile(r"[\p{Han}\p{Hangul}\s\u00b7]{2,6}")
_CHARACTERS_ONE = regex.compile(r"\S")
"""Names of a few signs that each are a syllable: a changed sign is a changed name, whatever it sounds like."""


def _latin(text: str) -> bool:
    return all(ord(c) < 0x250 or not c.isalpha() for c in text)


@lru_cache(maxsize=1 << 14)
def _words(name: str, kind: Kind) -> tuple[str, ...]:
    from anyascii import anyascii

    if _CHARACTERS.fullmatch(name):
        return tuple(_CHARACTERS_ONE.findall(name))
    text = anyascii(_spaced(name)).lower()
    family, comma, given = text.partition(",")
    if kind == "person" and comma and len(family.split()) <= 2 and 0 < len(given.split()) <= 4:
        text = f"{given} {family}"
    text = text.replace("&", " and ").replace(".", "" if kind == "organisation" else " ").replace("'", "").replace("`", "")
    words = "".join(c if c.isalnum() else " " for c in text).split()
    if kind == "person":
        words = [
            part for word in words for part in (word if len(word) == 2 and word.upper() in name.split() and not name.isupper() else [word])
        ]
    words = [NUMBERS.get(word, word) for word in _folded_forms(words)]
    drop = HONORIFICS if kind == "person" else JOINERS
    kept = [word for word in words if word not in drop and word not in FORMS]
    return tuple(kept or words)


def _folded_forms(words: list[str]) -> list[str]:
    """Legal forms of several words become nothing: `public limited company`, `gesellschaft mit beschrankter haftung`."""
    text = f" {' '.join(words)} "
    for form in LONG_FORMS:
        text = text.replace(f" {form} ", " ")
    return text.split() or words


def _spaced(name: str) -> str:
    """`VladimirPutin` as two words, Han and Hangul syllables as one each; marks and shouting stay as they are."""
    if not any(c.islower() for c in name):
        return name
    parts = []
    for at, c in enumerate(name):
        if at and c.isupper() and name[at - 1].islower() and name[:at].rpartition(" ")[2] not in ("Mc", "Mac", "De", "Le"):
            parts.append(" ")
        parts.append(c)
    return "".join(parts)


def _aligned(a: Sequence[str], b: Sequence[str]) -> list[tuple[int, int, float]]:
    """Pairs of words, best first, each word once."""
    scored = sorted(((_alike(x, y), -abs(i - j), i, j) for i, x in enumerate(a) for j, y in enumerate(b)), reverse=True)
    rows: list[tuple[int, int, float]] = []
    for score, _, i, j in scored:
        if score >= ALIKE and all(i != k and j != m for k, m, _ in rows):
            rows.append((i, j, score))
    return sorted(rows)


@lru_cache(maxsize=1 << 16)
def _alike(x: str, y: str) -> float:
    from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

    if x == y:
        return 1.0
    if min(len(x), len(y)) == 1:
        return INITIAL if x[0] == y[0] else 0.0
    if x.isdigit() or y.isdigit():
        return 0.0
    if _abbreviates(x, y) or _abbreviates(y, x):
        return 0.9
    sound = DamerauLevenshtein.normalized_similarity(_sounded(x), _sounded(y))
    written = DamerauLevenshtein.normalized_similarity(x, y)
    bare = DamerauLevenshtein.normalized_similarity(_consonants(x), _consonants(y)) if min(len(x), len(y)) > 3 else 0.0
    return max(written, 0.95 * sound, 0.8 * bare, 0.9 * JaroWinkler.similarity(x, y)) if min(len(x), len(y)) > 2 else written


def _abbreviates(short: str, long: str) -> bool:
    """`intl` for international: three letters and more, in order, the first and the last the same, far fewer than the word has."""
    if len(short) < 3 or len(long) < 1.8 * len(short) or short[0] != long[0] or short[-1] != long[-1]:
        return False
    letters = iter(long)
    return all(letter in letters for letter in short)


def _consonants(word: str) -> str:
    return "".join(c for c in _sounded(word) if c not in "aiu")


@lru_cache(maxsize=1 << 14)
def _sounded(word: str) -> str:
    """Spellings of one sound made one: transliterations differ there first."""
    for spelled, sound in _SOUNDS:
        word = word.replace(spelled, sound)
    return "".join(c for at, c in enumerate(word) if not at or c != word[at - 1])


_SPELLINGS = """
tsch-c sch-s kh-h gh-g ph-f ou-u oo-u ee-i ey-i iy-i yj-i ij-i ck-k q-k w-v x-ks ch-s sh-s ts-s z-s j-i y-i e-i o-u h-
"""
_SOUNDS = tuple((rule.partition("-")[0], rule.partition("-")[2]) for rule in _SPELLINGS.split())


_SIGNS_DIFFER = 9


def _edits(a: Sequence[str], b: Sequence[str]) -> int:
    from rapidfuzz.distance import DamerauLevenshtein

    if a != b and any(len(word) == 1 and not word.isascii() for word in (*a, *b)):
        return _SIGNS_DIFFER  # a sign is a syllable or a word: no slip of the pen
    plain = DamerauLevenshtein.distance("".join(a), "".join(b))
    return min(plain, DamerauLevenshtein.distance("".join(sorted(a)), "".join(sorted(b))))


_PARENT = frozenset({"bin", "ibn", "ben", "bint", "binti"})


def _whole(a: Sequence[str], b: Sequence[str]) -> float:
    from rapidfuzz.distance import DamerauLevenshtein

    plain = DamerauLevenshtein.normalized_similarity("".join(a), "".join(b))
    return max(plain, DamerauLevenshtein.normalized_similarity("".join(sorted(a)), "".join(sorted(b))))


def _everyday(
    a: Sequence[str], b: Sequence[str], pairs: Sequence[tuple[int, int, float]], loose: tuple[Sequence[str], Sequence[str]]
) -> float:
    """Whether a word that differs is a word of public use on both sides."""
    changed = [(a[i], b[j]) for i, j, score in pairs if score < 1 and min(len(a[i]), len(b[j])) > 1]
    return float(any(_known(x) and _known(y) for x, y in changed) or (any(map(_known, loose[0])) and any(map(_known, loose[1]))))


def _known(word: str) -> bool:
    return len(word) > 2 and public_zipf(word) >= 2.5


def _is_acronym(a: Sequence[str], b: Sequence[str]) -> bool:
    return len(a) == 1 < len(b) and len(a[0]) > 1 and a[0] == "".join(word[0] for word in b)


def _numbers(words: Sequence[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.isdigit())


def _reordered(pairs: Sequence[tuple[int, int, float]]) -> float:
    order = [j for _, j, _ in pairs]
    return sum(x > y for x, y in pairwise(order)) / max(1, len(order))


WEIGHTS: dict[Kind, tuple[float, ...]] = {
    "person": (
        -8.0103, 2.3777, -0.6839, 3.2767, 3.9157, 0.0196, 0.5949, 2.5502, 0.0, 3.8323, -2.3673, 3.1185, 0.0, -0.4697, 0.7763, 3.6244,
        -0.6013, 0.0058, -4.7864,
    ),
    "organisation": (
        -4.9906, 0.9097, -0.0632, 2.6618, 0.8361, -0.542, -0.1877, 4.9721, 6.9647, 1.4994, 0.1821, 6.394, -1.301, 9.5181, 1.9225, 2.2792,
        0.1187, -0.3496, 0.0,
    ),
}  # fmt: skip
"""Bias, then a weight for each field of NameLikeness: fitted on labelled pairs, which `engram eval names` does anew without each fold."""
