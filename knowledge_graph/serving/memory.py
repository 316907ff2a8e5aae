"""What readers asked for before, kept as long as the rows that it was made from are the rows that they may open.

What is kept is kept for a set of principals and comes with the fingerprint of the rows behind it. A row's sequence number is given once
and never again within an index, so equal fingerprints mean the same rows, whatever was written, deleted or re-permitted meanwhile; and
whether something is remembered depends on nothing that the reader may not open.

An edition is the fingerprint of all rows of an index that a reader may open. What is read after an edition was looked at is kept under
it only where no row behind it has a greater number. So it was made of rows of that edition; and if one of them was gone by then, its
number never comes again and neither does the edition. An index that a newer one took the alias from never serves again.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self, TypeVar

ENTRIES = 50_000
"""Merged partials take 2 to 20 kB each, counts as much; most of what is asked for has no rows and takes next to nothing."""
READERS = 1_000
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Which rows: the index they are in, how many, and the least, the greatest and the sum of their sequence numbers."""

    index: str
    count: int
    least: int
    greatest: int
    total: int

    @classmethod
    def of(cls, index: str, numbers: Iterable[int]) -> Self:
        held = list(numbers)
        return cls(index, len(held), min(held), max(held), sum(held))

    def may_hold(self, rows: "Fingerprint") -> bool:
        """Whether none of these rows was written after those of this edition."""
        return rows.index == self.index and rows.greatest <= self.greatest


NO_ROWS = Fingerprint("", 0, -1, -1, 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """A value, the rows behind it where there are any, and the edition that it is as good as, None where that is not certain."""

    value: Any
    rows: Fingerprint | None
    edition: Fingerprint | None

    @classmethod
    def of(cls, value: Any, rows: Fingerprint, edition: Fingerprint | None) -> Self:
        return cls(value, rows, edition if edition and edition.may_hold(rows) else None)


class Memory:
    """The least used is forgotten first."""

    def __init__(self, entries: int = ENTRIES) -> None:
        self._size = entries
        self._held: OrderedDict[tuple[int, Hashable], Kept] = OrderedDict()
        self._readers: dict[frozenset[str], int] = {}
        self._lock = Lock()
        self._next = 0

    def reader(self, principals: frozenset[str]) -> int:
        """A number that stands for just these principals: comparing thousands of them once is enough."""
        with self._lock:
            if principals not in self._readers:
                if len(self._readers) >= READERS:
                    self._readers.clear()
                self._next += 1
                self._readers[principals] = self._next
            return self._readers[principals]

    def recall(self, reader: int, keys: Iterable[Key]) -> dict[Key, Kept]:
        """What is kept of these."""
        with self._lock:
            found = {key: self._held[reader, key] for key in keys if (reader, key) in self._held}
            for key in found:
                self._held.move_to_end((reader, key))
        return found

    def keep(self, reader: int, key: Hashable, kept: Kept) -> None:
        """Of what is gone nothing stays here, but that there is none of it in an edition."""
        with self._lock:
            self._held.pop((reader, key), None)
            if kept.rows or kept.edition:
                self._held[reader, key] = kept
            while len(self._held) > self._size:
                self._held.popitem(last=False)
