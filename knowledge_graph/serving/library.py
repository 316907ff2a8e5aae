"""Everything one reader can ask for. The API, the portal and the command line call this and nothing below it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge_graph.directory.store import Directory
from knowledge_graph.errors import BadQuery, NotFound
from knowledge_graph.fold.experts import Deed, Ranked
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings
from knowledge_graph.fold.score import why
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.asked import about, spoken_as
from knowledge_graph.serving.cards import Shelf, cited_deeds, document_row, person_row, title_of
from knowledge_graph.serving.classes import Classes
from knowledge_graph.serving.contradictions import shown_contradictions
from knowledge_graph.serving.curated import Curated
from knowledge_graph.serving.doubtful import Doubtful
from knowledge_graph.serving.evident import Evident, person_named
from knowledge_graph.serving.finding import Finding
from knowledge_graph.serving.gist import gist_of
from knowledge_graph.serving.graph import Graph, concept_links
from knowledge_graph.serving.grouped import Wanted, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.knowing import Compared, Knowing
from knowledge_graph.serving.namesakes import all_that_mean, carriers
from knowledge_graph.serving.people import BRIEF, People, Person, deed_of, is_name, name_of
from knowledge_graph.serving.related import related_topics
from knowledge_graph.serving.relations import relations_of, shown_relations
from knowledge_graph.serving.search import Filters, checked_text, naming
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.summary import summary_of
from knowledge_graph.serving.topic_evidence import TopicEvidence
from knowledge_graph.serving.topics import DOERS, Topic, Topics, name_query
from knowledge_graph.serving.views import (
    Answer,
    ClassCard,
    ClassRow,
    Concept,
    DocumentCard,
    DocumentRow,
    DoubtfulPair,
    Expert,
    Gist,
    Heir,
    Passage,
    PersonCard,
    PersonRow,
    PersonTopic,
    RelatedTopic,
    SearchAnswer,
    Sentence,
    Subgraph,
    Suggestion,
    Term,
    TopicCard,
    TopicRow,
)
from knowledge_graph.serving.vocabulary import terms_of
from knowledge_graph.text.embedding import Encoders
from knowledge_graph.text.words import terms, topic_key

CARD_EXPERTS = 10
CARD_DOCUMENTS = 10
CARD_RELATED = 12
HEIR_TOPICS = 3
"""Topics of somebody who has left whose experts are asked for an heir."""
MAX_NAMED = 3
"""Topics, and people, that stand above the documents of a search."""
GIST_PASSAGES = 200
"""A document's beginning says what it is about."""
NOT_FOUND = "There is no such {kind}, or you may not open it."
"""One text for what is absent and for what is not the reader's."""


