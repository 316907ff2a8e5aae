"""Minutes in several languages say who was there, who wrote them and who answers for what."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from extractors.mining.labels import AWAY, LABELS, MINUTES
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
ANN, BO, CY = "Ann Lee", "Bo Ek", "Cy Ohm"
MINUTES_OF = {
    "German": f"Anwesend: {ANN}, {BO}\n\nEntschuldigt: Di Um\n\nProtokoll: {CY}\n\nVerantwortlich: {BO}\n",
    "a German list": f"## Teilnehmer\n\n- {ANN} (Einkauf)\n- {BO}\n\n## Ergebnis\n\nVerfasserin: {CY}\n\nZuständig: {BO}\n",
    "French": f"Présents : {ANN} et {BO}\n\nExcusés : Di Um\n\nRédigé par : {CY}\n\nResponsable : {BO}\n",
    "Spanish": f"Asistentes: {ANN}, {BO}\n\nAusentes: Di Um\n\nRedactado por: {CY}\n\nResponsable: {BO}\n",
    "Italian": f"Presenti: {ANN}, {BO}\n\nAssenti: Di Um\n\nRedatto da: {CY}\n\nResponsabile: {BO}\n",
    "Dutch": f"Aanwezig: {ANN}, {BO}\n\nAfwezig: Di Um\n\nNotulist: {CY}\n\nVerantwoordelijke: {BO}\n",
    "Russian": f"Присутствовали: {ANN}, {BO}\n\nСекретарь: {CY}\n\nОтветственный: {BO}\n",
}  # fmt: skip


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
