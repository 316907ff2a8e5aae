"""crawl: what a source holds now, into `items`, with the bytes of what changed in the content store.

The listing is compared with `items` where the listing is made; only bytes to read and rows to write reach Spark, so that a source
without changes costs a listing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from knowledge_graph.model.ids import document_id
from knowledge_graph.model.records import Item
from pipelines.blobs import Blobs
from pipelines.connectors.base import Changes, Connector
from pipelines.connectors.errors import GroupsUnreadable, ItemGone, ItemUnreadable
from pipelines.faults import at
from pipelines.keeping.blocks import FORGOTTEN, Blocks
from pipelines.keeping.rules import EXPIRED, Rules
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
    expired: int = 0


def crawl(lake: Lake, blobs: Blobs, source: Source, reporter: Reporter, *, full: bool = False, rules: Rules | None = None) -> StageResult:
    """Bring `items` up to the source. `full` lists everything and reads every item again."""
    rules = rules or Rules()
    known = {row["document"]: row for row in lake.rows("items") if row["source"] == source.name}
    lost = _lost(blobs, known)
    cursor = next((row["cursor"] for row in lake.rows("cursors") if row["source"] == source.name), "")
    if full or lost or rules.returns(known.values()):
        cursor = ""
    with source.connector() as connector:
        changes = connector.changes(cursor)
        plan = _plan(source, rules.applied(source.name, changes), known, lost, full=full)
        _expire(plan, rules, known)
        groups, fault = _groups_of(connector)
    unreadable = _write(lake, blobs, source, plan, reporter, rules) if plan.read or plan.write or plan.gone else ()
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
        "expired": plan.expired,
    }
    return StageResult("crawl", counts, problems=unreadable + fault)


def _lost(blobs: Blobs, known: dict[str, Row]) -> frozenset[str]:
    """Documents whose stored bytes are gone: a damaged copy is thrown away when it is met, and read again from its source here."""
    held = set(blobs.digests())
    return frozenset(name for name, row in known.items() if row["content"] and not row["deleted"] and row["content"] not in held)


def _expire(plan: _Plan, rules: Rules, known: dict[str, Row]) -> None:
    """Take out what has grown too old without changing: a listing of changes does not name it."""
    planned = {row["document"] for row in (*plan.read, *plan.write, *plan.gone)}
    aged = [row for row in rules.expired(known.values()) if row["document"] not in planned]
    for row in aged:
        dates = {name: row[name] for name in ("created", "modified")}
        plan.write.append({**_tombstone(dict(row)), **dates, "deleted": False, "excluded": f"{EXPIRED} ({rules.retention})"})
    was_live = {name for name, row in known.items() if not row["deleted"] and not row["excluded"]}
    plan.expired = sum(row["excluded"].startswith(EXPIRED) and row["document"] in was_live for row in plan.write)


def _plan(source: Source, changes: Changes, known: dict[str, Row], lost: frozenset[str], *, full: bool) -> _Plan:
    plan, seen = _Plan(), set()
    for item in changes.items:
        row = _row(cleaned(item))
        seen.add(row["document"])
        plan.listed += 1
        plan.excluded += bool(item.excluded)
        was = known.get(row["document"])
        anew = full or was is None or was["deleted"] or was["problem"] or row["document"] in lost
        same_bytes = was is not None and not anew and was["fingerprint"] == row["fingerprint"]
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


def _write(lake: Lake, blobs: Blobs, source: Source, plan: _Plan, reporter: Reporter, rules: Rules) -> tuple[str, ...]:
    """Read what must be read and commit everything at once; returns what could not be read, and why."""
    from pyspark.sql import functions as f

    with reporter.counting(lake.spark, "crawl", len(plan.read), "items") as done:
        to_read = lake.frame(plan.read, ITEMS).repartition(max(1, min(200, len(plan.read) // ITEMS_PER_TASK)))
        read = map_rows(to_read, _reader(source, blobs, done, rules), ITEMS).localCheckpoint()
        problems = tuple(f"{row.item}: {row.problem}" for row in read.where("problem != ''").select("item", "problem").collect())
        if rules.blocks:
            rules.remember([row.item for row in read.where(f.col("excluded") == FORGOTTEN).select("item").collect()])
    lake.replace("items", read.unionByName(lake.frame([*plan.write, *plan.gone], ITEMS)), gone=to_read.select("document"))
    return problems


def reconcile(lake: Lake, source: Source, rules: Rules | None = None) -> StageResult:
    """Mark as deleted what the source's ids no longer list. The next crawl starts from a full listing."""
    rules = rules or Rules()
    with source.connector() as connector:
        listed = {document_id(source.name, rules.name(source.name, item)) for item in connector.ids()}
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

    def __init__(self, source: Source, blobs: Blobs, done: "Accumulator[int]", rules: Rules) -> None:
        self._source, self._blobs, self._done, self._blocks = source, blobs, done, rules.blocks

    def __call__(self, rows: Iterator[Row]) -> Iterable[Row]:
        with self._source.connector() as connector:
            for row in rows:
                with at("crawl", f"{row['source']}/{row['item']}"):
                    yield self._read(connector, row)
                self._done.add(1)

    def _read(self, connector: Connector, row: Row) -> Row:
        try:
            content = connector.read(row["item"])
        except ItemGone:  # between the listing and now
            return _tombstone(row)
        except ItemUnreadable as error:
            return row | {"problem": str(error)}
        if self._blocks.content(sha256(content).hexdigest()):
            return _forgotten(row, self._blocks)
        return row | {"content": self._blobs.put(content), "size": len(content)}


def _forgotten(row: Row, blocks: Blocks) -> Row:
    """What stands for a new copy of bytes that were forgotten with all their copies: its name tells nothing either."""
    name = blocks.stand_in(row["source"], row["item"])
    return {**_tombstone(row), "item": name, "document": document_id(row["source"], name), "deleted": False, "excluded": FORGOTTEN}


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
