"""Questions in one language, passages in another: what the installed model gives beside the same questions in the passages' language."""

from dataclasses import replace

from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import by_query
from pipelines.evaluation.passages import Collection, served
from pipelines.evaluation.plain_bm25 import PlainBm25
from pipelines.evaluation.results import Figure, Measured
from pipelines.evaluation.suite import Given, Suite
from pipelines.evaluation.suites.search import FETCHED, ranked

HOME = "en"


def measure(given: Given) -> Measured:
    """MRR by the language of the questions, and as a share of that in the passages' own language."""
    folders = {folder.name.rpartition("-")[2]: folder for folder in sorted(given.folder.glob("*-*")) if (folder / "corpus.jsonl").exists()}
    home = Collection.read(folders.pop(HOME))
    plain = PlainBm25([passage.id for passage in home.passages], [passage.text for passage in home.passages])
    figures = []
    with served(given.search(), home.passages) as library:
        own = mean(by_query(home.judged, ranked(library, home), "RR").values())
        figures.append(Figure("MRR", own, HOME))
        for language, folder in folders.items():
            foreign = replace(Collection.read(folder), passages=home.passages)
            scores = by_query(foreign.judged, ranked(library, foreign), "RR")
            words = {query: plain.ranked(text, FETCHED) for query, text in foreign.queries.items()}
            baselines = {"BM25 without stemming": mean(by_query(foreign.judged, words, "RR").values())}
            figures.append(Figure("MRR", mean(scores.values()), language, baselines))
            figures.append(Figure(f"share of MRR in {HOME}", mean(score / own.value for score in scores.values()), language))
    note = f"The installed model was trained on {HOME} alone; a multilingual one can be named in its place."
    return Measured(tuple(figures), notes=(note,))


SUITE = Suite(
    "crosslang", "questions in another language than the passages", ("*-en/corpus.jsonl", "*-*/queries.tsv"), measure, folder="search",
    searches=True,
)  # fmt: skip
