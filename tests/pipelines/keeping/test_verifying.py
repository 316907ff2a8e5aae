"""`engram verify`: silent on a whole installation, and naming each thing that was broken on purpose."""

import json
import shutil
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake

from knowledge_graph.model.ids import document_id
from knowledge_graph.serving.memory import Kept, Memory
from knowledge_graph.serving.store import SearchStore
from pipelines.blobs import Blobs
from pipelines.home import Home
from pipelines.lake import TABLES, table_rows
from pipelines.verification import readers
from pipelines.verification.installation import subject_id

Place = Any
Story = Any

EVERYTHING = ("verify", "--sample", "100000", "--seed", "7", "--json")


@pytest.fixture(scope="module")
def whole(story: Story) -> dict[str, Any]:
    done = story.place.engram("verify", "--sample", "60", "--seed", "7", "--json")
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_whole_installation_agrees(whole: dict[str, Any]) -> None:
    assert whole["ok"]
    assert (whole["sample"], whole["seed"]) == (60, 7)
    for check in whole["checks"]:
        assert check["looked_at"] > 0 or check["name"] == "verdicts", f"{check['name']} looked at nothing"
        assert check["breaches"] == []
    rebuilt = next(check["detail"] for check in whole["checks"] if check["name"] == "rebuilt from evidence")
    assert rebuilt["rebuilt"] == rebuilt["served"]


