"""Where the directory is kept."""

from collections.abc import Mapping
from pathlib import Path


def database_url(environ: Mapping[str, str], home: Path) -> str:
    """The database of the directory and of the verdict log: a file of the installation, or what ENGRAM_CURATION_URL names."""
    return environ.get("ENGRAM_CURATION_URL") or f"sqlite:///{home / 'curation.sqlite'}"
