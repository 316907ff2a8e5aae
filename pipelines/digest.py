"""One hash of everything derived: equal knowledge gives equal digests, however it came about."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from knowledge_graph.model.ids import canonical_json
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home
from pipelines.lake import BOOKKEEPING, TABLES, table_rows

UNHASHED_TABLES = frozenset({"cursors"})


def digest(home: Home) -> dict[str, Any]:
    """`digest` over all tables and indexes, and each one's own. Deleted and excluded items are run bookkeeping."""
    tables = {name: _hash(_table_rows(home, name)) for name in TABLES if name not in UNHASHED_TABLES}
    with SearchStore.open(home.store) as store:
        indexes = {name: _hash(canonical_json([row.id, row.fields]) for row in store.rows(name)) for name in INDEXES}
    total = _hash([canonical_json(tables), canonical_json(indexes)])
    return {"digest": total, "tables": tables, "indexes": indexes}


def _table_rows(home: Home, name: str) -> Iterator[str]:
    columns = [column for column in TABLES[name].columns if column not in BOOKKEEPING.get(name, ())]
    for row in table_rows(home.lake, name, columns):
        if name != "items" or not (row["deleted"] or row["excluded"]):
            yield canonical_json(row)


def _hash(rows: Iterable[str]) -> str:
    total = hashlib.sha256()
    for digest_of_row in sorted(hashlib.sha256(row.encode("utf-8", "surrogatepass")).digest() for row in rows):
        total.update(digest_of_row)
    return total.hexdigest()
