"""Files below a folder, as they are on the disk.

An item's id is its path from the folder, with `/`. Links are never followed: one in an open folder could show what a
closed folder holds, or leave the source. An excluded folder is listed once, its path ending in `/`, not file by file.
A folder can only be listed, so its cursor is a token of the whole listing: equal means that nothing changed, and
anything else gives a complete listing, which the caller compares with what it has.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from extractors.facts import iso_date
from knowledge_graph.model.access import NOBODY
from knowledge_graph.model.records import Item
from pipelines.connectors.access_files import Scope, is_access_file, top_groups
from pipelines.connectors.base import Changes, Connector, SourceSettings, state_token
from pipelines.connectors.errors import ConnectorError, ItemGone, ItemUnreadable, SourceMisconfigured, SourceUnavailable
from pipelines.connectors.sidecar import Facts, Sidecar, taken

_READ_ATTEMPTS = 3  # a file that is saved while we read it is whole the next moment; one that grows all the time is not
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # without O_NONBLOCK a named pipe would wait for ever


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    excluded: str
    scope: Scope
    status: os.stat_result | None = None


@dataclass(frozen=True, slots=True)
class _Below:
    path: str
    scope: Scope


class FolderConnector(Connector):
    kind = "folder"

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._root = Path(os.path.realpath(settings.path))

    def items(self) -> Iterator[Item]:
        sidecar = Sidecar(self.settings.sidecar)
        for found in self._walk():
            yield self._item(found, sidecar)

    def changes(self, cursor: str) -> Changes:
        token = state_token(self.kind, self._states())
        if token == cursor:
            return Changes((), frozenset(), token)
        # Listed again, not kept: a file that changes in between only makes the next run look again.
        return Changes(self.items(), frozenset(), token, complete=True)

    def _states(self) -> Iterator[str]:
        """Each item with its ctime: an item that becomes readable by `chmod` must be looked at again, though its bytes are the same."""
        sidecar = Sidecar(self.settings.sidecar)
        for found in self._walk():
            yield f"{self._item(found, sidecar)!r} {found.status.st_ctime_ns if found.status else 0}"

    def ids(self) -> Iterator[str]:
        return (found.path for found in self._walk())

    def groups(self) -> dict[str, tuple[str, ...]]:
        self._check_root()
        return top_groups(self._access_files("", [entry.name for entry in os.scandir(self._root)]))

    def read(self, item_id: str) -> bytes:
        try:
            descriptor = self._open(item_id)
        except (FileNotFoundError, NotADirectoryError, ValueError) as exc:
            self._check_root()
            raise ItemGone(f"{item_id} is not in {self._root} any more") from exc
        except OSError as exc:
            raise ItemUnreadable(f"{item_id} cannot be opened: {exc.strerror}") from exc
        try:
            return _read_whole(descriptor, item_id)
        except OSError as exc:
            raise ItemUnreadable(f"{item_id} cannot be read: {exc.strerror}") from exc
        finally:
            os.close(descriptor)

    def _open(self, item_id: str) -> int:
        """Opens folder by folder, so that no part of the path can be or become a link that leads elsewhere."""
        parts = item_id.split("/")
        if not {"", ".", ".."}.isdisjoint(parts):
            raise ValueError("not the path of an item")
        folder = os.open(self._root, _FOLDER)
        try:
            for part in parts[:-1]:
                inner = os.open(part, _FOLDER, dir_fd=folder)
                os.close(folder)
                folder = inner
            return os.open(parts[-1], _FILE, dir_fd=folder)
        finally:
            os.close(folder)

    def _check_root(self) -> None:
        if not self._root.exists():
            raise SourceUnavailable(f"the folder {self.settings.path} does not exist, or its disk is not there")
        if not self._root.is_dir():
            raise SourceMisconfigured(f"{self.settings.path} is not a folder")

    def _walk(self) -> Iterator[_Found]:
        """Depth first, names in order; an explicit stack, because folders can nest deeper than Python calls."""
        self._check_root()
        open_folders = [self._list(_Below("", Scope.top(self.settings)))]
        while open_folders:
            found = next(open_folders[-1], None)
            if found is None:
                open_folders.pop()
            elif isinstance(found, _Below):
                open_folders.append(self._list(found))
            else:
                yield found

    def _list(self, below: _Below) -> Iterator[_Found | _Below]:
        try:
            with os.scandir(self._root / below.path) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except (FileNotFoundError, NotADirectoryError) as exc:
            if not below.path:
                raise SourceUnavailable(f"the folder {self.settings.path} went away during listing") from exc
            return
        except PermissionError as exc:
            if not below.path:
                raise SourceUnavailable(f"the folder {self.settings.path} cannot be listed: {exc.strerror}") from exc
            yield _Found(f"{below.path}/", f"the folder cannot be listed: {exc.strerror}", below.scope)
            return
        except OSError as exc:
            # A disk that fails halfway must not look like a folder that was emptied.
            raise SourceUnavailable(f"{below.path or self.settings.path} cannot be listed: {exc.strerror}") from exc
        scope = below.scope.enter(below.path, self._access_files(below.path, [entry.name for entry in entries]))
        for entry in entries:
            yield from self._look_at(entry, scope)

    def _look_at(self, entry: os.DirEntry[str], scope: Scope) -> Iterator[_Found | _Below]:
        path = f"{scope.folder}/{entry.name}" if scope.folder else entry.name
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError as exc:
            yield _Found(_printable(path), f"cannot be looked at: {exc.strerror}", scope)
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        excluded = _odd(path, status.st_mode) or scope.excluded(f"{path}/" if is_folder else path)
        if path == scope.faulty_file:
            yield _Found(path, scope.fault, scope, status)
        elif is_folder and not excluded:
            yield _Below(path, scope)
        elif is_folder:
            yield _Found(f"{_printable(path)}/", excluded, scope)
        elif not is_access_file(entry.name):
            yield _Found(_printable(path), excluded or self._own_file(path), scope, status)

    def _own_file(self, path: str) -> str:
        sidecar = self.settings.sidecar
        return "the sidecar of this source" if sidecar and Path(os.path.realpath(sidecar)) == self._root / path else ""

    def _access_files(self, folder: str, names: list[str]) -> dict[str, bytes | str]:
        found: dict[str, bytes | str] = {}
        for name in filter(is_access_file, names):
            try:
                found[name] = self.read(f"{folder}/{name}" if folder else name)
            except ItemGone:
                continue
            except ConnectorError as exc:
                found[name] = exc.message
        return found

    def _item(self, found: _Found, sidecar: Sidecar) -> Item:
        name = self.settings.name
        if found.status is None:
            return Item(name, found.path, "folder", 0, NOBODY, excluded=found.excluded)
        size, mtime_ns = found.status.st_size, found.status.st_mtime_ns
        fingerprint = f"{size}-{mtime_ns}"
        if found.excluded:
            return Item(name, found.path, fingerprint, size, NOBODY, excluded=found.excluded)
        facts = sidecar.of(found.path)
        dated = Facts(facts.title, facts.created, facts.modified or _dated(found.path, mtime_ns), facts.people, facts.allow, facts.deny)
        return taken(name, found.path, fingerprint, size, found.scope, dated)


def _odd(path: str, mode: int) -> str:
    if _printable(path) != path:
        return "its name is not valid UTF-8"
    if stat.S_ISLNK(mode):
        return "a symbolic link; links are not followed"
    return "" if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else "not a regular file (a pipe, socket or device)"


def _printable(path: str) -> str:
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _dated(path: str, mtime_ns: int) -> str:
    """The day a file is of: the one in its name (`minutes-2024-05-06.md`), which copying it keeps, else its last change."""
    changed, named = _day(mtime_ns), iso_date(path.rpartition("/")[2])
    return min(filter(None, (named, changed)), default="")


def _day(mtime_ns: int) -> str:
    try:
        return datetime.fromtimestamp(mtime_ns // 1_000_000_000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _read_whole(descriptor: int, item_id: str) -> bytes:
    """The bytes of one moment: read again when the file changed meanwhile."""
    for _ in range(_READ_ATTEMPTS):
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise ItemUnreadable(f"{item_id} is not a regular file")
        os.lseek(descriptor, 0, os.SEEK_SET)
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read()
        after = os.fstat(descriptor)
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(content) == after.st_size:
            return content
    raise ItemUnreadable(f"{item_id} changes while it is read; the next run tries again")
