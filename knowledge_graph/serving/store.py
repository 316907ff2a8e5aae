"""The Elasticsearch adapter: the only place that imports the client, and the only one that builds a search.

`read` and `read_many` put every query under the reader's filter. Elasticsearch's own scores use statistics of the whole index, so
queries score by stored impacts and constants only (law 4), and every order ends in an id.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from elasticsearch import ApiError, BadRequestError, ConnectionTimeout, Elasticsearch, NotFoundError, OrjsonSerializer, TransportError
from elasticsearch.helpers import BulkIndexError, streaming_bulk
from elasticsearch.serializer import NdjsonSerializer

from knowledge_graph.errors import BadQuery, StoreUnavailable
from knowledge_graph.fold.score import SHIPPED, Weighing
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.mappings import INDEXES, mapping_id, mapping_of
from knowledge_graph.serving.memory import NO_ROWS, Fingerprint, Memory

Body = dict[str, Any]
Search = tuple[str, Body | None, Body]
"""Index, query and options, as `SearchStore.read` takes them."""

FEW_PRINCIPALS = 64
"""A reader of more is filtered by the audiences they may open: each search of a card would otherwise carry thousands of groups twice."""
MANY_AUDIENCES = 20_000
REMEMBERED_S = 1.0
"""How long nobody looks again what the index was made with."""

TOLD_OF_ROWS = "errors,items.*._id,items.*.status,items.*.error"
"""Of what is written the server would tell ten times as much as anybody reads."""

PAGE = 5000
"""Rows a scan fetches at a time; the server allows 10,000."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where Elasticsearch is; `ca_file` is a PEM file for a private certificate authority."""

    url: str
    prefix: str = "engram"
    api_key: str | None = None
    ca_file: str | None = None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        port = environ.get("ENGRAM_ELASTICSEARCH_PORT", "9321")
        return cls(
            url=environ.get("ENGRAM_ELASTICSEARCH_URL") or f"http://127.0.0.1:{port}",
            prefix=environ.get("ENGRAM_INDEX_PREFIX", "engram"),
            api_key=environ.get("ENGRAM_ELASTICSEARCH_API_KEY"),
            ca_file=environ.get("ENGRAM_ELASTICSEARCH_CA"),
        )


class _OrjsonLines(OrjsonSerializer, NdjsonSerializer):
    """For several searches in one request: each holds its reader's audiences, and orjson writes a thousand of them nine times faster."""

    mimetype = NdjsonSerializer.mimetype

    def json_dumps(self, data: Any) -> bytes:
        try:
            return super().json_dumps(data)
        except TypeError:  # half a surrogate pair, which the server then refuses
            return NdjsonSerializer.json_dumps(self, data)


@dataclass(frozen=True, slots=True)
class Found:
    """One hit: its id, its stored fields, its score where the query scored, its index; its sequence number where asked for."""

    id: str
    fields: Body
    score: float
    index: str = ""
    number: int = -1


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


