"""Who belongs to what: closure over people and nested groups, at once after a change, with what is wrong reported."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, select

from knowledge_graph.directory.check import problems_of
from knowledge_graph.directory.errors import AccountClosed, DirectoryUnavailable
from knowledge_graph.directory.model import Group, Listing, Person, group, member, user
from knowledge_graph.directory.store import Directory
from knowledge_graph.directory.tables import KEYS, METADATA, REVISION
from knowledge_graph.model.access import NOBODY, Access, Reader

ANN = Person("ann", ("Ann Lee",), ("ann@x.example", "lee@x.example"), ("ann-lee",), ("7-7",), manager="user:bo", department="Finance")
BO = Person("bo", ("Bo Ek",), ("bo@x.example",))
EVERYONE = Access.of(["everyone"])


def groups(**members: str) -> tuple[Group, ...]:
    return tuple(Group(group(name), (group(name),), tuple(map(member, held.split()))) for name, held in members.items())


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'directory.sqlite'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def directory(url: str) -> Iterator[Directory]:
    with Directory(url) as opened:
        yield opened


def held(directory: Directory, *claimed: str) -> set[str]:
    known = directory.identify(claimed)
    return set(known | directory.holding(known))


def test_a_person_is_named_by_any_account_or_address(directory: Directory) -> None:
    directory.replace("hr", Listing((ANN, BO), groups(finance="ann", all="group:finance")), NOBODY)
    whole = {"ann@x.example", "lee@x.example", "user:ann", "user:7-7", "group:finance", "group:all"}
    for claimed in ("ann@x.example", "lee@x.example", "user:ann", "user:7-7"):
        assert held(directory, claimed) == whole
    assert held(directory, "bo@x.example") == {"bo@x.example", "user:bo"}


def test_a_handle_names_nobody(directory: Directory) -> None:
    """Anybody may take a free handle on a code host."""
    directory.replace("hr", Listing((ANN,), groups(finance="ann")), NOBODY)
    assert held(directory, "handle:ann-lee", "ann-lee", "user:ann-lee") == {"handle:ann-lee", "ann-lee", "user:ann-lee"}


def test_groups_nest_to_any_depth_and_cycles_end(directory: Directory) -> None:
    chain = {f"g{number}": f"group:g{number + 1}" for number in range(60)}
    directory.replace("hr", Listing((ANN,), groups(**chain, g60="ann group:g0")), NOBODY)
    assert held(directory, "user:ann") >= {f"group:g{number}" for number in range(61)}


def test_a_change_acts_at_the_next_question(directory: Directory) -> None:
    directory.replace("hr", Listing((ANN,), groups(finance="ann")), NOBODY)
    assert "group:finance" in held(directory, "user:ann")
    assert directory.replace("hr", Listing((ANN,), groups(finance="bo", legal="ann")), NOBODY)
    assert not held(directory, "user:ann") & {"group:finance"}
    assert "group:legal" in held(directory, "user:ann")
    directory.forget("hr")
    assert held(directory, "user:ann") == {"user:ann"}


def test_another_process_sees_the_change_too(directory: Directory, url: str) -> None:
    directory.replace("hr", Listing((ANN,), groups(finance="ann")), NOBODY)
    assert "group:finance" in held(directory, "user:ann")
    with Directory(url) as other:
        other.replace("hr", Listing((ANN,)), NOBODY)
    assert "group:finance" not in held(directory, "user:ann")


def test_the_same_again_changes_nothing(directory: Directory) -> None:
    said = Listing((ANN,), groups(finance="ann"))
    assert directory.replace("hr", said, NOBODY)
    before = directory.version()
    assert not directory.replace("hr", said, NOBODY)
    assert directory.version() == before


@pytest.mark.parametrize("gone", [Person("cy", (), ("cy@x.example",), end="2024-03-31"), Person("cy", (), ("cy@x.example",), active=False)])
def test_whoever_left_is_refused(directory: Directory, gone: Person) -> None:
    directory.replace("hr", Listing((gone,), groups(finance="cy")), NOBODY)
    for claimed in ("cy@x.example", "user:cy"):
        with pytest.raises(AccountClosed):
            directory.identify([claimed, "everyone"], "2024-04-01")


def test_the_last_day_counts(directory: Directory) -> None:
    directory.replace("hr", Listing((Person("cy", end="2024-03-31"),)), NOBODY)
    assert directory.identify(["user:cy"], "2024-03-31") == {"user:cy"}


def test_closed_in_one_directory_is_closed(directory: Directory) -> None:
    directory.replace("hr", Listing((Person("1", (), ("ann@x.example",), end="2020-01-01"),)), NOBODY)
    directory.replace("scim", Listing((ANN,)), NOBODY)
    with pytest.raises(AccountClosed):
        directory.identify(["user:ann"])


def test_an_address_of_two_people_names_neither(directory: Directory) -> None:
    shared = [Person(id, (), (f"{id}@x.example", "desk@x.example")) for id in ("dee", "eva")]
    directory.replace("hr", Listing(tuple(shared), groups(d="dee", e="eva")), NOBODY)
    assert held(directory, "desk@x.example") == {"desk@x.example"}
    assert held(directory, "user:dee") == {"user:dee", "dee@x.example", "group:d"}


def test_an_account_number_that_two_directories_give_to_two_people_names_neither(directory: Directory) -> None:
    directory.replace("hr", Listing((Person("1001", (), ("ann@x.example",)),), groups(finance="ann@x.example")), NOBODY)
    directory.replace("guests", Listing((Person("1001", (), ("guest@y.example",)),)), NOBODY)
    assert held(directory, "user:1001") == {"user:1001"}
    directory.replace("guests", Listing((Person("1001", (), ("ann@x.example",)),)), NOBODY)
    assert "group:finance" in held(directory, "user:1001")


def test_names_of_groups_cannot_become_people_or_everyone() -> None:
    assert group("everyone") == "group:everyone"
    assert group("ceo@x.example") == "group:ceo@x.example"
    assert group("user:ann") == "group:user:ann"
    assert group("Role:Curator") == "role:curator"
    assert member("everyone") == "everyone"
    assert user("everyone") == "user:everyone"


def test_a_description_is_read_by_the_access_of_its_source(directory: Directory) -> None:
    directory.replace("hr", Listing((ANN,)), Access.of(["group:hr"], ["ben@x.example"]))
    assert [entry.person for entry in directory.entries(["email:ann@x.example"], Reader.of(["group:hr"]))] == [ANN]
    assert directory.entries(["email:ann@x.example"], Reader.of([])) == []
    assert directory.entries(["email:ann@x.example"], Reader.of(["group:hr", "ben@x.example"])) == []


def test_a_directory_that_is_not_the_readers_changes_nothing(directory: Directory) -> None:
    """Law 4: another directory's second owner of a handle, seen or not, is the only difference between two readers."""
    directory.replace("open", Listing((ANN,)), EVERYONE)
    reader, insider = Reader.of([]), Reader.of(["group:hr"])
    before = directory.entries(["handle:ann-lee"], reader)
    directory.replace("hr", Listing((Person("other", (), ("o@x.example",), ("ann-lee",)),)), Access.of(["group:hr"]))
    assert directory.entries(["handle:ann-lee"], reader) == before
    assert directory.entries(["handle:ann-lee"], insider) == []


