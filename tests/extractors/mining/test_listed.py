"""Which blocks stand in a list of things of one kind, and what that says of the names in them."""

from collections.abc import Callable

from extractors.mining import mine
from knowledge_graph.model.records import Document

TEXT = """# Harbour annual report

## [Subprojects](https://harbour.example/subprojects)

**Continuing:**

- tide-tables
- [quay-crane](https://harbour.example/crane): lifts what the tide brings to the quay in a day or two
- nothing was decided about the other ones, and nobody asked for it at all

### rope-store

Kept by the night watch.

## Related work

- fog-horn

## Migrating Libraries

- bell-buoy

| Module | Keeper |
|---|---|
| lighthouse-lamp | deck-hands |

| Keeper | Module |
|---|---|
| night-shift | anchor-chain |
"""


def test_names_in_a_list_or_column_of_one_kind_are_listed(make_document: Callable[..., Document]) -> None:
    flagged = {row.value for row in mine(make_document("report.md", TEXT)) if "listed" in row.features}
    assert flagged == {"tide-tables", "quay-crane", "rope-store", "lighthouse-lamp", "anchor-chain"}
