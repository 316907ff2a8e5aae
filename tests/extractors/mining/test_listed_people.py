"""Lists of people as offices keep them: whom they work for, boxes to tick, accounts, addresses and pages of theirs, and what they do."""

from collections.abc import Callable

import pytest

from extractors.mining import mine
from extractors.mining.roles import pieces
from knowledge_graph.model.records import Document

Make = Callable[..., Document]


def parts(document: Document) -> dict[str, set[str]]:
    """What each person did or is, by name as written or identity."""
    told: dict[str, set[str]] = {}
    for row in mine(document):
        if row.kind in ("contribution", "role"):
            who = row.subject.partition(":")[2].partition("@")[0] if row.subject.startswith("name:") else row.subject
            told.setdefault(who, set()).add(row.place)
    return told


def test_a_roll_call_tells_people_from_employers_and_who_came_from_who_did_not(make_document: Make) -> None:
    text = """# Council meeting 2024-03-12

## Attendance

### Voting members:

- [x] Ann Lee, Harbour Office
- [x] Bo Ek, IBM
- [ ] Cy Ohm, IBM

### Others

- Di Dorn, Harbour Office
- Ed Fox, ACME
- Flo Gray

### Members not in attendance:

- Gus Hill, IBM
"""
    told = parts(make_document("minutes/2024-03-12.md", text))
    assert {name for name, did in told.items() if "attended" in did} == {"ann lee", "bo ek", "di dorn", "ed fox", "flo gray"}
    assert "attended" not in told["cy ohm"]
    assert "harbour office" not in told


def test_several_of_one_employer_may_stand_on_a_line(make_document: Make) -> None:
    text = "# Sync 2024-03-12\n\n## Attending\n\n- Ann Lee, Bo Ek, Red Hut\n- Cy Ohm, Red Hut\n- Di Dorn, ACME"
    told = parts(make_document("minutes/sync.md", text))
    assert {name for name, did in told.items() if "attended" in did} == {"ann lee", "bo ek", "cy ohm", "di dorn"}


def test_minutes_may_begin_with_who_came_and_call_them_by_surname(make_document: Make) -> None:
    text = """# 2015-12-10

Ann Lee, IBM (AL)

Bo Ek, SUSE (BE)

Cy Ohm, Harbour Office (CO)

Mr. Ek opened the meeting. Ms. Lee took an action item to plan the Dock Project.
"""
    told = parts(make_document("meetings/2015-12-10.md", text))
    assert told == {"ann lee": {"attended", "mentioned", "took"}, "bo ek": {"attended", "mentioned"}, "cy ohm": {"attended"}}


def test_in_minutes_a_given_name_means_whoever_came_whatever_else_it_means(make_document: Make) -> None:
    text = """# Weekly meeting

Present: Ann Lee, Bo Ek, Rich Ohm

- Dock Plan
  - Ann has a draft, a rich one, and asks Rich to read it.
- Harbour Notes: Harbour is closed.
"""
    rows = mine(make_document("meetings/weekly.md", text))
    assert {row.value for row in rows if row.kind == "contribution" and row.place == "mentioned"} == {"Ann", "Rich"}
    elsewhere = mine(make_document("guides/weekly.md", text.replace("Weekly meeting", "Guide")))
    assert not any(row.kind == "contribution" and row.place == "mentioned" for row in elsewhere)


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("* [annl](https://github.com/annl) - **Ann Lee**", "handle:annl"),
        ("* [@annl](https://github.com/annl) - Ann Lee", "handle:annl"),
        ("- Ann Lee | ann.lee@x.example", "email:ann.lee@x.example"),
        ("- Ann Lee: alee@x.example", "email:alee@x.example"),
        ("- Ann Lee [optional] (ann@x.example)", "email:ann@x.example"),
        ("- Ann Lee, RN (ann@x.example)", "email:ann@x.example"),
        ("| Role | Assigned | Contact |\n|---|---|---|\n| UX lead | Ann Lee | ann@x.example |", "email:ann@x.example"),
    ],
)
def test_a_name_belongs_to_the_account_or_address_beside_it(line: str, who: str, make_document: Make) -> None:
    rows = mine(make_document("README.md", f"# Dock team\n\n## Members\n\n{line}\n"))
    assert {row.subject for row in rows if row.kind == "contribution" and row.value == "Ann Lee"} == {who}


