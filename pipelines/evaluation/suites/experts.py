"""Who knows: the ranking of people for each topic of the gold, as the API answers it."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import Qrels, Rankings, by_query
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library

FETCHED = 20
"""Experts asked for: ten, and room for people who are one person in the gold."""
VOTERS = 10
"""Documents whose people the baseline counts."""


def measure(given: Given) -> Measured:
    library = given.mined()
    topics = gold.topics(given.folder)
    judged = {query: grades for query, grades in gold.qrels(given.folder / "qrels.expert.txt").items() if query in topics}
    directory = gold.Directory.read(given.folder)
    names = {query: topics[query].name for query in judged}
    found = {query: _asked(library, directory, name) for query, name in names.items()}
    votes = {query: _voted(library, directory, name) for query, name in names.items()}
    ours, theirs = by_query(judged, found, "nDCG@10"), by_query(judged, votes, "nDCG@10")
    figures = []
    for kind in sorted({topics[query].kind for query in ours}):
        of_kind = [query for query in ours if topics[query].kind == kind]
        baselines = {"BM25 votes": mean(theirs[query] for query in of_kind)}
        figures.append(Figure("nDCG@10", mean(ours[query] for query in of_kind), kind, baselines))
    return Measured(tuple(figures), _worst(ours, topics, judged, found))


def _asked(library: "Library", directory: gold.Directory, name: str) -> list[str]:
    experts = library.experts(name, limit=FETCHED)
    return list(dict.fromkeys(directory.who(expert.id, [expert.name], expert.emails) for expert in experts))[:10]


def _voted(library: "Library", directory: gold.Directory, name: str) -> list[str]:
    """People of the ten documents that BM25 finds best, each document one vote worth its score."""
    votes: defaultdict[str, float] = defaultdict(float)
    for hit in library.search(name, limit=VOTERS, kinds=("document",)).hits:
        for person in library.document(hit.document or "", limit=1).people:
            votes[directory.who(person.id, [person.name], person.emails)] += hit.score
    return sorted(votes, key=lambda person: (-votes[person], person))[:10]


def _worst(scores: dict[str, float], topics: dict[str, gold.Topic], judged: Qrels, found: Rankings) -> tuple[Case, ...]:
    order = sorted(scores, key=lambda query: (scores[query], -len(judged[query]), query))
    return tuple(
        Case(topics[query].name, scores[query], _listed(sorted(judged[query])), _listed(found[query]), topics[query].kind)
        for query in order[:20]
    )


def _listed(people: Sequence[str]) -> str:
    return ", ".join(people[:5])


SUITE = Suite(
    "experts", "who knows each topic, best first", ("topics.json", "qrels.expert.txt"), measure, mined=True,
)  # fmt: skip
