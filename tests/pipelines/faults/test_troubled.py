"""What goes wrong around a run while it works; the next run gives what an undisturbed run gives.

Spark's workers and Elasticsearch are killed, Elasticsearch is busy, away or cuts the line, somebody else commits to a table, the clock is
set back. Everything is real but the moment: a proxy stands before Elasticsearch, and a worker kills itself. Some are tried, the seed
printed; FAULTS=all tries every one.
"""

import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pytest
from deltalake import DeltaTable

from infra import elasticsearch
from infra.elasticsearch import ElasticsearchSettings
from knowledge_graph.errors import EngramError
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from pipelines.digest import digest
from pipelines.faults import StageFailed
from pipelines.home import Home
from pipelines.lake import TABLES
from pipelines.progress import Reporter
from pipelines.rows import Row, map_rows
from pipelines.run import STAGES, Stage, run
from pipelines.stages import publish
from tests.pipelines.faults.drawn import ALL, SEED, drawn

QUIET = Reporter(quiet=True)
Mapped = Callable[[Iterator[Row]], Iterable[Row]]


def _dying(inner: Mapped, moment: str, once: Path) -> Mapped:
    """A stage's function whose worker is killed, one time, before its first row, after it, or when all is done."""

    def die() -> None:
        if not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    def run(rows: Iterator[Row]) -> Iterator[Row]:
        if moment == "start":
            die()
        for row in inner(rows):
            yield row
            if moment == "middle":
                die()
        if moment == "commit":
            die()

    return run


@pytest.mark.parametrize(("stage", "moment"), drawn([(stage, at) for stage in STAGES for at in ("start", "middle", "commit")], 1))
def test_a_killed_worker(home: Home, undisturbed: str, stage: Stage, moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def dying(frame: Any, function: Mapped, schema: Any) -> Any:
        return map_rows(frame, _dying(function, moment, tmp_path / "killed"), schema)

    with monkeypatch.context() as patch:
        patch.setattr(import_module(f"pipelines.stages.{stage}"), "map_rows", dying)
        with pytest.raises(StageFailed, match=rf"^{stage} stopped: .*killed.*`engram run` goes on from there"):
            run(home, reporter=QUIET)
    assert (tmp_path / "killed").exists()
    run(home, reporter=QUIET)
    assert digest(home)["digest"] == undisturbed, f"seed {SEED}"


OURS = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}


class Proxy(ThreadingHTTPServer):
    """Stands before Elasticsearch and does to some of the bulk requests what its fault says."""

    daemon_threads = True

    def __init__(self, url: str, fault: str, times: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.url, self.fault, self.left, self.injected = url, fault, times, 0
        self.client = httpx.Client(timeout=60, trust_env=False)
        self._lock = threading.Lock()

    def hits(self, path: str) -> bool:
        """Whether this request is one that the fault befalls."""
        with self._lock:
            if "_bulk" not in path or self.left <= 0:
                return False
            self.left -= 1
            self.injected += 1
            return True


class _Passing(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.fault if self.server.hits(self.path) else ""
        if fault == "cut before":
            self.close_connection = True
            return
        if fault in ("429", "503"):
            self._answer(int(fault), OURS, b'{"error": "injected"}')
            return
        if fault == "rows 429":
            names = [next(iter(json.loads(line))) for line in body.splitlines() if line.startswith((b'{"index"', b'{"delete"'))]
            items = [{name: {"_index": "i", "_id": "1", "status": 429, "error": {"type": "injected"}}} for name in names]
            self._answer(200, OURS, json.dumps({"took": 1, "errors": True, "items": items}).encode())
            return
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "accept-encoding")}
        answer = self.server.client.request(self.command, f"{self.server.url}{self.path}", content=body, headers=headers)
        if fault == "cut after":
            self.close_connection = True
            return
        kept = {name: value for name, value in answer.headers.items() if name.lower() in ("content-type", "x-elastic-product")}
        self._answer(answer.status_code, kept, answer.content)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _pass

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def _proxy(url: str, fault: str, times: int) -> Iterator[Proxy]:
    with Proxy(url, fault, times) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
        proxy.client.close()


@contextmanager
def _elsewhere(calm: Home, url: str) -> Iterator[Home]:
    """The calm installation with empty indexes at another address."""
    there = replace(calm, store=StoreSettings(url, prefix=f"stop-{uuid.uuid4().hex[:8]}"))
    yield there
    with SearchStore.open(replace(there.store, url=calm.store.url)) as store:
        store.drop()


ELASTICSEARCH = ("429", "503", "rows 429", "cut before", "cut after")
FOR_GOOD = 1_000
LASTING = [*drawn(("503", "cut before", "cut after"), 1), *(["429"] if ALL else [])]
"""Being told to wait is obeyed for three minutes."""


