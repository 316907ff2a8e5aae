"""Law 6: what people said outlives the machine: a full run, a topic that vanishes and returns, a name that mining had dropped."""

import os
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from knowledge_graph.curation.desk import Desk, Draft
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.errors import NotFound
from knowledge_graph.model.access import Reader
from knowledge_graph.model.verdicts import Kind
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import STAGES, open_run
from pipelines.sources import Source
from pipelines.stages.result import StageResult

FALCON = "# Project Falcon\n\nProject Falcon is a handheld scanner for warehouse crews.\n\nOwner: Ann Lee <ann@x.example>\n"
OTHER = "# Blue Ledger\n\nBlue Ledger is the accounting system. We compared Blue Ledger with Project Falcon. Then Harvest came.\n"
WEAK = "Harvest"


@dataclass(frozen=True)
class Organisation:
    """Two folders of different access, mined by the real pipeline."""

    place: Path
    home: Home

    def mine(self, documents: dict[str, str]) -> dict[str, StageResult]:
        shutil.rmtree(self.place / "files", ignore_errors=True)
        for folder, principal in (("open", "everyone"), ("people", "group:people")):
            (self.place / "files" / folder).mkdir(parents=True)
            (self.place / "files" / folder / ".engram.yaml").write_text(f"allow: ['{principal}']\n")
        for path, text in documents.items():
            (self.place / "files" / path).write_text(text)
            os.utime(self.place / "files" / path, (1_700_000_000, 1_700_000_000))
        if not sources.load(self.home.sources_file):
            sources.add(self.home.sources_file, Source(name="org", kind="folder", path=self.place / "files"))
        with open_run(self.home, Reporter(quiet=True)) as running:
            return {stage: running.stage(stage) for stage in STAGES}


@pytest.fixture
def organisation(elasticsearch_url: str, tmp_path: Path) -> Iterator[Organisation]:
    settings = StoreSettings(elasticsearch_url, prefix=f"law-{uuid.uuid4().hex[:8]}")
    yield Organisation(tmp_path, Home(tmp_path / "home", settings, embeddings=False))
    with SearchStore.open(settings) as store:
        store.drop()


def test_verdicts_outlive_runs_and_wait_for_what_is_gone(organisation: Organisation) -> None:
    made = organisation
    both = {"open/falcon.md": FALCON, "open/ledger.md": OTHER}
    made.mine(both)
    with SearchStore.open(made.home.store) as store, VerdictLog(made.home.curation) as log:

        def desk(*principals: str) -> Desk:
            reader = Reader.of(principals)
            return Desk(log, Library(store, reader, rulings=log.rulings(reader)), "ann@x.example")

        def cards(*principals: str) -> dict[str, Any]:
            found: dict[str, Any] = {}
            for key in ("Project Falcon", "Scanner One", "Blue Ledger", WEAK):
                try:
                    found[key] = desk(*principals).library.topic(key)
                except NotFound:
                    found[key] = None
            return found

        curator = ("ann@x.example", "role:curator")
        desk(*curator).give(Draft(Kind.RENAME, "Project Falcon", text="Scanner One", allow=("everyone",)))
        desk(*curator).give(Draft(Kind.REJECT, "Blue Ledger"))
        given = desk(*curator).give(Draft(Kind.CONFIRM, WEAK))
        assert given.state == "dormant"
        before = cards()
        assert before["Scanner One"].names[0] == "Scanner One"
        assert (before["Blue Ledger"], before[WEAK]) == (None, None)

        stages = made.mine(both)
        assert stages["parse"].counts.get("files", 0) == 0
        after = cards()
        assert after[WEAK].standing == "confirm", "a name that mining had dropped is published for those who decide on it"
        assert after[WEAK].evidence["documents"] == 1
        assert after["Scanner One"] == before["Scanner One"]
        assert after["Blue Ledger"] is None

        made.mine({"open/other.md": "# Green Table\n\nGreen Table is a plan for lunch.\n"})
        assert not any(cards().values())
        assert {row.subject for row in desk(*curator).dormant()} == {"projectfalcon", "blueledger", "harvest"}

        made.mine(both)
        assert cards() == after
        assert desk(*curator).dormant() == ()

        desk(*curator).undo(given.id)
        assert cards()[WEAK] is None
        assert log.check_chain().whole
