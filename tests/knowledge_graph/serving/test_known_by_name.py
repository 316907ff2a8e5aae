"""People whom no document gives an address or a handle: minutes and office files often have names and nothing else. Over a real store."""

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from knowledge_graph.directory.model import Listing, Person
from knowledge_graph.fold.experts import NAMED
from knowledge_graph.model.access import EVERYONE, Access
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.text.words import fold_name
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Edit, Organisation, Written
from tests.laws.plain import index_rows, known
from tests.laws.said import Told

NAME, ID = "Elsie Phillips", "name:elsie phillips"
TOLD = (
    "# Night Harbour\n\nAttendees: {name}, Bo Ek\n\nNight Harbour moves in autumn.\n",
    "# Night Harbour\n\nAuthor: {name}\n\nNight Harbour is a depot for the Blue Ledger.\n",
    "# Blue Ledger\n\nAttendees: {name}\n\nThe Blue Ledger is kept at Night Harbour.\n",
)
OPEN = Access.of([EVERYONE])


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"names-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made


def hold(there: Installation, *letters: tuple[str, Access], thanked: str = "") -> None:
    texts = [*(text.format(name=NAME) for text in TOLD), f"# Night Harbour at work\n\nThanks to {thanked or NAME}.\n"]
    pages = {("minutes", f"{n}.md"): Written(Content(text, "2024-02-01"), OPEN) for n, text in enumerate(texts)}
    for n, (email, access) in enumerate(letters):
        edit = Edit(NAME, email, 1, "2024-01-01", "2024-01-01")
        pages["letters", f"letter{n}.md"] = Written(Content("# Greetings\n\nThe weather is fine.\n", "2024-02-01", (edit,)), access)
    there.hold(index_rows(known(Organisation(pages)), {}))


def experts(there: Installation, *principals: str) -> dict[str, Any]:
    answer = there.get("/experts?q=Night+Harbour", principals).json()
    return {expert["id"]: expert for expert in answer["experts"]}


def test_who_is_known_by_name_alone_is_an_expert_and_has_a_card_of_all_that_names_them(there: Installation) -> None:
    hold(there)
    found = experts(there)[ID]
    assert (found["name"], found["emails"], found["handles"]) == (NAME, [], [])
    assert {reason["kind"] for reason in found["reasons"]} == {"attended", "wrote", "mentioned"}
    card = there.get(f"/people/{ID}", ()).json()
    assert (card["id"], card["names"], len(card["documents"])) == (ID, [NAME], 4)
    assert {"Night Harbour", "Blue Ledger"} <= {topic["name"] for topic in card["topics"]}
    assert there.get("/people/name:nobody at all", ()).status == 404


def test_a_name_is_listed_and_found_and_suggested(there: Installation) -> None:
    hold(there)
    listed = there.get("/people", ()).json()["people"]
    assert [(row["id"], row["documents"]) for row in listed] == [(ID, 4), ("name:bo ek", 1)]
    assert [hit["id"] for hit in there.get("/search?q=phillips", ()).json()["hits"] if hit["kind"] == "person"] == [ID]
    assert [each["id"] for each in there.get("/suggest?q=elsie", ()).json()["suggestions"]] == [ID]


def test_what_one_passage_thanks_is_nobody_yet(there: Installation) -> None:
    hold(there, thanked="Quality Marks")
    assert "name:quality marks" not in experts(there)
    assert {row["id"] for row in there.get("/people", ()).json()["people"]} == {ID, "name:bo ek"}


def test_an_address_takes_the_name_over_for_whoever_may_know_it(there: Installation) -> None:
    hold(there, ("elsie@x.example", Access.of(["group:board"])))
    assert ID in experts(there)
    board = experts(there, "group:board")
    assert ID not in board
    assert {reason["kind"] for reason in board["email:elsie@x.example"]["reasons"]} == {"attended", "wrote", "mentioned"}
    assert {row["id"] for row in there.get("/people", ("group:board",)).json()["people"]} == {"name:bo ek", "email:elsie@x.example"}


