"""The laws through Spark and Delta: after each run every index holds exactly what plain Python makes of the sources as they are now.

What came before must not show: documents added, edited, moved, re-permitted, deleted and delivered again in a random order, and runs that
end between two stages. At the end every lake table equals that of an installation made at once. A run costs seconds, so there are few here;
`LAW_RUNS=1000` makes it long, `LAW_SEED=$RANDOM` another; the seed is printed.
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

from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore, StoreSettings
from pipelines import sources
from pipelines.blobs import Blobs
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.lake import Lake
from pipelines.progress import Reporter
from pipelines.run import STAGES, Run
from pipelines.session import start_spark
from pipelines.sources import Source
from pipelines.stages.result import StageResult
from pipelines.status import status
from tests.laws import organisations as org
from tests.laws.organisations import Content, Organisation, Written
from tests.laws.plain import index_rows, known

RUNS = int(os.environ.get("LAW_RUNS", "6"))
SEED = int(os.environ.get("LAW_SEED", "1"))
NAMES = "abcdef"
pytestmark = pytest.mark.timeout(1800 + 240 * RUNS)


class Installed:
    """An installation over two folders; the Spark session is the process's own."""

    def __init__(self, place: Path, elasticsearch: str) -> None:
        self.place = place
        self.home = Home(place / "home", StoreSettings(elasticsearch, prefix=f"law-{uuid.uuid4().hex[:8]}"), embeddings=False)
        (self.home.path / "run").mkdir(parents=True)

    def mine(self, now: Organisation, stages: int = len(STAGES)) -> dict[str, StageResult]:
        """Bring the folders to `now` and run the first stages."""
        org.write_folders(now, self.place / "files")
        if not sources.load(self.home.sources_file):
            for name in org.SOURCES:
                sidecar = self.place / "files" / f"{name}.jsonl"
                sources.add(self.home.sources_file, Source(name=name, kind="folder", path=self.place / "files" / name, sidecar=sidecar))
        running = Run(self.home, Lake(self.home.lake, lambda: start_spark(self.home)), Blobs(self.home.blobs), Reporter(quiet=True))
        return {stage: running.stage(stage) for stage in STAGES[:stages]}

    def served(self) -> dict[str, dict[str, dict[str, Any]]]:
        """The rows of every index without the hash that the pipeline compares them by."""
        with SearchStore.open(self.home.store) as store:
            return {index: {row.id: _compared(row.fields) for row in store.rows(index)} for index in INDEXES}

    def drop(self) -> None:
        with SearchStore.open(self.home.store) as store:
            store.drop()
        # Spark's scratch folder lies in the first installation of the process and is used until its end.
        for part in (self.home.lake, self.home.blobs):
            shutil.rmtree(part, ignore_errors=True)


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


def _changed(draw: Callable[[st.SearchStrategy[Any]], Any], now: Organisation) -> tuple[str, Organisation]:
    """One step of a history: what was done, and what the sources hold after it."""
    step = draw(st.sampled_from(("add", "add", "edit", "move", "re-access", "delete", "regroup", "re-deliver")))
    if step == "regroup":
        return step, Organisation(now.documents, draw(org.groups))
    if step == "add" or not now.documents:
        content = draw(org.contents())
        place = org.place_of(draw(st.sampled_from(org.SOURCES)), draw(st.sampled_from(NAMES)), content)
        return step, now.with_document(place, Written(content, draw(org.accesses)))
    place = draw(st.sampled_from(sorted(now.documents)))
    held = now.documents[place]
    if step == "edit":
        content = Content(
            draw(org.texts()), draw(st.sampled_from(org.DATES)), held.content.edits, held.content.attached, held.content.subject
        )
        return step, now.with_document(place, Written(content, held.access))
    if step == "move":
        to = org.renamed(place, draw(st.sampled_from(org.SOURCES)), draw(st.sampled_from(NAMES)))
        return step, now.without(place).with_document(to, held)
    if step == "re-access":
        return step, now.with_document(place, Written(held.content, draw(org.accesses)))
    return step, now.without(place) if step == "delete" else now


def _check(there: Installed, now: Organisation, told: str) -> None:
    wanted = {index: {key: _compared(row) for key, row in rows.items()} for index, rows in index_rows(known(now), now.groups).items()}
    found = there.served()
    for index in INDEXES:
        assert found[index].keys() == wanted[index].keys(), f"{told}: other rows in {index}"
        differing = {key: (found[index][key], row) for key, row in wanted[index].items() if found[index][key] != row}
        assert not differing, f"{told}: {index} holds {differing}"
    total = status(there.home)["total"]
    assert (total["published"], total["pending"]) == (len(now.documents), 0), "law 5"
    assert sum(total[name] for name in total if name != "crawled") == total["crawled"], "law 5"


def test_a_history_leaves_no_trace_in_any_table(installed: Callable[[], Installed]) -> None:
    sys.stdout.write(f"\nLAW_SEED={SEED} LAW_RUNS={RUNS}\n")

    @seed(SEED)
    @settings(
        max_examples=max(1, RUNS // 50), phases=(Phase.generate,), suppress_health_check=list(HealthCheck), database=None, deadline=None
    )
    @given(data=st.data())
    def history(data: st.DataObject) -> None:
        there, now, did = installed(), Organisation({}, org.GROUPS), []
        for _ in range(4):
            now = _changed(lambda strategy: data.draw(strategy), now)[1]
        for number in range(min(RUNS, 50)):
            for _ in range(1 if number else 6):
                step, now = _changed(lambda strategy: data.draw(strategy), now)
                did.append(step)
            killed = data.draw(st.sampled_from((0, 0, 0, 1, 2, 3, 4)), label="stages before a crash")
            if killed:
                there.mine(now, killed)
                step, now = _changed(lambda strategy: data.draw(strategy), now)
                did += [f"crash after {STAGES[killed - 1]}", step]
            there.mine(now)
            _check(there, now, f"after {', '.join(did)}")
        again = there.mine(now)
        assert all(not any(stage.counts.values()) for stage in again.values() if stage.stage != "crawl"), "nothing changed, nothing is done"
        at_once = installed()
        at_once.mine(now)
        assert digest(at_once.home) == digest(there.home), f"laws 2 and 3: {', '.join(did)} left something behind"

    history()


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
