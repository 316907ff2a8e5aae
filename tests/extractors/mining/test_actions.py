"""Who is to do what: labelled, listed, ticked off and tabulated actions."""

import pytest

from extractors.mining.mine import mine
from knowledge_graph.model.records import Document, Evidence
from tests.extractors.mining.conftest import DocumentMaker

MINUTES = """# Harbour weekly 2024-03-05

Present: Ann Lee, Bo Ek, Zoë Marr

## Cranes

The Crane Plan and the Dock Plan were discussed.

{text}
"""


def taken(document: Document) -> set[tuple[str, str, str]]:
    """Who as written, what it is about, and the words, of each action."""
    rows = mine(document)
    told: dict[str, Evidence] = {}
    for row in rows:
        if row.kind == "contribution" and row.place == "took":
            told.setdefault(row.subject, row)
    return {(told[row.other].value, row.subject, row.value) for row in rows if row.kind == "relation" and row.place == "action-of"}


@pytest.mark.parametrize(
    ("text", "who", "topic"),
    [
        ("ACTION: Ann to draft the Crane Plan by Friday.", "Ann", "craneplan"),
        ("All agreed. Action item: Bo will send the Dock Plan.", "Bo", "dockplan"),
        ("- AI(Marr): the Dock Plan once more", "Marr", "dockplan"),
        ("- [ ] @zed-q: check the Crane Plan", "@zed-q", "craneplan"),
        ("- [x] Zoë Marr to close the Crane Plan", "Zoë Marr", "craneplan"),
        ("## Next steps\n\n- Publish the Dock Plan (Bo)", "Bo", "dockplan"),
        ("## Action items\n\n- Publish the Dock Plan - Bo Ek", "Bo Ek", "dockplan"),
        ("Action items:\n\n- Ann and Bo to sign the Crane Plan", "Ann", "craneplan"),
        ("To do:\n\n- Renew Crane Plan, see above (Ann)", "Ann", "craneplan"),
        ("| Action | Owner | Due |\n|---|---|---|\n| Print the Crane Plan | Ann | 2024-04-01 |", "Ann", "craneplan"),
        ("## Actions\n\n| What | By whom |\n|---|---|\n| Print the Crane Plan | Cy Ohm |", "Cy Ohm", "craneplan"),
        ("Maßnahme: Bo soll den Crane Plan prüfen.", "Bo", "craneplan"),
        ("## Aufgaben\n\n- Crane Plan kürzen (Ann)", "Ann", "craneplan"),
        ("Action: Cy Ohm will read the Crane Plan", "Cy Ohm", "craneplan"),
        ("## Action items\n\n- Kristen will read the Crane Plan", "Kristen", "craneplan"),
        ("- AI Ann: read the Crane Plan", "Ann", "craneplan"),
        ("The Crane Plan is late. Bo will send the Dock Plan.", "Bo", "dockplan"),
        ("Mr. Ek volunteered to send the Dock Plan.", "Mr. Ek", "dockplan"),
        ("- Ann: I'll send the Dock Plan", "Ann", "dockplan"),
        ("- Dock Plan\n  - Ann L to send it", "Ann L", "harbour"),
        ("## To Do's bis zum nächsten Treffen am 25.7.\n\nAnn:\n\n- Crane Plan abstimmen\n\nBo:\n\n- Telefonat", "Ann", "craneplan"),
        ("To Do's bis zum 25.7.  \nBo:\n- Dock Plan abstimmen\n- Telefonat", "Bo", "dockplan"),
        ("### Aufgaben\n\n| Beschreibung | Verwantwortlich |\n|---|---|\n| Crane Plan | Ann |\n| Dock Plan | Bo |", "Bo", "dockplan"),
        ("Bo übernimmt den Dock Plan.", "Bo", "dockplan"),
        ("Zoë kümmert sich um den Dock Plan.", "Zoë", "dockplan"),
    ],
)
def test_somebodys_action_is_about_what_its_words_name(make_document: DocumentMaker, text: str, who: str, topic: str) -> None:
    found = taken(make_document("minutes/2024-03-05.md", MINUTES.format(text=text)))
    assert (who, topic) in {(name, key) for name, key, _ in found}


