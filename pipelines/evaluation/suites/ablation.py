"""What each part of the expert ranking is worth: without it, and beside the best order of the people who are compared at all.

The best order says what no other ranking of the same evidence could pass: who is not named where the topic is cannot be found.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import by_query
from pipelines.evaluation.results import Figure, Measured
from pipelines.evaluation.suite import Given, Suite
from pipelines.evaluation.suites.experts import Judged, whole_and_silent

if TYPE_CHECKING:
    from knowledge_graph.serving.knowing import Compared
    from knowledge_graph.serving.library import Library

ALL, BEST = "all parts", "best order of those found"
PARTS: Mapping[str, tuple[str, ...]] = {
    "edits": ("edits", "edits, by rarity"),
    "focus": ("focus",),
    "documents made": ("made", "made its documents"),
    "roles": ("roles", "roles beside answers"),
    "names beside answers": ("named beside answers",),
    "lines with the name": ("named with it, by rarity",),
    "presence": ("presence, by rarity",),
    "neighbouring documents": ("beside its documents",),
    "what it belongs to": ("knows what it belongs to",),
}
"""Terms of `knowledge_graph.fold.experts.WEIGHTS` that say one kind of thing."""


def measure(given: Given) -> Measured:
    return whole_and_silent(given, _ablated)


def _ablated(name: str, library: "Library", directory: gold.Directory, topics: Mapping[str, gold.Topic], judged: Judged) -> Measured:
    from knowledge_graph.fold.experts import WEIGHTS

    tried = {ALL: WEIGHTS} | {f"without {part}": _without(WEIGHTS, terms) for part, terms in PARTS.items()}
    rankings: dict[str, dict[str, list[str]]] = {way: {} for way in (*tried, BEST)}
    for query, grades in judged.items():
        compared = library.compared(topics[query].name)
        who = {id: directory.who(id, list(person.names), person.emails, person.handles, grades) for id, person in compared.people.items()}
        for way, weights in tried.items():
            rankings[way][query] = _ranked(compared, library.as_of, weights, who)
        rankings[BEST][query] = sorted(set(who.values()), key=lambda person: (-grades.get(person, 0), person))[:10]
    scores = {way: by_query(judged, found, "nDCG@10") for way, found in rankings.items()}
    figures = []
    for kind in sorted({topics[query].kind for query in scores[ALL]}):
        means = {way: mean(of_query[query] for query in of_query if topics[query].kind == kind) for way, of_query in scores.items()}
        figures.append(Figure(name, means.pop(ALL), kind, means))
    return Measured(tuple(figures))


def _without(weights: Mapping[str, float], terms: tuple[str, ...]) -> dict[str, float]:
    return {name: weight for name, weight in weights.items() if name not in terms}


def _ranked(compared: "Compared", as_of: str, weights: Mapping[str, float], who: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys(who[person.id] for person, _ in compared.ranked(as_of, weights)))[:10]


SUITE = Suite("ablation", "what each part of the expert ranking is worth", ("topics.json", "qrels.expert.txt"), measure, mined=True)
