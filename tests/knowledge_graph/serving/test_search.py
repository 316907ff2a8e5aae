"""Passages over real indexes, where there are many of everything."""

import uuid
from collections.abc import Iterator

import pytest

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, StoreSettings
from knowledge_graph.serving.search import FACET_VALUES, Filters, search_passages
from knowledge_graph.serving.store import SearchStore

PEOPLE = 3_000
READER = Reader(frozenset({"everyone"}))


def passage(document: int, position: int, people: list[str]) -> tuple[str, Body]:
    placed = {"source": "org", "path": f"{document}.md", "type": "document", "date": "2024-05-01", "people": people}
    shown = {"text": "falcon", "impacts": {"falcon": 1.0}, "body": {"title": "", "headings": [], "confidence": None}}
    guarded = {"allow": ["everyone"], "deny": [], "audience": 0, "basis": ""}
    return f"{document:04}:{position}", {**guarded, **placed, **shown, "document": f"{document:04}", "position": position, "page": 0}


@pytest.fixture(scope="module")
def crowded(elasticsearch_url: str) -> Iterator[SearchStore]:
    """Each document has a person of its own; everybody shares two, one of whom only a document of very many passages names."""
    with SearchStore.open(StoreSettings(elasticsearch_url, prefix=f"search-{uuid.uuid4().hex[:8]}")) as store:
        name = store.prepare()["segments"]
        rows = [passage(at, 0, [f"email:{at}@x.example", "email:all@x.example"]) for at in range(PEOPLE)]
        store.write(name, [*rows, *(passage(0, at, ["email:long@x.example"]) for at in range(1, 40))])
        store.refresh([name])
        yield store
        store.drop()


def test_facets_of_thousands_of_people_fit_the_server(crowded: SearchStore) -> None:
    found = search_passages(crowded, READER, "falcon", Filters(), None, size=10)
    assert found.total == PEOPLE
    people = found.facets["people"]
    assert len(people) == FACET_VALUES
    assert people["email:all@x.example"] == pytest.approx(PEOPLE, rel=0.02)


def test_facets_count_documents_and_not_their_passages(crowded: SearchStore) -> None:
    found = search_passages(crowded, READER, "falcon", Filters(people=("email:long@x.example",)), None, size=10)
    assert found.total == 1
    assert found.facets["people"] == {"email:long@x.example": 1}
