"""What a reader's documents state of a topic or a person: typed relations with their newest passages, ends finished for this reader."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.fold.partial import DocumentRef
from knowledge_graph.model.relations import STATED, Relation
from knowledge_graph.serving.cards import Shelf, title_of
from knowledge_graph.serving.grouped import Wanted, as_read, in_order, read_by
from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.people import People
from knowledge_graph.serving.topics import Topics
from knowledge_graph.serving.views import StatedRelation

OF_A_RELATION = 10
"""Other ends that a card names for one relation in one direction."""
CITATIONS = 3


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation with one other end. `name` is `""` for a document, whose title the shelf has."""

    relation: Relation
    inverse: bool
    kind: str
    key: str
    name: str
    documents: int
    passages: tuple[DocumentRef, ...]


_STATING = Wanted("edges", as_read, ("source", "target", "relation", "documents", "payload"), clauses=(("relation", tuple(STATED)),))

End = tuple[str, str, str]
"""Kind, key and name of a topic, person or document."""


def relations_of(topics: Topics, people: People, keys: Sequence[str]) -> list[Stated]:
    """Relations of the topic or person with these keys, those that most documents state first, at most OF_A_RELATION of each kind."""
    held = frozenset(keys)
    grouped: defaultdict[tuple[Relation, bool, End], list[Found]] = defaultdict(list)
    edges = [edge for edge in _edges(topics, keys) if not {edge.fields["source"], edge.fields["target"]} <= held]
    ends = _ends(topics, people, keys, edges)
    for edge in edges:
        inverse = edge.fields["source"] not in held
        end = ends.get(edge.fields["source" if inverse else "target"])
        if end is not None and end[1] not in held:
            grouped[Relation(edge.fields["relation"]), inverse, end].append(edge)
    rows = [
        Stated(relation, inverse, *end, sum(int(edge.fields["documents"]) for edge in found), _passages(found))
        for (relation, inverse, end), found in grouped.items()
    ]
    return list(_cut(sorted(rows, key=lambda row: (list(Relation).index(row.relation), row.inverse, -row.documents, row.key))))


def _edges(topics: Topics, keys: Sequence[str]) -> list[Found]:
    return in_order(read_by(topics.store, topics.reader, ["source", "target"], keys, _STATING))


def _ends(topics: Topics, people: People, keys: Sequence[str], edges: Iterable[Found]) -> Mapping[str, End]:
    """The other ends that are topics, people or documents for this reader. Nobody is shown as somebody's who asked not to be."""
    papers = {edge.fields["target"] for edge in edges if edge.fields["relation"] == Relation.DECIDED_IN}
    names = {edge.fields[end] for edge in edges for end in ("source", "target")} - papers - set(keys)
    finished = topics.at_ends(sorted(name for name in names if ":" not in name))
    hidden = topics.rulings.not_experts(keys)
    persons = people.at_ends(sorted(name for name in names if ":" in name))
    found: dict[str, End] = {paper: ("document", paper, "") for paper in papers}
    for key, topic in finished.items():
        if topics.rulings.not_experts(topic.keys).isdisjoint(keys):
            found[key] = ("topic", topic.key, topic.name)
    for key, person in persons.items():
        if not person.is_bot and hidden.isdisjoint(person.identities):
            found[key] = ("person", person.id, person.names[0])
    return found


def _passages(edges: Iterable[Found]) -> tuple[DocumentRef, ...]:
    """Newest first, one of each document."""
    entries = [entry for edge in edges for entry in edge.fields["payload"]["entries"]]
    places = sorted((DocumentRef(e["document"], 0.0, e["date"], e["segment"], e["start"], e["end"], e["value"]) for e in entries),
                    key=lambda ref: ref.order)  # fmt: skip
    first: dict[str, DocumentRef] = {}
    for ref in sorted(places, key=lambda ref: ref.date, reverse=True):
        first.setdefault(ref.document, ref)
    return tuple(first.values())[:CITATIONS]


def _cut(rows: Iterable[Stated]) -> Iterator[Stated]:
    taken: defaultdict[tuple[Relation, bool], int] = defaultdict(int)
    for row in rows:
        taken[row.relation, row.inverse] += 1
        if taken[row.relation, row.inverse] <= OF_A_RELATION:
            yield row


def shown_relations(shelf: Shelf, rows: Iterable[Stated]) -> tuple[StatedRelation, ...]:
    """The relations as a card shows them, each with its passages; the shelf holds those and the documents at their ends."""
    shown = []
    for row in rows:
        citations = tuple(filter(None, map(shelf.cite_sentence, row.passages)))
        name = title_of(shelf.documents[row.key]) if row.kind == "document" and row.key in shelf.documents else row.name
        if citations and name:
            date = max(ref.date for ref in row.passages)
            phrase = row.relation.inverse_phrase if row.inverse else row.relation.phrase
            shown.append(StatedRelation(row.relation.value, row.inverse, phrase, row.kind, row.key, name, date, citations))
    return tuple(shown)