def test_a_team_listed_with_addresses_and_jobs_keeps_both(make_document: Make) -> None:
    lines = ("Ann Lee | ann@x.example -- Design lead", "Bo Ek | bo.ek@x.example -- Engineer", "Cy Ohm | ohm@x.example -- Analyst")
    rows = mine(make_document("README.md", "# Dock team\n\n" + "\n".join(f"- {line}" for line in lines)))
    assert {row.subject for row in rows if row.kind == "contribution"} == {
        "email:ann@x.example", "email:bo.ek@x.example", "email:ohm@x.example",
    }  # fmt: skip


def test_an_address_that_spells_somebody_else_is_not_theirs(make_document: Make) -> None:
    rows = mine(make_document("README.md", "# Dock team\n\n- Ann Lee: harbour@x.example"))
    assert not any(row.value == "Ann Lee" for row in rows if row.subject.startswith("email:"))


def test_two_addresses_of_one_line_are_one_persons(make_document: Make) -> None:
    rows = mine(make_document("README.md", "# Dock team\n\n- Ann Lee | ann@x.example / ann.lee@y.example - Product manager"))
    assert {(row.subject, row.other) for row in rows if row.kind == "same"} == {("email:ann.lee@y.example", "email:ann@x.example")}


@pytest.mark.parametrize("page", ["../company/team/index.md#ann-lee-she-her", "/people/ann-lee.md", "staff.html#ann_lee"])
def test_a_link_to_somebodys_page_names_them(page: str, make_document: Make) -> None:
    text = f"# Dock team\n\n## Members\n\n- [Ann Lee]({page}) ([Engineering Manager](roles.md))"
    assert parts(make_document("content/dock/index.md", text)) == {"ann lee": {"lead", "mentioned", "owner"}}


@pytest.mark.parametrize("page", ["../contributors/dock-plan.md", "teams/index.md#dock", "../company/team/index.md#bo-ek"])
def test_a_link_to_anything_else_names_nobody(page: str, make_document: Make) -> None:
    assert not parts(make_document("content/dock/index.md", f"# Dock team\n\nSee [Dock Plan]({page})."))


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("**OCTO Product Owners**\n\n- Ann Lee", "owner"),
        ("### Team members\n\n**User Experience**\n\n- Ann Lee (lead)", "lead"),
        ("- Research/Design: Ann Lee", "member"),
        ("- Product POCs: Ann Lee or Bo Ek", "contact"),
        ("- Project point of contact: Ann Lee", "contact"),
        ("Ann Lee is the DRI for the Dock Plan.", "owner"),
        ("- Ann Lee, Engineering Lead\n- Bo Ek, Business Analyst\n- Cy Ohm, SQA Tester", "lead"),
        ("| DSVA Product Manager | Bo Ek |\n|---|---|\n| Design Lead | Ann Lee |\n| Tech Lead | Cy Ohm |", "lead"),
        ("| Area | Individual |\n|---|---|\n| Cranes | Ann Lee |", "member"),
    ],
)
def test_a_team_says_who_does_what(text: str, role: str, make_document: Make) -> None:
    told = parts(make_document("README.md", f"# Dock team\n\n{text}\n"))
    assert role in told["ann lee"]
    assert not {"user experience", "design lead", "engineering lead"} & told.keys()


@pytest.mark.parametrize("text", ["Harbour Gate is the owner of the Dock Plan.", "Dock Plan is the lead document for cranes."])
def test_what_owns_or_leads_as_a_word_is_nobody(text: str, make_document: Make) -> None:
    assert not parts(make_document("README.md", f"# Dock team\n\n{text}\n"))


def test_what_a_tool_is_called_is_no_role(make_document: Make) -> None:
    told = parts(
        make_document("README.md", "# Dock team\n\n| Package manager | Window manager |\n|---|---|\n| Blue Ledger | Night Harbour |")
    )
    assert not told


def test_employers_in_brackets_and_marks_of_who_sent_regrets(make_document: Make) -> None:
    text = """# Lamp Council

- Ann Ohm, chair (Harbour Office)
- Catherine (Kate) Dorn (ACME)
- Cy Fox (Harbour Office)*
- Ed van der Plas (University of Oil)

\\* = regrets

# Call notes 2024-03-12

Notetaker: Kate

1. Wicks (Ed and Cy)
"""
    told = parts(make_document("council/MeetingMinutes/callnotes-20240312.md", text))
    assert {name: did & {"attended", "wrote", "chair"} for name, did in told.items()} == {
        "ann ohm": {"attended", "chair"},
        "kate dorn": {"attended", "wrote"},
        "cy fox": set(),
        "ed van der plas": {"attended"},
    }


def test_things_in_a_list_with_brackets_are_nobody(make_document: Make) -> None:
    text = (
        "# Sync 2024-03-12\n\n- Night Lamps (done)\n- Code Freeze (in May)\n- Open Discussion (if there is time)\n- Release Notes (draft)\n"
    )
    assert parts(make_document("minutes/sync.md", text)) == {}