def test_whom_prose_calls_by_name_is_known_to_whoever_may_know_the_person(there: Installation) -> None:
    plans = "# Plans\n\nFor Night Harbour the plans are by Elsie Phillips, not by Cy Oh.\n"
    pages = {("plans", "plans.md"): Written(Content(plans, "2024-02-01"), OPEN)}
    letter = Content("# Greetings\n\nFine weather.\n", "2024-02-01", (Edit(NAME, "elsie@x.example", 1, "2024-01-01", "2024-01-01"),))
    there.hold(index_rows(known(Organisation({**pages, ("letters", "a.md"): Written(letter, Access.of(["group:board"]))})), {}))
    assert experts(there) == {}
    (elsie,) = experts(there, "group:board").values()
    assert (elsie["id"], [reason["kind"] for reason in elsie["reasons"]]) == ("email:elsie@x.example", ["mentioned"])
    (cited,) = elsie["reasons"][0]["citations"]
    assert NAME in cited["quote"]
    page = f"/documents/{cited['document']}"
    assert [person["id"] for person in there.get(page, ("group:board",)).json()["people"]] == ["email:elsie@x.example"]
    assert there.get(page, ()).json()["people"] == []


def test_a_search_for_somebody_finds_what_only_calls_them_by_name_and_so_do_the_months_of_their_card(there: Installation) -> None:
    board = Access.of(["group:board"])
    pages = {
        ("plans", "prose.md"): "# Plans\n\nFor Night Harbour the plans are by Elsie Phillips, not by Cy Oh.\n",
        ("plans", "minutes.md"): "# Minutes\n\nAttendees: Elsie Phillips, Bo Ek\n\nNight Harbour moves in autumn.\n",
        ("plans", "other.md"): "# Other\n\nNight Harbour has a new lamp.\n",
    }
    held = {place: Written(Content(text, f"2024-0{n}-01"), OPEN) for n, (place, text) in enumerate(pages.items(), 1)}
    edits = (Edit(NAME, "elsie@x.example", 1, "2024-05-01", "2024-05-01"),)
    held["letters", "a.md"] = Written(Content("# Greetings\n\nNight Harbour greets you.\n", "2024-05-01", edits), board)
    there.hold(index_rows(known(Organisation(held)), {}))

    def found(person: str, *principals: str) -> set[str]:
        hits = there.get(f"/search?q=night+harbour&person={quote(person)}", principals).json()["hits"]
        return {hit["path"] for hit in hits if hit["kind"] == "document"}

    assert found("email:elsie@x.example", "group:board") == {"prose.md", "minutes.md", "a.md"}
    assert there.get("/people/email:elsie@x.example", ("group:board",)).json()["months"] == {"2024-01": 1, "2024-02": 1, "2024-05": 1}
    assert found("email:elsie@x.example") == set()
    assert found(ID) == {"prose.md", "minutes.md"}


def test_who_stands_in_one_line_with_a_name_or_below_its_heading_is_named_with_it(there: Installation) -> None:
    people = tuple(
        Edit(name, f"{name.split()[0].lower()}@x.example", 1, "2024-01-01", "2024-01-01") for name in (NAME, "Bo Ekman", "Cy Ohm")
    )
    pages = {
        ("plans", "lines.md"): "# Week\n\n- Night-Harbour by Elsie Phillips\n- Lamps by Cy Ohm\n",
        ("plans", "heading.md"): "# Month\n\n## Night Harbour\n\nBo Ekman will ask.\n",
    }
    held = {place: Written(Content(text, "2024-02-01"), OPEN) for place, text in pages.items()}
    held["plans", "people.md"] = Written(Content("# Greetings\n\nFine weather.\n", "2024-02-01", people), OPEN)
    there.hold(index_rows(known(Organisation(held)), {}))
    found = there.library(()).compared("Night Harbour team")
    named = {person.candidate.person for _, person in found.ranked("") if any(deed.did == NAMED for deed in person.candidate.deeds)}
    assert named == {"email:elsie@x.example", "email:bo@x.example"}


def test_of_two_who_bear_the_name_neither_gets_what_the_name_did(there: Installation) -> None:
    hold(there, ("elsie@x.example", OPEN), ("phillips@x.example", OPEN))
    assert not {ID, "email:elsie@x.example", "email:phillips@x.example"} & experts(there).keys()


