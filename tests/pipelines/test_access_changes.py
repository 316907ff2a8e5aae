"""Changes of access and of groups, through the real stages: what they reach, how soon, and what is not done again for them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from knowledge_graph.directory.errors import AccountClosed
from knowledge_graph.directory.store import Directory
from knowledge_graph.errors import NotFound
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.readers import expand_reader
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, Run, open_run
from pipelines.sources import Source
from pipelines.stages.result import StageResult
from pipelines.status import status

NOTES = {
    "open/falcon.md": "# Project Falcon\n\nAuthor: Ann Lee <ann@x.example>\n\nProject Falcon is a handheld scanner for warehouse crews.\n",
    "open/status.md": "# Project Falcon status\n\nAuthor: Bo Ek <bo@x.example>\n\nProject Falcon is on time. Bo Ek owns Project Falcon.\n",
    "closed/budget.md": "# Project Falcon budget\n\nAuthor: Ann Lee <lee@x.example>\n\nThe budget of Project Falcon is two million.\n",
}
PEOPLE = """
people:
  - {id: ann, name: Ann Lee, email: [ann@x.example, lee@x.example], manager: dee, end: "2020-01-31"}
  - {id: bo, name: Bo Ek, email: bo@x.example}
  - {id: cy, name: Cy Doe, email: cy@x.example}
groups:
  group:controlling: [cy]
  group:loop: [group:loop]
"""


@dataclass(frozen=True)
class Company:
    place: Path
    home: Home
    running: Run

    def write(self, path: str, text: str) -> None:
        file = self.place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self) -> dict[str, StageResult]:
        return {stage: self.running.stage(stage) for stage in STAGES}

    def made(self) -> dict[str, int]:
        """The version of each table that parsing and mining write."""
        return {name: self.running.lake.version(name) for name in ("documents", "evidence", "vectors")}

    def library(self, store: SearchStore, directory: Directory, *principals: str) -> Library:
        return Library(store, expand_reader(store, principals, directory), directory=directory)

    def sees(self, principal: str) -> bool:
        """Whether a reader may open the closed note."""
        with SearchStore.open(self.home.store) as store, Directory(self.home.database_url) as directory:
            try:
                self.library(store, directory, principal).document("notes/closed/budget.md")
            except NotFound:
                return False
            return True


@pytest.fixture(scope="module")
def company(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    place = tmp_path_factory.mktemp("company")
    home = Home(place / "home", StoreSettings(elasticsearch_url, prefix=f"access-{uuid.uuid4().hex[:8]}"))
    with open_run(home, Reporter(quiet=True)) as running:
        made = Company(place, home, running)
        for path, text in NOTES.items():
            made.write(f"notes/{path}", text)
        made.write("notes/.engram.yaml", "allow: [everyone]\ngroups: {'group:finance': ['group:controlling', dan@x.example]}\n")
        made.write("notes/closed/.engram.yaml", "allow: ['group:finance']\n")
        made.write("hr/people.yaml", PEOPLE)
        sources.add(home.sources_file, Source(name="notes", kind="folder", path=place / "notes"))
        (place / "hr" / "people.yaml").rename(place / "people.yaml")
        sources.add(home.sources_file, Source(name="hr", kind="directory", path=place / "people.yaml", access=("everyone",)))
        made.run()
        yield made
    with SearchStore.open(home.store) as store:
        store.drop()


def test_status_names_what_is_wrong_in_the_directory(company: Company) -> None:
    told = status(company.home)["directory"]
    assert told["sources"] == {"hr": {"people": 3, "groups": 2}}
    assert {"source": "hr", "kind": "cycle", "text": "group:loop holds itself"} in told["problems"]
    assert [problem["text"] for problem in told["problems"] if problem["kind"] == "unknown manager"] == [
        "ann has the manager dee, whom no directory describes"
    ]


def test_groups_of_the_directory_act_at_the_next_request(company: Company) -> None:
    """A group of the directory inside one of the source's own file; only the directory is read, nothing is derived or published."""
    assert company.sees("cy@x.example")
    assert company.sees("dan@x.example")
    assert not company.sees("bo@x.example")
    before = {name: company.running.lake.version(name) for name in ("items", "groups", "partials", "edges", *company.made())}
    company.write("people.yaml", PEOPLE.replace("controlling: [cy]", "controlling: [bo]"))
    assert company.running.stage("crawl", "hr").counts["changed"] == 1
    assert (company.sees("cy@x.example"), company.sees("bo@x.example")) == (False, True)
    company.write("people.yaml", PEOPLE)
    company.running.stage("crawl", "hr")
    assert before == {name: company.running.lake.version(name) for name in before}


