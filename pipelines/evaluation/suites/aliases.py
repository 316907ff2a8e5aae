"""Names joined to one topic: against an organisation's known names, and by verdicts on a sample of what cards show.

A join is a pair of names with one cluster. Pairs are counted only between names of the gold that were mined at all: right where one
topic of the gold has both, wrong where none has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from knowledge_graph.text.words import fold, topic_key
from pipelines.evaluation import gold, verdicts
from pipelines.evaluation.bootstrap import estimate, ratio
from pipelines.evaluation.candidates import candidates
from pipelines.evaluation.results import Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.fold.closure import Join
    from knowledge_graph.serving.topics import Topic

SHOWN = 1000
"""Topics from whose cards pairs of names are drawn."""
DRAWN = 60

Cluster = Callable[[str], str]
"""From a key to what its cluster is called."""
Names = Mapping[str, Sequence[str]]
"""The mined keys of each topic of the gold, one for each name as written: two spellings are two names."""


def measure(given: Given) -> Measured:
    from knowledge_graph.serving.topics import Topics, joins_of

    library = given.mined()
    topics = Topics(library.store, library.reader)
    known = candidates(given.lake, library.reader).documents
    wanted = {topic.name: names for topic in gold.topics(given.folder).values() if (names := _mined(topic, known))}
    keys = sorted({key for names in wanted.values() for key in names})
    closure = topics.closure(keys)
    methods: dict[str, Cluster] = {
        "every join": components(joins_of(topics.joins(keys))),
        "spelling only": lambda key: key,
    }
    ours = compare(wanted, lambda key: min(closure.of(key)))
    others = {name: compare(wanted, cluster) for name, cluster in methods.items()}
    figures = (
        Figure("precision of joins", estimate(ours.right, ratio), baselines={n: estimate(c.right, ratio) for n, c in others.items()}),
        Figure("recall of joins", estimate(ours.found, ratio), baselines={n: estimate(c.found, ratio) for n, c in others.items()}),
    )
    read = _read(given, topics.ranked(None, SHOWN))
    return Measured((*figures, *read.figures), (*ours.wrong, *read.worst), read.notes)


def _mined(topic: gold.Topic, known: Mapping[str, object]) -> list[str]:
    spelled = {fold(name): topic_key(name) for name in topic.names}
    return [key for key in spelled.values() if key in known]


def components(joins: Iterable["Join"]) -> Cluster:
    """The closure over every join, without any rule."""
    import networkx as nx

    graph = nx.Graph((join.left, join.right) for join in joins)
    named = {key: min(cluster) for cluster in nx.connected_components(graph) for key in cluster}
    return lambda key: named.get(key, key)


@dataclass(frozen=True, slots=True)
class Comparison:
    """`right`: (right, joined) of each cluster; `found`: (joined, wanted) of each topic; `wrong`: clusters with wrong joins."""

    right: list[tuple[int, int]]
    found: list[tuple[int, int]]
    wrong: tuple[Case, ...]


def compare(wanted: Names, cluster: Cluster) -> Comparison:
    members: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    found = []
    for topic, keys in wanted.items():
        pairs = list(combinations(keys, 2))
        found.append((sum(cluster(left) == cluster(right) for left, right in pairs), len(pairs)))
        for key in keys:
            members[cluster(key)].append((topic, key))
    together = {frozenset(pair) for keys in wanted.values() for pair in combinations(keys, 2)}
    right, wrong = [], []
    for name, each in sorted(members.items()):
        pairs_of = [(a, b) for a, b in combinations(each, 2) if a[0] == b[0] or a[1] != b[1]]
        good = sum(a[0] == b[0] or frozenset((a[1], b[1])) in together for a, b in pairs_of)
        right.append((good, len(pairs_of)))
        if good < len(pairs_of):
            wrong.append(Case(name, good / len(pairs_of), "several topics", ", ".join(sorted({topic for topic, _ in each})), "joined"))
    return Comparison(right, found, tuple(sorted(wrong, key=lambda case: (case.score, case.id))))


def _read(given: Given, topics: Sequence["Topic"]) -> Measured:
    """What cards show: a sample of names beside the first one, spelled otherwise than it, with a person's verdict on each."""
    pairs: dict[str, str] = {}
    for topic in topics:
        for other in topic.names[1:]:
            if topic_key(other) != topic_key(topic.name):
                pairs[verdicts.of_pair(topic_key(topic.name), topic_key(other))] = f"{topic.name} = {other}"
    judged = verdicts.judge(verdicts.sample(pairs, DRAWN), verdicts.load(given.verdicts, "aliases", given.name))
    figure = Figure("precision of shown names", judged.share)
    note = judged.note(f"{DRAWN} of {len(pairs):,} pairs of shown names")
    return Measured((figure,) if judged.share.cases else (), verdicts.cases(judged, pairs), (note,) if note else ())


SUITE = Suite("aliases", "names joined to one topic: precision and recall of joins", ("topics.json",), measure, mined=True)
