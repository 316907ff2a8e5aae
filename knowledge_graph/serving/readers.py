"""From the principals of a token to a reader: membership is looked up at each request, so a change acts at the next one.

Groups come from the directory and from the sources' own files, and each may hold groups of the other.
"""

from collections import defaultdict
from collections.abc import Iterable

from knowledge_graph.directory.store import Directory
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import SearchStore

ASKED = 8
"""Levels that are asked for one by one; groups nest a few. Below that all groups are fetched: a deny however deep still wins."""


def expand_reader(store: SearchStore, principals: Iterable[str], directory: Directory) -> Reader:
    """The reader who is the person that these principals name, with every group that holds one of them, directly or through groups.

    Raises AccountClosed for somebody who has left.
    """
    held = Reader.of(directory.identify(Reader.of(principals).principals)).principals
    files = _FileGroups(store)
    fresh = held
    while fresh:
        found = directory.holding(held) | files.holding(fresh)
        fresh = found - held
        held |= fresh
    return Reader(held)


class _FileGroups:
    """The groups that sources define in their own files, as they are published."""

    def __init__(self, store: SearchStore) -> None:
        self._store = store
        self._rounds = 0
        self._all: dict[str, set[str]] | None = None

    def holding(self, principals: frozenset[str]) -> frozenset[str]:
        """The groups that hold one of these principals directly."""
        self._rounds += 1
        if self._rounds <= ASKED:
            found = self._store.directory({"terms": {"members": sorted(principals)}}, ["principal"])  # not the thousands who are in it
            return frozenset(hit.fields["principal"] for hit in found)
        if self._all is None:
            self._all = defaultdict(set)
            for hit in self._store.directory({"match_all": {}}, ["principal", "members"]):
                for member in hit.fields["members"]:
                    self._all[member].add(hit.fields["principal"])
        return frozenset(group for principal in principals for group in self._all.get(principal, ()))
