"""Who knows something, for one reader: what people did in the documents about a topic and in those that answer a text best.

Documents whose titles name the topic are few or none for most of what people ask, so the documents that answer it best count beside
them, each by how well it answers. All is counted over what the reader may open.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import filterfalse

from knowledge_graph.fold.experts import ABOVE, WEIGHTS, Candidate, Deed, Ranked, combine, rank_experts
from knowledge_graph.fold.places import strength
from knowledge_graph.model.paths import folder_of
from knowledge_graph.model.verdicts import Kind
from knowledge_graph.serving.belonging import belongs_to
from knowledge_graph.serving.given import in_full, is_given_alone
from knowledge_graph.serving.grouped import Wanted, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.meaning import POOL
from knowledge_graph.serving.named_with import named_with
from knowledge_graph.serving.namesakes import carriers, pooled
from knowledge_graph.serving.people import BARE, BRIEF, People, Person, as_called, deed_of, is_name, name_of
from knowledge_graph.serving.search import MAX_TERMS, idf
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.text.words import terms, topic_key

ANSWERS = 30
"""Documents that answer; the weight of the tenth is below a tenth for most questions."""
SHARPNESS = 9.0
"""A document counts by its score against the best one's, to this power."""
PASSAGE_SHARPNESS = 3.0
PASSAGES = 3
"""Passages of a document that add to its score, each half as much as the one before."""
ANSWER = "answer"
PARTED = ("presented", "owner")
PARTS = 3
"""Passages of a document that say who presented, or who owns what: then each did so for a part of it and not the whole."""

Texts = Mapping[tuple[str, int], tuple[str, str]]
"""The heading and the text of passages by document and position."""
Deeds = dict[str, list[Deed]]
"""By identity, what edges and answers say it did."""
Folders = Counter[tuple[str, str]]
"""Sources and folders of a topic's own documents, with how many lie there."""

ABOVE_PEOPLE, ABOVE_DEEDS = 20, 3
"""Of what a topic belongs to: people who are compared too, and what is said of each."""

OWN_STRENGTH = strength({"title": 1})
FOLDERS = 10
"""Folders of a topic's own documents that are looked into: a name that more folders share is no topic of one place."""


def _edges(hits: Sequence[Found]) -> list[tuple[str, str, list[Deed]]]:
    """Id, person and what it says that they did."""
    return [(hit.id, hit.fields["target"], list(map(deed_of, hit.fields["payload"]["entries"]))) for hit in hits]


def _own(hits: Sequence[Found]) -> frozenset[str]:
    refs = (ref for hit in hits for ref in hit.fields["payload"]["best"])
    return frozenset(ref["document"] for ref in refs if ref["strength"] >= OWN_STRENGTH)


_OWN = Wanted("subjects", _own, ("payload.best",))
_KNOWING = Wanted("edges", _edges, ("target", "payload"), clauses=(("relation", ("knows",)),))


@dataclass(frozen=True, slots=True)
class Answers:
    """Documents and passages that answer a text, each from 0 to 1 for the best."""

    documents: Mapping[str, float]
    passages: Mapping[tuple[str, int], float]
    words: Mapping[str, float] = field(default_factory=dict)
    """The text's own, by what each weighs."""

    @classmethod
    def of(cls, scores: Mapping[tuple[str, int], float], words: Mapping[str, float] | None = None) -> "Answers":
        """From the scores of passages by document and position."""
        by_document: defaultdict[str, list[float]] = defaultdict(list)
        for (document, _), score in scores.items():
            by_document[document].append(score)
        sums = {
            document: sum(score / 2**rank for rank, score in enumerate(sorted(found, reverse=True)[:PASSAGES]))
            for document, found in by_document.items()
        }
        best = sorted(sums, key=lambda document: (-round(sums[document], 4), document))[:ANSWERS]
        return cls(
            {document: round((sums[document] / sums[best[0]]) ** SHARPNESS, 4) for document in best},
            {place: round((score / max(scores.values())) ** PASSAGE_SHARPNESS, 4) for place, score in scores.items()},
            words or {},
        )

    def told(self, document: str, segment: int) -> float:
        """How well a passage answers against the best one of its document."""
        if segment < 0:  # the source says it, of all of the document
            return 1.0
        best = max((score for (of, _), score in self.passages.items() if of == document), default=0.0)
        return self.passages.get((document, segment), 0.0) / best if best else 1.0

    def share(self, text: str) -> float:
        """How much of what is asked stands in a text, from 0 to 1 by the words' weights."""
        told = set(terms(text))
        whole = sum(self.words.values())
        return sum(weight for word, weight in self.words.items() if word in told) / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """People by id with what each did for what is asked, not ranked yet, and how many documents the reader has."""

    people: Mapping[str, Person]
    candidates: Sequence[Candidate]
    documents: int

    def ranked(self, as_of: str, weights: Mapping[str, float] = WEIGHTS) -> list[tuple[Person, Ranked]]:
        """Best first; other `weights` than the usual ones say what a term is worth."""
        return [(self.people[one.candidate.person], one) for one in rank_experts(self.candidates, as_of, self.documents, weights)]


