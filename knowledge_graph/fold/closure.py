"""Which keys are one subject for a reader, from that reader's join edges alone.

The hub rule (measured: precision .38 to .96 on Kubernetes): in one kind of evidence a key that pairs with more than two partners
says nothing, so those pairs are dropped. An acronym with several long forms is such a hub and becomes ambiguous, not joined.
A vocabulary's term may have any number of other names; another name of several terms is ambiguous.
What people decided stands above that rule: their links come first, the latest before the earlier ones, and no other join crosses a split.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.fold.places import VOCABULARY

MAX_PARTNERS = 2


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence that two keys are one subject: `how` is the alias or identity evidence, `documents` how many documents say so."""

    left: str
    right: str
    how: str
    documents: int
    short: str = ""
    """Which of the two a vocabulary gives as another name of the other."""


@dataclass(frozen=True, slots=True)
class Link:
    """A verdict that two keys are the same subject, or that they are not."""

    left: str
    right: str
    same: bool


@dataclass(frozen=True, slots=True)
class Closure:
    """`clusters` maps each key to its cluster's keys in order; `meanings` maps an ambiguous short key to what it may mean."""

    clusters: Mapping[str, tuple[str, ...]]
    meanings: Mapping[str, tuple[str, ...]]

    def of(self, key: str) -> tuple[str, ...]:
        return self.clusters.get(key, (key,))


def close(joins: Iterable[Join], *, same_person: bool = False, links: Sequence[Link] = ()) -> Closure:
    """Connected components after the hub rule; people's identities have no hubs, each join of theirs is an identity statement."""
    rows = list(joins)
    partners = partners_by_kind(rows)
    kept = rows if same_person else [join for join in rows if not _hub(join, partners)]
    groups = _Groups()
    for link in links:
        (groups.join if link.same else groups.part)(link.left, link.right)
    for join in sorted(kept, key=lambda join: (-join.documents, join.left, join.right, join.how)):
        groups.join(join.left, join.right)
    clusters = {key: tuple(keys) for keys in groups.members().values() for key in keys}
    decided = {key for link in links if link.same for key in (link.left, link.right)}
    meanings = {} if same_person else {key: others for key, others in _meanings(rows).items() if key not in decided}
    return Closure(clusters, meanings)


class _Groups:
    """Disjoint sets of keys, some of which are to stay apart."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._apart: defaultdict[str, set[str]] = defaultdict(set)

    def _root(self, key: str) -> str:
        while self._parent.setdefault(key, key) != key:
            key = self._parent[key]
        return key

    def join(self, left: str, right: str) -> None:
        """Make the two one group, unless an earlier call parted them."""
        first, second = sorted((self._root(left), self._root(right)))
        if first != second and all(self._root(key) != second for key in self._apart[first]):
            self._parent[second] = first
            self._apart[first] |= self._apart[second]

    def part(self, left: str, right: str) -> None:
        """Keep the two apart from now on; those joined by an earlier call stay one."""
        first, second = self._root(left), self._root(right)
        if first != second:
            self._apart[first].add(right)
            self._apart[second].add(left)

    def members(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            found[self._root(key)].append(key)
        return found


Partners = Mapping[tuple[str, str], frozenset[str]]


def partners_by_kind(joins: Sequence[Join]) -> Partners:
    """For each (how, key) the keys it is paired with; for a vocabulary only from another name to the terms that it stands for."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for join in joins:
        if join.how != VOCABULARY or join.short == join.left:
            found[join.how, join.left].add(join.right)
        if join.how != VOCABULARY or join.short == join.right:
            found[join.how, join.right].add(join.left)
    return {pair: frozenset(keys) for pair, keys in found.items()}


def _hub(join: Join, partners: Partners) -> bool:
    if join.how == "acronym":
        return any(_is_short_for_several(key, partners) for key in (join.left, join.right))
    if join.how == VOCABULARY:
        return len(partners[VOCABULARY, join.short]) > 1
    return any(len(partners[join.how, key]) > MAX_PARTNERS for key in (join.left, join.right))


def _is_short_for_several(key: str, partners: Partners) -> bool:
    """True for the short side of an acronym with more than one long form; a long form with two acronyms is no contradiction."""
    others = partners.get(("acronym", key), frozenset())
    return len(others) > 1 and all(len(other) > len(key) for other in others)


def _meanings(joins: Sequence[Join]) -> dict[str, tuple[str, ...]]:
    partners = partners_by_kind(joins)
    shorts = sorted({key for join in joins if join.how == "acronym" for key in (join.left, join.right)})
    found = {key: partners["acronym", key] for key in shorts if _is_short_for_several(key, partners)}
    for join in joins:
        if join.how == VOCABULARY and _hub(join, partners):
            found[join.short] = found.get(join.short, frozenset()) | partners[VOCABULARY, join.short]
    return {key: tuple(sorted(others)) for key, others in sorted(found.items())}
