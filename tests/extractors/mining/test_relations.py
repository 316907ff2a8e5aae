"""What a document states of two things: where its words say so, and where they do not."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Contribution, Document

Make = Callable[..., Document]
ANN = Contribution("wrote", "Ann Lee", "ann@x.example")


def stated(document: Document) -> set[tuple[str, str, str]]:
    """(source, relation, target) of everything the document states."""
    rows = [row for row in mine(document) if row.kind == "relation"]
    return {
        (row.other, row.place, row.subject) if "inverse" in row.features else (row.subject, row.place, row.other)
        for row in rows
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Blue Ledger is part of Harbour Accounts.", ("blueledger", "part-of", "harbouraccount")),
        ("Blue Ledger is a subproject of Harbour Accounts, and it is old.", ("blueledger", "part-of", "harbouraccount")),
        ("Harbour Accounts consists of Blue Ledger and other tools.", ("blueledger", "part-of", "harbouraccount")),
        ("We know that Blue Ledger depends on Kestrel.", ("blueledger", "depends-on", "kestrel")),
        ("Blue Ledger requires Kestrel.", ("blueledger", "depends-on", "kestrel")),
        ("Blue Ledger was replaced by Kestrel in spring.", ("blueledger", "replaced-by", "kestrel")),
        ("Kestrel replaces Blue Ledger.", ("blueledger", "replaced-by", "kestrel")),
        ("Kestrel is the successor of Blue Ledger.", ("blueledger", "replaced-by", "kestrel")),
        ("Blue Ledger is owned by the Harbour Team.", ("blueledger", "owned-by", "harbourteam")),
        ("Blue Ledger is maintained by Ann Lee <ann@x.example>.", ("blueledger", "owned-by", "email:ann@x.example")),
        ("Blue Ledger is owned by Ann Lee.", ("blueledger", "owned-by", "email:ann@x.example")),
        ("Ann Lee is a member of the Harbour Team.", ("email:ann@x.example", "member-of", "harbourteam")),
    ],
)
def test_a_sentence_states_it(make_document: Make, sentence: str, expected: tuple[str, str, str]) -> None:
    text = f"# Notes\n\nWe met Kestrel, Blue Ledger and Harbour Accounts.\n\n{sentence}\n"
    document = make_document("notes.md", text, people=(ANN,))
    assert expected in stated(document)
    for row in mine(document):
        if row.kind == "relation":
            assert document.segments[row.segment].text[row.start : row.end] == row.value


@pytest.mark.parametrize(
    "sentence",
    [
        "Does Blue Ledger depend on Kestrel?",
        "If Blue Ledger depends on Kestrel, we stop.",
        "Blue Ledger should be replaced by Kestrel.",
        "The speed of Blue Ledger depends on Kestrel.",
        "Blue Ledger depends on Kestrel configuration files.",
        "Blue Ledger does not depend on Kestrel.",
        "Blue Ledger no longer depends on Kestrel.",
        "Blue Ledger requires Kestrel to restart.",
        "Blue Ledger and Kestrel were shown.",
        "Blue Ledger is owned by Kestrel.",
    ],
)
def test_what_is_asked_supposed_denied_or_said_of_something_else_is_no_statement(make_document: Make, sentence: str) -> None:
    text = f"# Notes\n\nWe met Kestrel, Blue Ledger and Harbour Accounts.\n\n{sentence}\n"
    assert stated(make_document("notes.md", text, people=(ANN,))) == set()


def test_fields_at_the_head_are_about_the_document(make_document: Make) -> None:
    text = "# Blue Ledger\n\nOwner: Ann Lee\n\nDepends on: Kestrel, Grey Heron\n\nSuperseded by: Slow Bird\n\nParent: Harbour Accounts\n"
    assert stated(make_document("ledger.md", text, people=(ANN,))) == {
        ("blueledger", "owned-by", "email:ann@x.example"),
        ("blueledger", "depends-on", "kestrel"),
        ("blueledger", "depends-on", "greyheron"),
        ("blueledger", "replaced-by", "slowbird"),
        ("blueledger", "part-of", "harbouraccount"),
    }


def test_numbers_in_a_field_are_of_the_documents_own_series(make_document: Make) -> None:
    found = stated(make_document("rfc-0012.md", "# RFC 12: Blue Ledger\n\nReplaces: 7\n"))
    assert found == {("rfc7", "replaced-by", "blueledger")}


def test_a_report_lists_the_parts_of_what_its_folder_is_about(make_document: Make) -> None:
    text = "# Annual report 2023\n\nOf sig-harbour.\n\n## Subprojects\n\n- blue-ledger\n- kestrel-writer\n\n## Plans\n\n- grey-heron\n"
    assert stated(make_document("sig-harbour/annual-report-2023.md", text)) == {
        ("blueledger", "part-of", "sigharbour"),
        ("kestrelwriter", "part-of", "sigharbour"),
    }


def test_minutes_decide_on_what_they_name_first(make_document: Make) -> None:
    text = "# Meeting of 3 May 2024\n\nDecision: The harbour retires Blue Ledger and keeps Grey Heron.\n"
    document = make_document("minutes.md", text, modified="2024-05-04")
    assert stated(document) == {("blueledger", "decided-in", document.document)}


def test_a_folder_that_the_text_names_holds_its_pages(make_document: Make) -> None:
    assert stated(make_document("sig-harbour/blue-ledger/README.md", "# Blue Ledger\n\nAsk SIG-Harbour about it.\n")) == {
        ("blueledger", "part-of", "sigharbour")
    }
    assert stated(make_document("sig-harbour/blue-ledger/README.md", "# Blue Ledger\n\nAsk nobody about it.\n")) == set()