def test_a_full_name_is_described_where_one_person_bears_it(directory: Directory) -> None:
    reader, insider = Reader.of([]), Reader.of(["group:hr"])
    directory.replace("open", Listing((ANN, BO, Person("cher", ("Cher",), ("cher@x.example",)))), EVERYONE)
    assert {name: [each.person for each in found] for name, found in directory.called(["ann lee", "cher", "cy oh"], reader).items()} == {
        "ann lee": [ANN]
    }
    directory.replace("hr", Listing((Person("7", ("Ann  Lee",), ("lee@x.example",)),)), Access.of(["group:hr"]))
    assert [each.source for each in directory.called(["ann lee"], insider)["ann lee"]] == ["hr", "open"]
    directory.replace("hr", Listing((Person("7", ("Ann Lee",), ("a.lee@x.example",)),)), Access.of(["group:hr"]))
    assert not directory.called(["ann lee"], insider)
    assert directory.called(["ann lee"], reader)
    directory.replace("open", Listing((ANN, Person("other", ("Ann Lee", "Ann Marie Lee")))), EVERYONE)
    assert directory.called(["ann lee", "ann marie lee"], reader).keys() == {"ann marie lee"}
    assert held(directory, "name:bo ek", "user:name:bo ek") == {"name:bo ek", "user:name:bo ek"}


def test_people_of_an_older_database_are_found_by_name(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'directory.sqlite'}"
    with Directory(url) as directory:
        directory.replace("hr", Listing((ANN, BO)), EVERYONE)
    config = Config()
    config.set_main_option("script_location", "knowledge_graph.directory:migrations")
    engine = create_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        assert not connection.execute(select(KEYS.c.key).where(KEYS.c.key.startswith("name:"))).all()
    engine.dispose()
    with Directory(url) as directory:
        assert directory.called(["bo ek"], Reader.of([]))["bo ek"][0].person == BO


