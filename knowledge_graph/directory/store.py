"""The directory of an installation: who a token's holder is, what they belong to, and how people are described.

Who belongs to what is looked up in the tables at each request, or taken from a cache that is good for one version of them: a change
acts at the next request.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Self

from sqlalchemy import Connection, delete, insert, select

from knowledge_graph.directory.check import problems_of
from knowledge_graph.directory.database import Database
from knowledge_graph.directory.errors import AccountClosed
from knowledge_graph.directory.model import Entry, Group, Listing, Person, Problem, key_of, principals_of
from knowledge_graph.directory.rows import add_groups, add_people, changed, chunks, drop_source, person_of
from knowledge_graph.directory.tables import GROUPS, KEYS, MEMBERS, PEOPLE, SOURCES, VERSION
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.model.ids import stable_id

CACHED = 2_000
"""Readers whose groups are kept; five thousand groups of each would be some hundred megabytes."""


def today() -> str:
    return datetime.now(UTC).date().isoformat()


class Directory:
    """Safe from several threads; holds a connection pool until it is closed."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self._lock = Lock()
        self._version = -1
        self._held: OrderedDict[tuple[str, frozenset[str]], frozenset[str]] = OrderedDict()

    def close(self) -> None:
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def version(self) -> int:
        with self.database.begin() as connection:
            return _version(connection)

    def identify(self, claimed: Iterable[str], as_of: str = "") -> frozenset[str]:
        """The principals claimed and all others of the people that they name; raises AccountClosed for somebody who has left."""
        known, day = frozenset(claimed), as_of or today()
        if not any(map(key_of, known)):
            return known
        return self._remembered((day, known), lambda connection: _identified(connection, known, day))

    def holding(self, principals: Collection[str]) -> frozenset[str]:
        """Every group and role that holds one of these principals, directly or through groups."""
        wanted = frozenset(principals)
        return self._remembered(("groups", wanted), lambda connection: _groups_of(connection, wanted))

    def _remembered(self, question: tuple[str, frozenset[str]], answer: Callable[[Connection], frozenset[str]]) -> frozenset[str]:
        """An answer kept for one version of the tables, which is read before them: what is newer than its version is dropped with it."""
        with self.database.begin() as connection:
            version = _version(connection)
            with self._lock:
                if version != self._version:
                    self._held.clear()
                    self._version = version
                if question in self._held:
                    self._held.move_to_end(question)
                    return self._held[question]
            found = answer(connection)
        with self._lock:
            if version == self._version:
                self._held[question] = found
                if len(self._held) > CACHED:
                    self._held.popitem(last=False)
        return found

    def entries(self, keys: Iterable[str], reader: Reader) -> list[Entry]:
        """How the directories that a reader may read describe whoever has one of these keys.

        A key that one of them gives to two people names neither; what the others say changes nothing (law 4).
        """
        with self.database.begin() as connection:
            sources = _readable(connection, reader)
            found = _people_of(connection, set(keys), sources) if sources else {}
            own = _unambiguous(connection, [key for person in found.values() for key in person.keys], sources)
        return [Entry(source, person, tuple(key for key in person.keys if key in own)) for (source, _), person in sorted(found.items())]

    def called(self, names: Iterable[str], reader: Reader) -> dict[str, list[Entry]]:
        """How they describe whoever bears one of these folded full names; one that a directory gives to two people is nobody's."""
        with self.database.begin() as connection:
            keys = _unambiguous(connection, [f"name:{name}" for name in names], _readable(connection, reader))
        found: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries(keys, reader):
            for key in keys.intersection(entry.person.name_keys):
                found[key.removeprefix("name:")].append(entry)
        return found

    def listings(self) -> dict[str, Listing]:
        """Everything by source."""
        people: defaultdict[str, list[Person]] = defaultdict(list)
        groups: defaultdict[str, list[Group]] = defaultdict(list)
        members: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        with self.database.begin() as connection:
            for row in connection.execute(select(PEOPLE.c.source, PEOPLE.c.record).order_by(PEOPLE.c.source, PEOPLE.c.id)):
                people[row.source].append(person_of(row.record))
            for held in connection.execute(select(MEMBERS)):
                members[held.source, held.group_id].add(held.member)
            named = select(GROUPS.c.source, GROUPS.c.id, GROUPS.c.principals)
            for each in connection.execute(named.order_by(GROUPS.c.source, GROUPS.c.id)):
                names = tuple(each.principals)
                # The names of a group hold each other; one that has a single name and holds it is a cycle.
                said = members[each.source, each.id].difference(names if len(names) > 1 else ())
                groups[each.source].append(Group(each.id, names, tuple(sorted(said))))
            unreadable = {said.source: tuple(said.unreadable) for said in connection.execute(select(SOURCES))}
        return {
            source: Listing(tuple(people[source]), tuple(groups[source]), unreadable.get(source, ()))
            for source in sorted({*people, *groups, *unreadable})
        }

    def problems(self) -> list[Problem]:
        """What a person should mend."""
        return problems_of(self.listings())

    # Writing

    def replace(self, source: str, listing: Listing, access: Access) -> bool:
        """Make a source say exactly this; False where it already does."""
        digest = stable_id("directory", repr(listing), repr(access))
        with self.database.begin() as connection:
            if connection.scalar(select(SOURCES.c.digest).where(SOURCES.c.source == source)) == digest:
                return False
            drop_source(connection, source)
            add_people(connection, source, listing.people)
            add_groups(connection, source, listing.groups)
            describe_source(connection, source, access, digest, listing.unreadable)
            changed(connection)
        return True

    def forget(self, source: str) -> bool:
        """Take a source out; False where there is none of that name."""
        with self.database.begin() as connection:
            drop_source(connection, source)
            known = connection.execute(delete(SOURCES).where(SOURCES.c.source == source)).rowcount > 0
            if known:
                changed(connection)
        return known


