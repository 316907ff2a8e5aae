"""Texts, pages and tables: what a reader of the parsed passages sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.errors import Unreadable
from extractors.formats import markdown
from extractors.limits import Limits
from extractors.parse import parse

KEP = b"""---
title: Falcon rollout
authors:
  - "@ann"
  - Bo Other <bo@x.org>
approvers: ["@cy"]
creation-date: 2021-03-05
last-updated: 2022-01-02
---
# Falcon rollout

<!-- toc -->
- [Goals](#goals)
- [Risks](#risks)
<!-- /toc -->

## Goals

Ship **Falcon** with [the plan](https://x.org/plan) and `falconctl`.

- first item
- second item

| Name | Owner |
|------|-------|
| Alpha | Ann |

```go
func main() {}
```

> quoted words
"""


def texts(name, content):
    return [segment.text for segment in parse(name, content, Limits()).segments]


def marks(parsed, kind):
    return [(segment.text[mark.start : mark.end], mark.value) for segment in parsed.segments for mark in segment.marks if mark.kind == kind]


def test_markdown_structure_people_and_dates():
    parsed = parse("kep.md", KEP, Limits())
    assert (parsed.title, parsed.created, parsed.modified) == ("Falcon rollout", "2021-03-05", "2022-01-02")
    assert {(one.kind, one.name, one.email, one.handle) for one in parsed.people} == {
        ("wrote", "", "", "ann"),
        ("wrote", "Bo Other", "bo@x.org", ""),
        ("decided", "", "", "cy"),
    }
    assert marks(parsed, "heading") == [("Falcon rollout", "1"), ("Goals", "2")]
    assert marks(parsed, "link") == [("the plan", "https://x.org/plan")]
    assert marks(parsed, "strong") == [("Falcon", "")]
    assert marks(parsed, "code") == [("falconctl", "")]
    assert marks(parsed, "item") == [("first item", "1"), ("second item", "1")]
    assert marks(parsed, "cell") == [("Name", "A1"), ("Owner", "B1"), ("Alpha", "A2"), ("Ann", "B2")]
    assert marks(parsed, "codeblock") == [("func main() {}", "go")]
    assert marks(parsed, "quote") == [("quoted words", "")]
    assert "toc" not in parsed.segments[0].text
    assert parsed.segments[0].headings == ("Falcon rollout", "Goals")


def test_markdown_comments_are_left_out_and_html_keeps_its_words():
    assert texts("a.md", b"one <!-- hidden\n\nstill hidden --> two\n\n<details><summary>More</summary>inside</details>\n") == [
        "one two\nMore\ninside"
    ]


def test_front_matter_that_is_not_a_mapping_does_no_harm():
    assert texts("a.md", b"---\n- just\n- a list\n---\n\nbody\n") == ["body"]
    assert texts("a.md", b"---\na: &a [*a]\nb: !!python/object/apply:os.system ['true']\n---\nbody\n") == ["body"]


def test_rst_with_header_fields():
    pep = b"PEP: 999\nTitle: Falcons\nAuthor: Ann Example <ann@x.org>,\n        Bo Other\nStatus: Final\nCreated: 05-Mar-2021\n\n"
    pep += b"Abstract\n========\n\nSee ``code``, **strong**, `text <https://x.org>`_ and :pep:`8` [1]_.\n\n* item one\n  goes on\n\n"
    pep += b"Example::\n\n    x = 1\n\n.. comment\n"
    parsed = parse("pep-0999.rst", pep, Limits())
    assert (parsed.title, parsed.created) == ("PEP 999: Falcons", "2021-03-05")
    assert [(one.name, one.email) for one in parsed.people] == [("Bo Other", ""), ("Ann Example", "ann@x.org")]
    head, body = parsed.segments
    assert (head.text, head.headings) == ("Status: Final", ()), "no part of what the last heading is about"
    assert body.text.startswith("Abstract\nSee code, strong, text and PEP 8.\nitem one goes on\nExample:\nx = 1")
    assert marks(parsed, "link") == [("text", "https://x.org")]
    assert marks(parsed, "codeblock") == [("x = 1", "")]


def test_html_without_scripts_and_navigation():
    page = b"""<html lang=en><head><title>Falcon</title><meta name=author content="Ann Example"><script>evil()</script></head>
    <body><nav>Home</nav><h1>Falcon</h1><p>We <b>ship</b> <a href="https://x.org">it</a>.<br>Soon.</p>
    <ul><li>one<li>two</ul><table><tr><th>Name<th>Owner<tr><td>Alpha<td>Ann</table>
    <iframe srcdoc="&lt;p&gt;framed&lt;/p&gt;"></iframe></body></html>"""
    parsed = parse("a.html", page, Limits())
    assert (parsed.title, parsed.language, [one.name for one in parsed.people]) == ("Falcon", "en", ["Ann Example"])
    assert parsed.segments[0].text == "Falcon\nWe ship it.\nSoon.\none\ntwo\nName\tOwner\nAlpha\tAnn\nframed"
    assert marks(parsed, "link") == [("it", "https://x.org")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", "| Name | Keepers |\n|---|---|\n| Lamp | Ann Lee<br>Bo Ek |\n"),
        ("a.html", "<table><tr><th>Name<th>Keepers<tr><td>Lamp<td>Ann Lee<br>Bo Ek</table>"),
        ("a.html", "<table><tr><th>Name<th>Keepers<tr><td>Lamp<td><ul><li>Ann Lee<li>Bo Ek</ul></table>"),
        ("a.html", "<table><tr><th>Name<th>Keepers<tr><td>Lamp<td><p>Ann Lee</p><p>Bo Ek</p></table>"),
    ],
)
def test_the_lines_of_a_cell_stay_apart(name, content):
    assert texts(name, content.encode()) == ["Name\tKeepers\nLamp\tAnn Lee; Bo Ek"]


def test_a_sign_that_ends_a_line_of_a_cell_is_enough():
    assert texts("a.html", b"<table><tr><th>A<th>B<tr><td>1<td>It burns.<br>All night,<br>as told</table>") == [
        "A\tB\n1\tIt burns. All night, as told"
    ]


def test_a_page_about_somebody_is_called_by_their_name_and_says_what_they_do():
    page = b"---\nfullname: Ann Lee\nrole: Harbour master\nprojects:\n  - night-harbour\n  - lamps\n"
    page += b"contact: mailto:ann.lee@x.org?subject=Lamps\n---\n"
    parsed = parse("people/ann.md", page, Limits())
    assert (parsed.title, parsed.segments[0].text) == ("Ann Lee", "Fullname: Ann Lee\nRole: Harbour master\nProjects: night-harbour, lamps")
    assert [(one.kind, one.name, one.email) for one in parsed.people] == [("owner", "", "ann.lee@x.org"), ("wrote", "Ann Lee", "")]


def test_a_page_head_names_people_by_their_roles_with_their_accounts():
    page = b"---\ntitle: Lamps\nstudent:\n  name: Ann Lee\n  github: https://host.org/ann-l\nmentors:\n- name: Bo Ek\n  irc: boek\n"
    page += b"leads: [cyohm]\nto: everyone\nauthor: {name: Di Um, email: di@x.org}\n---\n"
    parsed = parse("a.md", page, Limits())
    assert parsed.segments[0].text == "Student: Ann Lee (@ann-l)\nMentors: Bo Ek (@boek)\nLeads: cyohm"
    assert [(one.kind, one.name, one.email) for one in parsed.people] == [("wrote", "Di Um", "di@x.org")]


def test_lists_in_the_head_of_somebodys_page_say_what_they_work_on():
    page = b"---\nfullname: Ann Lee\nmissions:\n- employer: Harbour\n  ships: [night-lamp, oil-can]\n- ships: [night-lamp, wick]\n"
    page += b"skills: [welding]\nteams: [/teams/lamps]\ntags: [x]\nlinks: ['https://x.org/a']\n---\n"
    assert parse("people/ann.md", page, Limits()).segments[0].text.splitlines() == [
        "Fullname: Ann Lee", "Teams: /teams/lamps", "Skills: welding", "Ships: night-lamp, oil-can, wick",
    ]  # fmt: skip
    other = parse("a.md", page.replace(b"fullname", b"title") + b"Lamps.\n", Limits())
    assert "Ships" not in other.segments[0].text


def test_a_page_of_a_name_and_an_account_is_somebodys_own_and_one_of_a_project_is_not():
    own = parse("people/ann.md", b"---\nname: Ann Lee\ngithub: ann-l\n---\n\nKeeps lamps.\n", Limits())
    assert (own.title, [(one.kind, one.name, one.handle) for one in own.people]) == ("Ann Lee", [("wrote", "Ann Lee", "ann-l")])
    assert parse("people/cy.md", b'---\nname: "Cy d\'Ohm"\ngithub: cyo\n---\n\nKeeps oil.\n', Limits()).people[0].handle == "cyo"
    for head in (b"name: Night Harbour\ngithub: x/night-harbour", b"name: Night Harbour", b"title: Lamps\nname: Ann Lee\ngithub: ann-l"):
        assert parse("a.md", b"---\n" + head + b"\n---\n\nKeeps lamps.\n", Limits()).people == ()


def test_what_a_page_head_describes_it_with_is_its_first_paragraph():
    page = b"---\ntitle: Lamps\ndescription: >\n  Lamps are what the harbour\n  is lit with.\nsummary: too short\n---\n\nThey burn oil.\n"
    assert texts("a.md", page) == ["Lamps are what the harbour is lit with.\nThey burn oil."]


def test_an_offices_address_for_contact_is_nobodys():
    assert parse("a.md", b"---\ncontact: lamps-office@x.org\n---\n\nLamps.\n", Limits()).people == ()


def test_plain_text_joins_soft_breaks_and_keeps_meant_ones():
    text = "Falcon\n======\n\nThis is a long line that a mail program broke at its own margin\nand that goes on here.\n\n"
    text += "Ann Example\nBerlin\n\n- a\n- b\n\n> earlier words\n"
    joined = "This is a long line that a mail program broke at its own margin and that goes on here."
    assert texts("a.txt", text.encode()) == [f"Falcon\n{joined}\nAnn Example\nBerlin\na\nb\nearlier words"]


@pytest.mark.parametrize(
    "lines",
    [
        ["      annl   Ann Lee <ann.lee@harbour.example>", "        bo   Bo Ek <bo.ek@harbour.example>", "     cyohm   Cy Ohm <c@x.org>",
         "        di   Di Um <di.um@the-harbour.example.org> "],
        ["  annl    Ann Lee <ann.lee@harbour.example.org>      (lamps)", "  boek    Bo Ek <bo.ek@harbour.example.org>          (wicks)",
         "  cyohm   Cy Ohm <cy.ohm@harbour.example.org>        (oil)", "  dium    Di Um <di.um@harbour.example.org>          (keys)"],
    ],
    ids=["room was left", "columns"],
)  # fmt: skip
def test_lines_of_a_list_stay_apart(lines):
    assert len(texts("COMMITTERS", ("Who may commit:\n\n" + "\n".join(lines) + "\n").encode())[0].splitlines()) == 5


def test_a_quote_may_have_an_empty_line():
    assert texts("a.txt", b"> one\n>\n> two\n> three\n> four\n") == ["one\ntwo\nthree\nfour"]


def test_ragged_prose_is_joined():
    prose = "The reader of the lamps does not check what it is given by the harbour.\nIf a stream with large windows is read,\n"
    prose += "one of several counters may lead to some checks of the boundary passing\nwrongly, which can put out the light.\n"
    assert "by the harbour. If a stream" in texts("a.txt", prose.encode())[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding):
    text = "Die Brücke über den Fluß ist für Fußgänger gesperrt. Die Straße wird nächste Woche geöffnet, sagte Frau Müller."
    assert texts("a.txt", text.encode(encoding)) == [text]


def test_csv_cells_have_references_and_rows_their_own_line():
    parsed = parse("a.csv", b"Name;Owner\nAlpha;Ann, Bo\nBeta;\n", Limits())
    assert parsed.kind == "table"
    assert parsed.segments[0].text == "Name\tOwner\nAlpha\tAnn, Bo\nBeta"
    assert ("Ann, Bo", "B2") in marks(parsed, "cell")


def test_xml_reads_no_external_entity(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    evil = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><r><title>Falcon</title><p>before &x; after</p></r>'
    (text,) = texts("a.xml", evil.encode())
    assert "secret" not in text
    assert "before" in text


def test_a_billion_laughs_stay_small():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">{entities}]><r><p>kept &l9;</p></r>'
    assert sum(map(len, texts("a.xml", bomb.encode()))) < 1_000


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", b"", "empty"),
        ("a.md", b"  \n\x00\n", "empty"),
        ("a.md", b"<!-- only a comment -->", "empty"),
        ("a.bin", bytes(range(256)) * 20, "unsupported"),
        ("a!/b!/c!/d!/e!/f.txt", b"words", "too deep"),
        ("a.docx", b"PK\x03\x04 cut short", "damaged"),
        ("a.pdf", b"%PDF-1.7 cut short", "damaged"),
        ("a.png", b"\x89PNG\r\n\x1a\n cut short", "damaged"),
    ],
)
def test_unreadable_files_say_why(name, content, reason):
    with pytest.raises(Unreadable) as failure:
        parse(name, content, Limits())
    assert failure.value.reason_class == reason
    assert len(failure.value.message) > 20


def test_limits_refuse_instead_of_cutting():
    with pytest.raises(Unreadable, match="Too large"):
        parse("a.txt", b"word " * 100, Limits(max_bytes=100))
    with pytest.raises(Unreadable, match="Too large"):
        parse("a.txt", b"word " * 100, Limits(max_output_chars=100))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["a.md", "a.rst", "a.txt", "a.html", "a.csv", "a.xml", "a.vtt", "a.ics", "a.eml", "a.mbox"]),
    st.binary(max_size=300) | st.text(max_size=300).map(str.encode),
)
def test_any_bytes_give_passages_or_a_reason(name, content):
    try:
        parsed = parse(name, content, Limits())
    except Unreadable:
        return
    assert parsed.segments or parsed.children or parsed.scans
    assert parsed == parse(name, content, Limits())


@pytest.mark.parametrize(
    ("name", "content", "roles"),
    [
        ("LICENSE", b"The Blue Ledger licence.\n\nUse it freely.", ["paragraph", "paragraph"]),
        ("v1.2/README", b"Falcon\n======\n\nA scanner.", ["heading", "paragraph"]),
        (".ci/run", b"#!/bin/sh\n# starts Falcon\nmake test\n", ["codeblock"]),
        ("Makefile", b"test:\n\tpytest\n", ["codeblock"]),
    ],
)
def test_writing_without_a_suffix_is_read(name, content, roles):
    assert [mark.kind for segment in parse(name, content, Limits()).segments for mark in segment.marks] == roles


@pytest.mark.parametrize(("name", "content"), [(".gitignore", b"*.pyc\n"), ("core", bytes(range(256)) * 9)])
def test_settings_and_bytes_without_a_suffix_stay_out(name, content):
    with pytest.raises(Unreadable, match="Unsupported"):
        parse(name, content, Limits())


def test_a_template_of_a_page_holds_its_words_and_not_its_tags():
    page = b"{% extends 'base.html' %}{# ours #}\n<html><head><title>{% block title %}Night watch{% endblock %}</title></head>"
    page += b"<body><h1>{{ name }}</h1><p>Ask {% if late %}the guard{% endif %}.</p></body></html>"
    parsed = parse("a.html", page, Limits())
    assert (parsed.title, [segment.text for segment in parsed.segments]) == ("Night watch", ["Ask the guard."])
    told = texts("b.html", b"<html><title>Templates</title><p>Write <code>{% if %}</code> first.</p></html>")
    assert told == ["Write {% if %} first."]


def test_the_heading_of_a_part_is_no_title_of_the_whole():
    assert parse("eip-150.md", b"### Specification (version 1)\n\nGas costs rise.\n", Limits()).title == ""
    assert parse("falcon.md", b"# Introduction to Falcon\n\nIt flies.\n", Limits()).title == "Introduction to Falcon"


def test_a_head_in_a_code_block_states_what_it_is():
    head = b"EIP: 170\nTitle: Contract code size limit: how\nAuthor: Ann Lee <ann@x.org>\nStatus: Final\nCreated: 2016-11-04\n"
    text = b"```\n" + head + b"```\n### Parameters\n\nNone.\n"
    parsed = parse("eip-170.md", text, Limits())
    assert (parsed.title, parsed.created) == ("Contract code size limit: how", "2016-11-04")
    assert [(one.name, one.email) for one in parsed.people] == [("Ann Lee", "ann@x.org")]
    assert parsed.segments[0].text == "Status: Final"
    code = parse("a.md", b"```\nls: no such file\n```\n", Limits())
    assert marks(code, "codeblock"), "one line is no head"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Present:\nAnn Lee\nand Bo Ek", "Present:\nAnn Lee and Bo Ek"),
        ("Ann Lee\nBo Ek\nCy Ohm", "Ann Lee\nBo Ek\nCy Ohm"),
        ("The lamps are late, as\nAnn Lee said in May, and\nwill come.", "The lamps are late, as Ann Lee said in May, and will come."),
        ("\n".join(["Ann Lee - Lamps and Oil of the Harbour Office of Nordvik"] * 8),) * 2,
        ("**Chair:** Ann Lee\nScribe: Bo Ek, *late*\nAL: we ship", "Chair: Ann Lee\nScribe: Bo Ek, late\nAL: we ship"),
    ],
)
def test_lines_of_markdown_that_were_ended_on_purpose_stay(text: str, read: str) -> None:
    (segment,) = markdown.read("a.md", text.encode(), Limits()).segments
    assert segment.text == read


def tagged(parsed):
    return [
        (segment.text[mark.start : mark.end], mark.value) for segment in parsed.segments for mark in segment.marks if mark.kind == "person"
    ]


def test_a_component_that_stands_for_somebody_is_their_name():
    page = b'# Goals\n\n- Burn oil - <TeamMember name="Ann Lee" photo />\n- Trim wicks <Person name="Bo Ek" github="boek"/>'
    page += b'<Author handle="cyohm"/>\n\n'
    page += b'With <SmallTeam slug="night-lamps" /> and <Chart data={x} /> <TeamMembers />\n\n<TeamMember\n  name="Di Um"\n/>\n'
    parsed = parse("a.mdx", page, Limits())
    assert tagged(parsed) == [("Ann Lee", ""), ("Bo Ek", "boek"), ("@cyohm", "cyohm"), ("Di Um", "")]
    assert parsed.segments[0].text.splitlines() == [
        "Goals", "Burn oil - Ann Lee", "Trim wicks Bo Ek, @cyohm", "With night-lamps and", "Di Um",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "name", "below"),
    [
        ('Trim wicks (Owner: <TeamMember name="Ann Lee" />)', "Trim wicks", "Owner: Ann Lee"),
        ('Trim wicks <TeamMember name="Ann Lee" /> <TeamMember name="Bo Ek" />', "Trim wicks", "Ann Lee, Bo Ek"),
        ('Trim wicks \xe2\x80\x93 <TeamMember name="Ann Lee" />', "Trim wicks", "Ann Lee"),
        ('<TeamMember name="Ann Lee" />: trim wicks', "trim wicks", "Ann Lee"),
        ('Trim wicks: <TeamMember name="Ann Lee" />', "Trim wicks", "Ann Lee"),
        ('Learn C++ <TeamMember name="Ann Lee" />', "Learn C++", "Ann Lee"),
        ('Trim wicks, owner: <TeamMember name="Ann Lee" />', "Trim wicks", "owner: Ann Lee"),
        ('Lamps: trim wicks (<TeamMember name="Ann Lee" /> & <TeamMember name="Bo Ek" />)', "Lamps: trim wicks", "Ann Lee, Bo Ek"),
    ],
)
def test_people_in_a_heading_stand_below_it(heading, name, below):
    page = (
        f"# Goals\n\n## {heading}\n\nBy May.\n".encode("latin-1") if "\xe2" in heading else f"# Goals\n\n## {heading}\n\nBy May.\n".encode()
    )
    parsed = parse("a.mdx", page, Limits())
    assert [segment.headings for segment in parsed.segments][-1] == ("Goals", name)
    assert parsed.segments[-1].text.splitlines()[-3:] == [name, below, "By May."]
    assert {text for text, _ in tagged(parsed)} <= {"Ann Lee", "Bo Ek"}


@pytest.mark.parametrize(
    "heading", ['<TeamMember name="Ann Lee" />', '<TeamMember name="Ann Lee" /> burns oil, <TeamMember name="Bo Ek" /> trims wicks']
)
def test_a_heading_that_is_people_or_says_something_between_them_stays_as_it_is(heading):
    parsed = parse("a.mdx", f"# Goals\n\n## {heading}\n\nBy May.\n".encode(), Limits())
    last = parsed.segments[-1].headings[-1]
    assert last in ("Ann Lee", "Ann Lee burns oil, Bo Ek trims wicks")
    assert tagged(parsed)[0] == ("Ann Lee", "")


def test_a_component_shows_its_words_and_an_icon_has_a_name_that_is_none():
    page = b'See <Icon name="arrow-right" />the <Button label="night watch" /> of <ProductLink name="Blue Ledger" />, '
    page += b'<UserGuide title="Ann Lee" />.\n'
    parsed = parse("a.mdx", page, Limits())
    assert (parsed.segments[0].text, tagged(parsed)) == ("See the night watch of Blue Ledger, Ann Lee.", [])


def test_mentions_of_a_wiki_or_a_forum_are_of_people():
    page = b'<p>Ask <a class="confluence-userlink user-mention" data-username="ann" href="/display/~ann">Ann Lee</a> or '
    page += b'<a class="mention" href="/u/bo">@bo</a>.</p><table><tr><th>Keeper<th>Lamp<tr><td>'
    page += b'<span class="mention">Cy Ohm</span><td>Red</table>'
    page += b'<h2>Wicks <span class="user-mention" data-username="di">Di Um</span></h2><p>By May.</p>'
    assert tagged(parse("a.html", page, Limits())) == [("Ann Lee", "ann"), ("@bo", "bo"), ("Cy Ohm", ""), ("Di Um", "di")]


def test_a_file_of_code_owners_is_a_table_of_who_owns_which_path() -> None:
    text = "# Who owns what\n* @acme/all\n\n# Lamps\n/plugins/lamps/ @acme/lamps @ann-l  # the wick\ndocs/*.md bo@x.example\n/vendor/\n"
    parsed = parse(".github/CODEOWNERS", text.encode(), Limits())
    lines = "\n".join(segment.text for segment in parsed.segments).split("\n")
    assert lines == [
        "Who owns what", "Path\tOwners", "*\t@acme/all", "Lamps", "Path\tOwners", "/plugins/lamps/\t@acme/lamps @ann-l",
        "docs/*.md\tbo@x.example", "/vendor/",
    ]  # fmt: skip
    assert parsed.kind == "table"