def test_beside_a_directory_a_run_of_the_one_source_with_documents_is_a_run_of_all(company: Company) -> None:
    """What it did is not looked at again, by a run of that source or of all."""
    company.write("notes/open/more.md", "# More\n\nProject Falcon has more.\n")
    company.running.stage("crawl", "notes")
    assert all(company.running.stage(stage, "notes").counts for stage in STAGES[1:])
    assert not any(company.running.stage(stage, source).counts for stage in STAGES[1:] for source in ("notes", None))
    (company.place / "notes/open/more.md").unlink()
    company.run()


def test_access_of_items_takes_one_run_that_neither_parses_nor_mines(company: Company) -> None:
    before = company.made()
    company.write("notes/closed/.engram.yaml", "allow: ['group:finance', bo@x.example]\ndeny: [dan@x.example]\n")
    company.run()
    assert [company.sees(f"{name}@x.example") for name in ("cy", "dan", "bo")] == [True, False, True]
    company.write("notes/closed/.engram.yaml", "allow: ['group:finance']\n")
    company.run()
    assert [company.sees(f"{name}@x.example") for name in ("cy", "dan", "bo")] == [True, True, False]
    assert company.made() == before


def test_access_that_cannot_be_fetched_is_nobodys_until_it_can(company: Company) -> None:
    file = company.place / "notes" / "closed" / ".engram.yaml"
    kept = file.read_bytes()
    file.unlink()
    file.mkdir()  # what a share that loses a file may show: there is something, and its bytes cannot be had
    company.run()
    assert not company.sees("cy@x.example")
    file.rmdir()
    file.write_bytes(kept)
    company.run()
    assert company.sees("cy@x.example")


def test_groups_that_cannot_be_read_stay_as_they_were(company: Company) -> None:
    """A deny elsewhere may name one of them."""
    file = company.place / "notes" / ".engram.yaml"
    kept = file.read_text()
    file.write_text("allow: [everyone]\ngroups: [")
    crawled = company.run()["crawl"]
    assert "its groups stay as they were" in "".join(crawled.problems)
    with SearchStore.open(company.home.store) as store, Directory(company.home.database_url) as directory:
        assert "group:finance" in expand_reader(store, ["cy@x.example"], directory).principals
    assert not company.sees("cy@x.example")
    file.write_text(kept)
    company.run()
    assert company.sees("cy@x.example")


def test_experts_who_left_are_marked_and_name_who_is_still_here(company: Company) -> None:
    with SearchStore.open(company.home.store) as store, Directory(company.home.database_url) as directory:
        card = company.library(store, directory, "group:finance").topic("Project Falcon")
        experts = {expert.name: expert for expert in card.experts}
        assert set(experts) == {"Ann Lee", "Bo Ek"}
        ann, bo = experts["Ann Lee"], experts["Bo Ek"]
        assert (ann.emails, ann.left) == (("ann@x.example", "lee@x.example"), "2020-01-31")
        assert ann.heir is not None
        assert (ann.heir.name, ann.heir.why) == ("Bo Ek", "colleague")
        assert (bo.left, bo.heir) == ("", None)
        person = company.library(store, directory).person("ann@x.example")
        assert person.heir is not None
        assert (person.emails, person.heir.name) == (("ann@x.example",), "Bo Ek")
        with pytest.raises(AccountClosed):
            company.library(store, directory, "lee@x.example")


def test_a_directory_is_removed_like_any_source(company: Company) -> None:
    from pipelines.run import _forget_directory

    _forget_directory(company.home, "hr")
    assert not company.sees("cy@x.example")
    assert company.sees("dan@x.example")
    company.running.stage("crawl", "hr")
    assert company.sees("cy@x.example")
