"""Answers quoted from passages, with a calibrated confidence, or the word that the sources do not say.

All that the confidence is made of comes from passages that the reader may open and from counts over those (law 4): a passage that
somebody else may open makes an answer neither surer nor less sure.

The weights were fitted in English. In another language than its passage a question is answered seldom and rightly: of 119 questions of
XQuAD each .18 in German, .22 in Spanish and .03 in Russian, none of them wrongly, and .98 meet silence where the passage is missing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass

from knowledge_graph.model.access import Reader
from knowledge_graph.resolve.logistic import probability
from knowledge_graph.serving.indexes import Found
from knowledge_graph.serving.meaning import compared_by
from knowledge_graph.serving.search import Filters, idf, ranked_passages
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import Encoders
from knowledge_graph.text.questions import Question, Support, holds_kind, missing, near_pairs, read_question, sentences, share
from knowledge_graph.text.words import terms

PASSAGES = 5
"""Passages looked into: on XQuAD the right one is among the first five of .99 of the questions."""
SENTENCES = 3
SAYS = 0.4
"""Below it the sources do not say: chosen for as many right answers kept as wrong ones held back."""
SENTENCE = (1.0, 0.3, 0.0, 0.0, 0.5, 0.6, 0.0, 0.0, 0.0)
"""What picks a sentence inside a passage; the passage's own share is added by its rank."""
WEIGHTS = (-9.1873, 0.9916, 4.1627, 0.5165, -1.793, 0.6489, 8.5018, 0.4994, 2.7226, 0.6053)
WEIGHTS_BY_WORDS = (-7.6013, 2.2861, 6.3886, 1.2103, 0.0424, 0.4982, 0.0, 0.0, 2.3672, 1.6507)
"""Bias and a weight for each field of Support, with the model that compares meanings and without it."""


@dataclass(frozen=True, slots=True)
class Supported:
    """A sentence of a passage as an answer: span in the passage, what speaks for it, how likely it answers."""

    passage: Found
    start: int
    end: int
    support: Support
    confidence: float


def supported(
    store: SearchStore, reader: Reader, text: str, filters: Filters, encoders: Encoders | None, *, limit: int = SENTENCES
) -> tuple[Supported, ...]:
    """The sentences that answer best, best first, one of each passage, whatever their confidence; none where nothing is found."""
    question = read_question(text)
    passages = ranked_passages(store, reader, text, filters, encoders, size=PASSAGES + 1)
    if not question.terms or not passages:
        return ()
    weight = idf(store, reader, question.terms, unseen=True)
    best = []
    for rank, passage in enumerate(passages[:PASSAGES]):
        ahead = 1 - passages[rank + 1].words / passage.words if rank + 1 < len(passages) and passage.words else float(passage.words > 0)
        rows = list(_supports(question, passage.hit, weight, max(0.0, passage.meaning), max(0.0, ahead), encoders))
        start, end, support = max(rows, key=lambda row: (_fitness(row[2]), -row[0]))
        rivalry = _fitness(support) + 0.6 * passage.score
        bias, *weights = WEIGHTS if encoders else WEIGHTS_BY_WORDS
        best.append((rivalry, Supported(passage.hit, start, end, support, round(probability(bias, weights, astuple(support)), 4))))
    order = sorted(best, key=lambda row: (-round(row[0], 6), row[1].passage.id))
    return tuple(found for _, found in order[:limit])


def _fitness(support: Support) -> float:
    return round(float(sum(weight * value for weight, value in zip(SENTENCE, astuple(support), strict=True))), 6)


def _supports(
    question: Question, passage: Found, weight: Mapping[str, float], meaning: float, ahead: float, encoders: Encoders | None
) -> Iterator[tuple[int, int, Support]]:
    text = passage.fields["text"]
    title = " ".join((passage.fields["body"]["title"] or "", *passage.fields["body"]["headings"]))
    words = terms(text)
    held = frozenset((*words, *terms(title)))
    spans = sentences(text)
    cosines = _cosines(question.text, passage, [text[start:end] for start, end in spans], encoders)
    around, lacking = share(question.terms, held, weight), missing(question, held, weight)
    absent = sum(term not in held for term in question.terms) / len(question.terms)
    near = near_pairs(question, words)
    for (start, end), cosine in zip(spans, cosines, strict=True):
        sentence = text[start:end]
        said = share(question.terms, frozenset(terms(sentence)), weight)
        yield start, end, Support(said, around, lacking, absent, float(holds_kind(question, sentence)), cosine, meaning, ahead, near)


def _cosines(question: str, passage: Found, texts: Sequence[str], encoders: Encoders | None) -> list[float]:
    if encoders is None:
        return [0.0] * len(texts)
    model, factor = compared_by(encoders, question, passage)
    vectors = model.encode([question, *texts])
    return [min(1.0, max(0.0, round(factor * float(value), 5))) for value in vectors[1:] @ vectors[0]]
