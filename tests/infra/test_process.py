"""Child processes with pid files: who is alive, whose pid it is, how they end."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from infra import process
from infra.errors import StartFailed

SLEEPER = [sys.executable, "-c", "import time; print('at work', flush=True); time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)",
]


def _heard(home: Path, word: str) -> bool:
    return word in process.log_path(home, "child").read_text()


def test_child_is_found_until_it_is_stopped(home: Path) -> None:
    child = process.spawn(home, "child", SLEEPER, port=1, env={})
    process.wait_ready(home, child, lambda: _heard(home, "at work"), 20)
    assert process.running(home, "child") == child
    assert process.stop(home, "child")
    assert process.running(home, "child") is None
    assert not process.stop(home, "child")


def test_deaf_child_is_killed(home: Path) -> None:
    child = process.spawn(home, "child", STUBBORN, port=1, env={})
    process.wait_ready(home, child, lambda: _heard(home, "deaf"), 20)
    assert process.stop(home, "child", timeout_s=0.5)
    assert process.running(home, "child") is None


def test_killed_child_is_forgotten(home: Path) -> None:
    child = process.spawn(home, "child", SLEEPER, port=1, env={})
    os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(StartFailed, match="child ended while starting"):
        process.wait_ready(home, child, lambda: False, 20)
    assert process.running(home, "child") is None
    assert not list((home / "run").iterdir())


def test_pid_that_now_belongs_to_another_program_is_left_alone(home: Path) -> None:
    stranger = subprocess.Popen(SLEEPER)
    try:
        (home / "run").mkdir()
        stale = {"name": "child", "pid": stranger.pid, "began": 1.0, "port": 1}
        (home / "run" / "child.json").write_text(json.dumps(stale))
        assert process.running(home, "child") is None
        assert not process.stop(home, "child")
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_half_written_pid_file_is_no_obstacle(home: Path) -> None:
    (home / "run").mkdir()
    (home / "run" / "child.json").write_text('{"name": "chi')
    assert process.running(home, "child") is None


def test_silent_child_is_reported_with_its_log(home: Path) -> None:
    child = process.spawn(home, "child", SLEEPER, port=4711, env={})
    try:
        with pytest.raises(StartFailed, match=r"did not answer on port 4711 within 3 s(?s:.*)at work"):
            process.wait_ready(home, child, lambda: False, 3)
    finally:
        process.stop(home, "child")
