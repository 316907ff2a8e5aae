"""A reader's people: identities closed over the reader's evidence that they are one person."""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge_graph.directory.model import Entry
from knowledge_graph.directory.store import Directory
from knowledge_graph.fold.closure import Closure
from knowledge_graph.fold.experts import Deed
from knowledge_graph.fold.partial import ROLE, PersonPartial, merge_people
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings
from knowledge_graph.model.access import Reader
from knowledge_graph.resolve.programs import is_program
from knowledge_graph.serving.colleagues import Colleagues, identities
from knowledge_graph.serving.grouped import Asked, Wanted, read_ahead, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.topics import close_with, component, joining, joins_of
from knowledge_graph.text.words import fold_name

BRIEF = ("payload.documents", "payload.kinds", "payload.names", "payload.last")
"""What lists and rankings need of a person; the forty best documents are for the card."""

RANK = {"email": 0, "handle": 1, "name": 2}
BARE: Body = {"prefix": {"subject": "name:"}}
REACHABLE: Body = {"bool": {"must_not": [BARE]}}
"""Of people: those to whom one can write."""


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

    @property
    def accounts(self) -> tuple[str, ...]:
        """Their identities, and those that directories describe them by."""
        return tuple(dict.fromkeys((*self.identities, *(key for entry in self.entries for key in entry.keys))))

    def _of_kind(self, kind: str) -> tuple[str, ...]:
        return tuple(identity.partition(":")[2] for identity in self.identities if identity.startswith(f"{kind}:"))

    @property
    def emails(self) -> tuple[str, ...]:
        """The documents' addresses, else the directory's."""
        return self._of_kind("email") or tuple(dict.fromkeys(email for entry in self.entries for email in entry.person.emails))

    @property
    def handles(self) -> tuple[str, ...]:
        return self._of_kind("handle")

    @property
    def is_bot(self) -> bool:
        """Whether all their accounts are programs', or one says so in its name."""
        accounts = (*self.handles, *(email.partition("@")[0] for email in self.emails))
        marked = any(name.endswith("[bot]") for name in (*self.partial.names, *self.handles))
        return marked or (bool(accounts) and all(map(is_program, accounts)))

    @property
    def is_bare_name(self) -> bool:
        """Documents have only a name."""
        return not self._of_kind("email") and not self.handles

    @property
    def is_mere_account(self) -> bool:
        """Documents only mention an account or an address, or list it among owners, and have no name for it."""
        written = {*self.handles, *(f"@{handle}" for handle in self.handles), *self.emails}
        named = any(name.casefold() not in written for name in self.partial.names)
        return not (self.entries or self.is_bare_name or named) and self.partial.kinds.keys() <= {"mentioned", "owner", ROLE}

    @property
    def is_somebody(self) -> bool:
        """Whether a bare name is sure to be a person's of this organisation: by a part or role in some document. Texts mention anybody."""
        return bool(self.partial.kinds.keys() - {"mentioned"})


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
        asked = sorted({identity for identity in identities if ":" in identity})
        called = self._called(asked)
        wanted = sorted({*asked, *(identity for of_name in called.values() for identity in of_name)})
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
        described = self.colleagues.called(map(name_of, called))
        for name, of_name in called.items():
            bare = [person for identity in of_name for person in [people[identity]] if person.is_bare_name]
            if bare:
                people[name] = as_called(name, bare, described.get(name_of(name), ()))
        return {identity: people[identity] for identity in asked if identity in people}

    def _called(self, identities: Sequence[str]) -> dict[str, list[str]]:
        """For each identity that is a name in no document (`name:ann lee`) the same name in each of the reader's documents."""
        names = [identity for identity in identities if is_name(identity)]
        if not names:
            return {}
        query: Body = {"bool": {"filter": [BARE, {"terms": {"names": list(map(name_of, names))}}]}}
        found: dict[str, list[str]] = {name: [] for name in names}
        for identity in sorted({hit.fields["subject"] for hit in self.store.read_all("subjects", self.reader, query, ["subject"])}):
            found.get(identity.rpartition("@")[0], []).append(identity)
        return found

    def at_ends(self, identities: Iterable[str]) -> dict[str, Person]:
        """The people at these ends of edges, of whom the reader's documents know these very identities; see `Topics.at_ends`."""
        return {identity: person for identity, person in self.finish(identities, BRIEF).items() if identity in person.identities}

    def ranked(self, query: Body | None, wanted: int) -> list[Person]:
        """People by the number of documents they had a part in; names that nobody with an address carries among them."""
        size = max(200, 4 * wanted)
        by_documents = {"terms": {"field": "subject", "size": size, "order": [{"documents": "desc"}, {"_key": "asc"}]}}
        kinds = {
            "reachable": (REACHABLE, {"subjects": {**by_documents, "aggs": {"documents": {"sum": {"field": "bound"}}}}}),
            "bare": (BARE, {"names": {"terms": {"field": "names", "size": size, "order": [{"_count": "desc"}, {"_key": "asc"}]}}}),
        }
        aggs = {kind: {"filter": of_kind, "aggs": counted} for kind, (of_kind, counted) in kinds.items()}
        found = self.store.read("subjects", self.reader, _people(query), size=0, aggs=aggs).aggregations
        people = self._distinct(bucket["key"] for bucket in found["reachable"]["subjects"]["buckets"])
        least = min(heapq.nlargest(wanted, (person.partial.documents for person in people)), default=0) if len(people) >= wanted else 0
        counted = {fold_name(bucket["key"]): bucket["doc_count"] for bucket in found["bare"]["names"]["buckets"]}
        alone = self._uncarried([name for name, documents in counted.items() if documents >= least])
        people += [person for person in self._distinct(alone[: 2 * wanted]) if person.is_somebody]
        return sorted(people, key=lambda person: (-person.partial.documents, person.id))[:wanted]

    def _uncarried(self, names: Sequence[str]) -> list[str]:
        """Of these folded names those that nobody with an address or a handle bears, as identities; given names alone only if nobody at
        all bears them in full.
        """
        carried = {*self.bearing(names, REACHABLE), *self._borne_in_full([name for name in names if " " not in name])}
        return [f"name:{name}" for name in names if name not in carried]

    def _borne_in_full(self, given: Sequence[str]) -> set[str]:
        """Of these folded given names those that some full name begins with."""
        if not given:
            return set()
        begun = {name: {"prefix": {"names": f"{name} "}} for name in given}
        found = self.store.read("subjects", self.reader, _people(), size=0, aggs={"full": {"filters": {"filters": begun}}})
        return {name for name, bucket in found.aggregations["full"]["buckets"].items() if bucket["doc_count"]}

    def bearing(self, names: Iterable[str], of_kind: Body) -> dict[str, int]:
        """How many of the reader's people of one kind bear each of these folded names; a bare name is another one in each document."""
        wanted = sorted(names)
        if not wanted:
            return {}
        query = {"bool": {"filter": [_people(), of_kind, {"terms": {"names": wanted}}]}}
        counted = {"names": {"terms": {"field": "names", "size": len(wanted), "include": wanted}}}
        answer = self.store.read("subjects", self.reader, query, size=0, aggs=counted)
        return {bucket["key"]: bucket["doc_count"] for bucket in answer.aggregations["names"]["buckets"]}

    def all(self, fields: Sequence[str] = BRIEF) -> list[Person]:
        """Everybody with an address or a handle, by id."""
        found = self.store.read_all("subjects", self.reader, {"bool": {"filter": [_people(), REACHABLE]}}, ["subject"])
        return sorted(self._distinct((hit.fields["subject"] for hit in found), fields), key=lambda person: person.id)

    def _distinct(self, identities: Iterable[str], fields: Sequence[str] = BRIEF) -> list[Person]:
        found = self.finish(identities, fields).values()
        return list({person.id: person for person in found if not person.is_bot}.values())


