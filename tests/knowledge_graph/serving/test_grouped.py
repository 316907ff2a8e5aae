"""What is remembered of a reader's rows is what they would read now, whatever was written in between."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.model.access import EVERYONE, Access, Reader
from knowledge_graph.serving.grouped import Asked, Group, Wanted, read_ahead, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.memory import Fingerprint, Kept, Memory
from knowledge_graph.serving.request import RequestStore
from knowledge_graph.serving.store import Search, SearchStore

SUBJECTS = ("falcon", "ledger")
ACCESSES = (Access.of([EVERYONE]), Access.of(["group:finance"]), Access.of([EVERYONE], ["group:finance"]))
READERS = (Reader.of([]), Reader.of(["group:finance"]))


def told(hits: Sequence[Found]) -> list[tuple[str, float]]:
    return [(hit.id, hit.fields["bound"]) for hit in hits]


BOUNDS = Wanted("subjects", told, ("bound",), clauses=(("kind", ("topic",)),))
WEIGHTS = Wanted("subjects", told, ("bound",), ("payload",))
AHEAD = (Asked(("subject",), SUBJECTS, WEIGHTS), Asked(("subject",), SUBJECTS, BOUNDS))

SUMMED: Search = ("subjects", None, {"size": 0, "aggs": {"bound": {"sum": {"field": "bound"}}}})
NAMED: Search = ("subjects", {"term": {"subject": "falcon"}}, {"size": 2, "source": ["subject"], "sort": ["audience"], "remembered": True})


def answered(store: SearchStore, reader: Reader, search: Search) -> tuple[int, list[tuple[str, Body]], Any]:
    """All of it but the name of the index, which says nothing to anybody."""
    (answer,) = store.read_many([search], reader)
    return answer.total, [(hit.id, hit.fields) for hit in answer.hits], answer.aggregations


def row(subject: str, access: Access, bound: float) -> Body:
    guards = {"allow": list(access.allow), "deny": list(access.deny), "audience": access.number, "basis": ""}
    return {**guards, "subject": subject, "kind": "topic", "names": [], "terms": [], "bound": bound, "payload": {}}


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
        fresh, request = SearchStore(store.client, store.settings), RequestStore(store)
        for each in (reader, *READERS):
            told = read_by(fresh, each, ["subject"], SUBJECTS, BOUNDS)
            if number % 2:
                read_ahead(request, each, *AHEAD)
            for asked in (store, request, request):
                assert read_by(asked, each, ["subject"], SUBJECTS, BOUNDS) == read_by(asked, each, ["subject"], SUBJECTS, WEIGHTS) == told
            for search in (SUMMED, NAMED):
                assert answered(request, each, search) == answered(request, each, search) == answered(fresh, each, search)


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


def test_what_was_read_after_a_look_at_the_edition_is_not_taken_for_it_later(store: SearchStore) -> None:
    index = store.prepare(rebuild=True)["subjects"]
    store.swap({"subjects": index})
    store.write(index, [("x", row("falcon", ACCESSES[0], 1.0)), ("y", row("ledger", ACCESSES[1], 1.0))])
    store.refresh([index])
    for reader in READERS:
        interrupted = RequestStore(store)
        looked = interrupted.edition(reader, "subjects")
        store.write(index, [("z", row("falcon", ACCESSES[0], 5.0))])
        store.refresh([index])
        assert len(read_by(interrupted, reader, ["subject"], SUBJECTS, BOUNDS)["subject", "falcon"]) == 2
        assert answered(interrupted, reader, SUMMED)[2]["bound"]["value"] >= 6
        store.write(index, [("z", None)])
        store.refresh([index])
        after, fresh = RequestStore(store), SearchStore(store.client, store.settings)
        assert after.edition(reader, "subjects") == looked, "an edition returns when what came goes again"
        assert read_by(after, reader, ["subject"], SUBJECTS, BOUNDS) == read_by(fresh, reader, ["subject"], SUBJECTS, BOUNDS)
        for search in (SUMMED, NAMED):
            assert answered(after, reader, search) == answered(fresh, reader, search)


def test_a_request_looks_once_and_does_not_ask_again(store: SearchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    index = store.prepare(rebuild=True)["subjects"]
    store.swap({"subjects": index})
    store.write(index, [("x", row("falcon", ACCESSES[0], 1.0)), ("y", row("ledger", ACCESSES[1], 1.0))])
    store.refresh([index])

    def ask() -> tuple[dict[Group, list[tuple[str, float]]], list[Any]]:
        request = RequestStore(store)
        return read_by(request, READERS[0], ["subject"], SUBJECTS, BOUNDS), [answered(request, READERS[0], s) for s in (SUMMED, NAMED)]

    first, asked, send = ask(), list[str](), store.client.transport.perform_request

    def counted(method: str, target: str, **options: Any) -> Any:
        asked.append(target)
        return send(method, target, **options)

    monkeypatch.setattr(store.client.transport, "perform_request", counted)
    assert ask() == first
    assert len(asked) == 1, "which rows this reader may open, and nothing else"
    store.write(index, [("y", row("ledger", ACCESSES[1], 7.0))])
    store.refresh([index])
    del asked[:]
    assert ask() == first
    assert len(asked) == 1, "what this reader may not open is no change"
    store.write(index, [("x", row("falcon", ACCESSES[0], 7.0))])
    store.refresh([index])
    assert ask() != first


def test_what_is_read_ahead_is_read_in_one_search_for_each_kind(store: SearchStore, monkeypatch: pytest.MonkeyPatch) -> None:
    index = store.prepare(rebuild=True)["subjects"]
    store.swap({"subjects": index})
    nothing_known = SearchStore(store.client, store.settings)
    asked, send = list[str](), store.client.transport.perform_request

    def counted(method: str, target: str, **options: Any) -> Any:
        asked.append(target)
        return send(method, target, **options)

    monkeypatch.setattr(store.client.transport, "perform_request", counted)
    for bound, searches in ((1.0, 1), (2.0, 2)):
        store.write(index, [("x", row("falcon", ACCESSES[0], bound))])
        store.refresh([index])
        request = RequestStore(nothing_known)
        request.edition(READERS[0], "subjects")
        del asked[:]
        read_ahead(request, READERS[0], *AHEAD)
        for each in AHEAD:
            assert read_by(request, READERS[0], each.fields, each.values, each.wanted) == {("subject", "falcon"): [("x", bound)]}
        assert len(asked) == searches, "what there is, and before that which of it is as it was"


def test_a_memory_forgets_the_least_used_and_keeps_readers_apart() -> None:
    memory, print_ = Memory(entries=2), Fingerprint.of("index", [3, 5])
    one, other = (memory.reader(frozenset(principals)) for principals in (["a"], ["b"]))
    assert (one, memory.reader(frozenset(["a"]))) == (one, one) != (other, other)
    first, second = (Kept.of(value, print_, None) for value in ("first", "second"))
    for reader, kept in ((one, first), (other, second)):
        memory.keep(reader, "key", kept)
    assert memory.recall(one, ["key"]) == {"key": first}
    memory.keep(other, "more", second)
    assert (memory.recall(one, ["key"]), memory.recall(other, ["key"])) == ({"key": first}, {})
