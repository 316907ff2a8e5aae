"""The Delta tables and the one way to change them.

Every table written before `fold` has one row for each document, with nested arrays and a `basis`: the hash of all the row was made
from. A stage works on the rows whose basis is not what it would be now, and one MERGE replaces them: a stage that is killed at any
point is simply not done yet, and delivering an input twice changes nothing.

Stages hold intermediate frames by `localCheckpoint`, not `persist`: writing a table makes Spark forget every cached frame that read it,
and compute it again from the table as it is then.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipelines.faults import damaged
from pipelines.session import COMPILED

if TYPE_CHECKING:
    import deltalake
    from delta import DeltaTable
    from pyspark.sql import DataFrame, SparkSession


def _rows_of(**columns: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(columns.items())))


_TEXT, _INT, _LONG, _FLOAT = pa.string(), pa.int32(), pa.int64(), pa.float64()
TEXTS = pa.list_(_TEXT)
PEOPLE = _rows_of(kind=_TEXT, name=_TEXT, email=_TEXT, handle=_TEXT, count=_INT, first=_TEXT, last=_TEXT)
_MARKS = _rows_of(start=_INT, end=_INT, kind=_TEXT, value=_TEXT)
_WORDS = _rows_of(start=_INT, end=_INT, x0=_FLOAT, y0=_FLOAT, x1=_FLOAT, y1=_FLOAT, confidence=_FLOAT)
SEGMENTS = _rows_of(position=_INT, text=_TEXT, headings=TEXTS, page=_INT, confidence=_FLOAT, marks=_MARKS, words=_WORDS)
EVIDENCE = _rows_of(
    kind=_TEXT, subject=_TEXT, place=_TEXT, value=_TEXT, other=_TEXT, segment=_INT, start=_INT, end=_INT, count=_INT,
    date=_TEXT, last=_TEXT, confidence=_FLOAT, features=TEXTS,
)  # fmt: skip


def columns(texts: str, **others: pa.DataType) -> pa.Schema:
    """A schema of the named text columns and the others, in that order."""
    return pa.schema([*((name, _TEXT) for name in texts.split()), *others.items()])


@dataclass(frozen=True, slots=True)
class Table:
    """A table's columns and its key."""

    schema: pa.Schema
    key: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.schema.names)


_ITEM = "source item document fingerprint content audience title created modified facts excluded problem"
_DOCUMENT = "document root source path parent basis content status reason_class reason kind mime title language created modified"

TABLES = {
    "items": Table(columns(_ITEM, size=_LONG, allow=TEXTS, deny=TEXTS, people=PEOPLE, deleted=pa.bool_()), ("document",)),
    "documents": Table(columns(_DOCUMENT, bytes=_LONG, people=PEOPLE, segments=SEGMENTS, blobs=TEXTS, notes=TEXTS), ("document",)),
    "pages": Table(columns("content basis", segments=SEGMENTS), ("content",)),
    "evidence": Table(columns("document basis", evidence=EVIDENCE), ("document",)),
    "vectors": Table(columns("document basis", embeddings=pa.list_(pa.binary()), multilingual=pa.list_(pa.binary())), ("document",)),
    "subjects": Table(columns("subject basis", published=pa.bool_()), ("subject",)),
    "partials": Table(columns("subject audience kind payload", names=TEXTS, bound=_FLOAT), ("subject", "audience")),
    "edges": Table(columns("id source target relation audience payload", documents=_LONG, weight=_FLOAT), ("id",)),
    "groups": Table(columns("source principal", members=TEXTS), ("source", "principal")),
    "cursors": Table(columns("source cursor"), ("source",)),
}

"""An embedding is its float32 values in little-endian order, by the multilingual model one byte a number: as arrays of numbers Spark takes
six times as long to write them."""

TABLE_SETTINGS = {"delta.enableDeletionVectors": "false"}

BOOKKEEPING = {"items": ("fingerprint",), "cursors": ("cursor",)}
"""Columns that say how a run went, not what the organisation wrote; the digest leaves them out."""


