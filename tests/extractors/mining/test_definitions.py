"""What a document says something is, and how well it reads."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Document, Evidence

Make = Callable[..., Document]


def said(document: Document, key: str) -> list[Evidence]:
    rows = [row for row in mine(document) if row.kind == "definition" and row.subject == key and row.place == "definition"]
    return sorted(rows, key=lambda row: -row.confidence)


def test_a_glossary_entry_that_repeats_its_term_starts_after_it(make_document: Make) -> None:
    document = make_document(
        "a.md", "# Glossary\n\n- **Lantern**: Lantern is the queue of the ledger team.\n- **Osprey**: a budget plan of finance.\n"
    )
    (lantern,) = {row.value for row in said(document, "lantern")}
    assert lantern == "Lantern is the queue of the ledger team."
    assert said(document, "osprey")[0].value == "Osprey: a budget plan of finance."
    for row in mine(document):
        if row.kind == "definition":
            assert document.segments[row.segment].text[row.start : row.end] == row.value


def test_what_it_is_wins_over_what_it_covers(make_document: Make) -> None:
    document = make_document("a.md", "Lantern covers all queues of the company.\n\nLantern is the queue of the ledger team.\n")
    assert said(document, "lantern")[0].value == "Lantern is the queue of the ledger team."


def test_a_remark_is_no_definition(make_document: Make) -> None:
    remarks = [
        "Lantern is a pretty big problem for everybody.",
        "Lantern is one of the oldest queues here.",
        "Lantern is the responsibility of Team Ledger.",
    ]
    for remark in remarks:
        document = make_document("a.md", f"{remark}\n\nLantern is a queue for ledger events.\n")
        first, second = said(document, "lantern")
        assert (first.value, first.confidence > 0.6 > second.confidence) == ("Lantern is a queue for ledger events.", True)


def summaries(document: Document, key: str) -> list[str]:
    return [row.value for row in mine(document) if row.kind == "definition" and row.subject == key and row.place in ("summary", "abstract")]


@pytest.mark.parametrize("what", ["This special interest group", "This LEP", "This tool", "This working group"])
def test_what_a_page_says_of_itself_describes_it(what: str, make_document: Make) -> None:
    def best(sentence: str) -> float:
        rows = mine(make_document("lamps.md", f"# Night Lamps\n\n{sentence}\n"))
        return max(row.confidence for row in rows if row.kind == "definition" and row.subject == "nightlamp")

    assert best(f"{what} keeps the lamps of the harbour lit.") > best("This again keeps the lamps of the harbour lit.") + 0.3


def test_a_charter_says_what_its_group_is(make_document: Make) -> None:
    text = "# Team Lantern Charter\n\n## Scope\n\nThe scope of Team Lantern is the queue of the ledger on all three sites.\n"
    scope = "The scope of Team Lantern is the queue of the ledger on all three sites."
    document = make_document("lantern/charter.md", text)
    assert scope in summaries(document, "teamlantern")
    assert scope in summaries(document, "teamlanterncharter")
    report = make_document("lantern/report-2024.md", text.replace("Charter", "Annual Report 2024"))
    assert not summaries(report, "teamlantern")


def test_a_scope_that_is_a_list_gives_its_first_item(make_document: Make) -> None:
    text = "# Lantern Charter\n\n## Scope\n\n- Production of the Lantern queue on a reliable schedule\n- Tools for those that run it\n"
    (scope,) = summaries(make_document("lantern/charter.md", text), "lanterncharter")
    assert scope == "Production of the Lantern queue on a reliable schedule"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("# Order intake\n\nOrder intake (OI) is a desk for whatever customers send.", "orderintake"),
        ("# Hafen\n\nDas Werksportal (WP) ist eine Anwendung für alle Beschäftigten.", "werksportal"),
        ("# Archiv\n\nHeron bezeichnet das Archiv aller alten Aufträge.", "heron"),
        ("# Ports\n\nLe Projet Phare est une initiative de la direction.", "projetphare"),
        ("# Puertos\n\nEl Proyecto Faro es una iniciativa de la dirección.", "proyectofaro"),
        ("# Porti\n\nIl Progetto Faro è un'iniziativa della direzione.", "progettofaro"),
        ("# Haven\n\nHet Lampenplan is een lijst van alle lampen.", "lampenplan"),
        ("# Порт\n\nПроект Маяк — это система учёта грузов в порту.", "проектмаяк"),
    ],
)
def test_what_something_is_may_be_said_in_small_letters_and_in_other_languages(text: str, key: str, make_document: Make) -> None:
    (row,) = said(make_document("a.md", text), key)
    assert row.value == text.partition("\n\n")[2]


def test_a_label_in_a_section_of_its_own_says_what_the_thing_is(make_document: Make) -> None:
    text = "# Owners\n\n## Night Lamps\n\nTeam: @acme/lamps\n\nScope: The night lamps and all wicks\n\nStatus: Fine for all we know.\n"
    rows = mine(make_document("owners.md", text))
    assert [(row.subject, row.value) for row in rows if row.kind == row.place == "definition"] == [
        ("nightlamp", "Scope: The night lamps and all wicks")
    ]


@pytest.mark.parametrize(
    "heading", ["Our Team Mission", "Description of Current Work", "Purpose of the group", "About this team", "2. Vision"]
)
def test_what_a_group_is_for_may_stand_below_many_headings(heading: str, make_document: Make) -> None:
    mission = "Provide the harbour with lamps that are lit on all three sites."
    calendar = "## Calendar\n\nWe meet on Mondays at the quay of the old harbour."
    text = f"# Team Lantern\n\nOil and wicks.\n\n{calendar}\n\n## {heading}\n\n{mission}\n"
    assert mission in summaries(make_document("teams/lantern.md", text), "teamlantern")


def test_what_a_group_is_there_for_defines_it(make_document: Make) -> None:
    text = "# Groups\n\nThe Lantern Group connects the keepers of the harbour. The Wick Club is dedicated to wicks of every length.\n"
    found = {row.subject for row in mine(make_document("groups.md", text)) if row.kind == "definition" and row.place == "definition"}
    assert {"lanterngroup", "wickclub"} <= found
