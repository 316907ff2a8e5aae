"""Minutes that give people short names and call them by these."""

from collections.abc import Callable, Sequence

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Document, Evidence

Make = Callable[..., Document]
Told = Callable[..., tuple[Evidence, ...]]

SAID = "AL: the Blue Ledger ships in May\n\nBE/AL: no objections\n\nBE: as KZM says, the Blue Ledger is late\n"
ROLLS = {
    "a line": "Ann Lee (AL), Bo Ek (BE), Kat Zoe Moss (KZM)\n",
    "a label": "Remote: Ann Lee (AL), Bo Ek (BE), Kat Zoe Moss (KZM)\n",
    "a heading by accident": "Ann Lee (AL), Bo Ek (BE),\nKat Zoe Moss (KZM)\n-----\n",
    "lines": "Teilnehmer:\n\nAL - Ann Lee (Einkauf)\n\nBE \u2013 Bo Ek\n\nKZM = Kat Zoe Moss\n",
    "a table": "| Name | Abbreviation |\n|--|--|\n| Ann Lee | AL |\n| Bo Ek | BE |\n| Kat Zoe Moss | KZM |\n",
}
KEYS = ("ann lee", "bo ek", "kat zoe moss")


@pytest.fixture
def told(make_document: Make) -> Callable[..., tuple[Evidence, ...]]:
    def mined(roll: str, said: str = SAID, path: str = "minutes/one.md") -> tuple[Evidence, ...]:
        title = "Weekly meeting" if path.startswith("minutes") else "Terms"
        return mine(make_document(path, f"# {title}\n\n{roll}\n## Blue Ledger\n\n{said}"))

    return mined


def parts(rows: Sequence[Evidence], kind: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in rows:
        if row.kind == "contribution" and row.place == kind:
            name = row.subject.removeprefix("name:").partition("@")[0]
            found[name] = found.get(name, 0) + row.count
    return found


@pytest.mark.parametrize("roll", ROLLS.values(), ids=ROLLS)
def test_who_is_introduced_was_there_and_said_what_stands_behind_the_short_name(roll: str, told: Told) -> None:
    rows = told(roll)
    assert parts(rows, "attended") == {"ann lee": 3, "bo ek": 3, "kat zoe moss": 1}
    assert parts(rows, "mentioned") == {"kat zoe moss": 1}


@pytest.mark.parametrize("roll", ROLLS.values(), ids=ROLLS)
def test_neither_the_names_nor_the_short_ones_are_topics_or_aliases(roll: str, told: Told) -> None:
    rows = told(roll)
    assert not [row for row in rows if row.kind == "alias" and row.place == "acronym"]
    people = {row.subject for row in rows if row.kind == "mention" and "person" in row.features}
    assert people >= {
        row.subject for row in rows if row.kind == "mention" and row.subject in ("al", "be", "kzm", "annlee", "boek", "katzoemos")
    }


def test_a_nickname_speaks_as_well(told: Told) -> None:
    rows = told("Attending:\n\n* Ann Lee (alee)\n* Bo Ek (bek)\n", "alee: hello\n\nbek: the Blue Ledger is late\n")
    assert parts(rows, "attended") == {"ann lee": 2, "bo ek": 2}


def test_things_and_their_acronyms_are_no_people(told: Told) -> None:
    things = "We use Content Delivery Network (CDN), Amazon Web Services (AWS) and the Service Level Agreement (SLA).\n"
    assert parts(told(things, "CDN: the Content Delivery Network is slow\n"), "attended") == {}
    assert parts(told(ROLLS["a line"], path="guides/terms.md"), "attended") == {}


def test_what_two_people_are_called_by_means_neither(told: Told) -> None:
    rows = told("Ann Lee (AL), Abe Lund (AL), Bo Ek (BE), Cy Oh (CO)\n", "AL: hello\n\nBE: hello\n\nCO: hello\n")
    assert parts(rows, "attended") == {"bo ek": 2, "cy oh": 2}
