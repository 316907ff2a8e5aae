"""Edges between subjects within one audience: alias, same and what is stated from their evidence, knows and related from shared
documents."""

from typing import TYPE_CHECKING

from extractors.mining.relations import INVERSE
from knowledge_graph.fold.experts import ABOUT, MADE, TOOK
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.model.relations import Relation
from pipelines.lake import TABLES, Lake

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


STATED_PASSAGES = 6
"""Passages kept of a stated relation, newest first: a card cites three."""
PLACES = ("own", "folder", "heading", "body")
"""How a document holds a topic, strongest first."""


def exact_sum(term: "Column") -> "Column":
    """A sum that no order of addition changes: binary fractions are cut to four decimals first."""
    from pyspark.sql import functions as f

    return f.sum(term.cast("decimal(18,4)")).cast("double")


def edges_of(lake: Lake, observations: "DataFrame", touched: "DataFrame", partials: "DataFrame") -> "DataFrame":
    """All edges with a touched end, for subjects that are published after this fold."""
    from pyspark.sql import functions as f

    untouched = lake.read("partials").select("subject").distinct().join(touched, "subject", "left_anti")
    published = partials.select("subject").distinct().unionByName(untouched).localCheckpoint()
    # A relation may end in what its document does not name otherwise (a number of a series).
    ends = touched.withColumnRenamed("subject", "other")
    reaching = observations.where("kind = 'relation'").join(ends, "other", "left_semi").select("document")
    holding = observations.join(touched, "subject", "left_semi").select("document").unionByName(reaching).distinct()
    near = observations.join(holding, "document", "left_semi").localCheckpoint()
    topics = _topics_in_documents(near.join(published, "subject", "left_semi")).localCheckpoint()
    rows = _joins(near, "alias", "alias").unionByName(_joins(near, "same", "same"))
    linked = _pages_linked(near.join(published, "subject", "left_semi"))
    rows = rows.unionByName(_knows(topics, _people_in_documents(near))).unionByName(_related(topics, linked))
    rows = rows.unionByName(_stated(near, published))
    reached = touched.select(f.col("subject").alias("source"), f.lit(True).alias("from_touched"))
    ended = touched.select(f.col("subject").alias("target"), f.lit(True).alias("to_touched"))
    rows = rows.join(reached, "source", "left").join(ended, "target", "left").where("from_touched or to_touched")
    identity = f.sha2(f.concat_ws("|", "source", "target", "relation", "audience"), 256)
    return rows.withColumn("id", f.substring(identity, 1, 24)).select(*TABLES["edges"].columns)


def _topics_in_documents(rows: "DataFrame") -> "DataFrame":
    """(document, topic): the class of its strongest place and its mentions. A vocabulary works on none of its terms."""
    from pyspark.sql import functions as f

    place = f.when(f.col("place").isin("title", "path"), 0).when(f.col("place") == "folder", 1).when(f.col("place") == "heading", 2)
    place = place.otherwise(3)
    said = f.max(f.col("place") == "speech").alias("said")
    by_topic = rows.where((f.col("kind") == "mention") & (f.col("place") != VOCABULARY)).groupBy(
        "document", "audience", "document_date", f.col("subject").alias("topic")
    )
    found = by_topic.agg(f.min(place).alias("rank"), f.sum("count").alias("mentions"), f.count(f.lit(1)).alias("places"), said)
    return found.withColumn("place", f.element_at(f.array(*map(f.lit, PLACES)), f.col("rank") + 1))


def _people_in_documents(rows: "DataFrame") -> "DataFrame":
    """(document, person, kind of contribution or role, topic that it is about): when last and how often. What is about no topic speaks for
    all of the document's."""
    from pyspark.sql import functions as f

    people = rows.where("kind in ('contribution', 'role')")
    last = f.greatest(f.max("last"), f.max("date"))
    deed = ("document", f.col("subject").alias("person"), f.col("kind").alias("what"), f.col("place").alias("did"))
    passage = f.min(f.when(f.col("segment") >= 0, f.struct("segment", "start", "end"))).alias("passage")
    found = people.groupBy(*deed, f.col("other").alias("about")).agg(last.alias("last"), f.sum("count").alias("count"), passage)
    return found.withColumn("did", f.when(f.col("what") == "role", f.concat(f.lit("role:"), "did")).otherwise(f.col("did"))).drop("what")


def _joins(rows: "DataFrame", kind: str, relation: str) -> "DataFrame":
    """Statements that two keys are one, in a fixed direction, with the documents that make them by how they make them."""
    from pyspark.sql import functions as f

    ordered = rows.where((f.col("kind") == kind) & (f.col("other") != "") & (f.col("other") != f.col("subject")))
    if kind == "alias":  # without the mirrored rows, which would win as the first place of a name and have none
        ordered = ordered.where("value != ''")
    ends = ordered.select(
        f.least("subject", "other").alias("source"), f.greatest("subject", "other").alias("target"),
        "audience", "document", "place", "value", "segment", "start", "end",
    )  # fmt: skip
    first = f.min(f.struct("document", "segment", "start", "end", "value"))
    by_how = ends.groupBy("source", "target", "audience", "place").agg(f.countDistinct("document").alias("documents"), first.alias("first"))
    entry = f.struct(f.col("place").alias("how"), "documents", "first.document", "first.segment", "first.start", "first.end", "first.value")
    return (
        by_how.groupBy("source", "target", "audience")
        .agg(f.sum("documents").alias("documents"), f.to_json(f.sort_array(f.collect_list(entry))).alias("payload"))
        .withColumn("relation", f.lit(relation))
        .withColumn("weight", f.col("documents").cast("double"))
    )


