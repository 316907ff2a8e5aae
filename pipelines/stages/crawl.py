"""crawl: what a source holds now, into `items`, with the bytes of what changed in the content store.

The listing is compared with `items` where the listing is made; only bytes to read and rows to write reach Spark, so that a source
without changes costs a listing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from knowledge_graph.model.ids import document_id
from knowledge_graph.model.records import Item
from pipelines.blobs import Blobs
from pipelines.connectors.base import Changes, Connector
from pipelines.connectors.errors import GroupsUnreadable, ItemGone, ItemUnreadable
from pipelines.lake import TABLES, Lake
from pipelines.progress import Reporter
from pipelines.rows import Row, cleaned, facts, map_rows
from pipelines.sources import Source
from pipelines.stages.result import StageResult

if TYPE_CHECKING:
    from pyspark import Accumulator

ITEMS_PER_TASK = 32
ITEMS = TABLES["items"].schema

_CARRIED = ("content", "size")
_COMPARED = ("fingerprint", "content", "allow", "deny", "facts", "excluded", "problem", "deleted")


@dataclass(slots=True)
class _Plan:
    """What a listing asks for: rows whose bytes must be read, rows to write as they are, documents that are gone."""

    listed: int = 0
    excluded: int = 0
    read: list[Row] = field(default_factory=list)
    write: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)


def crawl(lake: Lake, blobs: Blobs, source: Source, reporter: Reporter, *, full: bool = False) -> StageResult:
    """Bring `items` up to the source. `full` lists everything and reads every item again."""
    known = {row["document"]: row for row in lake.rows("items") if row["source"] == source.name}
    cursor = "" if full else next((row["cursor"] for row in lake.rows("cursors") if row["source"] == source.name), "")
    with source.connector() as connector:
        changes = connector.changes(cursor)
        plan = _plan(source, changes, known, full=full)
        groups, fault = _groups_of(connector)
    unreadable = _write(lake, blobs, source, plan, reporter) if plan.read or plan.write or plan.gone else ()
    if groups is not None:
        _record_groups(lake, source.name, groups)
    if changes.cursor != cursor and not unreadable:  # what could not be read is listed again, and tried again, by the next run
        lake.rewrite("cursors", source.name, [{"source": source.name, "cursor": changes.cursor}])
    counts = {
        "listed": plan.listed,
        "read": len(plan.read),
        "changed": len(plan.read) + len(plan.write),
        "deleted": len(plan.gone),
        "excluded": plan.excluded,
    }
    return StageResult("crawl", counts, problems=unreadable + fault)


def _plan(source: Source, changes: Changes, known: dict[str, Row], *, full: bool) -> _Plan:
    plan, seen = _Plan(), set()
    for item in changes.items:
        row = _row(cleaned(item))
        seen.add(row["document"])
        plan.listed += 1
        plan.excluded += bool(item.excluded)
        was = known.get(row["document"])
        same_bytes = was is not None and not (full or was["deleted"] or was["problem"]) and was["fingerprint"] == row["fingerprint"]
        if same_bytes and was is not None and not item.excluded and not was["excluded"]:
            row |= {name: was[name] for name in _CARRIED}
        elif not item.excluded:
            plan.read.append(row)
            continue
        if was is None or any(was[name] != row[name] for name in _COMPARED):
            plan.write.append(row)
    deleted = {document_id(source.name, item) for item in changes.deleted}
    missing = known.keys() - seen if changes.complete else known.keys() & deleted
    plan.gone = [_tombstone(known[document]) for document in sorted(missing) if not known[document]["deleted"]]
    return plan


def _write(lake: Lake, blobs: Blobs, source: Source, plan: _Plan, reporter: Reporter) -> tuple[str, ...]:
    """Read what must be read and commit everything at once; returns what could not be read, and why."""
    with reporter.counting(lake.spark, "crawl", len(plan.read), "items") as done:
        to_read = lake.frame(plan.read, ITEMS).repartition(max(1, min(200, len(plan.read) // ITEMS_PER_TASK)))
        read = map_rows(to_read, _reader(source, blobs, done), ITEMS).localCheckpoint()
        problems = tuple(f"{row.item}: {row.problem}" for row in read.where("problem != ''").select("item", "problem").collect())
    lake.replace("items", read.unionByName(lake.frame([*plan.write, *plan.gone], ITEMS)))
    return problems


def reconcile(lake: Lake, source: Source) -> StageResult:
    """Mark as deleted what the source's ids no longer list. The next crawl starts from a full listing."""
    with source.connector() as connector:
        listed = {document_id(source.name, item) for item in connector.ids()}
    known = [row for row in lake.rows("items") if row["source"] == source.name and not row["deleted"]]
    gone = [_tombstone(row) for row in known if row["document"] not in listed]
    if gone:
        lake.replace("items", lake.frame(gone, ITEMS))
        lake.rewrite("cursors", source.name, [])
    return StageResult("reconcile", {"listed": len(listed), "deleted": len(gone)})


