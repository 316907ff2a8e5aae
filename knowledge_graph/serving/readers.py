"""From the principals of a token to a reader: membership is looked up at each request, so a change acts at the next one."""

from collections.abc import Iterable

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import SearchStore

MAX_NESTING = 20
"""Groups nest a few levels; a cycle ends when nothing new is found, this ends a directory gone wrong."""


def expand_reader(store: SearchStore, principals: Iterable[str]) -> Reader:
    """The reader who holds these principals and every group that holds one of them, directly or through groups."""
    reader = Reader.of(principals)
    fresh = reader.principals
    for _ in range(MAX_NESTING):
        found = {hit.fields["principal"] for hit in store.directory({"terms": {"members": sorted(fresh)}})}
        fresh = frozenset(found) - reader.principals
        if not fresh:
            break
        reader = Reader(reader.principals | fresh)
    return reader
