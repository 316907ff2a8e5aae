"""Reading all rows about some subjects, and not again while they are the rows that were read before.

A reader of a thousand audiences has a thousand partials of a common name. They are fetched, decoded and merged once; from then on the
server only says which rows there are, and that is compared with the rows behind what is remembered; during a request only where anything
changed that the reader may open.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.memory import Fingerprint, Kept
from knowledge_graph.serving.store import Body, Found, SearchStore

T = TypeVar("T")
Group = tuple[str, str]
"""A field and a value of it."""
GROUPS = 10_000
"""Looked up at a time: Elasticsearch takes 65,536 terms in one query."""


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """What to read of an index and what to make of the rows of one group, given in the order of their ids.

    `make` is a function of a module: what it made is remembered under it. `source` are the fields to fetch, `without` those to leave
    out of them, `clauses` fields with the values of which one must match as well.
    """

    index: str
    make: Callable[[Sequence[Found]], T]
    source: tuple[str, ...]
    without: tuple[str, ...] = ()
    clauses: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def query(self, groups: Iterable[Group]) -> Body:
        ends: list[Body] = [{"terms": {field: values}} for field, values in _by_field(groups).items()]
        clauses: list[Body] = [{"terms": {field: list(values)}} for field, values in self.clauses]
        return {"bool": {"filter": clauses, "should": ends, "minimum_should_match": 1}}


def as_read(hits: Sequence[Found]) -> Sequence[Found]:
    """Makes nothing of them."""
    return hits


def read_by(store: SearchStore, reader: Reader, fields: Sequence[str], values: Iterable[str], wanted: Wanted[T]) -> dict[Group, T]:
    """What rows with one of these values in one of the fields make, by field and value; what has no rows is left out."""
    groups = [(field, value) for field in fields for value in sorted(set(values))]
    made: dict[Group, T] = {}
    for start in range(0, len(groups), GROUPS):
        made |= _read(store, reader, groups[start : start + GROUPS], wanted)
    return made


def _read(store: SearchStore, reader: Reader, groups: Sequence[Group], wanted: Wanted[T]) -> dict[Group, T]:
    known, edition = store.memory.reader(reader.principals), store.edition(reader, wanted.index)
    held = store.memory.recall(known, [(wanted, group) for group in groups])
    kept = {group: each for (_, group), each in held.items() if each.edition is not None and each.edition == edition}
    unsure = [group for group in groups if group not in kept]
    missing, fresh = unsure, dict[Group, Kept]()
    if any(each.rows for (_, group), each in held.items() if group not in kept):
        now = _fingerprints(store, reader, unsure, wanted)
        same = {group for group in now if (wanted, group) in held and held[wanted, group].rows == now[group]}
        fresh = {group: Kept.of(held[wanted, group].value, now[group], edition) for group in same}
        missing = [group for group in now if group not in same]
    for group, hits in _rows(store, reader, missing, wanted).items():
        fresh[group] = Kept.of(wanted.make(hits), Fingerprint.of(hits[0].index, [hit.number for hit in hits]), edition)
    for group in unsure:
        store.memory.keep(known, (wanted, group), fresh.get(group) or Kept(None, None, edition))
    return {group: each.value for group, each in (kept | fresh).items() if each.rows}


def _fingerprints(store: SearchStore, reader: Reader, groups: Sequence[Group], wanted: Wanted[Any]) -> dict[Group, Fingerprint]:
    fields = _by_field(groups)
    searches: list[tuple[str, Body | None, Body]] = []
    for field, values in fields.items():
        rows = {"terms": {"field": field, "size": len(values)}, "aggs": {"numbers": {"stats": {"field": "_seq_no"}}}}
        query = wanted.query((field, value) for value in values)
        searches.append((wanted.index, query, {"size": 1, "source": False, "aggs": {"rows": rows}}))
    found: dict[Group, Fingerprint] = {}
    for field, answer in zip(fields, store.read_many(searches, reader), strict=True):
        for bucket in answer.aggregations["rows"]["buckets"]:
            least, greatest, total = (int(bucket["numbers"][name]) for name in ("min", "max", "sum"))
            found[field, bucket["key"]] = Fingerprint(answer.hits[0].index, bucket["doc_count"], least, greatest, total)
    return found


def _rows(store: SearchStore, reader: Reader, groups: Sequence[Group], wanted: Wanted[Any]) -> dict[Group, list[Found]]:
    if not groups:
        return {}
    fields, asked = _by_field(groups), set(groups)
    found: dict[Group, list[Found]] = {}
    for hit in store.read_all(wanted.index, reader, wanted.query(groups), [*fields, *wanted.source], wanted.without):
        for field in fields:
            if (field, hit.fields[field]) in asked:
                found.setdefault((field, hit.fields[field]), []).append(hit)
    return found


def in_order(found: Mapping[Group, Sequence[Found]]) -> list[Found]:
    """All rows of all groups, each once, in the order of their ids."""
    rows = {hit.id: hit for hits in found.values() for hit in hits}
    return [rows[id] for id in sorted(rows)]


def _by_field(groups: Iterable[Group]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for field, value in groups:
        found.setdefault(field, []).append(value)
    return found
