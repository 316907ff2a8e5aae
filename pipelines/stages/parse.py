"""parse: changed items into `documents` with their segments, children included, and pages without text through OCR.

Equal bytes under names of one type are parsed once. Attachments, archive members and embedded images come back as children and go
through the next round, until none are left or the depth limit quarantines them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import pyarrow as pa

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.ocr import EXTRACTOR_VERSION as OCR_VERSION
from extractors.parse import EXTRACTOR_VERSION as PARSER_VERSION
from extractors.sandbox import Sandbox
from knowledge_graph.model.ids import document_id, stable_id
from pipelines.blobs import BlobDamaged, Blobs
from pipelines.faults import at
from pipelines.keeping.blocks import Blocks
from pipelines.keeping.rules import Rules
from pipelines.lake import PEOPLE, SEGMENTS, TABLES, TEXTS, Lake, columns
from pipelines.progress import Reporter
from pipelines.rows import Row, map_rows
from pipelines.stages.result import StageResult

if TYPE_CHECKING:
    from pyspark import Accumulator
    from pyspark.sql import Column, DataFrame

FILES_PER_TASK = 24
PAGES_PER_TASK = 4

PARSED = columns(
    "key status reason_class reason kind mime title language created modified",
    people=PEOPLE,
    segments=SEGMENTS,
    notes=TEXTS,
    children=pa.list_(pa.struct([("name", pa.string()), ("content", pa.string()), ("bytes", pa.int64())])),
    scans=pa.list_(pa.struct([("page", pa.int32()), ("content", pa.string())])),
)
PAGES = TABLES["pages"].schema
DAMAGED_COPY = "damaged copy"
_DAMAGED = "Damaged copy: {}. Run `engram run`, which reads the item again from its source."


@lru_cache(maxsize=1)
def _sandbox() -> Sandbox:
    """One for the life of a Spark Python worker: starting it costs as much as parsing twenty files."""
    return Sandbox(Limits())


def suffix(path: str) -> str:
    return PurePosixPath(path.rpartition("!/")[2]).suffix.lower()


def parse_key(content: str, path: str, depth: int) -> str:
    """What a parse depends on: the bytes, the type the name claims, the depth left, the code."""
    return stable_id("parse", content, suffix(path), str(depth), PARSER_VERSION, OCR_VERSION)


def parse(
    lake: Lake, blobs: Blobs, reporter: Reporter, *, full: bool = False, source: str | None = None, rules: Rules | None = None
) -> StageResult:
    from pyspark.sql import functions as f

    items = lake.read("items").where("not deleted and excluded = ''")
    key = f.udf(parse_key, "string", useArrow=False)
    documents = lake.read("documents")
    live = items.select(
        "document",
        f.col("document").alias("root"),
        "source",
        f.col("item").alias("path"),
        f.lit("").alias("parent"),
        "content",
        "size",
        "problem",
    )
    live = live.withColumn("basis", f.when(f.col("problem") == "", key("content", "path", f.lit(0))).otherwise(f.col("problem")))
    done = documents.select("document", f.col("basis").alias("done"))
    todo = live.join(done, "document", "left").where(f.lit(full) | f.col("done").isNull() | (f.col("done") != f.col("basis")))
    if source:
        todo = todo.where(f.col("source") == source)
    todo = todo.drop("done").localCheckpoint()
    gone = documents.select("document", "root").join(live.select("root"), "root", "left_anti").select("document")
    counts = {"files": todo.count(), "gone": gone.count(), "parsed": 0, "quarantined": 0, "children": 0, "pages": 0}
    if not counts["files"]:
        if counts["gone"]:
            lake.replace("documents", documents.limit(0), gone=gone)
            _sweep(lake, blobs)
        return StageResult("parse", counts)
    rounds = _Rounds(lake, blobs, reporter, (rules or Rules()).blocks).run(todo)
    read = _read_pages(lake, blobs, reporter, rounds, counts)
    rows = _with_pages(rounds, read).localCheckpoint()
    replaced = documents.join(todo.select("root"), "root", "left_semi").select("document")
    lake.replace("documents", rows, gone=gone.unionByName(replaced))
    for row in rows.groupBy("status", (f.col("parent") != "").alias("child")).count().collect():
        counts[row.status] += row["count"]
        counts["children"] += row["count"] if row.child else 0
    problems = tuple(f"{row.path}: {row.reason}" for row in rows.where("status = 'quarantined'").select("path", "reason").collect())
    _sweep(lake, blobs)
    return StageResult("parse", counts, problems=tuple(sorted(problems)))


def _sweep(lake: Lake, blobs: Blobs) -> None:
    """Drop pages and bytes that no document refers to any more."""
    from pyspark.sql import functions as f

    held = lake.read("documents").select(f.explode("blobs").alias("content")).distinct()
    pages = lake.read("pages").select("content")
    stale = pages.join(held, "content", "left_anti")
    if not stale.isEmpty():
        lake.replace("pages", lake.read("pages").limit(0), gone=stale)
    items = lake.read("items").where("not deleted and content != ''").select("content")
    blobs.keep_only({row.content for row in held.unionByName(items).toLocalIterator()})


@dataclass(frozen=True, slots=True)
class _Rounds:
    """Parses files, then what they hold, then what that holds."""

    lake: Lake
    blobs: Blobs
    reporter: Reporter
    blocks: Blocks

    def run(self, todo: "DataFrame") -> "DataFrame":
        """Rows of `documents` with `scans` beside them."""
        from pyspark.sql import functions as f

        broken = todo.where("problem != ''")
        level, found, depth = todo.where("problem = ''").drop("problem"), [_unreadable(broken)], 0
        while True:
            parsed = self._parse(level)
            # No basis for a damaged copy: it is parsed again as soon as a crawl has fetched it.
            basis = f.when(f.col("reason_class") == DAMAGED_COPY, "").otherwise(f.col("key"))
            rows = level.withColumnRenamed("basis", "key").join(parsed, "key").withColumn("basis", basis)
            found.append(rows)
            children = rows.select("document", "root", "source", "path", f.explode("children").alias("child")).localCheckpoint()
            if children.isEmpty():
                break
            depth += 1
            level = _next_level(children, depth)
        whole = found[0]
        for rows in found[1:]:
            whole = whole.unionByName(_as_documents(rows))
        return whole.localCheckpoint()

    def _parse(self, level: "DataFrame") -> "DataFrame":
        from pyspark.sql import functions as f

        work = level.groupBy(f.col("basis").alias("key"), "content").agg(f.min("path").alias("name")).localCheckpoint()
        total = work.count()
        with self.reporter.counting(self.lake.spark, "parse", total, "files") as done:
            parsed = map_rows(
                work.repartition(max(1, min(400, total // FILES_PER_TASK))), _parser(self.blobs, done, self.blocks), PARSED
            ).localCheckpoint()
        return parsed


def _next_level(children: "DataFrame", depth: int) -> "DataFrame":
    from pyspark.sql import functions as f

    path = f.concat("path", f.lit("!/"), "child.name")
    rows = children.select(
        f.udf(document_id, "string", useArrow=False)("source", path).alias("document"),
        "root",
        "source",
        path.alias("path"),
        f.col("document").alias("parent"),
        f.col("child.content").alias("content"),
        f.col("child.bytes").alias("size"),
    )
    return rows.withColumn("basis", f.udf(parse_key, "string", useArrow=False)("content", "path", f.lit(depth))).dropDuplicates(
        ["document"]
    )


class _parser:
    """Parses a partition's files in the sandbox and stores what they hold."""

    def __init__(self, blobs: Blobs, done: "Accumulator[int]", blocks: Blocks) -> None:
        self._blobs, self._done, self._blocks = blobs, done, blocks

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        for row in rows:
            with at("parse", row["name"]):
                yield {"key": row["key"], **self._parse(row)}
            self._done.add(1)

    def _parse(self, row: Row) -> Row:
        try:
            parsed = _sandbox().parse(row["name"], self._blobs.get(row["content"]))
        except Unreadable as error:
            return {"status": "quarantined", "reason_class": error.reason_class, "reason": error.message}
        except BlobDamaged as error:
            return {"status": "quarantined", "reason_class": DAMAGED_COPY, "reason": _DAMAGED.format(error)}
        columns = asdict(parsed)
        columns["people"] = self._blocks.without(columns["people"])
        columns["children"] = [
            {"name": child.name, "content": self._blobs.put(child.content), "bytes": len(child.content)} for child in parsed.children
        ]
        columns["scans"] = [{"page": scan.page, "content": self._blobs.put(scan.image)} for scan in parsed.scans]
        return {"status": "parsed", "reason_class": "", "reason": "", **columns}


