"""Laws 1 to 5 on generated organisations: what was done on the way must not show.

One example is a history: mine some documents, add others that a reader may not open, take them out again, and mine the same documents
another way. A full run of the pipeline costs seconds, so each history checks every law it passes.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from knowledge_graph.errors import NotFound
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.words import fold, topic_key

pytestmark = pytest.mark.timeout(2400)  # ten runs of the pipeline, each of some twenty seconds on a quiet machine

TOPICS = {
    "Project Falcon": "Project Falcon is a handheld scanner for warehouse crews.",
    "Blue Ledger": "Blue Ledger is the accounting system of the harbour office.",
    "Night Harbour": "Night Harbour is our plan for unloading ships after dark.",
    "Customer Data Platform": "The Customer Data Platform (CDP) joins orders and visits.",
}
GENERATE = (Phase.explicit, Phase.generate)
"""An example costs minutes, so a failing one is shown as it is: its documents are few enough to read."""

PEOPLE = ("Ann Lee <ann@x.example>", "Bo Chen <bo@x.example>", "Cy Diaz <cy@x.example>")


@st.composite
def document(draw: st.DrawFn) -> str:
    """A note on one topic that names others and a person, with a sentence that makes it differ from the rest."""
    topic = draw(st.sampled_from(sorted(TOPICS)))
    others = draw(st.lists(st.sampled_from(sorted(TOPICS)), max_size=2))
    owner = draw(st.sampled_from(PEOPLE))
    number = draw(st.integers(1, 99))
    lines = [f"# {topic}", "", TOPICS[topic], "", f"Owner: {owner}", "", f"## Week {number}", ""]
    lines += [f"We compared {topic} with {other} and chose option {number}." for other in others]
    lines += [f"- {topic} shipped {number} boxes", ""]
    return "\n".join(lines)


def documents(folders: tuple[str, ...], least: int, most: int) -> st.SearchStrategy[dict[str, str]]:
    paths = st.builds(lambda folder, name: f"{folder}/{name}.md", st.sampled_from(folders), st.sampled_from("abcdefgh"))
    return st.dictionaries(paths, document(), min_size=least, max_size=most)


def answers(library: Library) -> dict[str, Any]:
    """Everything a reader can get, by route."""

    def card(read: Callable[[str], Any], key: str) -> Any:
        try:
            return asdict(read(key))
        except NotFound as error:
            return error.message

    topics = library.topics(limit=100)
    people = library.people(limit=100)
    found = library.search("falcon ledger option boxes", limit=50)
    return {
        "topics": [asdict(row) for row in topics],
        "cards": [card(library.topic, key) for key in (*TOPICS, "CDP", *(row.key for row in topics))],
        "people": [card(library.person, row.id) for row in people],
        "search": asdict(found),
        "documents": [card(library.document, hit.document or "") for hit in found.hits if hit.kind == "document"],
        "suggest": [asdict(row) for prefix in ("p", "b", "n", "a") for row in library.suggest(prefix)],
        "experts": [asdict(row) for topic in TOPICS for row in library.experts(topic)],
        "neighbours": [card(library.neighbours, topic) for topic in TOPICS],
        "path": card(lambda key: library.path(key, "Blue Ledger"), "Project Falcon"),
        "export": asdict(library.export()),
    }


def check_provenance(library: Library, store: SearchStore) -> int:
    """Law 1: what each citation of each card quotes stands in its passage, and a name is what the passage says."""
    checked = 0
    for row in library.topics(limit=100):
        card = library.topic(row.key)
        cited = (
            [c for sentence in card.summary for c in sentence.citations]
            + [d.citation for d in card.documents]
            + [n.citation for n in card.name_evidence]
        )
        for citation in cited:
            assert citation is not None
            if citation.segment >= 0:
                passages = library.document(citation.document, offset=citation.segment, limit=1).passages
                assert passages[0].text[citation.start : citation.end] == citation.quote != ""
                checked += 1
        for name in card.name_evidence:
            if name.citation and name.citation.segment >= 0:
                assert topic_key(name.text) in topic_key(name.citation.quote) or fold(name.text) in fold(name.citation.quote)
    return checked


@settings(max_examples=2, phases=GENERATE, suppress_health_check=list(HealthCheck))
@given(kept=documents(("open", "engineering"), 4, 7), hidden=documents(("people",), 2, 4))
def test_a_history_leaves_no_trace(organisation: Callable[[], Any], kept: dict[str, str], hidden: dict[str, str]) -> None:
    first = organisation()
    first.write(kept)
    first.mine()
    with SearchStore.open(first.home.store) as store:
        engineer = first.library(store, "group:engineering")
        before, alone = answers(engineer), first.digest()
        assert check_provenance(engineer, store) > 0
        assert first.states()["published"] == len(kept)

        again = first.mine()
        assert all(not any(stage.counts.values()) for stage in again.values()), "a second run over unchanged sources does nothing"

        first.write({**kept, **hidden})
        stages = first.mine()
        assert stages["parse"].counts["files"] == len(hidden)
        assert stages["mine"].counts["documents"] == len(hidden), "new documents touch only themselves"
        assert answers(engineer) == before, "law 4: documents of others changed what this reader gets"
        assert first.digest() != alone
        assert first.states()["published"] == len(kept) + len(hidden)

        first.write(kept)
        first.mine()
        assert first.digest() == alone, "law 2: deleted documents left something behind"
        states = first.states()
        assert (states["deleted"], states["published"], states["pending"]) == (len(hidden), len(kept), 0), "law 5"
        assert sum(states[name] for name in states if name != "crawled") == states["crawled"], "law 5"

    second = organisation()
    half = dict(sorted(kept.items())[: len(kept) // 2])
    second.write(half)
    second.mine()
    second.write(dict(reversed(kept.items())))
    second.mine()
    assert second.digest() == alone, "law 3: two batches gave something else than one"


@settings(max_examples=1, phases=GENERATE, suppress_health_check=list(HealthCheck))
@given(held=documents(("open", "engineering", "people"), 5, 8))
def test_access_acts_as_if_it_had_always_been_so(organisation: Callable[[], Any], held: dict[str, str]) -> None:
    closed = {"open": "everyone", "engineering": "group:people", "people": "group:people"}
    changed = organisation()
    changed.write(held)
    changed.mine()
    changed.write(held, allow=closed)
    stages = changed.mine()
    assert stages["parse"].counts.get("files", 0) == 0, "an access change parses nothing"
    assert stages["mine"].counts.get("documents", 0) == 0, "an access change mines nothing"

    fresh = organisation()
    fresh.write(held, allow=closed)
    fresh.mine()
    assert changed.digest() == fresh.digest()
