"""What of a source is kept: not what was forgotten, not what is older than its retention unless a hold keeps it.

The connectors know nothing of this: their listings pass through `Rules` on the way to `items`. An age is measured from the source's date
of an item (last change, else creation) to the day of the run; an item without a date never expires.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from knowledge_graph.model.access import NOBODY
from knowledge_graph.model.records import Item
from pipelines.connectors.base import Changes
from pipelines.keeping.blocks import FORGOTTEN, PREFIX, Blocks, add
from pipelines.keeping.holds import HeldNames, held
from pipelines.keeping.periods import days_of

Row = Mapping[str, Any]

EXPIRED = "older than its source keeps"


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for one source in one run."""

    blocks: Blocks = field(default_factory=Blocks)
    held: HeldNames = field(default_factory=lambda: HeldNames(frozenset(), frozenset()))
    retention: str = ""
    today: date = date.min
    home: Path | None = None

    @classmethod
    def of(cls, home: Path, retention: str = "", today: date | None = None) -> "Rules":
        return cls(Blocks.load(home), held(home), retention, today or date.today(), home)

    def remember(self, items: Sequence[str]) -> None:
        """Block by name too what was found to be a copy of forgotten bytes, so that it is not fetched again to find out."""
        if items and self.blocks.keys is not None and self.home is not None:
            add(self.home, self.blocks.keys, {"item": [name.removeprefix(PREFIX) for name in items]}, self.today.isoformat())

    @property
    def _cutoff(self) -> str:
        """The first day that is kept."""
        days = days_of(self.retention)
        return (self.today - timedelta(days=days)).isoformat() if days and self.today > date.min + timedelta(days=days) else ""

    def applied(self, source: str, changes: Changes) -> Changes:
        """A listing as the pipeline may take it."""
        deleted = frozenset(self.name(source, item) for item in changes.deleted)
        return replace(changes, items=(self.item(item) for item in changes.items), deleted=deleted)

    def name(self, source: str, item: str) -> str:
        return self.blocks.item(source, item) or item

    def item(self, item: Item) -> Item:
        """The item, or what stands in `items` for one that is not kept: no name where it was forgotten, no facts where it is too old."""
        stands_in = self.blocks.item(item.source, item.item_id)
        if stands_in:
            return Item(item.source, stands_in, "", 0, NOBODY, excluded=FORGOTTEN)
        if not item.excluded and self._expires(item.source, item.item_id, item.modified or item.created):
            excluded = f"{EXPIRED} ({self.retention})"
            return Item(
                item.source, item.item_id, item.fingerprint, item.size, NOBODY,
                created=item.created, modified=item.modified, excluded=excluded,
            )  # fmt: skip
        return replace(item, people=tuple(p for p in item.people if not self._forgot(p))) if self.blocks.people else item

    def expired(self, rows: Iterable[Row]) -> list[Row]:
        """Live rows that have grown too old since they were listed."""
        return [row for row in rows if self._is_live(row) and self._expires(row["source"], row["item"], row["modified"] or row["created"])]

    def returns(self, rows: Iterable[Row]) -> bool:
        """Whether something left out for its age may come in again: a longer retention, a hold, or a clock that was wrong."""
        return any(
            row["excluded"].startswith(EXPIRED) and not self._expires(row["source"], row["item"], row["modified"] or row["created"])
            for row in rows
        )

    def _expires(self, source: str, item: str, day: str) -> bool:
        return bool(day) and bool(self._cutoff) and day[:10] < self._cutoff and not self.held.item(source, item)

    @staticmethod
    def _is_live(row: Row) -> bool:
        return not row["deleted"] and not row["excluded"]

    def _forgot(self, person: Any) -> bool:
        return self.blocks.person({"name": person.name, "email": person.email, "handle": person.handle})
