"""An installation from before the second model: it gets the vectors that it lacks at the next run, and loses nothing until then."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import Encoders
from pipelines import sources
from pipelines.home import Home
from pipelines.lake import table_rows
from pipelines.progress import Reporter
from pipelines.run import run
from pipelines.sources import Source

NOTES = {
    "leave.md": "# Leave\n\nEmployees have thirty days of paid leave each year.\n",
    "canteen.md": "# Canteen\n\nThe soup is free on Fridays.\n",
    "lager.md": "# Das Lager\n\nDas Lager im Norden wurde im März eröffnet, und dort arbeiten zweihundert Menschen.\n",
}


@pytest.fixture
def place(tmp_path: Path, elasticsearch_url: str) -> Iterator[Home]:
    home = Home(tmp_path / "home", StoreSettings(elasticsearch_url, prefix=f"across-{uuid.uuid4().hex[:8]}"))
    (tmp_path / "notes").mkdir()
    for path, text in NOTES.items():
        (tmp_path / "notes" / path).write_text(text, encoding="utf-8")
    sources.add(home.sources_file, Source(name="notes", kind="folder", path=tmp_path / "notes", access=("everyone",)))
    run(home, reporter=Reporter(quiet=True))
    yield home
    with SearchStore.open(home.store) as store:
        store.drop()


def first(home: Home, question: str) -> str | None:
    with SearchStore.open(home.store) as store:
        hits = Library(store, Reader.of(()), encoders=Encoders()).search(question, kinds=("document",)).hits
    return hits[0].path if hits else None


def make_older(home: Home) -> None:
    """The table of vectors as it was: without the second model's, and on another basis."""
    rows = [{**row, "basis": "older"} for row in table_rows(home.lake, "vectors", ["document", "basis", "embeddings"])]
    schema = pa.schema({"document": pa.string(), "basis": pa.string(), "embeddings": pa.list_(pa.binary())})
    write_deltalake(home.lake / "vectors", pa.Table.from_pylist(rows, schema=schema), mode="overwrite", schema_mode="overwrite")
    assert "multilingual" not in DeltaTable(home.lake / "vectors").schema().to_arrow().names


def test_an_older_installation_learns_other_languages_at_its_next_run(place: Home) -> None:
    question = "Wie viele Urlaubstage stehen mir im Jahr zu?"
    assert first(place, question) == "leave.md"
    assert first(place, "How many people work in the northern warehouse?") == "lager.md"
    before = sorted(map(repr, table_rows(place.lake, "vectors")))
    make_older(place)
    run(place, stage="publish", reporter=Reporter(quiet=True))
    assert first(place, "thirty days of paid leave") == "leave.md", "no row is lost"
    run(place, reporter=Reporter(quiet=True))
    assert sorted(map(repr, table_rows(place.lake, "vectors"))) == before
    assert first(place, question) == "leave.md"
