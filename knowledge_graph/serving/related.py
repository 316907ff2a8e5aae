"""Related topics: naming or linking to each other in their own documents, standing together beyond chance, words of names in common.

The log-likelihood ratio of the documents that name or link to both is Dunning's (1993); a shared word weighs its idf. Both are counted
over the reader's documents alone.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from knowledge_graph.model.relations import Relation
from knowledge_graph.serving.grouped import Wanted, read_by
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.search import MAX_TERMS, idf
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import RelatedTopic
from knowledge_graph.text.words import name_terms

BY_MENTIONS, BY_TOGETHER = 4.0, 2.0
"""Beside an idf of 1: recall@10 .93 on all Kubernetes proposals; half the words or twice the mentions cost at most .03."""
PEERS = (Relation.DEPENDS_ON.value, Relation.REPLACED_BY.value, Relation.SEE_ALSO.value)
"""What is stated between things of one kind; a whole and an owner are told of as such."""
BY_STATEMENT = 10.0
"""Mentions that a statement is worth."""
CANDIDATES = 150
"""Topics whose documents are counted: the best by what the two say of each other."""
KIN = 200
"""Names that share a word with this topic's names: two proposals on one matter seldom name each other."""


def related_topics(topics: Topics, topic: Topic, limit: int) -> tuple[RelatedTopic, ...]:
    mentions, words = _cross_mentions(topics, topic), _words(topics, topic)
    # A name of a single document is that document's title as often as a topic: beside a topic of several it relates nothing.
    least = 2 if topic.partial.documents > 2 else 1
    # Finished before the cut: an edge may end in a key that only other readers' documents make a topic, and must not take a place.
    finished = {other.key: other for other in topics.at_ends(sorted({*mentions, *_kin(topics, words)})).values()}
    found = [other for other in finished.values() if other.key not in topic.keys and other.partial.documents >= least]
    worth = {other.key: _worth(other, mentions, words) for other in found}
    best = sorted(found, key=lambda other: (-worth[other.key], other.key))[:CANDIDATES]
    return _ranked(topics, topic, best, worth)[:limit]


def related_among(topics: Topics, topic: Topic, others: Sequence[Topic]) -> tuple[RelatedTopic, ...]:
    """Other topics, all of them, the most related first."""
    mentions, words = _cross_mentions(topics, topic), _words(topics, topic)
    return _ranked(topics, topic, others, {other.key: _worth(other, mentions, words) for other in others})


def _worth(other: Topic, mentions: Mapping[str, float], words: Mapping[str, float]) -> float:
    """What the two say of each other without a look at where they stand together."""
    shared = sum(words.get(word, 0.0) for word in sorted(_terms(other.names)))
    return BY_MENTIONS * math.log1p(sum(mentions.get(key, 0.0) for key in other.keys)) + shared


def _ranked(topics: Topics, topic: Topic, others: Sequence[Topic], worth: Mapping[str, float]) -> tuple[RelatedTopic, ...]:
    rows = []
    for start in range(0, len(others), CANDIDATES):
        some = others[start : start + CANDIDATES]
        counts, pairs, total = _counts(topics, topic, some)
        for other in some:
            llr = log_likelihood(pairs[other.key], counts[topic.key], counts[other.key], total)
            score = round(worth[other.key] + BY_TOGETHER * math.log1p(llr), 4)
            rows.append(RelatedTopic(other.key, other.name, score, pairs[other.key]))
    return tuple(sorted(rows, key=lambda row: (-row.score, row.key)))


def _words(topics: Topics, topic: Topic) -> dict[str, float]:
    """The words of this topic's names with their idf, in sixteenths: sums of them are exact in whatever order a server adds."""
    words = sorted(_terms(topic.names))[:MAX_TERMS]
    return {word: round(weight * 16) / 16 for word, weight in idf(topics.store, topics.reader, words, unseen=True).items()} if words else {}


