"""What a document is called: without what says which kind of document it is, and by the folder of things that it lies in."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from extractors.mining.own import own_names
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
SAID = "Nothing here names it.\n"


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Request for comments: Hire a harbour master", "Hire a harbour master"),
        ("RFC: Night lamps", "Night lamps"),
        ("[DRAFT] Research Plan: Night lamps", "Night lamps"),
        ("Research Plan for Night Lamps", "Night Lamps"),
        ("Post-mortem: lamps out", "lamps out"),
        ("Night Lamps \u2013 Product Brief", "Night Lamps"),
        ("Night Lamps - Research Plan", "Night Lamps"),
        ("Night Lamps Product Outline", "Night Lamps"),
        ("Night Lamps - Design", "Night Lamps"),
        ("Night Lamps Project Charter", "Night Lamps"),
        ("Night Lamps Design", "Night Lamps Design"),
        ("RFC", "RFC"),
        ("Product Brief", "Product Brief"),
        ("The RFC process", "The RFC process"),
        ("RFC 2229 Working Group", "RFC 2229 Working Group"),
    ],
)
def test_the_kind_of_a_document_is_no_part_of_its_name(title: str, subject: str, make_document: Make) -> None:
    assert own_names(make_document("a.md", SAID, title=title)).title == subject


@pytest.mark.parametrize("sign", [", ", " & ", " - ", " \u2013 ", " by "])
def test_whom_the_title_of_a_proposal_names_behind_it_wrote_it(sign: str, make_document: Make) -> None:
    document = make_document("a.md", f"# Proposal: Night lamps{sign}Ann Lee\n\n{SAID}")
    assert own_names(document).title == "Night lamps"
    assert [(row.subject.partition("@")[0], row.place) for row in mine(document) if row.kind == "contribution"] == [
        ("name:ann lee", "wrote")
    ]


@pytest.mark.parametrize("title", ["Night lamps, Ann Lee", "Proposal: Night lamps, oil and wicks"])
def test_other_titles_name_no_author(title: str, make_document: Make) -> None:
    assert own_names(make_document("a.md", f"# {title}\n\n{SAID}")).author == ""


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("teams/night-lamps/goals.md", {"nightlamp"}),
        ("x/products/night-lamps.md", {"nightlamp", "oillamp"}),
        ("x/_startups/night-lamps/README.md", {"nightlamp", "oillamp"}),
        ("requests-for-comments/2024-01-02-night-lamps.md", {"nightlamp", "oillamp"}),
        ("specs/list-night-lamps.md", {"listnightlamp", "oillamp"}),
        ("guides/night-lamps/goals.md", set()),
        ("teams/README.md", set()),
        ("teams/goals.md", set()),
    ],
)
def test_what_a_folder_of_things_of_a_kind_holds_is_one(path: str, names: set[str], make_document: Make) -> None:
    rows = mine(make_document(path, SAID, title="Oil lamps"))
    assert {row.subject for row in rows if row.kind == "mention" and "record" in row.features} == names


def test_a_file_beside_the_page_of_a_thing_is_none(make_document: Make) -> None:
    rows = mine(make_document("teams/lamps/wick-plan.md", "# Lamps\n\nThey are lit.\n"))
    records = {(row.place, row.subject) for row in rows if row.kind == "mention" and "record" in row.features}
    assert records == {("title", "lamp"), ("folder", "lamp")}
