"""What relates two topics, as one reader's card shows it, over a real store."""

import uuid
from collections.abc import Iterator

import pytest

from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.text.words import topic_key
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Organisation, Written
from tests.laws.plain import index_rows, known

PAGES = {
    "rope-store": ("Rope Store", "Rope Store keeps the lines dry. We count them in the Rope Store."),
    "osprey-watch": ("Osprey Watch", "Osprey Watch walks the pier. Nobody sleeps on Osprey Watch."),
    "tide-table": ("Tide Table", "Tide Table says when to sail. We print the Tide Table."),
    "quick-mooring": ("QuickMooringGear", "QuickMooringGear is a winch that lifts boats. See the [QuickMooringGear](quick-mooring.md)."),
    "mooring-stage": ("Mooring Stage", "Mooring Stage is where boats lie. We mend the Mooring Stage."),
}
LINK = "More about it is [over there](../other/rope-store.md#why)."


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"related-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made


def written(text: str, *principals: str) -> Written:
    return Written(Content(text, "2024-02-01"), Access.of(principals or [EVERYONE]))


def harbour(**notes: Written) -> Organisation:
    pages = {
        ("handbook", f"{folder}/{file}.md"): written(f"# {title}\n\n{text}\n")
        for file, (title, text) in PAGES.items()
        for folder in ("here", "there")
    }
    return Organisation(pages | {("letters", f"{name}.md"): note for name, note in notes.items()})


def related(there: Installation, name: str, *principals: str) -> list[str]:
    return [row["name"] for row in there.get(f"/topics/{topic_key(name)}", principals).json()["related"]]


def test_a_page_that_links_to_another_is_related_to_it_both_ways(there: Installation) -> None:
    there.hold(index_rows(known(harbour()), {}))
    assert related(there, "Osprey Watch") == related(there, "Rope Store") == []
    page = written(f"# Osprey Watch\n\nOsprey Watch has rules. {LINK}\n")
    there.hold(index_rows(known(harbour(rules=page)), {}))
    assert related(there, "Osprey Watch") == ["Rope Store"]
    assert related(there, "Rope Store") == ["Osprey Watch"]


def test_a_link_that_a_reader_may_not_see_relates_nothing(there: Installation) -> None:
    page = written(f"# Osprey Watch\n\nOsprey Watch has rules. {LINK}\n", "group:board")
    there.hold(index_rows(known(harbour(rules=page)), {}))
    assert related(there, "Osprey Watch") == []
    assert related(there, "Osprey Watch", "group:board") == ["Rope Store"]


def test_pages_that_others_link_to_together_stand_together(there: Installation) -> None:
    """The notes are about neither: what they name and link to counts as standing in one document."""
    note = f"# Minutes\n\nWe spoke about Osprey Watch. {LINK}\n"
    there.hold(index_rows(known(harbour(rules=written(f"# Osprey Watch\n\nOsprey Watch has rules. {LINK}\n"))), {}))
    (before,) = there.get("/topics/ospreywatch", ()).json()["related"]
    notes = {f"note{number}": written(f"{note}\nWeek {number}.\n") for number in range(3)}
    there.hold(index_rows(known(harbour(rules=written(f"# Osprey Watch\n\nOsprey Watch has rules. {LINK}\n"), **notes)), {}))
    after = next(row for row in there.get("/topics/ospreywatch", ()).json()["related"] if row["name"] == "Rope Store")
    assert after["documents"] == before["documents"] + 3
    assert after["score"] > before["score"]


def test_words_that_a_name_runs_together_relate_it(there: Installation) -> None:
    there.hold(index_rows(known(harbour()), {}))
    assert "Mooring Stage" in related(there, "QuickMooringGear")
    assert "QuickMooringGear" in related(there, "Mooring Stage")


def test_what_replaces_it_comes_before_what_is_only_named(there: Installation) -> None:
    notes = written("# Osprey Watch\n\nOsprey Watch was replaced by Tide Table. Rope Store and Rope Store.\n\nRope Store.\n")
    there.hold(index_rows(known(harbour(notes=notes)), {}))
    assert related(there, "Osprey Watch") == ["Tide Table", "Rope Store"]
    assert related(there, "Tide Table") == ["Osprey Watch"]