def describe_source(connection: Connection, source: str, access: Access, digest: str = "", unreadable: Iterable[str] = ()) -> None:
    """Say who may read a source's description of people, and what of it could not be read."""
    connection.execute(delete(SOURCES).where(SOURCES.c.source == source))
    row = {"source": source, "digest": digest, "allow": list(access.allow), "deny": list(access.deny), "unreadable": list(unreadable)}
    connection.execute(insert(SOURCES), [row])


def _version(connection: Connection) -> int:
    return int(connection.scalar(select(VERSION.c.version)) or 0)


def _owners(connection: Connection, keys: Iterable[str], sources: Collection[str] | None) -> dict[tuple[str, str], set[str]]:
    """(source, key) to the people who have it there; of these sources, or of all."""
    owners: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for chunk in chunks(keys):
        for row in connection.execute(select(KEYS).where(KEYS.c.key.in_(chunk))):
            if sources is None or row.source in sources:
                owners[row.source, row.key].add(row.person)
    return owners


def _unambiguous(connection: Connection, keys: Iterable[str], sources: Collection[str] | None = None) -> set[str]:
    wanted = set(keys)
    return wanted - {key for (_, key), people in _owners(connection, wanted, sources).items() if len(people) > 1}


def _people_of(connection: Connection, keys: Iterable[str], sources: Collection[str] | None = None) -> dict[tuple[str, str], Person]:
    """The people of all directories who have one of these keys, or an address of somebody who has."""
    found: dict[tuple[str, str], Person] = {}
    fresh = set(keys)
    seen: set[str] = set()
    while fresh:
        seen |= fresh
        by_key: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for (source, key), ids in _owners(connection, fresh, sources).items():
            by_key[key] += [(source, id) for id in ids]
        people = _fetched(connection, (owner for owners in by_key.values() for owner in owners))
        new: dict[tuple[str, str], Person] = {}
        for key, owners in sorted(by_key.items()):
            named = {owner: people[owner] for owner in owners if owner in people}
            if _is_one(key, named):
                new |= named
        # Addresses are one person's everywhere; an account name or number may be somebody else's in another directory.
        fresh = {key for person in new.values() for key in person.keys if key.startswith("email:")} - seen
        found |= new
    return found


def _fetched(connection: Connection, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Person]:
    """People by (source, id)."""
    by_source: defaultdict[str, list[str]] = defaultdict(list)
    for source, id in wanted:
        by_source[source].append(id)
    found: dict[tuple[str, str], Person] = {}
    for source, ids in by_source.items():
        for chunk in chunks(set(ids)):
            query = select(PEOPLE.c.id, PEOPLE.c.record).where(PEOPLE.c.source == source, PEOPLE.c.id.in_(chunk))
            found |= {(source, row.id): person_of(row.record) for row in connection.execute(query)}
    return found


def _is_one(key: str, people: Mapping[tuple[str, str], Person]) -> bool:
    """Whether those who share a key are one person: never two of one directory, and by an account only with an address in common."""
    if len({source for source, _ in people}) < len(people):
        return False
    addresses = [{other for other in person.keys if other.startswith("email:")} for person in people.values()]
    return len(people) < 2 or key.startswith("email:") or bool(set.intersection(*addresses))


def _identified(connection: Connection, known: frozenset[str], day: str) -> frozenset[str]:
    found = set(known)
    for person in _people_of(connection, set(map(key_of, known)) - {""}).values():
        if person.has_left(day):
            raise AccountClosed("The directory says that this account is closed.")
        found |= principals_of(_unambiguous(connection, person.keys))
    return frozenset(found)


def _groups_of(connection: Connection, principals: frozenset[str]) -> frozenset[str]:
    held: set[str] = set()
    fresh: set[str] = set(principals)
    while fresh:  # each round asks for what was never asked for, so that a cycle ends
        found: set[str] = set()
        for chunk in chunks(fresh):
            found |= set(connection.scalars(select(MEMBERS.c.principal).distinct().where(MEMBERS.c.member.in_(chunk))))
        fresh = found - held - principals
        held |= fresh
    return frozenset(held)


def _readable(connection: Connection, reader: Reader) -> frozenset[str]:
    """The sources whose description of people a reader may read."""
    return frozenset(row.source for row in connection.execute(select(SOURCES)) if Access.of(row.allow, row.deny).opens_to(reader))
