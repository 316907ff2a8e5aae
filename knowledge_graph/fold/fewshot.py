"""A class of documents from a handful of examples: weights of words, a threshold, and what both are worth on examples left out.

A word weighs what it weighs on average in the examples, times the share of them that hold it, less what it weighs in counterexamples
and in other documents, times its idf (Rocchio's query, in: The SMART Retrieval System, 1971, with the share as a brake on what only one
example says). As there no weight falls below zero, so that a search engine can run the class as a query. Documents are vectors of
length 1; `others` may hold documents of the class, because nobody has looked at them.

The threshold is the one with the greatest r^2 / p: r the share of examples left out that would pass it, p the share of the other
documents that do. It grows with F1 and needs no labels (Lee and Liu, ICML 2003). No counterexample passes it where that can be had.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

WORDS = 200
"""Words that a class is decided by: with 50 the best possible F1 falls from .75 to .72 over the kinds of k8s, rust and python."""
AGAINST = 0.25
"""What a counterexample's words count against them, per unit of the examples'."""
LEAST_SPREAD = 0.1
"""Left-out scores of a few examples may lie together by chance: they are taken to vary by this share of their mean at least."""
UNTRIED = 0.5
"""A single example cannot be left out: another one is taken to reach this share of its score."""

LEAST_RECALL = 0.5
"""What would miss most of its own examples is no class: F1 .682 with this floor, .675 without, .651 with .84, over k8s, rust and python."""
STEPS = 4096
"""Weights are multiples of 1 / STEPS: with the nine bits that an index keeps of a document's, sums are exact in whatever order a server
adds, which depends on documents that the reader may not open."""
OUT_OF_REACH = 2.0
"""The threshold where examples say nothing: weights and documents have length 1, so no score is above 1."""

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Examples, each judged by a model that was made without it.

    `above` is the share of other documents that score less than an example left out, on average: 0.5 is chance.
    """

    examples: int
    found: int
    counterexamples: int
    refused: int
    f1: float
    above: float


@dataclass(frozen=True, slots=True)
class Classifier:
    """`weights` by term, heaviest first; a document is of the class where their sum over its vector reaches `threshold`."""

    weights: dict[str, float]
    threshold: float

    def score(self, document: Vector) -> float:
        return sum(weight * document.get(term, 0.0) for term, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Shown:
    """Documents as rows over the words of the examples: examples, counterexamples, and others that nobody has looked at."""

    vocabulary: tuple[str, ...]
    examples: "Matrix"
    against: "Matrix"
    others: "Matrix"

    @classmethod
    def of(cls, examples: Sequence[Vector], counterexamples: Sequence[Vector] = (), others: Sequence[Vector] = ()) -> "Shown":
        """At least one example."""
        vocabulary = tuple(sorted({term for document in examples for term in document}))
        return cls(vocabulary, *(_matrix(vocabulary, documents) for documents in (examples, counterexamples, others)))

    def classifier(self) -> Classifier:
        """The class that these documents show, the same for the same documents in the same order."""
        weights, threshold = self.fit()
        heaviest = sorted(range(len(self.vocabulary)), key=lambda column: (-weights[column], column))
        named = {self.vocabulary[column]: round(float(weights[column]) * STEPS) / STEPS for column in heaviest}
        return Classifier({term: weight for term, weight in named.items() if weight > 0}, round(threshold, 6))

    def without(self, example: int = -1, counterexample: int = -1) -> "Shown":
        import numpy as np

        examples = np.delete(self.examples, example, axis=0) if example >= 0 else self.examples
        against = np.delete(self.against, counterexample, axis=0) if counterexample >= 0 else self.against
        return Shown(self.vocabulary, examples, against, self.others)

    def weights(self) -> "Matrix":
        import numpy as np

        rows = np.concatenate([self.examples, self.against, self.others])
        holding = (rows > 0).sum(axis=0)
        idf = np.log1p((len(rows) - holding + 0.5) / (holding + 0.5))
        weights = self.examples.mean(axis=0) * (self.examples > 0).mean(axis=0)
        weights = weights - (AGAINST * self.against.mean(axis=0) if len(self.against) else 0.0)
        weights = np.maximum((weights - (self.others.mean(axis=0) if len(self.others) else 0.0)) * idf, 0.0)
        # Of words of one weight the first by name stay: a cut must not depend on how a sort breaks ties.
        kept = np.argsort(-weights, kind="stable")[:WORDS]
        cut = np.zeros_like(weights)
        cut[kept] = weights[kept]
        length = float(np.linalg.norm(cut))
        scaled: Matrix = cut / length if length else cut
        return scaled

    def fit(self) -> "tuple[Matrix, float]":
        weights = self.weights()
        return weights, self.threshold(weights)

    def left_out(self, weights: "Matrix") -> list[float]:
        if len(self.examples) == 1:
            return [UNTRIED * float(self.examples[0] @ weights)]
        return [float(self.examples[row] @ self.without(row).weights()) for row in range(len(self.examples))]

    def threshold(self, weights: "Matrix") -> float:
        import numpy as np

        known = np.array(self.left_out(weights))
        refused, others = self.against @ weights, self.others @ weights
        mean = float(known.mean())
        spread = max(float(known.std(ddof=1)) if len(known) > 1 else 0.0, LEAST_SPREAD * mean)
        scores = np.unique(np.concatenate([[0.0], known, refused, others]))
        between = (scores[1:] + scores[:-1]) / 2
        if not len(between) or not spread:
            return OUT_OF_REACH
        allowed = between[between > refused.max()] if len(refused) and (between > refused.max()).any() else between
        passing = (np.searchsorted(np.sort(others), allowed).astype(np.float64) * -1 + len(others) + 1) / (len(others) + 1)
        recall = np.array([0.5 * math.erfc((score - mean) / spread / math.sqrt(2)) for score in allowed])
        return float(allowed[int(np.argmax(np.where(recall >= LEAST_RECALL, recall**2 / passing, 0.0)))])

    def held_out(self) -> HeldOut:
        """How well the class finds and refuses what it was not shown."""
        import numpy as np

        found, above = 0, []
        for row in range(len(self.examples)) if len(self.examples) > 1 else ():
            weights, threshold = self.without(row).fit()
            score = float(self.examples[row] @ weights)
            found += score >= threshold
            above.append(float((self.others @ weights < score).mean()) if len(self.others) else 0.0)
        tried = len(above)
        refused = 0
        for row in range(len(self.against)):
            weights, threshold = self.without(counterexample=row).fit()
            refused += float(self.against[row] @ weights) < threshold
        wrong = (tried - found) + (len(self.against) - refused)
        f1 = 2 * found / (2 * found + wrong) if found else 0.0
        return HeldOut(tried, found, len(self.against), refused, round(f1, 4), round(float(np.mean(above)), 4) if above else 0.0)


def _matrix(vocabulary: Sequence[str], documents: Sequence[Vector]) -> "Matrix":
    import numpy as np

    place = {term: column for column, term in enumerate(vocabulary)}
    made = np.zeros((len(documents), len(vocabulary)))
    for row, document in enumerate(documents):
        for term, weight in document.items():
            if term in place:
                made[row, place[term]] = weight
    return made