def test_whom_the_directory_knows_by_the_name_is_shown_with_their_address_unless_they_opted_out(there: Installation) -> None:
    hold(there)
    services = there.client.app.state.services  # type: ignore[attr-defined]
    elsie = Person("7", (NAME,), ("elsie@x.example",), department="Depots", end="2024-03-31")
    services.directory.replace("hr", Listing((elsie,)), OPEN)
    try:
        found = experts(there)[ID]
        assert (found["emails"], found["left"]) == (["elsie@x.example"], "2024-03-31")
        there.says_only(Told((Verdict(Kind.OPT_OUT, "email:elsie@x.example", access=OPEN, seq=1, id="v1"),)))
        assert ID not in experts(there)
        assert there.get(f"/people/{ID}", ()).json()["topics"] == []
    finally:
        there.says_only(services.log)
        services.directory.forget("hr")


def test_a_name_is_one_node_of_the_graph(there: Installation) -> None:
    hold(there)
    told = there.get(f"/graph/neighbours?key={ID}&relation=knows", ()).json()
    assert {(edge["source"], edge["target"]) for edge in told["edges"]} >= {("nightharbour", ID), ("blueledger", ID)}
    assert [node.id for node in there.library(()).export().nodes if NAME in node.name] == [ID]


def test_the_portal_says_that_only_the_name_is_known(there: Installation) -> None:
    hold(there)
    page = there.get(f"/portal/people/{ID}", ()).body.decode()
    assert "Known by name alone: nothing else says that this is one person." in page
    one = there.library(()).document("minutes/0.md").people
    page = there.get(f"/portal/people/{next(row.id for row in one if row.name == NAME)}", ()).body.decode()
    assert f'<a href="/portal/people/{quote(ID)}">All who are called so</a>' in page
    assert "by name alone" in there.get("/portal/topics/Night Harbour", ()).body.decode()


def test_a_card_is_found_by_the_full_name_where_it_means_one_person(there: Installation) -> None:
    def card(*principals: str) -> str:
        reply = there.get(f"/people/{NAME.upper()}", principals)
        return str(reply.json()["id"]) if reply.status == 200 else ""

    hold(there)
    assert card() == ID
    hold(there, ("elsie@x.example", Access.of(["group:board"])))
    assert (card(), card("group:board")) == (ID, "email:elsie@x.example"), "what a reader may not open means nobody"
    hold(there, ("elsie@x.example", OPEN), ("elsie.p@y.example", OPEN))
    assert card() in ("email:elsie@x.example", "email:elsie.p@y.example"), "nothing tells them apart"
    hold(there, ("elsie@x.example", OPEN), ("elsie.p@x.example", OPEN))
    assert card() == "", "two of one domain"
    assert there.get("/people/Nobody Here", ()).status == 404


GIVEN = "# Log\n\n## Night Harbour\n\n- **Owner(s):** Elsie, Bo\n- **Status:** done\n"


def given(there: Installation, **attendees: str) -> dict[str, Any]:
    """Who knows the Night Harbour by a log in `team/log` and minutes in other folders (`__` for `/`)."""
    pages = {("plans", "team/log/log.md"): Written(Content(GIVEN, "2024-02-01"), OPEN)}
    for folder, names in attendees.items():
        minutes = f"# Weather meeting\n\nAttendees: {names}\n\nFine weather.\n"
        pages["plans", f"{folder.replace('__', '/')}/minutes.md"] = Written(Content(minutes, "2024-02-01"), OPEN)
    there.hold(index_rows(known(Organisation(pages)), {}))
    return experts(there)


def test_a_given_name_alone_means_whoever_of_that_name_is_nearest(there: Installation) -> None:
    found = given(there, team="Elsie Phillips, Cy Ohm", far="Elsie Other, Di Um")
    assert set(found) == {ID, "name:bo"}
    assert [reason["kind"] for reason in found[ID]["reasons"]] == ["owner", "mentioned"]
    assert "Elsie" in found[ID]["reasons"][0]["citations"][0]["quote"]
    assert set(given(there, team__log="Elsie Other", team="Elsie Phillips")) == {"name:elsie other", "name:bo"}, "the nearest"