class SearchStore:
    """A connection to one installation's indexes, which live behind aliases named `prefix-index`."""

    def __init__(self, client: Elasticsearch, settings: StoreSettings) -> None:
        self._client = client
        self.settings = settings
        self._known = _Known()
        self.memory = Memory()

    @classmethod
    def open(cls, settings: StoreSettings) -> Self:
        options: Body = {"request_timeout": 60, "retry_on_timeout": True, "max_retries": 3, "retry_on_status": (429, 502, 503)}
        # Half the time of publishing went into writing vectors with the standard library's JSON.
        options["serializers"] = {serializer.mimetype: serializer for serializer in (OrjsonSerializer(), _OrjsonLines())}
        if settings.api_key:
            options["api_key"] = settings.api_key
        if settings.ca_file:
            options["ca_certs"] = settings.ca_file
        return cls(Elasticsearch(settings.url, **options), settings)

    @property
    def client(self) -> Elasticsearch:
        """The connection, for a second store over it."""
        return self._client

    def close(self) -> None:
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ping(self) -> bool:
        try:
            return bool(self._client.options(request_timeout=5, max_retries=0).cluster.health(timeout="2s"))
        except (ApiError, TransportError):
            return False

    # Reading, always as a reader

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
        found = self._scan(index, _guarded(query, {}, self._filters(reader))["query"], _fetched(source, without))
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
        return self._scan("groups", query, _fetched(source))

    # Writing and comparing, as the pipeline

    def alias(self, index: str) -> str:
        return f"{self.settings.prefix}-{index}"

    def prepare(self, *, rebuild: bool = False) -> dict[str, str]:
        """The concrete index to write for each alias: the current one, or a new one where the mapping changed or on `rebuild`."""
        with self._errors():
            return {index: self._prepare(index, rebuild=rebuild) for index in INDEXES}

    def _prepare(self, index: str, *, rebuild: bool) -> str:
        current = self.current(index)
        stem = f"{self.alias(index)}-{mapping_id(index)}"
        if current and current.startswith(stem) and not rebuild:
            return current
        generation = 1 + max((int(name.rpartition("-")[2]) for name in self._generations(stem)), default=0)
        name = f"{stem}-{generation}"
        settings = {"number_of_shards": 1, "number_of_replicas": 0, "refresh_interval": "-1"}
        self._client.indices.create(index=name, mappings=mapping_of(index), settings=settings)
        if current is None:
            self._client.indices.put_alias(index=name, name=self.alias(index))
        return name

    def _generations(self, stem: str) -> list[str]:
        return list(self._client.indices.get(index=f"{stem}-*", allow_no_indices=True, expand_wildcards="open"))

    def current(self, index: str) -> str | None:
        """The concrete index that serves, None where nothing was ever published."""
        with self._errors():
            try:
                return next(iter(self._client.indices.get_alias(name=self.alias(index))))
            except NotFoundError:
                return None

    def swap(self, written: Mapping[str, str]) -> None:
        """Point each alias at the index just written, in one step, and drop indexes older than the last good one."""
        actions: list[Body] = []
        with self._errors():
            for index, name in written.items():
                current = self.current(index)
                if current != name:
                    actions.append({"add": {"index": name, "alias": self.alias(index)}})
                    actions += [{"remove": {"index": current, "alias": self.alias(index)}}] if current else []
            if actions:
                self._client.indices.update_aliases(actions=actions)
            for index, name in written.items():
                self._drop_stale(index, name)

    def _drop_stale(self, index: str, name: str) -> None:
        others = [old for old in self._generations(self.alias(index)) if old != name]
        by_age = sorted(others, key=lambda old: int(old.rpartition("-")[2]))
        for old in by_age[:-1]:
            self._client.indices.delete(index=old, ignore_unavailable=True)

    def drop_previous(self) -> int:
        """Drop every index of this prefix that does not serve now, the last good one too: what it held must be gone."""
        with self._errors():
            serving = {self.current(index) for index in INDEXES}
            others = [name for index in INDEXES for name in self._generations(self.alias(index)) if name not in serving]
            for name in others:
                self._client.indices.delete(index=name, ignore_unavailable=True)
        return len(others)

    def describe(self, name: str, weighing: Weighing) -> None:
        """Put what the subjects were weighed by with their concrete index."""
        with self._errors():
            self._client.indices.put_mapping(index=name, meta={"weighing": asdict(weighing)} if weighing.id else {})

    def refresh(self, names: Iterable[str]) -> None:
        with self._errors():
            self._client.indices.refresh(index=",".join(names))

    def bases(self, name: str) -> Iterator[tuple[str, str]]:
        """(id, basis) of every row of a concrete index."""
        self.refresh([name])
        column: Body = {"source": False, "docvalue_fields": ["basis"]}  # no row is unpacked for it
        return ((hit.id, hit.fields["basis"][0]) for hit in self._scan(name, {"match_all": {}}, column, concrete=True))

    def count(self, name: str) -> int:
        """Rows of a concrete index."""
        self.refresh([name])
        with self._errors():
            return int(self._client.count(index=name)["count"])

    def rows(self, index: str) -> Iterator[Found]:
        """Every stored row by id, for the digest."""
        return self._scan(index, {"match_all": {}})

    def matching(self, index: str, query: Body, source: Sequence[str] | None = None) -> Iterator[Found]:
        """Stored rows of any audience, for checks of the whole installation; nothing that answers a reader may ask so."""
        return self._scan(index, query, _fetched(source))

    def write(self, name: str, rows: Iterable[tuple[str, Body | None]]) -> int:
        """Index rows, or delete those whose body is None; 429 is retried with growing pauses, a failed row stops the write."""
        actions = (_action(name, row_id, body) for row_id, body in rows)
        done = 0
        try:
            with self._errors():
                bulk = streaming_bulk(
                    self._client, actions, chunk_size=500, max_chunk_bytes=8_000_000, max_retries=8, initial_backoff=1, max_backoff=60,
                    raise_on_error=False, filter_path=TOLD_OF_ROWS,
                )  # fmt: skip
                for ok, info in bulk:
                    if not ok and next(iter(info.values())).get("status") != 404:
                        raise StoreUnavailable(f"Elasticsearch refused a row of {name}: {info}")
                    done += 1
        except BulkIndexError as exc:
            raise StoreUnavailable(f"Elasticsearch refused {len(exc.errors)} rows of {name}: {exc.errors[0]}") from exc
        return done

    def held(self, index: str) -> int:
        """Rows of the index that serves; 0 where there is none."""
        with self._errors():
            return int(self._client.count(index=self.alias(index), ignore_unavailable=True)["count"])

    def sizes(self) -> dict[str, int]:
        """Bytes on disk by alias."""
        with self._errors():
            stats = self._client.indices.stats(index=f"{self.settings.prefix}-*", metric="store")["indices"]
        return {name: int(value["total"]["store"]["size_in_bytes"]) for name, value in sorted(stats.items())}

    def drop(self) -> None:
        """Delete every index of this prefix."""
        with self._errors():
            for name in list(self._client.indices.get(index=f"{self.settings.prefix}-*", allow_no_indices=True)):
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def _scan(self, index: str, query: Body, fetched: Body | None = None, *, concrete: bool = False) -> Iterator[Found]:
        """Every match. One search answers most scans; what is longer is read again at a point in time, because writes may go on."""
        name = index if concrete else self.alias(index)
        options: Body = {"query": query, "size": PAGE, "seq_no_primary_term": True, **(fetched or {"source": True})}
        with self._errors():
            page = self._client.search(index=name, sort=["_doc"], track_total_hits=False, **options)["hits"]["hits"]
            if len(page) == PAGE:
                yield from self._scan_at_one_point(name, options)
            else:
                yield from (_scanned(hit) for hit in page)

    def _scan_at_one_point(self, name: str, options: Body) -> Iterator[Found]:
        pit = self._client.open_point_in_time(index=name, keep_alive="2m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                page = self._client.search(
                    pit={"id": pit, "keep_alive": "2m"}, sort=[{"_shard_doc": "asc"}], search_after=after, track_total_hits=False, **options
                )["hits"]["hits"]
                yield from (_scanned(hit) for hit in page)
                if len(page) < PAGE:
                    return
                after = page[-1]["sort"]
        finally:
            self._client.close_point_in_time(id=pit)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except BadRequestError as exc:
            raise BadQuery(f"Elasticsearch refused the query: {_reason(exc)}") from exc
        except (ConnectionTimeout, TransportError) as exc:
            raise StoreUnavailable(
                f"Elasticsearch does not answer at {self.settings.url}. Start it with `engram up`, then try again."
            ) from exc
        except NotFoundError as exc:
            raise StoreUnavailable(f"Elasticsearch has no index for {self.settings.prefix}. Run `engram run` first.") from exc
        except ApiError as exc:
            raise StoreUnavailable(f"Elasticsearch failed: {_reason(exc)}") from exc


