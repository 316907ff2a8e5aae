"""Search over a mined organisation: the documents that the gold gives a topic, sought by the topic's name.

Titles nearly name the answer, so this says that search works on an installation, not how good it is: the text sets say that.
"""

from dataclasses import replace

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import by_query
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

FIRST = 10


def measure(given: Given) -> Measured:
    library = given.mined()
    topics = gold.topics(given.folder)
    judged = {query: docs for query, docs in gold.qrels(given.folder / "qrels.docs.txt").items() if query in topics}
    words = replace(library, encoders=None)
    found = {query: [hit.path for hit in library.search(topics[query].name, limit=FIRST, kinds=("document",)).hits] for query in judged}
    plain = {query: [hit.path for hit in words.search(topics[query].name, limit=FIRST, kinds=("document",)).hits] for query in judged}
    ours, theirs = by_query(judged, found, "nDCG@10"), by_query(judged, plain, "nDCG@10")
    figures = []
    for kind in sorted({topics[query].kind for query in ours}):
        of_kind = [query for query in ours if topics[query].kind == kind]
        baselines = {"words only": mean(theirs[query] for query in of_kind)}
        figures.append(Figure("nDCG@10 of documents", mean(ours[query] for query in of_kind), kind, baselines))
    order = sorted(ours, key=lambda query: (ours[query], query))[:20]
    worst = tuple(
        Case(topics[query].name, ours[query], ", ".join(sorted(judged[query])[:3]), ", ".join(found[query][:3]), topics[query].kind)
        for query in order
    )
    return Measured(tuple(figures), worst)


SUITE = Suite(
    "documents", "documents of known topics, sought by name", ("topics.json", "qrels.docs.txt"), measure, mined=True, by_meaning=True
)
