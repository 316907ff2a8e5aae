"""Stopped anywhere, the next run gives what an undisturbed run gives.

A run in a program of its own costs a Spark start, so Ctrl-C while Spark works and a random two of the moments are tried, the seed
printed; FAULTS=all tries every one.
"""

import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_graph.errors import StoreUnavailable
from knowledge_graph.serving.store import SearchStore, StoreSettings
from pipelines import sources
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, run
from pipelines.sources import Source

MOMENTS = [(stage, moment, "SIGKILL") for stage in STAGES for moment in ("start", "middle", "commit")]
MOMENTS += [(stage, "middle", "SIGINT") for stage in STAGES]
ALWAYS = ("mine", "waiting", "SIGINT")
# The processes that share a run draw the same.
SEED = random.Random(os.environ.get("PYTEST_XDIST_TESTRUNUID")).randrange(10_000)
CHOSEN = [ALWAYS, *(MOMENTS if os.environ.get("FAULTS") == "all" else random.Random(SEED).sample(MOMENTS, 2))]
TEXTS = {
    "falcon.md": "# Project Falcon\n\nProject Falcon is a scanner. Owner: Ann Lee <ann@x.example>\n",
    "b.md": "# Blue Ledger\n\nIt feeds Project Falcon.\n",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    for name, text in TEXTS.items():
        (folder / name).write_text(text)
        os.utime(folder / name, (1_700_000_000, 1_700_000_000))
    return folder


@pytest.fixture
def home(files: Path, elasticsearch_url: str, tmp_path: Path) -> Iterator[Home]:
    yield from installation(files, elasticsearch_url, tmp_path)


def installation(files: Path, url: str, place: Path) -> Iterator[Home]:
    made = Home(place / "home", StoreSettings(url, prefix=f"stop-{uuid.uuid4().hex[:8]}"))
    sources.add(made.sources_file, Source(name="org", kind="folder", path=files, access=("everyone",)))
    yield made
    with SearchStore.open(made.store) as store:
        store.drop()
    # Spark's scratch folder lies in the first installation of the process and is used until its end.
    shutil.rmtree(made.lake, ignore_errors=True)


@pytest.fixture(scope="module")
def calm(files: Path, elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    yield from installation(files, elasticsearch_url, tmp_path_factory.mktemp("calm"))


@pytest.fixture(scope="module")
def undisturbed(calm: Home) -> str:
    run(calm, reporter=Reporter(quiet=True))
    found: str = digest(calm)["digest"]
    return found


def test_lost_bytes_and_a_server_that_is_away_heal(calm: Home, undisturbed: str, files: Path, free_port: int) -> None:
    """The stored copy of one file is lost while Elasticsearch is down; both come back with the next run."""
    for blob in [path for path in calm.blobs.glob("??/*") if b"scanner" in path.read_bytes()]:
        blob.unlink()
    away = replace(calm, store=replace(calm.store, url=f"http://127.0.0.1:{free_port}"))
    with pytest.raises(StoreUnavailable, match="engram up"):
        run(away, full=True, reporter=Reporter(quiet=True))
    assert any(b"scanner" in path.read_bytes() for path in calm.blobs.glob("??/*"))
    run(calm, reporter=Reporter(quiet=True))
    assert digest(calm)["digest"] == undisturbed


@pytest.mark.parametrize(("stage", "moment", "signal"), CHOSEN, ids="-".join)
def test_the_next_run_finishes_what_was_stopped(home: Home, undisturbed: str, stage: str, moment: str, signal: str) -> None:
    environ = {
        **os.environ,
        "ENGRAM_HOME": str(home.path),
        "ENGRAM_ELASTICSEARCH_URL": home.store.url,
        "ENGRAM_INDEX_PREFIX": home.store.prefix,
    }
    command = [sys.executable, str(Path(__file__).with_name("stopped.py")), stage, moment, signal]
    stopped = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=900)
    assert stopped.returncode == (130 if signal == "SIGINT" else -9), f"seed {SEED}: {stopped.stderr[-3000:]}"
    if signal == "SIGINT":
        assert stopped.stderr.strip().endswith("engram: Stopped. What is done is kept; the same command goes on from there.")
        assert "Traceback" not in stopped.stderr
    run(home, reporter=Reporter(quiet=True))
    assert digest(home)["digest"] == undisturbed, f"seed {SEED}"
