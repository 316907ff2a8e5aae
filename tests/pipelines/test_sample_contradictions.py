"""Cards of the sample organisation show what its files say otherwise over time: scored on the gold, and per reader."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from extractors.mining.values import values_in
from knowledge_graph.errors import NotFound
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.model.records import Contribution, Item
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.views import Contradiction, TopicCard
from pipelines.sample import Gold, load_gold, write_sample
from tests.laws.plain import Known, index_rows, read_item

CLAIMED = {
    "When does Heron launch?": {"2025-03-01", "2025-05-15", "2025-06-24"},
    "When is Wrack switched off?": {"2024-12-31", "2025-03-31"},
    "What may one small buoy cost?": {"1900 EUR", "2060 EUR"},
}
"""Questions whose answers differ, that cards show with these values. Not found: values without a noun or verb that both texts share."""
LEAST_RECALL = 3 / 7


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sample(tmp_path_factory.mktemp("contradictions") / "sample").files.parent


@pytest.fixture(scope="module")
def gold(sample: Path) -> Gold:
    return load_gold(sample / "gold.json")


@pytest.fixture(scope="module")
def store(sample: Path, gold: Gold, elasticsearch_url: str) -> Iterator[SearchStore]:
    told = {line["id"]: line for line in map(json.loads, (sample / "sidecar.jsonl").read_text(encoding="utf-8").splitlines())}
    documents: list[Known] = []
    for item in gold.items:
        if item.state == "published" and not item.ocr:
            people = tuple(
                Contribution("edited", one["name"], one["email"], count=one["commits"], first=one["first"], last=one["last"])
                for one in told[item.path]["people"]
            )
            access, dates = Access.of(item.allow, item.deny), {"created": item.created, "modified": item.modified}
            listed = Item("sample", item.path, "", 0, access, title=item.title, people=people, **dates)
            documents += read_item(listed, (sample / "files" / item.path).read_bytes())
    with SearchStore.open(StoreSettings(elasticsearch_url, prefix="contradictions")) as opened:
        names = opened.prepare()
        for index, rows in index_rows(documents, {}).items():
            opened.write(names[index], list(rows.items()))
        opened.refresh(names.values())
        yield opened
        opened.drop()


def cards(store: SearchStore, gold: Gold, reader: frozenset[str]) -> dict[str, TopicCard]:
    """The cards, by key, that the names of the gold's topics open for a reader with these principals."""
    library, found = Library(store, Reader(reader)), dict[str, TopicCard]()
    for topic in gold.topics:
        for name in (topic.name, *topic.aliases):
            with suppress(NotFound):
                card = library.topic(name)
                found[card.key] = card
    return found


def all_of(found: dict[str, TopicCard]) -> list[Contradiction]:
    return [row for card in found.values() for row in card.contradictions]


def test_cards_show_what_the_gold_says_differs(store: SearchStore, gold: Gold) -> None:
    everybody = frozenset(principal for person in gold.people for principal in person.principals)
    shown = all_of(cards(store, gold, everybody))
    values: dict[str, set[str]] = {}
    for claim in gold.claims:
        said = {found.value for found in values_in(claim.value)}
        values.setdefault(claim.question, set()).update(said)
    differing = {question: said for question, said in values.items() if len(said) > 1}
    right = set()
    for row in shown:
        given = {said.value for said in row.statements}
        matched = {question for question, said in differing.items() if len(said & given) > 1}
        assert matched, f"{row.attribute}: {given}, which the gold does not know: read it"
        right |= matched
    assert len(differing) == 7
    assert len(right) / len(differing) >= LEAST_RECALL
    for question, said in CLAIMED.items():
        assert any(said <= {one.value for one in row.statements} for row in shown), question


def test_statements_are_cited_and_newest_first(store: SearchStore, gold: Gold) -> None:
    heron = cards(store, gold, frozenset({"everyone"}))["heron"]
    launch = next(row for row in heron.contradictions if row.attribute == "launch")
    assert [said.value for said in launch.statements] == ["2025-06-24", "2025-05-15", "2025-03-01"]
    assert [said.date for said in launch.statements] == sorted((said.date for said in launch.statements), reverse=True)
    assert all("launch" in said.citation.quote.casefold() for said in launch.statements)


def test_a_reader_sees_contradictions_of_their_own_documents_only(store: SearchStore, gold: Gold) -> None:
    paths = {row.path: row for row in gold.items}
    sales = paths["commercial/pricing/sales-deck-february.pptx"]
    for principals in (frozenset({"everyone"}), frozenset({"everyone", *sales.allow})):
        cited = {said.citation.title for row in all_of(cards(store, gold, principals)) for said in row.statements}
        assert cited <= {paths[path].title for path in gold.visible(principals)}
