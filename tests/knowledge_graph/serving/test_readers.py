"""Readers over real indexes: groups of the directory and of sources' files hold each other, and a change acts at the next request."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.directory.errors import AccountClosed
from knowledge_graph.directory.model import Group, Listing, Person
from knowledge_graph.directory.store import Directory
from knowledge_graph.errors import NotFound
from knowledge_graph.fold.partial import PersonPartial
from knowledge_graph.fold.rulings import replay
from knowledge_graph.model.access import NOBODY, Access
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.readers import ASKED, expand_reader
from knowledge_graph.serving.request import RequestStore
from knowledge_graph.serving.store import SearchStore

ANN = Person("ann", ("Ann Lee",), ("ann@x.example", "lee@x.example"), ("ann-lee",), department="Finance")
BO = Person("bo", ("Bo Ek",), ("bo@x.example",))
EVERYONE = Access.of(["everyone"])


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Directory]:
    with Directory(f"sqlite:///{tmp_path / 'directory.sqlite'}") as opened:
        yield opened


@pytest.fixture
def publish(store: SearchStore) -> Iterator[Any]:
    """Makes the indexes hold these rows until the test ends."""
    written: list[tuple[str, str]] = []

    def write(index: str, rows: dict[str, Body]) -> None:
        name = store.current(index) or ""
        store.write(name, [(row_id, {"basis": "", **body}) for row_id, body in rows.items()])
        store.refresh([name])
        written.extend((name, row_id) for row_id in rows)

    yield write
    for name, row_id in dict.fromkeys(written):
        store.write(name, [(row_id, None)])
        store.refresh([name])


def groups(**members: list[str]) -> Listing:
    return Listing((ANN, BO), tuple(Group(name, (f"group:{name}",), tuple(held)) for name, held in members.items()))


def document(allow: list[str], deny: list[str] | None = None) -> Body:
    body = {"title": "Budget", "mime": "text/plain", "created": "", "modified": "", "passages": 0, "contributors": []}
    placed = {"document": "d", "source": "s", "path": "budget.md", "type": "text", "people": [], "parent": "", "topics": []}
    return {**placed, "allow": allow, "deny": deny or [], "body": body}


def opens(store: SearchStore, directory: Directory, *principals: str) -> bool:
    request = RequestStore(store)
    try:
        Library(request, expand_reader(request, principals, directory), directory=directory).document("s/budget.md")
    except NotFound:
        return False
    return True


LETTERS = "abcd"
members = st.lists(st.sampled_from(["ann@x.example", *(f"group:{letter}" for letter in LETTERS)]), unique=True)


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from((*LETTERS, "directory")), st.none() | members), min_size=1, max_size=6))
def test_groups_that_are_remembered_are_those_that_would_be_read(
    store: SearchStore, directory: Directory, publish: Any, steps: list[tuple[str, list[str] | None]]
) -> None:
    publish("groups", {letter: {"principal": f"group:{letter}", "members": []} for letter in LETTERS})
    for place, held in steps:
        if place == "directory":
            directory.replace("hr", groups(e=held or [], a=["user:ann"]), NOBODY)
        elif held is None:
            store.write(store.current("groups") or "", [(place, None)])
            store.refresh([store.current("groups") or ""])
        else:
            publish("groups", {place: {"principal": f"group:{place}", "members": held}})
        for token in (["ann@x.example"], ["group:b", "group:e"], []):
            told = expand_reader(SearchStore(store.client, store.settings), token, directory)
            assert [expand_reader(RequestStore(store), token, directory) for _ in range(3)] == [told] * 3
            assert expand_reader(store, token, directory) == told, "outside a request nothing is remembered"


def test_who_a_token_stands_for_is_looked_at_together_with_what_they_may_open(
    store: SearchStore, directory: Directory, publish: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("groups", {"1": {"principal": "group:a", "members": ["cy@x.example"]}, "2": {"principal": "group:b", "members": ["group:a"]}})
    asked, send = list[str](), store.client.transport.perform_request

    def counted(method: str, target: str, **options: Any) -> Any:
        asked.append(target)
        return send(method, target, **options)

    def request() -> tuple[set[str], int]:
        del asked[:]
        reader = expand_reader(each := RequestStore(store), ["cy@x.example"], directory)
        each.edition(reader, "subjects")
        return set(reader.principals) - {"everyone", "cy@x.example"}, len(asked)

    monkeypatch.setattr(store.client.transport, "perform_request", counted)
    held = {"group:a", "group:b"}
    assert [request() for _ in range(4)] == [(held, 4), (held, 4), (held, 1), (held, 1)]
    publish("groups", {"3": {"principal": "group:c", "members": ["dee@x.example"]}})
    assert request() == (held, 1), "a group without the reader is no change"
    publish("groups", {"2": {"principal": "group:b", "members": []}})
    assert [request() for _ in range(3)] == [({"group:a"}, 4), ({"group:a"}, 3), ({"group:a"}, 1)]


def test_groups_of_files_and_of_the_directory_hold_each_other(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("groups", {"1": {"principal": "group:b", "members": ["group:a"]}, "2": {"principal": "group:d", "members": ["group:c"]}})
    directory.replace("hr", groups(a=["user:ann"], c=["group:b"], e=["group:d"]), NOBODY)
    held = expand_reader(store, ["lee@x.example"], directory).principals
    assert held == {"everyone", "user:ann", "ann@x.example", "lee@x.example", *(f"group:{name}" for name in "abcde")}


def test_a_deny_however_deep_wins(store: SearchStore, directory: Directory, publish: Any) -> None:
    depth = 3 * ASKED
    publish("groups", {str(n): {"principal": f"group:f{n}", "members": [f"group:f{n + 1}"]} for n in range(depth)})
    publish("groups", {"last": {"principal": f"group:f{depth}", "members": ["group:a", "group:f0"]}})
    publish("documents", {"d": document(["everyone"], ["group:f0"])})
    directory.replace("hr", groups(a=["user:ann"]), NOBODY)
    assert not opens(store, directory, "ann@x.example")
    assert opens(store, directory, "bo@x.example")


def test_a_change_of_groups_acts_at_the_next_request_and_nothing_is_published(
    store: SearchStore, directory: Directory, publish: Any
) -> None:
    publish("documents", {"d": document(["group:finance"], ["group:leaving"])})
    assert not opens(store, directory, "ann@x.example")
    directory.replace("hr", groups(finance=["group:all"], all=["user:ann"]), NOBODY)
    assert opens(store, directory, "ann@x.example")
    assert opens(store, directory, "user:ann")
    directory.replace("hr", groups(finance=["group:all"], all=["user:ann"], leaving=["lee@x.example"]), NOBODY)
    assert not opens(store, directory, "ann@x.example")
    directory.replace("hr", groups(finance=["group:all"], all=["user:bo"]), NOBODY)
    assert not opens(store, directory, "ann@x.example")


def test_whoever_left_is_nobody(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("documents", {"d": document(["everyone", "cy@x.example"])})
    directory.replace("hr", Listing((Person("cy", (), ("cy@x.example",), end="2020-01-31"),)), NOBODY)
    with pytest.raises(AccountClosed):
        expand_reader(store, ["cy@x.example", "group:board"], directory)


def person(subject: str, name: str, allow: list[str] | None = None) -> Body:
    payload = PersonPartial(documents=1, kinds={"wrote": 1}, names={name: 1} if name else {}).to_json()
    row = {"subject": subject, "kind": "person", "names": [], "terms": [], "bound": 1.0, "payload": payload}
    return {**row, "allow": allow or ["everyone"], "deny": []}


def test_the_directory_describes_the_one_bearer_of_a_name_that_documents_have_alone(
    store: SearchStore, directory: Directory, publish: Any
) -> None:
    publish("subjects", {each: {**person(f"name:ann lee@{each}", "Ann Lee"), "names": ["ann lee"]} for each in ("d", "e")})
    directory.replace("hr", Listing((replace(ANN, end="2020-01-31"),)), Access.of(["group:hr"]))
    card = Library(store, expand_reader(store, [], directory), directory=directory).person("name:ann lee")
    assert (card.id, card.names, card.emails, card.department, card.left) == ("name:ann lee", ("Ann Lee",), (), "", "")
    card = Library(store, expand_reader(store, ["group:hr"], directory), directory=directory).person("name:ann lee")
    assert (card.id, card.emails, card.department, card.left) == ("name:ann lee", ANN.emails, "Finance", "2020-01-31")
    directory.replace("hr", Listing((ANN, replace(ANN, id="other", emails=("a@y.example",), handles=(), accounts=()))), EVERYONE)
    assert Library(store, expand_reader(store, [], directory), directory=directory).person("name:ann lee").emails == ()


def test_the_directory_joins_the_addresses_of_one_person(store: SearchStore, directory: Directory, publish: Any) -> None:
    subjects = {"1": person("email:ann@x.example", "A. Lee"), "2": person("email:lee@x.example", ""), "3": person("handle:ann-lee", "annl")}
    publish("subjects", subjects)
    alone = Library(store, expand_reader(store, [], directory), directory=directory)
    assert alone.person("ann@x.example").emails == ("ann@x.example",)
    directory.replace("hr", Listing((ANN,)), EVERYONE)
    card = Library(store, expand_reader(store, [], directory), directory=directory).person("lee@x.example")
    assert (card.id, card.names[0], card.emails, card.handles) == ("email:ann@x.example", "Ann Lee", ANN.emails, ("ann-lee",))
    assert (card.department, card.left, card.heir) == ("Finance", "", None)
    assert len(Library(store, expand_reader(store, [], directory), directory=directory).people()) == 1


def test_a_directory_shows_only_whom_the_readers_documents_hold(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("subjects", {"1": person("email:ann@x.example", "A. Lee"), "2": person("email:lee@x.example", "", ["group:few"])})
    directory.replace("hr", Listing((ANN, BO)), EVERYONE)
    library = Library(store, expand_reader(store, [], directory), directory=directory)
    assert library.person("ann@x.example").emails == ("ann@x.example",)
    with pytest.raises(NotFound):
        library.person("bo@x.example")


def test_a_directory_that_the_reader_may_not_read_changes_nothing(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("subjects", {"1": person("email:ann@x.example", "A. Lee"), "2": person("email:lee@x.example", "")})
    library = Library(store, expand_reader(store, [], directory), directory=directory)
    before = (library.person("ann@x.example"), library.people())
    directory.replace("hr", Listing((ANN,)), Access.of(["group:hr"]))
    assert (library.person("ann@x.example"), library.people()) == before
    insider = Library(store, expand_reader(store, ["group:hr"], directory), directory=directory)
    assert insider.person("ann@x.example").emails == ANN.emails


def test_somebody_who_left_names_the_manager_who_is_still_here(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("subjects", {"1": person("email:cy@x.example", "Cy Doe")})
    cy = Person("cy", ("Cy Doe",), ("cy@x.example",), manager="user:dee", end="2024-03-31")
    dee = Person("dee", ("Dee Fox",), ("dee@x.example",), manager="bo@x.example", end="2024-01-31")
    directory.replace("hr", Listing((cy, dee, BO)), EVERYONE)
    library = Library(store, expand_reader(store, [], directory), directory=directory)
    card = library.person("cy@x.example")
    assert card.left == "2024-03-31"
    assert card.heir is not None
    assert (card.heir.name, card.heir.email, card.heir.why) == ("Bo Ek", "bo@x.example", "manager")
    assert library.people()[0].left == "2024-03-31"
    earlier = Library(store, library.reader, as_of="2024-02-01", directory=directory).person("cy@x.example")
    assert (earlier.left, earlier.heir) == ("", None)


def test_a_manager_who_opted_out_is_nobodys_heir(store: SearchStore, directory: Directory, publish: Any) -> None:
    publish("subjects", {"1": person("email:cy@x.example", "Cy Doe")})
    cy = Person("cy", ("Cy Doe",), ("cy@x.example",), manager="user:dee", end="2024-03-31")
    dee = Person("dee", ("Dee Fox",), ("dee@x.example",), manager="bo@x.example")
    directory.replace("hr", Listing((cy, dee, BO)), EVERYONE)
    reader = expand_reader(store, [], directory)
    said = Verdict(Kind.OPT_OUT, "email:dee@x.example", access=EVERYONE, seq=1, id="v1")
    heirs = [Library(store, reader, directory=directory, rulings=replay(log, reader)).person("cy@x.example").heir for log in ([], [said])]
    assert [heir and heir.name for heir in heirs] == ["Dee Fox", "Bo Ek"], "whoever leads the one who opted out is asked instead"