def name_of(identity: str) -> str:
    """The folded name of the identity `name:ann lee@document` or `name:ann lee`; `""` for an address or a handle."""
    kind, _, name = identity.partition(":")
    return name.rpartition("@")[0] or name if kind == "name" else ""


def is_name(identity: str) -> bool:
    """Whether this means everybody who is called so and known by the name alone, in whichever document."""
    return identity.startswith("name:") and "@" not in identity


def as_called(name: str, people: Iterable[Person], entries: Iterable[Entry] = ()) -> Person:
    """All who are known by this name alone, shown together as what they are: a name, with what a directory says of its one bearer."""
    each = {person.id: person for person in people}
    identities = (identity for person in each.values() for identity in person.identities)
    partial = merge_people(person.partial for person in each.values())
    return Person(name, (name, *sorted(set(identities) - {name})), partial, tuple(entries))


def _merged(hits: Sequence[Found]) -> PersonPartial:
    return merge_people(PersonPartial.from_json(hit.fields["payload"]) for hit in hits)


def _people(query: Body | None = None) -> Body:
    return {"bool": {"filter": [{"term": {"kind": "person"}}, *([query] if query else [])]}}


def deed_of(entry: Body) -> Deed:
    """A deed from an edge's payload; rows written before passages were kept have none."""
    place = (int(entry.get("segment", -1)), int(entry.get("start", 0)), int(entry.get("end", 0)))
    return Deed(entry["did"], entry["place"], entry["doc"], entry["date"], int(entry["count"]), *place)