def test_what_is_remembered_wrongly_is_named(story: Story, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    recall, finished, calls = Memory.recall, readers._finished, count(1)
    mixing = False

    def mixed_up(memory: Memory, reader: int, keys: Iterable[str]) -> dict[str, Kept]:
        found = recall(memory, reader, keys)
        return dict(zip(found, reversed(found.values()), strict=True)) if mixing else found

    def answered(*asked: Any) -> dict[str, Any]:
        """Each question is put without anybody's memory, for the first and for the second time."""
        nonlocal mixing
        mixing = next(calls) % 3 == 0
        return finished(*asked)

    monkeypatch.setattr(readers, "_finished", answered)
    monkeypatch.setattr(Memory, "recall", mixed_up)
    done = story.place.engram("verify", "--sample", "60", "--seed", "7", "--json")
    assert done.exit_code == 1
    (told,) = (check for check in json.loads(done.stdout)["checks"] if check["breaches"])
    assert told["name"] == "non-interference"
    assert {breach["what"] for breach in told["breaches"]} == {"changes when it is asked for a second time"}


def rows(home: Home, table: str) -> list[dict[str, Any]]:
    return list(table_rows(home.lake, table))


def put(home: Home, table: str, changed: list[dict[str, Any]]) -> None:
    write_deltalake(str(home.lake / table), pa.Table.from_pylist(changed, schema=TABLES[table].schema), mode="overwrite")


def break_lake(place: Place) -> None:
    home = place.home
    evidence = rows(home, "evidence")
    ledger = next(row for row in evidence if row["document"] == document_id("org", "open/ledger.md"))
    mention = next(fact for fact in ledger["evidence"] if fact["kind"] == "mention" and fact["segment"] >= 0)
    mention["start"] += 1
    put(home, "evidence", [*evidence, {"document": "f" * 24, "basis": "", "evidence": []}])
    partials = rows(home, "partials")
    falcon = next(row for row in partials if row["subject"] == "projectfalcon")
    falcon["payload"] = falcon["payload"].replace('"documents":', '"documents":1', 1)
    put(home, "partials", partials)
    stand_in = next(row for row in rows(home, "items") if row["excluded"])
    back = {**stand_in, "item": place.secrets[0], "document": document_id("org", place.secrets[0]), "excluded": "", "audience": "x"}
    put(home, "items", [*rows(home, "items"), back])


def break_content(place: Place) -> str:
    blobs = Blobs(place.home.blobs)
    stray = blobs.put(b"nobody's")
    contents = {row["item"]: row["content"] for row in rows(place.home, "items")}
    lost, damaged = contents["open/falcon.md"], contents["open/ledger.md"]
    (place.home.blobs / lost[:2] / lost).unlink()
    (place.home.blobs / damaged[:2] / damaged).write_bytes(b"other bytes")
    return stray


def break_index(place: Place) -> str:
    """A row opened to everybody, a row lost, a row too many; returns what was opened."""
    with SearchStore.open(place.home.store) as store:
        open_to_all = {row["audience"] for row in rows(place.home, "items") if "everyone" in row["allow"]}
        # A person, because everybody whom a document names has a card.
        opened, audience = next(
            (row["subject"], row["audience"])
            for row in rows(place.home, "partials")
            if row["audience"] not in open_to_all and row["kind"] == "person"
        )
        names = {index: store.current(index) for index in ("subjects", "documents", "segments")}
        row_id = subject_id(opened, audience)
        (row,) = store.matching("subjects", {"ids": {"values": [row_id]}})
        store.write(names["subjects"] or "", [(row_id, {**row.fields, "allow": ["everyone"]})])
        store.write(names["documents"] or "", [(document_id("org", "people/plan-copy.md"), None)])
        stray = next(iter(store.rows("documents"))).fields
        extra = {"document": "e" * 24, "source": "org", "path": "stray", "position": 0, "text": "stray", "body": {"text": "stray"}}
        store.write(names["segments"] or "", [("stray:0", {**extra, **{name: stray[name] for name in ("allow", "deny", "basis")}})])
        store.refresh([name for name in names.values() if name])
    return opened


def test_each_thing_broken_on_purpose_is_named(story: Story, whole: dict[str, Any]) -> None:
    place = story.place
    opened = break_index(place)
    stray = break_content(place)
    break_lake(place)
    (report,) = (place.home.path / "reports").glob("forget-*.json")
    (report.parent / "forget-2020-01-01-forged.json").write_text(report.read_text().replace("case 17", "case 18"))
    (place.home.path / "forget.json").write_text(json.dumps({"when": "2026-01-01T00:00:00+00:00", "marks": {}}))
    done = place.engram(*EVERYTHING)
    (place.home.path / "forget.json").unlink()
    assert done.exit_code == 1
    found = json.loads(done.stdout)
    assert not found["ok"]
    said = {check["name"]: [f"{breach['item']}: {breach['what']}" for breach in check["breaches"]] for check in found["checks"]}
    for check, item, words in (
        ("states", "org/people/plan-copy.md", "waits to be published"),
        ("states", "erasure of 2026-01-01", "engram forget --finish"),
        ("content store", stray, "nothing refers"),
        ("content store", "org/open/falcon.md", "missing"),
        ("content store", "org/open/ledger.md", "damaged"),
        ("tables", f"org/{place.secrets[0]}", "was never parsed"),
        ("tables", "f" * 24, "no parsed document"),
        ("provenance", "org/open/ledger.md passage", "does not say"),
        ("rebuilt from evidence", "projectfalcon in audience", "the table partials differs"),
        ("non-interference", opened, "changes when the documents that this reader may not open are taken away"),
        ("forgotten", f"org/{place.secrets[0]}", "was forgotten and is back"),
        ("erasure reports", "forged", "changed after it was signed"),
        ("erasure reports", report.name, "is back"),
        ("index and lake", "segments stray:0", "not in the lake"),
        ("index and lake", f"documents {document_id('org', 'people/plan-copy.md')}", "not in the index"),
        ("index and lake", "subjects ", "was changed after it was published"),
    ):
        assert any(item in line and words in line for line in said[check]), (check, item, words, said[check][:5])


def test_a_damaged_table_is_named_with_the_way_out_which_works(places: Callable[..., Place], story: Story, whole: dict[str, Any]) -> None:
    broken = places(story.place.files)
    shutil.copytree(story.place.home.lake, broken.home.lake)
    for file in (broken.home.lake / "items").glob("*.parquet"):
        file.write_bytes(file.read_bytes()[:-200] + b"\0" * 200)
    refused = broken.engram("status")
    assert refused.exit_code == 1
    assert "Traceback" not in refused.output
    assert f"The lake's table items is damaged. Move {Path(broken.home.lake / 'items')} away and run `engram run --full`" in refused.stderr