def test_an_account_beside_several_names_is_nobodys(make_document: Make) -> None:
    text = "| Name | Account |\n|---|---|\n| Ann Lee | ann-l |\n| ann lee | ann-l |\n| Bo Ek | Person |\n| Cy Ohm | Person |\n"
    told = {row.subject for row in mine(make_document("team.md", text)) if row.kind == "contribution"}
    assert "handle:ann-l" in told
    assert "handle:person" not in told


@pytest.mark.parametrize(
    "lead",
    [
        "Asisten los miembros de la Junta por medios telemáticos:",
        "Estando presentes, el día 24 de abril a las 21:30, los siguientes miembros de la Junta:",
        "The following members of the council were present:",
        "Sont présents ou représentés les membres suivants :",
    ],
)
def test_a_sentence_before_a_list_says_that_they_came(lead: str, make_document: Make) -> None:
    text = f"# Acta 2024-03-12\n\n{lead}\n\n- Juan Lee\n- Pablo Ohm\n\n1. Aceite\n\nPablo Ohm paga.\n"
    told = parts(make_document("actas/2024.md", text))
    assert {name for name, did in told.items() if "attended" in did} == {"juan lee", "pablo ohm"}


def test_an_account_that_is_a_link_behind_a_name_is_theirs_and_neither_is_a_thing(make_document: Make) -> None:
    people = {"ohm-a": "Ann Ohm", "lampada": "Pablo Ek", "xy": "Bo Lee"}
    lines = "".join(f"- {name} [{account}](https://github.com/{account})\n" for account, name in people.items())
    rows = mine(make_document("actas/2024.md", f"# Acta 2024-03-12\n\nAsisten:\n\n{lines}\n"))
    came = {(row.subject, row.value) for row in rows if row.kind == "contribution" and row.place == "attended"}
    assert came == {(f"handle:{account}", name) for account, name in people.items()}
    things = {row.value for row in rows if row.kind == "mention" and "person" not in row.features}
    assert not any(name in thing for name in people.values() for thing in things)


def test_who_signs_minutes_below_their_role(make_document: Make) -> None:
    told = parts(make_document("actas/2024.md", "# Acta 2024-03-12\n\nSe cierra la reunión.\n\nEl secretario,\nRaúl Ohm\n"))
    assert "secretary" in told["raul ohm"]
    mail = "# Wicks\n\nThey are late.\n\nRaúl Ohm\nOil Lead, Saltmarsh Instruments\n\nLead, Harbour Office\n"
    assert not parts(make_document("wicks.md", mail)).keys() & {"saltmarsh instruments", "harbour office"}


def test_a_list_of_nothing_but_names_names_people(make_document: Make) -> None:
    text = "# Oil\n\nNew members:\n\n- Ruben Ohm\n- Marcos Wick\n- Diego Havlik\n\n## Lamps\n\n- Night Lamp\n- Quay Lamp\n- Storm Door\n"
    assert parts(make_document("news.md", text)).keys() == {"ruben ohm", "marcos wick", "diego havlik"}


def test_a_line_gives_people_a_part_in_what_it_names(make_document: Make) -> None:
    text = """# Committee

## Officers

- [Quartermaster(s)](officers.md): Ann Lee
- Night Lamps: Bo Ohm, Cy Ek
- IT Officer: Vacant
- Storage: Di Dorn
- Wicks: Ed Fox (ed@x.org)

## Events

- Open Day (Coordinator: Ann)
- Women's Welding (Coordinators: Bo, Di Dorn)
"""
    roles = {
        (row.subject.partition(":")[2].partition("@")[0], row.place, row.other)
        for row in mine(make_document("home.md", text))
        if row.kind == "role"
    }
    assert roles == {
        ("ann lee", "owner", "quartermaster"),
        ("bo ohm", "owner", "nightlamp"),
        ("cy ek", "owner", "nightlamp"),
        ("di dorn", "owner", "storage"),
        ("ed", "owner", "wick"),
        ("ann lee", "coordinator", "openday"),
        ("bo ohm", "coordinator", "womenwelding"),
        ("di dorn", "coordinator", "womenwelding"),
    }


def test_names_of_a_series_and_words_for_nobody_are_no_people(make_document: Make) -> None:
    text = (
        "# Sync\n\n## Attendees\n\n- Ann Lee - Lampada Vigo/Lampada Sevilla\n- Lampada Rioja\n- Nil\n\nACTION Ann: oil for Lampada Vigo.\n"
    )
    document = make_document("minutes/2026-03-02.md", f"---\neditor: markdown\n---\n{text}")
    assert parts(document).keys() == {"ann lee"}


