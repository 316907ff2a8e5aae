"""The relational database of an installation: SQLite in its folder, or PostgreSQL by URL."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from filelock import FileLock
from sqlalchemy import Connection, Engine, column, create_engine, event, func, inspect, make_url, select, table
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from knowledge_graph.directory.errors import DirectoryUnavailable
from knowledge_graph.directory.tables import REVISION, VERSION_TABLE

BUSY_TIMEOUT_S = 30
"""How long a writer waits for another; a SCIM client and a run may write at the same time."""


class Database:
    """Opens at the first use, and brings its tables up to date then."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine: Engine | None = None

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction; what goes wrong with the database itself is DirectoryUnavailable."""
        try:
            with self._opened().begin() as connection:
                yield connection
        except OSError as exc:
            raise DirectoryUnavailable(
                f"The directory's database cannot be opened: {exc.strerror}: {exc.filename}. See ENGRAM_HOME and ENGRAM_CURATION_URL."
            ) from exc
        except SQLAlchemyError as exc:
            raise DirectoryUnavailable("The directory's database does not answer: see ENGRAM_CURATION_URL and its log.") from exc

    def close(self) -> None:
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    def _opened(self) -> Engine:
        if self._engine is None:
            engine = _engine(self._url)
            _bring_up_to_date(engine)
            self._engine = engine
        return self._engine


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
    except ArgumentError as exc:
        raise DirectoryUnavailable("ENGRAM_CURATION_URL is no database URL, such as postgresql+psycopg://user@host/engram.") from exc
    if parsed.get_backend_name() != "sqlite":
        # Without a driver's name the URL means whichever driver was the usual one when SQLAlchemy was released.
        named = parsed.set(drivername="postgresql+psycopg") if parsed.drivername == "postgresql" else parsed
        return create_engine(named, pool_pre_ping=True)
    if parsed.database:
        path = Path(parsed.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _: object) -> None:
    # Readers go on while somebody writes; what is deleted is overwritten, so that a forgotten person is not in the file either.
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()


MIGRATING = Lock()
"""Alembic keeps the migration that runs in a module of its own: one at a time in a process."""
LOCK_KEY = 7_023_118
"""Any number that nothing else of the database uses."""


def _bring_up_to_date(engine: Engine) -> None:
    with _alone(engine):  # turning a new file to WAL is the one thing for which SQLite lets nobody wait
        revision = _revision(engine)
    if revision == REVISION:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "knowledge_graph.directory:migrations")
    with MIGRATING, _alone(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK_KEY)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")  # does nothing where another process was first


def _alone(engine: Engine) -> AbstractContextManager[object]:
    """Holds other processes off a SQLite file."""
    path = engine.url.database if engine.dialect.name == "sqlite" else None
    return FileLock(f"{path}.lock") if path else nullcontext()


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table(VERSION_TABLE):
            return None
        return connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
