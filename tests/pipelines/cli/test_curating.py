"""The commands that decide, over the mined organisation; each test has a log of its own."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from pipelines.home import Home

Engram = Callable[..., Result]
CURATOR = "ann@larkspur.example,role:curator"


@pytest.fixture(autouse=True)
def _own_log(larkspur: Home, empty_postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_CURATION_URL", empty_postgres_url)


def test_a_verdict_its_history_and_its_undo(engram: Engram) -> None:
    told = engram("verdict", "rename", "Project Falcon", "Falcon Two", "--for", "everyone", "--why", "new in May", "--as", CURATOR)
    assert told.exit_code == 0, told.output
    id = told.stdout.split()[2].rstrip(".")
    assert json.loads(engram("card", "falcon two", "--json").stdout)["names"][0] == "Falcon Two"
    history = engram("verdicts", "Falcon Two", "--as", CURATOR).stdout
    assert all(part in history for part in ("ann@larkspur.example", "rename", "Falcon Two", "new in May", "in effect", id))
    assert engram("verdict", "undo", id, "--as", CURATOR).exit_code == 0
    rows = json.loads(engram("verdicts", "Project Falcon", "--as", CURATOR, "--json").stdout)["verdicts"]
    assert [row["state"] for row in rows] == ["undone", "in effect"]


def test_a_description_is_shown_with_its_author(engram: Engram) -> None:
    engram("verdict", "describe", "Project Falcon", "Ours alone.", "--for", "everyone", "--as", CURATOR)
    assert "Ours alone. (written by ann@larkspur.example" in engram("card", "Project Falcon").stdout


def test_what_waits_is_listed_for_curators(engram: Engram) -> None:
    assert "next `engram run`" in engram("verdict", "confirm", "Terra Incognita", "--as", CURATOR).stdout
    assert "terraincognita" in engram("verdicts", "--as", CURATOR).stdout


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("verdict", "reject", "Project Falcon"), 1, "needs the role curator"),
        (("verdict", "praise", "Project Falcon", "--as", CURATOR), 2, "There is no verdict 'praise'"),
        (("verdict", "rename", "Project Falcon", "X", "--as", CURATOR), 2, "Say whom the text is for"),
        (("verdict", "reject", "Project Falcon", "--based-on", "0123", "--as", CURATOR), 1, "Somebody else decided meanwhile"),
        (("verdict", "undo", "0123", "--as", CURATOR), 1, "There is no such verdict"),
        (("verdicts", "Project Osprey"), 1, "There is no such verdict or card"),
    ],
)
def test_refusals(engram: Engram, arguments: tuple[str, ...], status: int, told: str) -> None:
    result = engram(*arguments)
    assert result.exit_code == status, result.output
    assert told in result.stderr
    assert "Traceback" not in result.stderr


def test_without_a_log_reading_writes_none(engram: Engram, monkeypatch: pytest.MonkeyPatch, larkspur: Home) -> None:
    monkeypatch.delenv("ENGRAM_CURATION_URL")
    assert engram("card", "Project Falcon").exit_code == 0
    assert not (Path(larkspur.path) / "verdicts.sqlite").exists()
