"""Who knows: the ranking of people for each topic of the gold, as the API answers it."""

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import Rankings, by_query
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.views import PersonRow

FETCHED = 20
"""Experts asked for: ten, and room for several who are one person in the gold."""
VOTERS = 10
"""Documents whose people the baseline counts."""

Judged = Mapping[str, Mapping[str, int]]


Part = Callable[[str, "Library", gold.Directory, Mapping[str, gold.Topic], Judged], Measured]
"""Measures one library under the name of its figure."""


def measure(given: Given) -> Measured:
    return whole_and_silent(given, _measured)


def whole_and_silent(given: Given, part: Part) -> Measured:
    """Of all evidence, then of what texts alone mention; the worst cases are those of all evidence."""
    from pipelines.evaluation.mentions_only import MentionsOnly

    library = given.mined()
    topics = gold.topics(given.folder)
    judged = {query: grades for query, grades in gold.qrels(given.folder / "qrels.expert.txt").items() if query in topics}
    directory = gold.Directory.read(given.folder)
    whole = part("nDCG@10", library, directory, topics, judged)
    with MentionsOnly.open(library.store.settings) as silent:
        texts = part("nDCG@10 from mentions only", replace(library, store=silent), directory, topics, judged)
    return Measured((*whole.figures, *texts.figures), whole.worst)


def _measured(figure: str, library: "Library", directory: gold.Directory, topics: Mapping[str, gold.Topic], judged: Judged) -> Measured:
    found = {query: _asked(library, directory, topics[query].name, judged[query]) for query in judged}
    voters = _Voters(library, directory, {})
    votes = {query: voters.vote(topics[query].name, judged[query]) for query in judged}
    scores = {name: by_query(judged, rankings, "nDCG@10") for name, rankings in (("ours", found), ("votes", votes))}
    figures = []
    for kind in sorted({topics[query].kind for query in scores["ours"]}):
        of_kind = [query for query in scores["ours"] if topics[query].kind == kind]
        baselines = {"BM25 votes": mean(scores["votes"][query] for query in of_kind)}
        figures.append(Figure(figure, mean(scores["ours"][query] for query in of_kind), kind, baselines))
    return Measured(tuple(figures), _worst(scores["ours"], topics, judged, found))


def _asked(library: "Library", directory: gold.Directory, name: str, wanted: Container[str]) -> list[str]:
    experts = library.experts(name, limit=FETCHED)
    return list(dict.fromkeys(directory.who(expert.id, [expert.name], expert.emails, expert.handles, wanted) for expert in experts))[:10]


@dataclass(frozen=True, slots=True)
class _Voters:
    """The baseline: people of the ten documents that BM25 finds best, each document one vote worth its score."""

    library: "Library"
    directory: gold.Directory
    people: "dict[str, tuple[PersonRow, ...]]"

    def vote(self, name: str, wanted: Container[str]) -> list[str]:
        votes: defaultdict[str, float] = defaultdict(float)
        for hit in replace(self.library, encoders=None).search(name, limit=VOTERS, kinds=("document",)).hits:
            for row in self._people_of(hit.document or ""):
                votes[self.directory.who(row.id, [row.name], row.emails, row.handles, wanted)] += hit.score
        return sorted(votes, key=lambda person: (-votes[person], person))[:10]

    def _people_of(self, document: str) -> "tuple[PersonRow, ...]":
        if document not in self.people:
            self.people[document] = self.library.document(document, limit=1).people
        return self.people[document]


def _worst(scores: Mapping[str, float], topics: Mapping[str, gold.Topic], judged: Judged, found: Rankings) -> tuple[Case, ...]:
    order = sorted(scores, key=lambda query: (scores[query], -len(judged[query]), query))
    return tuple(
        Case(topics[query].name, scores[query], _listed(sorted(judged[query])), _listed(found[query]), topics[query].kind)
        for query in order[:20]
    )


def _listed(people: Sequence[str]) -> str:
    return ", ".join(people[:5])


SUITE = Suite("experts", "who knows each topic, best first", ("topics.json", "qrels.expert.txt"), measure, mined=True, by_meaning=True)
