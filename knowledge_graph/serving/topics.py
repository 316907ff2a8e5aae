"""A reader's topics: partials merged, names closed over the reader's joins, finished."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_graph.fold.closure import Closure, Join, close
from knowledge_graph.fold.partial import TopicPartial, merge_topics
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings
from knowledge_graph.fold.score import Weighing, as_somebody, is_hidden, is_number, is_topic, main_name, names_in_order, score
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.grouped import Asked, Wanted, as_read, in_order, read_ahead, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.words import fold, terms, topic_key

LISTS = ("payload.best", "payload.sentences", "payload.statements")
"""Nearly all of a partial's bytes. Whether a key is a topic, its name and its score need none of them."""
MAX_TYPES = 200
_PATHS = {"path", "folder"}
DOERS: Body = {"people": {"cardinality": {"field": "doers", "precision_threshold": 3000}}}
"""How many people had a part in documents, each counted by their name."""
FIRST_PAGE = 200
"""Candidates fetched before the first check of the stop rule; each further round takes four times as many."""


def _merged(hits: Sequence[Found]) -> TopicPartial:
    return merge_topics(TopicPartial.from_json(hit.fields["payload"]) for hit in hits)


_WHOLE = Wanted("subjects", _merged, ("payload",))
_BRIEF = Wanted("subjects", _merged, ("payload",), LISTS)
_PEOPLE = Wanted("subjects", bool, (), clauses=(("kind", ("person",)),))


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic for one reader: its keys, the merge of what they say, its score (that of its strongest key)."""

    key: str
    keys: tuple[str, ...]
    partial: TopicPartial
    names: tuple[str, ...]
    score: float
    type: str = ""
    """What kind of thing it is: as a verdict says, else as most of the documents with a vocabulary's word or a pattern."""

    @property
    def name(self) -> str:
        return self.names[0] if self.names else self.key


