"""publish: what changed in the lake into Elasticsearch.

Every row of an index carries the hash of all it was made from. Comparing those with what the lake would publish finds rows to write
and rows to delete, whatever happened to the server since. Deletions and narrowed access go first.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from knowledge_graph.errors import EngramError
from knowledge_graph.fold.score import SHIPPED, Weighing
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.rows import OPENING, ROWS_VERSION, document_row, edge_row, group_row, segment_row, subject_row
from knowledge_graph.serving.store import SearchStore
from pipelines.faults import at
from pipelines.lake import Lake, columns
from pipelines.progress import Reporter
from pipelines.rows import Row, map_rows
from pipelines.stages.mine import parsed_documents
from pipelines.stages.result import StageResult

if TYPE_CHECKING:
    from pyspark import Accumulator
    from pyspark.sql import Column, DataFrame

ROWS_PER_TASK = 500
WRITTEN = pa.schema([("rows", pa.int64())])

Build = Callable[[Row], dict[str, Any]]


class IncompletePublish(EngramError):
    """Stop this run: the index does not hold what was written; the last good index stays."""


def publish(lake: Lake, settings: StoreSettings, reporter: Reporter, *, full: bool = False, weighing: Weighing = SHIPPED) -> StageResult:
    counts: dict[str, int] = {}
    with SearchStore.open(settings) as store:
        names = store.prepare(rebuild=full)
        for index, (rows, build) in published(lake).items():
            sync = _Sync(lake, store, index, names[index], reporter)
            written, deleted, total = sync.run(rows, build)
            counts |= {index: total, f"{index} written": written, f"{index} deleted": deleted}
        store.describe(names["subjects"], weighing)
        store.swap(names)
    return StageResult("publish", counts)


def published(lake: Lake) -> "dict[str, tuple[DataFrame, Build]]":
    """For each index its rows, with `id` and `basis`, and the function that makes an index row of one."""
    placed = _placed(lake).localCheckpoint()
    return {
        "segments": (_segments(lake, placed), segment_row),
        "documents": (_documents(lake, placed), document_row),
        "subjects": (_guarded(lake, lake.read("partials"), "subject", "audience"), subject_row),
        "edges": (_guarded(lake, lake.read("edges"), "id"), edge_row),
        "groups": (_groups(lake), group_row),
    }


def _basis(*columns: "str | Column") -> "Column":
    from pyspark.sql import functions as f

    return f.substring(f.sha2(f.to_json(f.struct(*columns, f.lit(ROWS_VERSION).alias("_v"))), 256), 1, 24)


def _access(lake: Lake) -> "DataFrame":
    from pyspark.sql import functions as f

    return lake.read("items").where("not deleted").select(f.col("document").alias("root"), "allow", "deny")


def _people(lake: Lake) -> "DataFrame":
    """(document, contributors, called): who did what or held which role where, and full names that only other documents may know."""
    from pyspark.sql import functions as f

    rows = lake.read("evidence").select("document", f.explode("evidence").alias("e")).where("e.kind in ('contribution', 'role', 'called')")
    did = f.when(f.col("e.kind") == "role", f.concat(f.lit("role:"), "e.place")).otherwise(f.col("e.place")).alias("place")
    person = f.struct("e.subject", "e.value", did, "e.count", "e.last", "e.segment", "e.start", "e.end")
    kinds = {"contributors": f.col("e.kind") != "called", "called": f.col("e.kind") == "called"}
    columns = (f.sort_array(f.collect_set(f.when(of_kind, person))).alias(name) for name, of_kind in kinds.items())
    return rows.groupBy("document").agg(*columns)


def _placed(lake: Lake) -> "DataFrame":
    """Parsed documents with access, people and the hash of everything but their segments."""
    from pyspark.sql import functions as f

    rows = parsed_documents(lake).drop("people").join(_access(lake), "root").join(_people(lake), "document", "left")
    date = f.substring(f.when(f.col("modified") != "", f.col("modified")).otherwise(f.col("created")), 1, 10).alias("date")
    rows = rows.select("*", date)
    return rows.withColumn("placed", _basis(*(name for name in rows.columns if name != "segments")))


def _segments(lake: Lake, placed: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    # A row of an older version has no vectors of the second model before it is mined again.
    multilingual = f.coalesce("multilingual", f.array().cast("array<binary>")).alias("multilingual")
    vectors = lake.read("vectors").select("document", "embeddings", multilingual, f.col("basis").alias("vectors_basis"))
    rows = placed.join(vectors, "document").withColumn("basis", _basis("placed", "vectors_basis"))
    parts = {"segments": "segment", "embeddings": "embedding", "multilingual": "multilingual"}
    pair = f.explode(f.arrays_zip(*(f.col(many).alias(one) for many, one in parts.items()))).alias("pair")
    people = ("contributors", "called")
    rows = rows.select("document", "source", "path", "kind", "title", "date", *people, "allow", "deny", "basis", pair)
    named = f.filter(f.concat(*people), lambda one: one.segment == f.col("pair.segment.position")).alias("named")
    rows = rows.select("*", "pair.segment", "pair.embedding", "pair.multilingual", named).drop("pair")
    return rows.withColumn("id", f.concat_ws(":", "document", "segment.position"))


def _documents(lake: Lake, placed: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    published = lake.read("subjects").where("published").select("subject")
    told = lake.read("evidence").select("document", f.explode("evidence").alias("e")).where("e.kind in ('mention', 'reference')")
    told = told.select("document", f.col("e.subject").alias("subject"), f.col("e.kind").alias("kind")).join(published, "subject")
    topics = told.groupBy("document").agg(_subjects("mention").alias("topics"), _subjects("reference").alias("linked"))
    rows = placed.withColumn("passages", f.size("segments")).withColumn("opening", f.slice("segments", 1, OPENING))
    rows = rows.drop("segments").join(topics, "document", "left")
    return rows.withColumn("basis", _basis("placed", "topics", "linked")).withColumn("id", f.col("document"))


def _subjects(kind: str) -> "Column":
    from pyspark.sql import functions as f

    return f.sort_array(f.collect_set(f.when(f.col("kind") == kind, f.col("subject"))))


def _guarded(lake: Lake, rows: "DataFrame", *key: str) -> "DataFrame":
    """Rows of an audience with that audience's access lists."""
    from pyspark.sql import functions as f

    audiences = lake.read("items").where("not deleted").select("audience", "allow", "deny").dropDuplicates(["audience"])
    rows = rows.join(audiences, "audience")
    rows = rows.withColumn("basis", _basis(*rows.columns))
    return rows if "id" in rows.columns else rows.withColumn("id", f.substring(f.sha2(f.concat_ws("|", *key), 256), 1, 24))