@pytest.mark.parametrize(
    "text",
    [
        "- AI: artificial intelligence for the Crane Plan",
        "- Action: summarise the Crane Plan",
        "## Action items\n\n- Dock Review: finish the Crane Plan",
        "- AI: Explore Moving to the Crane Plan",
        "- Ann to speak on the Crane Plan",
        "- [ ] Crane Plan to be signed",
        "Bo will be away when the Crane Plan is signed.",
        "Mara will read the Crane Plan.",
    ],
)
def test_an_action_of_nobody_known_is_nobodys(make_document: DocumentMaker, text: str) -> None:
    assert not taken(make_document("minutes/2024-03-05.md", MINUTES.format(text=text)))


def test_a_nested_list_of_actions_ends_where_its_parent_goes_on(make_document: DocumentMaker) -> None:
    text = "- The Crane Plan\n  - Action items:\n    - Ann: sign the Crane Plan\n- Bo: the Dock Plan is late"
    assert taken(make_document("minutes/2024-03-05.md", MINUTES.format(text=text))) == {("Ann", "craneplan", "Ann: sign the Crane Plan")}


def test_the_names_that_a_list_of_actions_begins_with_are_peoples_where_one_of_them_is_known(make_document: DocumentMaker) -> None:
    text = "## Actions\n\n- Ann Lee: sign the Crane Plan\n- Isaac Grant: print the Dock Plan"
    uniform = taken(make_document("minutes/2024-03-05.md", MINUTES.format(text=text)))
    assert {name for name, _, _ in uniform} == {"Ann Lee", "Isaac Grant"}
    mixed = taken(make_document("minutes/2024-03-05.md", MINUTES.format(text=f"{text}\n- read the Dock Plan")))
    assert {name for name, _, _ in mixed} == {"Ann Lee"}


def test_who_owns_a_row_of_a_table_of_actions_owns_no_topic(make_document: DocumentMaker) -> None:
    text = "| Action | Owner |\n|---|---|\n| Crane Plan | Ann Lee |"
    rows = mine(make_document("minutes/2024-03-05.md", MINUTES.format(text=text)))
    assert {row.kind for row in rows if row.place in ("owner", "owned-by")} == set()
    assert any(row.place == "took" for row in rows)


def test_the_name_stands_in_its_span_and_the_action_in_its_own(make_document: DocumentMaker) -> None:
    document = make_document("minutes/2024-03-05.md", MINUTES.format(text="ACTION: Ann to draft the Crane Plan."))
    rows = [row for row in mine(document) if row.place in ("took", "action-of")]
    texts = {segment.position: segment.text for segment in document.segments}
    assert {texts[row.segment][row.start : row.end] for row in rows} == {"Ann", "ACTION: Ann to draft the Crane Plan."}
    assert {row.date for row in rows} == {"2024-03-05"}


def test_what_is_said_outside_minutes_is_no_action(make_document: DocumentMaker) -> None:
    text = MINUTES.replace("Harbour weekly 2024-03-05", "Harbour guide").format(text="Bo will send the Dock Plan.")
    assert not taken(make_document("guides/harbour.md", text))


@pytest.mark.parametrize("text", ["Action " + "- " * 50_000, "Action: " + "abc," * 50_000, "AI (" * 40_000, "TODO " + "(" * 90_000 + ":"])
def test_a_long_line_of_signs_or_words_is_read_to_its_end(make_document: DocumentMaker, text: str) -> None:
    document = make_document("minutes/2024-03-05.md", f"# Minutes\n\nPresent: Ann Lee, Bo Ek\n\n{text}")
    assert not taken(document)
