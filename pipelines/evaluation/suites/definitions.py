"""Descriptions on cards: would a reader accept the sentences? Verdicts on a sample of the gold's topics, kept by id and text.

The baseline is the first two sentences of the topic's first document, for the same topics and under the same kind of verdict.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from knowledge_graph.errors import NotFound
from pipelines.evaluation import gold, verdicts
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.results import Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.views import TopicCard

DRAWN = 40
SENTENCES = 2
_LEAST_WORDS = 5
"""Shorter than this the start of a document is a heading or a greeting."""


def measure(given: Given) -> Measured:
    library = given.mined()
    cards = {topic.id: card for topic in gold.topics(given.folder).values() if (card := _card(library, topic.name))}
    told = {id: " ".join(sentence.text for sentence in card.summary[:SENTENCES]) for id, card in cards.items()}
    drawn = verdicts.sample((id for id in told if told[id]), DRAWN)
    said = verdicts.load(given.verdicts, "definitions", given.name)
    ours = _subjects({id: told[id] for id in drawn})
    simple = _subjects({id: first_sentences(library, cards[id]) for id in drawn})
    judged, lead = verdicts.judge(list(ours), said), verdicts.judge(list(simple), said)
    figures = [Figure("cards with a description", mean(float(bool(text)) for text in told.values()))]
    if judged.share.cases:
        figures.insert(0, Figure("acceptable descriptions", judged.share, baselines={"first two sentences": lead.share}))
    notes = (judged.note(f"{len(drawn)} drawn descriptions"), lead.note("The first sentences of their documents"))
    return Measured(tuple(figures), verdicts.cases(judged, ours) + verdicts.cases(lead, simple), tuple(filter(None, notes)))


def _card(library: "Library", name: str) -> "TopicCard | None":
    try:
        return library.topic(name)
    except NotFound:
        return None


def _subjects(texts: Mapping[str, str]) -> dict[str, str]:
    return {verdicts.of_text(id, text): text for id, text in texts.items()}


def first_sentences(library: "Library", card: "TopicCard") -> str:
    """The first two sentences of the first document on a card."""
    from extractors.mining.blocks import sentences

    passages = library.document(card.documents[0].id, limit=5).passages if card.documents else ()
    found = (text for passage in passages for start, end in sentences(passage.text) if (text := passage.text[start:end].strip()))
    whole = [" ".join(text.split()) for text in found if len(text.split()) >= _LEAST_WORDS]
    return " ".join(whole[:SENTENCES])


SUITE = Suite("definitions", "descriptions on cards, accepted by a strict reader", ("topics.json",), measure, mined=True)
