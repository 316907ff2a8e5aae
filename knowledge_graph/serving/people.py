"""A reader's people: identities closed over the reader's evidence that they are one person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge_graph.directory.model import Entry
from knowledge_graph.directory.store import Directory
from knowledge_graph.fold.closure import Closure
from knowledge_graph.fold.experts import Deed
from knowledge_graph.fold.partial import PersonPartial, merge_people
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.colleagues import Colleagues, identities
from knowledge_graph.serving.grouped import Asked, Wanted, read_ahead, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.topics import close_with, component, joining, joins_of

BRIEF = ("payload.documents", "payload.kinds", "payload.names", "payload.last")
"""What lists and rankings need of a person; the forty best documents are for the card."""

RANK = {"email": 0, "handle": 1, "name": 2}


@dataclass(frozen=True, slots=True)
class Person:
    """One person for one reader: the identities that the reader's documents join, and what they say together."""

    id: str
    identities: tuple[str, ...]
    partial: PersonPartial
    entries: tuple[Entry, ...] = ()
    """How directories describe this person to the reader."""

    @property
    def names(self) -> tuple[str, ...]:
        """The directory's names, then names as written, fuller ones first; an identity's own text where there is no name."""
        told = [name for entry in self.entries for name in entry.person.names]
        named = sorted(self.partial.names, key=lambda name: (" " not in name, -self.partial.names[name], name))
        return tuple(dict.fromkeys((*told, *named))) or tuple(identity.partition(":")[2] for identity in self.identities)

    def _of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(identity.partition(":")[2] for identity in self.identities if identity.startswith(f"{kind}:"))

    @property
    def emails(self) -> tuple[str, ...]:
        return self._of_kind("email")

    @property
    def handles(self) -> tuple[str, ...]:
        return self._of_kind("handle")

    @property
    def is_bot(self) -> bool:
        return any(name.endswith("[bot]") for name in (*self.partial.names, *self.handles))

    @property
    def is_bare_name(self) -> bool:
        """Only a name in one document: nobody to write to, and not joined to the same name elsewhere."""
        return not self.emails and not self.handles


@dataclass(frozen=True, slots=True)
class People:
    """Reads people as one reader, to whom `rulings` are addressed."""

    store: SearchStore
    reader: Reader
    directory: Directory | None = None
    as_of: str = ""
    rulings: Rulings = NO_RULINGS

    @property
    def colleagues(self) -> Colleagues:
        return Colleagues(self.directory, self.reader, self.as_of, self.rulings.opted_out)

    def _closure(self, wanted: Sequence[str]) -> tuple[Closure, dict[str, list[Entry]]]:
        """Who is one person with whom by the reader's documents and directories, and the entries by identity."""
        colleagues = self.colleagues
        keys, described = set(wanted), set[Entry]()
        while True:  # an entry may name an address whose documents name another that a second directory describes
            edges = component(self.store, self.reader, keys, "same", self.rulings.linked)
            joins = joins_of(edges)
            keys |= {end for join in joins for end in (join.left, join.right)}
            fresh = set(colleagues.entries(sorted(keys))) - described
            described |= fresh
            told = {key for entry in fresh for key in identities(entry)} - keys
            if not told:
                break
            keys |= told
        entries: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(described, key=lambda each: (each.source, each.person.id)):
            for key in identities(entry):
                entries[key].append(entry)
        joins += colleagues.joins(described)
        return close_with(self.store, self.reader, self.rulings, keys, joins, same_person=True), entries

    def finish(self, identities: Iterable[str], fields: Sequence[str] = ("payload",)) -> dict[str, Person]:
        """For each identity that the reader's documents hold: its person. `fields` limits what is fetched of each partial."""
        # An identity has a colon, a topic's key has none: what is typed may be the key of a topic, which is nobody.
        wanted = sorted({identity for identity in identities if ":" in identity})
        merged = Wanted("subjects", _merged, tuple(fields))
        read_ahead(self.store, self.reader, Asked(("source", "target"), wanted, joining("same")), Asked(("subject",), wanted, merged))
        closure, entries = self._closure(wanted)
        members = sorted({member for identity in wanted for member in closure.of(identity)})
        found = read_by(self.store, self.reader, ["subject"], members, merged)
        partials = {identity: partial for (_, identity), partial in found.items()}
        people: dict[str, Person] = {}
        for identity in wanted:
            if identity not in people:
                cluster = tuple(key for key in closure.of(identity) if key in partials)
                if cluster:
                    first = min(cluster, key=lambda key: (RANK.get(key.partition(":")[0], 9), key))
                    told = tuple(dict.fromkeys(entry for key in closure.of(identity) for entry in entries.get(key, ())))
                    person = Person(first, cluster, merge_people(partials[key] for key in cluster), told)
                    people |= dict.fromkeys((*cluster, identity), person)
        return {identity: people[identity] for identity in wanted if identity in people}

    def at_ends(self, identities: Iterable[str]) -> dict[str, Person]:
        """The people at these ends of edges, of whom the reader's documents know these very identities; see `Topics.at_ends`."""
        return {identity: person for identity, person in self.finish(identities, BRIEF).items() if identity in person.identities}

    def ranked(self, query: Body | None, wanted: int) -> list[Person]:
        """People by the number of documents they had a part in."""
        order = {"terms": {"field": "subject", "size": max(200, 4 * wanted), "order": [{"documents": "desc"}, {"_key": "asc"}]}}
        aggregation = {"subjects": {**order, "aggs": {"documents": {"sum": {"field": "bound"}}}}}
        answer = self.store.read("subjects", self.reader, _reachable(query), size=0, aggs=aggregation)
        found = self._distinct(bucket["key"] for bucket in answer.aggregations["subjects"]["buckets"])
        return sorted(found, key=lambda person: (-person.partial.documents, person.id))[:wanted]

    def all(self, fields: Sequence[str] = BRIEF) -> list[Person]:
        """Everybody with an address or a handle, by id."""
        found = self.store.read_all("subjects", self.reader, _reachable(), ["subject"])
        return sorted(self._distinct((hit.fields["subject"] for hit in found), fields), key=lambda person: person.id)

    def _distinct(self, identities: Iterable[str], fields: Sequence[str] = BRIEF) -> list[Person]:
        found = self.finish(identities, fields).values()
        return list({person.id: person for person in found if not person.is_bot}.values())


def _merged(hits: Sequence[Found]) -> PersonPartial:
    return merge_people(PersonPartial.from_json(hit.fields["payload"]) for hit in hits)


def _reachable(query: Body | None = None) -> Body:
    """People to whom one can write; a bare name is shown where a document has it."""
    clauses: list[Body] = [{"term": {"kind": "person"}}, *([query] if query else [])]
    return {"bool": {"filter": clauses, "must_not": [{"prefix": {"subject": "name:"}}]}}


def deed_of(entry: Body) -> Deed:
    """A deed from an edge's payload; rows written before passages were kept have none."""
    place = (int(entry.get("segment", -1)), int(entry.get("start", 0)), int(entry.get("end", 0)))
    return Deed(entry["did"], entry["place"], entry["doc"], entry["date"], int(entry["count"]), *place)
