"""What a question asks about, and how well documents answer it."""

import math
import re

import pytest

from knowledge_graph.serving.asked import about, spoken_as
from knowledge_graph.serving.knowing import Answers, _beside
from knowledge_graph.serving.named_with import _is_sought, _with_name


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Who knows about the ledger writer?", "ledger writer"),
        ("who maintains Falcon", "Falcon"),
        ("experts on swap memory", "swap memory"),
        ("ledger writer", "ledger writer"),
        ("Wer kennt das Nordlicht?", "Nordlicht"),
        ("Wer ist zuständig für die Rechnungsprüfung?", "Rechnungsprüfung"),
        ("Qui s'occupe de la facturation ?", "facturation"),
        ("¿Quién conoce Falcon?", "Falcon"),
        ("Experts", "Experts"),
    ],
)
def test_the_frame_of_a_question_is_not_what_it_asks(asked: str, meant: str) -> None:
    assert about(asked) == meant


def test_a_team_is_called_with_and_without_its_kind() -> None:
    assert {"Book team", "Book", "sig Book"} <= set(spoken_as("Book team"))
    assert spoken_as("Working group")[0] == "Working group"


def test_a_document_of_several_answering_passages_answers_best() -> None:
    found = Answers.of({("one", 0): 4.0, ("many", 0): 4.0, ("many", 1): 3.0, ("little", 0): 1.0})
    assert list(found.documents) == ["many", "one", "little"]
    assert found.documents["many"] == 1.0
    assert found.documents["little"] < 0.01
    assert found.passages["one", 0] == 1.0


def test_nothing_answers_nothing() -> None:
    assert Answers.of({}) == Answers({}, {})


def test_in_a_table_a_person_is_beside_an_answer_as_far_as_their_own_row_answers() -> None:
    table = "Tender Desk\tBo Ek\nLantern\tAnn Lee\nDesk lamps\tDi Um\nOut of scope: tenders, Cy Oh"
    answers = Answers.of({("d", 0): 2.0, ("d", 1): 2.0}, {"tender": 3.0, "desk": 1.0})
    places = {name: table.index(name) for name in ("Bo Ek", "Ann Lee", "Di Um", "Cy Oh")}
    rows = {name: {"place": "mentioned", "segment": 0, "start": at, "end": at + len(name), "count": 1} for name, at in places.items()}
    near = {name: round(_beside("d", row, answers, {("d", 0): ("", table)}) / math.log(2), 3) for name, row in rows.items()}
    assert near == {"Bo Ek": 1.0, "Ann Lee": 0.0, "Di Um": 0.25, "Cy Oh": 1.0}
    below = _beside("d", rows["Ann Lee"], answers, {("d", 0): ("Tender desks", table)})
    assert below == _beside("d", rows["Bo Ek"], answers, {("d", 0): ("", table)}), "the heading speaks of all rows"
    elsewhere = {**rows["Ann Lee"], "segment": 1}
    assert _beside("d", elsewhere, answers, {("d", 0): ("", table)}) > 0  # prose: who is named in the passage is named beside the answer


def test_who_was_there_is_beside_what_they_said_and_not_what_others_did() -> None:
    minutes = "Present\nAnn Lee, Tender Desk\nBo Ek\nBo Ek: the tender is late"
    answers = Answers.of({("d", 0): 2.0}, {"tender": 1.0})
    at = {"Ann Lee": minutes.index("Ann Lee"), "silent": minutes.index("Bo Ek"), "speaking": minutes.rindex("Bo Ek")}
    rows = {name: {"place": "attended", "segment": 0, "start": start, "end": start + 5, "count": 1} for name, start in at.items()}
    near = {name: _beside("d", row, answers, {("d", 0): ("Tender", minutes)}) > 0 for name, row in rows.items()}
    assert near == {"Ann Lee": True, "silent": False, "speaking": True}


def passage(text: str, *names: str, heading: str = "Notes") -> dict[str, object]:
    named = [{"subject": name, "start": text.index(name), "end": text.index(name) + len(name)} for name in names]
    return {"text": text, "headings": ["Minutes", heading], "named": named}


def test_whoever_stands_in_one_line_with_a_name_is_named_with_it() -> None:
    said = passage("Tender-desk by Ann Lee\nBo Ek is away\nCy Oh and the tender desks", "Ann Lee", "Bo Ek", "Cy Oh")
    assert [one["subject"] for one in _with_name(said, re.compile(r"(?<!\w)tender[\s-]*desks?(?!\w)", re.IGNORECASE))] == [
        "Ann Lee",
        "Cy Oh",
    ]


def test_whoever_stands_below_a_heading_with_a_name_is_named_with_it_unless_it_is_a_roll() -> None:
    desk = re.compile("tender desk", re.IGNORECASE)
    assert [one["subject"] for one in _with_name(passage("Bo Ek will ask", "Bo Ek", heading="Tender desk"), desk)] == ["Bo Ek"]
    roll = [f"Ann L{letter}" for letter in "abcdefghi"]
    assert _with_name(passage(", ".join(roll), *roll, heading="Tender desk"), desk) == []
    assert _with_name(passage(f"tender desk: {', '.join(roll)}", *roll), desk) == []


def test_a_number_or_a_whole_question_is_no_name_to_look_for() -> None:
    question = ("how", "do", "we", "write", "a", "tender", "now")
    assert [words for words in (("3392",), ("PF", "2"), ("go",), question) if _is_sought(words)] == [("PF", "2")]
