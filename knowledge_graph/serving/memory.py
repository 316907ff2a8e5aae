"""What readers asked for before, kept as long as the rows that it was made from are the rows that they may open.

What is kept is kept for a set of principals and comes with the fingerprint of the rows behind it. A row's sequence number is given once
and never again within an index, so equal fingerprints mean the same rows, whatever was written, deleted or re-permitted meanwhile; and
whether something is remembered depends on nothing that the reader may not open.
"""

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Self

ENTRIES = 20_000
"""Merged partials take 2 to 20 kB each."""
READERS = 1_000


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


class Memory:
    """The least used is forgotten first."""

    def __init__(self, entries: int = ENTRIES) -> None:
        self._size = entries
        self._held: OrderedDict[tuple[int, Hashable], tuple[Fingerprint, Any]] = OrderedDict()
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

    def recall(self, reader: int, keys: Iterable[Hashable]) -> dict[Hashable, tuple[Fingerprint, Any]]:
        """What is kept of these."""
        with self._lock:
            found = {key: self._held[reader, key] for key in keys if (reader, key) in self._held}
            for key in found:
                self._held.move_to_end((reader, key))
        return found

    def keep(self, reader: int, key: Hashable, fingerprint: Fingerprint, value: Any) -> None:
        with self._lock:
            self._held[reader, key] = (fingerprint, value)
            self._held.move_to_end((reader, key))
            while len(self._held) > self._size:
                self._held.popitem(last=False)

    def forget(self, reader: int, keys: Iterable[Hashable]) -> None:
        """Of what is gone nothing stays here either."""
        with self._lock:
            for key in keys:
                self._held.pop((reader, key), None)
