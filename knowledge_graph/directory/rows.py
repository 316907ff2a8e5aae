"""Records as rows of the tables, and back."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Table, delete, insert, update

from knowledge_graph.directory.model import Group, Person
from knowledge_graph.directory.tables import GROUPS, KEYS, MEMBERS, PEOPLE, VERSION
from knowledge_graph.model.access import normalise_principal

CHUNK = 500
"""Values bound in one statement; SQLite takes 32,766."""

Row = dict[str, Any]

_PERSON = TypeAdapter(Person)


def chunks(values: Iterable[str]) -> Iterator[Sequence[str]]:
    ordered = sorted(values)
    return (ordered[start : start + CHUNK] for start in range(0, len(ordered), CHUNK))


def person_of(record: Row) -> Person:
    return _PERSON.validate_python(record)


def add_person(
    connection: Connection, source: str, person: Person, resource: Row | None = None, name: str = "", external: str = ""
) -> None:
    add_people(connection, source, [person], [(resource, name, external)])


def add_people(connection: Connection, source: str, people: Sequence[Person], pushed: Sequence[tuple[Row | None, str, str]] = ()) -> None:
    extras = pushed or [(None, "", "")] * len(people)
    rows = [
        {"source": source, "id": p.id, "record": asdict(p), "resource": resource, "name": normalise_principal(name), "external": external}
        for p, (resource, name, external) in zip(people, extras, strict=True)
    ]
    _insert(connection, PEOPLE, rows)
    _insert(connection, KEYS, [{"source": source, "person": p.id, "key": key} for p in people for key in (*p.keys, *p.name_keys)])


def add_group(connection: Connection, source: str, group: Group, resource: Row | None = None, name: str = "", external: str = "") -> None:
    row = {"source": source, "id": group.id, "principals": list(group.principals), "resource": resource}
    _insert(connection, GROUPS, [row | {"name": normalise_principal(name), "external": external}])
    add_members(connection, source, [group])


def add_groups(connection: Connection, source: str, groups: Sequence[Group]) -> None:
    _insert(
        connection,
        GROUPS,
        [{"source": source, "id": g.id, "principals": list(g.principals), "resource": None, "name": "", "external": ""} for g in groups],
    )
    add_members(connection, source, groups)


def add_members(connection: Connection, source: str, groups: Iterable[Group]) -> None:
    rows: list[Row] = []
    for group in groups:
        for principal in dict.fromkeys(group.principals):
            # The other names of a group hold whoever this name holds.
            held = dict.fromkeys((*group.members, *(other for other in group.principals if other != principal)))
            rows += [{"source": source, "group_id": group.id, "principal": principal, "member": member} for member in held]
    _insert(connection, MEMBERS, rows)


def drop_person(connection: Connection, source: str, id: str) -> None:
    connection.execute(delete(KEYS).where(KEYS.c.source == source, KEYS.c.person == id))
    connection.execute(delete(PEOPLE).where(PEOPLE.c.source == source, PEOPLE.c.id == id))


def drop_group(connection: Connection, source: str, id: str) -> None:
    connection.execute(delete(MEMBERS).where(MEMBERS.c.source == source, MEMBERS.c.group_id == id))
    connection.execute(delete(GROUPS).where(GROUPS.c.source == source, GROUPS.c.id == id))


def drop_source(connection: Connection, source: str) -> None:
    for table in (PEOPLE, KEYS, GROUPS, MEMBERS):
        connection.execute(delete(table).where(table.c.source == source))


def changed(connection: Connection) -> None:
    """Whoever holds something derived from the directory sees by this number that it is stale."""
    connection.execute(update(VERSION).values(version=VERSION.c.version + 1))


def _insert(connection: Connection, table: Table, rows: list[Row]) -> None:
    if rows:
        connection.execute(insert(table), rows)
