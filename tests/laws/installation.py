"""An installation's indexes and its API, filled with rows at hand: the real store and the real application."""

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Message, Scope

from api.app import create_app
from api.services import library_for
from api.settings import ApiSettings, settings_from_env
from api.tokens import mint
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.graph.export import write_csv, write_graphml, write_jsonld
from knowledge_graph.model.relations import STATED
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore
from tests.laws.plain import Row, Rows
from tests.laws.said import Told

RELATIONS = ("knows", "related", "alias", "same", *STATED)
BULK = 500
"""Rows a request; those with vectors take 8 kB each."""
CLASS = "minutes"
"""The class of documents that requests name."""
EXPORT = "/export/"
"""Exports have no route; the command line writes them. Asked for here as if they had one."""


@dataclass(frozen=True)
class Reply:
    """What a reader gets, without what differs from one second to the next."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Installation:
    """`held` is what the indexes hold, None after a crash that left it unknown."""

    store: SearchStore
    settings: ApiSettings
    client: TestClient
    names: dict[str, str]
    held: dict[str, dict[str, str]] | None = None
    tokens: dict[tuple[str, ...], str] = field(default_factory=dict)

    def hold(self, rows: Rows, *, killed_after: int = -1) -> int:
        """Make every index hold exactly these rows, or stop after some writes as a killed publish would; returns how many were written."""
        known = self.held or {index: dict(self.store.bases(self.names[index])) for index in INDEXES}
        wanted = {index: {key: row["basis"] for key, row in rows[index].items()} for index in INDEXES}
        changes = [(self.names[index], *change) for index in INDEXES for change in _changes(known[index], rows[index])]
        self.held = None
        # One request for all indexes: the pipeline's writer takes one for each and a refresh, and there are thousands of steps.
        written = changes[: killed_after if killed_after >= 0 else None]
        for start in range(0, len(written), BULK):
            lines = [line for change in written[start : start + BULK] for line in _lines(*change)]
            assert not self.store.client.bulk(operations=lines, refresh=True)["errors"]
        if killed_after < 0:
            self.held = wanted
        return len(changes)

    def says_only(self, told: VerdictLog | Told) -> None:
        """From now on the log of verdicts holds just these."""
        state = self.client.app.state  # type: ignore[attr-defined]
        state.services = replace(state.services, log=told)

    def library(self, principals: Sequence[str]) -> Library:
        return library_for(self.client.app.state.services, principals)  # type: ignore[attr-defined]

    def get(self, url: str, principals: Sequence[str]) -> Reply:
        if url.startswith(EXPORT):
            library, kind = self.library(principals), url.removeprefix(EXPORT)
            if kind == "terms":
                return Reply(200, (), repr((library.vocabulary(), library.concepts())).encode())
            write = {"jsonld": write_jsonld, "graphml": write_graphml, "csv": write_csv}[kind]
            return Reply(200, (), write(library.export()).encode())
        token = self._token(tuple(principals))
        is_page = url.partition("?")[0] == "/" or url.startswith("/portal/")
        cookie = f"engram_session_{self.settings.port}={token}"
        return self._asked("GET", url, ("cookie", cookie) if is_page else ("authorization", f"Bearer {token}"))

    def post(self, url: str, principals: Sequence[str], body: dict[str, Any]) -> Reply:
        return self._asked("POST", url, ("authorization", f"Bearer {self._token(tuple(principals))}"), json.dumps(body).encode())

    def _asked(self, method: str, url: str, login: tuple[str, str], body: bytes = b"") -> Reply:
        """Straight from the application, in its client's thread: the way through the client costs as much as a small answer."""
        path, _, query = url.partition("?")
        headers = [("host", self.settings.origin.rpartition("/")[2]), ("accept", "*/*"), ("content-type", "application/json"), login]
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path, "raw_path": quote(path).encode(),
            "query_string": query.encode(), "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in headers],
            "client": ("testclient", 50_000), "server": (self.settings.host, self.settings.port),
        }  # fmt: skip
        assert self.client.portal
        return self.client.portal.call(_answer, self.client.app, scope, body)

    def _token(self, principals: tuple[str, ...]) -> str:
        if principals not in self.tokens:
            self.tokens[principals] = mint(self.settings.key, principals, issued_at=int(time.time()), lifetime_s=86_400)
        return self.tokens[principals]


async def _answer(app: ASGIApp, scope: Scope, body: bytes) -> Reply:
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        told.append(message)

    await app(scope, receive, send)
    start, *parts = told
    headers = sorted((name.decode(), value.decode()) for name, value in start["headers"])
    shown = tuple((name, value) for name, value in headers if name not in ("date", "x-request-id"))
    return Reply(start["status"], shown, b"".join(part["body"] for part in parts))