def _stated(rows: "DataFrame", published: "DataFrame") -> "DataFrame":
    """What documents state of two published ends, or of one and the document that decides on it, with the newest passages."""
    from pyspark.sql import Window
    from pyspark.sql import functions as f

    turned = f.array_contains("features", INVERSE)
    when = f.when(f.col("date") != "", f.col("date")).otherwise(f.col("document_date"))
    said = rows.where("kind = 'relation'").select(
        f.when(turned, f.col("other")).otherwise(f.col("subject")).alias("source"),
        f.when(turned, f.col("subject")).otherwise(f.col("other")).alias("target"),
        f.col("place").alias("relation"), "audience", f.coalesce(when, f.lit("")).alias("date"), "document", "segment", "start", "end",
        f.element_at("features", 1).alias("how"), "value",
    )  # fmt: skip
    said = said.join(published.withColumnRenamed("subject", "source"), "source", "left_semi")
    decided = f.col("relation") == Relation.DECIDED_IN.value
    between = said.where(~decided).join(published.withColumnRenamed("subject", "target"), "target", "left_semi")
    said = between.unionByName(said.where(decided))
    edge = ("source", "target", "relation", "audience")
    order = (f.col("date").desc(), "document", "segment", "start", "end", "how", "value")
    said = said.withColumn("rank", f.row_number().over(Window.partitionBy(*edge).orderBy(*order)))
    entry = f.struct("date", "document", "segment", "start", "end", "how", "value")
    kept = f.sort_array(f.collect_list(f.when(f.col("rank") <= STATED_PASSAGES, f.struct("rank", entry.alias("entry")))))
    grouped = said.groupBy(*edge).agg(
        f.countDistinct("document").alias("documents"), f.to_json(f.transform(kept, lambda one: one.entry)).alias("payload")
    )
    return grouped.withColumn("weight", f.col("documents").cast("double"))


def _knows(topics: "DataFrame", people: "DataFrame") -> "DataFrame":
    """Who did what in the documents of a topic.

    Of documents that hold it in their body alone, only who made them, where they name it more than once, who has a role or an action for
    it, and who spoke more than once where it was: whoever is named somewhere in a long text that names the topic somewhere knows nothing
    of it by that. Nine tenths of all pairs were such, and ranked people worse (k8s: 792,565 pairs, 428,643 without single namings, 97,000
    here).
    """
    from pyspark.sql import functions as f

    pairs = topics.join(people, "document").where("about = '' or about = topic or place = 'own'")
    made = f.col("did").isin(*sorted(MADE)) & (f.col("mentions") > 1)
    spoke = f.col("said") & (f.col("mentions") > 1) & (f.col("count") > 1)
    pairs = pairs.where((f.col("place") != "body") | made | spoke | (f.col("about") == f.col("topic")))
    date = f.when(f.col("last") != "", f.col("last")).otherwise(f.col("document_date")).alias("date")
    acts = (f.col("did") == TOOK) & (f.col("about") == f.col("topic")) & f.col("place").isin("heading", "body")
    holds = f.col("did").startswith("role:") & (f.col("about") == f.col("topic")) & f.col("place").isin("heading", "body")
    pairs = pairs.withColumn("place", f.when(acts, f.lit("line")).when(holds, f.lit("held")).otherwise(f.col("place")))
    entry = f.struct(
        "did", "place", f.col("document").alias("doc"), date, "count", "passage.segment", "passage.start", "passage.end"
    )  # fmt: skip
    about = f.create_map(*(f.lit(part) for place in (*PLACES, "line", "held") for part in (place, ABOUT[place])))[f.col("place")]
    return (
        pairs.groupBy(f.col("topic").alias("source"), f.col("person").alias("target"), "audience")
        .agg(
            f.countDistinct("document").alias("documents"),
            exact_sum(about * f.log1p("count")).alias("weight"),
            f.to_json(f.sort_array(f.collect_list(entry))).alias("payload"),
        )
        .withColumn("relation", f.lit("knows"))
    )


def _pages_linked(rows: "DataFrame") -> "DataFrame":
    from pyspark.sql import functions as f

    return rows.where("kind = 'reference'").select("document", f.col("subject").alias("target"), f.col("count").alias("mentions"))


def _related(topics: "DataFrame", linked: "DataFrame") -> "DataFrame":
    """Topic to topic: the documents about the first that name the second more than in passing, or link to its page."""
    from pyspark.sql import functions as f

    own = topics.where("place = 'own'").select("document", "audience", f.col("topic").alias("source"))
    named = topics.where("place in ('own', 'heading') or places > 1 or mentions > 1")
    other = named.select("document", f.col("topic").alias("target"), "mentions").unionByName(linked)
    other = other.groupBy("document", "target").agg(f.sum("mentions").alias("mentions"))
    pairs = own.join(other, "document").where("source != target")
    grouped = pairs.groupBy("source", "target", "audience").agg(
        f.countDistinct("document").alias("documents"), exact_sum(f.log1p("mentions")).alias("weight")
    )
    return grouped.withColumn("payload", f.lit("[]")).withColumn("relation", f.lit("related"))
