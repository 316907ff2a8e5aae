"""Where every item stands. States are read off the tables, so that they cannot disagree with them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from knowledge_graph.directory.check import problems_of
from knowledge_graph.directory.store import Directory
from knowledge_graph.errors import EngramError
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home
from pipelines.lake import table_rows

STATES = ("published", "quarantined", "excluded", "deleted", "pending", "unknown")
"""`unknown` only while Elasticsearch does not answer: parsed, and who can say whether it is published."""


def status(home: Home) -> dict[str, Any]:
    """Items by state and source with their sum, children (attachments, members, images), and what is quarantined or left out and why."""
    documents = {
        row["document"]: row
        for row in table_rows(home.lake, "documents", ["document", "source", "path", "parent", "status", "reason_class", "reason", "notes"])
    }
    published = _published(home)
    sources: dict[str, Counter[str]] = {}
    left_out: dict[tuple[str, str], list[str]] = {}
    for item in table_rows(home.lake, "items", ["document", "source", "item", "deleted", "excluded"]):
        state = _state(item, documents.get(item["document"]), published)
        sources.setdefault(item["source"], Counter())[state] += 1
        if state == "excluded":
            left_out.setdefault((item["source"], item["excluded"]), []).append(item["item"])
    children = Counter(_state({}, row, published) for row in documents.values() if row["parent"])
    quarantine = sorted(
        (r["source"], r["path"], r["reason_class"], r["reason"]) for r in documents.values() if r["status"] == "quarantined"
    )
    return {
        "elasticsearch": "does not answer" if published is None else "answers",
        "sources": {name: _counts(counter) for name, counter in sorted(sources.items())},
        "total": _counts(sum(sources.values(), Counter())),
        "children": _counts(children),
        "directory": _directory(home),
        "partly": [
            {"source": r["source"], "path": r["path"], "left_out": list(r["notes"])}
            for r in sorted(documents.values(), key=lambda r: (r["source"], r["path"]))
            if r["notes"] and r["status"] == "parsed"
        ],
        "excluded": [
            {"source": source, "reason": reason, "items": len(items), "first": min(items)}
            for (source, reason), items in sorted(left_out.items())
        ],
        "quarantine": [dict(zip(("source", "path", "class", "reason"), row, strict=True)) for row in quarantine],
    }


def _directory(home: Home) -> dict[str, Any]:
    """People and groups by source, and what in them a person should mend."""
    with Directory(home.database_url) as directory:
        listings = directory.listings()
    return {
        "sources": {name: {"people": len(said.people), "groups": len(said.groups)} for name, said in listings.items()},
        "problems": [asdict(problem) for problem in problems_of(listings)],
    }


def item_states(home: Home) -> Iterator[tuple[str, str]]:
    """(source/item, state) of every item."""
    documents = {row["document"]: row for row in table_rows(home.lake, "documents", ["document", "status"])}
    published = _published(home)
    for item in table_rows(home.lake, "items", ["document", "source", "item", "deleted", "excluded"]):
        yield f"{item['source']}/{item['item']}", _state(item, documents.get(item["document"]), published)


def _state(item: dict[str, Any], document: dict[str, Any] | None, published: set[str] | None) -> str:
    if item.get("deleted"):
        return "deleted"
    if item.get("excluded"):
        return "excluded"
    if document is None:
        return "pending"
    if document["status"] == "quarantined":
        return "quarantined"
    if published is None:
        return "unknown"
    return "published" if document["document"] in published else "pending"


def _counts(counter: "Counter[str]") -> dict[str, int]:
    return {**{state: counter[state] for state in STATES}, "crawled": counter.total()}


def _published(home: Home) -> set[str] | None:
    """Ids in the index; None while it cannot be asked."""
    try:
        with SearchStore.open(home.store) as store:
            if not store.ping():
                return None
            return {row.id for row in store.rows("documents")} if store.current("documents") else set()
    except EngramError:
        return None
