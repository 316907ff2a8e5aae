"""From the principals of a token to a reader: membership is looked up at each request, so a change acts at the next one.

Groups come from the directory and from the sources' own files, and each may hold groups of the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge_graph.directory.store import Directory
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.memory import NO_ROWS, Fingerprint, Kept
from knowledge_graph.serving.store import SearchStore

ASKED = 8
"""Levels that are asked for one by one; groups nest a few. Below that all groups are fetched: a deny however deep still wins."""
REMEMBERED = 1_000
"""Principals of a reader whose groups are remembered: a thousand such readers take 200 MB."""


def expand_reader(store: SearchStore, principals: Iterable[str], directory: Directory) -> Reader:
    """The reader who is the person that these principals name, with every group that holds one of them, directly or through groups.

    Raises AccountClosed for somebody who has left.
    """
    held = Reader.of(directory.identify(Reader.of(principals).principals)).principals
    files = _FileGroups(store, held)
    fresh = held
    while fresh:
        found = directory.holding(held) | files.holding(fresh)
        fresh = found - held
        held |= fresh
    files.keep(held)
    return Reader(held)


@dataclass(frozen=True, slots=True)
class _Expanded:
    """Where a token's principals led, and the groups found on the way by the principals that they were asked for."""

    principals: frozenset[str]
    found: Mapping[frozenset[str], frozenset[str]]


class _FileGroups:
    """The groups that sources define in their own files, as they are published.

    During a request what was found before for the same token stands as long as those groups are the same which hold any of the
    principals that it led to: that is looked at together with what the reader may open.
    """

    def __init__(self, store: SearchStore, token: frozenset[str]) -> None:
        self._store = store
        self._token = store.memory.reader(token)
        self._before = store.memory.recall(self._token, [_Expanded]).get(_Expanded)
        self._edition = store.edition(Reader(self._before.value.principals), "groups") if self._before else None
        self._found: dict[frozenset[str], frozenset[str]] = {}
        if self._before and self._edition is not None and self._before.edition == self._edition:
            self._found |= self._before.value.found
        self._read: list[Found] = []
        self._rounds = 0
        self._all: dict[str, set[str]] | None = None

    def holding(self, principals: frozenset[str]) -> frozenset[str]:
        """The groups that hold one of these principals directly."""
        if principals in self._found:
            return self._found[principals]
        self._rounds += 1
        if self._rounds <= ASKED:
            read = list(self._store.directory({"terms": {"members": sorted(principals)}}, ["principal"]))  # not the thousands who are in it
            self._read += read
            self._found[principals] = frozenset(hit.fields["principal"] for hit in read)
            return self._found[principals]
        if self._all is None:
            self._all = defaultdict(set)
            for hit in self._store.directory({"match_all": {}}, ["principal", "members"]):
                for member in hit.fields["members"]:
                    self._all[member].add(hit.fields["principal"])
        return frozenset(group for principal in principals for group in self._all.get(principal, ()))

    def keep(self, principals: frozenset[str]) -> None:
        """For the next request of the same token, which is expected to lead here."""
        if len(principals) > REMEMBERED:
            return
        if self._before and self._before.value.principals == principals:
            if self._edition is None or not self._rounds:
                return
            rows = Fingerprint.of(self._read[0].index, [hit.number for hit in self._read]) if self._read else NO_ROWS
            kept = Kept.of(_Expanded(principals, self._found), rows, self._edition)
        else:
            kept = Kept(_Expanded(principals, {}), NO_ROWS, None)
        self._store.memory.keep(self._token, _Expanded, kept)
