"""What forgetting an item leaves in the log of verdicts: the events, and nothing that tells of it."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.model.access import Access
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.indexes import StoreSettings
from pipelines.home import Home
from pipelines.item_names import ItemName
from pipelines.keeping.request import Request
from pipelines.keeping.verdicts import forget_items
from pipelines.lake import TABLES, Lake

EVERYONE = Access.of(["everyone"])


def mention(subject: str, value: str) -> dict[str, Any]:
    blank = {"place": "prose", "other": "", "segment": 0, "start": 0, "end": 1, "count": 1, "date": "", "last": "", "confidence": 1.0}
    return {"kind": "mention", "subject": subject, "value": value, "features": [], **blank}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path, StoreSettings("http://127.0.0.1:9"))
    Lake(made.lake, lambda: pytest.fail("no Spark here")).create()
    evidence = {
        "gone": [mention("zyqvorplix", "Zyqvorplix"), mention("falcon", "Falcon")],
        "kept": [mention("falcon", "Falcon")],
    }
    rows = [{"document": document, "basis": "b", "evidence": seen} for document, seen in evidence.items()]
    write_deltalake(made.lake / "evidence", pa.Table.from_pylist(rows, schema=TABLES["evidence"].schema), mode="append")
    return made


def test_only_what_tells_of_it_goes_and_the_chain_stays(home: Home) -> None:
    said = (
        Verdict(Kind.RENAME, "zyqvorplix", text="The programme", why="its board says so", actor="bo@x", access=EVERYONE),
        Verdict(Kind.PIN_DOCUMENT, "falcon", "gone", why="the best", actor="bo@x", access=EVERYONE),
        Verdict(Kind.DESCRIBE, "falcon", text="Succeeds zyqvorplix.", why="from plan.md", actor="bo@x", access=EVERYONE),
        Verdict(Kind.CONFIRM, "falcon", keys=("falcon",), why="a real one", actor="bo@x", access=EVERYONE),
    )
    with VerdictLog(home.curation) as log:
        for number, verdict in enumerate(said):
            log.append(f"2026-01-0{number + 1}T00:00:00Z", lambda _, verdict=verdict: verdict)  # type: ignore[misc]
        erased = forget_items(home, Request(items=(ItemName("wiki", "secret-plan.md"),), documents=("gone",)))
        left = log.verdicts()
        assert log.check_chain().whole
    assert erased == 3 + 3 + 1
    assert [(v.subject, v.other, v.text, v.why) for v in left] == [
        ("", "", "", ""),
        ("falcon", "", "", ""),
        ("falcon", "", "", "from plan.md"),
        ("falcon", "", "", "a real one"),
    ]
    assert [v.kind for v in left] == [v.kind for v in said]
    held = b"".join(path.read_bytes() for path in home.path.glob("verdicts.sqlite*"))
    assert b"zyqvorplix" not in held.lower()
    assert forget_items(home, Request()) == 0
