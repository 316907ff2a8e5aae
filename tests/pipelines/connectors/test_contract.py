"""What every connector keeps to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.model.access import NOBODY, Access
from knowledge_graph.model.records import Item
from pipelines.connectors.base import Changes, Connector
from pipelines.connectors.errors import ItemGone, ItemUnreadable, SourceMisconfigured, SourceUnavailable
from pipelines.connectors.registry import CONNECTORS, check_kind


class Place(Protocol):
    root: Path
    kind: str

    def connector(self, **settings: object) -> Connector: ...
    def write(self, path: str, content: bytes | str = ...) -> None: ...
    def delete(self, path: str) -> None: ...
    def rename(self, old: str, new: str) -> None: ...
    def link(self, path: str, target: str | Path) -> None: ...
    def unreadable(self, path: str) -> "Entered": ...


class Entered(Protocol):
    def __enter__(self) -> None: ...
    def __exit__(self, *error: object) -> None: ...


ODD_NAMES = [
    "a b/c d.md",
    "straße/naïve.md",
    "nfd-e\u0301.md",
    "nfc-\u00e9.md",
    "日本/議事録.md",
    "-rf.md",
    "quote\"and'.md",
    "semi;$(id).md",
    "line\nbreak.md",
    "tab\t.md",
    "!bang#.md",
    "emoji 🦀.md",
    "d/" * 40 + "deep.md",
]


def listing(connector: Connector) -> dict[str, Item]:
    items = list(connector.items())
    assert len({item.item_id for item in items}) == len(items), "an item is listed twice"
    return {item.item_id: item for item in items}


def after(known: Mapping[str, Item], changes: Changes) -> dict[str, Item]:
    """What a caller holds once it has taken the changes in."""
    changed = {item.item_id: item for item in changes.items}
    if changes.complete:
        assert not changes.deleted
        return changed
    assert not changes.deleted & changed.keys()
    return {item_id: item for item_id, item in known.items() if item_id not in changes.deleted} | changed


def test_the_listing_is_complete_and_the_same_each_time(place: Place) -> None:
    for path in ("b.md", "a/z.md", "a/b/c.txt", "a.md"):
        place.write(path)
    connector = place.connector()
    assert set(listing(connector)) == {"b.md", "a/z.md", "a/b/c.txt", "a.md"}
    assert list(connector.items()) == list(place.connector().items())


def test_items_carry_their_source_and_size(place: Place) -> None:
    place.write("a.md", "four")
    item = listing(place.connector())["a.md"]
    assert (item.source, item.size, item.excluded) == ("source", 4, "")


def test_a_fingerprint_stays_and_changes_with_the_content(place: Place) -> None:
    place.write("a.md", "one")
    place.write("b.md", "one")
    before = listing(place.connector())
    place.write("a.md", "two")
    now = listing(place.connector())
    assert before["a.md"].fingerprint != now["a.md"].fingerprint
    assert before["b.md"].fingerprint == now["b.md"].fingerprint


EDITS: dict[str, Callable[[Place], None]] = {
    "nothing": lambda place: None,
    "add": lambda place: place.write("docs/new.md"),
    "edit": lambda place: place.write("docs/one.md", "other text"),
    "delete": lambda place: place.delete("docs/one.md"),
    "rename": lambda place: place.rename("docs/one.md", "elsewhere/uno.md"),
    "rename onto another": lambda place: place.rename("docs/one.md", "docs/two.md"),
    "access": lambda place: place.write("docs/.engram.yaml", "allow: [group:x]"),
    "no access file": lambda place: place.delete("closed/.engram.yaml"),
    "malformed access file": lambda place: place.write("docs/.engram.yaml", "alow: [x]"),
    "owner": lambda place: place.write("docs/.engram.yaml", "owner: bo@x.example"),
    "ignore": lambda place: place.write(".engram.yaml", "ignore: ['one.md']"),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_changes_lead_from_one_listing_to_the_next(place: Place, edit: Callable[[Place], None]) -> None:
    place.write("docs/one.md", "one\ntwo\nthree\n")
    place.write("docs/two.md")
    place.write("closed/three.md")
    place.write("closed/.engram.yaml", "allow: [group:few]")
    connector = place.connector()
    known = listing(connector)
    cursor = connector.changes("").cursor
    edit(place)
    changes = connector.changes(cursor)
    assert after(known, changes) == listing(connector)
    assert after(known, connector.changes(cursor)) == after(known, connector.changes(""))


def test_no_change_is_told_without_listing(place: Place) -> None:
    place.write("a.md")
    connector = place.connector()
    cursor = connector.changes("").cursor
    changes = connector.changes(cursor)
    assert (list(changes.items), changes.deleted, changes.cursor, changes.complete) == ([], frozenset(), cursor, False)


def test_a_changed_default_reaches_items_that_did_not_change(place: Place) -> None:
    place.write("a.md")
    first = place.connector(allow=("everyone",))
    known, cursor = listing(first), first.changes("").cursor
    closed = place.connector(allow=("group:few",))
    assert after(known, closed.changes(cursor))["a.md"].access == Access.of(["group:few"])


@pytest.mark.parametrize("cursor", ["", "rubbish", "git:0000:x", "folder:", "git:" + "0" * 40 + ":", "\x00", "--help"])
def test_a_cursor_that_means_nothing_gives_everything(place: Place, cursor: str) -> None:
    place.write("a.md")
    place.write("b.md")
    changes = place.connector().changes(cursor)
    assert changes.complete
    assert {item.item_id for item in changes.items} == {"a.md", "b.md"}


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["write", "delete", "rename", "close", "look"]),
            st.sampled_from(["a.md", "d/b.md", "d/e/c.md"]),
            st.sampled_from(["x.md", "d/y.md"]),
        ),
        max_size=8,
    )
)
def test_following_the_changes_of_any_history_ends_at_the_listing(place: Place, steps: list[tuple[str, str, str]]) -> None:
    place.write("keep.md")
    connector = place.connector()
    known: dict[str, Item] = {}
    cursor = ""
    for number, (step, path, other) in enumerate([*steps, ("look", "", "")]):
        if step == "look":
            changes = connector.changes(cursor)
            known, cursor = after(known, changes), changes.cursor
        elif step == "write":
            place.write(path, f"text {number}\n" * 5)
        elif step == "close":
            place.write("d/.engram.yaml", f"allow: [group:{number}]")
        elif (place.root / path).exists():
            place.delete(path) if step == "delete" else place.rename(path, other)
    assert known == listing(connector)


def test_ids_are_those_of_the_listing(place: Place) -> None:
    for path in ("a.md", "d/.engram.yaml", "d/b.md", "x~", "node_modules/m/i.js", "bad/.engram.yaml"):
        place.write(path, "owner: ann@x.example" if path.startswith("d/") else "text")
    place.link("link", "a.md")
    connector = place.connector(exclude=("b.md",))
    assert list(connector.ids()) == [item.item_id for item in connector.items()]


@pytest.mark.parametrize(
    "content", [b"", b"text\n", bytes(range(256)) * 1000, "äöü 議事録".encode()], ids=["empty", "text", "binary", "unicode"]
)
def test_reading_gives_the_bytes(place: Place, content: bytes) -> None:
    place.write("dir/file.bin", content)
    with place.connector() as connector:
        assert connector.read("dir/file.bin") == content


def test_reading_many_and_after_closing(place: Place) -> None:
    contents = {f"{number}.md": f"number {number}\n" * number for number in range(20)}
    for path, text in contents.items():
        place.write(path, text)
    connector = place.connector()
    assert {path: connector.read(path).decode() for path in contents} == contents
    connector.close()
    assert connector.read("7.md").decode() == contents["7.md"]
    connector.close()


def test_names_that_people_give(place: Place) -> None:
    for name in ODD_NAMES:
        place.write(name, name)
    with place.connector() as connector:
        items = listing(connector)
        assert set(items) == set(ODD_NAMES)
        assert not [item for item in items.values() if item.excluded]
        assert {name: connector.read(name).decode() for name in ODD_NAMES} == {name: name for name in ODD_NAMES}


def test_an_item_that_went_away_after_the_listing_is_gone(place: Place) -> None:
    place.write("a.md")
    place.write("d/b.md")
    with place.connector() as connector:
        assert connector.read("d/b.md")
        place.delete("d/b.md")
        with pytest.raises(ItemGone, match=r"d/b\.md"):
            connector.read("d/b.md")
        assert connector.read("a.md")


@pytest.mark.parametrize(
    "item_id", ["", "never.md", "../secret", "/etc/passwd", "d", "d/", "d/../a.md", "./a.md", "a.md/x", "a\x00b", "a\nb"]
)
def test_what_is_no_item_cannot_be_read(place: Place, item_id: str) -> None:
    place.write("a.md")
    place.write("d/b.md")
    (place.root.parent / "secret").write_text("secret")
    with place.connector() as connector, pytest.raises((ItemGone, ItemUnreadable)):
        connector.read(item_id)


def test_an_unreadable_item_is_listed_and_says_why(place: Place) -> None:
    place.write("a.md", "here")
    place.write("b.md", "hidden")
    connector = place.connector()
    with place.unreadable("b.md"):
        assert set(connector.ids()) == {"a.md", "b.md"}
        with pytest.raises(ItemUnreadable, match=r"b\.md"):
            connector.read("b.md")
        assert connector.read("a.md") == b"here"
    connector.close()
    assert connector.read("b.md") == b"hidden"
    connector.close()


def test_links_are_listed_as_excluded_and_never_followed(place: Place) -> None:
    place.write("docs/a.md", "inside")
    outside = place.root.parent / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text("secret")
    place.link("loop", ".")
    place.link("docs/up", "..")
    place.link("out", outside)
    place.link("secret.md", outside / "secret.md")
    place.link("same.md", "docs/a.md")
    place.link("dangling.md", "nowhere")
    with place.connector() as connector:
        items = listing(connector)
        taken = {path for path, item in items.items() if not item.excluded}
        assert taken == {"docs/a.md"}
        assert set(items) - taken == {"loop", "docs/up", "out", "secret.md", "same.md", "dangling.md"}
        assert {item.excluded for path, item in items.items() if path not in taken} == {"a symbolic link; links are not followed"}
        with pytest.raises((ItemGone, ItemUnreadable)):
            connector.read("out/secret.md")


def test_no_access_information_at_all_is_nobodys(place: Place) -> None:
    place.write("a.md")
    place.write("open/b.md")
    place.write("open/.engram.yaml", "allow: [everyone]")
    items = listing(place.connector(allow=None))
    assert items["a.md"].access == NOBODY
    assert items["open/b.md"].access == Access.of(["everyone"])


def test_the_sources_own_rules(place: Place) -> None:
    for path in ("a.md", "drafts/b.md", "c.txt"):
        place.write(path)
    items = listing(place.connector(include=("*.md",), exclude=("drafts/",), deny=("group:contractors",)))
    assert {path.split("/")[0]: item.excluded for path, item in items.items()} == {
        "a.md": "",
        "drafts": "ignored by `drafts/` in the source's `exclude`",
        "c.txt": "matches nothing in the source's `include`",
    }
    assert items["a.md"].access == Access.of(["everyone"], ["group:contractors"])


def test_the_sidecar_says_more_about_an_item(place: Place, tmp_path: Path) -> None:
    place.write("straße/é.md")
    place.write("plain.md")
    sidecar = tmp_path / "side.jsonl"
    people = '[{"name": "Ann", "email": "12+Ann-A@users.noreply.github.com", "commits": 3, "first": "2020-01-02", "last": "2021-01-01"}]'
    sidecar.write_text(
        f'{{"id": "straße/e\u0301.md", "title": "T", "created": "2020-01-02", "modified": "2021-01-01", "people": {people}, '
        '"access": {"allow": ["group:x"], "deny": ["bo@x.example"]}, "blind": 1}\n'
    )
    connector = place.connector(sidecar=sidecar, deny=("group:c",))
    item = listing(connector)["straße/é.md"]
    assert (item.title, item.created, item.modified) == ("T", "2020-01-02", "2021-01-01")
    assert item.access == Access.of(["group:x"], ["bo@x.example", "group:c"])
    assert [(p.kind, p.handle, p.count, p.first, p.last) for p in item.people] == [
        ("wrote", "ann-a", 1, "2020-01-02", "2020-01-02"),
        ("edited", "ann-a", 3, "2020-01-02", "2021-01-01"),
    ]
    cursor, known = connector.changes("").cursor, listing(connector)
    sidecar.write_text('{"id": "plain.md", "title": "New"}\n')
    assert after(known, connector.changes(cursor)) == listing(connector)
    assert listing(connector)["plain.md"].title == "New"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 2: .*JSON"),
        ('{"title": "x"}', "line 2: id: Field required"),
        ('{"id": "b", "created": "yesterday"}', "line 2: created: "),
        ('{"id": "b", "access": {"alow": []}}', "line 2: access.alow: "),
        ('{"id": "a"}', "line 2: 'a' is given twice"),
    ],
)
def test_a_sidecar_that_cannot_be_understood_stops_the_source(place: Place, tmp_path: Path, line: str, reason: str) -> None:
    place.write("a.md")
    sidecar = tmp_path / "side.jsonl"
    sidecar.write_text('{"id": "a"}\n' + line + "\n")
    with pytest.raises(SourceMisconfigured, match=reason):
        list(place.connector(sidecar=sidecar).items())


def test_a_missing_sidecar_stops_the_source(place: Place, tmp_path: Path) -> None:
    place.write("a.md")
    with pytest.raises(SourceMisconfigured, match="does not exist"):
        list(place.connector(sidecar=tmp_path / "no.jsonl").items())


def test_a_source_that_is_away_is_not_an_empty_one(place: Place) -> None:
    place.write("a.md")
    connector = place.connector()
    cursor = connector.changes("").cursor
    place.root.rename(place.root.with_name("away"))
    for use in (
        lambda: list(connector.items()),
        lambda: list(connector.ids()),
        lambda: list(connector.changes(cursor).items),
        connector.groups,
        lambda: connector.read("a.md"),
    ):
        with pytest.raises(SourceUnavailable, match=r"does not exist|went away"):
            use()


def test_groups_come_normalised_from_the_top_folder(place: Place) -> None:
    place.write(".engram.yaml", "groups: {'Group:Eng': [group:platform, ' Ben@X.example ', ben@x.example], group:empty: []}")
    assert place.connector().groups() == {"group:empty": (), "group:eng": ("ben@x.example", "group:platform")}


def test_a_source_without_groups_has_none(place: Place) -> None:
    place.write("a.md")
    assert place.connector().groups() == {}


def test_listing_does_not_depend_on_what_was_read_before(place: Place) -> None:
    place.write("a.md")
    with place.connector() as connector:
        before = listing(connector)
        connector.read("a.md")
        assert listing(connector) == before
        assert replace(before["a.md"]) == before["a.md"]


def test_the_registry_names_what_exists() -> None:
    assert {kind: connector.kind for kind, connector in CONNECTORS.items()} == {kind: kind for kind in ("folder", "git", "directory")}
    with pytest.raises(SourceMisconfigured, match="unknown kind 'ftp'; known: directory, folder, git"):
        check_kind("ftp")
