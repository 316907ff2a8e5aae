"""Names of which a text gives a part, or the parts in another order: columns of surnames, surnames first, given names in sentences."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from extractors.mining.called import given_in_text, things_in
from extractors.mining.names import names_in
from extractors.mining.written import turned_round
from knowledge_graph.model.records import Document

Make = Callable[..., Document]


def did(document: Document, *kinds: str) -> set[tuple[str, str]]:
    """Who did what: identity without its document, kind."""
    rows = (row for row in mine(document) if row.kind in (kinds or ("contribution",)))
    return {(row.subject.partition("@")[0] if row.subject.startswith("name:") else row.subject, row.place) for row in rows}


PEOPLE = {"Karl": "de Boer", "Ann": "Lee", "Martin": "van der Plas", "Aegidius": "Ek"}
APART = "".join(f"| {surname} | {given} | Olie |\n" for given, surname in PEOPLE.items())
TURNED = "".join(f"| {surname}, {given} | Olie |\n" for given, surname in PEOPLE.items())


@pytest.mark.parametrize(
    "table",
    [
        f"| Achternaam | Voornaam | Organisatie |\n|---|---|---|\n{APART}",
        f"| Last name | First name | Company |\n|---|---|---|\n{APART}",
        f"| Naam | Firma |\n|---|---|\n{TURNED}",
    ],
)
def test_a_table_of_those_who_came_with_names_in_parts(table: str, make_document: Make) -> None:
    document = make_document("verslag/2026-03-02.md", f"# Overleg\n\n## Aanwezigen\n\n{table}\n## Lampen\n\nKarl de Boer: akkoord.\n")
    came = {(f"name:{given} {surname}".casefold(), "attended") for given, surname in PEOPLE.items()}
    assert did(document) - {("name:karl de boer", "mentioned")} == came


def test_a_directory_with_first_and_last_names_apart(make_document: Make) -> None:
    text = "| First name | Last name | Email | Team |\n|---|---|---|---|\n| Ann | Lee | ann@x.org | Oil |\n| Bo | Ek | bo@x.org | Lamps |\n"
    rows = [row for row in mine(make_document("staff.md", text)) if row.kind == "contribution"]
    assert {(row.subject, row.value) for row in rows} == {("email:ann@x.org", "Ann Lee"), ("email:bo@x.org", "Bo Ek")}


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Ohm, Ann", "Ann Ohm"),
        ("Van der Plas, Martin", "Martin van der Plas"),
        ("Ann, Peter", ""),
        ("Ohm, Lamps", ""),
        ("Ohm, Ann, Oil", ""),
        ("Ann Lee", ""),
        ("Callum Reid, Diego Ferrer", ""),
    ],
)
def test_a_name_with_its_surname_first(written: str, name: str) -> None:
    assert turned_round(written) == name


def test_whom_office_programs_call_with_the_surname_first(make_document: Make) -> None:
    document = make_document("a.md", "# Oil\n\n@Ohm, Ann will ask. @van der Plas, Martin knows; @Boer, the lamp.\n")
    assert did(document) == {("name:ann ohm", "mentioned"), ("name:martin van der plas", "mentioned"), ("handle:boer", "mentioned")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Paolo fixed it, and Dick continues.", ["Paolo", "Dick"]),
        ("Jason, Duncan and Ann did the parser; Sergey's port is in.", ["Jason", "Duncan", "Ann", "Sergey"]),
        ("We met in Austin to try the Julia package.", []),
        ("Paolo Molaro fixed it.", []),
        ("Will we ship? I asked Will.", ["Will"]),
        ("PAOLO said so; paolo did.", []),
        ("Sunita and Babatunde fixed it; thanks to Min-seo.", ["Sunita", "Babatunde", "Min-seo"]),
        ("The Grinder hums. Ask Grinder, or a grinder; Zulip is in the Zulip.", []),
        ("However, We'll merge PRs of GitHub.", []),
    ],
)
def test_given_names_in_sentences(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in given_in_text(text, things_in([text]))] == found


def test_given_names_in_code_and_behind_a_label_of_a_speaker_are_nobodys_mention(make_document: Make) -> None:
    document = make_document("a.md", "# Oil\n\n```\nPaolo = 1\n```\n\nThanks to Paolo and Dick.\n")
    rows = [row for row in mine(document) if row.kind == "called" and " " not in row.subject]
    assert [(row.subject, row.count) for row in rows] == [("name:dick", 1), ("name:paolo", 1)]


def test_who_heads_a_section_of_a_page_of_maintainers_holds_what_is_listed_in_it(make_document: Make) -> None:
    text = (
        "### Ann Lee (annl, ann@x.org)\n\n- Night Lamps\n- Wick.Trimmer\n\n### Bo Ek (bo@x.org)\n\n- Oil press, and all that goes with it\n"
    )
    held = {
        (row.subject, row.place, row.other)
        for row in mine(make_document("maintainers.md", f"# Maintainers\n\n{text}"))
        if row.kind == "role"
    }
    assert held >= {("email:ann@x.org", "maintainer", "nightlamp"), ("email:ann@x.org", "maintainer", "wicktrimmer")}
    same = {(row.subject, row.other) for row in mine(make_document("a.md", text)) if row.kind == "same"}
    assert ("email:ann@x.org", "handle:annl") in same
    assert not any(row.kind == "role" for row in mine(make_document("people.md", f"# Visitors\n\n{text}")))


@pytest.mark.parametrize("address", ["depot-list-request@x.org", "depot-patches@x.org", "depot-commits@x.org", "depot-subscribe@x.org"])
def test_addresses_of_lists_are_nobody(address: str, make_document: Make) -> None:
    assert not did(make_document("a.md", f"# Oil\n\nWrite to {address} about it.\n"))


def test_signs_that_belong_to_names() -> None:
    text = "We moved from C# to Gtk# and C++; see issue #12."
    assert [name for start, end, *_ in names_in(text) for name in [text[start:end]]] == ["C#", "Gtk#", "C++"]


@pytest.mark.parametrize("label", ["Huidige Toegang", "Centraal Aansluitregister", "Vanuit Leden"])
def test_a_label_that_begins_with_an_everyday_word_of_the_language_does_not_speak(label: str, make_document: Make) -> None:
    said = "de lampen worden gebruikt door organisaties met een eigen beheerder, en zij hebben daar veel aan."
    document = make_document("notulen/2026-03-02.md", f"# Overleg\n\n- {label}: {said}\n- Merel Zwart: {said}\n- Will Ohm: {said}\n")
    assert did(document) == {("name:merel zwart", "attended"), ("name:will ohm", "attended")}


def test_the_rest_of_a_name_may_be_letters_or_nothing(make_document: Make) -> None:
    text = """# Sync

## Attendees

- Signe Di Fabro
- Signe Ek
- Anne Lise K. Ohm

Notetaker: Signe DF

Facilitator: Anne Lise
"""
    wrote = did(make_document("minutes/2026-03-02.md", text), "contribution", "role")
    assert {("name:signe di fabro", "wrote"), ("name:anne lise k ohm", "facilitator")} <= wrote
    assert not {name for name, _ in wrote} & {"name:signe df", "name:anne lise"}


@pytest.mark.parametrize("thing", ["Open Discussion", "Zoom Automation", "Update Elekto", "Elekto Upgrade"])
def test_everyday_words_in_capitals_are_nobody(thing: str, make_document: Make) -> None:
    text = f"# Sync\n\nWe upgrade it in May and update the page.\n\n## Attendees\n\n- {thing}\n- Tovrin Fields\n- Ann Lee\n"
    assert {name for name, _ in did(make_document("minutes/2026-03-02.md", text))} == {"name:tovrin fields", "name:ann lee"}
