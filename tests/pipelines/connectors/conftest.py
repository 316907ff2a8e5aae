"""Places that a connector reads, with the same verbs for a folder and a git repository."""

import os
import shutil
import subprocess
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.connectors.base import Connector, SourceSettings
from pipelines.connectors.registry import open_connector

NOBODY_UID = 65534


class Place(ABC):
    """Something with files in it. Every change gets a later time, so that no test depends on a clock's resolution."""

    kind: str

    def __init__(self, root: Path) -> None:
        self.root = root
        self.now = 1_700_000_000
        root.mkdir(parents=True)

    def connector(self, **settings: Any) -> Connector:
        return open_connector(self.kind, replace(SourceSettings("source", self.root, allow=("everyone",)), **settings))

    def write(self, path: str, content: bytes | str = b"text\n") -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        self.now += 3600
        os.utime(file, (self.now, self.now))
        self.done()

    def delete(self, path: str) -> None:
        (self.root / path).unlink()
        self.done()

    def rename(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        self.done()

    def link(self, path: str, target: str | Path) -> None:
        (self.root / path).symlink_to(target)
        self.done()

    @abstractmethod
    def done(self) -> None:
        """What makes a change count."""

    @abstractmethod
    def unreadable(self, path: str) -> Any:
        """A block in which the item is there and its bytes cannot be had."""


class FolderPlace(Place):
    kind = "folder"

    def done(self) -> None:
        pass

    @contextmanager
    def unreadable(self, path: str) -> Iterator[None]:
        file = self.root / path
        file.chmod(0)
        for folder in (self.root, *self.root.parents):
            if folder.stat().st_uid == os.getuid() and folder != Path("/tmp"):
                folder.chmod(folder.stat().st_mode | 0o755)
        # Permissions do not hold for root: be somebody else meanwhile.
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(NOBODY_UID)
        try:
            yield
        finally:
            if is_root:
                os.seteuid(0)
            file.chmod(0o644)


class GitPlace(Place):
    kind = "git"

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.git("init", "-q", "-b", "main")

    def done(self) -> None:
        self.commit()

    def commit(self, author: str = "Ann Abel <ann@x.example>", day: str = "") -> None:
        self.now += 3600
        self.git("add", "-A")
        name, email = author.removesuffix(">").split(" <")
        date = f"{day}T12:00:00+0000" if day else f"{self.now} +0000"
        self.git("commit", "-q", "--allow-empty", "-m", "x", date=date, GIT_AUTHOR_NAME=name, GIT_AUTHOR_EMAIL=email)

    def git(self, *arguments: str, date: str = "", **environment: str) -> str:
        known = {
            "GIT_AUTHOR_NAME": "Ann Abel",
            "GIT_AUTHOR_EMAIL": "ann@x.example",
            "GIT_COMMITTER_NAME": "C",
            "GIT_COMMITTER_EMAIL": "c@x.example",
        }
        alone = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "PATH": os.environ["PATH"], "HOME": str(self.root)}
        dated = {"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date} if date else {}
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *arguments],
            cwd=self.root,
            env=known | alone | dated | environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def unreadable(self, path: str) -> Iterator[None]:
        blob = self.git("rev-parse", f"HEAD:{path}")
        file = self.root / ".git" / "objects" / blob[:2] / blob[2:]
        whole = file.read_bytes()
        file.unlink()
        file.write_bytes(zlib.compress(b"blob 5\0he"))
        try:
            yield
        finally:
            file.write_bytes(whole)


PLACES: dict[str, type[Place]] = {"folder": FolderPlace, "git": GitPlace}


@pytest.fixture(params=sorted(PLACES))
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """One place of every kind; its own path has a space and a letter outside ASCII."""
    return PLACES[request.param](tmp_path / "ein Ort für Dateien")


@pytest.fixture
def folder(tmp_path: Path) -> FolderPlace:
    return FolderPlace(tmp_path / "ein Ort für Dateien")


@pytest.fixture
def repository(tmp_path: Path) -> Iterator[GitPlace]:
    made = GitPlace(tmp_path / "ein Ort für Dateien")
    yield made
    shutil.rmtree(made.root, ignore_errors=True)
