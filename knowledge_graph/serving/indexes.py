"""The indexes of an installation: made, written, compared and dropped by the pipeline. Readers read them through `store`, as themselves.

This and `store` are the only modules that import the client of Elasticsearch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Self

from elasticsearch import ApiError, BadRequestError, ConnectionTimeout, Elasticsearch, NotFoundError, OrjsonSerializer, TransportError
from elasticsearch.helpers import BulkIndexError, streaming_bulk
from elasticsearch.serializer import NdjsonSerializer

from knowledge_graph.errors import BadQuery, StoreUnavailable
from knowledge_graph.fold.score import Weighing
from knowledge_graph.serving.mappings import INDEXES, mapping_id, mapping_of

Body = dict[str, Any]

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


class Indexes:
    """A connection to one installation's indexes, which live behind aliases named `prefix-index`."""

    def __init__(self, client: Elasticsearch, settings: StoreSettings) -> None:
        self._client = client
        self.settings = settings

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
        return self._scan(index, query, fetched(source))

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


def _scanned(hit: Mapping[str, Any]) -> Found:
    return Found(hit["_id"], hit.get("_source") or hit.get("fields") or {}, 0.0, hit["_index"], hit["_seq_no"])


def fetched(source: Sequence[str] | None, without: Sequence[str] = ()) -> Body:
    return {} if source is None else {"source": {"includes": list(source), "excludes": list(without)}}


def _reason(exc: ApiError) -> str:
    body = exc.body if isinstance(exc.body, dict) else {}
    return told(body.get("error") or str(exc))


def told(error: Body | str) -> str:
    """The first cause: the outermost reason is often only `all shards failed`."""
    if isinstance(error, str):
        return error
    first = next(iter(error.get("root_cause") or []), error)
    return str(first.get("reason") or error)
