"""Document search: the hybrid ranking that the API serves, against BM25 over plain words and against each of its two halves."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import Measure, Rankings, by_query
from pipelines.evaluation.passages import Collection, served
from pipelines.evaluation.plain_bm25 import PlainBm25
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library

FETCHED = 100
_MEASURES: tuple[Measure, ...] = ("nDCG@10", "RR", "AP", "R@10")


def measure(given: Given) -> Measured:
    collection = Collection.read(given.folder)
    texts = [passage.text for passage in collection.passages]
    plain = PlainBm25([passage.id for passage in collection.passages], texts)
    with served(given.search(), collection.passages) as library:
        found = ranked(library, collection)
        by_words = ranked(replace(library, encoders=None), collection)
    runs: dict[str, Rankings] = {
        "BM25 without stemming": {query: plain.ranked(text, FETCHED) for query, text in collection.queries.items()},
        "own, words alone": by_words,
    }
    figures = []
    for name in _MEASURES:
        baselines = {method: mean(by_query(collection.judged, run, name).values()) for method, run in runs.items()}
        figures.append(Figure(name, mean(by_query(collection.judged, found, name).values()), baselines=baselines))
    scores = by_query(collection.judged, found, "nDCG@10")
    order = sorted(scores, key=lambda query: (scores[query], query))[:20]
    worst = (
        Case(collection.queries[query], scores[query], ", ".join(collection.judged[query]), ", ".join(found[query][:5])) for query in order
    )
    return Measured(tuple(figures), tuple(worst))


def ranked(library: "Library", collection: Collection) -> Rankings:
    return {
        query: [hit.document or "" for hit in library.search(text, limit=FETCHED, kinds=("document",)).hits]
        for query, text in collection.queries.items()
    }


SUITE = Suite(
    "search", "documents found, best first", ("corpus.jsonl", "queries.tsv", "qrels.txt"), measure, folder="search/cranfield",
    searches=True,
)  # fmt: skip
