"""The laws through Spark and Delta: after each run every index holds exactly what plain Python makes of the sources as they are now.

What came before must not show: documents added, edited, moved, re-permitted, deleted and delivered again in a random order, and runs that
end between two stages. At the end every lake table equals that of an installation made at once. A run costs half a minute whatever it
finds, so fifteen departments with groups of their own share one installation, and each takes a step before every run. `LAW_RUNS=1000`
asks for more steps, `LAW_SEED=$RANDOM` for others; the seed is printed.
"""

import os
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from knowledge_graph.model.access import Access
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, open_run
from pipelines.sources import Source
from pipelines.stages.result import StageResult
from pipelines.status import status
from tests.laws import organisations as org
from tests.laws.organisations import Content, Groups, Organisation, Written
from tests.laws.plain import index_rows, known

STEPS = int(os.environ.get("LAW_RUNS", "60"))
SEED = int(os.environ.get("LAW_SEED", "1"))
NAMES = "abcdef"
DEPARTMENTS = range(15)
RUNS_OF_A_HISTORY = 4
pytestmark = pytest.mark.timeout(1800 + 30 * STEPS)


class Installed:
    """An installation over two folders."""

    def __init__(self, place: Path, elasticsearch: str) -> None:
        self.place = place
        self.home = Home(place / "home", StoreSettings(elasticsearch, prefix=f"law-{uuid.uuid4().hex[:8]}"), embeddings=False)

    def mine(self, now: Organisation, stages: int = len(STAGES)) -> dict[str, StageResult]:
        """Bring the folders to `now` and run the first stages."""
        org.write_folders(now, self.place / "files")
        if not sources.load(self.home.sources_file):
            for name in org.SOURCES:
                sidecar = self.place / "files" / f"{name}.jsonl"
                sources.add(self.home.sources_file, Source(name=name, kind="folder", path=self.place / "files" / name, sidecar=sidecar))
        with open_run(self.home, Reporter(quiet=True)) as running:
            return {stage: running.stage(stage) for stage in STAGES[:stages]}

    def served(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The rows of every index without the hash that the pipeline compares them by."""
        with SearchStore.open(self.home.store) as store:
            return {index: {row.id: _compared(row.fields) for row in store.rows(index)} for index in INDEXES}

    def drop(self) -> None:
        with SearchStore.open(self.home.store) as store:
            store.drop()
        shutil.rmtree(self.home.path)


def _compared(row: dict[str, Any]) -> dict[str, Any]:
    """Elasticsearch keeps vectors, and the words' impacts are one, out of what it gives back."""
    return {name: value for name, value in row.items() if name not in ("basis", "vector", "impacts")}


@pytest.fixture
def installed(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Installed]]:
    made: list[Installed] = []

    def make() -> Installed:
        made.append(Installed(tmp_path_factory.mktemp("installed"), elasticsearch_url))
        return made[-1]

    yield make
    for each in made:
        each.drop()


Draw = Callable[[st.SearchStrategy[Any]], Any]


def _own(principal: str, department: int) -> str:
    """The department's own group of this name; people and everyone are the same for all."""
    return f"{principal}-{department}" if principal.startswith("group:") else principal


def _own_access(access: Access, department: int) -> Access:
    return Access.of(*([_own(each, department) for each in principals] for principals in (access.allow, access.deny)))


def _own_groups(groups: Groups, department: int) -> Groups:
    return {_own(name, department): tuple(_own(member, department) for member in members) for name, members in groups.items()}


def _changed(draw: Draw, now: Organisation, department: int) -> tuple[str, Organisation]:
    """One step of a department's history: what was done, and what its folders hold after it."""

    def access() -> Access:
        return _own_access(draw(org.accesses), department)

    def place_for(name_of: Callable[[str, str], org.Place]) -> org.Place:
        return name_of(draw(st.sampled_from(org.SOURCES)), f"{department}/{draw(st.sampled_from(NAMES))}")

    step = draw(st.sampled_from(("add", "add", "edit", "move", "re-access", "delete", "regroup", "re-deliver")))
    if step == "regroup":
        return step, Organisation(now.documents, _own_groups(draw(org.groups), department))
    if step == "add" or not now.documents:
        content = draw(org.contents())
        return step, now.with_document(place_for(lambda source, name: org.place_of(source, name, content)), Written(content, access()))
    place = draw(st.sampled_from(sorted(now.documents)))
    held = now.documents[place]
    if step == "edit":
        content = Content(
            draw(org.texts()), draw(st.sampled_from(org.DATES)), held.content.edits, held.content.attached, held.content.subject
        )
        return step, now.with_document(place, Written(content, held.access))
    if step == "move":
        to = place_for(lambda source, name: org.renamed(place, source, name))
        return step, now.without(place).with_document(to, held)
    if step == "re-access":
        return step, now.with_document(place, Written(held.content, access()))
    return step, now.without(place) if step == "delete" else now


