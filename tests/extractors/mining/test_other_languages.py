"""A text in another language than English: its everyday words are no names, whatever public English knows of them."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Document

Make = Callable[..., Document]
TEXTS = {
    "French": """# Nordlampe

## Contexte

Les utilisateurs demandent une plateforme. La plateforme permet donc de partager les données avec les utilisateurs, et les données sont
contrôlées. Chaque équipe peut demander des données. La plateforme est gérée avec Portuaris par la DGAM.
""",
    "German": """# Nordlampe

## Hintergrund

Der Bericht beschreibt den Dienst für die Kunden. Die Kunden nutzen den Dienst jede Woche, und der Bericht wird jede Woche geprüft. Der
Dienst läuft mit Portuaris und wird von der DGAM betrieben. Alle Kunden lesen den Bericht, wenn der Dienst es erlaubt.
""",
    "Spanish": """# Nordlampe

## Contexto

Los usuarios piden una plataforma. La plataforma permite compartir los datos con los usuarios, y los datos se controlan. Cada equipo puede
pedir datos. La plataforma se gestiona con Portuaris por la DGAM.
""",
    "Swedish": """# Nordlampe

## Bakgrund

Alla användarna behöver en plattform. Den gör det möjligt att dela uppgifter med användarna, och uppgifter kontrolleras varje vecka. Varje
grupp kan begära uppgifter. Den sköts med Portuaris av DGAM.
""",
    "Russian": """# Nordlampe

## Введение

Все пользователи просят систему. Она даёт возможность работать с данными, и данные проверяются каждую неделю. Каждый отдел может
получить данные, и система даёт данные через Portuaris.
""",
}  # fmt: skip
NAMES = {"nordlampe", "portuari", "dgam"}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_only_what_the_language_does_not_know_is_a_name(text: str, make_document: Make) -> None:
    found = {row.subject for row in mine(make_document("a.md", text)) if row.kind == "mention"}
    assert found - {"a"} <= NAMES
    assert "portuari" in found


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("Das Geld wird gemäß dem Beschluss ausgegeben, und der Bericht wird gemäß dem Plan geprüft, wie immer gemäß der Regel.", set()),
        ("Nach dem Ergebnis der Abstimmung wird der Dienst mit Portuaris weiter von allen Kunden genutzt.", {"portuari"}),
    ],
    ids=["a word that lists spell with ss", "nouns have capitals anyway"],
)
def test_german_spelling_makes_no_names(said: str, names: set[str], make_document: Make) -> None:
    assert {row.subject for row in mine(make_document("a.md", said + "\n")) if row.kind == "mention"} - {"a"} == names


def test_what_is_done_in_a_meeting_is_no_name(make_document: Make) -> None:
    headings = ("Wahl einer Lampenwärterin", "Versammlungsleitung", "Umzug zu Portuaris")
    text = "# Protokoll\n\nWir haben uns heute mit allen Kunden getroffen.\n" + "".join(f"\n## {heading}\n" for heading in headings)
    found = {row.subject for row in mine(make_document("a.md", text)) if row.kind == "mention" and row.place == "heading"}
    assert not {"wahleinerlampenwarterin", "versammlungsleitung"} & found
    assert any("portuari" in key for key in found)


def test_a_title_names_its_document_whatever_its_words(make_document: Make) -> None:
    rows = mine(make_document("a.md", "# Données\n\nLes utilisateurs demandent des données, et les données sont contrôlées avec soin.\n"))
    assert {row.place for row in rows if row.kind == "mention" and row.subject == "donnee"} == {"title"}


def test_coined_and_little_known_words_that_are_said_again_stay(make_document: Make) -> None:
    text = "# Ports\n\nLe référentiel portuarisé suit les bouées. Les bouées sont dans le port, et les bouées restent dans le port.\n"
    found = {row.subject for row in mine(make_document("a.md", text)) if row.kind == "mention" and row.place == "prose"}
    assert {"portuarise", "bouee"} <= found
    assert not {"port", "reste", "suit"} & found


@pytest.mark.parametrize(("group", "core"), [("Pôle Lampes", "lampe"), ("AG Leuchtturm", "leuchtturm"), ("Comisión Puertos", "puerto")])
def test_a_group_of_another_language_is_called_with_and_without_its_word(group: str, core: str, make_document: Make) -> None:
    rows = mine(make_document("a.md", f"# Plan\n\n## {group}\n\nLa AG und le {group} wie immer.\n"))
    assert any("team" in row.features for row in rows if row.kind == "mention" and row.subject == core)


def test_function_words_and_days_are_no_part_of_a_name(make_document: Make) -> None:
    text = """# Protokoll

Die Weberei hat im März 2019 mit der Weberei Gütersloh gesprochen. Die Weberei ist wie immer bei uns. Mit Portuaris
haben wir seit Dezember 2018 gute Erfahrungen, und die Weberei hat das auch gesagt.
"""
    rows = [row for row in mine(make_document("a.md", text)) if row.kind == "mention" and row.place == "prose"]
    assert not {"dieweberei", "mitportuari"} & {row.subject for row in rows}
    assert "portuari" in {row.subject for row in rows}
    assert all("date" in row.features for row in rows if row.value in ("März 2019", "Dezember 2018"))


def test_what_a_sentence_begins_with_and_labels_are_no_names(make_document: Make) -> None:
    text = """# Reunión

Asisten: Ann Lee

- Aprobar el acta de la reunión con los socios y con Portuaris.
- Aprobar los datos de la reunión como siempre.
- Gestionar la cuenta de la asociación con los socios.
"""
    found = {
        row.subject for row in mine(make_document("a.md", text)) if row.kind == "mention" and row.place in ("prose", "item", "heading")
    }
    assert "portuari" in found
    assert not {"asisten", "aprobar", "gestionar"} & found
