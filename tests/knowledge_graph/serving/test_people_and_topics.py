"""A name that is a person's is no topic, for the reader whose documents know that person, over a real store."""

import json
import uuid
from collections.abc import Iterator

import pytest

from knowledge_graph.fold.partial import TopicPartial
from knowledge_graph.fold.score import as_somebody, score
from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.serving.rows import subject_row
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Edit, Organisation, Written
from tests.laws.plain import index_rows, known

NAME, WRITTEN_SO = "Ostra Quist", "Nora Quist"
"""A name that no list has as anybody's, and one that is written like somebody's."""
OPEN = Access.of([EVERYONE])
SAID = (
    "On Monday {name} decides what is measured here.",
    "- {name}\n- Night Harbour",
    "The farm is next to {name} and sells to it.",
    "We visited {name} before noon, and {name} was quiet.",
    "# {name}\n\nNothing is known about it.",
    "[{name}](https://x.example/there) has a page, and it is old.",
    "Most of it went to {name} in autumn.",
    "# {name}\n\nWe moved it to {name} again.",
)


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"people-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made


def visits(*letters: Written, named: str = NAME) -> Organisation:
    texts = {(said, name): said.format(name=name) for said in SAID for name in (named, "Blue Ledger")}
    pages = {("handbook", f"{n}.md"): Written(Content(f"{text}\n", "2024-02-01"), OPEN) for n, text in enumerate(texts.values())}
    return Organisation(pages | {("letters", f"letter{n}.md"): letter for n, letter in enumerate(letters)})


def letter(name: str, *principals: str) -> Written:
    edit = Edit(name, "nora@x.example", 1, "2024-01-01", "2024-01-01")
    return Written(Content("# Greetings\n\nThe weather is fine.\n", "2024-02-01", (edit,)), Access.of(principals))


def topics(there: Installation, *principals: str) -> set[str]:
    return {row["name"] for row in there.get("/topics?limit=100", principals).json()["topics"]}


def test_a_name_that_nobody_is_known_by_may_be_a_topic(there: Installation) -> None:
    there.hold(index_rows(known(visits()), {}))
    assert {NAME, "Blue Ledger"} <= topics(there)


def test_what_is_written_like_somebodys_name_is_none_whoever_it_is(there: Installation) -> None:
    there.hold(index_rows(known(visits(named=WRITTEN_SO)), {}))
    found = topics(there)
    assert "Blue Ledger" in found
    assert WRITTEN_SO not in found


def test_somebody_whom_another_document_knows_is_no_topic_and_has_no_card(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter(NAME, EVERYONE))), {}))
    assert NAME not in topics(there)
    assert "Blue Ledger" in topics(there)
    assert there.get("/topics/ostraquist", ()).status == 404


def test_what_a_reader_may_not_open_says_nothing_of_a_name(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter(NAME, "group:board"))), {}))
    assert NAME in topics(there)
    assert NAME not in topics(there, "group:board")


def edited(said: str, *edits: Edit) -> Written:
    return Written(Content(f"# Blue Ledger\n\n{said}\n", "2024-02-01", edits), OPEN)


def test_whoever_has_several_accounts_or_none_is_counted_once_and_who_is_only_named_is_not(there: Installation) -> None:
    def by(name: str, email: str) -> Edit:
        return Edit(name, email, 1, "2024-01-01", "2024-01-01")

    notes = (
        edited("Blue Ledger is what we use.", by(WRITTEN_SO, "nora@x.example")),
        edited("We moved Blue Ledger.", by("", "nora.quist@home.example"), by("", "tom@x.example")),
        edited("Attendees: Nora Quist, Per Dahl\n\nBlue Ledger was moved, Olga Rask wrote to us, thanks to rask@y.example."),
        edited("Attendees: Per Dahl\n\nBlue Ledger stays."),
    )
    pages = {("notes", f"{n}.md"): note for n, note in enumerate(notes)}
    there.hold(index_rows(known(Organisation({**visits().documents, **pages})), {}))
    rows = {row["name"]: row["people"] for row in there.get("/topics?limit=100", ()).json()["topics"]}
    assert rows["Blue Ledger"] == 3, "Nora Quist, Per Dahl and tom"
    assert there.get("/topics/blueledger", ()).json()["why"].count("3 people") == 1


