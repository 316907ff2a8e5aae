"""Where an installation lives: one folder, `ENGRAM_HOME`."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.directory.settings import database_url
from knowledge_graph.errors import EngramError
from knowledge_graph.serving.indexes import StoreSettings


class RunInProgress(EngramError):
    """Stop this run: another one holds the installation."""


class BadSetting(EngramError):
    """Stop this run: a variable of the environment has no such value."""


@dataclass(frozen=True, slots=True)
class Home:
    """Paths and settings of one installation, read from the environment once."""

    path: Path
    store: StoreSettings
    spark_master: str = "local[*]"
    maven_mirror: str | None = None
    database: str = ""
    """URL of the directory's database; `""` is the file in `path`."""
    embeddings: bool = True
    """False leaves passages without vectors: search by words alone, and mining in a fraction of the time."""
    curation_url: str = ""
    """URL of the database of verdicts; `""` is the file in `path`."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Home":
        path = Path(environ.get("ENGRAM_HOME") or Path.home() / ".engram").expanduser().absolute()
        return cls(
            path,
            _store(environ),
            environ.get("ENGRAM_SPARK_MASTER", "local[*]"),
            environ.get("ENGRAM_MAVEN_URL"),
            database_url(environ, path),
            _on(environ, "ENGRAM_EMBEDDINGS"),
            CurationSettings.from_env(environ, path).url,
        )

    @property
    def database_url(self) -> str:
        return self.database or database_url({}, self.path)

    @property
    def curation(self) -> CurationSettings:
        return CurationSettings(self.path / "verdicts.sqlite", self.curation_url)

    @property
    def lake(self) -> Path:
        return self.path / "lake"

    @property
    def blobs(self) -> Path:
        return self.path / "blobs"

    @property
    def sources_file(self) -> Path:
        return self.path / "sources.yaml"

    @property
    def vocabulary_file(self) -> Path:
        return self.path / "vocabulary.yaml"

    @property
    def learned_file(self) -> Path:
        return self.path / "learned.json"

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the installation for one run; the lock goes with the process, so a killed run leaves none behind."""
        run = self.path / "run"
        run.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(run / "pipeline.lock", timeout=0):
                yield
        except Timeout as exc:
            raise RunInProgress(f"Another run is working on {self.path}. Wait for it to end, then run this again.") from exc


_PREFIX = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""What Elasticsearch takes as the beginning of an index name."""


def _store(environ: Mapping[str, str]) -> StoreSettings:
    port = environ.get("ENGRAM_ELASTICSEARCH_PORT")
    if port is not None and not (port.isascii() and port.isdecimal() and 1 <= int(port) <= 65_535):
        raise BadSetting(f"ENGRAM_ELASTICSEARCH_PORT is a port number from 1 to 65535, not {port!r}.")
    settings = StoreSettings.from_env(environ)
    if not _is_address(settings.url):
        raise BadSetting(
            f"ENGRAM_ELASTICSEARCH_URL has a scheme, a host and a port, such as https://search.example.org:9200; {settings.url!r} has not."
        )
    if not _PREFIX.fullmatch(settings.prefix):
        raise BadSetting(f"ENGRAM_INDEX_PREFIX is made of small letters, digits, dots and hyphens, not {settings.prefix!r}.")
    return settings


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname and parts.port)
    except ValueError:  # a port beyond 65535, a bracket left open
        return False


def _on(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name) or "on"
    if value not in ("on", "off"):
        raise BadSetting(f"{name} is on or off, not {value!r}.")
    return value == "on"
