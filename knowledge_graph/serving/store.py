"""Reading as a reader: `read` and `read_many` put every query under the reader's filter, and nothing that answers reads otherwise.

Elasticsearch's own scores use statistics of the whole index, so queries score by stored impacts and constants only (law 4), and every
order ends in an id.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from knowledge_graph.errors import BadQuery, StoreUnavailable
from knowledge_graph.fold.score import SHIPPED, Weighing
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, Found, Indexes, StoreSettings, fetched, told
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.memory import NO_ROWS, Fingerprint, Memory

Search = tuple[str, Body | None, Body]
"""Index, query and options, as `SearchStore.read` takes them."""

FEW_PRINCIPALS = 64
"""A reader of more is filtered by the audiences they may open: each search of a card would otherwise carry thousands of groups twice."""
MANY_AUDIENCES = 20_000
REMEMBERED_S = 1.0
"""How long nobody looks again what the index was made with."""


@dataclass(frozen=True, slots=True)
class Answer:
    total: int
    hits: tuple[Found, ...]
    aggregations: Body


@dataclass(slots=True)
class _Openable:
    """What a reader of many principals may open, and the editions of it once they were asked for, as long as just this is published."""

    published: Mapping[str, Fingerprint]
    filters: list[Body]
    editions: dict[str, Fingerprint] | None = None


@dataclass(slots=True)
class _Known:
    """What all requests share: openable audiences by principals, and what the index was made with and until when nobody looks again."""

    openable: dict[frozenset[str], _Openable] = field(default_factory=dict)
    weighing: tuple[float, Weighing] = (0.0, SHIPPED)


def guard(reader: Reader) -> list[Body]:
    """The filter clauses that leave what a reader may open."""
    principals = sorted(reader.principals)
    return [{"terms": {"allow": principals}}, {"bool": {"must_not": [{"terms": {"deny": principals}}]}}]


class SearchStore(Indexes):
    """The indexes with what all requests share."""

    def __init__(self, client: Elasticsearch, settings: StoreSettings) -> None:
        super().__init__(client, settings)
        self._known = _Known()
        self.memory = Memory()

    def read(self, index: str, reader: Reader, query: Body | None = None, **options: Any) -> Answer:
        """Search one index as a reader. `query` goes under the reader's filter.

        `options` are size, from_, sort, aggs, source, knn, numbered for the sequence numbers of the hits, and remembered for what a request
        need not ask again; see `RequestStore`.
        """
        return self.read_many([(index, query, options)], reader)[0]

    def read_many(self, searches: Sequence[Search], reader: Reader) -> list[Answer]:
        """Several searches in one request, each under the reader's filter."""
        lines: list[Body] = []
        filters = self._filters(reader)
        for index, query, options in searches:
            lines += [{"index": self.alias(index)}, _guarded(query, options, filters)]
        with self._errors():
            responses = self._client.msearch(searches=lines)["responses"]
        return [_answer(response) for response in responses]

    def edition(self, reader: Reader, index: str) -> Fingerprint | None:
        """Which rows of an index the reader may open where that is looked at once and for all: only in a `RequestStore`.

        Of groups, which hold the reader.
        """
        return None

    def editions(self, reader: Reader) -> dict[str, Fingerprint]:
        """The edition of each index, all in one search: Elasticsearch answers it from its request cache until rows change.

        A reader of many principals is only asked about again when anything was published.
        """
        if len(reader.principals) <= FEW_PRINCIPALS:
            holding: Body = {"terms": {"members": sorted(reader.principals)}}
            # No index has both fields: what a search asks of one that it lacks matches nothing there.
            return self._fingerprints({"bool": {"should": [{"bool": {"filter": guard(reader)}}, holding], "minimum_should_match": 1}})
        known = self._openable(reader)
        if known.editions is None:
            known.editions = {**self._fingerprints({"bool": {"filter": known.filters}}), "groups": known.published["groups"]}
        return known.editions

    def published(self) -> Mapping[str, Fingerprint]:
        """All rows of each index: what changes with every change."""
        return self._fingerprints({"match_all": {}})

    def _fingerprints(self, query: Body) -> dict[str, Fingerprint]:
        """The rows of each index that match."""
        rows = {"terms": {"field": "_index", "size": len(INDEXES)}, "aggs": {"numbers": {"stats": {"field": "_seq_no"}}}}
        body: Body = {"size": 0, "track_total_hits": False, "query": query, "aggs": {"rows": rows}}
        # A shard that failed would be taken for one without rows.
        wanted: Body = {"index": [self.alias(index) for index in INDEXES], "allow_partial_search_results": False}
        with self._errors():
            (response,) = self._client.msearch(searches=[wanted, body])["responses"]
        if response.get("error"):
            raise _failure(response)
        found = dict.fromkeys(INDEXES, NO_ROWS)
        for bucket in response["aggregations"]["rows"]["buckets"]:
            (index,) = (each for each in INDEXES if bucket["key"].startswith(f"{self.alias(each)}-"))
            numbers = (int(bucket["numbers"][name]) for name in ("min", "max", "sum"))
            found[index] = Fingerprint(bucket["key"], bucket["doc_count"], *numbers)
        return found

    def read_all(
        self, index: str, reader: Reader, query: Body | None = None, source: Sequence[str] | None = None, without: Sequence[str] = ()
    ) -> list[Found]:
        """Every match of a reader in the order of ids, so that sums over them come out the same from every index: not for pages.

        `source` are the fields to fetch, `without` those to leave out of them.
        """
        found = self._scan(index, _guarded(query, {}, self._filters(reader))["query"], fetched(source, without))
        return sorted(found, key=lambda hit: hit.id)

    def _filters(self, reader: Reader) -> list[Body]:
        """The guard, or for a reader of many principals the same said by audiences."""
        return guard(reader) if len(reader.principals) <= FEW_PRINCIPALS else self._openable(reader).filters

    def _openable(self, reader: Reader) -> _Openable:
        published, known = self.published(), self._known.openable.get(reader.principals)
        if known is None or known.published != published:
            if len(self._known.openable) > 1000:
                self._known.openable.clear()
            self._known.openable[reader.principals] = known = _Openable(published, self._by_audience(reader))
        return known

    def _by_audience(self, reader: Reader) -> list[Body]:
        """The numbers of the audiences that the reader may open, unless another audience has one of these, or there are too many."""
        numbers = {"numbers": {"terms": {"field": "audience", "size": MANY_AUDIENCES, "order": {"_key": "asc"}}}}
        mine = self._ask("documents", _guarded(None, {"size": 0, "aggs": numbers}, guard(reader)))
        told = mine.aggregations["numbers"]
        filters: list[Body] = [{"terms": {"audience": [bucket["key"] for bucket in told["buckets"]]}}]
        if told["sum_other_doc_count"] or self._ask("documents", _guarded(None, {"size": 0}, filters)).total != mine.total:
            return guard(reader)
        return filters

    def _ask(self, index: str, body: Body) -> Answer:
        """One search as it is written."""
        with self._errors():
            return _answer(self._client.msearch(searches=[{"index": self.alias(index)}, body])["responses"][0])

    def opened(self, reader: Reader) -> int:
        """How many documents the reader may open."""
        known = self.edition(reader, "documents")
        return self.read("documents", reader, size=0).total if known is None else known.count

    def weighing(self) -> Weighing:
        """What the index that serves was made with; looked at again after a second."""
        until, known = self._known.weighing
        if until < time.monotonic():
            with self._errors():
                try:
                    held = self._client.indices.get_mapping(index=self.alias("subjects"))
                except NotFoundError:
                    return SHIPPED
            told = next(iter(held.values()))["mappings"].get("_meta", {}).get("weighing")
            known = Weighing(**told) if told else SHIPPED
            self._known.weighing = (time.monotonic() + REMEMBERED_S, known)
        return known

    def directory(self, query: Body, source: Sequence[str]) -> Iterator[Found]:
        """Groups are not documents: membership decides what a reader is before anything is read as one."""
        return self._scan("groups", query, fetched(source))