def _groups(lake: Lake) -> "DataFrame":
    from pyspark.sql import functions as f

    rows = lake.read("groups")
    return rows.withColumn("basis", _basis(*rows.columns)).withColumn(
        "id", f.substring(f.sha2(f.concat_ws("|", "source", "principal"), 256), 1, 24)
    )


@dataclass(frozen=True, slots=True)
class _Sync:
    """Makes one concrete index hold exactly the given rows."""

    lake: Lake
    store: SearchStore
    index: str
    name: str
    reporter: Reporter

    def run(self, rows: "DataFrame", build: Build) -> tuple[int, int, int]:
        """Rows written, deleted, and held in the end."""
        present = dict(self.store.bases(self.name))
        if not present:  # nothing to compare with, so nothing is hashed beforehand
            total = rows.count()
            return self._write(rows, build, total), 0, self._whole(total)
        listed = rows.select("id", "basis").toArrow()
        wanted = dict(zip(listed["id"].to_pylist(), listed["basis"].to_pylist(), strict=True))
        deleted = self.store.write(self.name, ((row_id, None) for row_id in sorted(present.keys() - wanted.keys())))
        stale = [{"id": row_id} for row_id, basis in wanted.items() if present.get(row_id) != basis]
        changed = rows if len(stale) == len(wanted) else rows.join(self.lake.frame(stale, columns("id")), "id", "left_semi")
        return self._write(changed, build, len(stale)), deleted, self._whole(len(wanted))

    def _write(self, rows: "DataFrame", build: Build, count: int) -> int:
        if count:
            with self.reporter.counting(self.lake.spark, f"publish {self.index}", count, "rows") as done:
                rows = rows.repartition(max(1, min(200, count // ROWS_PER_TASK)))
                map_rows(rows, _writer(self.store.settings, self.name, build, done), WRITTEN).count()
        return count

    def _whole(self, total: int) -> int:
        """The total, where the index holds as many."""
        if (found := self.store.count(self.name)) != total:
            raise IncompletePublish(
                f"Index {self.name} holds {found} rows and should hold {total}. Run `engram run --stage publish` again."
            )
        return total


class _writer:
    """Writes a partition's rows from the worker that built them."""

    def __init__(self, settings: StoreSettings, name: str, build: Build, done: "Accumulator[int]") -> None:
        self._settings, self._name, self._build, self._done = settings, name, build, done

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        with at("publish", self._name), SearchStore.open(self._settings) as store:
            written = store.write(self._name, self._built(rows))
        yield {"rows": written}

    def _built(self, rows: Iterator[Row]) -> Iterator[tuple[str, dict[str, Any] | None]]:
        for row in rows:
            yield row["id"], self._build(row)
            self._done.add(1)
