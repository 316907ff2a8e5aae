"""Relations of a real series of proposals, against those that its maintainers list."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractors.limits import Limits
from extractors.mining import mine
from extractors.parse import parse
from knowledge_graph.model.ids import document_id
from knowledge_graph.model.records import Document

PYTHON = Path(__file__).parents[3].parent / "shared" / "data" / "python"
STATING = re.compile(r"^(?:Requires|Replaces|Superseded-By):", re.M)
HEAD = 6_000
Relation = tuple[str, str, str]


def judged() -> set[Relation]:
    """(source, relation, target) by number, `replaces` turned around."""
    rows = json.loads((PYTHON / "related.json").read_text(encoding="utf-8"))
    kinds = {"superseded-by": "replaced-by", "replaces": "replaced-by", "requires": "depends-on"}
    ends = ((row["relation"], row["source"], row["target"]) for row in rows)
    return {(b, kinds[r], a) if r == "replaces" else (a, kinds[r], b) for r, a, b in ends}


def stated() -> Iterator[Relation]:
    """The same from the heads of the proposals; a title is its document's number."""
    for file in sorted((PYTHON / "corpus").rglob("pep-*.rst")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if not STATING.search(text[:1500]):
            continue
        path = file.relative_to(PYTHON / "corpus").as_posix()
        parsed = parse(path, text[:HEAD].encode(), Limits())
        own = f"pep-{int(file.stem[4:])}"
        document = Document(document_id("peps", path), "peps", path, parsed.kind, parsed.title, "", "", parsed.people, parsed.segments)
        for row in mine(document):
            if row.kind == "relation" and "field" in row.features:
                source, target = (row.other, row.subject) if "inverse" in row.features else (row.subject, row.other)
                yield numbered(source, own), row.place, numbered(target, own)


def numbered(key: str, own: str) -> str:
    found = re.fullmatch(r"pep0*(\d+)", key)
    return f"pep-{found[1]}" if found else own


def test_what_a_series_says_of_itself_is_found_and_nothing_else() -> None:
    if not PYTHON.is_dir():
        pytest.skip("../shared/data/python is not here")
    gold, found = judged(), set(stated())
    listed = {one for relation in gold for one in relation[::2]}
    among = {(a, relation, b) for a, relation, b in found if {a, b} <= listed}
    assert len(gold & found) / len(gold) >= 0.98
    assert len(gold & among) / len(among) >= 0.95
