"""A reader of many principals is filtered by the numbers of the audiences that they may open: the answers are those of the access lists."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge_graph.model.access import Access, Reader
from knowledge_graph.serving.request import RequestStore
from knowledge_graph.serving.store import FEW_PRINCIPALS, Search, SearchStore

HELD = tuple(f"group:{number}" for number in range(FEW_PRINCIPALS + 1))
READER = Reader.of(HELD)
FOREIGN = ("group:board", "group:audit")
principals = st.lists(st.sampled_from((*HELD[:3], *FOREIGN)), max_size=2, unique=True)
accesses = st.builds(Access.of, principals, principals)
steps = st.lists(st.tuples(st.sampled_from("abcde"), st.none() | accesses, st.integers(0, 2)), min_size=1, max_size=8)


def write(store: SearchStore, name: str, access: Access | None, number: int) -> None:
    lists = {"allow": list(access.allow), "deny": list(access.deny), "audience": number, "basis": ""} if access else None
    for index in ("documents", "segments"):
        store.write(store.current(index) or "", [(name, lists and {**lists, "document": name})])
        store.refresh([store.current(index) or ""])


def opened(store: SearchStore) -> list[set[str]]:
    """What two requests read, each in two indexes, and what they remember of a search."""
    searches: list[Search] = [(index, None, {"source": ["document"], "remembered": True}) for index in ("documents", "segments")]
    return [{hit.id for hit in answer.hits} for _ in range(2) for answer in RequestStore(store).read_many(searches, READER)]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps)
def test_what_is_opened_is_what_the_lists_say_after_every_change(store: SearchStore, history: list[tuple[str, Access | None, int]]) -> None:
    """The numbers here are few, so that audiences share one as no hash would make them."""
    held: dict[str, Access] = {}
    for name, access, number in history:
        write(store, name, access, number)
        held = {**held, name: access} if access else {each: lists for each, lists in held.items() if each != name}
        expected = {each for each, lists in held.items() if lists.opens_to(READER)}
        assert opened(store) == [expected] * 4
    for name in held:
        write(store, name, None, 0)


def test_numbers_decide_where_no_audience_shares_one(store: SearchStore) -> None:
    write(store, "mine", Access.of(HELD[:1]), 1)
    write(store, "theirs", Access.of(FOREIGN), 2)
    assert RequestStore(store)._filters(READER) == [{"terms": {"audience": [1]}}]
    assert opened(store) == [{"mine"}] * 4
    write(store, "another of theirs", Access.of(FOREIGN), 1)
    assert opened(store) == [{"mine"}] * 4
    assert {"terms": {"allow": sorted(READER.principals)}} in RequestStore(store)._filters(READER)
    for name in ("mine", "theirs", "another of theirs"):
        write(store, name, None, 0)
