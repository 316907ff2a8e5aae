"""What a person sees who gets it wrong: one sentence, the right exit status, no traceback."""

import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from pipelines.cli.rendering import clean, sparkline
from pipelines.home import Home

Engram = Callable[..., Result]
Program = Callable[..., "subprocess.CompletedProcess[str]"]
HEAVY = ["pyspark", "torch", "spacy", "onnxruntime", "kreuzberg", "fastapi", "pydantic", "elasticsearch", "numpy", "rich", "yaml"]


def one_sentence(text: str) -> str:
    assert "Traceback" not in text
    assert len(text.strip().splitlines()) == 1
    return text.strip()


def test_help_imports_nothing_heavy_and_is_quick(program: Program) -> None:
    code = f"import sys, pipelines.cli; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert program("--help").returncode == 0
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Processor time, because the wall clock measures whatever else runs on this machine.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.7


@pytest.mark.parametrize(
    "arguments",
    [
        *(["crad"], ["card"], ["search"], ["search", "a", "--limit", "0"], ["search", "a", "--limit", "x"], ["run", "--stage", "sing"]),
        *(["export", "--format", "pdf"], ["export"], ["serve", "--port", "0"], ["path", "a", "b", "--limit", "7"], ["ingest"]),
        *(
            ["remove"],
            ["remove", "a", "--source", "b"],
            ["token", "--view", "no principals"],
            ["token", "--hours", "0"],
            ["neighbours", "a", "--relation", "knwos"],
        ),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2(engram: Engram, home: Path, arguments: list[str]) -> None:
    result = engram(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


def test_a_missing_folder_is_1_and_said_in_one_sentence(engram: Engram, home: Path) -> None:
    result = engram("ingest", str(home / "nowhere"))
    assert result.exit_code == 1
    assert "does not exist" in one_sentence(result.stderr)


def test_a_name_that_is_none_is_2(engram: Engram, home: Path) -> None:
    result = engram("ingest", str(home), "--name", "My Source!")
    assert result.exit_code == 2
    assert "is no name for a source" in result.stderr


def test_an_unknown_source_is_1_and_says_what_to_do(program: Program, home: Path, elasticsearch_url: str) -> None:
    result = program("remove", "--source", "wiki", ENGRAM_HOME=str(home), ENGRAM_ELASTICSEARCH_URL=elasticsearch_url)
    assert result.returncode == 1
    assert "engram ingest" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_elasticsearch_reading_is_1_and_names_the_way_out(
    engram: Engram, home: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", f"http://127.0.0.1:{free_port}")
    result = engram("topics")
    assert result.exit_code == 1
    assert "engram up" in one_sentence(result.stderr)


def test_stopping_the_servers_of_a_run_is_said(engram: Engram, home: Path) -> None:
    assert "A run is working here" not in engram("down").stderr
    with Home.from_env({"ENGRAM_HOME": str(home)}).exclusive():
        assert "`engram run` goes on from there" in one_sentence(engram("down").stderr)


def test_reading_before_the_first_run_is_1_and_says_so(
    engram: Engram, home: Path, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", elasticsearch_url)
    monkeypatch.setenv("ENGRAM_INDEX_PREFIX", "never-published")
    result = engram("topics")
    assert result.exit_code == 1
    assert "engram run" in one_sentence(result.stderr)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "example.org"])
def test_serving_outside_loopback_is_refused(engram: Engram, home: Path, host: str) -> None:
    result = engram("serve", "--host", host)
    assert result.exit_code == 1
    assert "loopback only" in one_sentence(result.stderr)


def test_a_taken_port_is_said_before_any_work(engram: Engram, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("ENGRAM_API_PORT", str(taken.getsockname()[1]))
        for command in ("serve", "demo"):
            result = engram(command)
            assert result.exit_code == 1
            assert "ENGRAM_API_PORT" in one_sentence(result.stderr)
    assert sorted(path.name for path in home.iterdir()) == ["token.key"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_that_cannot_be_written_is_one_sentence(engram: Engram, home: Path) -> None:
    home.chmod(0o500)
    result = engram("token")
    assert result.exit_code == 1
    assert "Not allowed" in one_sentence(result.stderr)


def test_an_interrupt_is_130_and_says_that_it_resumes(engram: Engram, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("api.settings.load_or_create_key", interrupted)
    result = engram("token")
    assert result.exit_code == 130
    assert "goes on from there" in one_sentence(result.stderr)


def test_documents_cannot_command_the_terminal() -> None:
    assert clean("a\x1b[31mb\x07\x9b1m\u202ec\x7f\td\ne") == "a[31mb1mc\td\ne"


def test_sparklines_fit_a_terminal() -> None:
    assert sparkline({"2024-01": 1, "2024-03": 8}) == "▁ █"
    assert sparkline({}) == ""
    assert len(sparkline({f"{year}-06": 3 for year in range(1990, 2024)})) <= 72
