"""Who changed which file of a git history, how often and when, followed through renames.

One pass over `git log` from the oldest commit to the newest; memory grows with files and their authors, not with
commits. Merge commits and moves that leave the content alone count for nobody. The oldest commit of a shallow clone
seems to add every file and says nothing about who wrote them: it is passed over. People are as the .mailmap of the
listed commit names them, days are the author's own.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge_graph.model.records import Contribution
from pipelines.connectors.git_process import Repository
from pipelines.connectors.people import creator, edits

_log = logging.getLogger(__name__)

_COMMIT = b"\x01"
_STATUS = re.compile(rb"\n?([ACDMRTUX])(\d*)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORMAT = "--format=%x01%H%x02%aN%x02%aE%x02%as"

Author = tuple[str, str]


@dataclass(slots=True)
class FileHistory:
    """Who changed one file."""

    author: int = -1
    born: str = ""
    edits: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    """Author number to how often, first and last day."""

    def add(self, author: int, count: int, first: str, last: str) -> None:
        before = self.edits.get(author, (0, first, last))
        self.edits[author] = (before[0] + count, min(before[1], first), max(before[2], last))

    def absorb(self, other: "FileHistory") -> None:
        if self.author < 0:
            self.author, self.born = other.author, other.born
        for author, (count, first, last) in other.edits.items():
            self.add(author, count, first, last)


@dataclass(frozen=True, slots=True)
class _Change:
    status: bytes
    path: str
    before: str = ""
    only_moved: bool = False


class History:
    """The histories of all files that a commit can see."""

    def __init__(self, repository: Repository, commit: str) -> None:
        self._authors: dict[Author, int] = {}
        self._files: dict[str, FileHistory] = {}
        self._moved: dict[str, str] = {}
        for author, day, changes in _commits(repository, commit):
            self._apply(self._authors.setdefault(author, len(self._authors)), day, changes)
        self._names = list(self._authors)

    def settle(self, paths: set[str]) -> None:
        """Give what was done to a file under its old name on another branch to the file that it became."""
        for path in [path for path in self._files if path not in paths]:
            orphan = self._files.pop(path)
            target = self._follow(path, paths)
            if target:
                self._files.setdefault(target, FileHistory()).absorb(orphan)

    def of(self, path: str) -> tuple[tuple[Contribution, ...], str, str]:
        """The people of a file, the day of its first and of its last change; nothing for a file that only merges made."""
        file = self._files.get(path)
        if file is None:
            return (), "", ""
        edited = edits((*self._names[a], "", count, first, last) for a, (count, first, last) in file.edits.items())
        created = min((first for _, first, _ in file.edits.values() if first), default="")
        modified = max((last for _, _, last in file.edits.values()), default="")
        return self._wrote(file) + edited, created, modified

    def _wrote(self, file: FileHistory) -> tuple[Contribution, ...]:
        if file.author < 0:
            return ()
        (person,) = edits([(*self._names[file.author], "", 1, "", "")]) or (None,)
        return () if person is None else (creator(person, file.born),)

    def _apply(self, author: int, day: str, changes: list[_Change]) -> None:
        # All old names are taken before any new one is given, so that two files may swap theirs in one commit.
        taken = [(c.path, c.before, self._files.pop(c.before, None)) for c in changes if c.status == b"R"]
        for path, before, file in taken:
            self._moved[before] = path
            if file is not None:
                self._files.setdefault(path, FileHistory()).absorb(file)
        for change in changes:
            if change.status in {b"A", b"C", b"D", b"R"}:
                self._moved.pop(change.path, None)
            if change.status == b"D" or change.only_moved:
                continue
            file = self._files.setdefault(change.path, FileHistory())
            if change.status in {b"A", b"C"} and file.author < 0:
                file.author, file.born = author, day
            file.add(author, 1, day, day)

    def _follow(self, path: str, paths: set[str]) -> str:
        seen = {path}
        while (path := self._moved.get(path, "")) and path not in seen:
            if path in paths:
                return path
            seen.add(path)
        return ""


def _commits(repository: Repository, commit: str) -> Iterator[tuple[Author, str, list[_Change]]]:
    arguments = ("log", "-z", "--use-mailmap", "--topo-order", "--reverse", "--no-merges", "--name-status", "-M", _FORMAT)
    quiet = ("--no-ext-diff", "--no-textconv", "--no-relative", "--no-show-signature", "--no-notes", "--no-color")
    fields = repository.fields(*arguments, *quiet, "--end-of-options", commit, mailmap=f"{commit}:.mailmap")
    boundary = repository.shallow_boundary()
    if boundary:
        _log.warning("%s is a shallow clone: who wrote what before its oldest commit is not known", repository.path)
    author, day, changes, commit = ("", ""), "", list[_Change](), ""
    for value in fields:
        if value.startswith(_COMMIT):
            if changes and commit not in boundary:
                yield author, day, changes
            commit, author, day = _header(value)
            changes = []
        elif (status := _STATUS.fullmatch(value)) is not None:
            before = _path(next(fields)) if status[1] in {b"R", b"C"} else ""
            changes.append(_Change(status[1], _path(next(fields)), before, status[1] == b"R" and status[2] == b"100"))
    if changes and commit not in boundary:
        yield author, day, changes


def _header(value: bytes) -> tuple[str, Author, str]:
    commit, _, rest = value[1:].decode("utf-8", "replace").partition("\x02")
    name, email, day = rest.rsplit("\x02", 2)
    return commit, (name.strip(), email.strip()), day if _DAY.fullmatch(day) else ""


def _path(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")
