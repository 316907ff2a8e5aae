"""Where the log of verdicts is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CurationSettings:
    """`file` is a SQLite file in the installation; `url`, where given, a PostgreSQL database of this installation's own."""

    file: Path
    url: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str], home: Path) -> "CurationSettings":
        return cls(home / "verdicts.sqlite", environ.get("ENGRAM_CURATION_URL") or "")