def table_rows(root: Path, name: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
    """A table's rows without Spark, for bookkeeping and small reads; none where the table does not exist."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    if not is_made(root, name):
        return
    chosen = list(columns or TABLES[name].columns)
    try:
        for batch in DeltaTable(root / name).to_pyarrow_dataset().to_batches(columns=chosen):
            yield from batch.to_pylist()
    except (DeltaError, pa.ArrowInvalid, OSError) as exc:
        raise damaged(root, name) from exc


def is_made(root: Path, name: str) -> bool:
    """Whether the table has a commit or rows: a disk that fills up while it is made leaves only the folder of its log.

    Rows without a log are a damaged table, not one that was never made.
    """
    return any(each.suffix in (".json", ".parquet") for each in (root / name).glob("**/*"))


def table_version(root: Path, name: str) -> int:
    """The number of the last commit of a table, -1 where it does not exist."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError

    try:
        return int(DeltaTable(root / name).version()) if is_made(root, name) else -1
    except (DeltaError, OSError) as exc:
        raise damaged(root, name) from exc


SMALL_BYTES = 4 << 20
SMALL_ROWS = 1_000
"""A table of at most these bytes is read, and a change of at most these rows written, without Spark: a job costs as much for ten rows as
for a million, and an edit of one document is some ten tables read and seven merged."""


class Lake:
    """The tables under `root`. Spark starts at the first use that needs it: a run without changes never does."""

    def __init__(self, root: Path, start: Callable[[], "SparkSession"]) -> None:
        self.root = root
        self._start = start

    @cached_property
    def spark(self) -> "SparkSession":
        self.create()
        return self._start()

    def rows(self, name: str, columns: Sequence[str] | None = None) -> Iterator[dict[str, Any]]:
        return table_rows(self.root, name, columns)

    def version(self, name: str) -> int:
        return table_version(self.root, name)

    def path(self, name: str) -> str:
        return str(self.root / name)

    def create(self) -> None:
        """Make the tables that do not exist yet, and add the columns that an older installation lacks."""
        from deltalake import DeltaTable, Schema

        for name, table in TABLES.items():
            wanted = Schema.from_arrow(table.schema)
            if self.version(name) < 0:
                DeltaTable.create(self.path(name), wanted, configuration=TABLE_SETTINGS)
                continue
            there = DeltaTable(self.path(name))
            known = {field.name for field in there.schema().fields}
            missing = [field for field in wanted.fields if field.name not in known]
            if missing:
                there.alter.add_columns(missing)

    def frame(self, rows: Sequence[dict[str, Any]], schema: pa.Schema) -> "DataFrame":
        """A Spark frame of rows at hand."""
        return self.spark.createDataFrame(pa.Table.from_pylist(list(rows), schema=schema))

    def rewrite(self, name: str, source: str, rows: Sequence[dict[str, Any]]) -> None:
        """Replace a source's rows of a bookkeeping table, without Spark."""
        from deltalake import write_deltalake

        self.create()
        table = pa.Table.from_pylist(list(rows), schema=TABLES[name].schema)
        write_deltalake(self.path(name), table, mode="overwrite", predicate=f"source = '{source}'")

    def read(self, name: str) -> "DataFrame":
        spark = self.spark
        small = self._small(name)
        if small is None:
            for setting, value in COMPILED.items():
                spark.conf.set(setting, value)
            return spark.read.format("delta").load(self.path(name))
        try:
            held = small.to_pyarrow_table(columns=list(TABLES[name].columns)).cast(TABLES[name].schema)
        except (pa.ArrowInvalid, OSError) as exc:
            raise damaged(self.root, name) from exc
        held = held.combine_chunks() if held.num_rows else pa.Table.from_pylist([], schema=TABLES[name].schema)
        return spark.createDataFrame(held).coalesce(1)  # grouped and joined without a shuffle

    def _small(self, name: str) -> "deltalake.DeltaTable | None":
        """The table as it is now where all of it fits easily into memory."""
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            table = DeltaTable(self.path(name))
            sizes = pa.table(table.get_add_actions(flatten=True)).column("size_bytes")
        except (DeltaError, pa.ArrowInvalid, OSError) as exc:
            raise damaged(self.root, name) from exc
        return table if sum(sizes.to_pylist()) <= SMALL_BYTES else None

    def table(self, name: str) -> "DeltaTable":
        from delta import DeltaTable

        return DeltaTable.forPath(self.spark, self.path(name))

    def replace(self, name: str, rows: "DataFrame", gone: "DataFrame | None" = None) -> None:
        """Insert or update `rows` and delete the keys in `gone`, in one commit. `rows` wins where a key is in both."""
        if self._small(name) is not None and self._replaced_here(name, rows, gone):
            return
        from pyspark.sql import functions as f

        table = TABLES[name]
        if self.version(name) == 0:  # just made: nothing to merge with, and an append costs a third
            rows.select(*table.columns).write.format("delta").mode("append").save(self.path(name))
            return
        change = rows.select(*table.columns, f.lit(False).alias("_gone"))
        if gone is not None:
            keys = gone.select(*table.key).distinct().join(rows.select(*table.key), list(table.key), "left_anti")
            change = change.unionByName(keys.withColumn("_gone", f.lit(True)), allowMissingColumns=True)
        condition = " and ".join(f"t.`{key}` = s.`{key}`" for key in table.key)
        (
            self.table(name)
            .alias("t")
            .merge(change.alias("s"), condition)
            .whenMatchedDelete("s._gone")
            .whenMatchedUpdate(set={column: f"s.`{column}`" for column in table.columns})
            .whenNotMatchedInsert("not s._gone", values={column: f"s.`{column}`" for column in table.columns})
            .execute()
        )

    def _replaced_here(self, name: str, rows: "DataFrame", gone: "DataFrame | None") -> bool:
        """Make a small change to a small table; False where the change is too large."""
        from deltalake import DeltaTable

        table = TABLES[name]
        wanted = rows.select(*table.columns).limit(SMALL_ROWS + 1).toArrow().cast(table.schema)
        keys = (
            gone.select(*table.key).distinct().limit(SMALL_ROWS + 1).toArrow() if gone is not None else wanted.select(table.key).slice(0, 0)
        )
        if max(wanted.num_rows, keys.num_rows) > SMALL_ROWS:
            return False
        held = {tuple(row.values()) for row in wanted.select(table.key).to_pylist()}
        doomed = pa.Table.from_pylist([row for row in keys.to_pylist() if tuple(row.values()) not in held], schema=table.schema)
        if not wanted.num_rows and not doomed.num_rows:
            return True
        marks = pa.array([False] * wanted.num_rows + [True] * doomed.num_rows)
        change = pa.concat_tables([wanted, doomed]).append_column("_gone", marks)
        values = {column: f"s.`{column}`" for column in table.columns}
        merge = DeltaTable(self.path(name)).merge(
            change, " and ".join(f"t.`{key}` = s.`{key}`" for key in table.key), source_alias="s", target_alias="t"
        )
        merge.when_matched_delete("s._gone").when_matched_update(values).when_not_matched_insert(values, "not s._gone").execute()
        return True
