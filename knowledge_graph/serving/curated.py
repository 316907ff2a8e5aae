"""What verdicts put on a topic's card: a typed description, pinned documents, a type, whether the reader follows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge_graph.fold.partial import DocumentRef
from knowledge_graph.fold.rulings import Rulings
from knowledge_graph.model.verdicts import Kind
from knowledge_graph.serving.cards import Shelf
from knowledge_graph.serving.topics import Topic
from knowledge_graph.serving.views import DocumentRow, Expert, Name, Sentence, TopicCard
from knowledge_graph.text.words import topic_key


@dataclass(frozen=True, slots=True)
class Curated:
    """The verdicts in effect for one reader on one of their topics."""

    rulings: Rulings
    topic: Topic

    def description(self) -> tuple[Sentence, ...]:
        """What a curator wrote, with who and when, marked as such: no passage says it."""
        found = self.rulings.latest(self.topic.keys).get(("description",))
        return (Sentence(found.text, (), "curator", found.at[:10], found.actor),) if found else ()

    def pinned_documents(self) -> list[str]:
        return self.rulings.pinned(self.topic.keys, Kind.PIN_DOCUMENT)

    def documents(self, shelf: Shelf, best: Sequence[DocumentRef], limit: int) -> tuple[DocumentRow, ...]:
        """Pinned documents that the reader may open, then the strongest."""
        pinned = self.pinned_documents()
        rows = {row.id: row for row in shelf.rows(best, limit + len(pinned))}
        first = [row for row in (rows.get(document) or shelf.row(document) for document in pinned) if row]
        rest = [row for row in rows.values() if row.id not in pinned]
        return (*(replace(row, pinned=True) for row in first), *rest)[:limit]

    def experts(self, found: Iterable[tuple[Expert, Sequence[str]]]) -> tuple[Expert, ...]:
        """Experts, each given with their identities, marked where a verdict pinned them."""
        pinned = frozenset(self.rulings.pinned(self.topic.keys, Kind.PIN_PERSON))
        return tuple(replace(expert, pinned=not pinned.isdisjoint(identities)) for expert, identities in found)

    def typed_names(self, named: Sequence[Name]) -> tuple[Name, ...]:
        """Names that somebody typed and that no passage was cited for, and the passages' names without those taken away."""
        removed = self.rulings.removed(self.topic.keys)
        cited = tuple(name for name in named if topic_key(name.text) not in removed)
        decided = self.rulings.latest(self.topic.keys).values()
        typed = dict.fromkeys(verdict.text for verdict in decided if verdict.kind in (Kind.RENAME, Kind.ADD_ALIAS))
        return (*cited, *(Name(text, "curator") for text in typed if text not in {name.text for name in cited}))

    def decided(self, card: TopicCard) -> TopicCard:
        """The card with its type and standing."""
        latest = self.rulings.latest(self.topic.keys)
        standing = self.rulings.standing(self.topic.key)
        followed = any(verdict.kind == Kind.FOLLOW for verdict in latest.values())
        return replace(card, type=self.topic.type, standing=standing, followed=followed)
