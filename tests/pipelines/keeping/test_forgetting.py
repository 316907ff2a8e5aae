"""`engram forget` on a whole installation: every byte is looked at afterwards, and what is left equals never having read it."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from knowledge_graph.errors import NotFound
from knowledge_graph.model.ids import document_id
from knowledge_graph.serving.store import SearchStore
from pipelines.keeping.forget import looked_up
from pipelines.lake import table_rows
from pipelines.status import status

Place = Any
Story = Any

NORA = "email:nora@x.example"


def test_the_marker_was_everywhere_before(story: Story) -> None:
    """Else the search for it afterwards would prove nothing."""
    tables = ("lake/items", "lake/documents", "lake/pages", "lake/evidence", "lake/partials", "_delta_log")
    for store in ("blobs/", *tables, "run/spark", "logs/api.log"):
        assert any(store in where for where in story.before), store
    assert any("translog" in where for where in story.in_index)


def test_no_byte_of_it_is_left(story: Story, data: Path) -> None:
    ids = [document_id("org", path) for path in story.place.secrets]
    assert story.place.found(story.place.marker, *ids) == []
    deadline = time.monotonic() + 120
    while left := story.place.found(story.place.marker, *ids, where=data) + not_serving(story.place, data):
        assert time.monotonic() < deadline, left
        time.sleep(0.5)


def not_serving(place: Place, data: Path) -> list[str]:
    """Folders of dropped indexes: Lucene packs what it stores, so only an index that is not there is surely gone."""
    serving = {row["uuid"] for row in httpx.get(f"{place.home.store.url}/_cat/indices?format=json&expand_wildcards=all", timeout=60).json()}
    return [folder.name for folder in data.rglob("indices/*") if folder.name not in serving]


def test_what_is_left_equals_never_having_read_it(story: Story, places: Callable[..., Place]) -> None:
    """A fresh installation that obeys the same marks reads the same source once; mails, archives and copies left it before."""
    fresh = places(story.place.files)
    fresh.home.path.mkdir()
    for name in ("keeping.key", "forgotten.jsonl"):
        shutil.copy2(story.place.home.path / name, fresh.home.path / name)
    fresh.mine()
    assert fresh.found(fresh.marker) == []
    assert fresh.digest() == story.place.digest()
    assert status(fresh.home)["total"]["excluded"] == len(story.place.secrets)


def test_every_item_is_still_accounted_for(story: Story) -> None:
    total = status(story.place.home)["total"]
    assert (total["excluded"], total["deleted"]) == (len(story.place.secrets), len(story.place.extras))
    assert (total["published"], total["pending"]) == (4, 0)


def test_a_copy_keeps_shared_content_for_those_who_may_read_it(story: Story) -> None:
    with SearchStore.open(story.place.home.store) as store:
        staff = story.place.library(store, "group:people").search("load ships at night", limit=10)
        assert next(hit.path for hit in staff.hits if hit.kind == "document") == "people/plan-copy.md"
        engineers = story.place.library(store, "group:engineering").search("load ships at night", limit=10)
        assert "plan" not in " ".join(hit.path for hit in engineers.hits)
    assert story.printed["report"]["copies_left"] == 1


def test_a_forgotten_person_is_nobody_and_the_documents_stay(story: Story) -> None:
    with SearchStore.open(story.place.home.store) as store:
        for principals in ((), ("group:people",)):
            library = story.place.library(store, *principals)
            with pytest.raises(NotFound):
                library.person(NORA)
            assert "Nora" not in repr((library.people(limit=50), library.experts("Project Falcon"), library.suggest("nora")))
            assert "Nora" not in repr((library.export(), library.topics(limit=100), library.topic("Project Falcon").experts))
            assert "bo@x.example" in repr(library.people(limit=50))
        hits = story.place.library(store, "group:people").search("staffed by Nora Quist").hits
        assert next(hit.path for hit in hits if hit.kind == "document") == "people/falcon-staff.md", (
            "a document of others still says what it says"
        )
    for table, column in (
        ("items", "people"),
        ("documents", "people"),
        ("partials", "names"),
        ("edges", "target"),
        ("subjects", "subject"),
    ):
        assert "nora" not in repr([row[column] for row in table_rows(story.place.home.lake, table, [column])]).lower(), table
    assert story.printed["report"]["documents_that_name_them"] >= 3


def test_the_report_says_what_went_where_and_not_what(story: Story) -> None:
    report = story.printed["report"]
    text = Path(story.printed["file"]).read_text()
    assert story.place.marker not in text.lower()
    assert "nora" not in text.lower()
    assert report["reason"] == "case 17"
    assert report["removed"]["content"]["files"] >= 6
    for store, name in (
        ("tables", "documents"),
        ("tables", "evidence"),
        ("tables", "pages"),
        ("indexes", "segments"),
        ("indexes", "subjects"),
    ):
        assert report["removed"][store][name] > 0, name
    assert report["thrown_away"]["log_files"] >= 2
    assert report["thrown_away"]["history_files"] > 10


def test_a_report_is_checked(story: Story, tmp_path: Path) -> None:
    file = story.printed["file"]
    genuine = story.place.engram("forget", "--check", file)
    assert genuine.exit_code == 0, genuine.output
    assert "all of it is gone" in genuine.stdout
    forged = tmp_path / "forged.json"
    forged.write_text(Path(file).read_text().replace("case 17", "case 18"))
    assert "changed after it was signed" in story.place.engram("forget", "--check", str(forged)).stdout
    assert story.place.engram("forget", "--check", str(forged)).exit_code == 1


def test_the_next_crawl_does_not_bring_it_back(story: Story) -> None:
    """The source still holds all of it, and one file more, so that its listing is another one."""
    (story.place.files / "open/new.md").write_text("# Blue Ledger again\n\nBlue Ledger is audited. Owner: Nora Quist <nora@x.example>\n")
    story.place.mine()
    assert story.place.found(story.place.marker) == []
    assert story.place.engram("forget", "--check", story.printed["file"]).exit_code == 0
    total = status(story.place.home)["total"]
    assert (total["excluded"], total["published"]) == (len(story.place.secrets), 5)
    with SearchStore.open(story.place.home.store) as store:
        assert "Nora" not in repr(story.place.library(store).people(limit=50))


def test_a_hold_comes_first(story: Story) -> None:
    assert story.place.engram("hold", "org/open/falcon.md", "--why", "lawsuit 9").exit_code == 0
    try:
        for command in (("forget", "--item", "org/open/falcon.md", "--yes"), ("remove", "org/open/falcon.md")):
            refused = story.place.engram(*command)
            assert refused.exit_code == 1
            assert "is on hold since" in refused.stderr
            assert "lawsuit 9. Release it first: `engram release org/open/falcon.md`" in refused.stderr
        assert "lawsuit 9" in story.place.engram("holds").stdout
    finally:
        assert story.place.engram("release", "org/open/falcon.md").exit_code == 0
    assert looked_up(story.place.home, ["org/open/falcon.md"], []).documents


def test_an_item_is_found_by_where_its_file_lies(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(story.place.files)
    for text in (str(story.place.files / "open" / "falcon.md"), "open/falcon.md", "./open/falcon.md", document_id("org", "open/falcon.md")):
        assert [str(item) for item in looked_up(story.place.home, [text], []).items] == ["org/open/falcon.md"]


def test_what_would_go_is_said_first_and_a_name_is_not_a_reason(story: Story) -> None:
    shown = story.place.engram("forget", "--item", "org/open/falcon.md", "--dry-run")
    assert "org/open/falcon.md" in shown.stdout
    unasked = story.place.engram("forget", "--item", "org/open/falcon.md")
    assert (unasked.exit_code, "--dry-run" in unasked.stderr) == (2, True)
    named = story.place.engram("forget", "--item", "org/open/falcon.md", "--reason", "falcon.md is wrong", "--yes")
    assert (named.exit_code, "do not name" in named.stderr) == (2, True)
    assert os.path.exists(story.place.files / "open/falcon.md")
