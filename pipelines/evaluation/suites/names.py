"""Same name, same thing: pairs of names that a person labelled, people and organisations apart."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import estimate, f1
from pipelines.evaluation.results import ALL, Case, Estimate, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.resolve.names import Kind

SAME = 0.5
RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    left: str
    right: str
    kind: "Kind"
    same: bool


def measure(given: Given) -> Measured:
    """F1 of the shipped weights, of weights fitted without the pair's fold, and of edit distance at the threshold that suits it best."""
    from knowledge_graph.resolve.logistic import left_out
    from knowledge_graph.resolve.names import likeness, same_name

    with (given.folder / "pairs.csv").open(encoding="utf-8", newline="") as stream:
        pairs = [_pair(row) for row in csv.DictReader(stream)]
    shipped = [same_name(pair.left, pair.right, pair.kind) for pair in pairs]
    fitted = [0.0] * len(pairs)
    for kind in ("person", "organisation"):
        at = [place for place, pair in enumerate(pairs) if pair.kind == kind]
        rows = [astuple(likeness(pairs[place].left, pairs[place].right, pairs[place].kind)) for place in at]
        if len(at) > 20:
            for place, sure in zip(at, left_out(rows, [pairs[place].same for place in at], ridge=RIDGE), strict=True):
                fitted[place] = sure
    edits = _edits(pairs)
    figures = []
    for kind in (ALL, "person", "organisation"):
        of_kind = [place for place, pair in enumerate(pairs) if kind in (ALL, pair.kind)]
        baselines = {
            "token sort ratio, best threshold": scored(pairs, edits, of_kind),
            "the same letters": scored(pairs, _exact(pairs), of_kind),
        }
        figures.append(Figure("F1", scored(pairs, shipped, of_kind), kind, baselines))
        figures.append(Figure("F1, left out", scored(pairs, fitted, of_kind), kind, baselines))
    wrong = sorted(range(len(pairs)), key=lambda place: (-abs(fitted[place] - pairs[place].same), place))[:20]
    return Measured(tuple(figures), tuple(_case(pairs[at], fitted[at]) for at in wrong))


def _case(pair: Pair, sure: float) -> Case:
    wanted = pair.right if pair.same else f"not {pair.right}"
    return Case(pair.left, round(1 - abs(sure - pair.same), 4), wanted, f"{sure:.2f}", pair.kind)


def _pair(row: dict[str, str]) -> Pair:
    return Pair(row["name1"], row["name2"], "person" if row["schema"] == "Person" else "organisation", row["is_match"] == "true")


def scored(pairs: Sequence[Pair], sure: Sequence[float], places: Sequence[int]) -> Estimate:
    rows = [(pairs[at].same and sure[at] >= SAME, sure[at] >= SAME, pairs[at].same) for at in places]
    return estimate(rows, f1)


def _edits(pairs: Sequence[Pair]) -> list[float]:
    from rapidfuzz import fuzz

    ratios = [fuzz.token_sort_ratio(pair.left.casefold(), pair.right.casefold()) for pair in pairs]
    everything = range(len(pairs))
    runs = [[float(ratio >= limit) for ratio in ratios] for limit in range(50, 100, 2)]
    return max(runs, key=lambda run: scored(pairs, run, everything).value)


def _exact(pairs: Sequence[Pair]) -> list[float]:
    return [float(pair.left.casefold() == pair.right.casefold()) for pair in pairs]


SUITE = Suite("names", "two written names, one name or two", ("pairs.csv",), measure, folder="names")