@dataclass(frozen=True, slots=True)
class Topics:
    """Reads topics as one reader, to whom `rulings` are addressed."""

    store: SearchStore
    reader: Reader
    rulings: Rulings = NO_RULINGS

    def finish(
        self, keys: Iterable[str], *, undecided: bool = False, brief: bool = False, closure: Closure | None = None
    ) -> dict[str, Topic]:
        """For each key that is, or belongs to, a topic of this reader: that topic; `brief` ones lack documents and sentences.

        `undecided` also gives what is too weak for a topic, or was rejected or hidden: those who decide must be able to speak of it.
        `closure` is that of these keys where the caller has it.
        """
        keys = list(keys)
        if not keys:
            return {}
        if closure is None:
            partials, named = Asked(("subject",), keys, _BRIEF if brief else _WHOLE), Asked(("name_keys",), keys, _PEOPLE)
            read_ahead(self.store, self.reader, Asked(("source", "target"), keys, joining("alias")), partials, named)
            closure = self.closure(keys)
        found = self.partials({member for key in keys for member in closure.of(key)}, brief=brief)
        people = {key for _, key in read_by(self.store, self.reader, ["name_keys"], found, _PEOPLE)}
        topics: dict[str, Topic] = {}
        weighing, among = self.store.weighing(), self.store.opened(self.reader)
        for key in keys:
            if key not in topics:
                topic = _topic(closure.of(key), found, people, self.rulings, weighing, among, undecided=undecided)
                if topic is not None:
                    topics |= dict.fromkeys(closure.of(key), topic)
        return {key: topics[key] for key in keys if key in topics}

    def at_ends(self, keys: Iterable[str]) -> dict[str, Topic]:
        """The brief topics at these ends of edges or subjects of verdicts.

        A key without evidence in the reader's documents is there for what others may read: it leads nowhere, even where a verdict joins
        its name to a topic.
        """
        return {key: topic for key, topic in self.finish(keys, brief=True).items() if key in topic.keys}

    def partials(self, keys: Iterable[str], *, brief: bool = False) -> dict[str, TopicPartial]:
        found = read_by(self.store, self.reader, ["subject"], keys, _BRIEF if brief else _WHOLE)
        return {key: partial for (_, key), partial in found.items()}

    def joins(self, keys: Iterable[str]) -> list[Found]:
        """Every alias edge in the component of these keys."""
        return component(self.store, self.reader, keys, "alias", self.rulings.linked)

    def closure(self, keys: Iterable[str]) -> Closure:
        return self.closed(keys, self.joins(keys))

    def closed(self, keys: Iterable[str], joins: Iterable[Found]) -> Closure:
        """The closure of these keys with all the alias edges of their component."""
        return close_with(self.store, self.reader, self.rulings, keys, joins_of(joins))

    def ranked(self, query: Body | None, wanted: int, typed: Sequence[str] = (), *, brief: bool = False) -> list[Topic]:
        """The best `wanted` topics, by descending sum of bounds until none below can reach them (Fagin, Lotem, Naor 2001).

        `typed` are keys that belong to the candidates by a name that somebody typed, which the index does not know.
        """
        size, kept = FIRST_PAGE, {}
        while True:
            buckets = self._bounds(query, size)
            kept = {topic.key: topic for topic in self.finish([*(key for key, _ in buckets), *typed], brief=brief).values()}
            ranked = sorted(kept.values(), key=lambda topic: (-topic.score, topic.key))
            exhausted = len(buckets) < size
            if exhausted or (len(ranked) >= wanted and ranked[wanted - 1].score >= buckets[-1][1]):
                return ranked[:wanted]
            size *= 4

    def with_type(self) -> list[Topic]:
        """Every topic of the reader that has a type, best first."""
        typed = self.store.read_all("subjects", self.reader, {"exists": {"field": "types"}}, ["subject"])
        found = self.finish(sorted({*(hit.fields["subject"] for hit in typed), *self.rulings.typed()}), brief=True)
        kept = {topic.key: topic for topic in found.values() if topic.type}
        return sorted(kept.values(), key=lambda topic: (-topic.score, topic.key))

    def of_type(self, name: str, words: Sequence[str] = ()) -> list[Topic]:
        """Every topic of this type with a name that holds all the words, best first."""
        found = (topic for topic in self.with_type() if fold(topic.type) == fold(name))
        return [topic for topic in found if any(set(words) <= set(terms(each)) for each in topic.names)]

    def types(self) -> dict[str, int]:
        """Names by the type that vocabularies and patterns give them, and topics that somebody gave another; commonest first.

        Names and not topics are counted: there may be as many as there are tickets.
        """
        names = {"names": {"cardinality": {"field": "subject", "precision_threshold": 3000}}}
        by_type = {"types": {"terms": {"field": "types", "size": MAX_TYPES, "order": {"_key": "asc"}}, "aggs": names}}
        answer = self.store.read("subjects", self.reader, size=0, aggs=by_type)
        counts = Counter({bucket["key"]: bucket["names"]["value"] for bucket in answer.aggregations["types"]["buckets"]})
        given = {topic.key: topic for topic in self.at_ends(self.rulings.typed()).values()}
        counts.update(fold(topic.type) for topic in given.values() if fold(topic.type) not in topic.partial.types)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

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

    def needed(self) -> float:
        """The score below which a name is no topic for the reader."""
        return self.store.weighing().needed(self.store.opened(self.reader))

    def bounds(self, keys: Iterable[str]) -> dict[str, float]:
        """For each of these keys that anything is published about for the reader: what its score can be at most."""
        wanted = sorted(set(keys))
        return dict(self._bounds({"terms": {"subject": wanted}}, len(wanted))) if wanted else {}

    def counted(self, topics: Sequence[Topic]) -> dict[str, tuple[int, int]]:
        """For each topic its distinct documents, and the people who had a part in them, among what the reader may open."""
        if not topics:
            return {}
        filters = {topic.key: {"terms": {"topics": list(topic.keys)}} for topic in topics}
        answer = self.store.read("documents", self.reader, size=0, aggs={"topics": {"filters": {"filters": filters}, "aggs": DOERS}})
        buckets = answer.aggregations["topics"]["buckets"]
        return {key: (bucket["doc_count"], bucket["people"]["value"]) for key, bucket in buckets.items()}


def name_query(text: str, terms: Sequence[str]) -> Body:
    """Subjects whose name holds all the words, or is the text spelled another way."""
    return {
        "bool": {"should": [{"bool": {"filter": [{"term": {"terms": term}} for term in terms]}}, {"term": {"subject": topic_key(text)}}]}
    }


