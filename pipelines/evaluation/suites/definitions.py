"""Descriptions on cards: would a reader accept the sentences? Verdicts on a sample of topics, kept by key and text.

The baseline is the first two sentences of the topic's first document, for the same topics and under the same kind of verdict.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from knowledge_graph.errors import NotFound
from pipelines.evaluation import gold, verdicts
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.results import Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.views import TopicCard

SHOWN = 300
DRAWN = 40
SENTENCES = 2
_LEAST_WORDS = 5
"""Shorter than this the start of a document is a heading or a greeting."""


def measure(given: Given) -> Measured:
    library = given.mined()
    cards = _cards(library, given)
    told = {key: " ".join(sentence.text for sentence in card.summary[:SENTENCES]) for key, card in cards.items()}
    drawn = verdicts.sample((key for key in told if told[key]), DRAWN)
    said = verdicts.load(given.verdicts, "definitions", given.name)
    ours = _subjects({key: told[key] for key in drawn})
    simple = _subjects({key: first_sentences(library, cards[key]) for key in drawn})
    judged, lead = verdicts.judge(list(ours), said), verdicts.judge(list(simple), said)
    figures = [Figure("cards with a description", mean(float(bool(text)) for text in told.values()))]
    if judged.share.cases:
        figures.insert(0, Figure("acceptable descriptions", judged.share, baselines={"first two sentences": lead.share}))
    notes = (judged.note(f"{len(drawn)} drawn descriptions"), lead.note("The first sentences of their documents"))
    return Measured(tuple(figures), verdicts.cases(judged, ours) + verdicts.cases(lead, simple), tuple(filter(None, notes)))


def _cards(library: "Library", given: Given) -> dict[str, "TopicCard"]:
    """Of the gold's topics, which a change of the ranking does not change, and of those shown first."""
    names = [row.key for row in library.topics(limit=SHOWN)]
    names += [topic.name for topic in gold.topics(given.folder).values()]
    cards = {}
    for name in names:
        with suppress(NotFound):
            card = library.topic(name)
            cards[card.key] = card
    return cards


def _subjects(texts: Mapping[str, str]) -> dict[str, str]:
    return {verdicts.of_text(key, text): text for key, text in texts.items()}


def first_sentences(library: "Library", card: "TopicCard") -> str:
    """The first two sentences of the first document on a card."""
    from extractors.mining.blocks import sentences

    passages = library.document(card.documents[0].id, limit=5).passages if card.documents else ()
    found = (text for passage in passages for start, end in sentences(passage.text) if (text := passage.text[start:end].strip()))
    whole = [" ".join(text.split()) for text in found if len(text.split()) >= _LEAST_WORDS]
    return " ".join(whole[:SENTENCES])


SUITE = Suite("definitions", "descriptions on cards, accepted by a strict reader", ("topics.json",), measure, mined=True)
