"""What a reader finds with words: topics and people by their names, documents by their passages, sentences that answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.answers import SAYS, Supported, supported
from knowledge_graph.serving.cards import title_of
from knowledge_graph.serving.classes import Classes
from knowledge_graph.serving.curated import Curated
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.namesakes import all_that_mean
from knowledge_graph.serving.people import BRIEF, People
from knowledge_graph.serving.search import Filters, search_passages, snippet
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.topics import Topic, Topics, name_query
from knowledge_graph.serving.views import Answer, AnswerSentence, Citation, Hit, SearchAnswer, Suggestion
from knowledge_graph.text.embedding import Encoders
from knowledge_graph.text.words import fold, terms, topic_key

MAX_NAMED = 3
"""Topics, and people, that stand above the documents of a search."""


@dataclass(frozen=True, slots=True)
class Finding:
    topics: Topics
    people: People
    encoders: Encoders | None

    @property
    def store(self) -> SearchStore:
        return self.topics.store

    @property
    def reader(self) -> Reader:
        return self.topics.reader

    def documents(self, text: str, filters: Filters, classes: Sequence[str], above: Sequence[Hit], limit: int, offset: int) -> SearchAnswer:
        """A page of the documents, by their best passage, below the hits that stand above them."""
        of_reader = Classes(self.store, self.reader, self.topics.rulings)
        made = of_reader.made()
        members = dict(zip((each.key for each in made), of_reader.members(made), strict=True))
        if classes:
            filters = replace(filters, documents=_union(members[key] for key in map(topic_key, classes) if key in members))
        shown = {each.name: members[each.key] for each in made}
        found = search_passages(self.store, self.reader, text, filters, self.encoders, size=offset + limit, classes=shown)
        hits = [*above, *(_document_hit(hit, found.terms) for hit in found.hits)]
        people = self.people.finish(found.facets.get("people", ()), BRIEF)
        names = {identity: person.names[0] for identity, person in people.items()}
        return SearchAnswer(found.total, tuple(hits[offset : offset + limit]), found.facets, names)

    def identities(self, people: Sequence[str]) -> tuple[str, ...]:
        """These people by all their identities and the names that mean them: a document names only one of them."""
        known = self.people.finish(people, BRIEF)
        unknown = (id for id in people if id not in known)
        return tuple(dict.fromkeys((*unknown, *all_that_mean(self.people, list(known.values())))))

    def named(self, text: str, kinds: Sequence[str], topic_type: str) -> list[Hit]:
        """Topics, all or of one type, and people whose names hold the words."""
        words = terms(text)
        hits: list[Hit] = []
        if "topic" in kinds and words:
            if topic_type:
                of_type = self.topics.of_type(topic_type, words)[:MAX_NAMED]
                topics = list({topic.key: topic for topic in self.topics.finish([each.key for each in of_type]).values()}.values())
            else:
                topics = self.topics.ranked(name_query(text, words), MAX_NAMED, self.topics.rulings.named(words))
            # A topic that is spelled like the query comes first.
            topics.sort(key=lambda topic: topic_key(text) not in (*topic.keys, *map(topic_key, topic.names)))
            hits += [self._topic_hit(topic) for topic in topics]
        if "person" in kinds and words:
            for person in self.people.ranked({"bool": {"filter": [{"term": {"terms": word}} for word in words]}}, MAX_NAMED):
                hits.append(Hit("person", person.id, person.names[0], ", ".join(person.emails[:2]), float(person.partial.documents)))
        return hits

    def _topic_hit(self, topic: Topic) -> Hit:
        says = [each.text for each in Curated(self.topics.rulings, topic).description()] + [each.text for each in topic.partial.sentences]
        return Hit("topic", topic.key, topic.name, says[0] if says else ", ".join(topic.names[1:4]), topic.score, type=topic.type)

    def suggest(self, prefix: str, limit: int) -> tuple[Suggestion, ...]:
        """Topics and people with a name that begins so."""
        wanted = fold(prefix.strip())
        if not prefix.strip():
            return ()
        begins: Body = {"prefix": {"names": wanted}}
        found = self.topics.ranked(begins, limit, self.topics.rulings.beginning(wanted), brief=True)
        topics = [Suggestion("topic", topic.key, topic.name) for topic in found]
        people = [Suggestion("person", person.id, person.names[0]) for person in self.people.ranked(begins, limit)]
        return tuple([*topics[: max(limit // 2, limit - len(people))], *people][:limit])

    def answer(self, text: str, limit: int) -> Answer:
        """Sentences of the reader's passages that answer a question, each cited; or that the sources do not say."""
        found = supported(self.store, self.reader, text, Filters(), self.encoders, limit=limit)
        sure = [one for one in found if one.confidence >= SAYS]
        rows = [
            AnswerSentence(cited.quote, cited, one.confidence, asdict(one.support))
            for one in sure or found[:1]
            for cited in (_quoted(one),)
        ]
        return Answer(text, bool(sure), max((row.confidence for row in rows), default=0.0), tuple(rows))


def _quoted(found: Supported) -> Citation:
    fields, text = found.passage.fields, found.passage.fields["text"]
    place = (fields["document"], fields["position"], found.start, found.end, text[found.start : found.end])
    return Citation(*place, title_of(found.passage), fields.get("date", ""))


def _union(documents: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(sorted({id for each in documents for id in each}))


def _document_hit(hit: Found, words: Sequence[str]) -> Hit:
    fields = hit.fields
    text = snippet(fields["text"], words)
    place: Mapping[str, Any] = {name: fields.get(name, "") for name in ("source", "path", "type", "date")}
    return Hit("document", hit.id, title_of(hit), text, hit.score, fields["document"], fields["position"], **place)
