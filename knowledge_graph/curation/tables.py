"""The log's table. Fields that may be erased can be null; the chain is in the rest. `migrations/` makes it."""

from sqlalchemy import Column, Integer, MetaData, Table, Text

METADATA = MetaData()
VERSION_TABLE = "verdicts_version"

VERDICTS = Table(
    "verdicts",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("id", Text, nullable=False, unique=True),
    Column("at", Text, nullable=False),
    *(Column(name, Text) for name in ("kind", "subject", "other", "text", "keys", "actor", "why", "allow", "deny", "based_on")),
    Column("salts", Text, nullable=False),
    Column("seals", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
    Column("erased", Integer, nullable=False),
)
