"""What a verdict speaks of, and whether a reader's own documents know it.

A key may be published because of what others may read; that somebody decided about it must then not show.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge_graph.fold.score import is_candidate, is_known
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.namesakes import pooled
from knowledge_graph.serving.people import BARE, BRIEF, RANK, People, Person
from knowledge_graph.serving.topics import Topics, held
from knowledge_graph.text.words import fold, fold_name, topic_key


def is_person(key: str) -> bool:
    """Whether this is an address or a person's identity, which no topic key looks like."""
    return "@" in key or (key.partition(":")[0] in RANK and ":" in key)


def identity_of(key: str) -> str:
    """The identity that an address or an identity as typed stands for."""
    wanted = fold(key.strip())
    return wanted if wanted.partition(":")[0] in RANK else f"email:{wanted}"


def person_named(people: People, id: str) -> Person | None:
    """Who has this identity, e-mail address or handle, else the one person whom this full name means."""
    wanted, name = fold(id.strip()), fold_name(id)
    found = next(iter(people.finish([wanted, f"email:{wanted}", f"handle:{wanted}", id.strip()]).values()), None)
    return found if found or " " not in name or ":" in id else _bearing(people, name)


def _bearing(people: People, name: str) -> Person | None:
    """Of those with this name whom nothing tells apart whoever has most documents; `None` where two may be meant."""
    query: Body = {"bool": {"filter": [{"term": {"kind": "person"}}, {"term": {"names": name}}], "must_not": [BARE]}}
    hits = people.store.read_all("subjects", people.reader, query, ["subject"])
    bearers = {person.id: person for person in people.finish([hit.fields["subject"] for hit in hits], BRIEF).values()}
    if len({one.id for one in pooled(bearers.values(), people.rulings).values()}) > 1:
        return None
    first = min(bearers.values(), key=lambda each: (-each.partial.documents, each.id), default=None)
    return next(iter(people.finish([first.id if first else f"name:{name}"]).values()), None)


@dataclass(frozen=True, slots=True)
class Evident:
    topics: Topics
    people: People

    def subject_of(self, key: str) -> tuple[str, tuple[str, ...]]:
        """What a verdict on this key or name speaks of: a topic's leading key and all its keys, or a person's id and identities.

        The latter are empty where the reader has no evidence of it; what is too weak, rejected or hidden is found all the same.
        """
        if is_person(key):
            person = person_named(self.people, key)
            return (person.id, person.identities) if person else (identity_of(key), ())
        wanted = topic_key(key)
        topic = self.topics.finish([wanted], undecided=True).get(wanted) if wanted else None
        return (topic.key, topic.keys) if topic and self._own(topic.keys) else (wanted, ())

    def among(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these topic keys, identities and documents that the reader has evidence of."""
        subjects, documents = self._met(keys)
        return documents | frozenset(key for key in subjects if ":" in key) | self._own(subjects)

    def _met(self, keys: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Those of these that anything published for this reader is about: topic keys and identities, and documents."""
        wanted = sorted(set(keys))
        if not wanted:
            return frozenset(), frozenset()
        store, reader = self.topics.store, self.topics.reader
        documents = store.read_all("documents", reader, {"ids": {"values": wanted}}, ["document"])
        return held(store, reader, wanted), frozenset(hit.id for hit in documents)

    def _own(self, keys: Iterable[str]) -> frozenset[str]:
        """Those of these topic keys that are published because of what the reader may read.

        A weak name in the reader's documents may be published because of others' documents or verdicts, which must not show.
        """
        bounds = self.topics.bounds(keys)
        joined = {end for edge in self.topics.joins(bounds) for end in (edge.fields["source"], edge.fields["target"])}
        needed = self.topics.needed()
        likely = {
            key
            for key, partial in self.topics.partials(bounds, brief=True).items()
            if is_candidate(partial) and (is_known(partial) or bounds[key] >= needed)
        }
        speaking = {key: self.topics.rulings.speaking.get(key, ()) for key in bounds if key not in joined | likely}
        subjects, documents = self._met(key for told in speaking.values() for each in told for key in (*each.about, *each.keys))
        unseen = {key for key, told in speaking.items() if not any(each.is_evident(subjects | documents) for each in told)}
        return frozenset(bounds) - unseen

    def revision(self, keys: Iterable[str]) -> str:
        """The latest verdict on the card with these keys that this reader has evidence for; `""` before the first."""
        touches = self.topics.rulings.touches(keys)
        evident = self.among(key for touch in touches for key in (*touch.told.about, *touch.told.keys))
        return next((touch.id for touch in touches if touch.told.is_evident(evident)), "")
