"""The interface over a mined organisation: what each reader gets, and that nothing tells of what they do not."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.settings import ApiSettings

FINANCE = "dalia@larkspur.example"
Get = Callable[..., Any]


@pytest.fixture
def get(api: TestClient, settings: ApiSettings, bearer: Callable[..., dict[str, str]]) -> Get:
    def ask(path: str, *principals: str, **parameters: Any) -> Any:
        return api.get(path, params=parameters or None, headers=bearer(settings, *principals))

    return ask


def test_search_finds_all_kinds_with_marked_words(get: Get) -> None:
    answer = get("/search", q="ledger writer").json()
    assert {hit["kind"] for hit in answer["hits"]} >= {"topic", "document"}
    passage = next(hit for hit in answer["hits"] if hit["kind"] == "document")
    assert "\x02" in passage["snippet"]
    assert passage["document"]
    assert answer["total"] >= 5


def test_search_filters(get: Get) -> None:
    everything = get("/search", q="Project Falcon", limit=50, kind="document").json()
    assert get("/search", q="Project Falcon", limit=50, kind="document", source="larkspur").json() == everything
    assert get("/search", q="Project Falcon", source="elsewhere").json()["total"] == 0
    april = get("/search", q="Project Falcon", since="2024-04-01", until="2024-04-30", kind="document").json()["hits"]
    assert [hit["path"] for hit in april] == ["engineering/status-april.md"]


def test_a_topic_card_opens_on_the_passages_that_say_it(get: Get) -> None:
    card = get("/topics/Project Falcon").json()
    assert "Project Falcon" in card["names"]
    assert any("is the billing engine" in sentence["text"] for sentence in card["summary"])
    for sentence in card["summary"]:
        for citation in sentence["citations"]:
            document = get(f"/documents/{citation['document']}").json()
            text = next(passage["text"] for passage in document["passages"] if passage["segment"] == citation["segment"])
            assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert {"Ann Lindqvist", "Bo Okafor"} <= {expert["name"] for expert in card["experts"]}
    assert all(expert["reasons"] for expert in card["experts"])
    assert card["documents"]
    assert card["months"]["2024-03"] >= 1


def test_a_topic_opens_under_any_spelling(get: Get) -> None:
    assert get("/topics/project-falcons").json() == get("/topics/Project Falcon").json()


def test_experts_and_person_agree(get: Get) -> None:
    best = get("/experts", q="ledger writer").json()["experts"][0]
    assert best["name"] == "Bo Okafor"
    person = get(f"/people/{best['id']}").json()
    assert person["emails"] == ["bo@larkspur.example"]
    assert "ledgerwriter" in {topic["key"] for topic in person["topics"]}
    assert get("/people/bo@larkspur.example").json() == person


def test_a_document_opens_by_source_and_path_and_pages(get: Get) -> None:
    card = get("/documents/larkspur/engineering/falcon-charter.md").json()
    assert card["title"] == "Project Falcon"
    assert get(f"/documents/{card['id']}").json() == card
    first = get(f"/documents/{card['id']}", limit=1).json()
    assert [passage["segment"] for passage in first["passages"]] == [0]
    assert first["total_passages"] == card["total_passages"] == len(card["passages"])


def test_the_graph_leads_from_topic_to_person(get: Get) -> None:
    around = get("/graph/neighbours", key="Project Falcon", relation="knows").json()
    assert "email:ann@larkspur.example" in {node["id"] for node in around["nodes"]}
    way = get("/graph/path", a="Project Falcon", b="bo@larkspur.example").json()
    assert way["edges"]


def test_a_member_of_a_nested_group_sees_more(get: Get) -> None:
    closed = get("/topics/Project Osprey")
    assert closed.status_code == 404
    for reader in (FINANCE, "fatima@larkspur.example", "group:finance"):
        assert get("/topics/Project Osprey", reader).json()["names"][0] == "Project Osprey"


def test_what_is_not_yours_is_what_is_absent(get: Get) -> None:
    hidden = get("/documents/larkspur/finance/osprey.md", FINANCE).json()
    pairs = [
        ("/topics/Project Osprey", "/topics/Project Heron"),
        (f"/documents/{hidden['id']}", "/documents/" + "0" * 24),
        ("/documents/larkspur/finance/osprey.md", "/documents/larkspur/finance/nothing.md"),
        ("/people/dalia@larkspur.example", "/people/nobody@larkspur.example"),
        ("/graph/neighbours?key=Project Osprey", "/graph/neighbours?key=Project Heron"),
        ("/graph/path?a=Project Falcon&b=Project Osprey", "/graph/path?a=Project Falcon&b=Project Heron"),
    ]
    for not_yours, absent in pairs:
        mine, none = get(not_yours), get(absent)
        assert mine.status_code == none.status_code == 404
        assert mine.content == none.content
        assert {k: v for k, v in mine.headers.items() if k != "date"} == {k: v for k, v in none.headers.items() if k != "date"}


def test_nothing_tells_of_hidden_documents(get: Get) -> None:
    asked = [("/search", "Project Osprey"), ("/suggest", "project osp"), ("/topics", ""), ("/people", ""), ("/experts", "Osprey")]
    for path, query in asked:
        text = get(path, q=query).text
        assert "Osprey" not in text
        assert "dalia" not in text.lower()