def test_a_given_name_alone_stays_one_where_two_have_it_or_nobody(there: Installation) -> None:
    assert set(given(there, team="Elsie Phillips, Elsie Other", far="Elsie Third")) == {"name:elsie", "name:bo"}
    found = given(there, team="Cy Ohm")
    assert set(found) == {"name:elsie", "name:bo"}
    card = there.get("/people/name:bo", ()).json()
    assert card["names"] == ["Bo"]
    assert [row["path"] for row in card["documents"]] == ["team/log/log.md"]


def test_a_given_name_with_an_initial_means_whoever_has_both(there: Installation) -> None:
    pages = {("plans", "log.md"): Written(Content(GIVEN.replace("Elsie, Bo", "Elsie P, Bo E"), "2024-02-01"), OPEN)}
    minutes = "# Weather meeting\n\nAttendees: Elsie Phillips, Elsie Other, Bo Ekman, Bo Ek\n\nFine weather.\n"
    pages["plans", "minutes.md"] = Written(Content(minutes, "2024-02-01"), OPEN)
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {ID, "name:bo e"}


def test_a_name_with_an_initial_is_nobodys_full_name(there: Installation) -> None:
    assert set(given(there, team__log="Elsie P, Cy Ohm", team="Elsie Phillips, Bo Ek")) == {ID, "name:bo ek"}
    assert set(given(there, team__log="Elsie P, Cy Ohm", team="Di Um, Bo Ek")) == {"name:elsie p", "name:bo ek"}


def test_a_given_name_in_a_sentence_means_whoever_alone_has_it_and_else_nobody(there: Installation) -> None:
    def known_by(*attendees: str, given: str = "Elsie") -> set[str]:
        text = f"# Log\n\n## Night Harbour\n\nThe gates of the Night Harbour were mended by {given}, and Olga paid. Fine weather.\n"
        pages = {("plans", "log.md"): Written(Content(text, "2024-02-01"), OPEN)}
        minutes = f"# Weather meeting\n\nAttendees: {', '.join(attendees)}\n\nFine weather.\n"
        pages["plans", "minutes.md"] = Written(Content(minutes, "2024-02-01"), OPEN)
        there.hold(index_rows(known(Organisation(pages)), {}))
        listed = {person.id for person in there.library(()).people()}
        assert listed == {f"name:{fold_name(name)}" for name in attendees}, "a sentence alone makes nobody"
        return set(experts(there))

    assert known_by("Elsie Phillips", "Cy Ohm") == {ID}
    assert known_by("Elsie Phillips", "Elsie Other") == set()
    assert known_by("Cy Ohm") == set()
    assert known_by("Sunita Rao", "Cy Ohm", given="Sunita") == {"name:sunita rao"}, "whatever lists of names have"
    assert known_by("Tae-hyun Kim", "Tae-min Kim", given="Tae-hyun") == {"name:tae hyun kim"}


def test_a_name_that_only_begins_a_longer_one_means_whoever_has_that(there: Installation) -> None:
    assert set(given(there, team="Elsie Phillips", team__old="Elsie Phillips Ohm, Bo Ek")) == {"name:elsie phillips ohm", "name:bo ek"}
    log = "# Log\n\n## Night Harbour\n\nThe gates of the Night Harbour were mended by Elsie Phillips. Fine weather.\n"
    pages = {("plans", "team/log.md"): Written(Content(log, "2024-02-01"), OPEN)}

    def met(*attendees: str) -> set[str]:
        minutes = f"# Weather meeting\n\nAttendees: {', '.join(attendees)}\n\nFine weather.\n"
        pages["plans", "team/minutes.md"] = Written(Content(minutes, "2024-02-01"), OPEN)
        there.hold(index_rows(known(Organisation(pages)), {}))
        return set(experts(there))

    assert met("Elsie Phillips Ohm", "Elsie Phillips") == {"name:elsie phillips ohm"}
    assert met("Elsie Phillips Ohm", "Elsie Phillips Ek", "Elsie Phillips") == {ID}, "whose it is, nobody can say"
    assert met("Elsie Phillips Ohm", "Elsie Phillips <elsie@x.example>") == {"email:elsie@x.example"}, "somebody is called so"


