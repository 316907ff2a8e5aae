"""What a reader must get, counted from the documents they may open and what people said of them: no partial, no index, no fold.

Each check asks the API one thing as the reader and compares it with `documents`, the reader's own.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from knowledge_graph.text.words import fold, fold_name, terms, topic_key
from tests.laws.installation import Reply, address
from tests.laws.organisations import PEOPLE, TOPICS, TYPED
from tests.laws.plain import Known
from tests.laws.said import NOTHING, Told, cards, met

Ask = Callable[[str], Reply]
ABSENT = "There is nothing here that you may open."


@dataclass(frozen=True)
class Shelf:
    """The documents a reader may open, by id, and the verdicts that speak to them."""

    documents: Mapping[str, Known]
    said: Told = NOTHING

    @classmethod
    def of(cls, documents: Sequence[Known], said: Told = NOTHING) -> "Shelf":
        return cls({each.id: each for each in documents}, said)

    @cached_property
    def met(self) -> set[str]:
        return met(self.documents.values())

    @cached_property
    def _cards(self) -> Mapping[str, frozenset[str]]:
        return cards(self.documents.values(), self.said)

    def names_of(self, key: str) -> frozenset[str]:
        """Keys of the names on the card of this name that the documents speak of."""
        return self._cards.get(key, frozenset([key])) & self.met

    def with_topic(self, keys: Collection[str]) -> list[Known]:
        return [each for each in self.documents.values() if any(r.kind == "mention" and r.subject in keys for r in each.evidence)]

    def saying(self, names: Sequence[str]) -> list[Known]:
        """Documents beside vocabularies in which one of the names stands word for word, whatever stands between the words."""

        def words(text: str) -> str:
            return " " + " ".join(re.findall(r"[^\W_]+", fold(text)))

        said = [words(name) for name in names]
        texts = {
            each: [words(s.text) for s in each.document.segments] for each in self.documents.values() if each.document.kind != "vocabulary"
        }
        return [each for each, passages in texts.items() if any(name in text for name in said for text in passages)]

    def cited(self, citation: dict[str, Any]) -> str:
        """The cited span, read from the document itself."""
        document = self.documents[citation["document"]].document
        (segment,) = [s for s in document.segments if s.position == citation["segment"]]
        return segment.text[citation["start"] : citation["end"]]


def doers(each: Known) -> set[str]:
    return {row.subject for row in each.evidence if row.kind in ("contribution", "role")}


def called(each: Known) -> set[str]:
    """The people who had a part in a document and were not only mentioned, by name, else by account."""
    names = set()
    for one in {row.subject for row in each.evidence if row.kind == "role" or (row.kind == "contribution" and row.place != "mentioned")}:
        kind, _, text = one.partition(":")
        local = text.partition("@")[0]
        said = {fold_name(row.value) for row in each.evidence if row.kind == "contribution" and row.subject == one}
        said |= {fold_name(re.sub("[._-]+", " ", local))} if kind == "email" else {local} if kind == "name" else set()
        full = [name for name in said if " " in name]
        names.add(min(full, key=lambda name: (-len(name), name)) if full else local if kind == "name" else text)
    return names


def keys_of(names: Sequence[str]) -> set[str]:
    return set(map(topic_key, names))


def months(documents: Sequence[Known]) -> dict[str, int]:
    return dict(Counter(each.date[:7] for each in documents if each.date))


def topics_are_counted_in_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    for row in ask(address("/topics", limit=100)).json()["topics"]:
        assert not shelf.said.refused(row["key"]), row
        held = shelf.with_topic(shelf.names_of(row["key"]))
        assert row["documents"] == len(held) > 0, (row, [each.id for each in held])
        people = {name for each in held for name in called(each)}
        assert row["people"] == len(people), (row, sorted(people))


def a_topic_card_says_what_my_documents_say(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(f"/topics/{word}")
    names = shelf.names_of(topic_key(word))
    refused = {key for key in names if shelf.said.refused(key)}
    if reply.status == 404:
        assert reply.json()["detail"] == ABSENT
        assert refused or not any(shelf.said.judged(key) == "confirm" for key in names), "what was confirmed has a card"
        return
    card = reply.json()
    assert card["key"] in names - refused, "what was rejected or hidden has no card"
    held = shelf.with_topic(names)
    assert card["months"] == months(held)
    assert card["evidence"]["documents"] == len(held)
    listed = {row["id"] for row in card["documents"] if not row["pinned"]}
    assert listed <= {each.id for each in (*held, *shelf.saying(card["names"]))}
    for name in card["name_evidence"]:
        if name["citation"] and name["citation"]["segment"] >= 0:
            assert fold(name["text"]) in fold(shelf.cited(name["citation"])), "a name stands in the passage that is cited for it"
    for sentence in card["summary"]:
        assert all(shelf.cited(citation) == citation["quote"] != "" for citation in sentence["citations"])
    _relations_are_stated(card, shelf)
    _contradictions_are_stated(card, shelf)
    for expert in card["experts"]:
        cited = {citation["document"] for reason in expert["reasons"] for citation in reason["citations"]}
        assert cited <= set(shelf.documents), "documents that answer count for an expert, but only the reader's"
    _a_card_says_what_people_decided(card, names, shelf)


def _a_card_says_what_people_decided(card: dict[str, Any], names: Collection[str], shelf: Shelf) -> None:
    given, (added, removed) = shelf.said.name(names), shelf.said.aliases(names)
    assert not given or card["names"][0] == given
    shown = keys_of(card["names"])
    assert added <= shown
    assert shown.isdisjoint(removed)
    written = {fold(row.value) for each in shelf.documents.values() for row in each.evidence}
    assert {fold(name) for name in card["names"]} <= written | {fold(text) for text in shelf.said.typed()}
    pinned = [id for id in shelf.said.pinned(names, "document") if id in shelf.documents]
    assert [row["id"] for row in card["documents"] if row["pinned"]] == [row["id"] for row in card["documents"]][: len(pinned)] == pinned
    denied = shelf.said.denied(names)
    experts = [{f"email:{email}" for email in expert["emails"]} for expert in card["experts"]]
    assert all(identities.isdisjoint(denied) for identities in experts)
    marked = [expert["pinned"] for expert in card["experts"]]
    assert marked == sorted(marked, reverse=True), "who is pinned comes first"
    wanted = {id for id in shelf.said.pinned(names, "person") if id in shelf.met}
    assert denied or wanted <= {id for identities, is_pinned in zip(experts, marked, strict=True) if is_pinned for id in identities}


def _stated(shelf: Shelf) -> set[tuple[str, str, str]]:
    """(relation, source, target) of everything that my documents state."""
    rows = (row for each in shelf.documents.values() for row in each.evidence if row.kind == "relation")
    return {(row.place, *((row.other, row.subject) if "inverse" in row.features else (row.subject, row.other))) for row in rows}


def _relations_are_stated(card: dict[str, Any], shelf: Shelf) -> None:
    stated, mine = _stated(shelf), {card["key"], *shelf.names_of(card["key"])}
    for row in card["relations"]:
        ends = [(source, target) for relation, source, target in stated if relation == row["relation"]]
        here = [source if row["inverse"] else target for source, target in ends if (target if row["inverse"] else source) in mine]
        assert here, f"{row['phrase']} {row['name']} is stated of {card['key']}"
        assert row["kind"] != "document" or row["key"] in shelf.documents
        assert row["citations"]
        assert all(c["segment"] < 0 or shelf.cited(c) == c["quote"] != "" for c in row["citations"])
    told = {(row["relation"], row["key"]) for row in card["relations"] if not row["inverse"]}
    judged = {identity for event in shelf.said.holding for identity in (event.subject, event.other)}
    alone = {"email:bo@x.example", "email:cy@x.example"} - judged
    owners = {target for relation, source, target in stated if relation == "owned-by" and source in mine}
    for owner in owners & alone:
        assert ("owned-by", owner) in told, "an owner with one address is an end for every reader who may open the passage"


def _contradictions_are_stated(card: dict[str, Any], shelf: Shelf) -> None:
    mine = {card["key"], *shelf.names_of(card["key"])}
    given: dict[str, dict[str, set[str]]] = {}
    for each in shelf.documents.values():
        for row in each.evidence:
            if row.kind == "statement" and row.subject in mine and row.place != "owner":
                given.setdefault(row.place, {}).setdefault(row.other, set()).add(each.id)
    expected = {a: set(values) for a, values in given.items() if len(values) > 1 and len(set().union(*values.values())) > 1}
    shown = {row["attribute"]: {said["value"] for said in row["statements"]} for row in card["contradictions"]}
    for attribute in expected.keys() & {"launch", "unit cost"}:
        assert shown.get(attribute, set()) == expected[attribute] or len(expected[attribute]) > 4, attribute
    assert shown.keys() - {"owner"} <= expected.keys()
    for row in card["contradictions"]:
        days = [said["date"] for said in row["statements"]]
        assert days == sorted(days, reverse=True)
        assert all(shelf.cited(said["citation"]) == said["citation"]["quote"] != "" for said in row["statements"])


def a_search_counts_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    answer = ask(address("/search", q=word, kind="document", limit=100)).json()
    wanted = set(terms(word))
    held = []
    for each in shelf.documents.values():
        for segment in each.document.segments:
            if wanted & {*terms(segment.text), *terms(" ".join((each.document.title, *segment.headings)))}:
                held.append(each)
                break
    assert {hit["document"] for hit in answer["hits"]} == {each.id for each in held}
    assert answer["total"] == len(held)
    expected = {
        "source": Counter(each.document.source for each in held),
        "type": Counter(each.document.kind for each in held),
        "people": Counter(person for each in held for person in doers(each)),
        "year": Counter(each.date[:4] for each in held),
    }
    # Which documents a class holds is no plain counting: the installation of the reader's own documents says the same of it, or not.
    classes = answer["facets"].pop("class", {})
    assert set(classes) <= {event.text for event in shelf.said.holding if event.kind == "example"}
    assert all(0 < count <= len(held) for count in classes.values())
    assert answer["facets"] == {name: dict(counts) for name, counts in expected.items()}


def a_document_opens_if_and_only_if_it_is_mine(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(f"/documents/{word}")
    if word not in shelf.documents:
        assert reply.status == 404
        assert reply.json()["detail"] == ABSENT
        return
    card, document = reply.json(), shelf.documents[word].document
    assert [passage["text"] for passage in card["passages"]] == [segment.text for segment in document.segments]
    assert (card["source"], card["path"], card["modified"]) == (document.source, document.path, document.modified)
    assert {row["id"] for row in card["children"]} == {each.id for each in shelf.documents.values() if each.parent == word}


def names_alone(met: Iterable[str]) -> set[str]:
    """A name that documents have alone stands for itself, in whichever of them."""
    return {subject.rpartition("@")[0] for subject in met if subject.startswith("name:")}


def people_are_those_of_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    met = {row.subject for each in shelf.documents.values() for row in each.evidence if row.kind in ("contribution", "same", "role")}
    rows = ask(address("/people", limit=100)).json()["people"]
    assert {row["id"] for row in rows} <= met | names_alone(met)
    bots = {f"email:{edit.email}" for edit in PEOPLE if "[bot]" in edit.name}
    assert {f"email:{email}" for row in rows for email in row["emails"]} == {key for key in met if key.startswith("email:")} - bots


def nobody_is_an_expert_against_their_word(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(f"/people/{word}")
    if reply.status == 404:
        return
    identities = {f"email:{email}" for email in reply.json()["emails"]}
    for topic in reply.json()["topics"]:
        assert identities.isdisjoint(shelf.said.denied(shelf.names_of(topic["key"]))), topic
        assert not shelf.said.refused(topic["key"])


def the_graph_joins_what_my_documents_join(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(address("/graph/neighbours", key=word, limit=100))
    if reply.status == 404:
        return
    graph = reply.json()
    met = {row.subject for each in shelf.documents.values() for row in each.evidence}
    assert {node["id"] for node in graph["nodes"]} <= met | names_alone(met)
    for edge in graph["edges"]:
        if edge["relation"] == "related":
            assert 0 < edge["documents"] <= len(shelf.documents) * 4
    assert all({edge["source"], edge["target"]} <= {node["id"] for node in graph["nodes"]} for edge in graph["edges"])


def suggestions_are_names_in_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    written = {fold(row.value) for each in shelf.documents.values() for row in each.evidence}
    written |= {fold(text) for text in shelf.said.typed()}
    for row in ask(address("/suggest", q=word[:2], limit=20)).json()["suggestions"]:
        assert fold(row["name"]) in written or row["kind"] == "person", row


Check = Callable[[Ask, Shelf, str], None]
CHECKS: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (topics_are_counted_in_my_documents, ("",)),
    (a_topic_card_says_what_my_documents_say, (*TOPICS, "CDP", "Slow Bird", *TYPED)),
    (nobody_is_an_expert_against_their_word, tuple(edit.email for edit in PEOPLE)),
    (a_search_counts_my_documents, (*TOPICS, "harbour", "option boxes", "plan")),
    (people_are_those_of_my_documents, ("",)),
    (the_graph_joins_what_my_documents_join, (*TOPICS, "ann@x.example")),
    (suggestions_are_names_in_my_documents, ("pr", "bl", "cu", "an", "sc", "os")),
)
"""Each check with what it may be asked about; documents are asked for by id."""