@dataclass(frozen=True, slots=True)
class Knowing:
    """Ranks the reader's people for a topic, a text or both."""

    topics: Topics
    people: People

    def experts(self, keys: Sequence[str], text: str, limit: int, names: Sequence[str] = ()) -> list[tuple[Person, Ranked]]:
        """Who knows the topic of these keys and names, or what the text asks about, best first."""
        ranked = self.compared(keys, text, names).ranked(self.people.as_of)
        things = self._things([person for person, _ in ranked[: 2 * limit]], names)
        return self._pinned_first(keys, [(person, one) for person, one in ranked if person.id not in things])[:limit]

    def compared(self, keys: Sequence[str], text: str, names: Sequence[str] = ()) -> Compared:
        """Everybody who did something about the topic, in what answers the text, is named with it, or knows best what it belongs to."""
        deeds, folders = self._deeds(keys, text, names)
        above = belongs_to(self.topics, keys, folders) if keys else None
        best = self._know_best(above) if above else {}
        for identity, (_, theirs) in best.items():
            deeds.setdefault(identity, []).extend(theirs)
        shares = {identity: share for identity, (share, _) in best.items()}
        return self._compared(keys, deeds, folders, above.name if above else "", shares)

    def _things(self, people: Sequence[Person], names: Iterable[str]) -> frozenset[str]:
        """Ids of accounts and addresses without a name that did nothing, and of single words where names are expected, that are called
        like a topic: a project's, and nobody's. So are accounts and addresses called by a word of the topic's `names` (`quay@` of Harbour
        Quay); a question may ask for an account.
        """
        suspects = {
            person.id: topic_key((*person.handles, *person.emails, name_of(person.id))[0].partition("@")[0])
            for person in people
            if person.is_mere_account or is_given_alone(person.id)
        }
        words = {topic_key(word) for name in names for word in name.split()}
        own = {person.id for person in people if person.is_mere_account and suspects[person.id] in words}
        topics = self.topics.at_ends(suspects.values())
        return frozenset(own | {id for id, key in suspects.items() if key in topics})

    def _deeds(self, keys: Sequence[str], text: str, names: Sequence[str]) -> tuple[Deeds, Folders]:
        """What people did for the topic or what is asked, and the folders of the topic's own documents."""
        deeds = self._in_topic(keys)
        own = {deed.document for done in deeds.values() for deed in done if deed.place == "own"} | self._own_documents(keys)
        answered, folders = self._in_answers(self.answers(text), sorted(own))
        for found in (answered, named_with(self.people.store, self.people.reader, (text, *names))):
            for identity, done in found.items():
                deeds.setdefault(identity, []).extend(done)
        return in_full(self.people, self.topics, deeds), folders

    def _know_best(self, above: Topic) -> dict[str, tuple[float, list[Deed]]]:
        """By identity, who knows a topic best: as a share of the best one's score, and what they did most of for it."""
        deeds, folders = self._deeds(above.keys, above.name, above.names)
        ranked = self._compared(above.keys, deeds, folders, "", {}).ranked(self.people.as_of)[:ABOVE_PEOPLE]
        found = {}
        for person, one in ranked:
            best = sorted(one.candidate.deeds, key=lambda deed: (-round(deed.says, 4), deed.document, deed.did))[:ABOVE_DEEDS]
            theirs = [replace(deed, place=ABOVE, answers=0.0, near=0.0) for deed in best]
            share = one.score / ranked[0][1].score if one.score else 0.0
            found[next(filterfalse(is_name, person.identities), person.id)] = (share, theirs)
        return found

    def _compared(self, keys: Sequence[str], deeds: Deeds, folders: Folders, above: str, shares: Mapping[str, float]) -> Compared:
        known, done = self._known(keys, deeds)
        beside, documents = self._beside(folders, [identity for person in known.values() for identity in person.identities])
        candidates = [
            Candidate(
                id,
                combine(done[id]),
                person.partial.kinds,
                person.partial.last[:10],
                round(sum(beside.get(identity, 0.0) for identity in person.identities), 4),
                max((shares[identity] for identity in person.identities if identity in shares), default=0.0),
                above,
            )
            for id, person in sorted(known.items())
        ]
        return Compared(known, candidates, documents)

    def _known(self, keys: Sequence[str], deeds: Deeds) -> tuple[dict[str, Person], Deeds]:
        """Who did these things, and what each did, by their ids: people who may be shown as experts, those of one name as one."""
        persons = self.people.finish([identity for identity in deeds if not is_name(identity)], BRIEF)
        called: defaultdict[str, list[Person]] = defaultdict(list)
        for identity in deeds:
            person, name = persons.get(identity), name_of(identity)
            if name and (person.is_bare_name if person else is_name(identity)):
                called[name] += [person] if person else []
        meant = self._meant(called)
        people: dict[str, Person] = {}
        done: defaultdict[str, list[Deed]] = defaultdict(list)
        for identity in sorted(deeds):
            one = persons.get(identity)
            known = one if one is not None and not one.is_bare_name else meant.get(name_of(identity))
            if known is not None and not known.is_bot:
                people[known.id] = known
                done[known.id] += deeds[identity]
        as_one = self._willing(keys, people)
        together: Deeds = {}
        for id, of_one in done.items():
            if id in as_one:
                together.setdefault(as_one[id].id, []).extend(of_one)
        return {as_one[id].id: as_one[id] for id in done if id in as_one}, together

    def _willing(self, keys: Sequence[str], people: Mapping[str, Person]) -> dict[str, Person]:
        """Who stands for each of these people, by id; nobody who is not to be shown: with one account they say so for all of their name."""
        gone = self.people.rulings.not_experts(keys)
        asked = {person.id: person for person in self.people.finish(gone, BRIEF).values()}
        as_one = pooled({**people, **asked}.values(), self.people.rulings)
        return {id: as_one[id] for id in people if gone.isdisjoint(as_one[id].accounts)}

    def _pinned_first(self, keys: Sequence[str], found: list[tuple[Person, Ranked]]) -> list[tuple[Person, Ranked]]:
        """Pinned people before the ranked ones, also those whom no document of the topic names, if the reader's documents know them."""
        pinned = self.people.rulings.pinned(keys, Kind.PIN_PERSON)
        if not pinned:
            return found
        people = self.people.finish(pinned, BRIEF)
        willing = self._willing(keys, {person.id: person for person in people.values()})
        first = {people[each].id: people[each] for each in pinned if each in people and people[each].id in willing}
        ranked = {identity: pair for pair in found for identity in pair[0].identities}
        top = [ranked.get(id, (person, Ranked(Candidate(id, ()), 0.0))) for id, person in first.items()]
        shown = {person.id: (person, one) for person, one in [*top, *found]}
        return list(shown.values())

    def answers(self, text: str) -> Answers:
        """The documents that answer a text best, and their passages."""
        words = list(dict.fromkeys(terms(text)))[:MAX_TERMS]
        if not words:
            return Answers({}, {})
        store, reader = self.people.store, self.people.reader
        weights = idf(store, reader, words)
        should: list[Body] = [{"term": {"impacts": {"value": word, "boost": weight}}} for word, weight in weights.items()]
        query: Body = {"bool": {"should": should, "minimum_should_match": 1}}
        order = [{"_score": "desc"}, {"document": "asc"}, {"position": "asc"}]
        options: Body = {"size": POOL, "source": ["document", "position"], "sort": order, "remembered": True}
        hits = store.read("segments", reader, query, **options).hits
        return Answers.of({(hit.fields["document"], int(hit.fields["position"])): round(hit.score, 4) for hit in hits}, weights)

    def _in_topic(self, keys: Sequence[str]) -> Deeds:
        """From the edges between the topic and people."""
        found: Deeds = {}
        if not keys:
            return found
        edges = read_by(self.people.store, self.people.reader, ["source"], keys, _KNOWING)
        for _, person, deeds in sorted(edge for of_key in edges.values() for edge in of_key):
            found.setdefault(person, []).extend(deeds)
        return found

    def _in_answers(self, answers: Answers, own: Sequence[str]) -> tuple[Deeds, Folders]:
        """What people did in the answering documents, and the folders of the topic's own ones."""
        if not answers.documents and not own:
            return {}, Folders()
        found: Deeds = {}
        passages = sorted(f"{document}:{position}" for document, position in answers.passages if document in answers.documents)
        wanted = (
            ("documents", sorted(answers.documents), ["date", "body"]),
            ("documents", own[:1000], ["source", "path", "date", "body.called"]),
            ("segments", passages, ["document", "position", "heading", "text"]),
        )
        searches: list[tuple[str, Body | None, Body]] = [
            (index, {"ids": {"values": ids}}, {"size": len(ids), "source": fields}) for index, ids, fields in wanted
        ]
        documents, placed, told = (answer.hits for answer in self.people.store.read_many(searches, self.people.reader))
        texts = {(hit.fields["document"], int(hit.fields["position"])): (hit.fields["heading"], hit.fields["text"]) for hit in told}
        for hit in documents:
            body, date = hit.fields["body"], hit.fields.get("date", "")
            parted = {
                did for did in PARTED if len({row.get("segment", -1) for row in body["contributors"] if row["place"] == did}) >= PARTS
            }
            for (identity, did), rows in _by_deed([*body["contributors"], *body.get("called", ())]):
                deed = _answering(hit.id, did, rows, date, answers, texts)
                if did in parted:
                    deed = replace(deed, answers=round(deed.answers * max(answers.told(hit.id, row.get("segment", -1)) for row in rows), 4))
                found.setdefault(identity, []).append(deed)
        for hit in placed:
            for (identity, did), rows in _by_deed(hit.fields.get("body", {}).get("called", ())):
                last = max(row["last"] for row in rows) or hit.fields.get("date", "")
                place = min(map(_place, rows))
                found.setdefault(identity, []).append(Deed(did, "own", hit.id, last, sum(int(row["count"]) for row in rows), *place))
        return found, Folders((hit.fields["source"], folder) for hit in placed if (folder := folder_of(hit.fields["path"])))

    def _own_documents(self, keys: Sequence[str]) -> set[str]:
        """Documents whose title or path names the topic, also those in which nobody is known to have a part."""
        found = read_by(self.people.store, self.people.reader, ["subject"], keys, _OWN)
        return {document for documents in found.values() for document in documents}

    def _beside(self, folders: Folders, identities: Sequence[str]) -> tuple[dict[str, float], int]:
        """How many documents in the folders of a topic's own ones each identity has a part in, and how many documents there are at all.

        A document in a folder of n counts 1/sqrt(n), so that a large folder does not outweigh what is said of the topic itself.
        """
        store, reader = self.people.store, self.people.reader
        if not identities:
            return {}, 0
        if not folders or len(folders) > FOLDERS:
            return {}, store.read("documents", reader, size=0).total
        filters = {
            f"{source}:{folder}": {"bool": {"filter": [{"term": {"source": source}}, {"prefix": {"path": f"{folder}/"}}]}}
            for source, folder in sorted(folders)
        }
        people = {"people": {"terms": {"field": "people", "size": len(identities), "include": sorted(identities)}}}
        answer = store.read("documents", reader, size=0, aggs={"folders": {"filters": {"filters": filters}, "aggs": people}})
        found: defaultdict[str, float] = defaultdict(float)
        for _, folder in sorted(answer.aggregations["folders"]["buckets"].items()):
            for bucket in folder["people"]["buckets"]:
                found[bucket["key"]] += bucket["doc_count"] / math.sqrt(folder["doc_count"])
        return dict(found), answer.total

    def _meant(self, called: Mapping[str, Sequence[Person]]) -> dict[str, Person]:
        """For each name that texts give alone, whom it counts for: the one person who carries it with an address, or the name itself.

        The name joins nobody: it only counts towards who may know. Two who carry it end that, unless nothing says that they are two, and
        a name that texts only mention is nobody's.
        """
        carried = carriers(self.people, called)
        alone = [name for name, people in called.items() if people and name not in carried]
        told = self.people.colleagues.called(alone)
        bare = {name: as_called(f"name:{name}", called[name], told.get(name, ())) for name in alone}
        return {name: person for name, person in carried.items() if person} | self._everywhere(bare)

    def _everywhere(self, alone: Mapping[str, Person]) -> dict[str, Person]:
        """Those of these names that are sure to be people's, with all documents that have them instead of those about what is asked."""
        documents = self.people.bearing(alone, BARE)
        found = {name: _with_documents(person, documents.get(name, 0)) for name, person in alone.items()}
        return {name: person for name, person in found.items() if person.is_somebody}


