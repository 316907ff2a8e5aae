"""A reader's topics: partials merged, names closed over the reader's joins, finished."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_graph.fold.closure import Closure, Join, close
from knowledge_graph.fold.partial import TopicPartial, merge_topics
from knowledge_graph.fold.score import is_topic, main_name, names_in_order, score
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import Body, Found, SearchStore
from knowledge_graph.text.words import topic_key

LISTS = ("payload.best", "payload.sentences")
"""Nearly all of a partial's bytes. Whether a key is a topic, its name and its score need none of them."""
FIRST_PAGE = 200
"""Candidates fetched before the first check of the stop rule; each further round takes four times as many."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic for one reader: its keys, the merge of what they say, its score (that of its strongest key)."""

    key: str
    keys: tuple[str, ...]
    partial: TopicPartial
    names: tuple[str, ...]
    score: float

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.key


@dataclass(frozen=True, slots=True)
class Topics:
    """Reads topics as one reader."""

    store: SearchStore
    reader: Reader

    def finish(self, keys: Iterable[str], *, brief: bool = False) -> dict[str, Topic]:
        """For each key that is, or belongs to, a topic of this reader: that topic; `brief` ones lack documents and sentences."""
        closure = self.closure(keys)
        members = {member for key in keys for member in closure.of(key)}
        partials = self.partials(members, LISTS if brief else ())
        topics: dict[str, Topic] = {}
        for key in keys:
            if key not in topics:
                topic = _topic(closure.of(key), partials)
                if topic is not None:
                    topics |= dict.fromkeys(topic.keys, topic)
        return {key: topics[key] for key in keys if key in topics}

    def partials(self, keys: Iterable[str], without: Sequence[str] = ()) -> dict[str, TopicPartial]:
        found: defaultdict[str, list[TopicPartial]] = defaultdict(list)
        for chunk in _chunks(sorted(set(keys))):
            for hit in self.store.read_all("subjects", self.reader, {"terms": {"subject": chunk}}, ["subject", "payload"], without):
                found[hit.fields["subject"]].append(TopicPartial.from_json(hit.fields["payload"]))
        return {key: merge_topics(parts) for key, parts in found.items()}

    def joins(self, keys: Iterable[str]) -> list[Found]:
        """Every alias edge in the component of these keys."""
        return component(self.store, self.reader, keys, "alias")

    def closure(self, keys: Iterable[str]) -> Closure:
        return close(joins_of(self.joins(keys)))

    def ranked(self, query: Body | None, wanted: int, *, brief: bool = False) -> list[Topic]:
        """The best `wanted` topics, by descending sum of bounds until none below can reach them (Fagin, Lotem, Naor 2001)."""
        size, kept = FIRST_PAGE, {}
        while True:
            buckets = self._bounds(query, size)
            kept = {topic.key: topic for topic in self.finish([key for key, _ in buckets], brief=brief).values()}
            ranked = sorted(kept.values(), key=lambda topic: (-topic.score, topic.key))
            exhausted = len(buckets) < size
            if exhausted or (len(ranked) >= wanted and ranked[wanted - 1].score >= buckets[-1][1]):
                return ranked[:wanted]
            size *= 4

    def _bounds(self, query: Body | None, size: int) -> list[tuple[str, float]]:
        clauses: list[Body] = [{"term": {"kind": "topic"}}, *([query] if query else [])]
        aggregation = {
            "subjects": {
                "terms": {"field": "subject", "size": size, "order": [{"bound": "desc"}, {"_key": "asc"}]},
                "aggs": {"bound": {"sum": {"field": "bound"}}},
            }
        }
        answer = self.store.read("subjects", self.reader, {"bool": {"filter": clauses}}, size=0, aggs=aggregation)
        return [(bucket["key"], bucket["bound"]["value"]) for bucket in answer.aggregations["subjects"]["buckets"]]

    def counted(self, topics: Sequence[Topic]) -> dict[str, tuple[int, int]]:
        """For each topic its distinct documents and people among what the reader may open."""
        if not topics:
            return {}
        filters = {topic.key: {"terms": {"topics": list(topic.keys)}} for topic in topics}
        people = {"people": {"cardinality": {"field": "people", "precision_threshold": 40000}}}
        answer = self.store.read("documents", self.reader, size=0, aggs={"topics": {"filters": {"filters": filters}, "aggs": people}})
        buckets = answer.aggregations["topics"]["buckets"]
        return {key: (bucket["doc_count"], bucket["people"]["value"]) for key, bucket in buckets.items()}


def name_query(text: str, terms: Sequence[str]) -> Body:
    """Subjects whose name holds all the words, or is the text spelled another way."""
    return {
        "bool": {"should": [{"bool": {"filter": [{"term": {"terms": term}} for term in terms]}}, {"term": {"subject": topic_key(text)}}]}
    }


def _topic(members: Sequence[str], partials: Mapping[str, TopicPartial]) -> Topic | None:
    held = {key: partials[key] for key in members if key in partials}
    passing = {key: score(partial) for key, partial in held.items() if is_topic(partial)}
    if not passing:
        return None
    best = min(passing, key=lambda key: (-passing[key], -held[key].documents, key))
    merged = merge_topics(held.values())
    order = sorted(held, key=lambda key: (key != best, -held[key].documents, key))
    names = [main_name(held[key].names) for key in order] + [name for key in order for name in names_in_order(held[key])]
    distinct: dict[str, str] = {}
    for name in filter(None, names):
        distinct.setdefault(topic_key(name), name)
    return Topic(best, tuple(sorted(members)), merged, tuple(distinct.values()), passing[best])


def component(store: SearchStore, reader: Reader, keys: Iterable[str], relation: str) -> list[Found]:
    """All of a reader's edges of one relation that are reachable from `keys` along that relation."""
    edges: dict[str, Found] = {}
    seen: set[str] = set()
    frontier = set(keys)
    while frontier:
        seen |= frontier
        for chunk in _chunks(sorted(frontier)):
            ends = [{"terms": {end: chunk}} for end in ("source", "target")]
            query = {"bool": {"filter": [{"term": {"relation": relation}}], "should": ends, "minimum_should_match": 1}}
            edges |= {hit.id: hit for hit in store.read_all("edges", reader, query)}
        frontier = {end for hit in edges.values() for end in (hit.fields["source"], hit.fields["target"])} - seen
    return [edges[key] for key in sorted(edges)]


def joins_of(edges: Iterable[Found]) -> list[Join]:
    """One join for each pair and kind of evidence, over all the audiences read."""
    documents: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for edge in edges:
        for entry in edge.fields["payload"]["entries"]:
            documents[edge.fields["source"], edge.fields["target"], entry["how"]] += entry["documents"]
    return [Join(left, right, how, count) for (left, right, how), count in sorted(documents.items())]


def _chunks(values: Sequence[str], size: int = 10_000) -> Iterator[list[Any]]:
    """Elasticsearch takes 65,536 terms in one query; pages of ten thousand stay well below."""
    return (list(values[i : i + size]) for i in range(0, len(values), size))
