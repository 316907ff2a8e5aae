"""Between Spark's rows and our records."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa
from pydantic import TypeAdapter

from extractors.characters import clean
from knowledge_graph.model.ids import canonical_json, stable_id
from knowledge_graph.model.records import Item

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

Record = TypeVar("Record")
Row = dict[str, Any]

ROWS_PER_BATCH = 256


_ADAPTERS: dict[type[Any], TypeAdapter[Any]] = {}


def to_record(record: type[Record], row: Mapping[str, Any]) -> Record:
    """A record from a row's columns; nested arrays become tuples of records."""
    if record not in _ADAPTERS:  # building one costs a millisecond
        _ADAPTERS[record] = TypeAdapter(record)
    made: Record = _ADAPTERS[record].validate_python(row)
    return made


def cleaned(item: Item) -> Item:
    """The item with its title and its people's names as text is kept everywhere: without control, bidi and zero-width characters."""
    people = tuple(replace(each, name=clean(each.name), email=clean(each.email), handle=clean(each.handle)) for each in item.people)
    return replace(item, title=clean(item.title), people=people)


def facts(item: Item) -> str:
    """Hash of what the source says about an item besides its bytes and its access."""
    said = {"item": item.item_id, "title": item.title, "created": item.created, "modified": item.modified}
    return facts_of({**said, "people": [asdict(person) for person in item.people]})


def facts_of(row: Row) -> str:
    """The same from a row of `items`."""
    return stable_id("facts", *(row[name] for name in ("item", "title", "created", "modified")), canonical_json(row["people"]))


def map_rows(frame: "DataFrame", function: Callable[[Iterator[Row]], Iterable[Row]], schema: pa.Schema) -> "DataFrame":
    """Run `function` over each partition's rows as dictionaries, giving rows of `schema`."""
    from pyspark.sql.pandas.types import from_arrow_schema

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        pending: list[Row] = []
        for row in function(row for batch in batches for row in batch.to_pylist()):
            pending.append(row)
            if len(pending) >= ROWS_PER_BATCH:
                yield pa.RecordBatch.from_pylist(pending, schema=schema)
                pending = []
        if pending:
            yield pa.RecordBatch.from_pylist(pending, schema=schema)

    return frame.mapInArrow(run, from_arrow_schema(schema))