def test_what_is_wrong_is_named() -> None:
    people = (ANN, BO, Person("cy", (), ("BO@x.example",), manager="user:nobody"))
    said = Listing(people, groups(a="group:b ann", b="group:a", c="group:c", d="ghost group:none zed@x.example"), ("hr.csv line 4: bad",))
    found = [(problem.kind, problem.text) for problem in problems_of({"hr": said})]
    assert found == [
        ("unreadable", "hr.csv line 4: bad"),
        ("duplicate", "email:bo@x.example belongs to bo and cy; it names nobody until it belongs to one of them"),
        ("unknown member", "group:d holds user:ghost, whom no directory describes"),
        ("unknown member", "group:d holds group:none, whom no directory describes"),
        ("unknown member", "group:d holds zed@x.example, whom no directory describes"),
        ("unknown manager", "cy has the manager nobody, whom no directory describes"),
        ("cycle", "group:a, group:b hold each other; whoever is in one is in all of them"),
        ("cycle", "group:c holds itself"),
    ]


def test_a_cycle_is_found_under_any_name_of_a_group() -> None:
    said = (Group("1", ("group:a", "group:1"), ("group:2",)), Group("2", ("group:b", "group:2"), ("group:1",)))
    assert [problem.text for problem in problems_of({"scim": Listing((), said)})] == [
        "group:a, group:b hold each other; whoever is in one is in all of them"
    ]


def test_listings_give_back_what_was_put_in(directory: Directory) -> None:
    said = Listing((ANN, BO), groups(a="group:a ann", b="group:a"), ("x",))
    directory.replace("hr", said, NOBODY)
    assert directory.listings() == {"hr": said}
    assert [problem.kind for problem in directory.problems()] == ["unreadable", "cycle"]


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.lists(st.sampled_from([*(f"group:{name}" for name in "abcdef"), "ann", "bo"]), max_size=4)
    )
)
def test_closure_equals_reachability(held_by: dict[str, list[str]]) -> None:
    """Against plain reachability over the lists of members."""
    said = groups(**{name: " ".join(members) for name, members in held_by.items()})
    with Directory("sqlite://") as directory:
        directory.replace("hr", Listing((), said), NOBODY)
        reached = {"user:ann"}
        while more := {g.id for g in said if reached.intersection(g.members)} - reached:
            reached |= more
        assert held(directory, "user:ann") == reached


def test_the_file_is_its_owners_alone_and_forgets_what_is_deleted(tmp_path: Path) -> None:
    path = tmp_path / "directory.sqlite"
    with Directory(f"sqlite:///{path}") as directory:
        directory.replace("hr", Listing((Person("marker-7f3a", ("Marker Zqx",)),)), NOBODY)
        directory.forget("hr")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    assert not [file.name for file in tmp_path.iterdir() if b"Zqx" in file.read_bytes()]


def test_processes_that_start_together_share_one_database(url: str) -> None:
    versions: list[int] = []

    def look() -> None:
        with Directory(url) as directory:
            versions.append(directory.version())

    threads = [Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert versions == [0] * 6


def test_migrations_lead_to_the_tables(tmp_path: Path) -> None:
    config = Config()
    config.set_main_option("script_location", "knowledge_graph.directory:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [REVISION]
    url = f"sqlite:///{tmp_path / 'migrated.sqlite'}"
    with Directory(url) as directory:
        directory.version()
    migrated, made = create_engine(url), create_engine("sqlite://")
    METADATA.create_all(made)
    for table in METADATA.tables:
        for what in ("get_columns", "get_indexes", "get_pk_constraint"):
            assert repr(getattr(inspect(migrated), what)(table)) == repr(getattr(inspect(made), what)(table))
    migrated.dispose()
    made.dispose()


def test_a_database_that_is_away_is_no_empty_directory() -> None:
    with (
        Directory("sqlite:////proc/nowhere/curation.sqlite") as directory,
        pytest.raises(DirectoryUnavailable, match="ENGRAM_CURATION_URL"),
    ):
        directory.identify(["user:ann"])
    with Directory("no url") as directory, pytest.raises(DirectoryUnavailable, match="no database URL"):
        directory.holding(["everyone"])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        Directory(f"sqlite:///{tmp_path / 'file' / 'd.sqlite'}") as directory,
        pytest.raises(DirectoryUnavailable, match=r"opened: .*file"),
    ):
        directory.listings()
