"""Giving examples of a class: who may, what is refused whole, and what an undo gives back."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.settings import CurationSettings
from tests.laws.installation import Installation, installation
from tests.laws.kinds import BOARD, documents, id_of, path
from tests.laws.organisations import Organisation
from tests.laws.plain import index_rows, known

CURATOR = ("ann@x.example", "role:curator")
FIVE = [f"handbook/{path('minutes', number)}" for number in range(5)]
GIVEN: dict[str, Any] = {"name": "Minutes", "positive": FIVE, "negative": [id_of("guide", 0)], "allow": ["everyone"], "why": "for audits"}


@pytest.fixture(scope="module")
def made(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"classes-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as there:
        there.hold(index_rows(known(Organisation({**documents(), **documents("board", BOARD)})), {}))
        yield there


@pytest.fixture
def there(made: Installation, tmp_path: Path) -> Iterator[Installation]:
    with VerdictLog(CurationSettings(tmp_path / "verdicts.sqlite")) as log:
        made.says_only(log)
        yield made


def classes(there: Installation, *principals: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = there.get("/classes", principals).json()["classes"]
    return found


def test_a_curator_gives_examples_and_takes_one_back(there: Installation) -> None:
    reply = there.post("/classes", CURATOR, GIVEN)
    assert reply.status == 201, reply.body
    given = reply.json()["verdicts"]
    assert [(each["kind"], each["subject"], each["text"], each["state"]) for each in given] == [
        *(("example", id_of("minutes", number), "Minutes", "in effect") for number in range(5)),
        ("counterexample", id_of("guide", 0), "Minutes", "in effect"),
    ]
    (row,) = classes(there)
    assert (row["name"], row["documents"], row["examples"], row["counterexamples"]) == ("Minutes", 10, 5, 1)
    card = there.get("/classes/minutes?limit=3", ()).json()
    assert (card["total"], len(card["documents"])) == (10, 3)
    assert {(each["actor"], each["why"]) for each in card["examples"]} == {("ann@x.example", "for audits")}
    undone = there.post(f"/verdicts/{card['examples'][0]['verdict']}/undo", CURATOR, {})
    assert undone.status == 201, undone.body
    assert classes(there)[0]["examples"] == 4
    assert there.get(f"/verdicts?key={id_of('minutes', 0)}", CURATOR).json()["verdicts"][0]["state"] == "undone"


def test_the_library_of_somebody_who_may_open_more_has_more_in_the_class(there: Installation) -> None:
    there.post("/classes", CURATOR, GIVEN)
    assert classes(there)[0]["documents"] == 10
    assert classes(there, "group:board")[0]["documents"] == 20
    assert classes(there, "group:board")[0]["examples"] == 5


@pytest.mark.parametrize(
    ("change", "who", "status", "told"),
    [
        ({}, ("ann@x.example", "role:contributor"), 403, "needs the role curator"),
        ({"allow": []}, CURATOR, 400, "Say whom the text is for"),
        ({"allow": ["group:board"]}, CURATOR, 400, "must hold whoever gives it"),
        ({"positive": [], "negative": []}, CURATOR, 400, "at least one document"),
        ({"name": "-"}, CURATOR, 400, "at least one letter"),
        ({"negative": [FIVE[0]]}, CURATOR, 400, "named twice"),
        ({"negative": [id_of("offer", 1, "board")]}, CURATOR, 404, "nothing here that you may open"),
        ({"negative": ["nothing"]}, CURATOR, 404, "nothing here that you may open"),
        ({"colour": "red"}, CURATOR, 422, "colour"),
    ],
)
def test_what_is_refused_is_refused_whole(
    there: Installation, change: dict[str, Any], who: tuple[str, ...], status: int, told: str
) -> None:
    reply = there.post("/classes", who, {**GIVEN, **change})
    assert (reply.status, told in reply.body.decode()) == (status, True), reply.body
    assert classes(there, *CURATOR, "group:board") == []
