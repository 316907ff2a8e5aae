"""The files of Java classes that set-up makes: Spark and Elasticsearch use them, and do without where they do not fit."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from pyspark import SparkContext

from infra import elasticsearch, jars, process
from pipelines import class_archive
from pipelines.home import Home

START = """
import sys
from pathlib import Path
sys.prefix = sys.argv[1]
from pyspark import SparkContext
from knowledge_graph.serving.indexes import StoreSettings
from pipelines.home import Home
from pipelines.session import start_spark
session = start_spark(Home(Path(sys.argv[2]), StoreSettings("http://127.0.0.1:9")))
print(session.range(7).count())
print(Path(f"/proc/{SparkContext._gateway.proc.pid}/maps").read_text())
"""


def _mapped(pid: int) -> str:
    return Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")


def test_spark_starts_from_what_set_up_made(mined: Home) -> None:
    there = class_archive.spark()
    assert there.is_file(), "make env-test makes it"
    gateway = SparkContext._gateway
    assert gateway is not None
    assert str(there) in _mapped(gateway.proc.pid)


def test_a_file_that_does_not_fit_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert class_archive.options() == ""
    there = class_archive.spark()
    there.parent.mkdir(parents=True)
    there.write_bytes(b"made by another Java")
    assert str(there) in class_archive.options()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYSPARK")}
    command = [sys.executable, "-c", START, str(tmp_path), str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
    counted, _, maps = done.stdout.partition("\n")
    assert counted == "7"
    assert str(there) not in maps


def test_elasticsearch_starts_from_what_set_up_made(elasticsearch_url: str) -> None:
    there = elasticsearch.archive(jars.resolve().elasticsearch_home)
    assert there.is_file(), "make env-test makes it"
    port = int(elasticsearch_url.rpartition(":")[2])
    listening = [each for each in psutil.net_connections("tcp") if each.laddr[1:] == (port,) and each.status == psutil.CONN_LISTEN]
    assert listening[0].pid is not None
    assert str(there) in _mapped(listening[0].pid)


def test_elasticsearch_leaves_a_file_alone_that_does_not_fit(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    there = elasticsearch.archive(jars.resolve().elasticsearch_home)
    there.parent.mkdir(parents=True)
    there.write_bytes(b"made by another Java")
    server = elasticsearch.start(elasticsearch.ElasticsearchSettings(tmp_path, free_port, heap="512m", outlives_us=False))
    try:
        assert process.answers(server.url + elasticsearch.HEALTH)
        assert str(there) in " ".join(psutil.Process(server.pid).cmdline())
        assert str(there) not in _mapped(server.pid)
    finally:
        elasticsearch.stop(tmp_path)


def test_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    class_archive.make()
    assert capsys.readouterr().out == ""
