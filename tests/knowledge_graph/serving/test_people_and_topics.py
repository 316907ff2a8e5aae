"""A name that is a person's is no topic, for the reader whose documents know that person, over a real store."""

import uuid
from collections.abc import Iterator

import pytest

from knowledge_graph.model.access import EVERYONE, Access
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Edit, Organisation, Written
from tests.laws.plain import index_rows, known

NAME = "Nora Quist"
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


def visits(*letters: Written) -> Organisation:
    access = Access.of([EVERYONE])
    texts = {(said, name): said.format(name=name) for said in SAID for name in (NAME, "Blue Ledger")}
    pages = {("handbook", f"{n}.md"): Written(Content(f"{text}\n", "2024-02-01"), access) for n, text in enumerate(texts.values())}
    return Organisation(pages | {("letters", f"letter{n}.md"): letter for n, letter in enumerate(letters)})


def letter(name: str, *principals: str) -> Written:
    edit = Edit(name, "nora@x.example", 1, "2024-01-01", "2024-01-01")
    return Written(Content("# Greetings\n\nThe weather is fine.\n", "2024-02-01", (edit,)), Access.of(principals))


def topics(there: Installation, *principals: str) -> set[str]:
    return {row["name"] for row in there.get("/topics?limit=100", principals).json()["topics"]}


def test_a_name_that_nobody_is_known_by_may_be_a_topic(there: Installation) -> None:
    there.hold(index_rows(known(visits()), {}))
    assert {NAME, "Blue Ledger"} <= topics(there)


def test_somebody_whom_another_document_knows_is_no_topic_and_has_no_card(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter(NAME, EVERYONE))), {}))
    assert NAME not in topics(there)
    assert "Blue Ledger" in topics(there)
    assert there.get("/topics/noraquist", ()).status == 404


def test_what_a_reader_may_not_open_says_nothing_of_a_name(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter(NAME, "group:board"))), {}))
    assert NAME in topics(there)
    assert NAME not in topics(there, "group:board")


def test_one_name_alone_makes_nothing_a_person(there: Installation) -> None:
    there.hold(index_rows(known(visits(letter("Ledger", EVERYONE))), {}))
    assert {NAME, "Blue Ledger"} <= topics(there)
