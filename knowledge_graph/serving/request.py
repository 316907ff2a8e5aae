"""The store during one request, which does not ask again for what cannot have changed.

At its first read it looks which rows of each index its reader may open: their edition. What was made of these before is taken as it is,
and the rest is read and remembered. A change is seen by the next request, whoever makes it.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

import orjson

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.memory import Fingerprint, Kept
from knowledge_graph.serving.store import Answer, Search, SearchStore

_GREATEST = "greatest number"


class RequestStore(SearchStore):
    """Shares the connection and everything known with `store`; remembers searches that only count or say that they may be."""

    def __init__(self, store: SearchStore) -> None:
        super().__init__(store.client, store.settings)
        self._known, self.memory = store._known, store.memory
        self._editions: dict[frozenset[str], dict[str, Fingerprint]] = {}
        self._published: Mapping[str, Fingerprint] | None = None

    def edition(self, reader: Reader, index: str) -> Fingerprint:
        if reader.principals not in self._editions:
            self._editions[reader.principals] = self.editions(reader)
        return self._editions[reader.principals][index]

    def published(self) -> Mapping[str, Fingerprint]:
        if self._published is None:
            self._published = super().published()
        return self._published

    def read_many(self, searches: Sequence[Search], reader: Reader) -> list[Answer]:
        known = self.memory.reader(reader.principals)
        keys = [_key(search) if _is_remembered(search) else b"" for search in searches]
        held = self.memory.recall(known, filter(None, keys))
        answers: dict[int, Answer] = {}
        for at, ((index, _, _), key) in enumerate(zip(searches, keys, strict=True)):
            if key in held and held[key].edition == self.edition(reader, index):
                answers[at] = _read_back(held[key].value)
        asked = [at for at in range(len(searches)) if at not in answers]
        editions = {at: self.edition(reader, searches[at][0]) for at in asked if keys[at]}
        found = super().read_many([_numbered(searches[at]) if at in editions else searches[at] for at in asked], reader) if asked else []
        for at, answer in zip(asked, found, strict=True):
            answers[at] = answer
            if at in editions:
                greatest = answer.aggregations.pop(_GREATEST)["value"]
                if greatest is None or greatest <= editions[at].greatest:
                    self.memory.keep(known, keys[at], Kept(_written(answer), None, editions[at]))
        return [answers[at] for at in range(len(searches))]


def _is_remembered(search: Search) -> bool:
    _, _, options = search
    return options.get("size") == 0 or bool(options.get("remembered"))


def _key(search: Search) -> bytes:
    return sha256(repr(search).encode(errors="surrogatepass")).digest()


def _numbered(search: Search) -> Search:
    """The same with the greatest sequence number of the rows that match."""
    index, query, options = search
    return index, query, {**options, "aggs": {**options.get("aggs", {}), _GREATEST: {"max": {"field": "_seq_no"}}}}


def _written(answer: Answer) -> bytes:
    """As JSON, which takes a tenth of the memory."""
    return orjson.dumps((answer.total, [(hit.id, hit.fields, hit.score, hit.index) for hit in answer.hits], answer.aggregations))


def _read_back(text: bytes) -> Answer:
    total, hits, aggregations = orjson.loads(text)
    return Answer(total, tuple(Found(*hit) for hit in hits), aggregations)
