"""Gold for the small organisation of tests/data/larkspur, in the format that users write."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.home import Home

FALCON, WRITER, OSPREY = "falcon", "writer", "osprey"
TOPICS: dict[str, dict[str, Any]] = {
    FALCON: {"kind": "project", "name": "Project Falcon", "aliases": ["Falcon project charter"]},
    WRITER: {"kind": "part", "name": "Ledger writer"},
    OSPREY: {"kind": "project", "name": "Project Osprey"},
}
PEOPLE = {
    "ann": {"names": ["Ann Lindqvist"], "emails": ["ann@larkspur.example"]},
    "bo": {"names": ["Bo Okafor"], "emails": ["bo@larkspur.example"]},
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    folder = tmp_path / "larkspur"
    folder.mkdir()
    (folder / "topics.json").write_text(json.dumps({id: {"id": id, **topic} for id, topic in TOPICS.items()}))
    (folder / "people.json").write_text(json.dumps({id: {"handle": id, **person} for id, person in PEOPLE.items()}))
    (folder / "qrels.expert.txt").write_text(f"{FALCON} 0 ann 3\n{FALCON} 0 bo 1\n{WRITER} 0 bo 3\n{OSPREY} 0 ann 3\n")
    (folder / "related.json").write_text(json.dumps([{"source": WRITER, "relation": "part-of", "target": FALCON}]))
    return folder


@pytest.fixture
def evaluated(mined: Home, monkeypatch: pytest.MonkeyPatch, gold: Path) -> Callable[..., Result]:
    """`engram eval` over the mined organisation."""
    monkeypatch.setenv("ENGRAM_HOME", str(mined.path))
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", mined.store.url)
    monkeypatch.setenv("ENGRAM_INDEX_PREFIX", mined.store.prefix)
    return lambda *arguments: CliRunner().invoke(app, ["eval", *arguments, "--data", str(gold)])