class History:
    """What every department's folders hold, and how they came to."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.departments = [Organisation({}, _own_groups(org.GROUPS, department)) for department in DEPARTMENTS]
        self.did: list[str] = []

    def step(self) -> None:
        """One in each department."""
        for department in DEPARTMENTS:
            did, self.departments[department] = _changed(self.draw, self.departments[department], department)
            self.did.append(f"{department} {did}")

    @property
    def now(self) -> Organisation:
        """All departments together, as their sources hold them."""
        together = Organisation({}, {})
        for each in self.departments:
            together = Organisation({**together.documents, **each.documents}, {**together.groups, **each.groups})
        return together


def _check(there: Installed, now: Organisation, told: str) -> None:
    wanted = {index: {key: _compared(row) for key, row in rows.items()} for index, rows in index_rows(known(now), now.groups).items()}
    found = there.served()
    for index in INDEXES:
        assert found[index].keys() == wanted[index].keys(), f"{told}: other rows in {index}"
        differing = {key: (found[index][key], row) for key, row in wanted[index].items() if found[index][key] != row}
        assert not differing, f"{told}: {index} holds {differing}"
    total = status(there.home)["total"]
    read = sum(not row["parent"] for row in wanted["documents"].values())
    # A word list that became a note is no Turtle any more.
    assert (total["published"], total["quarantined"], total["pending"]) == (read, len(now.documents) - read, 0), f"{told}: law 5"
    assert sum(total[name] for name in total if name != "crawled") == total["crawled"], "law 5"


def test_a_history_leaves_no_trace_in_any_table(installed: Callable[[], Installed]) -> None:
    sys.stdout.write(f"\nLAW_SEED={SEED} LAW_RUNS={STEPS}\n")
    checked = 0

    @settings(max_examples=2, phases=(Phase.generate,), suppress_health_check=list(HealthCheck), database=None, deadline=None)
    @given(data=st.data())
    def history(data: st.DataObject) -> None:
        nonlocal checked
        if not data.draw(st.integers(0, 2**32 - 1), label="the simplest history is always the first, and nothing happens in it"):
            return
        there, past = installed(), History(lambda strategy: data.draw(strategy))
        for _ in range(5):
            past.step()
        for _ in range(RUNS_OF_A_HISTORY):
            past.step()
            killed = data.draw(st.sampled_from((0, 0, 0, 1, 2, 3, 4)), label="stages before a crash")
            if killed:
                there.mine(past.now, killed)
                past.did.append(f"crash after {STAGES[killed - 1]}")
                past.step()
            there.mine(past.now)
            _check(there, past.now, f"after {', '.join(past.did)}")
            checked += len(DEPARTMENTS)
        again = there.mine(past.now)
        assert all(not any(stage.counts.values()) for stage in again.values() if stage.stage != "crawl"), "nothing changed, nothing is done"
        at_once = installed()
        at_once.mine(past.now)
        assert digest(at_once.home) == digest(there.home), f"laws 2 and 3: {', '.join(past.did)} left something behind"

    while checked < STEPS:
        before = checked
        seed(SEED + checked)(history)()
        assert checked > before, "Hypothesis drew no whole history"
    sys.stdout.write(f"{checked} steps through Spark and Delta\n")


def test_what_a_change_costs(installed: Callable[[], Installed]) -> None:
    """New documents are read and mined alone; an access change reads and mines nothing."""
    there = installed()
    text = "# Project Falcon\n\nProject Falcon is a scanner for crews.\n\nOwner: Ann Lee <ann@x.example>\n"
    first = Organisation(
        {("handbook", f"{name}.md"): Written(Content(f"{text}\nPart {name}.\n", "2024-02-01"), org.ACCESSES[0]) for name in "abc"}
    )
    there.mine(first)
    more = first.with_document(("letters", "d.md"), Written(Content(f"{text}\nNew.\n", "2024-02-01"), org.ACCESSES[4]))
    stages = there.mine(more)
    assert (stages["parse"].counts["files"], stages["mine"].counts["documents"]) == (1, 1)
    closed = Organisation({place: Written(held.content, org.ACCESSES[4]) for place, held in more.documents.items()})
    stages = there.mine(closed)
    assert (stages["parse"].counts.get("files", 0), stages["mine"].counts.get("documents", 0)) == (0, 0)
    _check(there, closed, "after closing everything")
