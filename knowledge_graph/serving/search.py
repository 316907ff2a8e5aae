"""Search as one reader: BM25 from stored impacts with the reader's own document frequencies, fused with vectors.

An index row holds each word's BM25 weight without its idf; the query brings idf counted over what this reader may open. That is
BM25 as if nothing else existed. Fusion is reciprocal rank fusion (Cormack, Clarke, Buettcher, SIGIR 2009).
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge_graph.errors import BadQuery
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.store import Body, Found, SearchStore
from knowledge_graph.text.embedding import Encoder
from knowledge_graph.text.words import terms, tokens

POOL = 200
"""Passages each ranking brings to the fusion."""
RRF_K = 60
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

    def clauses(self) -> list[Body]:
        found: list[Body] = [
            {"terms": {name: list(values)}}
            for name, values in (("source", self.sources), ("type", self.types), ("people", self.people))
            if values
        ]
        limits = {name: value for name, value in (("gte", self.since), ("lte", self.until)) if value}
        return [*found, {"range": {"date": limits}}] if limits else found


@dataclass(frozen=True, slots=True)
class Passages:
    """The best passage of each matching document, best first, and how many documents match."""

    total: int
    hits: tuple[Found, ...]
    facets: dict[str, dict[str, int]]
    terms: tuple[str, ...]


_FIELDS = ["document", "position", "source", "path", "type", "date", "text", "body"]
_DOCUMENTS: Body = {"cardinality": {"field": "document", "precision_threshold": 40000}}
_BY_DOCUMENTS: Body = {"size": 20, "order": [{"documents": "desc"}, {"_key": "asc"}]}
_AGGREGATIONS: Body = {
    **{name: {"terms": {"field": name, **_BY_DOCUMENTS}, "aggs": {"documents": _DOCUMENTS}} for name in ("source", "type", "people")},
    "year": {
        "date_histogram": {"field": "date", "calendar_interval": "year", "format": "yyyy", "min_doc_count": 1},
        "aggs": {"documents": _DOCUMENTS},
    },
    "documents": _DOCUMENTS,
}


def search_passages(
    store: SearchStore, reader: Reader, text: str, filters: Filters, encoder: Encoder | None, *, size: int, facets: bool = True
) -> Passages:
    phrases = [{"match_phrase": {"text": phrase}} for phrase in _QUOTED.findall(text)]
    words = list(dict.fromkeys(terms(text)))[:MAX_TERMS]
    if not words:
        return Passages(0, (), {}, ())
    clauses = [*filters.clauses(), *phrases]
    weights = idf(store, reader, words)
    should: list[Body] = [{"term": {"impacts": {"value": word, "boost": weight}}} for word, weight in weights.items()]
    lexical: Body = {"bool": {"should": should, "minimum_should_match": 1, "filter": clauses}}
    options: Body = {"size": POOL, "source": _FIELDS, "sort": [{"_score": "desc"}, {"document": "asc"}, {"position": "asc"}]}
    searches: list[tuple[str, Body | None, Body]] = [("segments", lexical, {**options, "aggs": _AGGREGATIONS if facets else {}})]
    if encoder is not None:
        vector = [float(value) for value in encoder.encode([text])[0]]
        knn = {"field": "vector", "query_vector": vector, "k": POOL, "num_candidates": POOL, "similarity": MIN_COSINE, "filter": clauses}
        searches.append(("segments", None, {"size": POOL, "source": _FIELDS, "knn": knn}))
    answers = store.read_many(searches, reader)
    rankings = [_ordered(answer.hits) for answer in answers]
    hits = _fuse(rankings)
    if not facets:
        return Passages(len(hits), tuple(hits[:size]), {}, tuple(words))
    counted = answers[0].aggregations
    # Where no word matches, what the vectors found is all there is.
    return Passages(counted["documents"]["value"] or len(hits), tuple(hits[:size]), _facet_counts(counted), tuple(words))


def idf(store: SearchStore, reader: Reader, words: Sequence[str]) -> dict[str, float]:
    """Robertson and Sparck Jones' idf, with counts over the passages this reader may open."""
    filters = {word: {"term": {"impacts": {"value": word}}} for word in words}
    answer = store.read("segments", reader, size=0, aggs={"words": {"filters": {"filters": filters}}})
    counts = {word: bucket["doc_count"] for word, bucket in answer.aggregations["words"]["buckets"].items()}
    return {
        word: round(math.log1p((answer.total - counts[word] + 0.5) / (counts[word] + 0.5)), 6) for word in words if counts[word]
    } or dict.fromkeys(words, 1.0)


def _ordered(hits: Iterable[Found]) -> list[Found]:
    """Best passage of each document, best first; equal scores by id, whatever order the server gave."""
    best: dict[str, Found] = {}
    for hit in sorted(hits, key=lambda hit: (-round(hit.score, 5), hit.id)):
        best.setdefault(hit.fields["document"], hit)
    return list(best.values())


def _fuse(rankings: Sequence[Sequence[Found]]) -> list[Found]:
    scores: defaultdict[str, float] = defaultdict(float)
    passages: dict[str, Found] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking):
            document = hit.fields["document"]
            scores[document] += 1 / (RRF_K + rank + 1)
            passages.setdefault(document, hit)
    order = sorted(scores, key=lambda document: (-round(scores[document], 9), document))
    return [Found(passages[d].id, passages[d].fields, round(scores[d], 6)) for d in order]


def _facet_counts(aggregations: Body) -> dict[str, dict[str, int]]:
    plain = {
        name: {str(bucket["key"]): bucket["documents"]["value"] for bucket in aggregations[name]["buckets"]}
        for name in ("source", "type", "people")
    }
    years = {bucket["key_as_string"]: bucket["documents"]["value"] for bucket in aggregations["year"]["buckets"]}
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
