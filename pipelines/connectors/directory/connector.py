"""People and groups from files that another system exports: CSV, YAML and LDIF.

A directory holds no documents, so it lists no items. An entry that says nothing is left out and named; a file that cannot be
read at all stops the source, and what it said before goes on to hold.
"""

from collections.abc import Iterator
from pathlib import Path

from knowledge_graph.directory.model import Group, Listing, Person
from knowledge_graph.model.records import Item
from pipelines.connectors.base import Changes, Connector
from pipelines.connectors.directory.draft import Draft
from pipelines.connectors.directory.ldif_files import read_ldif
from pipelines.connectors.directory.tables import read_csv
from pipelines.connectors.directory.yaml_files import read_yaml
from pipelines.connectors.errors import ItemGone, SourceMisconfigured, SourceUnavailable

READERS = {".csv": read_csv, ".yaml": read_yaml, ".yml": read_yaml}
LDIF = (".ldif", ".ldf")
SUFFIXES = (*READERS, *LDIF)


class DirectoryConnector(Connector):
    kind = "directory"

    def items(self) -> Iterator[Item]:
        return iter(())

    def ids(self) -> Iterator[str]:
        return iter(())

    def changes(self, cursor: str) -> Changes:
        return Changes((), frozenset(), "")

    def read(self, item_id: str) -> bytes:
        raise ItemGone(f"{item_id} is no item: a directory has none")

    def groups(self) -> dict[str, tuple[str, ...]]:
        """None by this way: the directory keeps its groups where they act at the next request."""
        return {}

    def listing(self) -> Listing:
        """Everything that the files say; raises SourceMisconfigured or SourceUnavailable."""
        draft = Draft()
        ldif: list[tuple[str, bytes]] = []
        for path in self._files():
            try:
                content = path.read_bytes()
            except OSError as exc:
                raise SourceUnavailable(f"{path} cannot be read: {exc.strerror}") from exc
            if path.suffix.lower() in LDIF:
                ldif.append((path.name, content))
            else:
                READERS[path.suffix.lower()](path.name, _text(path, content), draft)
        read_ldif(ldif, draft)
        return _merged(draft)

    def _files(self) -> list[Path]:
        root = self.settings.path
        if not root.exists():
            raise SourceUnavailable(f"{root} does not exist")
        found = [root] if root.is_file() else sorted(path for path in root.iterdir() if path.is_file() and not path.is_symlink())
        files = [path for path in found if path.suffix.lower() in SUFFIXES]
        if not files:
            raise SourceMisconfigured(f"{root} holds no directory: expected a file ending in {', '.join(SUFFIXES)}")
        return files


def _text(path: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        raise SourceMisconfigured(f"{path.name} is not UTF-8 text") from exc


def _merged(draft: Draft) -> Listing:
    """One person an id, the first that is given; one group a name, with the members from all files."""
    people: dict[str, Person] = {}
    for place, person in draft.people:
        if person.id in people:
            draft.unreadable.append(f"{place}: {person.id} is given twice; the first entry counts")
        else:
            people[person.id] = person
    groups: dict[str, Group] = {}
    for group in draft.groups:
        held = groups.get(group.id, Group(group.id, ()))
        principals = tuple(dict.fromkeys((*held.principals, *group.principals)))
        groups[group.id] = Group(group.id, principals, tuple(sorted({*held.members, *group.members})))
    return Listing(tuple(people[id] for id in sorted(people)), tuple(groups[id] for id in sorted(groups)), tuple(draft.unreadable))
