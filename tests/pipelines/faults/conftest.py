"""An organisation of two files, an installation over it, and one that nothing ever disturbed."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import run
from pipelines.sources import Source

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