def _with_documents(person: Person, documents: int) -> Person:
    """What a name did in documents that were not looked into counts as being named there."""
    partial, elsewhere = person.partial, documents - person.partial.documents
    if elsewhere <= 0:
        return person
    kinds = {**partial.kinds, "mentioned": partial.kinds.get("mentioned", 0) + elsewhere}
    return replace(person, partial=replace(partial, documents=documents, kinds=kinds))


def _by_deed(rows: Sequence[Body]) -> list[tuple[tuple[str, str], list[Body]]]:
    """Identity and kind of contribution, with the rows of a document that say so."""
    parts: defaultdict[tuple[str, str], list[Body]] = defaultdict(list)
    for row in rows:
        parts[row["subject"], row["place"]].append(row)
    return sorted(parts.items())


def _answering(document: str, did: str, rows: Sequence[Body], date: str, answers: Answers, texts: Texts) -> Deed:
    """What one person did in one answering document, with the passage that answers best of those that say so."""
    near = {_place(row): _beside(document, row, answers, texts) for row in rows}
    passage = min(near, key=lambda place: (-near[place], place))
    last = max(row["last"] for row in rows) or date
    count = sum(int(row["count"]) for row in rows)
    return Deed(did, ANSWER, document, last, count, *passage, answers.documents[document], round(sum(near.values()), 4))


def _beside(document: str, row: Body, answers: Answers, texts: Texts) -> float:
    """How well the passage answers; in a table as far as the person's own row and the heading do, and of who was there as far as their own
    words do.
    """
    segment, start, end = _place(row)
    near = answers.passages.get((document, segment), 0.0)
    heading, text = texts.get((document, segment), ("", ""))
    if near and text:
        line = text[text.rfind("\n", 0, start) + 1 : max(text.find("\n", end), 0) or None]
        if "\t" in line or row["place"] == "attended":
            near = round(near * answers.share(f"{heading if row['place'] != 'attended' else ''}\n{line}"), 4)
    return near * math.log1p(int(row["count"]))


def _place(row: Body) -> tuple[int, int, int]:
    """Where the text says so; rows published before passages were kept have none."""
    return int(row.get("segment", -1)), int(row.get("start", 0)), int(row.get("end", 0))
