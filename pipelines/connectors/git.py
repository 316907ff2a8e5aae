"""The files of one ref of a git repository, with people and dates from its history; the work tree is not looked at.

An item's id is its path in the tree, its fingerprint the blob's id. The cursor is the commit and what else a listing
depends on; changes are the difference of the two commits' whole listings, so that a rename, a merge of an old branch or
a new .mailmap changes exactly what it changes. A commit that is gone (history rewritten and cleaned) gives a complete listing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from knowledge_graph.model.access import NOBODY
from knowledge_graph.model.ids import stable_id
from knowledge_graph.model.records import Item
from pipelines.connectors.access_files import Scope, is_access_file, top_groups
from pipelines.connectors.base import Changes, Connector, SourceSettings
from pipelines.connectors.errors import ItemUnreadable
from pipelines.connectors.git_history import History
from pipelines.connectors.git_process import Repository
from pipelines.connectors.sidecar import Facts, Sidecar, taken

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_ODD = {"120000": "a symbolic link; links are not followed", "160000": "a submodule: another repository; add it as a source of its own"}


@dataclass(frozen=True, slots=True)
class _Found:
    path: str
    blob: str
    size: int
    excluded: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class _Entry:
    path: str
    mode: str
    blob: str
    size: int


class GitConnector(Connector):
    kind = "git"

    def __init__(self, settings: SourceSettings) -> None:
        super().__init__(settings)
        self._repository = Repository(settings.path.absolute())

    def items(self) -> Iterator[Item]:
        return self._listing(self._repository.commit(self.settings.ref))

    def changes(self, cursor: str) -> Changes:
        commit = self._repository.commit(self.settings.ref)
        token = f"{self.kind}:{commit}:{self._surroundings()}"
        if cursor == token:
            return Changes((), frozenset(), token)
        before = self._known_commit(cursor, token)
        if not before:
            return Changes(self._listing(commit), frozenset(), token, complete=True)
        known = {item.item_id: _digest(item) for item in self._listing(before)}
        changed = tuple(item for item in self._listing(commit) if known.pop(item.item_id, b"") != _digest(item))
        return Changes(changed, frozenset(known), token)

    def ids(self) -> Iterator[str]:
        return (found.path for found in self._walk(self._repository.commit(self.settings.ref)))

    def groups(self) -> dict[str, tuple[str, ...]]:
        commit = self._repository.commit(self.settings.ref)
        return top_groups(self._access_files(commit, list(self._tree(commit))).get("", {}))

    def read(self, item_id: str) -> bytes:
        return self._repository.blob(self.settings.ref, item_id)

    def close(self) -> None:
        self._repository.close()

    def _listing(self, commit: str) -> Iterator[Item]:
        sidecar = Sidecar(self.settings.sidecar)
        listed = list(self._walk(commit))
        history = History(self._repository, commit)
        history.settle({found.path for found in listed})
        return (self._item(found, sidecar, history) for found in listed)

    def _walk(self, commit: str) -> Iterator[_Found]:
        entries = list(self._tree(commit))
        scopes = _Scopes(self.settings, self._access_files(commit, entries))
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            scope = scopes.of(folder)
            if entry.path == scope.faulty_file:
                yield _Found(entry.path, entry.blob, entry.size, scope.fault, scope)
            elif not is_access_file(name):
                path = entry.path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                odd = "its name is not valid UTF-8" if path != entry.path else _ODD.get(entry.mode, "")
                yield _Found(path, entry.blob, entry.size, odd or scope.excluded(entry.path), scope)

    def _tree(self, commit: str) -> Iterator[_Entry]:
        for line in self._repository.fields("ls-tree", "-r", "-l", "-z", "--full-tree", commit):
            about, _, path = line.partition(b"\t")
            mode, _, blob, size = about.decode("ascii").split()
            yield _Entry(path.decode("utf-8", "surrogateescape"), mode, blob, int(size) if size.isdigit() else 0)

    def _access_files(self, commit: str, entries: list[_Entry]) -> dict[str, dict[str, bytes | str]]:
        """By folder and name, the content of every access file of the tree."""
        found: dict[str, dict[str, bytes | str]] = {}
        for entry in entries:
            folder, _, name = entry.path.rpartition("/")
            if is_access_file(name):
                found.setdefault(folder, {})[name] = self._access_file(commit, entry)
        return found

    def _access_file(self, commit: str, entry: _Entry) -> bytes | str:
        if entry.mode in _ODD:
            return _ODD[entry.mode]
        try:
            return self._repository.blob(commit, entry.path)
        except ItemUnreadable as exc:
            return exc.message

    def _item(self, found: _Found, sidecar: Sidecar, history: History) -> Item:
        if found.excluded:
            return Item(self.settings.name, found.path, found.blob, found.size, NOBODY, excluded=found.excluded)
        facts = sidecar.of(found.path)
        people, created, modified = history.of(found.path)
        known = Facts(facts.title, facts.created or created, facts.modified or modified, facts.people or people, facts.allow, facts.deny)
        return taken(self.settings.name, found.path, found.blob, found.size, found.scope, known)

    def _known_commit(self, cursor: str, token: str) -> str:
        """The cursor's commit, where all else that a listing depends on is as it was and the commit is still there."""
        kind, _, rest = cursor.partition(":")
        commit, _, surroundings = rest.partition(":")
        same = kind == self.kind and surroundings == token.rpartition(":")[2]
        return commit if same and _COMMIT.fullmatch(commit) and self._repository.has_commit(commit) else ""

    def _surroundings(self) -> str:
        sidecar = self.settings.sidecar
        content = sidecar.read_bytes() if sidecar is not None and sidecar.is_file() else b""
        return stable_id(repr(self.settings), sha256(content).hexdigest(), *sorted(self._repository.shallow_boundary()))


class _Scopes:
    """The scope of every folder of a tree, made once each."""

    def __init__(self, settings: SourceSettings, found: dict[str, dict[str, bytes | str]]) -> None:
        self._found = found
        self._scopes = {"": Scope.top(settings).enter("", found.get("", {}))}

    def of(self, folder: str) -> Scope:
        missing = []
        while folder not in self._scopes:
            missing.append(folder)
            folder = folder.rpartition("/")[0]
        scope = self._scopes[folder]
        for folder in reversed(missing):
            left_out = scope.excluded(f"{folder}/")
            scope = replace(scope.enter(folder, {} if left_out else self._found.get(folder, {})), left_out=left_out)
            self._scopes[folder] = scope
        return scope


def _digest(item: Item) -> bytes:
    return sha256(repr(item).encode("utf-8", "backslashreplace")).digest()
