"""Ranking passages by meaning: each is compared with the question by one model, which the languages of the two decide and nothing else.

English with English by the English model. Where either is in another language, by the multilingual one, whose vectors are stored as bytes.
"""

from collections.abc import Sequence

from knowledge_graph.model.access import Reader
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.store import Answer, Search, SearchStore
from knowledge_graph.text.embedding import Encoder, Encoders, small
from knowledge_graph.text.languages import is_english

POOL = 200
"""Passages each ranking brings to the fusion."""
MIN_COSINE = 0.35
"""Below it a passage of MiniLM is about something else."""
MIN_COSINE_ACROSS = 0.15
"""Of the other model: nine in ten right passages of XQuAD reach it across languages, and one in fifteen of all. A bar that lets through as
few as MiniLM's, .23, costs .05 to .09 of MRR."""
ACROSS = 1.5
"""By what the multilingual model's cosines are multiplied to stand beside MiniLM's: that of the right passage of XQuAD is .58 in the median
in English by MiniLM, .32 to .40 across languages by the other."""
FOREIGN: Body = {"term": {"english": False}}


def searches_by_meaning(
    store: SearchStore, reader: Reader, question: str, clauses: Sequence[Body], encoders: Encoders, source: Sequence[str], *, english: bool
) -> list[Search]:
    """One search where one model compares all passages, two for an `english` question of a reader who may open others than English ones."""
    if not english:
        return [_across(question, clauses, encoders, source)]
    if not store.read("segments", reader, FOREIGN, size=0).total:
        return [_in_english(question, clauses, encoders, source)]
    own: Body = {"bool": {"must_not": [FOREIGN]}}
    return [_in_english(question, [*clauses, own], encoders, source), _across(question, [*clauses, FOREIGN], encoders, source)]


def _in_english(question: str, clauses: Sequence[Body], encoders: Encoders, source: Sequence[str]) -> Search:
    vector = [float(value) for value in encoders.english.encode([question])[0]]
    return _nearest("vector", vector, MIN_COSINE, clauses, source)


def _across(question: str, clauses: Sequence[Body], encoders: Encoders, source: Sequence[str]) -> Search:
    vector = [int(value) for value in small(encoders.multilingual.encode([question]))[0]]
    return _nearest("multilingual", vector, MIN_COSINE_ACROSS, clauses, source)


def _nearest(field: str, vector: Sequence[float], least: float, clauses: Sequence[Body], source: Sequence[str]) -> Search:
    knn = {"field": field, "query_vector": vector, "k": POOL, "num_candidates": POOL, "similarity": least, "filter": list(clauses)}
    return "segments", None, {"size": POOL, "source": source, "knn": knn}


def comparable(search: Search, answer: Answer) -> list[Found]:
    """What a search found, with scores as MiniLM's, whichever model gave them."""
    if search[2]["knn"]["field"] == "vector":
        return list(answer.hits)
    return [Found(hit.id, hit.fields, (1 + min(1.0, ACROSS * cosine(hit))) / 2) for hit in answer.hits]


def cosine(hit: Found) -> float:
    """Elasticsearch scores the cosine of vectors as (1 + cosine) / 2."""
    return round(2 * hit.score - 1, 5)


def compared_by(encoders: Encoders, question: str, passage: Found) -> tuple[Encoder, float]:
    """The model for this question and a passage's sentences, and what its cosines are multiplied by."""
    both_english = is_english(question) and passage.fields.get("english", True)
    return (encoders.english, 1.0) if both_english else (encoders.multilingual, ACROSS)