def _action(name: str, row_id: str, body: Body | None) -> Body:
    action: Body = {"_index": name, "_id": row_id, "_op_type": "delete" if body is None else "index"}
    return action if body is None else {**action, "_source": body}


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
        return BadQuery(f"Elasticsearch refused the query: {_told(response['error'])}")
    if response.get("status") == 404:
        return StoreUnavailable("Nothing is published yet. Run `engram run` first.")
    return StoreUnavailable(f"Elasticsearch failed: {_told(response['error'])}")


def _scanned(hit: Mapping[str, Any]) -> Found:
    return Found(hit["_id"], hit.get("_source") or hit.get("fields") or {}, 0.0, hit["_index"], hit["_seq_no"])


def _fetched(source: Sequence[str] | None, without: Sequence[str] = ()) -> Body:
    return {} if source is None else {"source": {"includes": list(source), "excludes": list(without)}}


def _reason(exc: ApiError) -> str:
    body = exc.body if isinstance(exc.body, dict) else {}
    return _told(body.get("error") or str(exc))


def _told(error: Body | str) -> str:
    """The first cause: the outermost reason is often only `all shards failed`."""
    if isinstance(error, str):
        return error
    first = next(iter(error.get("root_cause") or []), error)
    return str(first.get("reason") or error)
