"""Search as one reader: BM25 from stored impacts with the reader's own document frequencies, fused with vectors.

An index row holds each word's BM25 weight without its idf; the query brings idf counted over what this reader may open. That is
BM25 as if nothing else existed. The two rankings are added as shares of their best scores (Lee, SIGIR 1997): nDCG@10 on Cranfield .578
against .562 by reciprocal ranks, MRR on XQuAD .973 against .970.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.errors import BadQuery
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import Body, Found, SearchStore
from knowledge_graph.text.embedding import Encoder
from knowledge_graph.text.words import terms, tokens

POOL = 200
"""Passages each ranking brings to the fusion."""
BY_WORDS = 0.5
"""The share of the words in the fused score."""
MIN_COSINE = 0.35
"""Below it a passage of MiniLM is about something else."""
MAX_TERMS = 64
START, END = "\u0002", "\u0003"
SNIPPET_CHARS = 240

_QUOTED = re.compile(r'"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Filters:
    """What the hits must be: any of each list; dates are ISO and inclusive."""

    sources: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    documents: tuple[str, ...] | None = None
    """Of any of these; None: of all."""

    def clauses(self) -> list[Body]:
        found: list[Body] = [
            {"terms": {name: list(values)}}
            for name, values in (("source", self.sources), ("type", self.types), ("people", self.people))
            if values
        ]
        limits = {name: value for name, value in (("gte", self.since), ("lte", self.until)) if value}
        found += [{"range": {"date": limits}}] if limits else []
        return found if self.documents is None else [*found, {"terms": {"document": list(self.documents)}}]


@dataclass(frozen=True, slots=True)
class Passages:
    """The best passage of each matching document, best first, and how many documents match."""

    total: int
    hits: tuple[Found, ...]
    facets: dict[str, dict[str, int]]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage found: its fused score, its BM25 score and its cosine; 0 where one of the two did not find it."""

    hit: Found
    score: float
    words: float
    meaning: float


_FIELDS = ["document", "position", "source", "path", "type", "date", "text", "body"]
FACET_VALUES = 20
_CONTENDERS = 200
"""Values of a facet whose documents are counted, those of the most passages: a counter takes 16 KiB, and people are thousands."""
_DOCUMENTS: Body = {"cardinality": {"field": "document", "precision_threshold": 3000}}
_MOST_PASSAGES: Body = {"size": _CONTENDERS, "collect_mode": "breadth_first", "order": [{"_count": "desc"}, {"_key": "asc"}]}
_AGGREGATIONS: Body = {
    **{name: {"terms": {"field": name, **_MOST_PASSAGES}, "aggs": {"documents": _DOCUMENTS}} for name in ("source", "type", "people")},
    "year": {
        "date_histogram": {"field": "date", "calendar_interval": "year", "format": "yyyy", "min_doc_count": 1},
        "aggs": {"documents": _DOCUMENTS},
    },
    "documents": {"cardinality": {"field": "document", "precision_threshold": 40000}},
}


def search_passages(
    store: SearchStore,
    reader: Reader,
    text: str,
    filters: Filters,
    encoder: Encoder | None,
    *,
    size: int,
    facets: bool = True,
    classes: Mapping[str, Sequence[str]] | None = None,
) -> Passages:
    """`classes` are those of the reader by name with their documents, for a facet of their own."""
    phrases = [{"match_phrase": {"text": phrase}} for phrase in _QUOTED.findall(text)]
    words = list(dict.fromkeys(terms(text)))[:MAX_TERMS]
    if not words:
        return Passages(0, (), {}, ())
    clauses = [*filters.clauses(), *phrases]
    weights = idf(store, reader, words)
    searches = _searches(text, weights, clauses, encoder, {**_AGGREGATIONS, **_by_class(classes or {})} if facets else None)
    answers = store.read_many(searches, reader)
    hits = [passage.hit for passage in _fused([_ordered(answer.hits, "document") for answer in answers], "document")]
    if not facets:
        return Passages(len(hits), tuple(hits[:size]), {}, tuple(words))
    counted = answers[0].aggregations
    # Where no word matches, what the vectors found is all there is.
    return Passages(counted["documents"]["value"] or len(hits), tuple(hits[:size]), _facet_counts(counted), tuple(words))


def ranked_passages(store: SearchStore, reader: Reader, text: str, filters: Filters, encoder: Encoder | None, *, size: int) -> list[Ranked]:
    """The best passages, several of one document where they are the best."""
    words = list(dict.fromkeys(terms(text)))[:MAX_TERMS]
    if not words:
        return []
    searches = _searches(text, idf(store, reader, words), filters.clauses(), encoder)
    return _fused([_ordered(answer.hits, "id") for answer in store.read_many(searches, reader)], "id")[:size]


def _searches(
    text: str, weights: Mapping[str, float], clauses: list[Body], encoder: Encoder | None, aggregations: Body | None = None
) -> list[tuple[str, Body | None, Body]]:
    """By words, then by meaning where there is a model."""
    should: list[Body] = [{"term": {"impacts": {"value": word, "boost": weight}}} for word, weight in weights.items()]
    lexical: Body = {"bool": {"should": should, "minimum_should_match": 1, "filter": clauses}}
    options: Body = {"size": POOL, "source": _FIELDS, "sort": [{"_score": "desc"}, {"document": "asc"}, {"position": "asc"}]}
    searches: list[tuple[str, Body | None, Body]] = [("segments", lexical, {**options, "aggs": aggregations or {}})]
    if encoder is not None:
        vector = [float(value) for value in encoder.encode([text])[0]]
        knn = {"field": "vector", "query_vector": vector, "k": POOL, "num_candidates": POOL, "similarity": MIN_COSINE, "filter": clauses}
        searches.append(("segments", None, {"size": POOL, "source": _FIELDS, "knn": knn}))
    return searches


