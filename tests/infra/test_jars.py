"""The jars: the pinned list is complete, and a file that is not the pinned one is never used."""

import hashlib
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra import jars
from infra.errors import ChecksumMismatch, DownloadFailed

GOOD = b"a jar"
PIN = f"delta org.example:thing:1.0 {hashlib.sha256(GOOD).hexdigest()}\n"


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture
def repository(tmp_path: Path):
    """A Maven repository on loopback: its folder and its address."""
    folder = tmp_path / "repository"
    (folder / "org/example/thing/1.0").mkdir(parents=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_QuietHandler, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield folder / "org/example/thing/1.0/thing-1.0.jar", f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_pinned_jars_are_all_here() -> None:
    found = jars.resolve()
    assert [p.name for p in found.delta if p.name.startswith("delta-spark")] == ["delta-spark_4.2_2.13-4.4.0.jar"]
    assert len(found.delta) == 7
    module = found.elasticsearch_home / "modules" / jars.NETTY
    assert (module / "plugin-descriptor.properties").is_file()
    assert (found.elasticsearch_home / "lib" / "elasticsearch-9.2.0.jar").is_file()


def test_download_is_kept(tmp_path: Path, repository: tuple[Path, str]) -> None:
    served, address = repository
    served.write_bytes(GOOD)
    cache = tmp_path / "cache ä"
    found = jars.resolve(cache, address, PIN)
    assert [p.read_bytes() for p in found.delta] == [GOOD]
    served.unlink()
    assert jars.resolve(cache, address, PIN) == found


def test_other_bytes_are_refused(tmp_path: Path, repository: tuple[Path, str]) -> None:
    served, address = repository
    served.write_bytes(b"something else")
    with pytest.raises(ChecksumMismatch, match=r"thing-1\.0\.jar"):
        jars.resolve(tmp_path / "cache", address, PIN)
    served.write_bytes(GOOD)
    assert jars.resolve(tmp_path / "cache", address, PIN).delta  # the wrong one is not kept either


def test_missing_jar_says_what_to_set(tmp_path: Path, repository: tuple[Path, str]) -> None:
    _served, address = repository
    with pytest.raises(DownloadFailed, match="ENGRAM_MAVEN_URL"):
        jars.resolve(tmp_path / "cache", address, PIN)
