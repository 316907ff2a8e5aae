"""Values that a document gives to what it is about or names."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from extractors.mining.values import values_in
from knowledge_graph.model.records import Document

Make = Callable[..., Document]


def given(document: Document) -> set[tuple[str, str, str]]:
    """(topic, attribute, value) of all statements."""
    return {(row.subject, row.place, row.other) for row in mine(document) if row.kind == "statement"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on 3 March 2025", "2025-03-03"), ("March 3rd, 2025", "2025-03-03"), ("by 2025-03-03", "2025-03-03"), ("in March 2025", "2025-03"),
        ("Q3 2025", "2025-Q3"), ("1,900 euros", "1900 EUR"), ("\u20ac1.5 million", "1500000 EUR"), ("$40k", "40000 USD"),
        ("nine months", "9 months"), ("two years", "24 months"), ("1 day", "1 day"), ("a three-week test", "21 days"),
    ],
)  # fmt: skip
def test_values_have_one_form(text: str, value: str) -> None:
    assert [found.value for found in values_in(text)] == [value]


@pytest.mark.parametrize("text", ["from 1 March 2025 to 2 May 2025", "2 May 2025 instead of 1 March 2025", "2 May 2025, not 1 March 2025"])
def test_the_former_value_is_left_out(text: str) -> None:
    assert [found.value for found in values_in(text)] == ["2025-05-02"]


@pytest.mark.parametrize(
    ("sentence", "statement"),
    [
        ("Blue Ledger launches on 3 March 2025.", ("blueledger", "launch", "2025-03-03")),
        ("The launch of Blue Ledger moves from 1 March to 15 May 2025.", ("blueledger", "launch", "2025-05-15")),
        ("Decision: The launch date of Blue Ledger is 3 March 2025.", ("blueledger", "launch", "2025-03-03")),
        ("Blue Ledger was switched off on 3 March 2025 at noon.", ("blueledger", "end", "2025-03-03")),
        ("The unit cost of Blue Ledger is 1,900 euros.", ("blueledger", "unit cost", "1900 EUR")),
        ("Launch day is 3 March 2025.", ("harbourplan", "launch", "2025-03-03")),
        ("It has a budget of 40,000 euros.", ("harbourplan", "budget", "40000 EUR")),
    ],
)
def test_a_sentence_gives_a_value(make_document: Make, sentence: str, statement: tuple[str, str, str]) -> None:
    document = make_document("plan.md", f"# Harbour Plan\n\nThe Blue Ledger is old.\n\n{sentence}\n")
    assert given(document) == {statement}
    for row in mine(document):
        if row.kind == "statement":
            assert document.segments[row.segment].text[row.start : row.end] == row.value


@pytest.mark.parametrize(
    "sentence",
    [
        "If Blue Ledger launches on 3 March 2025, we are late.",
        "Does Blue Ledger launch on 3 March 2025?",
        "The pilot of Blue Ledger starts on 3 March 2025.",
        "We met on 3 March 2025.",
    ],
)
def test_what_is_no_statement_of_a_value(make_document: Make, sentence: str) -> None:
    assert given(make_document("plan.md", f"# Harbour Plan\n\nThe Blue Ledger is old.\n\n{sentence}\n")) == set()


def test_an_attribute_with_two_values_in_one_document_has_none(make_document: Make) -> None:
    text = "# Harbour Plan\n\nThere is a timeout of 5 seconds at first.\n\nThen there is a timeout of 9 seconds.\n\nStatus: agreed\n"
    assert given(make_document("plan.md", text)) == {("harbourplan", "status", "agreed")}


def test_a_heading_with_a_day_to_come_dates_nothing(make_document: Make) -> None:
    text = "# Blue Ledger launch moves to 15 May 2025\n\nThe launch of Blue Ledger moves to 15 May 2025.\n"
    (row,) = [row for row in mine(make_document("a.md", text, modified="2025-01-14")) if row.kind == "statement"]
    assert (row.subject, row.other, row.date) == ("blueledger", "2025-05-15", "")
