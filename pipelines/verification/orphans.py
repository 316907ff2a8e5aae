"""Nothing refers to what is not there, and nothing is there that nothing refers to: content store and tables."""

from knowledge_graph.model.relations import STATED, Relation
from pipelines.keeping.blocks import FORGOTTEN, Blocks
from pipelines.verification.findings import Findings
from pipelines.verification.installation import Installation


def check_content(place: Installation, found: Findings) -> None:
    """The content store: every digest that is referred to is there, no other is, and a random part is what its name says."""
    blobs = place.running.blobs
    held = set(blobs.digests())
    wanted = {row["content"]: f"{row['source']}/{row['item']}" for row in place.live.values() if row["content"]}
    inside = {digest: place.name(name) for name, row in place.documents.items() for digest in row["blobs"]}
    found.looked_at += len(held | wanted.keys() | inside.keys())
    found.none_of(
        held - wanted.keys() - inside.keys(), "nothing refers to these stored bytes. The next run that parses something drops them."
    )
    for digest in sorted(wanted.keys() - held):
        found.breach(wanted[digest], f"its stored bytes {digest} are missing. Run `engram run`, which reads it again.")
    for digest in sorted(inside.keys() - wanted.keys() - held):
        found.breach(inside[digest], f"stored bytes {digest} of something inside it are missing. Run `engram run --full`.")
    for digest in place.some(held & (wanted.keys() | inside.keys())):
        owner = wanted.get(digest) or inside[digest]
        found.expect(
            not blobs.damaged(digest), owner, f"its stored bytes {digest} are damaged. Run `engram run --full`, which reads it again."
        )


def check_tables(place: Installation, found: Findings) -> None:
    """Each table's rows belong to a row of the table before it."""
    for name, row in place.documents.items():
        found.expect(row["root"] in place.live, place.name(name), "is in the table documents, and its item is not there any more")
        if row["parent"]:
            found.expect(row["parent"] in place.documents, place.name(name), "the document that held it is not there any more")
    for name, row in place.live.items():
        found.expect(name in place.documents, f"{row['source']}/{row['item']}", "was never parsed. Run `engram run`.")
    for table in ("evidence", "vectors"):
        held = {row["document"] for row in place.rows(table, ["document"])}
        found.looked_at += len(held)
        found.none_of(
            (place.name(name) for name in held - place.parsed.keys()), f"is in the table {table}, and is no parsed document any more"
        )
        found.none_of((place.name(name) for name in place.parsed.keys() - held), f"is parsed and missing in the table {table}")
    pages = {row["content"] for row in place.rows("pages", ["content"])}
    found.none_of(pages - {digest for row in place.documents.values() for digest in row["blobs"]}, "a page read that no document holds")


def check_subjects(place: Installation, found: Findings) -> None:
    """Evidence, subjects, partials and edges speak of the same keys and of audiences that exist."""
    observed: set[str] = set()
    for batch in place.evidence(["kind", "subject", "other"]):
        columns = batch.to_pydict()
        for subject, other, kind in zip(columns["subject"], columns["other"], columns["kind"], strict=True):
            observed.update(() if kind == "called" else (subject, other) if kind == "alias" else (subject,))
    subjects = {row["subject"]: row["published"] for row in place.rows("subjects", ["subject", "published"])}
    found.looked_at += len(observed)
    found.none_of(observed - subjects.keys(), "has evidence and was never folded. Run `engram run`.")
    found.none_of(subjects.keys() - observed, "is in the table subjects without any evidence")
    partials: set[str] = set()
    for row in place.rows("partials", ["subject", "audience"]):
        partials.add(row["subject"])
        found.expect(
            row["audience"] in place.access, row["subject"], f"has a partial for the audience {row['audience']}, which no item has"
        )
    found.none_of(
        partials - {subject for subject, published in subjects.items() if published}, "has a partial and is not marked as published"
    )
    found.none_of({subject for subject, published in subjects.items() if published} - partials, "is marked as published and has no partial")
    for row in place.rows("edges", ["id", "source", "target", "relation", "audience"]):
        name = f"{row['source']} {row['relation']} {row['target']}"
        found.expect(row["audience"] in place.access, name, f"is an edge of the audience {row['audience']}, which no item has")
        if row["relation"] == Relation.DECIDED_IN:
            found.expect(row["source"] in observed and row["target"] in place.parsed, name, "is an edge to something that is not there")
        elif row["relation"] in ("knows", "related", *STATED):
            found.expect({row["source"], row["target"]} <= observed, name, "is an edge to something without evidence")


def check_forgotten(place: Installation, found: Findings) -> None:
    """What was forgotten is in no table under its own name."""
    blocks = Blocks.load(place.home.path)
    for row in place.items.values():
        if row["excluded"] != FORGOTTEN:
            found.expect(not blocks.item(row["source"], row["item"]), f"{row['source']}/{row['item']}", "was forgotten and is back")
    if blocks.people:
        held = {row["subject"] for table in ("subjects", "partials") for row in place.rows(table, ["subject"])}
        found.looked_at += len(held)
        found.none_of(filter(blocks.subject, held), "was forgotten and is back")
