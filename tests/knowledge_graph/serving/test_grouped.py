"""What is remembered of a reader's rows is what they would read now, whatever was written in between."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.model.access import EVERYONE, Access, Reader
from knowledge_graph.serving.grouped import Group, Wanted, read_by
from knowledge_graph.serving.memory import Fingerprint, Memory
from knowledge_graph.serving.store import Body, Found, SearchStore, StoreSettings

SUBJECTS = ("falcon", "ledger")
ACCESSES = (Access.of([EVERYONE]), Access.of(["group:finance"]), Access.of([EVERYONE], ["group:finance"]))
READERS = (Reader.of([]), Reader.of(["group:finance"]))


def told(hits: Sequence[Found]) -> list[tuple[str, float]]:
    return [(hit.id, hit.fields["bound"]) for hit in hits]


BOUNDS = Wanted("subjects", told, ("bound",), clauses=(("kind", ("topic",)),))


def row(subject: str, access: Access, bound: float) -> Body:
    guards = {"allow": list(access.allow), "deny": list(access.deny), "audience": access.audience, "basis": ""}
    return {**guards, "subject": subject, "kind": "topic", "names": [], "terms": [], "bound": bound, "payload": {}}


@pytest.fixture(scope="module")
def store(elasticsearch_url: str) -> Iterator[SearchStore]:
    with SearchStore.open(StoreSettings(elasticsearch_url, prefix=f"grouped-{uuid.uuid4().hex[:8]}")) as opened:
        opened.prepare()
        yield opened
        opened.drop()


changes = st.tuples(st.sampled_from("abc"), st.none() | st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(ACCESSES), st.integers(0, 2)))


@settings(max_examples=10, suppress_health_check=list(HealthCheck))
@given(st.lists(st.lists(changes, min_size=1, max_size=3), max_size=5), st.data())
def test_what_is_remembered_is_what_would_be_read(store: SearchStore, steps: list[list[tuple[str, Any]]], data: st.DataObject) -> None:
    index = store.prepare()["subjects"]
    for number, step in enumerate(steps):
        if data.draw(st.integers(0, 9), label="rebuild") == 0:
            index = store.prepare(rebuild=True)["subjects"]
            store.swap({"subjects": index})
        store.write(index, [(key, None if made is None else row(*made)) for key, made in step])
        store.refresh([index])
        reader = READERS[number % 2]
        fresh = SearchStore(store.client, store.settings)
        for each in (reader, *READERS):
            assert read_by(store, each, ["subject"], SUBJECTS, BOUNDS) == read_by(fresh, each, ["subject"], SUBJECTS, BOUNDS)


def test_rows_are_fetched_again_only_where_they_changed_for_this_reader(store: SearchStore) -> None:
    index = store.prepare(rebuild=True)["subjects"]
    store.swap({"subjects": index})
    store.write(index, [("x", row("falcon", ACCESSES[0], 1.0)), ("y", row("ledger", ACCESSES[0], 1.0))])
    store.refresh([index])

    def read() -> dict[Group, list[tuple[str, float]]]:
        return read_by(store, READERS[0], ["subject"], SUBJECTS, BOUNDS)

    first = read()
    store.write(index, [("z", row("falcon", ACCESSES[1], 5.0)), ("y", row("ledger", ACCESSES[0], 2.0))])
    store.refresh([index])
    second = read()
    assert second["subject", "falcon"] is first["subject", "falcon"], "what this reader may not open is no change"
    assert second["subject", "ledger"] != first["subject", "ledger"]
    assert read_by(store, READERS[1], ["subject"], SUBJECTS, BOUNDS)["subject", "falcon"] != first["subject", "falcon"]
    store.write(index, [("y", None)])
    store.refresh([index])
    assert set(read()) == {("subject", "falcon")}
    assert not store.memory.recall(store.memory.reader(READERS[0].principals), [(BOUNDS, ("subject", "ledger"))])


def test_a_memory_forgets_the_least_used_and_keeps_readers_apart() -> None:
    memory, print_ = Memory(entries=2), Fingerprint.of("index", [3, 5])
    one, other = (memory.reader(frozenset(principals)) for principals in (["a"], ["b"]))
    assert (one, memory.reader(frozenset(["a"]))) == (one, one) != (other, other)
    for reader, value in ((one, "first"), (other, "second")):
        memory.keep(reader, "key", print_, value)
    assert memory.recall(one, ["key"]) == {"key": (print_, "first")}
    memory.keep(other, "more", print_, "third")
    assert (memory.recall(one, ["key"]), memory.recall(other, ["key"])) == ({"key": (print_, "first")}, {})
