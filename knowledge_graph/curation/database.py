"""The connection under the log: SQLite or PostgreSQL through SQLAlchemy, migrated by Alembic, written by one at a time.

SQLAlchemy is imported on first use, because most commands of most installations never meet a verdict.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge_graph.curation.errors import LogUnavailable
from knowledge_graph.curation.settings import CurationSettings

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

HEAD = "0001"
"""The newest file in migrations/versions: an installation at it needs no Alembic to be opened."""
PATIENCE_S = 30
LOCK_KEY = 0x656E6772616D
"""PostgreSQL's advisory lock of writers; any number that nobody else in this database takes."""


class Database:
    """Opens lazily and migrates once; `exists` is False until somebody wrote to a SQLite file."""

    def __init__(self, settings: CurationSettings) -> None:
        self.settings = settings
        self._migrated = False

    @property
    def exists(self) -> bool:
        return bool(self.settings.url) or self.settings.file.exists()

    def close(self) -> None:
        if "engine" in vars(self):
            self.engine.dispose()
            del self.engine

    @cached_property
    def engine(self) -> "Engine":
        from sqlalchemy import URL, create_engine, make_url
        from sqlalchemy.exc import ArgumentError

        if not self.settings.url:
            self.settings.file.parent.mkdir(parents=True, exist_ok=True)
            self.settings.file.touch(mode=0o600)
            return create_engine(URL.create("sqlite", database=str(self.settings.file)), connect_args={"timeout": PATIENCE_S})
        try:
            url = make_url(self.settings.url)
        except ArgumentError as exc:
            raise LogUnavailable("ENGRAM_CURATION_URL is not the address of a database, such as postgresql://user@host/engram.") from exc
        if url.get_backend_name() != "postgresql":
            raise LogUnavailable("ENGRAM_CURATION_URL must begin with postgresql://; without it the log is a SQLite file.")
        return create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)

    @contextmanager
    def reading(self) -> Iterator["Connection"]:
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._migrate()
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as exc:
            raise self._unavailable(exc) from exc

    @contextmanager
    def writing(self) -> Iterator["Connection"]:
        """A transaction that no other writer runs beside."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self._migrate()
            with self._locked() as connection:
                yield connection
        except SQLAlchemyError as exc:
            raise self._unavailable(exc) from exc

    @contextmanager
    def _locked(self) -> Iterator["Connection"]:
        with self.engine.connect() as connection:
            if connection.dialect.name == "postgresql":
                with connection.begin():
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK_KEY})")
                    yield connection
                return
            # The driver would begin with a shared lock, and two that read the same head could both try to write after it.
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            with ExitStack() as unfinished:
                unfinished.callback(connection.exec_driver_sql, "ROLLBACK")
                yield connection
                connection.exec_driver_sql("COMMIT")
                unfinished.pop_all()

    def vacuum(self) -> None:
        """Writes the file or table anew, so that nothing of what was erased is left in it."""
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL verdicts" if connection.dialect.name == "postgresql" else "VACUUM")

    def _migrate(self) -> None:
        if self._migrated:
            return
        if self._version() != HEAD:
            self._upgrade()
        self._migrated = True

    def _version(self) -> str:
        from sqlalchemy import inspect

        from knowledge_graph.curation.tables import VERSION_TABLE

        with self.engine.connect() as connection:
            if not inspect(connection).has_table(VERSION_TABLE):
                return ""
            return str(connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar() or "")

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        from knowledge_graph.directory.database import MIGRATING

        config = Config()
        place = str(Path(__file__).parent / "migrations")
        config.set_main_option("script_location", place.replace("%", "%%"))
        try:
            with MIGRATING, self._locked() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as exc:
            raise LogUnavailable(f"The log of verdicts was made by a newer Engram: {exc}. Use that one.") from exc

    def _unavailable(self, exc: Exception) -> LogUnavailable:
        place = "the database of ENGRAM_CURATION_URL" if self.settings.url else str(self.settings.file)
        reason = str(getattr(exc, "orig", None) or exc).strip().partition("\n")[0]
        return LogUnavailable(f"The log of verdicts in {place} cannot be used: {reason}")