@pytest.mark.parametrize("fault", drawn(ELASTICSEARCH, 1))
def test_elasticsearch_in_trouble_for_a_moment(calm: Home, undisturbed: str, fault: str) -> None:
    with _proxy(calm.store.url, fault, 2) as proxy, _elsewhere(calm, f"http://127.0.0.1:{proxy.server_port}") as there:
        run(there, stage="publish", full=True, reporter=QUIET)
        assert proxy.injected == 2
        assert digest(there)["digest"] == undisturbed, f"seed {SEED}"


@pytest.mark.parametrize("fault", LASTING)
def test_elasticsearch_in_trouble_for_good(calm: Home, undisturbed: str, fault: str) -> None:
    with _proxy(calm.store.url, fault, FOR_GOOD) as proxy, _elsewhere(calm, f"http://127.0.0.1:{proxy.server_port}") as there:
        with pytest.raises(EngramError, match=r"^publish stopped at .*Elasticsearch.*`engram run` goes on from there"):
            run(there, stage="publish", full=True, reporter=QUIET)
        assert proxy.injected > 0
        healed = replace(there, store=replace(there.store, url=calm.store.url))
        run(healed, stage="publish", full=True, reporter=QUIET)
        assert digest(healed)["digest"] == undisturbed, f"seed {SEED}"


@pytest.mark.parametrize("moment", drawn(("start", "middle", "commit"), 1))
def test_elasticsearch_is_killed(
    calm: Home, undisturbed: str, moment: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, free_port: int
) -> None:
    settings = ElasticsearchSettings(tmp_path, port=free_port, heap="512m", outlives_us=False)
    server = elasticsearch.start(settings)
    there = replace(calm, store=StoreSettings(server.url, prefix="killed"))
    holder, name = {"start": (SearchStore, "prepare"), "middle": (publish._Sync, "_write"), "commit": (SearchStore, "swap")}[moment]
    inner = getattr(holder, name)

    def killing(*arguments: Any, **options: Any) -> Any:
        os.kill(server.pid, signal.SIGKILL)
        return inner(*arguments, **options)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(holder, name, killing)
            with pytest.raises(EngramError, match=r"Elasticsearch does not answer.*engram up"):
                run(there, stage="publish", full=True, reporter=QUIET)
        assert elasticsearch.start(settings).pid != server.pid
        run(there, stage="publish", reporter=QUIET)
        assert digest(there)["digest"] == undisturbed, f"seed {SEED}"
    finally:
        elasticsearch.stop(tmp_path)


@pytest.mark.parametrize("table", drawn(("documents", "evidence", "partials", "edges", "subjects"), 1))
def test_somebody_else_commits_to_a_table(home: Home, undisturbed: str, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between what a stage read of a table and its own commit, every row of it is written anew by another program."""
    run(home, reporter=QUIET)
    inner = DeltaTable.merge
    others: list[dict[str, Any]] = []

    def merge(self: DeltaTable, *arguments: Any, **options: Any) -> Any:
        made = inner(self, *arguments, **options)
        if Path(self.table_uri.removeprefix("file://")).name == table and not others:
            key = TABLES[table].key[0]
            others.append(DeltaTable(home.lake / table).update(updates={key: key}))
        return made

    with monkeypatch.context() as patch:
        patch.setattr(DeltaTable, "merge", merge)
        with pytest.raises(StageFailed, match=r"stopped: .*another program.*`engram run` goes on from there"):
            run(home, full=True, reporter=QUIET)
    assert others
    run(home, reporter=QUIET)
    assert digest(home)["digest"] == undisturbed, f"seed {SEED}"


def test_a_clock_that_was_set_back(home: Home, undisturbed: str, files: Path) -> None:
    """A run on a clock that is a year ahead, as all it wrote says, and one on the right clock after a file is gone."""
    late = files / "late.md"
    late.write_text("# Night Harbour\n\nA plan that is taken back.\n")
    try:
        run(home, reporter=QUIET)
    finally:
        late.unlink()
    ahead = time.time() + 365 * 86_400
    for written in [each for each in home.path.rglob("*") if each.is_file()]:
        if written.parent.name == "_delta_log" and written.suffix == ".json":
            said = [json.loads(line) for line in written.read_text().splitlines()]
            for each in said:
                each.get("commitInfo", {}).update(timestamp=int(ahead * 1000))
            written.write_text("".join(f"{json.dumps(each)}\n" for each in said))
        os.utime(written, (ahead, ahead))
    run(home, reporter=QUIET)
    assert digest(home)["digest"] == undisturbed
