"""What a suite is: a name, the files that it reads, a function that measures."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.evaluation.errors import NothingToScore
from pipelines.evaluation.results import Measured, Report

if TYPE_CHECKING:
    from knowledge_graph.serving.indexes import StoreSettings
    from knowledge_graph.serving.library import Library
    from pipelines.home import Home


@dataclass(frozen=True, slots=True)
class Given:
    """What a suite measures with: a folder of gold, and the mined installation as one reader where the suite asks for one."""

    folder: Path
    library: "Library | None" = None
    lake: Path = Path()
    """Where that installation's tables are: baselines count names that were mined and not published."""
    verdicts: Path = Path()
    """A folder with verdicts of a person on what was found, where the gold cannot know it (`topics`, `aliases`, `definitions`)."""

    store: "StoreSettings | None" = None
    """Elasticsearch, for a suite that serves passages of its own."""
    home: "Home | None" = None
    """The installation, for a suite that mines something of its own beside it."""

    @property
    def name(self) -> str:
        return self.folder.resolve().name

    def mined(self) -> "Library":
        if self.library is None:
            raise NothingToScore("This suite scores what is mined: it needs an installation.")
        return self.library

    def installation(self) -> "Home":
        if self.home is None:
            raise NothingToScore("This suite mines something of its own: it needs an installation to do it beside.")
        return self.home

    def search(self) -> "StoreSettings":
        if self.store is None:
            raise NothingToScore("This suite serves passages: it needs Elasticsearch.")
        return self.store


@dataclass(frozen=True, slots=True)
class Suite:
    """`folder` is where the suite's files lie in a collection of several sets; `files` are patterns that must be found."""

    name: str
    about: str
    files: tuple[str, ...]
    measure: Callable[[Given], Measured]
    folder: str = "."
    mined: bool = False
    """True where it scores the mined installation, through what the API calls."""
    by_meaning: bool = False
    """True where the installation is asked with the model that compares texts."""

    searches: bool = False
    """True where it serves passages of its own from Elasticsearch."""

    def find(self, data: Path) -> Path:
        """The folder of this suite: the one named, or the suite's own inside it. One that reads no files has none."""
        if not self.files:
            return Path(self.folder)
        for folder in (data, data / self.folder):
            if all(any(folder.glob(pattern)) for pattern in self.files):
                return folder
        wanted = ", ".join(self.files)
        raise NothingToScore(f"{data} does not hold what the suite {self.name} reads: {wanted}. Name the folder with --data.")


def evaluate(suite: Suite, given: Given) -> Report:
    started = time.monotonic()
    measured = suite.measure(given)
    seconds = round(time.monotonic() - started, 1)
    return Report(suite.name, given.name, seconds, measured.figures, measured.worst, measured.notes)
