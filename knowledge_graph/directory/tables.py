"""The tables of the directory. They share a database with the verdict log and have their own migrations."""

from sqlalchemy import JSON, Column, Index, Integer, MetaData, String, Table

REVISION = "0002"
"""The newest migration: a database that is there already needs no Alembic."""
VERSION_TABLE = "directory_alembic_version"

METADATA = MetaData()

SOURCES = Table(
    "directory_sources",
    METADATA,
    Column("source", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("allow", JSON, nullable=False),
    Column("deny", JSON, nullable=False),
    Column("unreadable", JSON, nullable=False),
)
PEOPLE = Table(
    "directory_people",
    METADATA,
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("record", JSON, nullable=False),
    # What was pushed, as it was pushed, for the one who pushed it.
    Column("resource", JSON),
    Column("name", String, nullable=False, index=True),
    Column("external", String, nullable=False, index=True),
)
KEYS = Table(
    "directory_keys",
    METADATA,
    Column("source", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("key", String, primary_key=True),
    Index("directory_keys_by_key", "key"),
)
GROUPS = Table(
    "directory_groups",
    METADATA,
    Column("source", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("principals", JSON, nullable=False),
    Column("resource", JSON),
    Column("name", String, nullable=False, index=True),
    Column("external", String, nullable=False, index=True),
)
MEMBERS = Table(
    "directory_members",
    METADATA,
    Column("source", String, primary_key=True),
    Column("group_id", String, primary_key=True),
    Column("principal", String, primary_key=True),
    Column("member", String, primary_key=True),
    Index("directory_members_by_member", "member"),
)
VERSION = Table("directory_version", METADATA, Column("id", Integer, primary_key=True), Column("version", Integer, nullable=False))
