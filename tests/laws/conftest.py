"""Small organisations for the laws: documents written to folders of different access, mined by the real pipeline."""

import os
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore, StoreSettings
from pipelines import sources
from pipelines.blobs import Blobs
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.lake import Lake
from pipelines.progress import Reporter
from pipelines.run import STAGES, Run
from pipelines.session import start_spark
from pipelines.sources import Source
from pipelines.stages.result import StageResult
from pipelines.status import status
from tests.laws.installation import Installation, installation

FOLDERS = {"open": "everyone", "engineering": "group:engineering", "people": "group:people"}
WRITTEN = 1_700_000_000
"""One modification time for every file, so that histories differ in nothing but what they are about."""

Documents = Mapping[str, str]


@dataclass(frozen=True)
class Organisation:
    """A folder source with an installation of its own."""

    place: Path
    home: Home

    @property
    def files(self) -> Path:
        return self.place / "files"

    def write(self, documents: Documents, allow: Mapping[str, str] = FOLDERS) -> None:
        """Make the folders hold exactly these documents, by path."""
        shutil.rmtree(self.files, ignore_errors=True)
        for folder, principal in allow.items():
            (self.files / folder).mkdir(parents=True)
            (self.files / folder / ".engram.yaml").write_text(f"allow: ['{principal}']\n")
        for path, text in documents.items():
            file = self.files / path
            file.write_text(text, encoding="utf-8")
            os.utime(file, (WRITTEN, WRITTEN))

    def mine(self) -> dict[str, StageResult]:
        if not sources.load(self.home.sources_file):
            sources.add(self.home.sources_file, Source(name="org", kind="folder", path=self.files))
        running = Run(self.home, Lake(self.home.lake, lambda: start_spark(self.home)), Blobs(self.home.blobs), Reporter(quiet=True))
        (self.home.path / "run").mkdir(parents=True, exist_ok=True)
        return {stage: running.stage(stage) for stage in STAGES}

    def digest(self) -> dict[str, object]:
        return digest(self.home)

    def states(self) -> dict[str, int]:
        total: dict[str, int] = status(self.home)["total"]
        return total

    def library(self, store: SearchStore, *principals: str) -> Library:
        return Library(store, Reader.of(principals))


@pytest.fixture
def organisation(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Organisation]]:
    """Makes organisations; what they published is dropped at the end."""
    made: list[Organisation] = []

    def make() -> Organisation:
        place = tmp_path_factory.mktemp("organisation")
        home = Home(place / "home", StoreSettings(elasticsearch_url, prefix=f"law-{uuid.uuid4().hex[:8]}"))
        made.append(Organisation(place, home))
        return made[-1]

    yield make
    for each in made:
        with SearchStore.open(each.home.store) as store:
            store.drop()


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose indexes a test fills by itself."""
    with installation(elasticsearch_url, f"law-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made