def _terms(names: Iterable[str]) -> set[str]:
    """Words of names, without numbers and the series before them (`RFC 2119`)."""
    found: set[str] = set()
    for name in names:
        said = name_terms(name)
        if not (len(said) <= 2 and said[-1:] and said[-1].isdigit()):
            found.update(term for term in said if not term.isdigit())
    return found


def _kin(topics: Topics, words: Mapping[str, float]) -> list[str]:
    """The keys whose names share most with these words, of those that may be topics by what one audience says.

    A key that is below the bound here is there because of what others may read: it must not take a place.
    """
    should = [{"constant_score": {"filter": {"term": {"terms": word}}, "boost": weight}} for word, weight in words.items() if weight > 0]
    if not should:
        return []
    clauses = [{"term": {"kind": "topic"}}, {"range": {"bound": {"gte": topics.needed()}}}]
    query: Body = {"bool": {"filter": clauses, "should": should, "minimum_should_match": 1}}
    order = [{"_score": "desc"}, {"subject": "asc"}]
    answer = topics.store.read("subjects", topics.reader, query, size=KIN, sort=order, source=["subject"], remembered=True)
    return [hit.fields["subject"] for hit in answer.hits]


def _cross_mentions(topics: Topics, topic: Topic) -> dict[str, float]:
    mentions: dict[str, float] = {}
    for (end, _), pairs in read_by(topics.store, topics.reader, ["source", "target"], topic.keys, _NAMING).items():
        for (source, target), weight in pairs.items():
            # An edge between two names of the topic is read from both its ends.
            if end == "source" or source not in topic.keys:
                other = target if end == "source" else source
                mentions[other] = round(mentions.get(other, 0.0) + weight, 4)
    return mentions


def _weights(hits: Sequence[Found]) -> dict[tuple[str, str], float]:
    """By source and target over all audiences; weights have four decimals, so the order of adding does not matter."""
    found: dict[tuple[str, str], float] = {}
    for hit in hits:
        pair = (hit.fields["source"], hit.fields["target"])
        said = hit.fields["weight"] * (BY_STATEMENT if hit.fields["relation"] in PEERS else 1.0)
        found[pair] = round(found.get(pair, 0.0) + said, 4)
    return found


_NAMING = Wanted("edges", _weights, ("source", "target", "relation", "weight"), clauses=(("relation", ("related", *PEERS)),))


def _counts(topics: Topics, topic: Topic, others: Sequence[Topic]) -> tuple[dict[str, int], dict[str, int], int]:
    """Documents that name or link to each topic, those that do so beside `topic`, documents in all."""
    filters = {other.key: _tells_of(other) for other in (topic, *others)}
    both = {"filter": filters[topic.key], "aggs": {"topics": {"filters": {"filters": filters}}}}
    answer = topics.store.read("documents", topics.reader, size=0, aggs={"topics": {"filters": {"filters": filters}}, "both": both})
    alone = {key: bucket["doc_count"] for key, bucket in answer.aggregations["topics"]["buckets"].items()}
    shared = {key: bucket["doc_count"] for key, bucket in answer.aggregations["both"]["topics"]["buckets"].items()}
    return alone, shared, answer.total


def _tells_of(topic: Topic) -> Body:
    return {"bool": {"should": [{"terms": {field: list(topic.keys)}} for field in ("topics", "linked")]}}


def log_likelihood(both: int, left: int, right: int, total: int) -> float:
    """Dunning's G2 of a two by two table of documents; 0 where the two avoid each other."""
    if total == 0 or both * total <= left * right:
        return 0.0

    def term(observed: int, expected: float) -> float:
        return observed * math.log(observed / expected) if observed > 0 and expected > 0 else 0.0

    cells = (
        (both, left * right / total),
        (left - both, left * (total - right) / total),
        (right - both, (total - left) * right / total),
        (total - left - right + both, (total - left) * (total - right) / total),
    )
    return max(0.0, 2 * sum(term(observed, expected) for observed, expected in cells))
