"""Learned weights in an installation: they act after a run, and a reset leaves nothing of them."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from knowledge_graph.fold.score import SHIPPED
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.cli import app
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.learned import BadLearning, load, save
from pipelines.progress import Reporter
from pipelines.run import STAGES, open_run, run
from pipelines.sources import Source

NOTES = {f"note{at}.md": f"# Blue Ledger\n\nBlue Ledger is the system of part {at}.\n\n## Motivation\n\nNone.\n" for at in range(4)}


@pytest.fixture
def place(tmp_path: Path, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    home = Home(tmp_path / "home", StoreSettings(elasticsearch_url, prefix=f"learn-{uuid.uuid4().hex[:8]}"), embeddings=False)
    for name, value in (
        ("ENGRAM_HOME", str(home.path)),
        ("ENGRAM_ELASTICSEARCH_URL", home.store.url),
        ("ENGRAM_INDEX_PREFIX", home.store.prefix),
        ("ENGRAM_EMBEDDINGS", "off"),
    ):
        monkeypatch.setenv(name, value)
    (tmp_path / "notes").mkdir()
    for path, text in NOTES.items():
        (tmp_path / "notes" / path).write_text(text, encoding="utf-8")
    sources.add(home.sources_file, Source(name="notes", kind="folder", path=tmp_path / "notes", access=("everyone",)))
    run(home, reporter=Reporter(quiet=True))
    yield home
    with SearchStore.open(home.store) as store:
        store.drop()


def topics(place: Home) -> str:
    result = CliRunner().invoke(app, ["topics", "--json"])
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_learned_weights_act_after_a_run_and_a_reset_leaves_nothing(place: Home) -> None:
    before, shipped = topics(place), digest(place)
    assert "Blue Ledger" in before
    save(place.learned_file, replace(SHIPPED, threshold=50.0))
    assert topics(place) == before, "the index is as it was made"
    with open_run(place, Reporter(quiet=True)) as running:
        counts = {stage: running.stage(stage).counts for stage in STAGES}
        assert counts["fold"]["touched"] > 0
        again = {stage: running.stage(stage).counts for stage in STAGES[1:]}
    assert not any(again.values()), "a second run finds everything weighed"
    assert "Blue Ledger" not in topics(place)
    refused = CliRunner().invoke(app, ["learn"])
    assert (refused.exit_code, "Too few verdicts" in refused.stderr) == (2, True)
    reset = CliRunner().invoke(app, ["learn", "--reset"])
    assert reset.exit_code == 0, reset.output + reset.stderr
    assert (topics(place), digest(place)) == (before, shipped)


def test_damaged_weights_stop_the_run_in_words(tmp_path: Path) -> None:
    file = tmp_path / "learned.json"
    assert load(file) == SHIPPED
    save(file, replace(SHIPPED, threshold=1.5))
    assert load(file) == replace(SHIPPED, threshold=1.5)
    file.write_text('{"weights": 3}', encoding="utf-8")
    with pytest.raises(BadLearning, match="engram learn --reset"):
        load(file)
