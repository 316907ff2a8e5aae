"""What a reader must get, counted from the documents they may open: lists and sets, no partial, no index, no fold.

Each check asks the API one thing as the reader and compares it with `documents`, the reader's own.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge_graph.text.words import fold, terms, topic_key
from tests.laws.installation import Reply, address
from tests.laws.organisations import PEOPLE, TOPICS
from tests.laws.plain import Known

Ask = Callable[[str], Reply]
ABSENT = "There is nothing here that you may open."


@dataclass(frozen=True)
class Shelf:
    """The documents a reader may open, by id."""

    documents: Mapping[str, Known]

    @classmethod
    def of(cls, documents: Sequence[Known]) -> "Shelf":
        return cls({each.id: each for each in documents})

    def with_topic(self, keys: set[str]) -> list[Known]:
        return [each for each in self.documents.values() if any(r.kind == "mention" and r.subject in keys for r in each.evidence)]

    def saying(self, names: Sequence[str]) -> list[Known]:
        """Documents beside vocabularies in which one of the names stands word for word."""
        said = [fold(name) for name in names]
        texts = {
            each: [fold(s.text) for s in each.document.segments] for each in self.documents.values() if each.document.kind != "vocabulary"
        }
        return [each for each, passages in texts.items() if any(name in text for name in said for text in passages)]

    def cited(self, citation: dict[str, Any]) -> str:
        """The cited span, read from the document itself."""
        document = self.documents[citation["document"]].document
        (segment,) = [s for s in document.segments if s.position == citation["segment"]]
        return segment.text[citation["start"] : citation["end"]]


def doers(each: Known) -> set[str]:
    return {row.subject for row in each.evidence if row.kind in ("contribution", "role")}


def keys_of(names: Sequence[str]) -> set[str]:
    return set(map(topic_key, names))


def months(documents: Sequence[Known]) -> dict[str, int]:
    return dict(Counter(each.date[:7] for each in documents if each.date))


def topics_are_counted_in_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    for row in ask(address("/topics", limit=100)).json()["topics"]:
        held = shelf.with_topic({row["key"], *keys_of([row["name"], *row["aliases"]])})
        assert row["documents"] == len(held) > 0, row
        assert row["people"] == len({person for each in held for person in doers(each)}), row


def a_topic_card_says_what_my_documents_say(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(f"/topics/{word}")
    if reply.status == 404:
        assert reply.json()["detail"] == ABSENT
        return
    card = reply.json()
    held = shelf.with_topic({card["key"], *keys_of(card["names"])})
    assert card["months"] == months(held)
    assert card["evidence"]["documents"] == len(held)
    assert {row["id"] for row in card["documents"]} <= {each.id for each in (*held, *shelf.saying(card["names"]))}
    for name in card["name_evidence"]:
        if name["citation"] and name["citation"]["segment"] >= 0:
            assert fold(name["text"]) in fold(shelf.cited(name["citation"])), "a name stands in the passage that is cited for it"
    for sentence in card["summary"]:
        assert all(shelf.cited(citation) == citation["quote"] != "" for citation in sentence["citations"])
    for expert in card["experts"]:
        cited = {citation["document"] for reason in expert["reasons"] for citation in reason["citations"]}
        assert cited <= set(shelf.documents), "documents that answer count for an expert, but only the reader's"


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


def people_are_those_of_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    met = {row.subject for each in shelf.documents.values() for row in each.evidence if row.kind in ("contribution", "same", "role")}
    rows = ask(address("/people", limit=100)).json()["people"]
    assert {row["id"] for row in rows} <= met
    bots = {f"email:{edit.email}" for edit in PEOPLE if "[bot]" in edit.name}
    assert {row["id"] for row in rows if row["id"].startswith("email:")} == {key for key in met if key.startswith("email:")} - bots


def the_graph_joins_what_my_documents_join(ask: Ask, shelf: Shelf, word: str) -> None:
    reply = ask(address("/graph/neighbours", key=word, limit=100))
    if reply.status == 404:
        return
    graph = reply.json()
    met = {row.subject for each in shelf.documents.values() for row in each.evidence}
    assert {node["id"] for node in graph["nodes"]} <= met
    for edge in graph["edges"]:
        if edge["relation"] == "related":
            assert 0 < edge["documents"] <= len(shelf.documents) * 4
    assert all({edge["source"], edge["target"]} <= {node["id"] for node in graph["nodes"]} for edge in graph["edges"])


def suggestions_are_names_in_my_documents(ask: Ask, shelf: Shelf, word: str) -> None:
    written = {fold(row.value) for each in shelf.documents.values() for row in each.evidence}
    for row in ask(address("/suggest", q=word[:2], limit=20)).json()["suggestions"]:
        assert fold(row["name"]) in written or row["kind"] == "person", row


Check = Callable[[Ask, Shelf, str], None]
CHECKS: tuple[tuple[Check, tuple[str, ...]], ...] = (
    (topics_are_counted_in_my_documents, ("",)),
    (a_topic_card_says_what_my_documents_say, (*TOPICS, "CDP", "Slow Bird")),
    (a_search_counts_my_documents, (*TOPICS, "harbour", "option boxes", "plan")),
    (people_are_those_of_my_documents, ("",)),
    (the_graph_joins_what_my_documents_join, (*TOPICS, "ann@x.example")),
    (suggestions_are_names_in_my_documents, ("pr", "bl", "cu", "an")),
)
"""Each check with what it may be asked about; documents are asked for by id."""
