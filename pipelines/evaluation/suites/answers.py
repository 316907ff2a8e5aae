"""Answers to questions: the right passage cited, and silence where the passage is not the reader's to open.

Silence is asked for by reading as somebody who may open every passage but the right one. The confidence is scored with weights that
were fitted on the same set, and again with weights fitted without the questions about the same article.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.passages import Collection, reader_without, served
from pipelines.evaluation.plain_bm25 import PlainBm25
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library

FOLDS = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: is the best sentence from a right passage, how sure, and what comes when that passage is left out."""

    query: str
    text: str
    group: str
    right: bool
    confidence: float
    support: tuple[float, ...]
    without: float
    support_without: tuple[float, ...]
    quoted: str


def measure(given: Given) -> Measured:
    from knowledge_graph.serving.answers import SAYS

    collection = Collection.read(given.folder)
    groups = {str(row["id"]): row.get("article") or str(row["id"]) for row in gold.records(given.folder / "corpus.jsonl")}
    with served(given.search(), collection.passages) as library:
        asked = [_ask(library, collection, query, groups) for query in collection.queries]
    left_out = _left_out(asked)
    plain = PlainBm25([passage.id for passage in collection.passages], [passage.text for passage in collection.passages])
    first = [plain.ranked(one.text, 1)[:1] for one in asked]
    always = mean(float(bool(found) and found[0] in collection.judged[one.query]) for one, found in zip(asked, first, strict=True))
    figures = (
        Figure(
            "right passage cited",
            mean(one.right and one.confidence >= SAYS for one in asked),
            baselines={"first of BM25, never silent": always},
        ),
        Figure("silent when it is removed", mean(one.without < SAYS for one in asked)),
        Figure("right passage cited, left out", mean(one.right and sure >= SAYS for one, (sure, _) in zip(asked, left_out, strict=True))),
        Figure("silent when it is removed, left out", mean(without < SAYS for _, without in left_out)),
        Figure("best sentence in a right passage", mean(one.right for one in asked)),
        Figure("gap of confidence and truth", mean(_gaps(asked)), lower_is_better=True),
    )
    order = sorted(asked, key=lambda one: (one.right, one.confidence - one.without, one.query))[:20]
    worst = tuple(
        Case(one.text, round(one.confidence - one.without, 4), ", ".join(collection.judged[one.query]), one.quoted) for one in order
    )
    return Measured(figures, worst)


def _ask(library: "Library", collection: Collection, query: str, groups: dict[str, str]) -> Asked:
    from knowledge_graph.serving.answers import supported
    from knowledge_graph.serving.search import Filters

    text = collection.queries[query]
    right = {id for id, grade in collection.judged[query].items() if grade > 0}
    one = next(iter(sorted(right)))
    closed = replace(library, reader=reader_without(one))
    found, other = (next(iter(supported(lib.store, lib.reader, text, Filters(), lib.encoders, limit=1)), None) for lib in (library, closed))
    nothing = (0.0, ())
    sure, support = (found.confidence, astuple(found.support)) if found else nothing
    without, support_without = (other.confidence, astuple(other.support)) if other else nothing
    quoted = found.passage.fields["text"][found.start : found.end] if found else ""
    is_right = found is not None and found.passage.fields["document"] in right
    return Asked(query, text, groups[one], is_right, sure, support, without, support_without, quoted)


def _left_out(asked: Sequence[Asked]) -> list[tuple[float, float]]:
    """Both confidences of each question by weights that were fitted without its group's fold."""
    from knowledge_graph.resolve.logistic import fit, probability

    fold = {group: at % FOLDS for at, group in enumerate(sorted({one.group for one in asked}))}
    weights = []
    for number in range(FOLDS):
        kept = [one for one in asked if fold[one.group] != number]
        rows = [(one.support, one.right) for one in kept if one.support] + [
            (one.support_without, False) for one in kept if one.support_without
        ]
        weights.append(fit([row for row, _ in rows], [right for _, right in rows], 3.0))
    return [
        tuple(probability(*weights[fold[one.group]], row) if row else 0.0 for row in (one.support, one.support_without))  # type: ignore[misc]
        for one in asked
    ]


def _gaps(asked: Sequence[Asked]) -> list[float]:
    """For each tenth of confidence how far it is from the share of right answers, once for each answer in it."""
    told = [(one.confidence, one.right) for one in asked] + [(one.without, False) for one in asked]
    bins: dict[int, list[tuple[float, bool]]] = {}
    for sure, right in told:
        bins.setdefault(min(9, int(sure * 10)), []).append((sure, right))
    gaps = []
    for rows in bins.values():
        gap = abs(sum(sure for sure, _ in rows) - sum(right for _, right in rows)) / len(rows)
        gaps += [gap] * len(rows)
    return gaps


SUITE = Suite(
    "answers", "questions answered from the right passage, or not at all", ("corpus.jsonl", "queries.tsv", "qrels.txt"), measure,
    folder="search/xquad-en", searches=True,
)  # fmt: skip
