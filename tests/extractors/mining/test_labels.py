"""Minutes in several languages say who was there, who wrote them and who answers for what."""

from collections.abc import Callable

import pytest

from extractors.labels import AWAY, LABELS, MINUTES
from extractors.mining import mine
from extractors.mining.written import is_bare_handle, is_person
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
ANN, BO, CY = "Ann Lee", "Bo Ek", "Cy Ohm"
MINUTES_OF = {
    "German": f"Anwesend: {ANN}, {BO}\n\nEntschuldigt: Di Um\n\nProtokoll: {CY}\n\nVerantwortlich: {BO}\n",
    "a German list": f"## Teilnehmer\n\n- {ANN} (Einkauf)\n- {BO}\n\n## Ergebnis\n\nVerfasserin: {CY}\n\nZuständig: {BO}\n",
    "French": f"Présents : {ANN} et {BO}\n\nExcusés : Di Um\n\nRédigé par : {CY}\n\nResponsable : {BO}\n",
    "Spanish": f"Asistentes: {ANN}, {BO}\n\nAusentes: Di Um\n\nRedactado por: {CY}\n\nResponsable: {BO}\n",
    "a Spanish sentence": f"Asisten a la reunión: {ANN} y {BO}\n\nAusentes: Di Um\n\nElaborado por: {CY}\n\nResponsables: {BO}\n",
    "Italian": f"Presenti: {ANN} e {BO}\n\nAssenti: Di Um\n\nRedatto da: {CY}\n\nResponsabile: {BO}\n",
    "Dutch": f"Aanwezig: {ANN}, {BO}\n\nAfwezig: Di Um\n\nNotulist: {CY}\n\nVerantwoordelijke: {BO}\n",
    "Russian": f"Присутствовали: {ANN}, {BO}\n\nСекретарь: {CY}\n\nОтветственный: {BO}\n",
}  # fmt: skip


@pytest.mark.parametrize("office", ["Vicepresidente", "Secretaria", "Treasurer", "Schatzmeisterin", "Co-lead", "Trésorière"])
def test_an_office_of_a_club_is_a_role(office: str, make_document: Make) -> None:
    rows = mine(make_document("board.md", f"# Blue Ledger\n\n- {office}: {ANN}\n"))
    assert [row.subject.partition("@")[0] for row in rows if row.kind == "role"] == ["name:ann lee"]


@pytest.mark.parametrize("text", MINUTES_OF.values(), ids=MINUTES_OF)
def test_labels_say_the_same_in_every_language(text: str, make_document: Make) -> None:
    rows = mine(make_document("one.md", f"# Blue Ledger\n\n{text}"))
    did = {(row.subject.removeprefix("name:").partition("@")[0], row.place) for row in rows if row.kind == "contribution"}
    assert {("ann lee", "attended"), ("bo ek", "attended"), ("cy ohm", "wrote"), ("bo ek", "owner")} <= did
    assert not {("di um", kind) for kind in ("attended", "wrote", "owner")} & did
    assert ("bo ek", "owner") in {(row.subject.removeprefix("name:").partition("@")[0], row.place) for row in rows if row.kind == "role"}


@pytest.mark.parametrize("label", ["Beschluss", "Décision", "Acuerdo", "Besluit", "Решение"])
def test_a_labelled_decision_is_one_in_every_language(label: str, make_document: Make) -> None:
    rows = mine(make_document("protokoll-1.md", f"# Blue Ledger\n\n{label}: Blue Ledger bis zum Herbst in Betrieb nehmen.\n"))
    assert ("blueledger", "decision") in {(row.subject, row.place) for row in rows if row.kind == "definition"}


def test_what_a_word_means_in_english_is_not_changed_by_others() -> None:
    assert (LABELS.kinds["present"], LABELS.kinds["minutes"], LABELS.roles["lead"], LABELS.roles["head"]) == (
        "attended",
        "wrote",
        "lead",
        "lead",
    )


@pytest.mark.parametrize(
    "path", ["protokolle/2024.md", "Sitzungsprotokoll.md", "reuniones/acta.md", "compte-rendu-3.md", "Réunion du 3 mai", "notulen.txt"]
)
def test_what_minutes_are_called(path: str) -> None:
    assert MINUTES.search(path)


@pytest.mark.parametrize("path", ["active.md", "contact.md", "protocol.md", "data.md", "actally", "callback.md"])
def test_what_they_are_not_called(path: str) -> None:
    assert not MINUTES.search(path)


@pytest.mark.parametrize("label", ["Regrets", "Entschuldigt", "Excusées", "Ausentes", "Assenti", "Afwezig"])
def test_who_did_not_come(label: str) -> None:
    assert AWAY.search(label)


def attended(document: Document) -> set[str]:
    rows = (row for row in mine(document) if row.kind == "contribution" and row.place == "attended")
    return {row.subject.removeprefix("name:").partition("@")[0] for row in rows}


@pytest.mark.parametrize("label", ["Anwesende Mitglieder", "Anwesende Vorstandsmitglieder", "Présents", "Other attendees", "Attendees (4)"])
def test_a_label_stands_with_whatever_it_goes_with(label: str, make_document: Make) -> None:
    assert attended(make_document("protokolle/1.md", f"# Sitzung\n\n### {label}\n{ANN}, {BO}\n\n### Status quo\n- {CY}\n")) == {
        "ann lee",
        "bo ek",
    }


def test_a_list_of_people_ends_where_the_text_goes_on_and_nouns_are_no_accounts(make_document: Make) -> None:
    text = f"""# Sitzung

### Anwesende Mitglieder

- {ANN}
- {BO}

### Gäste

- {CY}

Ann eröffnete die Versammlung und stellte die Tagesordnung gemäß Einladung vor:

1. Formalien
2. Bericht der Schatzmeisterin
3. Kitchen Raid - Ausstattung für die Küche
4. Next Level - Ausbau der Werkstatt
5. Hackerspace Bielefeld
6. Das Ergebnis der Abstimmung
"""
    assert attended(make_document("protokolle/1.md", text)) == {"ann lee", "bo ek", "cy ohm"}


@pytest.mark.parametrize("name", ["Bericht der Schatzmeisterin", "Das Ergebnis", "Versammlungsleiter Ann Lee", "Die Vorbereitung"])
def test_what_only_looks_like_a_name(name: str) -> None:
    assert not is_person(name)


@pytest.mark.parametrize("name", ["Ursula von der Leyen", "Jörn van der Berg", "Ludwig van Beethoven", "Le Duc Anh", "Will Ek"])
def test_particles_of_names(name: str) -> None:
    assert is_person(name)


@pytest.mark.parametrize("word", ["Formalien", "TOP1", "gemäß", "Rentner", "jeweils", "quelques"])
def test_a_word_of_any_language_is_no_account(word: str) -> None:
    assert not is_bare_handle(word)
