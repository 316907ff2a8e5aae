"""Classes of documents that people gave examples of, as one reader.

Only examples whose documents the reader may open have a part in them, and of other documents only the reader's own: who may open less
has another model, or no such class. A class is run by Elasticsearch, as a query over the words of a document's opening that lets pass
what reaches its threshold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.errors import NotFound
from knowledge_graph.fold.fewshot import Classifier, HeldOut, Shown
from knowledge_graph.fold.rulings import Rulings
from knowledge_graph.model.access import Reader
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.cards import title_of
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.memory import Fingerprint, Kept
from knowledge_graph.serving.store import Search, SearchStore
from knowledge_graph.serving.views import ClassCard, ClassDocument, ClassExample, ClassRow
from knowledge_graph.text.words import topic_key

NO_CLASS = "There is no such class, or you may open no example of it."
SAMPLE = 200
"""Documents that stand for all others: the first by id, and an id is a hash, so they are drawn at random and the same each time."""
MEMBERS = 10_000
"""Documents of a class that a search is held to or counts, those that score best: the most that one search returns."""
SHOWN_WORDS = 20
DECIDING = 5
_IMPACTS: Body = {"exclude_vectors": False, "includes": ["document", "impacts", "source", "path", "date", "body.title"]}
_BEST: list[Body] = [{"_score": "desc"}, {"document": "asc"}]


@dataclass(frozen=True, slots=True)
class DocumentClass:
    """`said` are the examples and counterexamples whose documents the reader may open, oldest first."""

    key: str
    name: str
    said: tuple[Verdict, ...]
    titles: tuple[str, ...]
    held_out: HeldOut
    classifier: Classifier

    def query(self) -> Body:
        """Scores every document of the class, and no other."""
        words: list[Body] = [{"term": {"impacts": {"value": term, "boost": weight}}} for term, weight in self.classifier.weights.items()]
        if not words:
            return {"match_none": {}}
        return {"function_score": {"query": {"bool": {"should": words}}, "min_score": self.classifier.threshold}}


@dataclass(frozen=True, slots=True)
class Classes:
    store: SearchStore
    reader: Reader
    rulings: Rulings

    def made(self, keys: Iterable[str] | None = None) -> list[DocumentClass]:
        """The classes with these keys, or all, that the reader may open an example of, by name."""
        given = self.rulings.examples
        said = {key: given[key] for key in sorted(given if keys is None else given.keys() & set(keys))}
        if not said:
            return []
        known, edition = self.store.memory.reader(self.reader.principals), self.store.edition(self.reader, "documents")
        wanted = (DocumentClass, *((key, *all_of) for key, all_of in said.items()))
        held = self.store.memory.recall(known, [wanted])
        if edition and wanted in held and held[wanted].edition == edition:
            remembered: list[DocumentClass] = held[wanted].value
            return remembered
        made, rows = self._make(said)
        if rows:
            self.store.memory.keep(known, wanted, Kept.of(made, rows, edition))
        return made

    def _make(self, said: Mapping[str, Sequence[Verdict]]) -> tuple[list[DocumentClass], Fingerprint | None]:
        """The classes, and the rows that they were made of."""
        documents = sorted({verdict.subject for all_of in said.values() for verdict in all_of})
        # Cut by the server, among what the reader may open: an example of others must not take a place.
        held_to: Body = {"size": min(len(documents), MEMBERS), "sort": [{"document": "asc"}], "source": _IMPACTS, "numbered": True}
        searches: list[Search] = [("documents", {"ids": {"values": documents}}, held_to), ("documents", None, {**held_to, "size": SAMPLE})]
        shown, sample = self.store.read_many(searches, self.reader)
        held = {hit.id: hit for hit in shown.hits}
        made = [_made(key, [each for each in all_of if each.subject in held], held, sample.hits) for key, all_of in said.items()]
        rows = Fingerprint.of(sample.hits[0].index, [hit.number for hit in (*shown.hits, *sample.hits)]) if sample.hits else None
        return sorted((each for each in made if each), key=lambda each: (each.name, each.key)), rows

    def named(self, name: str) -> DocumentClass:
        found = self.made([topic_key(name)])
        if not found:
            raise NotFound(NO_CLASS)
        return found[0]

    def members(self, classes: Sequence[DocumentClass]) -> list[tuple[str, ...]]:
        """For each class its documents, best first."""
        options: Body = {"size": MEMBERS, "sort": _BEST, "source": False}
        found = self.store.read_many([("documents", each.query(), options) for each in classes], self.reader) if classes else []
        return [tuple(hit.id for hit in answer.hits) for answer in found]

    def rows(self) -> tuple[ClassRow, ...]:
        made = self.made()
        counted = self.store.read_many([("documents", each.query(), {"size": 0}) for each in made], self.reader) if made else []
        return tuple(
            ClassRow(each.key, each.name, answer.total, *_counts(each), each.held_out) for each, answer in zip(made, counted, strict=True)
        )

    def card(self, name: str, *, limit: int, offset: int = 0) -> ClassCard:
        made = self.named(name)
        found = self.store.read("documents", self.reader, made.query(), size=limit, from_=offset, sort=_BEST, source=_IMPACTS)
        weights = made.classifier.weights
        return ClassCard(
            key=made.key,
            name=made.name,
            total=found.total,
            held_out=made.held_out,
            threshold=made.classifier.threshold,
            words=dict(list(weights.items())[:SHOWN_WORDS]),
            examples=tuple(
                ClassExample(each.subject, title, each.kind == Kind.EXAMPLE, each.actor, each.at, each.why, each.id)
                for each, title in zip(made.said, made.titles, strict=True)
            ),
            documents=tuple(_document(hit, made.classifier) for hit in found.hits),
        )


def _made(key: str, said: Sequence[Verdict], held: dict[str, Found], sample: Sequence[Found]) -> DocumentClass | None:
    documents = {each.subject for each in said}
    examples, counterexamples = (
        [_vector(held[each.subject]) for each in said if each.kind == kind] for kind in (Kind.EXAMPLE, Kind.COUNTEREXAMPLE)
    )
    if not examples:
        return None
    others = [_vector(hit) for hit in sample if hit.id not in documents]
    titles = tuple(title_of(held[each.subject]) for each in said)
    shown = Shown.of(examples, counterexamples, others)
    return DocumentClass(key, said[-1].text, tuple(said), titles, shown.held_out(), shown.classifier())


def _vector(hit: Found) -> dict[str, float]:
    vector: dict[str, float] = hit.fields.get("impacts") or {}
    return vector


def _counts(of: DocumentClass) -> tuple[int, int]:
    examples = sum(each.kind == Kind.EXAMPLE for each in of.said)
    return examples, len(of.said) - examples


def _document(hit: Found, by: Classifier) -> ClassDocument:
    fields, vector = hit.fields, _vector(hit)
    worth = {term: by.weights[term] * vector[term] for term in by.weights if term in vector}
    words = tuple(sorted(worth, key=lambda term: (-worth[term], term))[:DECIDING])
    place = (fields["source"], fields["path"], fields.get("date", ""))
    return ClassDocument(hit.id, title_of(hit), *place, round(hit.score, 3), words)
