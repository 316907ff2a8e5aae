"""Law 4 for verdicts: what is not addressed to a reader, or speaks of what their documents do not, changes nothing that they get."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.errors import NotFound
from knowledge_graph.fold.rulings import replay
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.model.verdicts import EXAMPLES, WITH_DOCUMENT, WITH_PERSON, Kind, Verdict
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home

TOPICS = ("projectfalcon", "ledgerwriter", "projectosprey", "fourmonths")
PEOPLE = ("email:ann@larkspur.example", "email:bo@larkspur.example", "email:fatima@larkspur.example")
TEXTS = ("Zanzibar", "Project Osprey", "Falcon Two", "ledger writer")
AUDIENCES = (Access.of(["everyone"]), Access.of(["group:finance"]), Access.of(["everyone"], ["group:finance"]))


@pytest.fixture(scope="module")
def store(mined: Home) -> Iterator[SearchStore]:
    with SearchStore.open(mined.store) as opened:
        yield opened


@st.composite
def verdict(draw: st.DrawFn, documents: tuple[str, ...]) -> Verdict:
    kind = draw(st.sampled_from([kind for kind in Kind if kind not in (Kind.UNDO, Kind.FOLLOW)]))
    subject, other = draw(st.lists(st.sampled_from(TOPICS), min_size=2, max_size=2, unique=True))
    person, document = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(documents))
    beside = person if kind in WITH_PERSON else document if kind in WITH_DOCUMENT else other if kind in (Kind.MERGE, Kind.SPLIT) else ""
    about = person if kind == Kind.OPT_OUT else document if kind in EXAMPLES else subject
    said = Verdict(kind, about, beside, draw(st.sampled_from(TEXTS)), actor="dalia@larkspur.example")
    return replace(said, access=draw(st.sampled_from(AUDIENCES)), at="2026-01-01T00:00:00.000Z")


def answers(library: Library) -> dict[str, Any]:
    def card(read: Any, *keys: str) -> Any:
        try:
            return asdict(read(*keys))
        except NotFound as error:
            return error.message

    return {
        "topics": [asdict(row) for row in library.topics(limit=100)],
        "cards": [card(library.topic, key) for key in (*TOPICS, *TEXTS)],
        "people": [card(library.person, id) for id in PEOPLE],
        "search": asdict(library.search("project falcon ledger osprey zanzibar", limit=30)),
        "suggest": [asdict(row) for prefix in "pzfl" for row in library.suggest(prefix)],
        "experts": [asdict(row) for text in TEXTS for row in library.experts(text)],
        "classes": [asdict(row) for row in library.classes()],
        "class": card(library.document_class, TEXTS[0]),
        "graph": asdict(library.export()),
        "path": card(library.path, "Project Falcon", "ledger writer"),
    }


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_only_verdicts_with_evidence_that_are_addressed_to_a_reader_act(store: SearchStore, data: st.DataObject) -> None:
    documents = tuple(sorted(row.id for row in store.rows("documents")))
    drawn = data.draw(st.lists(verdict(documents), min_size=1, max_size=10))
    log = [replace(each, seq=seq, id=f"v{seq}") for seq, each in enumerate(drawn, 1)]
    for principals in ((), ("group:finance", "group:payroll")):
        reader = Reader.of(principals)
        library = Library(store, reader)
        evident = library.evident({key for each in log for key in each.about})
        own = [each for each in log if each.access.opens_to(reader) and each.is_evident(evident)]
        with_all = answers(replace(library, rulings=replay(log, reader)))
        assert with_all == answers(replace(library, rulings=replay(own, reader)))
        if not principals:
            assert "osprey" not in str([row["key"] for row in with_all["topics"]])
