"""What a reader's evidence tells of one topic, and the documents and passages to open for it, fetched at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from knowledge_graph.fold.experts import Deed
from knowledge_graph.fold.partial import DocumentRef, SentenceRef
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.serving.cards import Shelf
from knowledge_graph.serving.contradictions import Differing, contradictions_of
from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.people import People
from knowledge_graph.serving.relations import Stated, relations_of
from knowledge_graph.serving.summary import summary_of
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import Name, Sentence
from knowledge_graph.serving.vocabulary import is_term, saying
from knowledge_graph.text.words import topic_key


class NameReference(NamedTuple):
    """A name, what introduced it, and where."""

    text: str
    how: str
    document: str
    segment: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class TopicEvidence:
    """All that stands on a topic's card and is cited; `documents` come strongest first."""

    sentences: Sequence[SentenceRef]
    names: Sequence[NameReference]
    documents: Sequence[DocumentRef]
    stated: Sequence[Stated]
    differing: Sequence[Differing]
    deeds: Sequence[Deed]

    @classmethod
    def of(cls, topic: Topic, topics: Topics, people: People, alias_edges: Iterable[Found], deeds: Sequence[Deed]) -> "TopicEvidence":
        """The topic's own evidence, what texts state of it, and what its experts did."""
        return cls(
            sentences=summary_of(topic),
            names=_names(topic, alias_edges),
            documents=(*topic.partial.best, *(saying(topics.store, topics.reader, topic) if is_term(topic) else ())),
            stated=relations_of(topics, people, topic.keys),
            differing=contradictions_of(topics, people, topic),
            deeds=deeds,
        )

    def shelf(self, topics: Topics, pinned: Iterable[str]) -> Shelf:
        """What the reader may open of all that is cited, and of the pinned documents."""
        passages = [ref for row in self.stated for ref in row.passages]
        return Shelf.fetch(
            topics.store,
            topics.reader,
            {
                *(ref.document for ref in (*self.documents, *passages)),
                *(deed.document for deed in self.deeds),
                *(row.key for row in self.stated if row.kind == "document"),
                *pinned,
            },
            [
                *((sentence.document, sentence.segment) for sentence in self.sentences),
                *((ref.document, ref.segment) for ref in (*self.documents, *passages)),
                *((name.document, name.segment) for name in self.names),
                *((ref.document, ref.segment) for row in self.differing for _, ref in row.values),
                *((deed.document, deed.segment) for deed in self.deeds),
            ],
        )

    def summary(self, shelf: Shelf) -> list[Sentence]:
        """The sentences that the reader may open."""
        return [told for sentence in self.sentences if (told := shelf.sentence(sentence))]

    def cited_names(self, shelf: Shelf) -> list[Name]:
        return [Name(name.text, name.how, shelf.cite(name.document, name.segment, name.start, name.end, name.text)) for name in self.names]


def _names(topic: Topic, alias_edges: Iterable[Found]) -> list[NameReference]:
    """The main name and each name that a join introduced."""
    first = topic.partial.best[:1]
    rows = [NameReference(ref.quote, "name", ref.document, ref.segment, ref.start, ref.end) for ref in first]
    for edge in alias_edges:
        if {edge.fields["source"], edge.fields["target"]} <= set(topic.keys):
            for entry in edge.fields["payload"]["entries"]:
                rows.append(
                    NameReference(entry["value"], entry["how"], *(entry[place] for place in ("document", "segment", "start", "end")))
                )
    shown = set(map(topic_key, topic.names))
    return [row for row in dict.fromkeys(rows) if row.text and (row.how != VOCABULARY or topic_key(row.text) in shown)]
