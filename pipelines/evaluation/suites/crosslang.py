"""Questions in one language, passages in another, beside the same questions in the passages' language: both ways from English."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import by_query
from pipelines.evaluation.passages import Collection, served
from pipelines.evaluation.plain_bm25 import PlainBm25
from pipelines.evaluation.results import Estimate, Figure, Measured
from pipelines.evaluation.suite import Given, Suite
from pipelines.evaluation.suites.search import FETCHED, ranked

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library

HOME = "en"


def measure(given: Given) -> Measured:
    """MRR by the language that is not English, and as a share of that with both in English."""
    folders = {folder.name.rpartition("-")[2]: folder for folder in sorted(given.folder.glob("*-*")) if (folder / "corpus.jsonl").exists()}
    home = Collection.read(folders.pop(HOME))
    others = {language: Collection.read(folder) for language, folder in folders.items()}
    with served(given.search(), home.passages) as library:
        own = mean(_reciprocal(library, home))
        figures = [Figure("MRR", own, HOME)]
        for language, other in others.items():
            figures += _figures("questions", language, library, replace(other, passages=home.passages), own)
    for language, other in others.items():
        asked = {query: text for query, text in home.queries.items() if query in other.judged}
        with served(given.search(), other.passages) as library:
            figures += _figures("passages", language, library, replace(other, queries=asked), own)
    return Measured(tuple(figures))


def _figures(which: str, language: str, library: "Library", collection: Collection, own: Estimate) -> tuple[Figure, Figure]:
    scores = _reciprocal(library, collection)
    plain = PlainBm25([passage.id for passage in collection.passages], [passage.text for passage in collection.passages])
    words = {query: plain.ranked(text, FETCHED) for query, text in collection.queries.items()}
    baselines = {"BM25 without stemming": mean(by_query(collection.judged, words, "RR").values())}
    of = "" if which == "questions" else f", {which}"
    return (
        Figure(f"MRR{of}", mean(scores), language, baselines),
        Figure(f"share of MRR in {HOME}{of}", mean(score / own.value for score in scores), language),
    )


def _reciprocal(library: "Library", collection: Collection) -> list[float]:
    return list(by_query(collection.judged, ranked(library, collection), "RR").values())


SUITE = Suite(
    "crosslang", "questions in another language than the passages", ("*-en/corpus.jsonl", "*-*/queries.tsv"), measure, folder="search",
    searches=True,
)  # fmt: skip
