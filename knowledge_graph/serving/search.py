"""Search as one reader: BM25 from stored impacts with the reader's own document frequencies, fused with vectors.

An index row holds each word's BM25 weight without its idf; the query brings idf counted over what this reader may open. That is
BM25 as if nothing else existed. The two rankings are added as shares of their best scores (Lee, SIGIR 1997): nDCG@10 on Cranfield .578
against .562 by reciprocal ranks, MRR on XQuAD .973 against .970.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anyascii import anyascii

from knowledge_graph.errors import BadQuery
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.meaning import POOL, comparable, cosine, searches_by_meaning
from knowledge_graph.serving.store import Search, SearchStore
from knowledge_graph.text.embedding import Encoders
from knowledge_graph.text.languages import is_english
from knowledge_graph.text.words import terms, tokens

BY_WORDS = 0.5
"""The share of the words in the fused score."""
BY_WORDS_ACROSS = 0.3
"""That of a passage in another language than the question, where words are names, numbers and chance. With half of XQuAD's passages in
German, English questions find the right one at MRR .77 where it is German and .93 where it is not; at .5 it were .70 and .95."""
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
        found: list[Body] = [{"terms": {name: list(values)}} for name, values in (("source", self.sources), ("type", self.types)) if values]
        found += [naming(self.people)] if self.people else []
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


def naming(identities: Sequence[str]) -> Body:
    """What documents or passages name any of these; `name:ann lee` is found in those that only write the name, too."""
    return {"bool": {"should": [{"terms": {field: list(identities)}} for field in ("people", "called")]}}


_FIELDS = ["document", "position", "source", "path", "type", "date", "text", "body", "english"]
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
    encoders: Encoders | None,
    *,
    size: int,
    facets: bool = True,
    classes: Mapping[str, Sequence[str]] | None = None,
) -> Passages:
    """`classes` are those of the reader by name with their documents, for a facet of their own."""
    phrases = [{"match_phrase": {"text": phrase}} for phrase in _QUOTED.findall(text)]
    english = encoders is None or is_english(text)
    words = _words(text, english=english)
    if not words:
        return Passages(0, (), {}, ())
    clauses = [*filters.clauses(), *phrases]
    counted = {**_AGGREGATIONS, **_by_class(classes or {})} if facets else {}
    ranked, told = _ranked(store, reader, text, words, clauses, encoders, "document", counted, english=english)
    hits = [passage.hit for passage in ranked]
    if not facets:
        return Passages(len(hits), tuple(hits[:size]), {}, tuple(words))
    # Where no word matches, what the vectors found is all there is.
    return Passages(told["documents"]["value"] or len(hits), tuple(hits[:size]), _facet_counts(told), tuple(words))


def ranked_passages(
    store: SearchStore, reader: Reader, text: str, filters: Filters, encoders: Encoders | None, *, size: int
) -> list[Ranked]:
    """The best passages, several of one document where they are the best."""
    english = encoders is None or is_english(text)
    words = _words(text, english=english)
    if not words:
        return []
    return _ranked(store, reader, text, words, filters.clauses(), encoders, "id", english=english)[0][:size]


def _words(text: str, *, english: bool) -> list[str]:
    """What is sought as words; in another language also in Latin letters, as names are written elsewhere: MRR of Russian .77 to .78."""
    return list(dict.fromkeys(terms(text if english else f"{text} {anyascii(text)}")))[:MAX_TERMS]


def _ranked(
    store: SearchStore,
    reader: Reader,
    text: str,
    words: Sequence[str],
    clauses: list[Body],
    encoders: Encoders | None,
    by: str,
    counted: Body | None = None,
    *,
    english: bool,
) -> tuple[list[Ranked], Body]:
    """By words, and by meaning where there are models; what was counted over the passages that hold a word."""
    weights = idf(store, reader, words)
    should: list[Body] = [{"term": {"impacts": {"value": word, "boost": weight}}} for word, weight in weights.items()]
    lexical: Body = {"bool": {"should": should, "minimum_should_match": 1, "filter": clauses}}
    order: list[Body] = [{"_score": "desc"}, {"document": "asc"}, {"position": "asc"}]
    by_words: Search = ("segments", lexical, {"size": POOL, "source": _FIELDS, "sort": order, "aggs": counted or {}})
    by_meaning = searches_by_meaning(store, reader, text, clauses, encoders, _FIELDS, english=english) if encoders else []
    worded, *meant = store.read_many([by_words, *by_meaning], reader)
    meanings = [hit for search, answer in zip(by_meaning, meant, strict=True) for hit in comparable(search, answer)]
    return _fused(_ordered(worded.hits, by), _ordered(meanings, by), by, english=english), worded.aggregations


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


def _fused(by_words: Sequence[Found], by_meaning: Sequence[Found], by: str, *, english: bool) -> list[Ranked]:
    """By words and, where there is a second ranking, by meaning; each as a share of the best that this reader has."""
    words = {_key(hit, by): hit for hit in by_words}
    meanings = {_key(hit, by): hit for hit in by_meaning}
    top_words = max((hit.score for hit in words.values()), default=0.0) or 1.0
    top_meaning = max((cosine(hit) for hit in meanings.values()), default=0.0) or 1.0
    made = []
    for key in {*words, *meanings}:
        word, meaning = words.get(key), meanings.get(key)
        hit = word or meanings[key]
        scores = (round(word.score, 5) if word else 0.0, cosine(meaning) if meaning else 0.0)
        share = (BY_WORDS if english and hit.fields.get("english", True) else BY_WORDS_ACROSS) if meanings else 1.0
        score = round(share * scores[0] / top_words + (1 - share) * scores[1] / top_meaning, 6)
        made.append((key, Ranked(Found(hit.id, hit.fields, score), score, *scores)))
    return [ranked for _, ranked in sorted(made, key=lambda row: (-row[1].score, row[0]))]


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
