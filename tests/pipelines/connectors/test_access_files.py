"""Who may open what: the rules of `.engram.yaml`, in a folder and in a git tree alike."""

from typing import Any

import pytest

from knowledge_graph.model.access import EVERYONE, NOBODY, Access
from knowledge_graph.model.records import Contribution, Item
from pipelines.connectors.errors import GroupsUnreadable


def listing(place: Any, **settings: Any) -> dict[str, Item]:
    return {item.item_id: item for item in place.connector(**settings).items()}


def test_the_nearest_allow_wins_and_denies_add_up(place: Any) -> None:
    place.write(".engram.yaml", "allow: [everyone]\ndeny: [group:contractors]")
    place.write("hr/.engram.yaml", "allow: [group:hr]\ndeny: [bo@x.example]")
    place.write("hr/open/.engram.yaml", "allow: everyone")
    place.write("hr/shut/.engram.yaml", "allow: []")
    for path in ("a.md", "hr/b.md", "hr/open/deep/c.md", "hr/shut/d.md"):
        place.write(path)
    items = listing(place, allow=("group:default",), deny=("group:source",))
    denied = ["group:contractors", "group:source"]
    assert items["a.md"].access == Access.of([EVERYONE], denied)
    assert items["hr/b.md"].access == Access.of(["group:hr"], [*denied, "bo@x.example"])
    assert items["hr/open/deep/c.md"].access == Access.of([EVERYONE], [*denied, "bo@x.example"])
    assert not items["hr/shut/d.md"].access.allow
    assert len(items) == 4, "a good access file is not an item"


def test_principals_compare_without_case_and_composition(place: Any) -> None:
    place.write(".engram.yaml", "allow: [' Group:Fina\u0301nce ', ANN@x.example]")
    place.write("a.md")
    assert listing(place)["a.md"].access == Access.of(["group:fin\u00e1nce", "ann@x.example"])


MALFORMED = {
    "alow: [everyone]": "line 1: unknown setting 'alow'; known: allow, deny, owner, ignore, groups",
    "allow: [everyone]\nallow: [group:x]": "line 2: 'allow' is given twice",
    "owner: a\nallow: {a: b}": "line 2: allow: Input should be a valid tuple",
    "allow: [[everyone]]": "line 1: allow: Input should be a valid string",
    "allow: ['']": "line 1: a principal is empty",
    "allow: [everyone": "line 1: expected ',' or ']'",
    "- everyone": "line 1: expected settings",
    "everyone": "line 1: expected settings",
    "a: &x [everyone]\nallow: *x": "line 2: aliases are not accepted",
    "allow: [e\x00]": "line 1: a character that YAML does not allow",
    "allow: " + "[" * 3000: "line 1: nested too deeply",
    "groups: {engineering: [ann]}": "line 1: a group's name starts with 'group:', 'engineering' does not",
    "groups: {'group:x': [ann]}": "`groups` may only stand in the top folder's .engram.yaml",
    "#" + "x" * 70_000: "larger than 65536 bytes",
    "ignore: ['a\\']": "not a pattern as in .gitignore",
}


@pytest.mark.parametrize(("text", "reason"), MALFORMED.items(), ids=range(len(MALFORMED)))
def test_a_malformed_file_closes_its_folder_and_is_reported(place: Any, text: str, reason: str) -> None:
    place.write("bad/.engram.yaml", text)
    place.write("bad/a.md")
    place.write("bad/good/.engram.yaml", "allow: [everyone]")
    place.write("bad/good/b.md")
    place.write("c.md")
    items = listing(place)
    assert items["bad/a.md"].access == items["bad/good/b.md"].access == NOBODY
    assert items["c.md"].access == Access.of([EVERYONE])
    report = items["bad/.engram.yaml"]
    assert report.access == NOBODY
    assert report.excluded.startswith("nobody may open this folder until its access file is mended: bad/.engram.yaml")
    assert reason in report.excluded
    assert "bad/good/.engram.yaml" not in items


@pytest.mark.parametrize("name", [".engram.yml", ".Engram.yaml", ".ENGRAM.YML"])
def test_a_misspelt_access_file_closes_its_folder(place: Any, name: str) -> None:
    place.write(f"d/{name}", "allow: [group:few]")
    place.write("d/a.md")
    items = listing(place)
    assert items["d/a.md"].access == NOBODY
    assert "an access file is named .engram.yaml" in items[f"d/{name}"].excluded


