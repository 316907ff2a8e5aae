"""People who may be one person wait for somebody to say so: never joined by a name, and for each curator by what they may open."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from knowledge_graph.model.access import EVERYONE, Access
from tests.laws.installation import Installation
from tests.laws.organisations import Content, Edit, Organisation, Written
from tests.laws.plain import index_rows, known

OPEN, BOARD = Access.of([EVERYONE]), Access.of(["group:board"])
CURATOR = ("cy@x.example", "role:curator")
DIRECTOR = ("dee@x.example", "group:board", "role:curator")
WRITTEN = (
    ("a.md", "Priya Natarajan", "priya@x.example", OPEN),
    ("b.md", "Priya Natarajan", "p.natarajan@y.example", OPEN),
    ("c.md", "Natarajan, Priya", "priya@z.example", BOARD),
    ("d.md", "Bo Okafor", "bo@x.example", OPEN),
    ("e.md", "Bo Okafor", "okafor@y.example", BOARD),
    ("f.md", "Ann Lindqvist", "ann@x.example", OPEN),
    ("g.md", "Joe Baxter", "joe@x.example", OPEN),
)


def organisation(*paths: str) -> Organisation:
    documents = {}
    for path, name, email, access in WRITTEN:
        if not paths or path in paths:
            edit = Edit(name, email, 1, "2023-05-01", "2023-06-01")
            documents["handbook", path] = Written(Content(f"# Note {path}\n\nWords of a note.\n", "2023-06-01", (edit,)), access)
    return Organisation(documents)


@pytest.fixture
def filled(there: Installation) -> Installation:
    place = organisation()
    there.hold(index_rows(known(place), place.groups))
    return there


def pairs(there: Installation, who: Sequence[str]) -> list[Any]:
    found: list[Any] = there.get("/review", who).json()["pairs"]
    return found


def ends(there: Installation, who: Sequence[str]) -> list[tuple[str, str]]:
    return [(pair["left"]["id"], pair["right"]["id"]) for pair in pairs(there, who)]


def judge(there: Installation, who: Sequence[str], left: str, right: str, same: bool) -> Any:
    header = {"Authorization": f"Bearer {there._token(tuple(who))}"}
    return there.client.post("/review", json={"left": left, "right": right, "same": same, "why": "I know them"}, headers=header)


def undo(there: Installation, who: Sequence[str], id: str) -> None:
    assert there.client.post(f"/verdicts/{id}/undo", headers={"Authorization": f"Bearer {there._token(tuple(who))}"}).status_code == 201


PRIYAS = ("email:p.natarajan@y.example", "email:priya@x.example")


def test_a_name_asks_and_never_joins(filled: Installation) -> None:
    (pair,) = pairs(filled, CURATOR)
    assert (pair["left"]["id"], pair["right"]["id"]) == PRIYAS
    assert 0.2 <= pair["probability"] < 1
    assert (pair["together"], pair["facts"], pair["left"]["documents"]) == (0, ["one name"], 1)
    people = {row["id"] for row in filled.get("/people", CURATOR).json()["people"]}
    assert set(PRIYAS) <= people, "two people until somebody says otherwise"


def test_each_curator_sees_the_pairs_of_what_they_may_open(filled: Installation) -> None:
    seen = ends(filled, DIRECTOR)
    assert ("email:bo@x.example", "email:okafor@y.example") in seen
    assert {("email:p.natarajan@y.example", "email:priya@z.example"), ("email:priya@x.example", "email:priya@z.example"), PRIYAS} <= set(
        seen
    )
    theirs = filled.get("/review", CURATOR).body
    alone = organisation("a.md", "b.md", "d.md", "f.md", "g.md")
    filled.hold(index_rows(known(alone), alone.groups))
    assert filled.get("/review", CURATOR).body == theirs, "what the board alone may open changes nothing"


def test_what_a_curator_says_is_a_verdict(filled: Installation) -> None:
    left, right = PRIYAS
    merged = judge(filled, CURATOR, left, right, True)
    assert (merged.status_code, merged.json()["kind"], merged.json()["why"]) == (201, "merge", "I know them")
    assert ends(filled, CURATOR) == []
    card = filled.get(f"/people/{left}", ()).json()
    assert set(card["emails"]) == {"p.natarajan@y.example", "priya@x.example"}
    undo(filled, CURATOR, merged.json()["id"])
    assert ends(filled, CURATOR) == [PRIYAS]
    parted = judge(filled, CURATOR, left, right, False)
    assert parted.json()["kind"] == "split"
    assert ends(filled, CURATOR) == []
    assert filled.get(f"/people/{left}", ()).json()["emails"] == ["p.natarajan@y.example"]
    undo(filled, CURATOR, parted.json()["id"])


def test_only_curators_review_and_only_whom_they_may_see(filled: Installation) -> None:
    for who in ((), ("cy@x.example",), ("cy@x.example", "role:contributor")):
        assert filled.get("/review", who).status == 403
        assert judge(filled, who, *PRIYAS, True).status_code == 403
    hidden = judge(filled, CURATOR, "email:bo@x.example", "email:okafor@y.example", True)
    absent = judge(filled, CURATOR, "email:bo@x.example", "email:nobody@y.example", True)
    assert (hidden.status_code, hidden.content) == (404, absent.content)


def test_the_portal_shows_the_queue_to_curators(filled: Installation) -> None:
    assert "/portal/review" in filled.get("/portal/people", CURATOR).body.decode()
    assert "/portal/review" not in filled.get("/portal/people", ()).body.decode()
    assert filled.get("/portal/review", ()).status == 403
    page = filled.get("/portal/review", CURATOR).body.decode()
    assert page.count("Priya Natarajan") == 2
    cookie = {"Cookie": f"engram_session_{filled.settings.port}={filled._token(CURATOR)}"}
    form = dict(re.findall(r'name="(left|right|same)" value="([^"]+)"', page.rpartition("<form")[2]))
    answer = filled.client.post("/portal/review", data=form, headers=cookie)
    assert (answer.status_code, form["same"]) == (303, "no")
    assert "No pair waits." in filled.get("/portal/review", CURATOR).body.decode()
    history = filled.get(f"/verdicts?key={PRIYAS[0]}", CURATOR).json()["verdicts"]
    undo(filled, CURATOR, history[-1]["id"])


def experts(there: Installation, who: Sequence[str]) -> list[tuple[str, ...]]:
    found = there.get("/experts?q=words+of+a+note&limit=20", who).json()["experts"]
    return sorted(tuple(sorted(expert["emails"])) for expert in found)


def test_who_knows_counts_one_name_as_one_by_what_the_reader_may_open_until_somebody_says_otherwise(filled: Installation) -> None:
    both = ("p.natarajan@y.example", "priya@x.example")
    assert both in experts(filled, CURATOR)
    assert ("bo@x.example",) in experts(filled, CURATOR), "the other Bo Okafor is the board's to know"
    assert ("bo@x.example", "okafor@y.example") in experts(filled, DIRECTOR)
    said = judge(filled, CURATOR, *PRIYAS, False).json()
    assert {(each,) for each in both} <= set(experts(filled, CURATOR))
    undo(filled, CURATOR, said["id"])
    assert both in experts(filled, CURATOR)


def test_who_opts_out_with_one_account_is_not_shown_by_another_unless_they_are_two(filled: Installation) -> None:
    """An account that the question never meets speaks for its name all the same."""
    left, right = PRIYAS
    one = (left.removeprefix("email:"),)
    header = {"Authorization": f"Bearer {filled._token(one)}"}
    said = filled.client.post("/verdicts", json={"kind": "opt-out", "key": one[0]}, headers=header)
    assert said.status_code == 201
    shown = {email for emails in experts(filled, CURATOR) for email in emails}
    assert shown.isdisjoint({"p.natarajan@y.example", "priya@x.example"})
    assert "bo@x.example" in shown
    parted = judge(filled, CURATOR, left, right, False).json()
    (other,) = {"p.natarajan@y.example", "priya@x.example"} - set(one)
    assert (other,) in experts(filled, CURATOR), "a curator said that the other is somebody else"
    undo(filled, CURATOR, parted["id"])
    undo(filled, one, said.json()["id"])
    assert ("p.natarajan@y.example", "priya@x.example") in experts(filled, CURATOR)
