"""Stopped anywhere, by a signal or by a full disk, the next run gives what an undisturbed run gives.

A run in a program of its own costs a Spark start, so Ctrl-C while Spark works, a random two of the moments and a disk that is full from
one stage on are tried, the seed printed; FAULTS=all tries every one.
"""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_graph.errors import StoreUnavailable
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, run
from tests.pipelines.faults.drawn import SEED, drawn

MOMENTS = [(stage, moment, "SIGKILL") for stage in STAGES for moment in ("start", "middle", "commit")]
MOMENTS += [(stage, "middle", "SIGINT") for stage in STAGES]
ALWAYS = ("mine", "waiting", "SIGINT")
CHOSEN = [ALWAYS, *drawn(MOMENTS, 2)]


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


@pytest.mark.parametrize(("stage", "moment", "signal"), CHOSEN, ids=["-".join(each) for each in CHOSEN])
def test_the_next_run_finishes_what_was_stopped(home: Home, undisturbed: str, stage: str, moment: str, signal: str) -> None:
    stopped = _program(home, [sys.executable, "stopped.py", stage, moment, signal])
    assert stopped.returncode == (130 if signal == "SIGINT" else -9), f"seed {SEED}: {stopped.stderr[-3000:]}"
    if signal == "SIGINT":
        assert stopped.stderr.strip().endswith("engram: Stopped. What is done is kept; the same command goes on from there.")
        assert "Traceback" not in stopped.stderr
    run(home, reporter=Reporter(quiet=True))
    assert digest(home)["digest"] == undisturbed, f"seed {SEED}"


@pytest.mark.parametrize("stage", drawn(STAGES, 1))
def test_the_next_run_finishes_what_a_full_disk_stopped(home: Home, undisturbed: str, stage: str) -> None:
    alone = ["unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])]
    if subprocess.run([*alone, "mount", "-t", "tmpfs", "none", str(home.path)], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets us mount no small disk")
    filled = _program(home, [*alone, sys.executable, "filled.py", stage])
    assert filled.returncode == 0, f"seed {SEED}: {filled.stderr[-3000:]}"
    assert re.search(rf"^engram: {stage} stopped.*: the disk is full\. Free some space, then run it again\.", filled.stderr, re.MULTILINE)
    assert "Traceback" not in filled.stderr
    assert filled.stdout.split()[-1] == undisturbed, f"seed {SEED}"


def _program(home: Home, command: list[str]) -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "ENGRAM_HOME": str(home.path),
        "ENGRAM_ELASTICSEARCH_URL": home.store.url,
        "ENGRAM_INDEX_PREFIX": home.store.prefix,
    }
    return subprocess.run(command, cwd=Path(__file__).parent, env=environ, capture_output=True, text=True, check=False, timeout=900)
