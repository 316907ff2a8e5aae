"""A folder of public or own data, mined into an installation of its own beside the real one, through the same pipeline."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from pipelines import sources
from pipelines.evaluation.errors import NothingToScore
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import run
from pipelines.sources import Source

SIDECAR = "meta.jsonl"
TEXTS = ("*.txt",)


def scratch_home(home: Home, folder: Path) -> Home:
    """Where `folder` is mined: below the installation, with indexes of its own on the same Elasticsearch."""
    path = folder.resolve()
    name = re.sub(r"[^a-z0-9]+", "-", path.name.lower()).strip("-") or "data"
    slug = f"{name}-{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    return replace(home, path=home.path / "evaluation" / slug, store=replace(home.store, prefix=f"{home.store.prefix}-eval-{slug}"))


def mine(home: Home, folder: Path, reporter: Reporter) -> None:
    """`folder/corpus` whole, or the texts of a folder without one: open to everyone, people and dates from `folder/meta.jsonl`.

    Done before, there is nothing to do.
    """
    corpus = folder / "corpus"
    include = () if corpus.is_dir() else TEXTS
    place = folder if include else corpus
    if not any(place.glob(include[0] if include else "*")):
        raise NothingToScore(f"There is nothing to mine: {folder} has neither a folder corpus/ nor texts ({', '.join(TEXTS)}).")
    sidecar = folder / SIDECAR if (folder / SIDECAR).exists() else None
    source = Source(
        name="corpus", kind="folder", path=place.resolve(), access=("everyone",), include=include, sidecar=sidecar and sidecar.resolve()
    )
    sources.add(home.sources_file, source)
    run(home, reporter=reporter)
