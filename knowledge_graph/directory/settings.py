"""Where the directory is kept."""

from collections.abc import Mapping
from pathlib import Path


def database_url(environ: Mapping[str, str], home: Path) -> str:
    """The database of the directory: a file of the installation, or with the verdict log what ENGRAM_CURATION_URL names."""
    return environ.get("ENGRAM_CURATION_URL") or f"sqlite:///{home / 'directory.sqlite'}"
