"""The ten phrases that say what a document is about, against those its author and readers chose."""

from collections import Counter
from functools import lru_cache

from knowledge_graph.text.words import public_rarity, terms
from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import estimate, f1
from pipelines.evaluation.metrics import f1_of, hits
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

WANTED = 10
LONGEST = 3


def measure(given: Given) -> Measured:
    figures, cases = [], []
    for file in sorted(given.folder.glob("*.jsonl")):
        rows = []
        for record in gold.records(file):
            wanted = {_stemmed(key) for key in record["keys"]}
            found = by_rarity(record["text"])
            rows.append(hits(found, wanted))
            cases.append(Case(record["id"], f1_of(rows[-1]), "; ".join(sorted(wanted)), "; ".join(found), file.stem))
        figures.append(Figure("F1@10", estimate(rows, f1), file.stem))
    return Measured(tuple(figures), tuple(sorted(cases, key=lambda case: (case.score, case.id))[:20]))


@lru_cache(maxsize=1 << 16)
def _stemmed(phrase: str) -> str:
    return " ".join(terms(phrase))


def by_rarity(text: str) -> list[str]:
    """Runs of rare words by how often they stand in the text times their rarity."""
    words = terms(text)
    runs = Counter(
        " ".join(words[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(words) - length + 1)
        if all(public_rarity(word) > 3.0 for word in words[start : start + length])
    )
    scores = {run: count * sum(map(public_rarity, run.split())) for run, count in runs.items()}
    return sorted(scores, key=lambda run: (-scores[run], run))[:WANTED]


SUITE = Suite("keyphrases", "ten phrases a document, F1", ("*.jsonl",), measure, folder="keyphrase")