def test_an_access_file_that_is_a_link_or_not_text_closes_its_folder(place: Any) -> None:
    place.write("elsewhere.yaml", "allow: [everyone]")
    place.write("linked/a.md")
    place.link("linked/.engram.yaml", "../elsewhere.yaml")
    place.write("binary/.engram.yaml", b"\xff\xfe\x00")
    place.write("binary/a.md")
    items = listing(place)
    assert items["linked/a.md"].access == items["binary/a.md"].access == NOBODY
    assert items["linked/.engram.yaml"].excluded
    assert "not UTF-8 text" in items["binary/.engram.yaml"].excluded


def test_an_unreadable_access_file_closes_its_folder(place: Any) -> None:
    place.write("d/.engram.yaml", "allow: [everyone]")
    place.write("d/a.md")
    with place.unreadable("d/.engram.yaml"):
        items = listing(place)
    assert items["d/a.md"].access == NOBODY
    assert "cannot be" in items["d/.engram.yaml"].excluded
    assert listing(place)["d/a.md"].access == Access.of([EVERYONE])


def test_groups_of_a_lower_folder_do_not_count_and_those_of_a_malformed_file_are_no_empty_ones(place: Any) -> None:
    place.write("lower/.engram.yaml", "groups: {'group:board': [mallory@x.example]}")
    place.write("lower/a.md")
    assert place.connector().groups() == {}
    place.write(".engram.yaml", "groups: {'group:board': [ann@x.example]}\nalow: x")
    with pytest.raises(GroupsUnreadable, match="unknown setting 'alow'"):
        place.connector().groups()


def test_an_empty_access_file_says_nothing(place: Any) -> None:
    place.write("d/.engram.yaml", "# to be written\n")
    place.write("d/a.md")
    assert listing(place)["d/a.md"].access == Access.of([EVERYONE])


@pytest.mark.parametrize(
    ("owner", "person"),
    [
        ("Ann@X.example", Contribution("owner", email="ann@x.example")),
        ("'@ann'", Contribution("owner", handle="ann")),
        ("Ann Abel", Contribution("owner", name="Ann Abel")),
    ],
)
def test_the_nearest_owner_is_a_contribution(place: Any, owner: str, person: Contribution) -> None:
    place.write(".engram.yaml", "owner: top@x.example")
    place.write("d/.engram.yaml", f"owner: {owner}")
    place.write("d/e/a.md")
    place.write("b.md")
    items = listing(place)
    assert [p for p in items["d/e/a.md"].people if p.kind == "owner"] == [person]
    assert [p.email for p in items["b.md"].people if p.kind == "owner"] == ["top@x.example"]


def test_ignore_patterns_work_as_in_gitignore(place: Any) -> None:
    place.write(".engram.yaml", "ignore: ['*.tmp', /top.md, 'd/**/x.md', '!kept.tmp']")
    place.write("d/.engram.yaml", "ignore: ['!again.tmp', '*.log']")
    taken = ["kept.tmp", "d/top.md", "d/again.tmp", "x.md", "a.log"]
    left = {
        "a.tmp": "ignored by `*.tmp` in .engram.yaml",
        "top.md": "ignored by `/top.md` in .engram.yaml",
        "d/e/x.md": "ignored by `d/**/x.md` in .engram.yaml",
        "d/b.log": "ignored by `*.log` in d/.engram.yaml",
        "d/e/f.tmp": "ignored by `*.tmp` in .engram.yaml",
    }
    for path in (*taken, *left):
        place.write(path)
    items = listing(place)
    assert {path: items[path].excluded for path in (*taken, *left)} == dict.fromkeys(taken, "") | left


@pytest.mark.parametrize("name", [".DS_Store", "~$Budget.xlsx", "notes.md~", ".a.md.swp", "#a#", ".#a", "._a.md", "Thumbs.db", "x.part"])
def test_what_desktops_and_editors_leave_behind_is_no_document(place: Any, name: str) -> None:
    place.write(f"d/{name}")
    place.write(".engram.yaml", f"ignore: ['!{name}']")
    assert "in the built-in rules" in listing(place)[f"d/{name}"].excluded


def test_nothing_below_an_ignored_folder_comes_back(place: Any) -> None:
    place.write(".engram.yaml", "ignore: [private/, '!private/kept.md']")
    place.write("private/kept.md")
    place.write("private/.engram.yaml", "allow: [everyone]\nignore: ['!kept.md']")
    assert [item.excluded for item in listing(place).values()] == ["ignored by `private/` in .engram.yaml"]
