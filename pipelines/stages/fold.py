"""fold: evidence into partials and edges, one for each audience, recomputed for the subjects whose evidence changed.

A subject's basis is the exclusive or of the hashes of its evidence rows with their audiences. Comparing it with the basis written
beside the last fold finds what was touched by new, changed, re-permitted and deleted documents alike. `subjects` is written last:
a fold that is killed is repeated.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from knowledge_graph.fold.observe import Observation, person_partial, topic_partial
from knowledge_graph.fold.partial import TopicPartial
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.fold.score import FOLD_VERSION, LARGE, SHIPPED, SMALL, Weighing, bound, is_known, names_in_order
from knowledge_graph.model.ids import canonical_json
from knowledge_graph.model.records import Evidence
from pipelines.lake import TABLES, Lake
from pipelines.progress import Reporter
from pipelines.rows import Row, map_rows, to_record
from pipelines.stages.edges import edges_of
from pipelines.stages.result import StageResult

if TYPE_CHECKING:
    from pyspark import Accumulator
    from pyspark.sql import DataFrame

PARTIALS = TABLES["partials"].schema
TELLS = "kind != 'reference'"
"""A link to a page relates what the two pages are about; of the page's name it tells nothing."""


def fold(lake: Lake, reporter: Reporter, *, full: bool = False, decided: Collection[str] = (), weighing: Weighing = SHIPPED) -> StageResult:
    """`decided` are the keys that a verdict speaks of: what there is about them is published, however weak, for `finish` to weigh."""
    from pyspark.sql import functions as f

    with reporter.working("fold: what changed"):
        observations = observed(lake).localCheckpoint()
        now = _bases(observations, decided, weighing).localCheckpoint()
        before = lake.read("subjects")
        if full:
            touched = now.select("subject").union(before.select("subject")).distinct()
        else:
            pairs = now.join(before.withColumnRenamed("basis", "was"), "subject", "full")
            touched = pairs.where(~f.col("basis").eqNullSafe(f.col("was"))).select("subject")
        touched = touched.localCheckpoint()
        counts = {"touched": touched.count(), "partials": 0, "topics": 0, "people": 0, "edges": 0}
    if not counts["touched"]:
        return StageResult("fold", counts)
    likely = now.join(touched, "subject", "left_semi").where("person or plausible")
    total = likely.count()
    with reporter.counting(lake.spark, "fold", total, "subjects") as done:
        rows = observations.where(TELLS).join(likely.select("subject"), "subject", "left_semi")
        tasks = max(1, min(200, total // 2000))
        rows = rows.repartition(tasks, "subject").sortWithinPartitions("subject", "audience", "document")
        partials = map_rows(rows, _folder(done, frozenset(decided), weighing), PARTIALS).localCheckpoint()
        counts["partials"] = partials.count()
    with reporter.working("fold: edges"):
        edges = edges_of(lake, observations, touched, partials).localCheckpoint()
        counts["edges"] = edges.count()
    with reporter.working("fold: writing the tables"):
        lake.replace("edges", edges, gone=_incident(lake.read("edges"), touched))
        lake.replace("partials", partials, gone=lake.read("partials").join(touched, "subject", "left_semi"))
    published = partials.select("subject", "kind").distinct().localCheckpoint()
    for row in published.groupBy("kind").count().collect():
        counts["people" if row.kind == "person" else "topics"] = row["count"]
    subjects = now.join(touched, "subject", "left_semi").join(published.withColumn("published", f.lit(True)), "subject", "left")
    subjects = subjects.select("subject", "basis", f.coalesce("published", f.lit(False)).alias("published"))
    lake.replace("subjects", subjects, gone=before.join(now, "subject", "left_anti"))
    return StageResult("fold", counts)


def observed(lake: Lake) -> "DataFrame":
    """Every evidence row with its document's audience, the least number of documents that whoever may open it opens, and its date."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    items = (
        lake.read("items")
        .where("not deleted")
        .select(f.col("document").alias("root"), "audience", f.col("modified").alias("item_modified"))
    )
    documents = lake.read("documents").where("status = 'parsed'").select("document", "root", "modified", "created").join(items, "root")
    date = (
        f.when(f.col("item_modified") != "", f.col("item_modified"))
        .when(f.col("modified") != "", f.col("modified"))
        .otherwise(f.col("created"))
    )
    # Doubling steps: what nobody added a document to is folded anew when its audience doubles, and never above LARGE.
    beside = f.count(f.lit(1)).over(Window.partitionBy("audience"))
    among = f.expr(f"{SMALL} * pow(2, floor(log2(greatest(1, least(beside, {LARGE}) / {SMALL}))))").cast("int").alias("among")
    placed = documents.select("document", "audience", beside.alias("beside"), f.substring(date, 1, 10).alias("document_date"))
    placed = placed.select("document", "audience", among, "document_date")
    # A row of evidence is joined before it becomes some two hundred.
    rows = lake.read("evidence").join(placed, "document")
    rows = rows.select("document", "audience", "among", "document_date", f.explode("evidence").alias("e"))
    # Whom a full name means is known when somebody asks.
    rows = rows.select("document", "audience", "among", "document_date", "e.*").where("kind != 'called'")
    # A join of two names speaks about both: each end gets the row, so that both are published and touched together.
    mirrored = rows.where("kind = 'alias'").withColumns({"subject": f.col("other"), "other": f.col("subject"), "value": f.lit("")})
    return rows.unionByName(mirrored)


def _bases(observations: "DataFrame", decided: Collection[str], weighing: Weighing) -> "DataFrame":
    """For each subject its basis, whether it is a person, and whether it could pass for a topic at all.

    A name seen once, in running text, is no topic in any merge: nine tenths of all keys end here without reaching Python.
    """
    from pyspark.sql import functions as f

    columns = [name for name in observations.columns if name != "features"]
    seen = f.xxhash64(*columns, f.array_join("features", "|"))
    untold = ("mention", "reference", "relation", "statement")
    telling = ~f.col("kind").isin(*untold) | f.col("place").isin("title", "path", "heading", VOCABULARY)
    telling |= (f.col("place") == "cell") & f.exists("features", lambda flag: flag.startswith("listed"))
    teller = f.when(f.expr(TELLS), f.col("document"))
    several = f.coalesce(f.max(teller) != f.min(teller), f.lit(False))
    wanted = f.col("subject").isin(sorted(decided))
    said = f.when((f.col("kind") == "mention") & (f.col("place") == "speech"), f.col("count")).otherwise(0)
    bases = observations.groupBy("subject").agg(
        f.concat_ws("|", f.bit_xor(seen).cast("string"), f.count(f.lit(1)).cast("string"), f.lit(FOLD_VERSION + weighing.id)).alias(
            "basis"
        ),
        f.max(f.col("kind").isin("contribution", "same", "role")).alias("person"),
        (f.max(telling) | several | (f.sum(said) > 1)).alias("plausible"),
    )
    basis = f.when(wanted, f.concat("basis", f.lit("|decided"))).otherwise(f.col("basis"))
    return bases.withColumns({"basis": basis, "plausible": f.col("plausible") | wanted})


def _incident(edges: "DataFrame", touched: "DataFrame") -> "DataFrame":
    ends = [edges.join(touched.withColumnRenamed("subject", end), end, "left_semi") for end in ("source", "target")]
    return ends[0].unionByName(ends[1])


class _folder:
    """Folds a partition that is sorted by subject and audience.

    Published are people, names that some audience joins to another, that a vocabulary or a pattern knows or that a verdict speaks of, and
    names whose bounds could pass for a topic of somebody who may open no more than one of their audiences. A verdict publishes a name for
    every audience, because each reader's finish decides on the verdicts it lets in. A reader's cluster of names is made of that reader's
    joins, so none of its members can be missing because of what others may read.
    """

    def __init__(self, done: "Accumulator[int]", decided: frozenset[str], weighing: Weighing) -> None:
        self._done, self._decided, self._weighing = done, decided, weighing

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        for subject, group in groupby(rows, key=itemgetter("subject")):
            seen = list(group)
            partials = [self._partial(subject, audience, list(part)) for audience, part in groupby(seen, key=itemgetter("audience"))]
            self._done.add(1)
            joined = any(row["kind"] == "alias" for row in seen)
            needed = self._weighing.needed(min(row["among"] for row in seen))
            likely = any(row["known"] for row in partials) or sum(row["bound"] for row in partials) >= needed
            if ":" in subject or joined or likely or subject in self._decided:
                yield from partials

    def _partial(self, subject: str, audience: str, rows: list[Row]) -> Row:
        observations = [
            Observation(
                row["document"], row["document_date"], to_record(Evidence, {name: row[name] for name in Evidence.__dataclass_fields__})
            )
            for row in rows
        ]
        person = ":" in subject
        partial = person_partial(observations) if person else topic_partial(observations)
        names = names_in_order(partial) if isinstance(partial, TopicPartial) else tuple(partial.names)
        return {
            "subject": subject,
            "audience": audience,
            "kind": "person" if person else "topic",
            "names": list(names),
            "known": isinstance(partial, TopicPartial) and is_known(partial),
            "bound": bound(partial, self._weighing) if isinstance(partial, TopicPartial) else float(partial.documents),
            "payload": canonical_json(partial.to_json()),
        }
