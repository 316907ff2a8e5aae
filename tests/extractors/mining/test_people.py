"""Who a document says did what, and which of its names are one person."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Contribution, Document, Evidence, Mark, Segment

Make = Callable[..., Document]


def of_kind(document: Document, kind: str) -> list[Evidence]:
    return [row for row in mine(document) if row.kind == kind]


def done(document: Document) -> set[tuple[str, str]]:
    return {(row.subject, row.place) for row in of_kind(document, "contribution")}


def same(document: Document) -> set[frozenset[str]]:
    return {frozenset((row.subject, row.other)) for row in of_kind(document, "same")}


def roles(document: Document) -> set[tuple[str, str, str]]:
    return {(row.subject, row.place, row.other) for row in of_kind(document, "role")}


def test_the_sources_people_become_contributions(make_document: Make) -> None:
    people = (
        Contribution("edited", "Ann Lee", "Ann@X.org", count=3, first="2020-01-02", last="2021-03-04"),
        Contribution("wrote", "", "", "bo"),
        Contribution("presented", "Cy Oh"),
    )
    document = make_document("a.md", "Text.", people=people)
    found = of_kind(document, "contribution")
    name = f"name:cy oh@{document.document}"
    assert done(document) == {("email:ann@x.org", "edited"), ("handle:bo", "wrote"), (name, "presented")}
    (edited,) = [row for row in found if row.place == "edited"]
    assert (edited.count, edited.date, edited.last, edited.value, edited.segment) == (3, "2020-01-02", "2021-03-04", "Ann Lee", -1)


def test_a_no_reply_address_is_an_account(make_document: Make) -> None:
    document = make_document("a.md", "Text.", people=(Contribution("edited", "Ann Lee", "123+Ann@users.noreply.github.com"),))
    assert done(document) == {("handle:ann", "edited")}
    assert same(document) == {frozenset(("handle:ann", "email:123+ann@users.noreply.github.com"))}


def test_one_full_name_on_two_domains_is_one_person(make_document: Make) -> None:
    people = (Contribution("edited", "Ann Lee", "ann@x.org"), Contribution("edited", "Ann  LEE", "ann@y.com"))
    assert same(make_document("a.md", "Text.", people=people)) == {frozenset(("email:ann@x.org", "email:ann@y.com"))}


def test_namesakes_at_one_company_are_two_people(make_document: Make) -> None:
    people = (Contribution("edited", "Ann Lee", "ann.lee@x.org"), Contribution("edited", "Ann Lee", "ann.lee2@x.org"))
    document = make_document("a.md", "We asked Ann Lee about it.", people=people)
    assert not same(document)
    assert (f"name:ann lee@{document.document}", "mentioned") in done(document)


def test_a_single_name_joins_nobody(make_document: Make) -> None:
    people = (Contribution("edited", "ann", "ann@x.org"), Contribution("edited", "ann", "ann@y.com"))
    assert not same(make_document("a.md", "Text.", people=people))


def test_a_link_that_hides_an_address_names_nobody(make_document: Make) -> None:
    text = "Cy Oh ([email](mailto:cy@x.org)), [Bo Ek](mailto:bo@x.org), [ann@x.org](mailto:ann@x.org)"
    found = {row.subject: row.value for row in of_kind(make_document("a.md", text), "contribution") if row.subject.startswith("email:")}
    assert found == {"email:cy@x.org": "", "email:bo@x.org": "Bo Ek", "email:ann@x.org": "ann@x.org"}


def test_names_addresses_and_handles_in_text(make_document: Make) -> None:
    text = "Ask Ann Lee <ann@x.org> or Bo Ek (@boek), [Cy Oh](https://github.com/cyoh), or @dee.\n\nAnn Lee wrote it.\n"
    document = make_document("a.md", text)
    assert done(document) == {
        ("email:ann@x.org", "mentioned"),
        ("handle:boek", "mentioned"),
        ("handle:cyoh", "mentioned"),
        ("handle:dee", "mentioned"),
    }
    spans = {row.subject: document.segments[row.segment].text[row.start : row.end] for row in of_kind(document, "contribution")}
    assert spans["handle:boek"] == "Bo Ek (@boek"


def test_a_known_persons_name_in_prose_is_flagged_and_counted(make_document: Make) -> None:
    document = make_document("a.md", "We met Ann Lee and the Old Crane.", people=(Contribution("edited", "Ann Lee", "ann@x.org"),))
    assert ("email:ann@x.org", "mentioned") in done(document)
    flags = {row.subject: row.features for row in of_kind(document, "mention") if row.place == "prose"}
    assert "person" in flags["annlee"]
    assert "person" not in flags["oldcrane"]


def test_mailing_lists_and_everybody_are_no_people(make_document: Make) -> None:
    assert not done(make_document("a.md", "Write to sig-node-leads@x.org, team@x.org or dev@lists.x.org, or ping @channel."))


def test_labels_and_headings_say_what_people_did(make_document: Make) -> None:
    text = "Presenter: Ann Lee\n\nAttendees: Bo Ek, Cy Oh and Di Um\n\n## Authors\n\n- Ed Ow\n"
    document = make_document("a.md", text)
    at = f"@{document.document}"
    expected = {("ann lee", "presented"), ("bo ek", "attended"), ("cy oh", "attended"), ("di um", "attended"), ("ed ow", "wrote")}
    assert done(document) == {(f"name:{name}{at}", kind) for name, kind in expected}


def test_roles_by_heading_label_and_sentence(make_document: Make) -> None:
    text = """# Harbour Team

