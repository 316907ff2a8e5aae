"""The file of Java classes that set-up makes: Spark uses it, and does without where it does not fit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import class_archive

START = """
import sys
from pathlib import Path
sys.prefix = sys.argv[1]
from pyspark import SparkContext
from knowledge_graph.serving.store import StoreSettings
from pipelines.home import Home
from pipelines.session import start_spark
session = start_spark(Home(Path(sys.argv[2]), StoreSettings("http://127.0.0.1:9")))
print(session.range(7).count())
print(Path(f"/proc/{SparkContext._gateway.proc.pid}/maps").read_text())
"""


def _started(prefix: Path, home: Path) -> tuple[str, str]:
    """What a Spark of this environment counts to, and what its JVM has mapped."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYSPARK")}
    done = subprocess.run([sys.executable, "-c", START, str(prefix), str(home)], capture_output=True, text=True, check=True, env=environ)
    counted, _, maps = done.stdout.partition("\n")
    return counted, maps


def test_spark_starts_from_what_set_up_made(tmp_path: Path) -> None:
    there = class_archive._place()
    assert there.is_file(), "make env-test makes it"
    counted, maps = _started(Path(sys.prefix), tmp_path)
    assert counted == "7"
    assert str(there) in maps


def test_a_file_that_does_not_fit_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert class_archive.options() == ""
    there = class_archive._place()
    there.parent.mkdir(parents=True)
    there.write_bytes(b"made by another Java")
    assert str(there) in class_archive.options()
    counted, maps = _started(tmp_path, tmp_path / "home")
    assert counted == "7"
    assert str(there) not in maps


def test_made_once(capsys: pytest.CaptureFixture[str]) -> None:
    class_archive.make()
    assert capsys.readouterr().out == ""