def _lines(index: str, key: str, row: Row | None) -> list[Row]:
    place = {"_index": index, "_id": key}
    return [{"delete": place}] if row is None else [{"index": place}, row]


def _changes(known: dict[str, str], rows: dict[str, Row]) -> Iterator[tuple[str, Row | None]]:
    """Deletions first, as the pipeline does."""
    yield from ((key, None) for key in sorted(known.keys() - rows.keys()))
    yield from ((key, row) for key, row in rows.items() if known.get(key) != row["basis"])


@contextmanager
def installation(url: str, prefix: str, home: Path, *, embeddings: bool = False) -> Iterator[Installation]:
    """Empty indexes under this prefix and an API over them; dropped at the end. Embedding a query costs more than asking it."""
    store = StoreSettings(url, prefix=prefix)
    settings = settings_from_env({}, home=home, store=store)
    with (
        SearchStore.open(store) as opened,
        TestClient(create_app(settings), base_url=settings.origin, raise_server_exceptions=False) as api,
    ):
        try:
            api.follow_redirects = False
            state = api.app.state  # type: ignore[attr-defined]
            state.services = replace(state.services, encoders=state.services.encoders if embeddings else None)
            names = opened.prepare()
            # Nothing here outlives a loss of power, and a flush to the disk for each index takes longer than the rest of a step.
            opened.client.indices.put_settings(index=",".join(names.values()), settings={"index.translog.durability": "async"})
            yield Installation(opened, settings, api, names)
        finally:
            opened.drop()


def address(path: str, **parameters: Any) -> str:
    return f"{path}?{urlencode(parameters, doseq=True)}" if parameters else path


def requests(topics: Sequence[str], people: Sequence[str], documents: Sequence[str], texts: Sequence[str]) -> list[str]:
    """Every route, for these names of topics, identities, documents (ids and `source/path`) and texts to search for."""
    found = [
        "/classes",
        f"/classes/{CLASS}",
        "/topics",
        "/people",
        address("/topics", type="system"),
        address("/portal/topics", type="plan"),
        f"{EXPORT}terms",
    ]
    found += ["/review", "/portal/review", address("/review", limit=1, offset=1)]
    found += [address("/topics", limit=2, offset=1), address("/people", limit=2, offset=1), "/", "/portal/topics"]
    found += ["/portal/people", *(f"{EXPORT}{kind}" for kind in ("jsonld", "graphml", "csv"))]
    for topic in topics:
        found += [f"/topics/{topic}", f"/portal/topics/{topic}", address("/topics", q=topic), address("/graph/neighbours", key=topic)]
        found += [
            address("/verdicts", key=topic),
            address("/suggest", q=topic[:3]),
            address("/portal/suggest", q=topic[:5]),
            address("/experts", q=topic),
        ]
        found += [address("/graph/neighbours", key=topic, relation=relation) for relation in RELATIONS]
        found += [address("/graph/path", a=topic, b=other) for other in (*topics[:2], *people[:2])]
    for person in people:
        found += [f"/people/{person}", f"/portal/people/{person}", address("/graph/neighbours", key=person)]
        found += [address("/people", q=person.partition("@")[0]), address("/search", q=topics[0], person=f"email:{person}")]
    for document in documents:
        found += [
            f"/documents/{document}",
            address("/gist", document=document),
            address(f"/documents/{document}", limit=1, offset=1),
            f"/portal/documents/{document}",
        ]
    for text in texts:
        found += [address("/search", q=text, **{"class": CLASS}), address("/", q=text, **{"class": CLASS})]
        found += [address("/search", q=text), address("/search", q=text, limit=2, offset=1), address("/", q=text)]
        found += [address("/search", q=text, kind=kind) for kind in ("topic", "person", "document")]
        found += [address("/search", q=text, since="2023-06-01", until="2024-03-01", type="document"), address("/experts", q=text, limit=3)]
        found += [address("/search", q=f'"{text}"'), address("/answer", q=f"What is {text}?")]
    return found


def differences(one: Installation, other: Installation, urls: Iterable[str], principals: Sequence[str]) -> dict[str, tuple[Reply, Reply]]:
    """Requests that the two answer differently."""
    pairs = {url: (one.get(url, principals), other.get(url, principals)) for url in urls}
    return {url: pair for url, pair in pairs.items() if pair[0] != pair[1]}
