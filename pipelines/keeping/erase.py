"""Taking forgotten things out of every store, history included.

Nothing here knows what it is about: `take_out` compares keyed marks with what the tables hold, and `scrub` makes every store anew from what
is left. So an erasure that was killed is finished by doing it again, without being told once more what to erase.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knowledge_graph.model.ids import document_id
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home
from pipelines.keeping.blocks import FORGOTTEN, Blocks
from pipelines.lake import TABLE_SETTINGS, TABLES, Lake, columns, is_made
from pipelines.rows import Row, facts_of, map_rows

if TYPE_CHECKING:
    from pipelines.run import Run

_NOTHING: dict[str, Any] = {
    "allow": [], "deny": [], "people": [], "size": 0, "deleted": False, "excluded": FORGOTTEN,
    **dict.fromkeys(("fingerprint", "content", "audience", "title", "created", "modified", "facts", "problem"), ""),
}  # fmt: skip


def take_out(lake: Lake, blocks: Blocks) -> dict[str, int]:
    """Replace forgotten items by what stands in for them, and drop forgotten people wherever they are named as people."""
    counts = {"items": _items(lake, blocks), "documents": 0, "evidence": 0}
    if blocks.people:
        counts["documents"] = _drop(lake, "documents", "people", _People(blocks))
        counts["evidence"] = _drop(lake, "evidence", "evidence", _Evidence(blocks))
    return counts


def _items(lake: Lake, blocks: Blocks) -> int:
    write: list[Row] = []
    gone: list[Row] = []
    for row in lake.rows("items"):
        name = "" if row["excluded"] == FORGOTTEN else blocks.item(row["source"], row["item"]) or _copy(row, blocks)
        kept = blocks.without(row["people"])
        if name:
            gone.append({"document": row["document"]})
            write.append({"source": row["source"], "item": name, "document": document_id(row["source"], name), **_NOTHING})
        elif len(kept) != len(row["people"]):
            write.append({**row, "people": kept, "facts": facts_of({**row, "people": kept})})
    if write:
        lake.replace("items", lake.frame(write, TABLES["items"].schema), gone=lake.frame(gone, columns("document")))
    return len(write)


def _copy(row: Row, blocks: Blocks) -> str:
    return blocks.stand_in(row["source"], row["item"]) if row["content"] and blocks.content(row["content"]) else ""


def _drop(lake: Lake, table: str, column: str, keeps: "_People | _Evidence") -> int:
    changed = map_rows(lake.read(table), _Filter(column, keeps), TABLES[table].schema).localCheckpoint()
    count = changed.count()
    if count:
        lake.replace(table, changed)
    return count


@dataclass(frozen=True, slots=True)
class _People:
    blocks: Blocks

    def __call__(self, row: Row) -> bool:
        return not self.blocks.person(row)


@dataclass(frozen=True, slots=True)
class _Evidence:
    blocks: Blocks

    def __call__(self, row: Row) -> bool:
        return self.blocks.allows(row)


@dataclass(frozen=True, slots=True)
class _Filter:
    """Gives the rows in which an array loses something, without it."""

    column: str
    keeps: "_People | _Evidence"

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        for row in rows:
            kept = list(filter(self.keeps, row[self.column]))
            if len(kept) != len(row[self.column]):
                yield {**row, self.column: kept}


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What `scrub` threw away: files of the lake's history, indexes, logs; with their bytes."""

    history_files: int
    history_bytes: int
    indexes: int
    log_files: int
    log_bytes: int


def scrub(running: "Run") -> Scrubbed:
    """Make every table anew without its history, drop every index but the ones just written, empty the logs and scratch files."""
    home = running.home
    files, size = drop_history(running)
    with SearchStore.open(home.store) as store:
        dropped = store.drop_previous()
    logs = empty_logs(home)
    shutil.rmtree(home.path / "run" / "spark", ignore_errors=True)
    return Scrubbed(files, size, dropped, *logs)


def drop_history(running: "Run") -> tuple[int, int]:
    """Make every table anew without its history; every stage must be up to date. Gives the files and bytes thrown away."""
    (running.home.path / "run" / "stages.json").unlink(missing_ok=True)  # its version numbers would mean other contents from here on
    running.lake.create()
    thrown = [fresh_table(running.lake.root, name) for name in TABLES]
    forget_versions()
    running.record_all()
    return sum(files for files, _ in thrown), sum(size for _, size in thrown)


def fresh_table(root: Path, name: str) -> tuple[int, int]:
    """Put a copy of a table's rows in the table's place, with no log before it; gives the files and bytes thrown away.

    Vacuuming would leave the log, whose statistics hold the first letters of values, and its checkpoints.
    """
    from deltalake import DeltaTable, Schema, write_deltalake

    table, fresh, old = root / name, root / f".{name}.fresh", root / f".{name}.old"
    if not is_made(root, name):
        return 0, 0
    shutil.rmtree(fresh, ignore_errors=True)
    schema = TABLES[name].schema
    DeltaTable.create(str(fresh), Schema.from_arrow(schema), configuration=TABLE_SETTINGS)
    rows = DeltaTable(str(table)).to_pyarrow_dataset().scanner(columns=list(schema.names), batch_size=4096).to_reader()
    # A second commit even for no rows: version 0 means a table that nothing was ever written to.
    write_deltalake(str(fresh), rows.cast(schema), mode="append")
    thrown = [path.stat().st_size for path in table.rglob("*") if path.is_file()]
    os.rename(table, old)
    os.rename(fresh, table)
    shutil.rmtree(old)
    return len(thrown), sum(thrown)


def recover(root: Path) -> None:
    """Undo or finish a replacement that was killed: the table under its name is whole, or its predecessor is put back."""
    for old in root.glob(".*.old"):
        table = root / old.name[1 : -len(".old")]
        if table.exists():
            shutil.rmtree(old)
        else:
            os.rename(old, table)
    for fresh in root.glob(".*.fresh"):
        shutil.rmtree(fresh)


def forget_versions() -> None:
    """Make a Spark of this process look at the tables again: it remembers versions by path."""
    context = getattr(sys.modules.get("pyspark"), "SparkContext", None)
    if context is not None and context._jvm is not None:
        context._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()


def empty_logs(home: Home) -> tuple[int, int]:
    """Empty what servers write to and delete the rest: nothing can say which of their lines speak of what is forgotten."""
    files = size = 0
    for folder in (home.path / "logs", home.path / "airflow" / "logs"):
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if not path.is_file() or path.is_symlink() or not path.stat().st_size:
                continue
            files, size = files + 1, size + path.stat().st_size
            if path.suffix == ".log" and path.parent == home.path / "logs":
                os.truncate(path, 0)
            else:
                path.unlink()
    return files, size
