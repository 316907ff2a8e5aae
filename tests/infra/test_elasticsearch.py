"""The embedded Elasticsearch, for real: start, stop, crash, and what a person is told when it cannot start."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from infra import elasticsearch, process
from infra.elasticsearch import ElasticsearchSettings
from infra.errors import PortTaken, StartFailed


@pytest.fixture
def settings(home: Path, free_port: int) -> ElasticsearchSettings:
    return ElasticsearchSettings(home, port=free_port, heap="512m", outlives_us=False)


def test_documents_survive_kill_and_restart(settings: ElasticsearchSettings) -> None:
    server = elasticsearch.start(settings)
    written = httpx.post(f"{server.url}/notes/_doc/1?refresh=true", json={"text": "kept"}, timeout=60)
    assert written.status_code == 201
    os.kill(server.pid, signal.SIGKILL)

    again = elasticsearch.start(settings)
    assert again.pid != server.pid
    assert process.answers(again.url + elasticsearch.HEALTH)
    assert httpx.get(f"{again.url}/notes/_doc/1", timeout=60).json()["_source"] == {"text": "kept"}
    assert elasticsearch.start(settings) == again  # a second start finds the first
    assert elasticsearch.status(settings.home) == again

    assert elasticsearch.stop(settings.home)
    assert not psutil.pid_exists(again.pid)
    assert "stopped" in again.log.read_text()
    assert elasticsearch.status(settings.home) is None
    assert not elasticsearch.stop(settings.home)


def test_server_survives_the_command_that_started_it(home: Path, free_port: int) -> None:
    code = (
        "import sys, pathlib; from infra import elasticsearch as e; "
        "e.start(e.ElasticsearchSettings(pathlib.Path(sys.argv[1]), port=int(sys.argv[2]), heap='512m'))"
    )
    subprocess.run([sys.executable, "-c", code, str(home), str(free_port)], check=True, timeout=600)
    try:
        server = elasticsearch.status(home)
        assert server is not None
        assert process.answers(server.url + elasticsearch.HEALTH)
        listening = {c.laddr.ip for c in psutil.Process(server.pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN}
        assert listening <= {"127.0.0.1", "::ffff:127.0.0.1"}
    finally:
        assert elasticsearch.stop(home)


def test_taken_port_is_one_sentence_that_names_the_setting(settings: ElasticsearchSettings) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.port))
        other.listen()
        with pytest.raises(PortTaken) as told:
            elasticsearch.start(settings)
    assert str(settings.port) in str(told.value)
    assert "ENGRAM_ELASTICSEARCH_PORT" in str(told.value)
    assert "\n" not in str(told.value)


def test_server_that_cannot_start_shows_its_last_words(settings: ElasticsearchSettings) -> None:
    (settings.home / "elasticsearch").mkdir()
    (settings.home / "elasticsearch" / "data").write_text("a file where the folder should be")
    with pytest.raises(StartFailed, match=r"(?s)ended while starting.*elasticsearch\.log.*data"):
        elasticsearch.start(settings)
    assert elasticsearch.status(settings.home) is None
