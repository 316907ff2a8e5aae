"""Names that an installation says how to recognise."""

from collections.abc import Callable

from extractors.mining import mine
from extractors.mining.patterns import Pattern
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
TICKET = Pattern("ticket", r"[A-Z]{2,5}-\d+")
SYSTEM = Pattern("system", names=("rope store", "C++ gate"))
TEXT = """# Harbour notes

Fixed in OPS-12 and again in OPS-12, not in XOPS-12b; the rope  store was down. The ropes stored are fine.

| Ticket | System |
|---|---|
| OPS-9 | C++ Gate |

```
OPS-77
```
"""


def test_patterns_and_names_are_found_as_words_with_their_type(make_document: Make) -> None:
    document = make_document("notes.md", TEXT)
    rows = [row for row in mine(document, (TICKET, SYSTEM)) if row.kind == "mention"]
    typed = {(row.value, row.place, row.count, kind[5:]) for row in rows for kind in row.features if kind.startswith("type:")}
    assert typed == {
        ("OPS-12", "prose", 2, "ticket"),
        ("OPS-9", "cell", 1, "ticket"),
        ("rope store", "prose", 1, "system"),
        ("C++ Gate", "cell", 1, "system"),
    }
    for row in rows:
        if row.segment >= 0:
            assert document.segments[row.segment].text[row.start : row.end] == row.value


def test_without_patterns_nothing_changes_and_with_them_nothing_else_does(make_document: Make) -> None:
    document = make_document("notes.md", TEXT)
    plain, with_patterns = set(mine(document)), set(mine(document, (TICKET,)))
    assert {row.subject for row in plain ^ with_patterns} <= {"ops12", "ops9"}
