"""A list of passages served as a mined corpus is: the same index rows, the same models, the same reader's library.

Each passage is denied to a principal of its own, so that leaving one out is reading as somebody who may not open it.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.evaluation import gold
from pipelines.evaluation.metrics import Qrels

if TYPE_CHECKING:
    from pathlib import Path

    from knowledge_graph.model.access import Reader
    from knowledge_graph.serving.indexes import Body, StoreSettings
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.store import SearchStore
    from knowledge_graph.text.embedding import Encoder, Vectors


@dataclass(frozen=True, slots=True)
class Passage:
    id: str
    text: str
    title: str = ""
    group: str = ""
    """What it is part of: `reader_of` opens nothing else."""


@dataclass(frozen=True, slots=True)
class Collection:
    """`corpus.jsonl` (id, text, title), `queries.tsv`, `qrels.txt`: judged queries alone."""

    passages: tuple[Passage, ...]
    queries: dict[str, str]
    judged: Qrels

    @classmethod
    def read(cls, folder: "Path") -> "Collection":
        rows = gold.records(folder / "corpus.jsonl")
        passages = tuple(Passage(str(row["id"]), row["text"], row.get("title", "")) for row in rows)
        known = {passage.id for passage in passages}
        judged = {
            query: {id: grade for id, grade in grades.items() if id in known} for query, grades in gold.qrels(folder / "qrels.txt").items()
        }
        asked = {query: text for query, text in gold.queries(folder / "queries.tsv").items() if any(judged.get(query, {}).values())}
        return cls(passages, asked, {query: judged[query] for query in asked})


class Remembering:
    """An encoder that encodes each text once: an evaluation asks for the same sentences again and again."""

    def __init__(self, encoder: "Encoder") -> None:
        self._encoder, self._known = encoder, dict[str, "Vectors"]()
        self.version, self.dimensions = encoder.version, encoder.dimensions

    def encode(self, texts: Sequence[str]) -> "Vectors":
        import numpy as np

        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@contextmanager
def served(settings: "StoreSettings", passages: Sequence[Passage]) -> Iterator["Library"]:
    """The library of a reader of all of them, over indexes that are gone afterwards."""
    from knowledge_graph.model.access import Reader
    from knowledge_graph.serving.library import Library
    from knowledge_graph.text.embedding import Encoders, encoder, small

    encoders = Encoders(lru_cache(lambda model: Remembering(encoder(model, "cpu"))))  # type: ignore[arg-type]  # quacks as an Encoder
    texts = [passage.text for passage in passages]
    vectors = zip(encoders.english.encode(texts), small(encoders.multilingual.encode(texts)), strict=True)
    rows = ((passage.id, _row(passage, one.tobytes(), other.tobytes())) for passage, (one, other) in zip(passages, vectors, strict=True))
    with holding(settings, "segments", rows) as store:
        yield Library(store, Reader.of(()), encoders=encoders)


@contextmanager
def holding(settings: "StoreSettings", index: str, rows: "Iterable[tuple[str, Body]]") -> Iterator["SearchStore"]:
    """A store of indexes of its own, which are gone afterwards, with these rows by id in one of them."""
    from knowledge_graph.serving.store import SearchStore

    own = replace(settings, prefix=f"{settings.prefix}-eval-{uuid.uuid4().hex[:8]}")
    with SearchStore.open(own) as store:
        names = store.prepare()
        try:
            store.write(names[index], rows)
            store.refresh(names.values())
            yield store
        finally:
            store.drop()


def reader_without(id: str) -> "Reader":
    """Somebody who may open all but one."""
    from knowledge_graph.model.access import EVERYONE, Reader

    return Reader(frozenset((f"without:{id}", EVERYONE)))


def reader_of(group: str) -> "Reader":
    from knowledge_graph.model.access import Reader

    return Reader(frozenset((f"group:{group}",)))


def _row(passage: Passage, embedding: bytes, multilingual: bytes) -> dict[str, object]:
    from knowledge_graph.model.access import EVERYONE
    from knowledge_graph.serving.rows import segment_row

    segment = {"position": 0, "text": passage.text, "headings": (), "page": 0, "confidence": 1.0, "marks": ()}
    return segment_row(
        {
            "document": passage.id, "source": "evaluation", "path": passage.id, "kind": "document", "title": passage.title, "date": "",
            "contributors": (), "called": (), "named": (), "allow": [EVERYONE, f"group:{passage.group}"],
            "deny": [f"without:{passage.id}"], "basis": "", "segment": segment, "embedding": embedding, "multilingual": multilingual,
        }
    )  # fmt: skip
