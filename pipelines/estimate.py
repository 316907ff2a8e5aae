"""What a run would have to do, before it does it."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from pipelines import sources
from pipelines.home import Home
from pipelines.lake import table_rows

IMAGE_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"})
PDF_PAGE_BYTES = 60_000
"""Median of the office test files; opening every PDF to count its pages would be most of the work of parsing it."""

# Measured on two cores without a GPU on the Kubernetes set and the sample organisation; see tests/bench.
START_S = 25.0
SECONDS_PER_ITEM = 0.08
SECONDS_PER_KB_OF_TEXT = 0.022
SECONDS_PER_PAGE = 1.1
TEXT_SHARE = {".pdf": 0.05, ".docx": 0.2, ".pptx": 0.05, ".xlsx": 0.2, ".zip": 0.3}
"""How much of a file's bytes turn out to be text; 1 for the rest."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Items to read, their bytes, pages or images among them, and seconds on two cores."""

    items: int
    bytes: int
    pages: int
    seconds: int


def estimate(home: Home, source: str | None = None, *, full: bool = False) -> Estimate:
    """Only what is new or changed counts, unless `full`."""
    known = (
        {}
        if full
        else {(row["source"], row["item"]): row["fingerprint"] for row in table_rows(home.lake, "items", ["source", "item", "fingerprint"])}
    )
    chosen = (sources.find(home.sources_file, source),) if source else sources.load(home.sources_file)
    items = size = pages = 0
    text_kb = 0.0
    for each in chosen:
        with each.connector() as connector:
            for item in connector.items():
                if item.excluded or known.get((each.name, item.item_id)) == item.fingerprint:
                    continue
                suffix = PurePosixPath(item.item_id).suffix.lower()
                items, size = items + 1, size + item.size
                pages += 1 if suffix in IMAGE_SUFFIXES else max(1, item.size // PDF_PAGE_BYTES) if suffix == ".pdf" else 0
                text_kb += 0 if suffix in IMAGE_SUFFIXES else item.size * TEXT_SHARE.get(suffix, 1.0) / 1000
    seconds = START_S + items * SECONDS_PER_ITEM + text_kb * SECONDS_PER_KB_OF_TEXT + pages * SECONDS_PER_PAGE if items else 0.0
    return Estimate(items, size, pages, round(seconds))
