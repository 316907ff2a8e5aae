"""`engram serve` and the API in the background, as programs."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

import api
from api.settings import settings_from_env
from infra import process
from pipelines.cli.servers import API, start_api
from pipelines.home import Home

STARTS_WITHIN_S = 300


def test_serve_prints_a_login_and_ends_with_an_interrupt(mined: Home, free_port: int) -> None:
    environ = {
        **os.environ,
        "ENGRAM_HOME": str(mined.path),
        "ENGRAM_ELASTICSEARCH_URL": mined.store.url,
        "ENGRAM_INDEX_PREFIX": mined.store.prefix,
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "pipelines.cli", "serve", "--port", str(free_port)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            line = server.stdout.readline()
            match = re.fullmatch(rf"Portal: (http://127\.0\.0\.1:{free_port})/portal/login#token=(\S+)\n", line)
            assert match, line
            wait_until_up(match[1])
            answer = httpx.get(f"{match[1]}/topics/Project Falcon", headers={"Authorization": f"Bearer {match[2]}"}, timeout=30)
            assert answer.json()["key"] == "projectfalcon"
        finally:
            server.send_signal(signal.SIGINT)
        _, errors = server.communicate(timeout=120)
    assert server.returncode == 0
    assert "Traceback" not in errors


def test_the_server_in_the_background_starts_once_and_again_when_its_code_is_newer_and_keeps_tokens_out_of_its_log(
    mined: Home, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", mined.store.url)
    monkeypatch.setenv("ENGRAM_INDEX_PREFIX", mined.store.prefix)
    settings = replace(settings_from_env({}, home=mined.path, store=mined.store), port=free_port)
    upgraded = Path(api.__file__).parent / "static" / "mark.svg"
    times = (upgraded.stat().st_atime, upgraded.stat().st_mtime)
    try:
        start_api(mined, settings)
        child = process.running(mined.path, API)
        assert child
        start_api(mined, settings)
        assert process.running(mined.path, API) == child
        assert "token" not in process.log_path(mined.path, API).read_text()
        upgraded.touch()
        start_api(mined, settings)
        renewed = process.running(mined.path, API)
        assert renewed
        assert renewed.pid != child.pid
    finally:
        os.utime(upgraded, times)
        assert process.stop(mined.path, API)
    assert process.running(mined.path, API) is None


def wait_until_up(origin: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{origin}/health", timeout=10).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{origin} did not answer within {STARTS_WITHIN_S} s")
