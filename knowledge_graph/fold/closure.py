"""Which keys are one subject for a reader, from that reader's join edges alone.

The hub rule (measured: precision .38 to .96 on Kubernetes): in one kind of evidence a key that pairs with more than two partners
says nothing, so those pairs are dropped. Evidence that gives a subject a short name (an acronym, a number, a name filled in) is directed:
a name of several subjects is ambiguous and joins none of them, unless nearly every document means one; a subject may have several names.
A vocabulary gives a term as many names as it likes; a name that it gives to several terms is ambiguous, however often each is meant.
What people decided stands above that rule: their links come first, the latest before the earlier ones, and no other join crosses a split.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from knowledge_graph.fold.places import VOCABULARY

MAX_PARTNERS = 2
NAMING = {"acronym": 4, "number": 2, "field": 4}
"""Evidence that gives a subject a name, and how many names of that kind one subject has (its number in two spellings): one with more is a
heading that several documents share. What two subjects have in common is the name, not the subject."""
DOMINANT = 5
"""A name means one of its subjects where this many times as many documents say so as speak for all others."""


@dataclass(frozen=True, slots=True)
class Join:
    """Evidence that two keys are one subject: `how` is the alias or identity evidence, `documents` how many documents say so.

    Where `how` is one of NAMING or VOCABULARY, `left` is the subject and `right` the name it is given.
    """

    left: str
    right: str
    how: str
    documents: int


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
    kept = set(joins)
    meanings: dict[str, tuple[str, ...]] = {}
    if not same_person:
        naming = {join for join in kept if join.how in NAMING}
        given = {join for join in kept if join.how == VOCABULARY}
        listed, shared = _listed(given)
        kept = _without_hubs(kept - naming - given) | listed
        named, meanings = _named(naming, _Groups.of(links, kept))
        kept |= named
        meanings = {name: tuple(sorted({*meanings.get(name, ()), *shared.get(name, ())})) for name in sorted({*meanings, *shared})}
    clusters = {key: tuple(keys) for keys in _Groups.of(links, kept).members().values() for key in keys}
    decided = {key for link in links if link.same for key in (link.left, link.right)}
    return Closure(clusters, {key: subjects for key, subjects in meanings.items() if key not in decided})


def _without_hubs(joins: Collection[Join]) -> set[Join]:
    partners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for join in joins:
        partners[join.how, join.left].add(join.right)
        partners[join.how, join.right].add(join.left)
    return {join for join in joins if all(len(partners[join.how, key]) <= MAX_PARTNERS for key in (join.left, join.right))}


def _listed(joins: Collection[Join]) -> tuple[set[Join], dict[str, set[str]]]:
    """A vocabulary's joins without the names that it gives to several terms, and the terms of each of those.

    Somebody wrote them down, so they hold before what texts name, and no number of documents makes a shared name mean one term.
    """
    terms: defaultdict[str, set[str]] = defaultdict(set)
    for join in joins:
        terms[join.right].add(join.left)
    return {join for join in joins if len(terms[join.right]) == 1}, {name: held for name, held in terms.items() if len(held) > 1}


def _named(joins: Collection[Join], groups: "_Groups") -> tuple[set[Join], dict[str, tuple[str, ...]]]:
    """Joins of a subject and a name that means it, and what the ambiguous names may mean.

    Subjects that other evidence already made one count as one; a name that is itself a subject stands for that subject too.
    """
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for join in joins:
        names[join.how, join.left].add(join.right)
    claims: defaultdict[tuple[str, str], list[Join]] = defaultdict(list)
    subjects: Counter[str] = Counter()
    for join in joins:
        if len(names[join.how, join.left]) <= NAMING[join.how]:
            claims[join.how, join.right].append(join)
            subjects[join.left] += join.documents
    kept: set[Join] = set()
    meanings: dict[str, tuple[str, ...]] = {}
    for (_, name), claimed in sorted(claims.items()):
        said: Counter[str] = Counter({groups.root(name): subjects[name]} if name in subjects else {})
        for join in claimed:
            said[groups.root(join.left)] += join.documents
        subject, most = min(said.items(), key=lambda row: (-row[1], row[0]))
        if most >= DOMINANT * (said.total() - most):
            kept.update(join for join in claimed if groups.root(join.left) == subject)
        if len(said) > 1 and name not in subjects:
            meanings[name] = tuple(sorted({*meanings.get(name, ()), *(join.left for join in claimed)}))
    return kept, meanings


class _Groups:
    """Disjoint sets of keys, some of which are to stay apart."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._apart: defaultdict[str, set[str]] = defaultdict(set)

    @classmethod
    def of(cls, links: Sequence[Link], joins: Iterable[Join]) -> Self:
        """What verdicts link, then what evidence joins, the best attested first."""
        groups = cls()
        for link in links:
            (groups.join if link.same else groups.part)(link.left, link.right)
        for join in sorted(joins, key=lambda join: (-join.documents, join.left, join.right, join.how)):
            groups.join(join.left, join.right)
        return groups

    def root(self, key: str) -> str:
        """The key that stands for a key's group."""
        while self._parent.setdefault(key, key) != key:
            key = self._parent[key]
        return key

    def join(self, left: str, right: str) -> None:
        """Make the two one group, unless an earlier call parted them."""
        first, second = sorted((self.root(left), self.root(right)))
        if first != second and all(self.root(key) != second for key in self._apart[first]):
            self._parent[second] = first
            self._apart[first] |= self._apart[second]

    def part(self, left: str, right: str) -> None:
        """Keep the two apart from now on; those joined by an earlier call stay one."""
        first, second = self.root(left), self.root(right)
        if first != second:
            self._apart[first].add(right)
            self._apart[second].add(left)

    def members(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for key in sorted(self._parent):
            found[self.root(key)].append(key)
        return found
