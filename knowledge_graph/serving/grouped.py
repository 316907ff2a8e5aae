"""Reading all rows about some subjects, and not again while they are the rows that were read before.

A reader of a thousand audiences has a thousand partials of a common name. They are fetched, decoded and merged once; from then on the
server only says which rows there are, and that is compared with the rows behind what is remembered; during a request only where anything
changed that the reader may open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import PAGE, Body, Found
from knowledge_graph.serving.memory import Fingerprint, Kept
from knowledge_graph.serving.store import Search, SearchStore

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
        ends: list[Body] = [{"terms": {name: values}} for name, values in _by_field(groups).items()]
        clauses: list[Body] = [{"terms": {name: list(values)}} for name, values in self.clauses]
        return {"bool": {"filter": clauses, "should": ends, "minimum_should_match": 1}}


def as_read(hits: Sequence[Found]) -> Sequence[Found]:
    """Makes nothing of them."""
    return hits


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """The rows with one of these values in one of these fields, and what is wanted of them."""

    fields: tuple[str, ...]
    values: Iterable[str]
    wanted: Wanted[T]

    def groups(self) -> list[Group]:
        return [(field, value) for field in self.fields for value in sorted(set(self.values))]


def read_by(store: SearchStore, reader: Reader, fields: Sequence[str], values: Iterable[str], wanted: Wanted[T]) -> dict[Group, T]:
    """What rows with one of these values in one of the fields make, by field and value; what has no rows is left out."""
    groups = Asked(tuple(fields), values, wanted).groups()
    made: dict[Group, T] = {}
    for start in range(0, len(groups), GROUPS):
        (found,) = _read(store, reader, [(groups[start : start + GROUPS], wanted)])
        made |= found
    return made


def read_ahead(store: SearchStore, reader: Reader, *asked: Asked[Any]) -> None:
    """Reads in one search for each kind of rows what would be asked for one after the other; where nothing is remembered, nothing."""
    several = [(each.groups(), each.wanted) for each in asked]
    if all(0 < len(groups) <= GROUPS and store.edition(reader, wanted.index) for groups, wanted in several):
        _read(store, reader, several)


@dataclass(slots=True)
class _Reading:
    """Where the reading of some groups stands: what is sure to be as it was, what is not, and of that what was read or is to be."""

    groups: Sequence[Group]
    wanted: Wanted[Any]
    edition: Fingerprint | None
    held: Mapping[Group, Kept]
    unsure: list[Group]
    missing: list[Group]
    fresh: dict[Group, Kept] = field(default_factory=dict)


def _read(store: SearchStore, reader: Reader, several: Iterable[tuple[Sequence[Group], Wanted[Any]]]) -> list[dict[Group, Any]]:
    known = store.memory.reader(reader.principals)
    readings = [_begun(store, reader, known, groups, wanted) for groups, wanted in several]
    changed = [each for each in readings if any(each.held[group].rows for group in each.unsure if group in each.held)]
    for reading, now in zip(changed, _fingerprints(store, reader, changed), strict=True):
        same = {group for group in now if group in reading.held and reading.held[group].rows == now[group]}
        reading.fresh = {group: Kept.of(reading.held[group].value, now[group], reading.edition) for group in same}
        reading.missing = [group for group in now if group not in same]
    lacking = [each for each in readings if each.missing]
    for reading, rows in zip(lacking, _rows(store, reader, lacking), strict=True):
        for group, hits in rows.items():
            numbers = Fingerprint.of(hits[0].index, [hit.number for hit in hits])
            reading.fresh[group] = Kept.of(reading.wanted.make(hits), numbers, reading.edition)
    for reading in readings:
        for group in reading.unsure:
            store.memory.keep(known, (reading.wanted, group), reading.fresh.get(group) or Kept(None, None, reading.edition))
    return [_made(reading) for reading in readings]


def _begun(store: SearchStore, reader: Reader, known: int, groups: Sequence[Group], wanted: Wanted[Any]) -> _Reading:
    edition = store.edition(reader, wanted.index)
    held = {group: each for (_, group), each in store.memory.recall(known, [(wanted, group) for group in groups]).items()}
    unsure = [group for group in groups if group not in held or held[group].edition is None or held[group].edition != edition]
    return _Reading(groups, wanted, edition, held, unsure, unsure)


def _made(reading: _Reading) -> dict[Group, Any]:
    unsure = set(reading.unsure)
    sure = {group: reading.held[group] for group in reading.groups if group not in unsure}
    return {group: each.value for group, each in (sure | reading.fresh).items() if each.rows}


def _fingerprints(store: SearchStore, reader: Reader, readings: Sequence[_Reading]) -> list[dict[Group, Fingerprint]]:
    searches: list[Search] = []
    places: list[tuple[int, str]] = []
    for at, reading in enumerate(readings):
        for name, values in _by_field(reading.unsure).items():
            rows = {"terms": {"field": name, "size": len(values), "include": values}, "aggs": {"numbers": {"stats": {"field": "_seq_no"}}}}
            query = reading.wanted.query((name, value) for value in values)
            searches.append((reading.wanted.index, query, {"size": 1, "source": False, "aggs": {"rows": rows}}))
            places.append((at, name))
    found: list[dict[Group, Fingerprint]] = [{} for _ in readings]
    for (at, name), answer in zip(places, store.read_many(searches, reader) if searches else [], strict=True):
        for bucket in answer.aggregations["rows"]["buckets"]:
            least, greatest, total = (int(bucket["numbers"][each]) for each in ("min", "max", "sum"))
            found[at][name, bucket["key"]] = Fingerprint(answer.hits[0].index, bucket["doc_count"], least, greatest, total)
    return found


def _rows(store: SearchStore, reader: Reader, readings: Sequence[_Reading]) -> Iterator[dict[Group, list[Found]]]:
    for reading, hits in zip(readings, _hits(store, reader, readings), strict=True):
        names, asked = _by_field(reading.missing), set(reading.missing)
        found: dict[Group, list[Found]] = {}
        for hit in hits:
            for name in names:
                held = hit.fields[name]
                for value in held if isinstance(held, list) else [held]:
                    if (name, value) in asked:
                        found.setdefault((name, value), []).append(hit)
        yield found


def _hits(store: SearchStore, reader: Reader, readings: Sequence[_Reading]) -> Iterator[list[Found]]:
    """The rows that each lacks in the order of their ids: in one request for all, and in one of its own for what that cannot hold."""
    searches: list[Search] = []
    for each in readings:
        fetched = {"includes": [*_by_field(each.missing), *each.wanted.source], "excludes": list(each.wanted.without)}
        searches.append((each.wanted.index, each.wanted.query(each.missing), {"size": PAGE, "numbered": True, "source": fetched}))
    answers = store.read_many(searches, reader) if len(searches) > 1 else [None] * len(searches)
    for (index, query, options), answer in zip(searches, answers, strict=True):
        if answer is not None and answer.total <= PAGE:
            yield sorted(answer.hits, key=lambda hit: hit.id)
        else:
            yield store.read_all(index, reader, query, options["source"]["includes"], options["source"]["excludes"])


def in_order(found: Mapping[Group, Sequence[Found]]) -> list[Found]:
    """All rows of all groups, each once, in the order of their ids."""
    rows = {hit.id: hit for hits in found.values() for hit in hits}
    return [rows[id] for id in sorted(rows)]


def _by_field(groups: Iterable[Group]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in groups:
        found.setdefault(name, []).append(value)
    return found
