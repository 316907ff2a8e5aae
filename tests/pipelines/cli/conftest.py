"""The command as its users run it: in this process for quick questions, as a program for the rest."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.home import Home

Engram = Callable[..., Result]
Program = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def engram() -> Engram:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


@pytest.fixture
def program() -> Program:
    def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "pipelines.cli", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environ}, timeout=600)

    return run


@pytest.fixture
def larkspur(mined: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """The environment of the mined organisation."""
    monkeypatch.setenv("ENGRAM_HOME", str(mined.path))
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", mined.store.url)
    monkeypatch.setenv("ENGRAM_INDEX_PREFIX", mined.store.prefix)
    return mined