## Chairs

- Ann Lee (**[@ann](https://github.com/ann)**), Shipping

## Contact

Bo Ek (@bo) is the tech lead of Tide Tables.

Owner: Cy Oh
"""
    document = make_document("teams/harbour/README.md", text)
    assert ("handle:ann", "chair", "harbour") in roles(document)
    assert ("handle:bo", "lead", "tidetable") in roles(document)
    assert (f"name:cy oh@{document.document}", "owner") in done(document)
    assert ("handle:ann", "owner") in done(document)


def test_a_given_name_counts_in_mail_where_it_is_unique(make_document: Make) -> None:
    people = (Contribution("sent", "Ann Lee", "ann@x.org"), Contribution("received", "Bo Ek", "bo@x.org"))
    document = make_document("m.eml", "Please tell Bo that the crane broke.", kind="mail", people=people)
    assert ("email:bo@x.org", "mentioned") in done(document)


def test_a_table_gives_roles_row_by_row(make_document: Make) -> None:
    text = "| Component | Lead | Notes |\n|---|---|---|\n| Lantern | Ann Lee (@annlee) | new |\n| Osprey Sync | Bo Ek | |\n"
    document = make_document("a.md", text)
    assert roles(document) == {("handle:annlee", "lead", "lantern"), (f"name:bo ek@{document.document}", "lead", "ospreysync")}


def test_a_role_beside_a_name_in_a_table_without_such_a_header(make_document: Make) -> None:
    text = "# Falcon\n\n| Who | What |\n|---|---|\n| Ann Lee <ann@x.org> | Maintainer |\n"
    assert ("email:ann@x.org", "maintainer", "falcon") in roles(make_document("a.md", text))


def test_teams_roles_and_words_with_an_at_sign_are_nobody(make_document: Make) -> None:
    said = "Ping @wg-async and @release-managers, ask @approvers, quote @the first @mentions; @may and @wgundel look at it."
    document = make_document("a.md", f"{said}\n\nThe Async Group (@wg-async) meets. Mail community@x.org or steering-private@x.org.")
    assert done(document) == {("handle:may", "mentioned"), ("handle:wgundel", "mentioned")}


def test_somebody_called_dev_is_no_mailing_list(make_document: Make) -> None:
    document = make_document("a.md", "Write to dev.patel@x.org, kapil.dev@x.org, rust-dev@x.org, dev@x.org or dev-help@x.org.")
    assert done(document) == {("email:dev.patel@x.org", "mentioned"), ("email:kapil.dev@x.org", "mentioned")}


def test_handles_without_a_sign_count_where_people_are_listed(make_document: Make) -> None:
    document = make_document("a.md", "Attendees: zqfelix, wvarkor, budget\n\nAsk zqfelix about it.\n")
    assert done(document) == {("handle:zqfelix", "attended"), ("handle:wvarkor", "attended")}


def test_full_names_called_in_chats_and_thanked(make_document: Make) -> None:
    document = make_document("a.md", "cc @**Ann Lee** @_**Bo Ek|123**\n\nThanks to Cy Oh, Dee Um and the Release Team for it.\n")
    names = {subject.partition("@")[0] for subject, _ in done(document)}
    assert names == {"name:ann lee", "name:bo ek", "name:cy oh", "name:dee um"}


def test_where_somebody_works_is_nobody_who_is_called(make_document: Make) -> None:
    document = make_document("a.md", "Limits of swap (Robert Krawitz @Red Hat), with @Ann Lee.\n")
    assert {subject.partition("@")[0] for subject, _ in done(document)} == {"name:robert krawitz", "name:ann lee"}


@pytest.mark.parametrize(
    "text",
    [
        "Thanks to everybody who came. Then we went on to Night Harbour, and home.",
        "# Responsibility of contributors who implement it\n\nContribution Guide (core team):\n",
        "Contributors write tests and Contribution Guide, too.",
        "# Acknowledgements\n\nType: Standards Track",
        "They are restarted after they exit with Success. Ultimately, they are not.",
        "Thanks to Workload APIs and Review PRs.",
    ],
)
def test_what_is_named_where_nobody_is_thanked_is_nobody(text: str, make_document: Make) -> None:
    assert not done(make_document("a.md", text))


def test_thanks_name_whoever_stands_in_their_sentence_or_list(make_document: Make) -> None:
    document = make_document("a.md", "We thank the reviewers:\nAnn Lee, Martin v. Löwis\nand J.-P. Ek.\n\n# Contributors\n\n- Cy Oh\n")
    names = {subject.partition("@")[0] for subject, _ in done(document)}
    assert names == {"name:ann lee", "name:martin v lowis", "name:j p ek", "name:cy oh"}


def test_a_line_that_begins_with_by_and_ends_with_a_colon_names_nobody(make_document: Make) -> None:
    assert not done(make_document("a.md", "By Mutating Webhook:\n"))
    assert done(make_document("a.md", "By Ann Lee\n"))


def test_an_annotation_in_code_is_nobody(make_document: Make) -> None:
    assert not done(make_document("a.md", "Mark it with `@override` and `@getter`.\n"))


def test_minutes_written_as_lines_of_speakers(make_document: Make) -> None:
    text = "# Lantern\n\nAnn Lee: we ship it.\n\nBo Ek: I agree.\n\nAction Items: nothing here.\n"
    document = make_document("minutes.md", text)
    assert not done(make_document("design.md", text))
    assert not done(make_document("callback-retroactive.md", text))
    assert {subject.partition("@")[0] for subject, kind in done(document)} == {"name:ann lee", "name:bo ek"}


def test_no_speaker_is_what_the_minutes_write_in_small_letters_too_or_a_link_follows(make_document: Make) -> None:
    text = "Ann Lee: before the code freeze.\n\nCode Freeze: on Monday.\n\nTest Grid: https://grid.x.org/falcon\n\nHelp Desk: h@x.org\n"
    assert {subject.partition("@")[0] for subject, _ in done(make_document("minutes.md", text))} == {"name:ann lee", "email:h"}


@pytest.mark.parametrize(
    "name", ["Ann Jones", "Inés Díaz", "Tae-hyun Kim", "Will Reid", "An Nguyen", "Mark O'Neill", "Ludwig van Beethoven"]
)
def test_what_a_name_is_made_of_does_not_decide_whether_it_counts(make_document: Make, name: str) -> None:
    """A plural's `s`, accents, hyphens, function words and articles mean something in the name of a topic and nothing in a person's."""
    people = (Contribution("sent", "Bo Ek", "bo@x.org"), Contribution("received", name, "who@x.org"))
    page = make_document("a.md", f"We met {name} and the Old Crane.", people=people)
    mail = make_document("m.eml", f"Please tell {name.split()[0]} that the crane broke.", kind="mail", people=people)
    assert ("email:who@x.org", "mentioned") in done(page)
    assert ("email:who@x.org", "mentioned") in done(mail)


def test_each_mention_counts_where_it_stands(make_document: Make) -> None:
    people = (Contribution("edited", "Ann Lee", "ann@x.org"),)
    text = "# Crane\n\nAnn Lee built it.\n\n# Winch\n\nNobody built it.\n\n# Scale\n\nAnn Lee and Ann Lee's friends built it.\n"
    document = make_document("a.md", text, people=people)
    named = [row for row in of_kind(document, "contribution") if row.place == "mentioned"]
    assert [(document.segments[row.segment].headings[-1], row.count) for row in sorted(named, key=lambda row: row.segment)] == [
        ("Crane", 1), ("Scale", 2),
    ]  # fmt: skip


def test_who_speaks_is_not_mentioned_by_it() -> None:
    text = "Ann Lee: The crane broke, and Bo Ek knows.\nBo Ek: I know."
    second = text.index("\n") + 1
    turns = [(0, second - 1, "Ann Lee"), (second, len(text), "Bo Ek")]
    marks = tuple(mark for start, end, who in turns for mark in (Mark(start, end, "paragraph"), Mark(start, end, "speaker", who)))
    document = Document("d", "s", "meetings/call.vtt", "meeting", "", "2024-01-01", segments=(Segment(0, text, marks=marks),))
    found = {(row.subject, row.place): (row.count, row.start) for row in of_kind(document, "contribution")}
    ann, bo = "name:ann lee@d", "name:bo ek@d"
    assert found == {(ann, "attended"): (1, 0), (bo, "attended"): (1, second), (bo, "mentioned"): (1, text.index("Bo Ek"))}


def test_a_row_of_a_directory_is_one_person(make_document: Make) -> None:
    text = "| Name | E-mail | Handle | Role | Joined |\n|---|---|---|---|---|\n"
    text += "| Ann Lee | ann@x.org | zqann | Product manager | 2023-01-09 |\n"
    document = make_document("people.md", text)
    assert same(document) == {frozenset(("email:ann@x.org", "handle:zqann"))}
    assert done(document) == {("email:ann@x.org", "mentioned"), ("email:ann@x.org", "owner")}


def test_a_table_without_such_columns_joins_nobody(make_document: Make) -> None:
    document = make_document("a.md", "| Name | Asked by |\n|---|---|\n| Ann Lee | bo@x.org |\n")
    assert not same(document)


ROLL = """# Weekly meeting 2024-05-06

## Present

* Ann Lee @ann (observer)
* Bo Ek @boek
* Cy Oh (chair)

## Roll call

* Dee Roy / Project Falcon / @deeroy
* Eva / Acme / \\@evaq
* Fay Moe - Acme - @faymoe
* Gus Orr / Acme / gusorr77
* Hal Poe / Acme / hal@x.org

## Absent

* Ida Quo @idaquo
"""


def test_a_roll_call_says_who_was_there_with_their_accounts(make_document: Make) -> None:
    document = make_document("meetings/2024-05-06.md", ROLL)
    there = {subject for subject, place in done(document) if place == "attended"}
    handles = {f"handle:{handle}" for handle in ("ann", "boek", "deeroy", "evaq", "faymoe", "gusorr77")}
    assert there == handles | {"email:hal@x.org", f"name:cy oh@{document.document}"}
    names = {row.subject: row.value for row in of_kind(document, "contribution") if row.segment >= 0}
    assert (names["handle:ann"], names["handle:evaq"], names["handle:gusorr77"]) == ("Ann Lee", "Eva", "Gus Orr")
    assert ("handle:idaquo", "mentioned") in done(document)


def test_who_several_names_are_followed_by_is_whom_they_work_for(make_document: Make) -> None:
    text = "# Meeting\n\n## Present\n\n* Ann Lee @Acme\n* Bo Ek @Acme\n"
    named = {row.value for row in of_kind(make_document("meetings/a.md", text), "contribution") if row.subject == "handle:acme"}
    assert named.isdisjoint({"Ann Lee", "Bo Ek"})


def test_elsewhere_such_a_list_names_people_who_did_nothing_yet(make_document: Make) -> None:
    text = "# Falcon\n\n## Who knows\n\n* Ann Lee @ann\n* Bo Ek @boek\n* Cy Oh @cyoh\n"
    assert done(make_document("falcon.md", text)) == {
        ("handle:ann", "mentioned"),
        ("handle:boek", "mentioned"),
        ("handle:cyoh", "mentioned"),
    }


@pytest.mark.parametrize("line", ["Eva Roe, with the help of @boek", "Ann Lee, Bo Ek, @boek", "GitHub Issue / Links / @boek"])
def test_a_line_that_is_no_entry_gives_nobody_anothers_account(make_document: Make, line: str) -> None:
    text = f"# Weekly meeting\n\n* Dee Roy / Acme / @deeroy\n* Eva Sol / Acme / @evasol\n* Fay Moe / Acme / @faymoe\n* {line}\n"
    named = {row.value for row in of_kind(make_document("meetings/a.md", text), "contribution") if row.subject == "handle:boek"}
    assert named <= {"@boek", "Bo Ek"}


def test_a_product_written_in_two_words_speaks_for_nobody(make_document: Make) -> None:
    document = make_document(
        "meetings/a.md", "# Minutes\n\n* GitHub Issue: it was closed\n* Ann McLean: we close it\n* KeShawn VanDyke: yes\n"
    )
    assert {row.value for row in of_kind(document, "contribution") if row.place == "attended"} == {"Ann McLean", "KeShawn VanDyke"}


def test_who_owns_what_a_row_names_owns_no_more_of_the_document(make_document: Make) -> None:
    table = "# Initiatives\n\n| Initiative | Champion |\n|---|---|\n| Falcon | [Ann Lee](https://github.com/ann) |\n| Otter | ? |\n"
    document = make_document("initiatives.md", table)
    assert done(document) == {("handle:ann", "mentioned")}
    assert roles(document) == {("handle:ann", "owner", "falcon")}


def test_who_came_speaks_by_the_given_name_where_nobody_else_has_it(make_document: Make) -> None:
    roll = "# Meeting\n\n## Present\n\n* Ann Lee @annlee\n* Bo Ek @boek\n* Bo Um @boum\n* Cy / Acme / @cyoh\n\n## Updates\n\n"
    document = make_document("meetings/a.md", roll + "* **Ann:** the tender is late\n* Bo: no\n* Cy: yes\n* Docs: none\n")
    spoke = {row.subject for row in of_kind(document, "contribution") if row.place == "attended" and " " not in row.value}
    assert spoke == {"handle:annlee", "handle:cyoh"}


def test_those_who_came_may_be_listed_by_group(make_document: Make) -> None:
    text = "# Meeting\n\n## Attendance\n\n- Council: Ann Lee, Bo Ek\n- Observers: Cy Oh\n- Notes: Night Harbour\n"
    document = make_document("meetings/a.md", text)
    there = {row.value for row in of_kind(document, "contribution") if row.place == "attended"}
    assert there == {"Ann Lee", "Bo Ek", "Cy Oh"}


@pytest.mark.parametrize("account", ["rust-lang", "mods-venue", "wg-async"])
def test_an_account_of_many_is_nobody(make_document: Make, account: str) -> None:
    text = f"See [{account}](https://github.com/{account}) and [ann-dev](https://github.com/ann-dev).\n"
    assert {subject for subject, _ in done(make_document("a.md", text))} == {"handle:ann-dev"}


def test_a_chat_calls_people_by_name_and_account(make_document: Make) -> None:
    document = make_document("a.md", "Assigned to @**Michael Goulet (compiler-errors)** and @**Ann Lee (Google)**, says @**Bo Ek** too.\n")
    named = {(row.subject.partition("@")[0], row.value) for row in of_kind(document, "contribution")}
    assert named == {("handle:compiler-errors", "Michael Goulet"), ("name:ann lee", "Ann Lee"), ("name:bo ek", "Bo Ek")}


def test_what_is_written_like_a_full_name_is_kept_for_whoever_knows_the_person(make_document: Make) -> None:
    text = "Cy Oh proposed the ledger, and Ann Lee agreed. Release Notes say so: release notes do.\n\nCy Oh\u2019s ledger is late.\n"
    document = make_document("a.md", text, people=(Contribution("edited", "Ann Lee", "ann@x.org"),))
    (row,) = of_kind(document, "called")
    assert (row.subject, row.value, row.count, document.segments[0].text[row.start : row.end]) == ("name:cy oh", "Cy Oh", 2, "Cy Oh")
    assert ("email:ann@x.org", "mentioned") in done(document)


@pytest.mark.parametrize("address", ["none@none", "root@localhost", "ann", "x@y.invalid"])
def test_what_is_no_address_joins_nobody(make_document: Make, address: str) -> None:
    people = (Contribution("edited", "Ann Lee", address), Contribution("edited", "Ann Lee", "ann@x.org"))
    document = make_document("a.md", "Text.", people=people)
    assert {subject for subject, _ in done(document)} == {"email:ann@x.org", f"name:ann lee@{document.document}"}
    assert not any(address in row.subject + row.other for row in mine(document) if row.kind == "same" and address != "ann")


def test_an_account_is_not_called_by_what_stands_before_it_for_another_reason(make_document: Make) -> None:
    text = (
        "- [Static Capacity](plans/static.md) @annlee\n- Change of Chairs - @boek replaced @cyoh\n"
        "- [Lamp Plan](plans/lamps.md) (@diu)\n- Ed Um - @edum\n- [Fay Ott](https://github.com/fayott) @fayott\n"
    )
    rows = of_kind(make_document("a.md", text), "contribution")
    assert {row.subject: row.value for row in rows} == {
        "handle:annlee": "@annlee", "handle:boek": "@boek", "handle:cyoh": "@cyoh", "handle:diu": "@diu",
        "handle:edum": "Ed Um", "handle:fayott": "Fay Ott",
    }  # fmt: skip


def test_what_a_link_is_called_says_nothing(make_document: Make) -> None:
    text = "# Weekly minutes\n\n- [Lamp Plan: the second part](plans/lamps.md)\n- Ann Lee: the lamps are late\n"
    assert {row.subject.partition("@")[0] for row in of_kind(make_document("minutes.md", text), "contribution")} == {"name:ann lee"}


ATTENDANCE = {
    "below a heading": "## Attendees\n\n| Name | Firm |\n|--|--|\n| Ann Lee | Acme |\n| Bo Ek | Acme |\n",
    "below a line": "**Anwesend:**\n\n| Name | Firm |\n|--|--|\n| Ann Lee | Acme |\n| Bo Ek | Acme |\n",
    "by its header": "| Participants | Firm |\n|--|--|\n| Ann Lee | Acme |\n| Bo Ek | Acme |\n",
    "with marks": "| Attendee | Present |\n|--|--|\n| Ann Lee | x |\n| Bo Ek | yes |\n| Cy Ohm | |\n",
    "with who is away": "| Attendee | Absent |\n|--|--|\n| Ann Lee | |\n| Bo Ek | |\n| Cy Ohm | x |\n",
    "a directory": "## Attendees\n\n| Name | Email |\n|--|--|\n| Ann Lee | ann@x.org |\n| Bo Ek | bo@x.org |\n",
}


@pytest.mark.parametrize("table", ATTENDANCE.values(), ids=ATTENDANCE)
def test_a_table_says_who_was_there(table: str, make_document: Make) -> None:
    rows = of_kind(make_document("minutes.md", f"# Board meeting\n\n{table}\n## Lamps\n\nThe lamps are late.\n"), "contribution")
    assert {row.value for row in rows if row.place == "attended"} == {"Ann Lee", "Bo Ek"}


def test_a_table_of_names_elsewhere_is_none_of_who_was_there(make_document: Make) -> None:
    table = "## Suppliers\n\n| Name | Firm |\n|--|--|\n| Ann Lee | Acme |\n| Bo Ek | Acme |\n"
    assert not [
        row for row in of_kind(make_document("minutes.md", f"# Board meeting\n\n{table}"), "contribution") if row.place == "attended"
    ]


def test_a_role_in_brackets_is_that_of_whoever_stands_before_them(make_document: Make) -> None:
    document = make_document(
        "a.md", "# Falcon\n\nPresent: Ann Lee (Acme), Bo Ek (Chair), Cy Ohm\n\n- Di Um <di@x.org>, Acme (maintainer)\n"
    )
    assert {(key.partition("@")[0], role) for key, role, _ in roles(document)} == {("name:bo ek", "chair"), ("email:di", "maintainer")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Present:\nAnn Lee\nBo Ek\n\nAbsent:\nCy Ohm\n", {"ann lee": {"attended"}, "bo ek": {"attended"}}),
        (
            "Scribe: Ann Lee\nIn attendance: Bo Ek, Cy Ohm (Finance)\n",
            {"ann lee": {"wrote"}, "bo ek": {"attended"}, "cy ohm": {"attended"}},
        ),
        ("Present:\n\nAnn Lee\n\nBo Ek, Treasurer\n\nThe lamps are late.\n\nCy Ohm\n", {"ann lee": {"attended"}, "bo ek": {"attended"}}),
        ("**Present**\n\n- Ann Lee, Secretary\n- Bo Ek - Treasurer\n", {"ann lee": {"attended"}, "bo ek": {"attended"}}),
        ("| Author | Ann Lee |\n|--|--|\n| Approved by | Bo Ek |\n", {"ann lee": {"wrote"}, "bo ek": {"decided"}}),
        (
            "| Version | Author | Changes |\n|--|--|--|\n| 1.0 | Ann Lee | first |\n| 1.1 | Bo Ek | more |\n",
            {"ann lee": {"wrote"}, "bo ek": {"wrote"}},
        ),
        ("| Paper | Author |\n|--|--|\n| Lamps | Ann Lee |\n", {}),
    ],
)
def test_offices_say_who_did_what_in_many_ways(text: str, expected: dict[str, set[str]], make_document: Make) -> None:
    found: dict[str, set[str]] = {}
    for row in of_kind(make_document("minutes/one.md", f"# Minutes\n\n{text}\n## Lamps\n\nThe lamps are late.\n"), "contribution"):
        found.setdefault(row.subject.removeprefix("name:").partition("@")[0], set()).add(row.place)
    assert found == expected


def test_a_name_before_an_address_that_is_followed_by_more(make_document: Make) -> None:
    (row,) = of_kind(make_document("a.md", "Ask Ann Lee (ann.lee@x.org, ext. 4431).\n"), "contribution")
    assert (row.subject, row.value) == ("email:ann.lee@x.org", "Ann Lee")