def test_the_names_below_a_groups_heading_are_its_people(make_document: Make) -> None:
    text = """# Harbour Council

### Current Harbour Council

* Ann Lee, University of Oil (Secretary)
* Bo Ek, Harbour University (Chair)
* Cy Ohm, Wick Laboratory

### Former Council Members

* Di Dorn, Wick Laboratory
* Ed Fox, University of Oil
* Flo Gray, University of Oil
"""
    told = parts(make_document("about/council.md", text))
    assert told == {
        "ann lee": {"mentioned", "secretary"},
        "bo ek": {"mentioned", "chair", "owner"},
        "cy ohm": {"mentioned", "member"},
        "di dorn": {"mentioned", "emeritus"},
        "ed fox": {"mentioned", "emeritus"},
        "flo gray": {"mentioned", "emeritus"},
    }


def test_a_table_of_members_needs_no_address(make_document: Make) -> None:
    text = (
        "# Night Harbour\n\nThe group consists of the following members:\n\n| Name | Organisation |\n| --- | --- |\n"
        "| Ann Lee | Oil University |\n| Bo Ek | Wick Lab |\n"
    )
    told = parts(make_document("night-harbour.md", text))
    assert told == {"ann lee": {"mentioned", "member"}, "bo ek": {"mentioned", "member"}}


def test_who_stands_below_presenters_presented(make_document: Make) -> None:
    text = (
        "# Call\n\n| Title | Abstract | Presenter(s) |\n| --- | --- | --- |\n| Wicks | About wicks. | Ann Lee, Bo Ek |\n| | | |\n"
        "| Oil | About oil. | @Cy Ohm |\n"
    )
    told = parts(make_document("call.md", text))
    assert told == {"ann lee": {"presented"}, "bo ek": {"presented"}, "cy ohm": {"presented"}}


def test_a_missing_comma_makes_two_people_no_third(make_document: Make) -> None:
    told = parts(make_document("minutes/2026-03-02.md", "# Sync\n\n## Attendees\n\nMichael Wick Olaf Ohm, Ana Lee\n"))
    assert told.keys() == {"michael wick", "olaf ohm", "ana lee"}
    one = parts(make_document("minutes/2026-03-02.md", "# Sync\n\n## Attendees\n\nJuan Lampa Luis Garza, Ana Lee\n"))
    assert one.keys() == {"juan lampa luis garza", "ana lee"}


def test_the_byline_of_a_post_may_name_many_and_whom_they_work_for(make_document: Make) -> None:
    people = "Ann Lee (Oil Lab), Bo Ek (Harbour, University of Wicks), Cy Ohm (Harbour University), and Di Dorn (Grease Laboratory)"
    told = parts(make_document("post.md", f"# Wicks\n\nA 2026 Harbour Workshop post by - *{people}*\n\nWicks burn well.\n"))
    assert told == {name: {"wrote"} for name in ("ann lee", "bo ek", "cy ohm", "di dorn")}


def test_an_employer_of_everyday_words_is_no_author(make_document: Make) -> None:
    told = parts(make_document("out.md", "# Lamps out\n\nAuthors:\n\n- Carol Lee, HBR\n- Peter Ek, Ad Hoc\n\nThe lamps went out.\n"))
    assert told.keys() == {"carol lee", "peter ek"}


def test_the_part_of_another_item_is_no_part_of_those_who_came(make_document: Make) -> None:
    text = "# Sync\n\n### Guests\n\nAnn Lee\n\n#### Appendix to item 10\n\n- [Otto Boxes](https://boxes.example/de)\n"
    assert parts(make_document("minutes/2026-03-02.md", text)).keys() == {"ann lee"}
    sessions = "# Sync\n\n## Guests\n\n### 10 AM\n\nAnn Lee, Bo Ek\n\n### 4 PM\n\nCy Ohm, Bo Ek\n"
    assert parts(make_document("minutes/2026-03-02.md", sessions)).keys() == {"ann lee", "bo ek", "cy ohm"}


def test_what_stands_below_somebodys_bold_name_is_theirs(make_document: Make) -> None:
    text = """# Who writes what

**Laura - Editor**

- Night Lamps
- Storm Doors

**Peter/Monica - Writer**

- Wicks

**Carol Lee**

- Harbour Map
- Please ask her first, whatever it may be about and whoever you are
"""
    roles = {
        (row.subject.partition(":")[2].partition("@")[0], row.place, row.other)
        for row in mine(make_document("portfolios.md", text))
        if row.kind == "role"
    }
    assert roles == {
        ("laura", "owner", "nightlamp"),
        ("laura", "owner", "stormdoor"),
        ("peter", "owner", "wick"),
        ("monica", "owner", "wick"),
        ("carol lee", "owner", "harbourmap"),
    }
    assert not [row for row in mine(make_document("two.md", "# A\n\n**Laura**\n\n- Night Lamps\n")) if row.kind == "role"]