def test_a_word_in_a_sentence_that_is_a_topic_names_that(there: Installation) -> None:
    log = "# Log\n\n## Night Harbour\n\nThe gates of the Night Harbour were mended by Bedkom. Fine weather.\n"
    minutes = "# Weather meeting\n\nAttendees: Bedkom Ohm, Cy Ek\n\nFine weather.\n"
    about = "# Bedkom\n\nBedkom is the group that visits firms.\n\n## Plans of Bedkom\n\nBedkom plans visits.\n"
    pages = {
        ("plans", "log.md"): Written(Content(log, "2024-02-01"), OPEN),
        ("plans", "m.md"): Written(Content(minutes, "2024-02-01"), OPEN),
    }
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"name:bedkom ohm"}
    pages["plans", "bedkom.md"] = Written(Content(about, "2024-02-01"), Access.of(["group:board"]))
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"name:bedkom ohm"}, "what a reader may not open is no topic"
    assert set(experts(there, "group:board")) == set()


def test_where_a_folder_has_more_full_names_than_are_looked_at_a_given_name_means_nobody(
    there: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ID in given(there, team="Elsie Phillips, Bo Ek")
    monkeypatch.setattr("knowledge_graph.serving.given.MOST_FULL", 1)
    assert set(given(there, team="Elsie Phillips, Bo Ek")) == {"name:elsie", "name:bo"}


def test_an_address_without_a_name_that_is_called_like_a_topic_is_its_own_and_nobodys(there: Installation) -> None:
    people = {"email:olga@x.example", "name:elsie", "name:bo"}
    log = f"{GIVEN}\nWrite to nightharbour@x.example, to harbour@y.example or to olga@x.example.\n"
    pages = {("plans", "log.md"): Written(Content(log, "2024-02-01"), OPEN)}
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {*people, "email:nightharbour@x.example", "email:harbour@y.example"}, "no topic yet"
    about = "# Night Harbour\n\nThe Night Harbour is a depot.\n\n## Plans of the Night Harbour\n\nThe Night Harbour grows.\n"
    pages["plans", "night-harbour.md"] = Written(Content(about, "2024-02-01"), OPEN)
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == people


def test_people_are_listed_by_a_given_name_alone_only_where_nobody_has_it_in_full(there: Installation) -> None:
    def listed() -> set[str]:
        return {person.id for person in there.library(()).people()}

    given(there, team="Elsie Phillips")
    assert listed() == {ID, "name:bo"}
    given(there, team="Cy Ohm")
    assert listed() == {"name:cy ohm", "name:elsie", "name:bo"}


def test_one_word_behind_a_label_is_nobody_where_it_is_a_topic(there: Installation) -> None:
    log = GIVEN.replace("Bo", "Bedkom")
    about = "# Bedkom\n\nBedkom is the group that visits firms.\n\n## Plans of Bedkom\n\nBedkom plans visits.\n"
    pages = {("plans", "team/log.md"): Written(Content(log, "2024-02-01"), OPEN)}
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"name:elsie", "name:bedkom"}
    pages["plans", "bedkom.md"] = Written(Content(about, "2024-02-01"), OPEN)
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"name:elsie"}


def test_many_given_names_alone_are_looked_for_at_once(there: Installation) -> None:
    names = [f"{first}{second}{last}" for first in "BDGK" for second in "aeiou" for last in ("lko", "mzy", "kzu", "vlo")]
    pages = {("plans", "log.md"): Written(Content(GIVEN.replace("Elsie, Bo", ", ".join(names)), "2024-02-01"), OPEN)}
    minutes = f"# Weather meeting\n\nAttendees: {names[0]} Phillips\n\nFine weather.\n"
    pages["plans", "minutes.md"] = Written(Content(minutes, "2024-02-01"), OPEN)
    there.hold(index_rows(known(Organisation(pages)), {}))
    library = there.library(())
    found = {person.id for person, _ in library.compared("Night Harbour").ranked("")}
    expected = {f"name:{names[0].lower()} phillips", *(f"name:{name.lower()}" for name in names[1:])}
    assert found == expected
    assert {person.id for person in library.people(limit=200)} == expected


