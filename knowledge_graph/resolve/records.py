"""Which of two lists of records speak of one person: blocks, then Fellegi and Sunter's weights learned from the records themselves.

No labels are needed: expectation maximisation over the candidate pairs says how often a field agrees among the same and among others.
A value that is rare tells more than a common one, so an exact match is weighed by how often its value stands in the lists. The posterior
is the calibrated probability that the caller cuts: sure pairs join, doubtful ones wait for a person, and each record joins once.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

SURE, DOUBTFUL = 0.9, 0.2
"""Above the first a pair joins by itself, between them it waits for a person."""
BLOCK = 60
"""A block with more pairs to a record than this says too little (a common surname, a state)."""
ROUNDS = 25
CLOSE, NEAR = 0.92, 0.8
"""Jaro-Winkler similarities at which values still count as one value miswritten, or as kin."""

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    left: str
    right: str
    probability: float

    @property
    def doubtful(self) -> bool:
        return self.probability < SURE


def link(left: Mapping[str, Fields], right: Mapping[str, Fields], *, keys: Sequence[str]) -> list[Link]:
    """Pairs of one person, surest first, each record at most once, down to the doubtful; `keys` names the fields that blocks are cut by.

    Two records that agree on one field alone never make a pair.
    """
    pairs = sorted(blocked(left, right, keys))
    if not pairs:
        return []
    fields = sorted({name for record in (*left.values(), *right.values()) for name in record})
    levels = [tuple(_level(left[a].get(name, ""), right[b].get(name, "")) for name in fields) for a, b in pairs]
    weights = _learned(levels, left, right, fields)
    values = [Counter(record.get(name, "") for record in (*left.values(), *right.values())) for name in fields]
    total = len(left) + len(right)
    scored = []
    for (a, b), row in zip(pairs, levels, strict=True):
        if sum(level >= 2 for level in row) < 2:
            continue
        odds = weights.prior
        for at, level in enumerate(row):
            odds += weights.of[at][level] if level >= 0 else 0.0
            if level == 3:
                odds += 0.5 * math.log(weights.usual[at] * total / values[at][left[a][fields[at]]])
        scored.append((1 / (1 + math.exp(-max(-50.0, min(50.0, odds)))), odds, a, b))
    return list(_once(scored))


def _once(scored: list[tuple[float, float, str, str]]) -> Iterable[Link]:
    taken: set[tuple[int, str]] = set()
    for probability, _, a, b in sorted(scored, key=lambda row: (-row[1], row[2], row[3])):
        if probability >= DOUBTFUL and (0, a) not in taken and (1, b) not in taken:
            taken |= {(0, a), (1, b)}
            yield Link(a, b, round(probability, 4))


def blocked(left: Mapping[str, Fields], right: Mapping[str, Fields], keys: Sequence[str]) -> set[tuple[str, str]]:
    """Pairs that agree on one field, or on the sound of two; blocks that hold too many are skipped."""
    found: set[tuple[str, str]] = set()
    cuts: list[tuple[str, ...]] = [(name,) for name in keys]
    cuts += list(combinations(keys, 2))
    for cut in cuts:
        rows: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for id, record in right.items():
            rows[_cut(record, cut)].append(id)
        rows.pop((), None)
        for id, record in left.items():
            partners = rows.get(_cut(record, cut), ())
            if len(partners) <= BLOCK:
                found.update((id, partner) for partner in partners)
    return found


def _cut(record: Fields, names: Sequence[str]) -> tuple[str, ...]:
    parts = [record.get(name, "") for name in names]
    if not all(parts):
        return ()
    return tuple(parts) if len(parts) == 1 else tuple(_sound(part) for part in parts)


@lru_cache(maxsize=1 << 16)
def _sound(value: str) -> str:
    """First sign and consonants: a slip in a vowel or a doubled letter keeps it; digits stay as they are."""
    rest = "".join(c for c in value[1:] if c not in "aeiouyhw -'")
    return value[0] + "".join(c for at, c in enumerate(rest) if not at or c != rest[at - 1] or c.isdigit())[:4]


@lru_cache(maxsize=1 << 18)
def _level(a: str, b: str) -> int:
    """3 the same, 2 one value miswritten, 1 kin, 0 different, -1 where one is missing."""
    from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

    if not a or not b:
        return -1
    if a == b:
        return 3
    if a.isdigit() and b.isdigit():
        slips = DamerauLevenshtein.distance(a, b, score_cutoff=3)
        return 2 if slips == 1 and len(a) > 2 else 1 if slips == 2 and len(a) > 4 else 0
    alike = JaroWinkler.similarity(a, b)
    return 2 if alike >= CLOSE else 1 if alike >= NEAR else 0


@dataclass(frozen=True, slots=True)
class _Weights:
    prior: float
    of: tuple[tuple[float, float, float, float], ...]
    """For each field the log of the likelihood ratio of each level."""
    usual: tuple[float, ...]
    """For each field the share of two random records that agree: what the weight of an exact match was learned at."""


def _learned(levels: Sequence[tuple[int, ...]], left: Mapping[str, Fields], right: Mapping[str, Fields], fields: Sequence[str]) -> _Weights:
    """m by expectation maximisation, u from pairs at random, which are hardly ever one person."""
    chance = _by_chance(left, right, fields)
    rows = Counter(levels)
    same = [[0.02, 0.03, 0.15, 0.8] for _ in fields]
    share = min(len(left), len(right)) / max(len(levels), 1)
    prior = min(0.9, max(0.001, share))
    for _ in range(ROUNDS):
        counts = [[1e-3] * 4 for _ in fields]
        matched = 0.0
        for row, times in rows.items():
            odds = math.log(prior / (1 - prior)) + sum(
                math.log(same[at][level] / chance[at][level]) for at, level in enumerate(row) if level >= 0
            )
            weight = times / (1 + math.exp(-max(-50.0, min(50.0, odds))))
            matched += weight
            for at, level in enumerate(row):
                if level >= 0:
                    counts[at][level] += weight
        same = [[count / sum(row) for count in row] for row in counts]
        prior = min(0.95, max(1e-4, matched / len(levels)))
    ratios = tuple(
        (math.log(m[0] / u[0]), math.log(m[1] / u[1]), math.log(m[2] / u[2]), math.log(m[3] / u[3]))
        for m, u in zip(same, chance, strict=True)
    )
    return _Weights(math.log(prior / (1 - prior)), ratios, tuple(row[3] for row in chance))


def _by_chance(left: Mapping[str, Fields], right: Mapping[str, Fields], fields: Sequence[str]) -> list[list[float]]:
    """How often each level comes about between records that have nothing to do with each other: every record beside seven others."""
    ids, others = sorted(left), sorted(right)
    counts = [[1.0] * 4 for _ in fields]
    for step in (1, 7, 31, 101, 503, 1009, 2003):
        for at, id in enumerate(ids):
            other = right[others[(at * 13 + step) % len(others)]]
            for place, name in enumerate(fields):
                level = _level(left[id].get(name, ""), other.get(name, ""))
                if level >= 0:
                    counts[place][level] += 1
    return [[count / sum(row) for count in row] for row in counts]
