"""Who knows the group that a topic belongs to is asked about the topic, too, over a real store."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.model.verdicts import Kind, Verdict
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Edit, Organisation, Written
from tests.laws.plain import index_rows, known
from tests.laws.said import Told

OPEN = Access.of([EVERYONE])
BOARD = Access.of(["group:board"])
ELSIE, BO = (Edit(name, f"{name.split()[0].lower()}@x.example", 3, "2024-01-01", "2024-02-01") for name in ("Elsie Phillips", "Bo Ek"))
PLANS = (
    "# Lamp Plan\n\nThe Lamp Plan says where lamps stand.\n",
    "# Week\n\nWe read the Lamp Plan again. The Lamp Plan is late.\n",
    "# Lamp Plan\n\nMost of it went to the Lamp Plan in autumn.\n",
)
HARBOUR = (
    "# Night Harbour\n\nNight Harbour is a depot for ships, and Night Harbour is quiet.\n",
    "# Night Harbour\n\nWe moved ships to Night Harbour again.\n",
    "# Month\n\nShips go to Night Harbour and leave Night Harbour at noon.\n",
)
WEATHER = tuple(f"# Day {n}\n\nThe weather was fine on day {n}.\n" for n in range(8))


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"belongs-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made


def hold(there: Installation, folder: str, *more: str, harbour: Access = OPEN) -> None:
    pages = {("wiki", f"{folder}/plan{n}.md"): Written(Content(text, "2024-02-01", (BO,)), OPEN) for n, text in enumerate(PLANS)}
    pages |= {("wiki", f"harbour/{n}.md"): Written(Content(text, "2024-02-01", (ELSIE,)), harbour) for n, text in enumerate(HARBOUR)}
    pages |= {("wiki", f"days/{n}.md"): Written(Content(text, "2024-02-01"), OPEN) for n, text in enumerate((*WEATHER, *more))}
    there.hold(index_rows(known(Organisation(pages)), {}))


def experts(there: Installation, *principals: str) -> dict[str, Any]:
    return {expert["id"]: expert for expert in there.get("/experts?q=Lamp+Plan", principals).json()["experts"]}


def test_whoever_knows_the_group_in_whose_folder_a_topic_lies_is_named_after_those_who_know_the_topic(there: Installation) -> None:
    hold(there, "night-harbour")
    found = experts(there)
    assert list(found) == ["email:bo@x.example", "email:elsie@x.example"]
    assert {reason["belongs_to"] for reason in found["email:bo@x.example"]["reasons"]} == {""}
    reasons = found["email:elsie@x.example"]["reasons"]
    assert {reason["belongs_to"] for reason in reasons} == {"Night Harbour"}
    assert reasons[0]["citations"]
    page = there.get("/portal/topics/lampplan", ()).body.decode()
    assert "about Night Harbour" in page


def test_elsewhere_they_are_not(there: Installation) -> None:
    hold(there, "plans")
    assert list(experts(there)) == ["email:bo@x.example"]


def test_what_documents_state_says_it_too(there: Installation) -> None:
    hold(there, "plans", "# Parts\n\nThe Lamp Plan is part of Night Harbour.\n")
    assert list(experts(there)) == ["email:bo@x.example", "email:elsie@x.example"]


def test_of_a_group_that_a_reader_may_not_know_nobody_is_named(there: Installation) -> None:
    hold(there, "night-harbour", harbour=BOARD)
    assert list(experts(there)) == ["email:bo@x.example"]
    assert "email:elsie@x.example" in experts(there, "group:board")


def test_the_account_of_a_thing_is_nobody(there: Installation) -> None:
    asked = "# Month\n\nThe Lamp Plan is for @night-harbour and @cy-oh, as the Lamp Plan says.\n"
    hold(there, "plans", asked)
    assert list(experts(there)) == ["email:bo@x.example", "handle:cy-oh"]


@pytest.mark.parametrize("topic", ["lampplan", "nightharbour"])
def test_who_says_that_they_are_no_expert_on_the_topic_or_the_group_is_none(topic: str, there: Installation) -> None:
    hold(there, "night-harbour")
    log = there.client.app.state.services.log  # type: ignore[attr-defined]
    elsie = "email:elsie@x.example"
    try:
        there.says_only(Told((Verdict(Kind.NOT_ME, topic, elsie, keys=(elsie,), actor="elsie@x.example", access=OPEN, seq=1, id="v1"),)))
        assert list(experts(there)) == ["email:bo@x.example"]
    finally:
        there.says_only(log)
