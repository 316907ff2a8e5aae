"""What a person may call an item: its document id, `source/path`, a path that only one source has, or where the file lies on the disk."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_graph.errors import EngramError
from pipelines.lake import Lake
from pipelines.sources import Source

Row = dict[str, Any]


class UnknownItem(EngramError):
    """Stop this run: no item, or more than one, is called so."""


@dataclass(frozen=True, slots=True)
class ItemName:
    source: str
    item: str

    def __str__(self) -> str:
        return f"{self.source}/{self.item}"


def find_item(lake: Lake, text: str, known: Sequence[Source] = (), *, live: bool = True) -> ItemName:
    """The item called so; `live=False` looks among deleted and excluded ones too."""
    rows = [row for row in lake.rows("items", ["document", "source", "item", "deleted"]) if not (live and row["deleted"])]
    paths = on_disk(text, known)
    found = [row for row in rows if _called(row, text, paths)]
    if len(found) != 1:
        found = [row for row in found if f"{row['source']}/{row['item']}" == text] or found
    if len(found) == 1:
        return ItemName(found[0]["source"], found[0]["item"])
    if found:
        names = "; ".join(sorted(f"{row['source']}/{row['item']}" for row in found))
        raise UnknownItem(f"Several items are called {text!r}: {names}. Say source/path.")
    raise UnknownItem(_inside(lake, text) or f"No item is called {text!r}. Say source/path.")


def items_of(lake: Lake, source: str) -> list[tuple[str, str]]:
    """(source, item) of everything that a source has or had."""
    return [(source, row["item"]) for row in lake.rows("items", ["source", "item"]) if row["source"] == source]


def on_disk(text: str, known: Iterable[Source]) -> set[tuple[str, str]]:
    """(source, item) for a file's path: as it is written, and with its links resolved. The file need not be there any more."""
    if os.sep not in text and not Path(text).exists():
        return set()
    given = Path(os.path.abspath(Path(text).expanduser()))
    found = set()
    for source in known:
        for place, root in ((given, source.path), (Path(os.path.realpath(given)), Path(os.path.realpath(source.path)))):
            if place.is_relative_to(root):
                found.add((source.name, place.relative_to(root).as_posix()))
    return found


def _called(row: Row, text: str, paths: set[tuple[str, str]]) -> bool:
    return text in (row["document"], f"{row['source']}/{row['item']}", row["item"]) or (row["source"], row["item"]) in paths


def _inside(lake: Lake, text: str) -> str:
    """What to say of an attachment or an archive's member, which has no bytes of its own in the source."""
    for row in lake.rows("documents", ["document", "source", "path", "parent"]):
        if row["parent"] and text in (row["document"], f"{row['source']}/{row['path']}", row["path"]):
            outer = f"{row['source']}/{row['path'].partition('!/')[0]}"
            inner = f"{row['source']}/{row['path']}"
            return f"{inner} is inside {outer} and cannot be taken out by itself. Take out {outer}, or change it in its source."
    return ""
