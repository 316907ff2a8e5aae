"""Edges between subjects within one audience: alias, same and a vocabulary's relations from their evidence, knows and related from shared
documents.
"""

from typing import TYPE_CHECKING

from knowledge_graph.fold.places import VOCABULARY
from pipelines.lake import TABLES, Lake

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


PLACES = ("own", "heading", "folder", "body")
"""How a document holds a topic, strongest first; below a folder of that name, people are known by month and not by document."""


def exact_sum(term: "Column") -> "Column":
    """A sum that no order of addition changes: binary fractions are cut to four decimals first."""
    from pyspark.sql import functions as f

    return f.sum(term.cast("decimal(18,4)")).cast("double")


def edges_of(lake: Lake, observations: "DataFrame", touched: "DataFrame", partials: "DataFrame") -> "DataFrame":
    """All edges with a touched end, for subjects that are published after this fold."""
    from pyspark.sql import functions as f

    untouched = lake.read("partials").select("subject").distinct().join(touched, "subject", "left_anti")
    published = partials.select("subject").distinct().unionByName(untouched).localCheckpoint()
    near = observations.join(
        observations.join(touched, "subject", "left_semi").select("document").distinct(), "document", "left_semi"
    ).localCheckpoint()
    topics = _topics_in_documents(near.join(published, "subject", "left_semi")).localCheckpoint()
    rows = _joins(near, "alias", "alias").unionByName(_joins(near, "same", "same")).unionByName(_relations(near))
    rows = rows.unionByName(_knows(topics, _people_in_documents(near))).unionByName(_related(topics))
    reached = touched.select(f.col("subject").alias("source"), f.lit(True).alias("from_touched"))
    ended = touched.select(f.col("subject").alias("target"), f.lit(True).alias("to_touched"))
    rows = rows.join(reached, "source", "left").join(ended, "target", "left").where("from_touched or to_touched")
    identity = f.sha2(f.concat_ws("|", "source", "target", "relation", "audience"), 256)
    return rows.withColumn("id", f.substring(identity, 1, 24)).select(*TABLES["edges"].columns)


def _topics_in_documents(rows: "DataFrame") -> "DataFrame":
    """(document, topic): the class of its strongest place and its mentions. A vocabulary works on none of its terms."""
    from pyspark.sql import functions as f

    place = f.when(f.col("place").isin("title", "path"), 0).when(f.col("place") == "heading", 1).when(f.col("place") == "folder", 2)
    place = place.otherwise(3)
    by_topic = rows.where((f.col("kind") == "mention") & (f.col("place") != VOCABULARY)).groupBy(
        "document", "audience", "document_date", f.col("subject").alias("topic")
    )
    found = by_topic.agg(f.min(place).alias("rank"), f.sum("count").alias("mentions"), f.count(f.lit(1)).alias("places"))
    return found.withColumn("place", f.element_at(f.array(*map(f.lit, PLACES)), f.col("rank") + 1))


def _people_in_documents(rows: "DataFrame") -> "DataFrame":
    """(document, person, kind of contribution or role): when last and how often. A role in a document speaks for that document's topics."""
    from pyspark.sql import functions as f

    people = rows.where("kind in ('contribution', 'role')")
    last = f.greatest(f.max("last"), f.max("date"))
    by_deed = people.groupBy("document", f.col("subject").alias("person"), f.col("kind").alias("what"), f.col("place").alias("did"))
    passage = f.min(f.when(f.col("segment") >= 0, f.struct("segment", "start", "end"))).alias("passage")
    found = by_deed.agg(last.alias("last"), f.sum("count").alias("count"), f.max("other").alias("about"), passage)
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


def _relations(rows: "DataFrame") -> "DataFrame":
    """What a vocabulary says of two terms, from the first to the second, with the first passage of an audience that says it."""
    from pyspark.sql import functions as f

    told = rows.where("kind = 'relation' and other != subject").withColumnRenamed("subject", "from")
    first = f.min(f.struct("document", "segment", "start", "end", "value")).alias("first")
    grouped = told.groupBy(f.col("from").alias("source"), f.col("other").alias("target"), "audience", f.col("place").alias("relation"))
    entry = f.struct("documents", "first.document", "first.segment", "first.start", "first.end", "first.value")
    return (
        grouped.agg(f.countDistinct("document").alias("documents"), first)
        .withColumn("payload", f.to_json(f.array(entry)))
        .withColumn("weight", f.col("documents").cast("double"))
        .drop("first")
    )


def _knows(topics: "DataFrame", people: "DataFrame") -> "DataFrame":
    """Who did what in the documents of a topic: documents by name where the topic is in title, path or heading, months elsewhere."""
    from pyspark.sql import functions as f

    pairs = topics.join(people, "document").where("about = '' or about = topic or place = 'own'")
    when = f.when(f.col("last") != "", f.col("last")).otherwise(f.col("document_date"))
    pairs = pairs.withColumn("when", when)
    named = f.col("place").isin("own", "heading")
    grouped = pairs.groupBy(
        "topic", "person", "audience", "did", "place",
        f.when(named, f.col("document")).otherwise("").alias("doc"),
        f.when(named, f.col("when")).otherwise(f.substring("when", 1, 7)).alias("date"),
    ).agg(
        f.countDistinct("document").alias("n"), f.sum("count").alias("count"), f.min(f.when(named, f.col("passage"))).alias("passage")
    )  # fmt: skip
    entry = f.struct("did", "place", "doc", "date", "n", "count", "passage.segment", "passage.start", "passage.end")
    place = f.when(f.col("place") == "own", 10.0).when(f.col("place").isin("heading", "folder"), 1.0).otherwise(0.3)
    weight = exact_sum(place * f.log1p("n"))
    return (
        grouped.groupBy(f.col("topic").alias("source"), f.col("person").alias("target"), "audience")
        .agg(f.sum("n").alias("documents"), weight.alias("weight"), f.to_json(f.sort_array(f.collect_list(entry))).alias("payload"))
        .withColumn("relation", f.lit("knows"))
    )


def _related(topics: "DataFrame") -> "DataFrame":
    """Topic to topic: the documents about the first that name the second more than in passing."""
    from pyspark.sql import functions as f

    own = topics.where("place = 'own'").select("document", "audience", f.col("topic").alias("source"))
    named = topics.where("place in ('own', 'heading') or places > 1 or mentions > 1")
    other = named.select("document", f.col("topic").alias("target"), "mentions", "place")
    pairs = own.join(other, "document").where("source != target")
    grouped = pairs.groupBy("source", "target", "audience").agg(
        f.countDistinct("document").alias("documents"), exact_sum(f.log1p("mentions")).alias("weight")
    )
    return grouped.withColumn("payload", f.lit("[]")).withColumn("relation", f.lit("related"))
