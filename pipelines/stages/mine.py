"""mine: evidence from changed documents, and the vectors of their segments, one by each model."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING

from extractors.mining import MINER_VERSION
from extractors.mining.patterns import Pattern
from knowledge_graph.model.ids import stable_id
from knowledge_graph.model.records import Document
from knowledge_graph.text.embedding import DEFAULT_MODEL, MULTILINGUAL_MODEL, encoder, small
from pipelines.faults import at
from pipelines.keeping.blocks import Blocks
from pipelines.keeping.rules import Rules
from pipelines.lake import TABLES, Lake
from pipelines.progress import Reporter
from pipelines.rows import Row, map_rows, to_record
from pipelines.stages.result import StageResult

if TYPE_CHECKING:
    from pyspark import Accumulator
    from pyspark.sql import Column, DataFrame

DOCUMENTS_PER_TASK = 32
SEGMENTS_PER_BATCH = 512
"""Long enough to pack segments of one length together, short enough to report progress."""


MODELS = (DEFAULT_MODEL, MULTILINGUAL_MODEL)
NO_MODELS = ("none",)
"""Documents have a row of vectors in any case, an empty one where nothing is embedded."""


def mine(
    lake: Lake,
    reporter: Reporter,
    *,
    full: bool = False,
    source: str | None = None,
    embed: bool = True,
    rules: Rules | None = None,
    patterns: tuple[Pattern, ...] = (),
) -> StageResult:
    counts = _mine_evidence(lake, reporter, (rules or Rules()).blocks, patterns, full=full, source=source)
    counts |= _embed(lake, reporter, MODELS if embed else NO_MODELS, full=full, source=source)
    return StageResult("mine", counts)


def parsed_documents(lake: Lake) -> "DataFrame":
    """Documents with text, with what their source says of them: its title and dates win, its people come first."""
    from pyspark.sql import functions as f

    items = (
        lake.read("items")
        .where("not deleted")
        .select(
            f.col("document").alias("root"),
            "facts",
            *(f.col(name).alias(f"item_{name}") for name in ("title", "created", "modified", "people")),
        )
    )
    rows = lake.read("documents").where("status = 'parsed'").join(items, "root")
    is_child = f.col("parent") != ""

    def preferred(name: str) -> "Column":
        own, given = f.col(name), f.col(f"item_{name}")
        return f.when((given != "") & ~(is_child & f.lit(name == "title")), given).otherwise(own).alias(name)

    people = f.when(is_child & (f.size("people") > 0), f.col("people")).otherwise(f.concat("item_people", "people")).alias("people")
    return rows.select(
        "document", "root", "source", "path", "parent", "basis", "facts", "kind", "mime", "language", "segments",
        *[preferred(name) for name in ("title", "created", "modified")], people,
    )  # fmt: skip


def _todo(lake: Lake, table: str, documents: "DataFrame", *, full: bool, source: str | None) -> tuple["DataFrame", "DataFrame"]:
    """Documents whose row in `table` is missing or made from something else, and the rows whose document is gone."""
    from pyspark.sql import functions as f

    done = lake.read(table).select("document", f.col("basis").alias("done"))
    todo = (
        documents.join(done, "document", "left")
        .where(f.lit(full) | f.col("done").isNull() | (f.col("done") != f.col("basis")))
        .drop("done")
    )
    gone = done.select("document").join(documents.select("document"), "document", "left_anti")
    return (todo.where(f.col("source") == source) if source else todo), gone


def _mine_evidence(
    lake: Lake, reporter: Reporter, blocks: Blocks, patterns: tuple[Pattern, ...], *, full: bool, source: str | None
) -> dict[str, int]:
    from pyspark.sql import functions as f

    documents = parsed_documents(lake)
    configured = [f.lit(repr(pattern)) for pattern in patterns]
    documents = documents.withColumn("basis", f.sha2(f.concat_ws("|", "basis", "facts", "path", f.lit(MINER_VERSION), *configured), 256))
    todo, gone = _todo(lake, "evidence", documents, full=full, source=source)
    total, lost = todo.count(), gone.count()
    counts = {"documents": total, "gone": lost, "evidence": 0}
    if total or lost:
        with reporter.counting(lake.spark, "mine", total, "documents") as done:
            tasks = max(1, min(400, total // DOCUMENTS_PER_TASK))
            rows = map_rows(todo.repartition(tasks), _miner(done, blocks, patterns), TABLES["evidence"].schema).localCheckpoint()
            counts["evidence"] = _total(rows, "evidence")
        lake.replace("evidence", rows, gone=gone)
    return counts


def _total(rows: "DataFrame", array: str) -> int:
    """Elements of an array column in all rows."""
    from pyspark.sql import functions as f

    (row,) = rows.select(f.coalesce(f.sum(f.size(array)), f.lit(0)).alias("total")).collect()
    total: int = row.total
    return total


class _miner:
    def __init__(self, done: "Accumulator[int]", blocks: Blocks, patterns: tuple[Pattern, ...]) -> None:
        self._done, self._blocks, self._patterns = done, blocks, patterns

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        from extractors.mining.mine import mine as mine_document

        for row in rows:
            fields = {name: row[name] for name in Document.__dataclass_fields__}
            with at("mine", f"{row['source']}/{row['path']}"):
                evidence = [asdict(seen) for seen in mine_document(to_record(Document, fields), self._patterns)]
            self._done.add(1)
            # Basis leaves out who was forgotten: forgetting takes rows out of the table itself, and only new ones pass here.
            yield {"document": row["document"], "basis": row["basis"], "evidence": list(filter(self._blocks.allows, evidence))}


def _embed(lake: Lake, reporter: Reporter, models: tuple[str, ...], *, full: bool, source: str | None) -> dict[str, int]:
    from pyspark.sql import functions as f

    documents = (
        lake.read("documents")
        .where("status = 'parsed'")
        .select(
            "document",
            "source",
            "basis",
            (f.col("segments.text") if models != NO_MODELS else f.array().cast("array<string>")).alias("texts"),
        )
    )
    documents = documents.withColumn("basis", f.sha2(f.concat_ws("|", "basis", f.lit(stable_id("embeddings", *models))), 256))
    todo, gone = _todo(lake, "vectors", documents, full=full, source=source)
    segments = _total(todo, "texts")
    lost = gone.count()
    if lost or not todo.isEmpty():
        with reporter.counting(lake.spark, "embed", segments, "segments") as done:
            tasks = max(1, min(400, segments // SEGMENTS_PER_BATCH))
            vectors = map_rows(
                todo.select("document", "basis", "texts").repartition(tasks), _embedder(done), TABLES["vectors"].schema
            ).localCheckpoint()
        lake.replace("vectors", vectors, gone=gone)
    return {"embedded": segments}


class _embedder:
    def __init__(self, done: "Accumulator[int]") -> None:
        self._done = done

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        for batch in _batches(rows):
            texts = [text for row in batch for text in row["texts"]]
            embeddings = (vector.astype("<f4").tobytes() for vector in (encoder(DEFAULT_MODEL).encode(texts) if texts else ()))
            multilingual = (vector.tobytes() for vector in (small(encoder(MULTILINGUAL_MODEL).encode(texts)) if texts else ()))
            for row in batch:
                vectors = {"embeddings": embeddings, "multilingual": multilingual}
                made = {name: list(islice(each, len(row["texts"]))) for name, each in vectors.items()}
                yield {"document": row["document"], "basis": row["basis"], **made}
            self._done.add(len(texts))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if sum(len(r["texts"]) for r in batch) >= SEGMENTS_PER_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