def test_an_address_that_a_link_leads_to_without_saying_so_is_one(make_document: Make) -> None:
    document = make_document("group.md", "# Group\n\nAsk [Ann Lee](ann.lee@x.org) (Lamps).\n")
    assert "email:ann.lee@x.org" in parts(document)


def test_a_job_in_a_biography_is_no_role_in_what_the_page_is_about(make_document: Make) -> None:
    text = "# Lamp Awards\n\n## Presenter\n\nAnn Lee (ann@x.org) is a Wick Specialist and Technical Product Manager at the Oil Lab.\n"
    assert "owner" not in parts(make_document("awards.md", text))["email:ann@x.org"]


def test_the_contacts_of_a_team_are_the_teams_whatever_their_label(make_document: Make) -> None:
    text = """# Lamps

### Points of Contact

_Who are the primary contacts of your team? Only names and what they are called in the chat._

- Agile Delivery: Ann Lee
- Oil Management: Bo Ohm
- Design: Cy Ek
"""
    roles = {(row.value, row.place, row.other) for row in mine(make_document("teams/lamps.md", text)) if row.kind == "role"}
    assert roles == {(name, "contact", "lamp") for name in ("Ann Lee", "Bo Ohm", "Cy Ek")}


def test_an_address_that_is_a_things_own_makes_nobody_of_its_name(make_document: Make) -> None:
    text = "# Groups\n\n- Harbour Lamps <harbourlamps@x.org>\n- Dark Quay <quay@x.org>\n- Ann Lee <annlee@x.org>\n- Zsigo Lee <lee@x.org>\n"
    names = {row.value for row in mine(make_document("groups.md", text)) if row.kind == "contribution"}
    assert {"Ann Lee", "Zsigo Lee"} <= names
    assert not {"Harbour Lamps", "Dark Quay"} & names


def test_names_in_a_list_of_people_may_lead_to_pages_of_their_own(make_document: Make) -> None:
    text = """# Harbour Group

## Coordinators

- [Laura Ohm](https://laura.example/), keeper of lamps at [Dark Quay](https://quay.example)

## Former coordinators

- [Peter Ohm](https://peter.example/), led the Wick Club

## Lamps

- [Laura Dorn](https://lamp.example/)
- [Ottla Kasz](https://www.linkedin.com/in/ottla), wicks
"""
    told = parts(make_document("group.md", text))
    assert told == {"laura ohm": {"mentioned", "coordinator"}, "peter ohm": {"mentioned", "emeritus"}, "ottla kasz": {"mentioned"}}


def test_what_stands_behind_somebody_and_a_dash_is_said_of_them(make_document: Make) -> None:
    text = """# Oil Group

### Core members

- Laura Ohm - Museum of Oil and Dark Garden Meise, Paris, France
- Peter Ek - Harbour
- Carol Lee - Botanical Garden Meise

## Officers

| Role | Name | Affiliation |
| --- | --- | --- |
| Chair | Ann Lee | Oil and Grease Harbour |
| Secretary | Bo Ohm | Dark Quay |
"""
    assert parts(make_document("oil.md", text)).keys() == {"laura ohm", "peter ek", "carol lee", "ann lee", "bo ohm"}
    line = "Laura Ohm - Oil and Dark Garden Meise, Paris, Peter Ek - Harbour, Monica Dorn"
    assert [name for name, _ in pieces(line)] == ["Laura Ohm", "Peter Ek", "Monica Dorn"]


def test_a_link_called_like_its_host_is_nobody(make_document: Make) -> None:
    text = "# Oil\n\n## Members\n\n- [Ann](https://github.com/annlee)\n- See [GitHub](https://github.com/oil)\n"
    assert parts(make_document("oil.md", text)).keys() == {"handle:annlee"}


def test_several_may_stand_before_one_dash(make_document: Make) -> None:
    text = "# Sync\n\n## Attendees\n\n- Laura Ohm, Peter Ek - Harbour\n- Carol Lee - Wick Lab\n- Monica Dorn - Oil\n"
    told = parts(make_document("minutes/2026-03-02.md", text))
    assert told == {name: {"attended"} for name in ("laura ohm", "peter ek", "carol lee", "monica dorn")}