def _read_pages(lake: Lake, blobs: Blobs, reporter: Reporter, rows: "DataFrame", counts: dict[str, int]) -> "DataFrame":
    """OCR each distinct page image that is not read yet, page-parallel, and return all pages read."""
    from pyspark.sql import functions as f

    basis = stable_id("ocr", OCR_VERSION)
    wanted = rows.select(f.explode("scans").alias("scan")).select("scan.content", "scan.page").dropDuplicates(["content"])
    missing = wanted.join(lake.read("pages").where(f.col("basis") == basis), "content", "left_anti").localCheckpoint()
    counts["pages"] = missing.count()
    if counts["pages"]:
        with reporter.counting(lake.spark, "ocr", counts["pages"], "pages") as done:
            tasks = max(1, counts["pages"] // PAGES_PER_TASK)
            lake.replace("pages", map_rows(missing.repartition(tasks), _page_reader(blobs, basis, done), PAGES).localCheckpoint())
    return lake.read("pages").where(f.col("basis") == basis)


class _page_reader:
    """Reads a partition's page images. A page that cannot be read has no segments; its document says so if nothing else is left."""

    def __init__(self, blobs: Blobs, basis: str, done: "Accumulator[int]") -> None:
        self._blobs, self._basis, self._done = blobs, basis, done

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        for row in rows:
            try:
                segments = [asdict(segment) for segment in _sandbox().read_page(self._blobs.get(row["content"]), row["page"])]
            except Unreadable:
                segments = []
            self._done.add(1)
            yield {"content": row["content"], "basis": self._basis, "segments": segments}


_EMPTY = "Empty: no text in it, and none found by reading its pages as images. Nothing to do unless text was expected."


def _with_pages(rows: "DataFrame", pages: "DataFrame") -> "DataFrame":
    """Segments of the text layer and of the pages read, in page order, numbered anew. Most documents have no page to read."""
    from pyspark.sql import functions as f

    plain = rows.where(f.size("scans") == 0).select(*TABLES["documents"].columns)
    return plain.unionByName(_assembled(rows.where(f.size("scans") > 0), pages))


def _assembled(rows: "DataFrame", pages: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    scans = rows.select("document", f.explode("scans").alias("scan")).select("document", "scan.page", "scan.content")
    number = f.transform("segments", lambda s: s.withField("page", f.col("page")).withField("position", s.position + f.lit(100_000)))
    read = scans.join(pages.select("content", "segments"), "content").select("document", number.alias("segments"))
    read = read.groupBy("document").agg(f.flatten(f.collect_list("segments")).alias("read"))
    both = f.concat("segments", f.coalesce("read", f.array().cast(rows.schema["segments"].dataType)))
    ordered = f.array_sort(f.transform(both, lambda s: f.struct(s.page.alias("page"), s.position.alias("position"), s.alias("segment"))))
    renumbered = f.transform(ordered, lambda s, i: s.segment.withField("position", i.cast("int")))
    joined = rows.join(read, "document", "left").withColumn("segments", renumbered)
    empty = (f.size("segments") == 0) & (f.col("held") == 0)
    return (
        joined.withColumn("reason_class", f.when(empty, "empty").otherwise(f.col("reason_class")))
        .withColumn("reason", f.when(empty, _EMPTY).otherwise(f.col("reason")))
        .withColumn("status", f.when(empty, "quarantined").otherwise(f.col("status")))
        .select(*TABLES["documents"].columns)
    )


def _as_documents(rows: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    def texts(*names: str) -> "list[Column]":
        return [f.coalesce(name, f.lit("")).alias(name) for name in names]

    def array(name: str) -> "Column":
        return f.coalesce(name, f.array().cast(rows.schema[name].dataType)).alias(name)

    held = f.transform(f.coalesce("children", f.array().cast(rows.schema["children"].dataType)), lambda c: c.content)
    pages = f.transform(f.coalesce("scans", f.array().cast(rows.schema["scans"].dataType)), lambda s: s.content)
    return rows.select(
        *("document", "root", "source", "path", "parent", "basis", "content"),
        f.col("size").alias("bytes"),
        *texts("status", "reason_class", "reason", "kind", "mime", "title", "language", "created", "modified"),
        *[array(name) for name in ("people", "segments", "scans", "notes")],
        f.array_distinct(f.concat(held, pages)).alias("blobs"),
        f.size(held).alias("held"),
    )


def _unreadable(broken: "DataFrame") -> "DataFrame":
    """Items whose bytes could not be read at all, in the shape of parsed rows."""
    from pyspark.sql import functions as f
    from pyspark.sql.pandas.types import from_arrow_schema

    rows = broken.withColumns({field.name: f.lit(None).cast(field.dataType) for field in from_arrow_schema(PARSED) if field.name != "key"})
    rows = (
        rows.withColumn("status", f.lit("quarantined"))
        .withColumn("reason_class", f.lit("unreadable"))
        .withColumn("reason", f.col("problem"))
    )
    return _as_documents(rows)
