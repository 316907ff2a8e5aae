"""Names with accounts beside them, as projects list people, and given names alone, which only other documents explain."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from knowledge_graph.model.records import Contribution, Document

Make = Callable[..., Document]


def did(document: Document, *kinds: str) -> set[tuple[str, str]]:
    """Who did what: identity without its document, kind."""
    rows = (row for row in mine(document) if row.kind in (kinds or ("contribution", "role")))
    return {(row.subject.partition("@")[0] if row.subject.startswith("name:") else row.subject, row.place) for row in rows}


def names(document: Document) -> set[tuple[str, str]]:
    return {(row.subject, row.value) for row in mine(document) if row.kind == "contribution"}


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Primary assignee: bahnwaerter", ("handle:bahnwaerter", "edited")),
        ("Other contributors: sean-k-moo", ("handle:sean-k-moo", "edited")),
        ("Feature liaison: Ann Lee", ("name:ann lee", "liaison")),
        ("Assignee: dane-lee (Ann Lee)", ("handle:dane-lee", "edited")),
        ("Assignee: Ann Lee (annlee)", ("handle:annlee", "edited")),
        ("Assignee: Ann Lee \\<ann-l>", ("handle:ann-l", "edited")),
        ("Assignee: Ann Lee annlee7", ("handle:annlee7", "edited")),
        ("Assignee: annl22 <ann@x.org>", ("email:ann@x.org", "mentioned")),
        ("The chair is Ann Lee (IRC: ann).", ("handle:ann", "mentioned")),
    ],
)
def test_an_account_beside_a_name(text: str, who: tuple[str, str], make_document: Make) -> None:
    assert who in did(make_document("plan.md", f"# Night Harbour\n\n{text}\n"))


def test_an_account_before_an_address_is_the_same_persons(make_document: Make) -> None:
    rows = mine(make_document("plan.md", "# Night Harbour\n\nAssignee: annl22 \\<ann@x.org\\>, bo-ek (bo@x.org)\n"))
    same = {(row.subject, row.other) for row in rows if row.kind == "same"}
    assert same == {("email:ann@x.org", "handle:annl22"), ("email:bo@x.org", "handle:bo-ek")}


@pytest.mark.parametrize("behind", ["observer", "Einkauf", "abwesend", "vertretung", "Docks"])
def test_what_stands_in_brackets_may_be_anything(behind: str, make_document: Make) -> None:
    document = make_document("minutes/may.md", f"# Harbour\n\nTeilnehmer: Ann Lee ({behind}), Bo Ek\n")
    assert did(document) == {("name:ann lee", "attended"), ("name:bo ek", "attended")}


def test_a_list_of_names_with_accounts_in_brackets_and_of_accounts_with_names(make_document: Make) -> None:
    bracketed = "* Ann Lee (annlee)\n* Bo Ekman (boekman)\n* Cy Ohm (fungi)\n* Di Umber (diumber)\n"
    assert {("handle:fungi", "Cy Ohm"), ("handle:annlee", "Ann Lee")} <= names(make_document("a.md", f"# Harbour\n\n{bracketed}"))
    first = "* [@ann](https://github.com/ann) - Ann Lee\n* [@bo](https://github.com/bo) - Bo Ek\n* [@cy](https://github.com/cy) - Cy Ohm\n"
    found = names(make_document("a.md", f"# Harbour\n\n## Who may open the gate\n\n{first}"))
    assert {("handle:ann", "Ann Lee"), ("handle:bo", "Bo Ek"), ("handle:cy", "Cy Ohm")} <= found


def test_a_column_of_accounts_beside_one_of_names(make_document: Make) -> None:
    table = "| Area | Lieutenant | IRC nick |\n|---|---|---|\n| Docks | Ann Lee | ann |\n| Lamps | Bo Ek | boekk |\n"
    assert {("handle:ann", "Ann Lee"), ("handle:boekk", "Bo Ek")} <= names(make_document("a.md", f"# Harbour\n\n{table}"))


def test_an_account_speaks_in_minutes_and_is_no_name_of_a_thing(make_document: Make) -> None:
    minutes = "# Harbour meeting\n\n## Present\n\n- Ann Lee @annlee\n- Bo Ek @boekk\n\n## Notes\n\n- annlee: we ship\n- annlee: on Monday\n"
    rows = mine(make_document("minutes/1.md", minutes))
    assert [row.count for row in rows if (row.subject, row.place, row.value) == ("handle:annlee", "attended", "annlee")] == [2]
    assert all("person" in row.features for row in rows if row.kind == "mention" and row.subject == "annlee")


def test_where_minutes_list_who_came_another_label_is_what_is_spoken_of(make_document: Make) -> None:
    listed = "# Harbour meeting\n\nAttendees: Ann Lee, Bo Ek, Cy Ohm\n\n"
    said = "Oda Plahn: we ship on Monday.\n\nGate Plan: no.\n\nBo E: no.\n\nAnn Lee: yes.\n"
    assert ("name:oda plahn", "attended") not in did(make_document("minutes/1.md", listed + said))
    for few in ("# Harbour meeting\n\n", "# Harbour meeting\n\nAttendees: Ann Lee, Bo Ek\n\n"):
        spoke = did(make_document("minutes/1.md", few + said))
        assert ("name:oda plahn", "attended") in spoke, "others may have come later"
        assert ("name:gate plan", "attended") not in spoke, "an everyday word"


def test_an_employer_behind_a_name_is_no_part_of_it(make_document: Make) -> None:
    people = ("Ann Lee - Docks", "Bo Ekman IGN", "CYOHM ANSC Keeper of lamps", "Di Umber EPT 12 Grand", "Ed Fox")
    text = "# Harbour meeting\n\n**12 Participants:**\n\n" + "\n\n".join(people)
    assert did(make_document("minutes/1.md", text)) == {
        (f"name:{name}", "attended") for name in ("ann lee", "bo ekman", "di umber", "ed fox")
    }


@pytest.mark.parametrize(
    "jobs",
    [
        ("Cheffe du service", "Directeur adjoint", "Développeuse"),
        ("Leiterin", "Entwickler", "Sachbearbeiterin"),
        ("Jefa de equipo", "Ingeniero", "Diseñadora"),
        ("dev", "coach", "Product designer"),
    ],
)
@pytest.mark.parametrize("mark", [",", " \u2013"])
def test_a_team_tells_what_its_people_are_in_their_language(jobs: tuple[str, ...], mark: str, make_document: Make) -> None:
    lines = "".join(f"* **{name}**{mark} {job}\n" for name, job in zip(("Ann Lee", "Bo Ek", "Cy Ohm"), jobs, strict=True))
    found = did(make_document("team.md", f"# Harbour\n\n## The office\n\n{lines}"), "contribution")
    assert found >= {("name:ann lee", "mentioned"), ("name:bo ek", "mentioned"), ("name:cy ohm", "mentioned")}


def test_given_names_alone_in_lists_of_people_are_names_and_other_words_are_left_to_other_documents(make_document: Make) -> None:
    document = make_document(
        "log.md", "# Log\n\n## Streaming\n\n- **Owner(s):** Rok, Lior, Marketing\n- **Status:** Done\n\nAttendees: Keegan/Will\n"
    )
    assert did(document, "contribution") == {
        ("name:rok", "mentioned"), ("name:rok", "owner"), ("name:lior", "mentioned"), ("name:lior", "owner"),
        ("name:keegan", "attended"), ("name:will", "attended"),
    }  # fmt: skip
    assert did(document, "role") == {("name:rok", "owner"), ("name:lior", "owner")}
    assert ("name:marketing", "mentioned") in did(document, "called")


def test_a_given_name_in_a_list_means_whoever_else_has_it_in_the_document(make_document: Make) -> None:
    text = "# Log\n\nAuthors: Rok Um, Ann Lee, Ann Ek\n\n## Streaming\n\n- Owners: Rok, Ann\n- Rok: still late\n"
    document = make_document("log.md", text)
    owners = {subject for subject, kind in did(document, "role") if kind == "owner"}
    assert owners == {"name:rok um", "name:ann"}, "two of one name are neither"
    assert ("name:rok um", "tagged") in did(document)


def test_a_given_name_in_a_column_holds_its_role_for_the_row(make_document: Make) -> None:
    document = make_document("log.md", "# Log\n\n| Project | Owner |\n|---|---|\n| Night Lamps | Rok |\n| Blue Ledger | Marketing |\n")
    assert {(row.subject.partition("@")[0], row.other) for row in mine(document) if row.kind == "role"} == {("name:rok", "nightlamp")}


@pytest.mark.parametrize("owner", ["Ministère de la Marine", "Universität Hamburg", "/offices/docks", "DOCKS"])
def test_an_office_that_owns_a_page_is_nobody(owner: str, make_document: Make) -> None:
    assert did(make_document("a.md", "# Harbour\n\nLamps.\n", people=(Contribution("owner", owner),))) == set()
    assert did(make_document("a.md", "# Harbour\n\nLamps.\n", people=(Contribution("owner", "Ann Lee"),))) == {("name:ann lee", "owner")}


def test_an_employer_behind_the_author_in_a_page_head_wrote_nothing(make_document: Make) -> None:
    assert did(make_document("a.md", "---\nauthor: Ann Lee, Acme\n---\n# Lamps\n\nLamps.\n")) == {("name:ann lee", "wrote")}
    assert did(make_document("a.md", "---\nauthor: Ann Lee, Bo Ek\n---\n# Lamps\n\nLamps.\n")) == {
        ("name:ann lee", "wrote"),
        ("name:bo ek", "wrote"),
    }


def test_an_account_in_a_page_head_is_an_account_and_a_role_there_is_one(make_document: Make) -> None:
    rows = mine(
        make_document("lamps.md", "---\ntitle: Night Lamps\nleads:\n- ann-l\nmentors:\n- name: Bo Ek\n  github: boek\nauthor: cyohm\n---\n")
    )
    assert {(row.subject, row.place) for row in rows if row.kind == "role"} == {("handle:ann-l", "lead"), ("handle:boek", "mentor")}
    assert {row.subject for row in rows if row.kind == "contribution" and row.place == "wrote"} == {"handle:cyohm"}
    assert "handle:ann-l" in {row.subject for row in rows if row.kind == "contribution" and row.place == "owner"}


def test_who_is_tagged_is_somebody_and_no_name_of_a_thing(make_document: Make) -> None:
    text = '# Goals\n\n## Night Lamps (Owner: <TeamMember name="Ann Lee" />)\n\n- Trim wicks <TeamMember name="Bo Ek" github="boek" />\n'
    document = make_document("goals.mdx", text)
    assert did(document, "contribution") >= {("name:ann lee", "owner"), ("name:ann lee", "tagged"), ("handle:boek", "tagged")}
    assert names(document) >= {("handle:boek", "Bo Ek")}
    topics = {row.subject for row in mine(document) if row.kind == "mention"}
    assert "nightlamp" in topics
    assert topics.isdisjoint({"annlee", "boek", "nightlampannlee"})


def test_the_account_that_a_line_of_a_list_begins_with_is_theirs(make_document: Make) -> None:
    text = "Who may commit:\n\n- annl  Ann Lee (ann@x.org)\n- joe  Joe Oak (joe@y.com)\n- the  Bo Ek (bo@x.org)\n"
    rows = [row for row in mine(make_document("committers.md", text)) if row.kind == "same"]
    assert {(row.subject, row.other) for row in rows} == {("email:ann@x.org", "handle:annl"), ("email:joe@y.com", "handle:joe")}


def test_in_a_list_of_who_came_a_given_name_that_leads_to_an_account_is_its_owners(make_document: Make) -> None:
    text = "Asisten a la reunión: [Ann Lee](https://github.com/ann-l), Bo Ek, y [Mario](https://github.com/maru).\n"
    document = make_document("actas/2024-01-02.md", f"{text}\n[Nala](https://github.com/naladog)\n")
    assert names(document) >= {("handle:maru", "Mario"), ("handle:ann-l", "Ann Lee")}
    assert not any(subject == "handle:naladog" for subject, _ in names(document))
    assert ("name:bo ek", "attended") in did(document)


def test_given_names_that_stand_for_whoever_does_what_a_line_says_are_somebodys(make_document: Make) -> None:
    text = "# Goals\n\n### Trim the wicks (Lior)\n\n- **Raquel:** Oil\n- Keys (Andy and Ian)\n- Albert\n- NodePort\n- Oil for Bo\n"
    text += "\nAsk them (Zoe)\n"
    told = {(row.subject, row.place) for row in mine(make_document("goals.md", text)) if row.kind == "called"}
    assert {one for one in told if one[1] == "tagged"} == {
        (f"name:{name}", "tagged") for name in ("lior", "raquel", "andy", "ian", "albert")
    }
    assert ("name:zoe", "mentioned") in told


def test_a_name_before_an_address_that_is_a_link_is_its_owners(make_document: Make) -> None:
    document = make_document("a.md", "Keys: Ann Lee <ann.lee@x.org>\n\nThe Oil Office <keys@x.org>\n")
    assert names(document) == {("email:ann.lee@x.org", "Ann Lee"), ("email:keys@x.org", "keys@x.org")}


def test_accounts_without_a_sign_are_the_column_of_most_different_ones(make_document: Make) -> None:
    lines = ("Ann Lee / annlee7 / QuantLamp / cold tea", "Bo Ek/ bo-x9 / QuantLamp / Playing Sea Chess", "Cy Ohm / cyohm / QuantLamp")
    text = "# Notes\n\n## Attendees\n\nName / account / company\n\n" + "".join(f"* {line}\n" for line in lines)
    rows = did(make_document("notes/a.md", text + "* Di Um / Acme / chess\n"), "contribution")
    assert rows == {("handle:annlee7", "attended"), ("handle:bo-x9", "attended"), ("handle:cyohm", "attended"), ("name:di um", "attended")}
    two = "# Notes\n\n## Attendees\n\n* Ann / `@annlee7` / Quay Lamps\n* Bo / bo-x9 / UC Lamps\n"
    assert did(make_document("notes/b.md", two), "contribution") == {("handle:annlee7", "attended"), ("handle:bo-x9", "attended")}
    things = "# Builds\n\n* Linux / amd64x / glibc\n* Darwin / arm64x / clangd\n* Solaris / sparcx / gccgo\n"
    assert did(make_document("builds.md", things)) == set(), "a word alone is no full name"


def test_what_stands_below_who_came_is_no_list_of_them(make_document: Make) -> None:
    text = (
        "# Meeting\n\n## Attendees\n\n* Ann Lee\n* Bo Ek\n\n### Acme\n\n* Cy Ohm\n\n### Standing items\n\n"
        "* What went well?\n  * Night Harbour\n  * Shown it to all.\n"
    )
    came = {who for who, kind in did(make_document("meetings/a.md", text)) if kind == "attended"}
    assert came == {"name:ann lee", "name:bo ek", "name:cy ohm"}


def test_who_came_may_write_their_given_name_small_and_speak_by_their_surname(make_document: Make) -> None:
    text = "# Meeting\n\n## Present\n\n- elf Havlik\n- Ann Lee\n- all of Acme\n\n## Notes\n\n- Havlik: the lamps are late\n- Docs: none\n"
    rows = did(make_document("meetings/a.md", text))
    assert rows == {("name:elf havlik", "attended"), ("name:ann lee", "attended")}


def test_a_section_is_what_its_people_have_their_roles_for(make_document: Make) -> None:
    def held(text: str) -> set[tuple[str, str, str]]:
        rows = mine(make_document("owners.md", text))
        return {(row.subject, row.place, row.other) for row in rows if row.kind == "role" and row.other != "owner"}

    table = "| Name | Company | GitHub |\n|---|---|---|\n| Ann Lee | Acme | annlee |\n| Bo Ek | Acme | boek |\n"
    assert held(f"# Owners\n\n## Areas\n\n### Night Lamps\n\n{table}") == {
        ("handle:annlee", "member", "nightlamp"),
        ("handle:boek", "member", "nightlamp"),
    }
    leads = table.replace("Name", "Maintainer")
    assert ("handle:annlee", "maintainer", "nightlamp") in held(f"# Owners\n\n## Night Lamps\n\n### Leads\n\n{leads}"), "no label"
    assert {topic for *_, topic in held(f"# Owners\n\n## Night Lamps\n\n{leads}")} == {"nightlamp"}, "a row is about a person"
    assert held(f"# Weekly\n\n## Attendees\n\n{table}") == set()


def test_what_is_cited_is_no_account(make_document: Make) -> None:
    text = "# Lamps\n\nWicks burn [@Lee_2020], oil smells [@Ek2021; @Um_1999b] and [@ann-l] or [@cy1107] asked @boek2020 why.\n"
    assert did(make_document("a.md", text)) == {
        ("handle:ann-l", "mentioned"),
        ("handle:cy1107", "mentioned"),
        ("handle:boek2020", "mentioned"),
    }