def idf(store: SearchStore, reader: Reader, words: Sequence[str], *, unseen: bool = False) -> dict[str, float]:
    """Robertson and Sparck Jones' idf, with counts over the passages this reader may open; `unseen` words too where asked."""
    filters = {word: {"term": {"impacts": {"value": word}}} for word in words}
    answer = store.read("segments", reader, size=0, aggs={"words": {"filters": {"filters": filters}}})
    counts = {word: bucket["doc_count"] for word, bucket in answer.aggregations["words"]["buckets"].items()}
    return {
        word: round(math.log1p((answer.total - counts[word] + 0.5) / (counts[word] + 0.5)), 6) for word in words if unseen or counts[word]
    } or dict.fromkeys(words, 1.0)


def _key(hit: Found, by: str) -> str:
    return hit.id if by == "id" else str(hit.fields[by])


def _ordered(hits: Iterable[Found], by: str) -> list[Found]:
    """Best passage of each document, or each passage, best first; equal scores by id, whatever order the server gave."""
    best: dict[str, Found] = {}
    for hit in sorted(hits, key=lambda hit: (-round(hit.score, 5), hit.id)):
        best.setdefault(_key(hit, by), hit)
    return list(best.values())


def _fused(rankings: Sequence[Sequence[Found]], by: str) -> list[Ranked]:
    """By words and, where there is a second ranking, by meaning; each as a share of the best that this reader has."""
    words = {_key(hit, by): hit for hit in rankings[0]}
    meanings = {_key(hit, by): hit for hit in rankings[1]} if len(rankings) > 1 else {}
    top_words = max((hit.score for hit in words.values()), default=0.0) or 1.0
    top_meaning = max((cosine(hit) for hit in meanings.values()), default=0.0) or 1.0
    made = []
    for key in {*words, *meanings}:
        word, meaning = words.get(key), meanings.get(key)
        hit = word or meanings[key]
        scores = (round(word.score, 5) if word else 0.0, cosine(meaning) if meaning else 0.0)
        share = BY_WORDS if meanings else 1.0
        score = round(share * scores[0] / top_words + (1 - share) * scores[1] / top_meaning, 6)
        made.append((key, Ranked(Found(hit.id, hit.fields, score), score, *scores)))
    return [ranked for _, ranked in sorted(made, key=lambda row: (-row[1].score, row[0]))]


def cosine(hit: Found) -> float:
    """Elasticsearch scores a dot product of unit vectors as (1 + cosine) / 2."""
    return round(2 * hit.score - 1, 5)


def _by_class(classes: Mapping[str, Sequence[str]]) -> Body:
    filters = {name: {"terms": {"document": list(documents)}} for name, documents in classes.items()}
    return {"class": {"filters": {"filters": filters}, "aggs": {"documents": _DOCUMENTS}}} if filters else {}


def _facet_counts(aggregations: Body) -> dict[str, dict[str, int]]:
    plain = {}
    for name in ("source", "type", "people"):
        counts = {str(bucket["key"]): int(bucket["documents"]["value"]) for bucket in aggregations[name]["buckets"]}
        plain[name] = dict(sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:FACET_VALUES])
    years = {bucket["key_as_string"]: bucket["documents"]["value"] for bucket in aggregations["year"]["buckets"]}
    if "class" in aggregations:
        counts = {name: int(bucket["documents"]["value"]) for name, bucket in aggregations["class"]["buckets"].items()}
        plain["class"] = dict(sorted(((name, count) for name, count in counts.items() if count), key=lambda each: (-each[1], each[0])))
    return {**plain, "year": years}


def snippet(text: str, words: Sequence[str]) -> str:
    """About 240 characters around the densest stretch of query words, each between U+0002 and U+0003."""
    wanted = set(words)
    spans = [(token.start, token.end) for token in tokens(text) if wanted.intersection(terms(token.text))]
    start = _densest(spans, len(text))
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    stop = min(len(text), start + SNIPPET_CHARS)
    while stop < len(text) and not text[stop].isspace():
        stop += 1
    pieces, at = [], start
    for begin, end in spans:
        if begin >= start and end <= stop:
            pieces += [text[at:begin], START, text[begin:end], END]
            at = end
    body = " ".join("".join((*pieces, text[at:stop])).split())
    return ("… " if start else "") + body + (" …" if stop < len(text) else "")


def _densest(spans: Sequence[tuple[int, int]], length: int) -> int:
    if not spans or length <= SNIPPET_CHARS:
        return 0
    best = max(spans, key=lambda span: (sum(span[0] <= other[0] < span[0] + SNIPPET_CHARS for other in spans), -span[0]))
    return max(0, min(best[0] - 40, length - SNIPPET_CHARS))


def checked_text(text: str) -> str:
    """The query as typed; raises BadQuery for an empty or an overlong one."""
    stripped = text.strip()
    if not stripped:
        raise BadQuery("The search text is empty. Type a name, a word or a question.")
    if len(stripped) > 1000:
        raise BadQuery("The search text has over 1,000 characters. Shorten it.")
    return stripped
