"""What is kept of a listing, and the marks, holds and tables that decide it: without Spark."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from knowledge_graph.model.access import Access
from knowledge_graph.model.records import Contribution, Item
from pipelines.connectors.base import Changes
from pipelines.keeping import blocks
from pipelines.keeping.blocks import Blocks
from pipelines.keeping.erase import fresh_table, recover
from pipelines.keeping.errors import Held, KeepingError, KeyLost
from pipelines.keeping.holds import Hold, hold, holds, refuse_held, release
from pipelines.keeping.keys import Keys, signed_by
from pipelines.keeping.periods import days_of
from pipelines.keeping.rules import Rules
from pipelines.lake import TABLES, Lake, table_rows

TODAY = date(2026, 6, 1)
ANN = Contribution("wrote", "Ann Lee", "ann@x.example")
BO = Contribution("wrote", "Bo Chen", "bo@x.example")


def item(path: str, modified: str = "", *people: Contribution) -> Item:
    return Item("wiki", path, "1", 10, Access.of(["everyone"]), modified=modified, people=people)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys.of(tmp_path)


def test_a_forgotten_item_is_listed_without_its_name(tmp_path: Path, keys: Keys) -> None:
    blocks.add(tmp_path, keys, blocks.marks_of(keys, [("wiki", "secret.md")], [], [], []), "2026-01-01")
    rules = Rules.of(tmp_path, today=TODAY)
    changes = rules.applied("wiki", Changes([item("secret.md", "2026-05-01", ANN), item("plain.md")], frozenset({"secret.md"}), "c"))
    listed = list(changes.items)
    assert [each.item_id == "plain.md" for each in listed] == [False, True]
    assert "secret" not in repr((listed[0], changes.deleted, (tmp_path / "forgotten.jsonl").read_text()))
    assert listed[0].excluded == "forgotten on request"
    assert not listed[0].access.allow
    assert changes.deleted == {listed[0].item_id}
    assert not Rules.of(tmp_path).blocks.item("other", "secret.md"), "the same path of another source is another item"


def test_a_forgotten_person_leaves_lists_of_people_and_evidence(tmp_path: Path, keys: Keys) -> None:
    marks = blocks.marks_of(keys, [], [], ["email:ann@x.example", "handle:annl"], ["Ann Lee", "Ann"])
    blocks.add(tmp_path, keys, marks, "2026-01-01")
    known = Blocks.load(tmp_path)
    assert Rules(known).item(item("a.md", "", ANN, BO)).people == (BO,)
    for subject in ("email:ann@x.example", "handle:annl", "name:ann lee@0123", "annlee"):
        assert known.subject(subject), subject
    for subject in ("email:ann@y.example", "name:ann@0123", "ann", "bo chen", "email:bo@x.example"):
        assert not known.subject(subject), subject
    assert not known.allows({"subject": "email:bo@x.example", "other": "handle:annl"})
    assert known.allows({"subject": "falcon", "other": ""})


def test_marks_without_their_key_stop_every_run(tmp_path: Path, keys: Keys) -> None:
    blocks.add(tmp_path, keys, {"item": [keys.mark("item", "a", "b")]}, "2026-01-01")
    (tmp_path / "keeping.key").unlink()
    with pytest.raises(KeyLost, match="backup"):
        Rules.of(tmp_path)
    Keys.of(tmp_path)
    with pytest.raises(KeyLost, match="not the key"):
        Rules.of(tmp_path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path, keys: Keys) -> None:
    (tmp_path / "keeping.key").chmod(0o644)
    with pytest.raises(KeyLost, match="chmod 600"):
        Keys.of(tmp_path)


def test_only_the_key_holder_signs(keys: Keys) -> None:
    body = {"removed": 3}
    signature = keys.sign(body)
    assert signed_by(body, signature, keys.identity)
    assert not signed_by({"removed": 4}, signature, keys.identity)
    assert not signed_by(body, signature, Keys(b"0" * 32).identity)
    assert not signed_by(body, "nonsense", keys.identity)


@pytest.mark.parametrize(("period", "days"), [("90d", 90), ("2w", 14), ("18M", 548), ("3y", 1096), ("", 0)])
def test_periods(period: str, days: int) -> None:
    assert days_of(period) == days


@pytest.mark.parametrize("period", ["3", "y", "0d", "-1y", "3 years", "1.5y"])
def test_a_wrong_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="90d or 3y"):
        days_of(period)


def test_what_is_too_old_is_listed_without_its_facts(tmp_path: Path) -> None:
    rules = Rules.of(tmp_path, "1y", TODAY)
    old, new, undated = map(rules.item, (item("a", "2025-05-31", ANN), item("b", "2025-06-02", ANN), item("c")))
    assert (old.excluded, old.people, old.access.allow) == ("older than its source keeps (1y)", (), ())
    assert (new.excluded, undated.excluded) == ("", "")


def row(path: str, modified: str, excluded: str = "") -> dict[str, object]:
    return {"source": "wiki", "item": path, "modified": modified, "created": "", "deleted": False, "excluded": excluded}


def test_what_grows_too_old_expires_though_nobody_lists_it(tmp_path: Path) -> None:
    rows = [row("old", "2020-01-01"), row("new", "2026-01-01")]
    assert Rules.of(tmp_path, "1y", TODAY).expired(rows) == rows[:1]
    assert Rules.of(tmp_path, "", TODAY).expired(rows) == []


def test_a_clock_that_was_wrong_takes_nothing_for_good(tmp_path: Path) -> None:
    """In 2099 everything is too old; on the next day of 2026 the source is listed again and brings it back."""
    ahead, right = Rules.of(tmp_path, "1y", date(2099, 1, 1)), Rules.of(tmp_path, "1y", TODAY)
    assert len(ahead.expired([row("new", "2026-01-01")])) == 1
    assert right.returns([row("new", "2026-01-01", ahead.item(item("new", "2026-01-01")).excluded)])
    assert not right.returns([row("old", "2020-01-01", "older than its source keeps (1y)")])
    assert Rules.of(tmp_path, "1y", date.min).expired([row("new", "2026-01-01")]) == []


def test_a_hold_stops_forgetting_and_expiring_until_it_is_released(tmp_path: Path) -> None:
    for each in (Hold("item", "wiki/a", "case 1", "2026-01-01"), Hold("source", "mail", "case 2", "2026-01-02")):
        hold(tmp_path, each)
    hold(tmp_path, Hold("person", "email:ann@x.example", "case 3", "2026-01-03"))
    rules = Rules.of(tmp_path, "1y", TODAY)
    assert rules.expired([row("a", "2020-01-01")]) == []
    assert len(rules.expired([row("b", "2020-01-01")])) == 1
    refuse_held(tmp_path, [("wiki", "b")])
    for items, people, words in (
        ([("wiki", "a")], [], "wiki/a is on hold since 2026-01-01: case 1. Release it first: `engram release wiki/a`"),
        ([("mail", "x")], [], "engram release --source mail"),
        ([], ["email:ann@x.example"], "case 3"),
    ):
        with pytest.raises(Held) as refused:
            refuse_held(tmp_path, items, people)
        assert words in refused.value.message
    with pytest.raises(KeepingError, match="already on hold"):
        hold(tmp_path, Hold("item", "wiki/a", "case 9", "2026-02-01"))
    release(tmp_path, "item", "wiki/a")
    refuse_held(tmp_path, [("wiki", "a")])
    assert [each.kind for each in holds(tmp_path)] == ["source", "person"]
    with pytest.raises(KeepingError, match="engram holds"):
        release(tmp_path, "item", "wiki/a")


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Path]:
    root = tmp_path / "lake"
    made = Lake(root, lambda: pytest.fail("no Spark here"))
    for value in ("zyqvorplix", "kept"):
        made.rewrite("cursors", "s", [{"source": "s", "cursor": value}])
    made.rewrite("cursors", "t", [{"source": "t", "cursor": "other"}])
    yield root
    assert sorted(path.name for path in root.iterdir()) == sorted(TABLES)


def test_a_fresh_table_has_the_rows_and_none_of_the_history(lake: Path) -> None:
    history = [path for path in (lake / "cursors").rglob("*") if path.is_file()]
    assert any(b"zyqvorplix" in path.read_bytes() for path in history)
    before = sorted(map(repr, table_rows(lake, "cursors")))
    files, size = fresh_table(lake, "cursors")
    assert (files, size > 0) == (len(history), True)
    assert sorted(map(repr, table_rows(lake, "cursors"))) == before
    assert not any(b"zyqvorplix" in path.read_bytes() for path in (lake / "cursors").rglob("*") if path.is_file())
    assert DeltaTable(lake / "cursors").version() == 1, "0 means that nothing was ever written"
    fresh_table(lake, "vectors")
    assert DeltaTable(lake / "vectors").version() == 1
    assert DeltaTable(lake / "vectors").metadata().configuration["delta.enableDeletionVectors"] == "false"


def test_nested_columns_survive(lake: Path) -> None:
    rows = pa.Table.from_pylist(
        [{"document": "d", "basis": "b", "embeddings": [b"\0\0\0?", b""], "multilingual": [b"\1", b""]}], schema=TABLES["vectors"].schema
    )
    write_deltalake(str(lake / "vectors"), rows, mode="append")
    fresh_table(lake, "vectors")
    assert list(table_rows(lake, "vectors")) == rows.to_pylist()


@pytest.mark.parametrize("state", ["before the first rename", "between the renames", "before the old one is deleted"])
def test_a_replacement_that_was_killed_is_undone_or_finished(lake: Path, state: str) -> None:
    rows = sorted(map(repr, table_rows(lake, "cursors")))
    table, fresh, old = lake / "cursors", lake / ".cursors.fresh", lake / ".cursors.old"
    if state == "before the first rename":
        fresh.mkdir()
    elif state == "between the renames":
        table.rename(old)
        fresh.mkdir()
    else:
        old.mkdir()
    recover(lake)
    assert sorted(map(repr, table_rows(lake, "cursors"))) == rows
