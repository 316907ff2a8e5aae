"""Related topics: naming each other in their own documents, co-occurrence beyond chance, shared rare words.

The sum is the measured recipe (recall@10 .83 on all Kubernetes proposals); the log-likelihood ratio is Dunning's (1993), over the
reader's documents alone.
"""

import math
from collections.abc import Mapping, Sequence

from knowledge_graph.serving.grouped import Wanted, read_by
from knowledge_graph.serving.store import Body, Found
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import RelatedTopic
from knowledge_graph.text.words import public_rarity, terms

CANDIDATES = 150
KIN = 200
"""Topics that share a rare word; the best by their own evidence where there are more."""
RARE = 4.5
"""From here on a shared word says something; below are the ten thousand commonest."""


def related_topics(topics: Topics, topic: Topic, limit: int) -> tuple[RelatedTopic, ...]:
    mentions = _cross_mentions(topics, topic)
    # A name of a single document is that document's title as often as a topic: beside a topic of several it relates nothing.
    least = 2 if topic.partial.documents > 2 else 1
    # Finished before the cut: an edge may end in a key that only other readers' documents make a topic, and must not take a place.
    finished = {other.key: other for other in (*topics.finish(sorted(mentions), brief=True).values(), *_kin(topics, topic))}
    found = [other for other in finished.values() if other.key not in topic.keys and other.partial.documents >= least]
    worth = {other.key: _worth(topic, other, mentions) for other in found}
    best = sorted(found, key=lambda other: (-worth[other.key], other.key))[:CANDIDATES]
    return _ranked(topics, topic, best, worth)[:limit]


def related_among(topics: Topics, topic: Topic, others: Sequence[Topic]) -> tuple[RelatedTopic, ...]:
    """Other topics, all of them, the most related first."""
    mentions = _cross_mentions(topics, topic)
    return _ranked(topics, topic, others, {other.key: _worth(topic, other, mentions) for other in others})


def _worth(topic: Topic, other: Topic, mentions: Mapping[str, float]) -> float:
    """What the two say of each other without a look at where they stand together."""
    return 2 * math.log1p(sum(mentions.get(key, 0.0) for key in other.keys)) + _shared_words(topic, other)


def _ranked(topics: Topics, topic: Topic, others: Sequence[Topic], worth: Mapping[str, float]) -> tuple[RelatedTopic, ...]:
    rows = []
    for start in range(0, len(others), CANDIDATES):
        some = others[start : start + CANDIDATES]
        counts, pairs, total = _counts(topics, topic, some)
        for other in some:
            llr = log_likelihood(pairs[other.key], counts[topic.key], counts[other.key], total)
            rows.append(RelatedTopic(other.key, other.name, round(worth[other.key] + math.log1p(llr) / 3, 4), pairs[other.key]))
    return tuple(sorted(rows, key=lambda row: (-row.score, row.key)))


def _kin(topics: Topics, topic: Topic) -> list[Topic]:
    """Topics with a rare word of this topic's names: two proposals on one matter seldom name each other."""
    words = sorted({word for name in topic.names for word in terms(name) if public_rarity(word) > RARE})
    return topics.ranked({"bool": {"should": [{"term": {"terms": word}} for word in words]}}, KIN, brief=True) if words else []


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
        found[pair] = round(found.get(pair, 0.0) + hit.fields["weight"], 4)
    return found


_NAMING = Wanted("edges", _weights, ("source", "target", "weight"), clauses=(("relation", "related"),))


def _counts(topics: Topics, topic: Topic, others: Sequence[Topic]) -> tuple[dict[str, int], dict[str, int], int]:
    """Documents of each topic, documents shared with `topic`, documents in all."""
    filters: dict[str, Body] = {other.key: {"terms": {"topics": list(other.keys)}} for other in (topic, *others)}
    both = {"filter": filters[topic.key], "aggs": {"topics": {"filters": {"filters": filters}}}}
    answer = topics.store.read("documents", topics.reader, size=0, aggs={"topics": {"filters": {"filters": filters}}, "both": both})
    alone = {key: bucket["doc_count"] for key, bucket in answer.aggregations["topics"]["buckets"].items()}
    shared = {key: bucket["doc_count"] for key, bucket in answer.aggregations["both"]["topics"]["buckets"].items()}
    return alone, shared, answer.total


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


def _shared_words(left: Topic, right: Topic) -> float:
    shared = {term for name in left.names for term in terms(name)} & {term for name in right.names for term in terms(name)}
    return round(sum((public_rarity(term) - RARE) / 2 for term in sorted(shared) if public_rarity(term) > RARE), 4)