def _guarded(query: Body | None, options: Body, filters: list[Body]) -> Body:
    """One search body: the caller's query scores, the reader's filter decides. A vector search is filtered before it ranks."""
    clauses: Body = {"filter": filters}
    if query is not None:
        clauses["must"] = [query]
    body: Body = {"size": options.get("size", 10), "track_total_hits": True, "_source": options.get("source", True)}
    knn = options.get("knn")
    if knn is not None:
        body["knn"] = {**knn, "filter": [*filters, *knn.get("filter", [])]}
    else:
        body["query"] = {"bool": clauses}
    for name in ("sort", "aggs"):
        if name in options:
            body[name] = options[name]
    if options.get("numbered"):
        body["seq_no_primary_term"] = True
    if "from_" in options:
        body["from"] = options["from_"]
    return body


def _answer(response: Mapping[str, Any]) -> Answer:
    if response.get("error"):
        raise _failure(response)
    found = response["hits"]["hits"]
    hits = tuple(
        Found(hit["_id"], hit.get("_source") or {}, float(hit.get("_score") or 0.0), hit["_index"], hit.get("_seq_no", -1)) for hit in found
    )
    return Answer(int(response["hits"]["total"]["value"]), hits, response.get("aggregations") or {})


def _failure(response: Mapping[str, Any]) -> BadQuery | StoreUnavailable:
    """What went wrong with one search of several."""
    if response.get("status") == 400:
        return BadQuery(f"Elasticsearch refused the query: {told(response['error'])}")
    if response.get("status") == 404:
        return StoreUnavailable("Nothing is published yet. Run `engram run` first.")
    return StoreUnavailable(f"Elasticsearch failed: {told(response['error'])}")
