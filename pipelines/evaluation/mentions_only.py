"""The store as it would answer if no source said who edited what: for the figure on experts from the texts alone."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.store import Answer, SearchStore

EDITS = frozenset({"edited", "wrote"})
"""What a history or a sidecar tells of a person; an author's line in the text is lost with it, where that author also edited."""
_NOTHING: Body = {"entries": []}
"""Of an edge from a topic to somebody who only edited: it goes, as it would never have been."""


class MentionsOnly(SearchStore):
    """Leaves the edits out of every row that is read; what the rows were found by stays."""

    def read_many(self, searches: Sequence[tuple[str, Body | None, Body]], reader: Reader) -> list[Answer]:
        return [replace(answer, hits=tuple(map(_without_edits, answer.hits))) for answer in super().read_many(searches, reader)]

    def read_all(
        self, index: str, reader: Reader, query: Body | None = None, source: Sequence[str] | None = None, without: Sequence[str] = ()
    ) -> list[Found]:
        kept = map(_without_edits, super().read_all(index, reader, query, source, without))
        return [hit for hit in kept if hit.fields.get("payload") != _NOTHING]


def _without_edits(hit: Found) -> Found:
    fields = dict(hit.fields)
    payload: Any = fields.get("payload")
    if isinstance(payload, dict) and any("did" in entry for entry in payload.get("entries", ())):
        fields["payload"] = {"entries": [entry for entry in payload["entries"] if entry.get("did") not in EDITS]}
    if isinstance(payload, dict) and "kinds" in payload:
        fields["payload"] = {**payload, "kinds": {kind: n for kind, n in payload["kinds"].items() if kind not in EDITS}}
    body: Any = fields.get("body")
    if isinstance(body, dict) and "contributors" in body:
        people = [person for person in body["contributors"] if person["place"] not in EDITS]
        fields["body"] = {**body, "contributors": people}
    return replace(hit, fields=fields)