def _topic(
    members: Sequence[str],
    partials: Mapping[str, TopicPartial],
    people: Collection[str],
    rulings: Rulings,
    by: Weighing,
    among: int,
    *,
    undecided: bool = False,
) -> Topic | None:
    found = {key: partials[key] for key in members if key in partials}
    weighed = {key: as_somebody(partial) if key in people else partial for key, partial in found.items()}
    scores = {key: score(partial, by) for key, partial in weighed.items()}
    known = [key for key, partial in weighed.items() if is_topic(partial, by, among)]
    best = _leading(found, scores, rulings, known, undecided=undecided)
    if best is None:
        return None
    merged = merge_topics(found.values())
    # What a vocabulary prefers comes first, then the strongest; the name of a file is only shown first where nobody wrote another.
    order = sorted(found, key=lambda key: (*_standing(found[key]), key != best, -found[key].documents, key))
    shown = [key for key in order if not is_hidden(found[key])] or order
    names = [main_name(found[key].names) for key in shown] + [name for key in shown for name in names_in_order(found[key])]
    kind = rulings.type_of(found) or min(merged.types, key=lambda each: (-merged.types[each], each), default="")
    return Topic(best, tuple(sorted(found)), merged, rulings.names(found, names), scores[best], kind)


def _standing(partial: TopicPartial) -> tuple[bool, int, bool]:
    """What keeps a name from being shown first, or brings it there, before how strong it is."""
    stands_in = {place for place in partial.places if not place.startswith("alias:")}
    return is_number(partial), -partial.flags.get("preferred", 0), stands_in <= _PATHS


def _leading(
    found: Mapping[str, TopicPartial], scores: Mapping[str, float], rulings: Rulings, known: Sequence[str], *, undecided: bool
) -> str | None:
    """The strongest key, which names the topic and answers for it; None where it is no topic, or not to be shown."""
    passing = known or [key for key in found if rulings.is_confirmed(key)]
    best = min(passing or (found if undecided else ()), key=lambda key: (-scores[key], -found[key].documents, key), default=None)
    return best if best is None or undecided or not rulings.is_refused(best) else None


def joining(relation: str) -> Wanted[Sequence[Found]]:
    """The edges of one relation."""
    return Wanted("edges", as_read, ("source", "target", "payload"), clauses=(("relation", (relation,)),))


def component(
    store: SearchStore, reader: Reader, keys: Iterable[str], relation: str, linked: Mapping[str, frozenset[str]] | None = None
) -> list[Found]:
    """All of a reader's edges of one relation that are reachable from `keys` along that relation and what verdicts link."""
    edges: dict[str, Found] = {}
    seen: set[str] = set()
    frontier = set(keys)
    while frontier:
        seen |= frontier
        edges |= {hit.id: hit for hit in in_order(read_by(store, reader, ["source", "target"], frontier, joining(relation)))}
        beside = {other for key in frontier for other in linked.get(key, ())} if linked else set()
        frontier = ({end for hit in edges.values() for end in (hit.fields["source"], hit.fields["target"])} | beside) - seen
    return [edges[key] for key in sorted(edges)]


def close_with(
    store: SearchStore, reader: Reader, rulings: Rulings, keys: Iterable[str], joins: Sequence[Join], *, same_person: bool = False
) -> Closure:
    """The closure of a reader's joins under the verdicts addressed to them."""
    linked = _spread({*keys, *(join.left for join in joins), *(join.right for join in joins)}, rulings.linked)
    links = rulings.links(linked, held(store, reader, linked)) if linked else []
    return close(joins, same_person=same_person, links=links)


def held(store: SearchStore, reader: Reader, keys: Iterable[str]) -> frozenset[str]:
    """Those of these subjects that a reader has evidence for."""
    return frozenset(
        hit.fields["subject"]
        for chunk in _chunks(sorted(set(keys)))
        for hit in store.read_all("subjects", reader, {"terms": {"subject": chunk}}, ["subject"])
    )


def _spread(keys: Iterable[str], linked: Mapping[str, frozenset[str]]) -> set[str]:
    """The keys among these, and beyond them along links, that some verdict links."""
    found: set[str] = set()
    frontier = {key for key in keys if key in linked}
    while frontier:
        found |= frontier
        frontier = {other for key in frontier for other in linked[key]} - found
    return found


def joins_of(edges: Iterable[Found]) -> list[Join]:
    """One join for each pair and kind of evidence, over all the audiences read; a name that is given stands on the right."""
    documents: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for edge in edges:
        ends = (edge.fields["source"], edge.fields["target"])
        for entry in edge.fields["payload"]["entries"]:
            left, right = ends[::-1] if topic_key(entry["value"]) == ends[0] else ends
            documents[left, right, entry["how"]] += entry["documents"]
    return [Join(left, right, how, count) for (left, right, how), count in sorted(documents.items())]


def _chunks(values: Sequence[str], size: int = 10_000) -> Iterator[list[Any]]:
    """Elasticsearch takes 65,536 terms in one query; pages of ten thousand stay well below."""
    return (list(values[i : i + size]) for i in range(0, len(values), size))
