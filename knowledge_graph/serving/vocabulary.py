"""The terms of a reader's vocabularies, and the documents that say them word for word.

Mining reads each document by itself, so it knows no vocabulary; what says a term in plain words is found when somebody asks, in what
they may open. A vocabulary thereby changes nothing for whoever may not read it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from knowledge_graph.fold.partial import DocumentRef
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.store import Answer, SearchStore
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import Term
from knowledge_graph.text.words import fold, public_zipf

EVERYDAY_ZIPF = 4.0
"""A single word this common (`IT`, `lead`) is said everywhere without meaning the term."""
SHORTEST = 3
SAYING = 10
"""Documents that a card shows because they say the term."""
PASSAGES = 100
_SEARCHES = 200
Value = TypeVar("Value")
_IS_VOCABULARY: Body = {"term": {"type": VOCABULARY}}


def is_term(topic: Topic) -> bool:
    """Whether some vocabulary of the reader has it."""
    return VOCABULARY in topic.partial.places


def terms_of(topics: Topics) -> list[Term]:
    """Every term of every vocabulary that the reader may open, by name, with how many documents beside vocabularies speak of it."""
    listed = topics.store.read_all("documents", topics.reader, _IS_VOCABULARY, ["topics"])
    finished = topics.finish(sorted({key for hit in listed for key in hit.fields["topics"]}), brief=True)
    found = sorted(
        {topic.key: topic for topic in finished.values() if is_term(topic)}.values(), key=lambda each: (fold(each.name), each.key)
    )
    counted = _mentioned(topics, found)
    said = [answer.aggregations["documents"]["value"] for answer in _saying(topics.store, topics.reader, found)]
    return [
        Term(topic.key, topic.name, topic.names[1:], topic.type, counted[topic.key], count)
        for topic, count in zip(found, said, strict=True)
    ]


def saying(store: SearchStore, reader: Reader, topic: Topic) -> list[DocumentRef]:
    """Documents, newest first, that say one of the term's names word for word, each with the first passage that does."""
    (answer,) = _saying(store, reader, [topic], PASSAGES)
    names = re.compile("|".join(r"\W+".join(map(re.escape, name.split())) for name in _searchable(topic)) or r"(?!)", re.IGNORECASE)
    found: dict[str, DocumentRef] = {}
    for hit in answer.hits:
        at = names.search(hit.fields["text"])
        if at and hit.fields["document"] not in found and len(found) < SAYING:
            place = (hit.fields["position"], at.start(), at.end(), at.group())
            found[hit.fields["document"]] = DocumentRef(hit.fields["document"], 0.0, hit.fields.get("date", ""), *place)
    return list(found.values())


def _mentioned(topics: Topics, found: Sequence[Topic]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for some in _pages(found):
        filters = {topic.key: {"terms": {"topics": list(topic.keys)}} for topic in some}
        query: Body = {"bool": {"must_not": [_IS_VOCABULARY]}}
        answer = topics.store.read("documents", topics.reader, query, size=0, aggs={"topics": {"filters": {"filters": filters}}})
        counts |= {key: bucket["doc_count"] for key, bucket in answer.aggregations["topics"]["buckets"].items()}
    return counts


def _saying(store: SearchStore, reader: Reader, found: Sequence[Topic], size: int = 0) -> list[Answer]:
    """For each term the passages, newest first: nothing is scored, because a score would count what others may read."""
    options: Body = {
        "size": size,
        "source": ["document", "position", "date", "text"],
        "sort": [{"date": {"order": "desc", "missing": "_last"}}, {"document": "asc"}, {"position": "asc"}],
        "aggs": {"documents": {"cardinality": {"field": "document", "precision_threshold": 3000}}},
    }
    searches = [("segments", _phrases(topic), options) for topic in found]
    return [answer for some in _pages(searches) for answer in store.read_many(some, reader)]


def _phrases(topic: Topic) -> Body:
    said: list[Body] = [{"match_phrase": {"text": name}} for name in _searchable(topic)] or [{"match_none": {}}]
    anywhere: Body = {"bool": {"should": said, "minimum_should_match": 1}}
    return {"bool": {"filter": [anywhere], "must_not": [_IS_VOCABULARY]}}


def _searchable(topic: Topic) -> list[str]:
    return [name for name in topic.names if len(name) >= SHORTEST and (" " in name or public_zipf(name) < EVERYDAY_ZIPF)]


def _pages(values: Sequence[Value]) -> Iterable[Sequence[Value]]:
    return (values[start : start + _SEARCHES] for start in range(0, len(values), _SEARCHES))
