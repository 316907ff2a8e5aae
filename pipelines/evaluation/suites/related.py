"""Related topics: the pairs that an organisation itself wrote down, sought among the first ten of each.

Candidates are the gold's topics of the kinds that it pairs with the topic's own: where proposals are said to concern proposals, all
proposals, and no team.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.candidates import Candidates, candidates
from pipelines.evaluation.metrics import by_query
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.topics import Topic

FIRST = 10


def measure(given: Given) -> Measured:
    """Recall among the gold's own topics of those kinds, and among all topics, which is what a card shows."""
    from knowledge_graph.serving.related import related_among, related_topics
    from knowledge_graph.serving.topics import Topics

    library = given.mined()
    topics = Topics(library.store, library.reader)
    named = gold.topics(given.folder)
    judged = partners(gold.related(given.folder), named)
    finished = topics.finish(sorted({key for topic in named.values() for key in topic.keys}))
    served = {id: found for id, topic in named.items() if (found := _served(topic, finished))}
    beside = kinds(judged, named)
    of_gold = {key: id for id, topic in served.items() for key in topic.keys}
    known: dict[str, list[str]] = {}
    shown: dict[str, list[str]] = {}
    for id in judged:
        if id in served:
            among = {other: topic for other, topic in served.items() if named[other].kind in beside[named[id].kind]}
            others = {topic.key: topic for topic in among.values() if topic.key not in served[id].keys}
            known[id] = [of_gold[row.key] for row in related_among(topics, served[id], list(others.values()))[:FIRST]]
            shown[id] = [of_gold.get(row.key, row.key) for row in related_topics(topics, served[id], FIRST)]
    counted = _by_documents(judged, named, beside, candidates(given.lake, library.reader))
    scores = {name: by_query(judged, rankings, "R@10") for name, rankings in (("ours", known), ("shown", shown), ("documents", counted))}
    figures = (
        Figure("recall@10", mean(scores["ours"].values()), baselines={"shared documents": mean(scores["documents"].values())}),
        Figure("recall@10 on the card", mean(scores["shown"].values())),
    )
    missing = sum(id not in served for id in judged)
    notes = (f"{missing} of {len(judged)} topics are none for this reader.",) if missing else ()
    return Measured(figures, _worst(scores["ours"], judged, known, named), notes)


def partners(relations: list[gold.Relation], named: Mapping[str, gold.Topic]) -> dict[str, dict[str, int]]:
    """Relations read both ways: whoever looks at either end should find the other."""
    judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for relation in relations:
        if relation.source in named and relation.target in named and relation.source != relation.target:
            judged[relation.source][relation.target] = judged[relation.target][relation.source] = 1
    return dict(judged)


def kinds(judged: Mapping[str, Mapping[str, int]], named: Mapping[str, gold.Topic]) -> dict[str, frozenset[str]]:
    """For each kind of topic the kinds that it is paired with."""
    paired: defaultdict[str, set[str]] = defaultdict(set)
    for id, others in judged.items():
        paired[named[id].kind].update(named[other].kind for other in others)
    return {kind: frozenset(found) for kind, found in paired.items()}


def _served(topic: gold.Topic, finished: Mapping[str, "Topic"]) -> "Topic | None":
    found = [finished[key] for key in sorted(topic.keys) if key in finished]
    return max(found, key=lambda each: (each.score, each.key), default=None)


def _by_documents(
    judged: Mapping[str, object], named: Mapping[str, gold.Topic], beside: Mapping[str, frozenset[str]], known: Candidates
) -> dict[str, list[str]]:
    """The candidates by the number of documents that mention both."""
    documents = {id: frozenset().union(*(known.documents.get(key, ()) for key in topic.keys)) for id, topic in named.items()}
    ranked = {}
    for id in judged:
        shared = {
            other: len(documents[id] & documents[other])
            for other in documents
            if other != id and named[other].kind in beside[named[id].kind]
        }
        ranked[id] = sorted((other for other in shared if shared[other]), key=lambda other: (-shared[other], other))[:FIRST]
    return ranked


def _worst(
    scores: Mapping[str, float], judged: Mapping[str, Mapping[str, int]], found: Mapping[str, list[str]], named: Mapping[str, gold.Topic]
) -> tuple[Case, ...]:
    def listed(ids: list[str]) -> str:
        return "; ".join(named[id].name for id in ids[:5])

    order = sorted(scores, key=lambda id: (scores[id], -len(judged[id]), id))
    return tuple(
        Case(named[id].name, scores[id], listed(sorted(judged[id])), listed(found.get(id, [])), named[id].kind) for id in order[:20]
    )


SUITE = Suite("related", "related topics, recall among the first ten", ("topics.json", "related.json"), measure, mined=True)