@pytest.mark.parametrize(
    ("name", "places", "means"),
    [
        ("Nora Quist", {"prose": 3, "heading": 3}, True),
        ("Quist", {"prose": 40, "heading": 1}, True),
        ("Quist", {"prose": 20, "heading": 4}, False),
        ("Quist", {"prose": 20, "path": 4}, False),
        ("TAS", {"prose": 40}, False),
    ],
)
def test_a_part_of_a_name_means_the_person_unless_documents_are_called_so(name: str, places: dict[str, int], means: bool) -> None:
    partial = TopicPartial(40, names={name: 40}, places=places, mentions={"prose": 40})
    assert (score(as_somebody(partial)) < score(partial)) is means


def test_a_person_is_found_by_the_keys_of_the_whole_name_and_of_its_parts() -> None:
    row = {
        "kind": "person",
        "names": ["Nora Quist", "nq", "Release Team"],
        "types": [],
        "bound": 1.0,
        "allow": [EVERYONE],
        "deny": [],
        "basis": "",
    }
    payloads = {did: json.dumps({"kinds": {did: 1}}).encode() for did in ("wrote", "attended")}
    keys = {
        subject: subject_row(row | {"subject": subject, "payload": payloads[did]})["name_keys"]
        for subject, did in (
            ("email:n@x.example", "wrote"),
            ("name:nora quist@d", "attended"),
            ("name:nora quist@e", "wrote"),
            ("handle:n-quist7", "wrote"),
        )
    }
    assert list(keys.values()) == [["nora", "noraquist", "quist"]] * 2 + [[], ["nora", "noraquist", "nquist7", "quist"]]
    mere = subject_row(row | {"subject": "handle:lamps", "names": ["@lamps"], "payload": payloads["wrote"]})
    assert mere["name_keys"] == []  # an account of nobody may be a project's
    leads = json.dumps({"kinds": {"role": 1, "mentioned": 1}}).encode()
    assert subject_row(row | {"subject": "handle:lamps", "names": ["@lamps"], "payload": leads})["name_keys"] == ["lamp"]


def test_one_name_alone_makes_nothing_a_person(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter("Ledger", EVERYONE))), {}))
    assert {NAME, "Blue Ledger"} <= topics(there)


def test_a_folders_name_is_not_shown_first_where_somebody_wrote_another_though_it_is_the_strongest(there: Installation) -> None:
    told = ["# Night Harbour\n\nIt is a depot.\n", *(f"# Page {n}\n\nThe weather is fine.\n" for n in range(9))]
    texts = {("wiki", f"depots/night-harbour-depots/{n or 'README'}.md"): text for n, text in enumerate(told)}
    texts |= {("notes", f"{n}.md"): f"{text.format(name='Night Harbour')}\n" for n, text in enumerate(SAID[:2])}
    there.hold(index_rows(known(Organisation({at: Written(Content(text, "2024-02-01"), OPEN) for at, text in texts.items()})), {}))
    card = there.get("/topics/night-harbour-depots", ()).json()
    assert (card["key"], card["names"]) == ("nightharbourdepot", ["Night Harbour", "night-harbour-depots"])


def test_whoever_is_a_program_is_on_no_list(there: Installation) -> None:
    programs = (Edit("Robot", "k8s-ci-robot@x.example", 9, "2024-01-01", "2024-01-01"), Edit("Jo Talbot", "talbot@x.example", 1, "", ""))
    page = Written(Content("# Night Harbour\n\nSay `@rustbot claim` to get one.\n", "2024-02-01", programs), OPEN)
    there.hold(index_rows(known(Organisation({("handbook", "one.md"): page})), {}))
    assert {row["id"] for row in there.get("/people", ()).json()["people"]} == {"email:talbot@x.example"}
