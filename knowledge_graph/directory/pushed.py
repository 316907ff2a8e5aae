"""People and groups that an identity provider pushes: kept as they were pushed, and as records that act at the next request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Table, select, update

from knowledge_graph.directory.model import Group, Person
from knowledge_graph.directory.rows import Row, add_group, add_person, changed, drop_group, drop_person, person_of
from knowledge_graph.directory.store import Directory, describe_source
from knowledge_graph.directory.tables import GROUPS, MEMBERS, PEOPLE, SOURCES
from knowledge_graph.model.access import Access, normalise_principal

SOURCE = "scim"

Kind = Literal["User", "Group"]
Column = Literal["name", "external"]


@dataclass(frozen=True, slots=True)
class Batch:
    """One transaction. A writing one holds off every other writer from its start, so that what it read stays true."""

    connection: Connection

    def get(self, kind: Kind, id: str) -> Row | None:
        table = _table(kind)
        found: Row | None = self.connection.scalar(select(table.c.resource).where(table.c.source == SOURCE, table.c.id == id))
        return found

    def find(self, kind: Kind, column: Column, value: str) -> list[Row]:
        """Those with this name (in any case) or external id."""
        table = _table(kind)
        wanted = table.c.name == normalise_principal(value) if column == "name" else table.c.external == value
        return list(self.connection.scalars(select(table.c.resource).where(table.c.source == SOURCE, wanted).order_by(table.c.id)))

    def all(self, kind: Kind) -> list[Row]:
        table = _table(kind)
        return list(self.connection.scalars(select(table.c.resource).where(table.c.source == SOURCE).order_by(table.c.id)))

    def is_group(self, id: str) -> bool:
        return self.connection.scalar(select(GROUPS.c.id).where(GROUPS.c.source == SOURCE, GROUPS.c.id == id)) is not None

    def person(self, id: str) -> Person | None:
        """The record that a person has so far."""
        record = self.connection.scalar(select(PEOPLE.c.record).where(PEOPLE.c.source == SOURCE, PEOPLE.c.id == id))
        return None if record is None else person_of(record)

    def put_person(self, person: Person, resource: Row, name: str, external: str) -> None:
        drop_person(self.connection, SOURCE, person.id)
        add_person(self.connection, SOURCE, person, resource, name, external)

    def put_group(self, group: Group, resource: Row, name: str, external: str) -> None:
        drop_group(self.connection, SOURCE, group.id)
        add_group(self.connection, SOURCE, group, resource, name, external)

    def delete(self, kind: Kind, id: str) -> None:
        """Also out of the groups that hold it: an id that comes again is somebody else."""
        (drop_person if kind == "User" else drop_group)(self.connection, SOURCE, id)
        principal = ("user:" if kind == "User" else "group:") + normalise_principal(id)
        holders = select(MEMBERS.c.group_id).distinct().where(MEMBERS.c.source == SOURCE, MEMBERS.c.member == principal)
        for group_id in list(self.connection.scalars(holders)):
            resource = self.get("Group", group_id) or {}
            kept = [member for member in resource.get("members") or [] if member.get("value") != id]
            self.connection.execute(
                MEMBERS.delete().where(MEMBERS.c.source == SOURCE, MEMBERS.c.group_id == group_id, MEMBERS.c.member == principal)
            )
            rewritten = update(GROUPS).where(GROUPS.c.source == SOURCE, GROUPS.c.id == group_id)
            self.connection.execute(rewritten.values(resource={**resource, "members": kept}))


@dataclass(frozen=True, slots=True)
class Pushed:
    """`access` is who may read what is pushed about people."""

    directory: Directory
    access: Access

    def announce(self) -> None:
        """Make what was pushed before readable to those who may read it now."""
        said = {"allow": list(self.access.allow), "deny": list(self.access.deny)}
        with self.directory.database.begin() as connection:
            row = connection.execute(select(SOURCES).where(SOURCES.c.source == SOURCE)).one_or_none()
        if row is not None and {"allow": row.allow, "deny": row.deny} != said:
            with self.writing():
                pass

    @contextmanager
    def reading(self) -> Iterator[Batch]:
        with self.directory.database.begin() as connection:
            yield Batch(connection)

    @contextmanager
    def writing(self) -> Iterator[Batch]:
        with self.directory.database.begin() as connection:
            changed(connection)  # first: it takes the database's write lock
            describe_source(connection, SOURCE, self.access)
            yield Batch(connection)


def _table(kind: Kind) -> Table:
    return PEOPLE if kind == "User" else GROUPS