@dataclass(frozen=True, slots=True)
class Library:
    """`as_of` is the ISO date that recent means; `encoders` add vectors to search and `directory` what it says of people, where given.

    `rulings` are the verdicts addressed to the reader.
    """

    store: SearchStore
    reader: Reader
    as_of: str = ""
    encoders: Encoders | None = None
    directory: Directory | None = None
    rulings: Rulings = NO_RULINGS

    @property
    def _topics(self) -> Topics:
        return Topics(self.store, self.reader, self.rulings)

    @property
    def _classes(self) -> Classes:
        return Classes(self.store, self.reader, self.rulings)

    @property
    def _people(self) -> People:
        return People(self.store, self.reader, self.directory, self.as_of, self.rulings)

    @property
    def _finding(self) -> Finding:
        return Finding(self._topics, self._people, self.encoders)

    @property
    def _evident(self) -> Evident:
        return Evident(self._topics, self._people)

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        sources: Sequence[str] = (),
        types: Sequence[str] = (),
        people: Sequence[str] = (),
        since: str = "",
        until: str = "",
        kinds: Sequence[str] = ("topic", "person", "document"),
        topic_type: str = "",
        classes: Sequence[str] = (),
    ) -> SearchAnswer:
        """Topics, all or of one type, and people whose names hold the words, then documents by their best passage."""
        wanted, finding = checked_text(text), self._finding
        filters = Filters(tuple(sources), tuple(types), finding.identities(people), since, until)
        named = finding.named(wanted, kinds, topic_type)
        if "document" not in kinds:
            return SearchAnswer(len(named), tuple(named[offset : offset + limit]))
        return finding.documents(wanted, filters, classes, named, limit, offset)

    def answer(self, text: str, *, limit: int = 3) -> Answer:
        """Sentences of the reader's passages that answer a question, each cited; or that the sources do not say."""
        return self._finding.answer(checked_text(text), limit)

    def suggest(self, prefix: str, *, limit: int = 8) -> tuple[Suggestion, ...]:
        """Topics and people with a name that begins so."""
        return self._finding.suggest(prefix, limit)

    def classes(self) -> tuple[ClassRow, ...]:
        """The classes of documents that the reader may open an example of."""
        return self._classes.rows()

    def document_class(self, name: str, *, limit: int = 10, offset: int = 0) -> ClassCard:
        """A class with its words, its examples, its held-out score and a page of its documents."""
        return self._classes.card(name, limit=limit, offset=offset)

    def gist(self, id: str) -> Gist:
        """What a document is about: key phrases and key sentences. `id` is a document's id or `source/path`."""
        hit = self._document(id)
        query: Body = {"bool": {"filter": [{"term": {"document": hit.id}}, {"range": {"position": {"lt": GIST_PASSAGES}}}]}}
        read = self.store.read("segments", self.reader, query, size=GIST_PASSAGES, sort=[{"position": "asc"}], source=["position", "text"])
        return gist_of(hit, title_of(hit), read.hits)

    def _document(self, id: str) -> Found:
        source, _, path = id.partition("/")
        query: Body = {"bool": {"filter": [{"term": {"source": source}}, {"term": {"path": path}}]}} if path else {"ids": {"values": [id]}}
        found = self.store.read("documents", self.reader, query, size=1).hits
        if not found:
            raise NotFound(NOT_FOUND.format(kind="document"))
        return found[0]

    def topics(self, *, limit: int = 50, offset: int = 0, query: str = "", followed: bool = False, type: str = "") -> tuple[TopicRow, ...]:
        """The reader's topics, those that they follow, or those of one type."""
        words = terms(query)
        if followed:
            page = sorted(self._distinct(self.rulings.followed()), key=lambda topic: (-topic.score, topic.key))[offset : offset + limit]
        elif type:
            page = self._topics.of_type(type, words)[offset : offset + limit]
        else:
            typed = self.rulings.named(words) if words else ()
            page = self._topics.ranked(name_query(query, words) if words else None, offset + limit, typed, brief=True)[offset:]
        counted = self._topics.counted(page)
        return tuple(TopicRow(t.key, t.name, t.names[1:], t.score, *counted[t.key], why(t.partial, *counted[t.key]), t.type) for t in page)

    def types(self) -> dict[str, int]:
        """The types of the reader's names and how many have each, commonest first."""
        return self._topics.types()

    def topic(self, key: str) -> TopicCard:
        """The card of the topic with this key or name."""
        wanted = topic_key(key)
        alias_edges = self._topics.joins([wanted])
        closure = self._topics.closed([wanted], alias_edges)
        topic = self._topics.finish([wanted], closure=closure).get(wanted)
        if topic is None:
            raise NotFound(NOT_FOUND.format(kind="topic"))
        meanings = closure.meanings.get(wanted, ())
        experts = self._experts(topic.keys, topic.name, CARD_EXPERTS)
        told = TopicEvidence.of(topic, self._topics, self._people, alias_edges, cited_deeds(ranked for _, ranked in experts))
        curated = Curated(self.rulings, topic)
        shelf = told.shelf(self._topics, curated.pinned_documents())
        months, documents, people = self._months({"terms": {"topics": list(topic.keys)}})
        card = TopicCard(
            key=topic.key,
            names=topic.names,
            summary=(*curated.description(), *told.summary(shelf)),
            experts=curated.experts(zip(self._with_heirs(shelf, experts), (person.identities for person, _ in experts), strict=True)),
            documents=curated.documents(shelf, told.documents, CARD_DOCUMENTS),
            related=related_topics(self._topics, topic, CARD_RELATED),
            months=months,
            name_evidence=curated.typed_names(told.cited_names(shelf)),
            evidence={"documents": documents, **{p: n for p, n in topic.partial.places.items() if ":" not in p}},
            score=topic.score,
            why=why(topic.partial, documents, people),
            first=topic.partial.first,
            last=topic.partial.last,
            relations=shown_relations(shelf, told.stated),
            contradictions=shown_contradictions(shelf, told.differing),
            may_mean=tuple(
                RelatedTopic(t.key, t.name, t.score, t.partial.documents) for t in self._distinct(meanings) if t.key != topic.key
            ),
        )
        return replace(curated.decided(card), revision=self.revision(topic.keys))

    def subject_of(self, key: str) -> tuple[str, tuple[str, ...]]:
        """The leading key and all keys, or the identities, of what a verdict on this key or name speaks of; see `Evident`."""
        return self._evident.subject_of(key)

    def evident(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these topic keys, identities and documents that the reader has evidence of."""
        return self._evident.among(keys)

    def revision(self, keys: Iterable[str]) -> str:
        """The latest verdict on the card with these keys that this reader has evidence for; `""` before the first."""
        return self._evident.revision(keys)

    def _distinct(self, keys: Iterable[str]) -> list[Topic]:
        found = {topic.key: topic for topic in self._topics.finish(list(keys)).values()}
        return [found[key] for key in sorted(found)]

    def _months(self, query: Body) -> tuple[dict[str, int], int, int]:
        """Documents by month, documents, and the people who had a part in them."""
        aggs = {
            "months": {"date_histogram": {"field": "date", "calendar_interval": "month", "format": "yyyy-MM", "min_doc_count": 1}},
            **DOERS,
        }
        answer = self.store.read("documents", self.reader, {"bool": {"filter": [query]}}, size=0, aggs=aggs)
        months = {bucket["key_as_string"]: bucket["doc_count"] for bucket in answer.aggregations["months"]["buckets"]}
        return months, answer.total, answer.aggregations["people"]["value"]

    def people(self, *, limit: int = 50, offset: int = 0, query: str = "") -> tuple[PersonRow, ...]:
        words = terms(query)
        named: Body | None = {"bool": {"filter": [{"term": {"terms": word}} for word in words]}} if words else None
        return tuple(self._person_row(person) for person in self._people.ranked(named, offset + limit)[offset:])

    def _person_row(self, person: Person) -> PersonRow:
        return replace(person_row(person), left=self._people.colleagues.left_on(person.entries))

    def person(self, id: str) -> PersonCard:
        """The card of the person with this identity, address, handle or full name; of `name:ann lee` all known by that name alone."""
        person = person_named(self._people, id)
        if person is None:
            raise NotFound(NOT_FOUND.format(kind="person"))
        roles, best = person.partial.roles, person.partial.best
        mean = all_that_mean(self._people, [person])
        called = self._people.finish(filter(is_name, mean), BRIEF).values()
        identities = dict.fromkeys((*person.identities, *(identity for one in called for identity in one.identities)))
        stated = relations_of(self._topics, self._people, tuple(identities))
        topics = self._person_topics(person)
        shelf = Shelf.fetch(
            self.store,
            self.reader,
            [ref.document for ref in best] + [ref.document for row in stated for ref in row.passages],
            [(r.document, r.segment) for r in roles]
            + [(r.document, r.segment) for r in (*best, *(ref for row in stated for ref in row.passages))],
        )
        told: list[Sentence] = [sentence for sentence in (shelf.sentence(role) for role in roles) if sentence]
        months, *_ = self._months(naming(mean))
        rows: tuple[DocumentRow, ...] = shelf.rows(best, CARD_DOCUMENTS)
        left = self._people.colleagues.left_on(person.entries)
        return PersonCard(
            person.id,
            person.names,
            person.emails,
            person.handles,
            topics,
            rows,
            tuple(told),
            months,
            first=person.partial.first,
            last=person.partial.last,
            department=next((entry.person.department for entry in person.entries if entry.person.department), ""),
            left=left,
            heir=self._heir(person, topics) if left else None,
            relations=shown_relations(shelf, stated),
        )

    def doubtful(self, *, limit: int = 50, offset: int = 0) -> tuple[DoubtfulPair, ...]:
        """Pairs of the reader's people who may be one person, likeliest first."""
        return Doubtful(self._people).pairs(limit, offset)

    def _heir(self, person: Person, topics: Sequence[PersonTopic]) -> Heir | None:
        """The manager, or whoever is still here and knows most of what this person knew best."""
        found = self._people.colleagues.manager(person.entries)
        for topic in () if found else topics[:HEIR_TOPICS]:
            keys = self._topics.finish([topic.key])[topic.key].keys
            for other, _ in self._experts(keys, topic.name, CARD_EXPERTS):
                if person.id not in other.identities and not self._people.colleagues.left_on(other.entries):
                    return Heir(other.id, other.names[0], next(iter(other.emails), ""), "colleague")
        return found

    def _person_topics(self, person: Person) -> tuple[PersonTopic, ...]:
        weights: dict[str, float] = {}
        deeds: dict[str, list[Deed]] = {}
        known = read_by(self.store, self.reader, ["target"], person.identities, _KNOWN)
        for _, key, weight, done in sorted(edge for of_identity in known.values() for edge in of_identity):
            weights[key] = round(weights.get(key, 0.0) + weight, 4)
            deeds.setdefault(key, []).extend(done)
        # All of them: a cut before finishing would let keys that are topics for others only take places.
        found = self._topics.finish(sorted(weights, key=lambda key: (-weights[key], key)), brief=True)
        gone = {topic.key for topic in found.values() if not self.rulings.not_experts(topic.keys).isdisjoint(person.accounts)}
        topics = {key: topic for key, topic in found.items() if topic.key not in gone}
        ranked = {topic.key: (round(weights[key] * topic.score, 3), key, topic) for key, topic in reversed(topics.items())}
        shelf = Shelf({}, {})
        best = sorted(ranked.values(), key=lambda row: (-row[0], row[1]))[:CARD_RELATED]
        return tuple(PersonTopic(topic.key, topic.name, score, shelf.reasons(person, deeds[key])) for score, key, topic in best)

    def experts(self, text: str, *, limit: int = 10) -> tuple[Expert, ...]:
        """Who knows about this: by the topic that the text names, if it names one, and by the documents that answer it."""
        asked = about(checked_text(text))
        experts = self._experts((), asked, limit)
        cited = cited_deeds(ranked for _, ranked in experts)
        passages = [(deed.document, deed.segment) for deed in cited]
        shelf = Shelf.fetch(self.store, self.reader, [deed.document for deed in cited], passages)
        return self._with_heirs(shelf, experts)

    def compared(self, text: str) -> Compared:
        """All who are compared to find the experts on this, before they are ranked: to measure what the ranking is worth."""
        asked = about(checked_text(text))
        keys, names = self._named(asked)
        return Knowing(self._topics, self._people).compared(keys, asked, names)

    def _with_heirs(self, shelf: Shelf, experts: Sequence[tuple[Person, Ranked]]) -> tuple[Expert, ...]:
        return self._people.colleagues.with_heirs([(shelf.expert(person, ranked), person.entries) for person, ranked in experts])

    def _experts(self, keys: Sequence[str], text: str, limit: int) -> list[tuple[Person, Ranked]]:
        """For a topic with these keys, or for the topics that the text names, beside what answers the text."""
        named, names = self._named(text)
        return Knowing(self._topics, self._people).experts(sorted({*keys, *named}), text, limit, names)

    def _named(self, text: str) -> tuple[list[str], list[str]]:
        """Keys and names of the topics that a text is the name of."""
        named = self._topics.finish([key for key in map(topic_key, spoken_as(text)) if key], brief=True)
        topics = {topic.key: topic for topic in named.values()}
        return sorted({key for topic in topics.values() for key in topic.keys}), [name for topic in topics.values() for name in topic.names]

    def document(self, id: str, *, offset: int = 0, limit: int = 50) -> DocumentCard:
        """A document with a page of its passages. `id` is a document's id or `source/path`."""
        hit = self._document(id)
        body = hit.fields["body"]
        in_document: Body = {
            "bool": {"filter": [{"term": {"document": hit.id}}, {"range": {"position": {"gte": offset, "lt": offset + limit}}}]}
        }
        children: Body = {"bool": {"filter": [{"term": {"parent": hit.id}}]}}
        segments, below = self.store.read_many(
            [
                ("segments", in_document, {"size": limit, "sort": [{"position": "asc"}], "source": ["position", "page", "text", "body"]}),
                ("documents", children, {"size": 100, "sort": [{"path": "asc"}, {"document": "asc"}]}),
            ],
            self.reader,
        )
        people = self._people.finish([person["subject"] for person in body["contributors"]])
        called = carriers(self._people, {name for row in body.get("called", ()) for name in [name_of(row["subject"])] if " " in name})
        shown = {person.id: person for person in (*people.values(), *called.values()) if person}
        topics = self._topics.finish(hit.fields["topics"], brief=True)
        best = sorted({t.key: t for t in topics.values()}.values(), key=lambda t: (-t.score, t.key))[:CARD_RELATED]
        return DocumentCard(
            id=hit.id,
            title=title_of(hit),
            source=hit.fields["source"],
            path=hit.fields["path"],
            type=hit.fields["type"],
            created=body["created"],
            modified=body["modified"],
            people=tuple(map(self._person_row, shown.values())),
            passages=tuple(_passage(segment) for segment in segments.hits),
            total_passages=body["passages"],
            topics=tuple(RelatedTopic(t.key, t.name, t.score, t.partial.documents) for t in best),
            parent=hit.fields["parent"],
            children=tuple(document_row(child) for child in below.hits),
        )

    def vocabulary(self) -> tuple[Term, ...]:
        """The terms of the vocabularies that the reader may open."""
        return tuple(terms_of(self._topics))

    def concepts(self) -> tuple[Concept, ...]:
        """The reader's topics as the concepts of a vocabulary, by key."""
        topics = sorted(self._topics.ranked(None, 1_000_000), key=lambda topic: topic.key)
        defined = {topic.key: next(iter(summary_of(topic)), None) for topic in topics}
        told = [sentence for sentence in defined.values() if sentence]
        shelf = Shelf.fetch(self.store, self.reader, [s.document for s in told], [(s.document, s.segment) for s in told])
        broader, related = concept_links(self.export())
        made = []
        for topic in topics:
            cited = defined[topic.key]
            says = (*Curated(self.rulings, topic).description(), *filter(None, [shelf.sentence(cited) if cited else None]))
            definition = Concept(topic.key, topic.name, topic.names[1:], topic.type)
            if says:
                definition = replace(definition, definition=says[0].text, source=next(iter(says[0].citations), None))
            made.append(replace(definition, broader=broader.get(topic.key, ()), related=related.get(topic.key, ())))
        return tuple(made)

    def neighbours(self, key: str, *, relation: str = "", limit: int = 50) -> Subgraph:
        return Graph(self._topics, self._people).neighbours(key, relation, limit)

    def path(self, a: str, b: str, *, max_length: int = 4) -> Subgraph:
        if not 1 <= max_length <= 6:
            raise BadQuery("max_length is between 1 and 6.")
        return Graph(self._topics, self._people).path(a, b, max_length)

    def export(self) -> Subgraph:
        return Graph(self._topics, self._people).everything()


def _edges(hits: Sequence[Found]) -> list[tuple[str, str, float, list[Deed]]]:
    """Id, topic, weight and what it says that the person did."""
    return [(hit.id, hit.fields["source"], hit.fields["weight"], list(map(deed_of, hit.fields["payload"]["entries"]))) for hit in hits]


_KNOWN = Wanted("edges", _edges, ("source", "weight", "payload"), clauses=(("relation", ("knows",)),))


def _passage(hit: Found) -> Passage:
    fields = hit.fields
    return Passage(fields["position"], fields["text"], tuple(fields["body"]["headings"]), fields["page"], fields["body"]["confidence"])
