"""What the directory says of the people a reader sees, as far as the reader may read it.

The entry of a directory is evidence that its addresses and handles are one person. Its audience is the access of its source, so two
readers may rightly see one person or two; and an entry alone makes nobody appear: people come from documents.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge_graph.directory.model import Entry, Person, key_of
from knowledge_graph.directory.store import Directory, today
from knowledge_graph.fold.closure import Join
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.views import Expert, Heir

IDENTITIES = ("email:", "handle:")


def identities(entry: Entry) -> list[str]:
    """The entry's addresses and handles that are nobody else's."""
    return [key for key in entry.keys if key.startswith(IDENTITIES)]


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Reads directories as one reader; without a directory nobody is described. Who opted out is proposed to nobody."""

    directory: Directory | None
    reader: Reader
    as_of: str = ""
    opted_out: frozenset[str] = frozenset()

    def entries(self, keys: Iterable[str]) -> list[Entry]:
        """The descriptions that the reader may read of whoever has one of these identities."""
        wanted = [key for key in keys if key.startswith(IDENTITIES)]
        if self.directory is None or not wanted:
            return []
        return self.directory.entries(wanted, self.reader)

    def called(self, names: Iterable[str]) -> dict[str, list[Entry]]:
        """The descriptions of whoever bears one of these folded full names, where that is one person as far as the reader may know."""
        wanted = sorted(names)
        return self.directory.called(wanted, self.reader) if self.directory is not None and wanted else {}

    @staticmethod
    def joins(entries: Iterable[Entry]) -> list[Join]:
        found = []
        for entry in entries:
            keys = identities(entry)
            found += [Join(min(keys[0], key), max(keys[0], key), "directory", 1) for key in keys[1:]]
        return found

    def left_on(self, entries: Sequence[Entry]) -> str:
        """The last day of somebody who has left, `""` for anybody else."""
        now = self.as_of or today()
        gone = [entry.person.end or "an unknown date" for entry in entries if entry.person.has_left(now)]
        return max(gone, default="")

    def with_heirs(self, experts: Sequence[tuple[Expert, Sequence[Entry]]]) -> tuple[Expert, ...]:
        """Experts, best first, where each who has left names the manager or the best who is still here."""
        left = {expert.id: self.left_on(entries) for expert, entries in experts}
        here = [expert for expert, _ in experts if not left[expert.id]]
        colleague = Heir(here[0].id, here[0].name, next(iter(here[0].emails), ""), "colleague") if here else None
        return tuple(
            replace(expert, left=left[expert.id], heir=self.manager(entries) or colleague) if left[expert.id] else expert
            for expert, entries in experts
        )

    def manager(self, entries: Sequence[Entry]) -> Heir | None:
        """Whom the reader may ask instead: the manager, or the manager's, who is still here."""
        seen: set[str] = set()
        managers = [entry.person.manager for entry in entries if entry.person.manager]
        while managers and self.directory is not None:
            asked = managers.pop(0)
            if asked in seen:
                continue
            seen.add(asked)
            found = self.directory.entries([key_of(asked)], self.reader)
            if found and not self.left_on(found) and self.opted_out.isdisjoint(key for entry in found for key in identities(entry)):
                return _heir(found[0].person)
            managers += [entry.person.manager for entry in found if entry.person.manager]
        return None


def _heir(person: Person) -> Heir:
    email = person.emails[0] if person.emails else ""
    return Heir(f"email:{email}" if email else "", next(iter(person.names), email or person.id), email, "manager")
