"""What confirmed and rejected topics teach an installation: weights and a threshold of its own, near the shipped ones.

A logistic regression whose ridge pulls towards the shipped weights; a weight keeps its sign, and one that ships as nothing stays nothing,
because a sign says what a feature can mean and the bound of the score relies on it. Judged by examples left out, never by those learned
from.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from knowledge_graph.fold.score import LARGE, SHIPPED, Weighing

RIDGE = 4.0
"""As strong as some sixteen examples on either side of the threshold: ten verdicts bend the weights little, two hundred shape them."""
THRESHOLD_RIDGE = 0.5
FLOOR = 0.2
"""Least spread of a feature: what hardly varies among the examples earns no large change."""
FOLDS = 5
LEAST = 5
"""Examples of each answer below which nothing is learned."""
STEPS = 2_000


@dataclass(frozen=True, slots=True)
class Example:
    """A key with its features as everybody's documents show them, whether people say that it is a topic, and how many
    documents those are."""

    key: str
    features: dict[str, float]
    documents: int
    is_topic: bool
    among: int = LARGE


@dataclass(frozen=True, slots=True)
class Scores:
    """How well a weighing decides examples: shares, and the mean surprise in nats (0 is best)."""

    precision: float
    recall: float
    f1: float
    accuracy: float
    surprise: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """Both judged on the same examples, each left out of what the learned weighing was fitted to."""

    yes: int
    no: int
    shipped: Scores
    learned: Scores
    corrected: int
    """Examples that only the learned weighing decides rightly, and with `spoiled` those that only the shipped one does."""
    spoiled: int

    @property
    def gains(self) -> bool:
        """More corrected than spoiled by over a standard deviation of chance, and no measure worse: for less no installation changes."""
        beyond_chance = self.corrected - self.spoiled > math.sqrt(self.corrected + self.spoiled)
        return beyond_chance and self.learned.f1 >= self.shipped.f1 and self.learned.surprise < self.shipped.surprise


def enough(examples: Iterable[Example]) -> bool:
    said = [example.is_topic for example in examples]
    return min(said.count(True), said.count(False)) >= LEAST


def lesson(examples: Sequence[Example], start: Weighing = SHIPPED) -> Lesson:
    """What learning is worth here: five folds by key, so that the order of verdicts does not matter."""
    shipped: list[tuple[bool, float]] = []
    learned: list[tuple[bool, float]] = []
    for fold in range(FOLDS):
        held = [example for example in examples if crc32(example.key.encode()) % FOLDS == fold]
        found = learn([example for example in examples if crc32(example.key.encode()) % FOLDS != fold], start)
        shipped += [(example.is_topic, margin(example, start)) for example in held]
        learned += [(example.is_topic, margin(example, found)) for example in held]
    said = [example.is_topic for example in examples]
    changed = [_right(after) - _right(before) for before, after in zip(shipped, learned, strict=True)]
    return Lesson(said.count(True), said.count(False), _scores(shipped), _scores(learned), changed.count(1), changed.count(-1))


def margin(example: Example, by: Weighing) -> float:
    """Points above what is needed."""
    odds = sum(by.weights.get(name, 0.0) * value for name, value in example.features.items())
    return min(odds, by.ceiling) + by.by_documents * math.log1p(example.documents) - by.needed(example.among)


def learn(examples: Sequence[Example], start: Weighing = SHIPPED) -> Weighing:
    """The weighing that makes the examples likeliest and stays near `start`; the same for any order of them."""
    import numpy as np

    ordered = sorted(examples, key=lambda example: (example.key, example.is_topic))
    names = sorted(name for name, weight in start.weights.items() if weight)
    if not ordered or not names:
        return start
    rows = np.array([[example.features.get(name, 0.0) for name in names] for example in ordered])
    said = np.array([float(example.is_topic) for example in ordered])
    fixed = start.by_documents * np.log1p(np.array([example.documents for example in ordered], dtype=np.float64))
    fixed -= np.array([start.needed(example.among) - start.threshold for example in ordered])
    spread = np.maximum(rows.std(axis=0), FLOOR)
    scaled = np.column_stack([rows / spread, -np.ones(len(ordered))])
    prior = np.append(np.array([start.weights[name] for name in names]) * spread, start.threshold)
    pull = np.append(np.full(len(names), RIDGE), THRESHOLD_RIDGE)
    sign = np.append(np.sign(prior[:-1]), 0.0)
    step = 1 / (0.25 * float((scaled**2).sum()) + RIDGE)  # never longer than the curve allows
    at = prior.copy()
    for _ in range(STEPS):  # projected gradient: a weight that would change its sign stops at nothing
        chance = 1 / (1 + np.exp(-np.clip(scaled @ at + fixed, -60, 60)))
        at = at - step * (scaled.T @ (chance - said) + pull * (at - prior))
        at = np.where(sign * at < 0, 0.0, at)
    weights = dict(zip(names, (at[:-1] / spread).tolist(), strict=True))
    return replace(start, weights={name: round(weights.get(name, 0.0), 4) for name in start.weights}, threshold=round(float(at[-1]), 4))


def _right(row: tuple[bool, float]) -> int:
    said, margin = row
    return int(said == (margin >= 0))


def _scores(rows: Sequence[tuple[bool, float]]) -> Scores:
    right = sum(map(_right, rows))
    found, wanted = sum(margin >= 0 for _, margin in rows), sum(said for said, _ in rows)
    both = sum(said and margin >= 0 for said, margin in rows)
    precision, recall = both / found if found else 0.0, both / wanted if wanted else 0.0
    f1 = 2 * both / (found + wanted) if found + wanted else 0.0
    surprise = sum(math.log1p(math.exp(min(60.0, -margin if said else margin))) for said, margin in rows) / max(1, len(rows))
    return Scores(round(precision, 4), round(recall, 4), round(f1, 4), round(right / max(1, len(rows)), 4), round(surprise, 4))