def test_a_given_name_alone_means_nobody_whom_the_reader_may_not_know(there: Installation) -> None:
    board = Access.of(["group:board"])
    minutes = "# Weather meeting\n\nAttendees: Elsie Phillips\n\nFine weather.\n"
    pages = {
        ("plans", "team/log.md"): Written(Content(GIVEN, "2024-02-01"), OPEN),
        ("plans", "team/minutes.md"): Written(Content(minutes, "2024-02-01"), board),
        ("plans", "far/minutes.md"): Written(Content(minutes.replace("Phillips", "Other"), "2024-02-01"), OPEN),
    }
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"name:elsie other", "name:bo"}
    assert set(experts(there, "group:board")) == {ID, "name:bo"}


def test_whom_a_given_name_means_is_shown_with_their_address(there: Installation) -> None:
    edits = (Edit(NAME, "elsie@x.example", 1, "2024-01-01", "2024-01-01"),)
    pages = {
        ("plans", "team/log.md"): Written(Content(GIVEN, "2024-02-01"), OPEN),
        ("plans", "team/greetings.md"): Written(Content("# Greetings\n\nFine weather.\n", "2024-02-01", edits), OPEN),
    }
    there.hold(index_rows(known(Organisation(pages)), {}))
    assert set(experts(there)) == {"email:elsie@x.example", "name:bo"}


def test_of_those_who_present_at_a_meeting_each_knows_their_own_part(there: Installation) -> None:
    parts = (("Night Harbour", "Elsie Phillips"), ("Blue Ledger", "Bo Ekman"), ("Lamps", "Cy Ohm"))
    said = "".join(f"## {topic}\n\nPresenter: {name}\n\nWe speak of the {topic} and how it goes on.\n\n" for topic, name in parts)
    pages = {("minutes", "2024.md"): Written(Content(f"# Harbour meeting\n\n{said}", "2024-02-01"), OPEN)}
    there.hold(index_rows(known(Organisation(pages)), {}))
    found = [person.id for person, _ in there.library(()).compared("Night Harbour").ranked("")]
    assert found[0] == ID
    scores = {person.id: one.score for person, one in there.library(()).compared("Night Harbour").ranked("")}
    assert all(scores[ID] > 1.5 * score for id, score in scores.items() if id != ID)


def test_of_those_who_own_a_part_each_knows_their_own(there: Installation) -> None:
    parts = (("Lamps", "Elsie Phillips"), ("Ledger", "Bo Ekman"), ("Gates", "Cy Ohm"))
    table = "| Maintainer | Company | Address |\n|---|---|---|\n"
    said = "".join(
        f"## {topic}\n\n{table}| {name} | Acme | {name.split()[0].lower()}@x.example |\n\n{'Fine weather. ' * 60}\n\n"
        for topic, name in parts
    )
    pages = {("areas", "OWNERS.md"): Written(Content(f"# Owners\n\n{said}", "2024-02-01"), OPEN)}
    there.hold(index_rows(known(Organisation(pages)), {}))
    for topic, name in parts:
        found = there.library(()).compared(topic).ranked("")
        assert found[0][0].names[0] == name
        assert found[0][1].score > 1.5 * found[1][1].score


def test_an_action_of_a_name_stands_on_the_card_of_the_one_who_bears_it(there: Installation) -> None:
    edits = (Edit(NAME, "elsie@x.example", 1, "2024-01-01", "2024-01-01"),)
    minutes = (
        "# Harbour meeting\n\nAttendees: Elsie Phillips\n\n## Night Harbour\n\nACTION: Elsie Phillips to paint the Night Harbour gate.\n"
    )
    pages = {
        ("plans", "minutes/may.md"): Written(Content(minutes, "2024-02-01"), OPEN),
        ("plans", "harbour.md"): Written(Content("# Night Harbour\n\nNight Harbour is a depot.\n", "2024-02-01"), OPEN),
        ("letters", "a.md"): Written(Content("# Greetings\n\nFine weather.\n", "2024-02-01", edits), Access.of(["group:board"])),
    }
    there.hold(index_rows(known(Organisation(pages)), {}))

    def actions(person: str, *principals: str) -> set[str]:
        card = there.get(f"/people/{person}", principals).json()
        return {row["key"] for row in card["relations"] if row["relation"] == "action-of"}

    assert actions("email:elsie@x.example", "group:board") == {"nightharbour"}
    assert actions(ID) == {"nightharbour"}