def forget_source(lake: Lake, name: str) -> StageResult:
    """Mark all of a source's items as deleted, and drop its groups and cursor."""
    gone = [_tombstone(row) for row in lake.rows("items") if row["source"] == name and not row["deleted"]]
    lake.replace("items", lake.frame(gone, ITEMS))
    for table in ("groups", "cursors"):
        lake.rewrite(table, name, [])
    return StageResult("crawl", {"deleted": len(gone)})


def _row(item: Item) -> Row:
    return {
        "source": item.source,
        "item": item.item_id,
        "document": document_id(item.source, item.item_id),
        "fingerprint": item.fingerprint,
        "content": "",
        "size": item.size,
        "allow": list(item.access.allow),
        "deny": list(item.access.deny),
        "audience": item.access.audience,
        "title": item.title,
        "created": item.created,
        "modified": item.modified,
        "people": [asdict(person) for person in item.people],
        "facts": facts(item),
        "excluded": item.excluded,
        "problem": "",
        "deleted": False,
    }


_BLANK: dict[str, Any] = {
    "allow": [], "deny": [], "people": [], "size": 0, "deleted": True,
    **dict.fromkeys(("fingerprint", "content", "audience", "title", "created", "modified", "facts", "excluded", "problem"), ""),
}  # fmt: skip


def _tombstone(row: Row) -> Row:
    """What stays of a deleted item: that it was there. Not its people, dates, access or bytes."""
    return {**{name: row[name] for name in ("source", "item", "document")}, **_BLANK}


class _reader:
    """Reads and stores a partition's bytes; a class because Spark ships it to workers with its source."""

    def __init__(self, source: Source, blobs: Blobs, done: "Accumulator[int]") -> None:
        self._source, self._blobs, self._done = source, blobs, done

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        with self._source.connector() as connector:
            for row in rows:
                try:
                    content = connector.read(row["item"])
                    yield row | {"content": self._blobs.put(content), "size": len(content)}
                except ItemGone:  # between the listing and now
                    yield _tombstone(row)
                except ItemUnreadable as error:
                    yield row | {"problem": str(error)}
                self._done.add(1)


def _groups_of(connector: Connector) -> tuple[dict[str, list[str]] | None, tuple[str, ...]]:
    """The groups that a source defines; None, and why, where they stay as they were."""
    try:
        return {group: sorted(members) for group, members in connector.groups().items()}, ()
    except GroupsUnreadable as error:
        return None, (f"{connector.settings.name}: {error.message}",)


def _record_groups(lake: Lake, source: str, groups: dict[str, list[str]]) -> None:
    known = {row["principal"]: row["members"] for row in lake.rows("groups") if row["source"] == source}
    if groups != known:
        lake.rewrite("groups", source, [{"source": source, "principal": g, "members": members} for g, members in sorted(groups.items())])
