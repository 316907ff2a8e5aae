"""A live installation as the checks see it: its tables without Spark, its index, and one source of chance."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, Any

from knowledge_graph.model.access import Access
from knowledge_graph.serving.store import SearchStore
from pipelines.faults import damaged
from pipelines.home import Home
from pipelines.lake import is_made, table_rows

if TYPE_CHECKING:
    import pyarrow as pa

    from pipelines.run import Run

Row = dict[str, Any]
ITEM = ("document", "source", "item", "content", "audience", "allow", "deny", "created", "modified", "deleted", "excluded")
DOCUMENT = ("document", "root", "source", "path", "parent", "status", "created", "modified", "title", "blobs")


@dataclass
class Installation:
    """`sample` is how many facts, blobs and pairs of reader and subject are looked at."""

    running: "Run"
    store: SearchStore
    sample: int
    seed: int
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    @property
    def home(self) -> Home:
        return self.running.home

    def rows(self, table: str, columns: Sequence[str]) -> Iterator[Row]:
        return table_rows(self.home.lake, table, columns)

    @cached_property
    def items(self) -> dict[str, Row]:
        """All items by document."""
        return {row["document"]: row for row in self.rows("items", ITEM)}

    @cached_property
    def live(self) -> dict[str, Row]:
        """Items that should be read."""
        return {name: row for name, row in self.items.items() if not row["deleted"] and not row["excluded"]}

    @cached_property
    def documents(self) -> dict[str, Row]:
        return {row["document"]: row for row in self.rows("documents", DOCUMENT)}

    @cached_property
    def parsed(self) -> dict[str, Row]:
        return {name: row for name, row in self.documents.items() if row["status"] == "parsed"}

    @cached_property
    def access(self) -> dict[str, Access]:
        """By audience, from the items that have it."""
        return {row["audience"]: Access(tuple(row["allow"]), tuple(row["deny"])) for row in self.items.values() if not row["deleted"]}

    def name(self, document: str) -> str:
        """`source/path` where the document is known."""
        row = self.documents.get(document)
        return f"{row['source']}/{row['path']}" if row else document

    def some(self, things: Iterable[Any], share: float = 0.0) -> list[Any]:
        """A random sample of as many as were asked for, or of a share if that is more; the same seed gives the same."""
        ordered = sorted(things)
        return sorted(self.random.sample(ordered, min(len(ordered), max(self.sample, int(len(ordered) * share)))))

    def where(self, table: str, column: str, values: Iterable[str], columns: Sequence[str]) -> Iterator[Row]:
        """Rows of a table with one of these values."""
        import pyarrow as pa
        import pyarrow.compute as pc
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        place = self.home.lake / table
        if not is_made(self.home.lake, table):
            return
        try:
            wanted = pa.array(sorted(values), pa.string())
            # Not the dataset's own filter: it cannot compare with the bounds that delta-rs keeps of a file's strings.
            for batch in DeltaTable(str(place)).to_pyarrow_dataset().to_batches(columns=list(dict.fromkeys((column, *columns)))):
                yield from batch.filter(pc.is_in(batch[column].cast(pa.string()), value_set=wanted)).to_pylist()
        except (DeltaError, pa.ArrowInvalid, OSError) as exc:
            raise damaged(self.home.lake, table) from exc

    def evidence(self, columns: Sequence[str]) -> "Iterator[pa.Table]":
        """All evidence, a row each, batch by batch, with its document and the named columns."""
        import pyarrow as pa
        import pyarrow.compute as pc
        from deltalake import DeltaTable

        place = self.home.lake / "evidence"
        if not is_made(self.home.lake, "evidence"):
            return
        try:
            for batch in DeltaTable(str(place)).to_pyarrow_dataset().to_batches(columns=["document", "evidence"]):
                flat = pc.list_flatten(batch["evidence"])
                owners = batch["document"].take(pc.list_parent_indices(batch["evidence"]))
                yield pa.table({"document": owners, **{name: pc.struct_field(flat, name) for name in columns}})
        except (pa.ArrowInvalid, OSError) as exc:
            raise damaged(self.home.lake, "evidence") from exc


def subject_id(subject: str, audience: str) -> str:
    """The id that publish gives a partial."""
    return hashlib.sha256(f"{subject}|{audience}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
