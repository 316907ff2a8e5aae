"""Which sentences a card shows, in which order."""

from knowledge_graph.fold.partial import SentenceRef, TopicPartial
from knowledge_graph.serving.summary import summary_of
from knowledge_graph.serving.topics import Topic


def sentence(text: str, score: float, start: int = 0, kind: str = "summary", document: str = "a", date: str = "2024-01-01") -> SentenceRef:
    return SentenceRef(kind, text, score, date, document, 0, start, start + len(text))


def told(*sentences: SentenceRef) -> list[str]:
    ordered = tuple(sorted(sentences, key=lambda each: each.order))
    return [chosen.text for chosen in summary_of(Topic("lantern", ("lantern",), TopicPartial(sentences=ordered), ("Lantern",), 9.0))]


def test_the_sentence_that_goes_on_stands_after_the_best_one() -> None:
    first, after = sentence("Lantern is a queue for ledger events.", 0.95), sentence("It keeps them in order.", 0.6, 38)
    better = sentence("Lantern was built by the payments people.", 0.8, 0, document="b")
    assert told(first, after, better) == [first.text, after.text]


def test_a_sentence_that_points_back_never_opens_a_card() -> None:
    dangling, plain = sentence("However, this is old.", 0.9), sentence("Lantern is a queue for events.", 0.7, document="b")
    assert told(dangling, plain) == [plain.text]
    assert told(dangling) == []


def test_what_was_decided_is_no_description_but_follows_one() -> None:
    decided = sentence("We decided to close Lantern.", 0.7, kind="decision", document="m")
    assert told(decided) == []
    assert told(decided, sentence("Lantern is a queue for events.", 0.75, kind="definition")) == [
        "Lantern is a queue for events.",
        "We decided to close Lantern.",
    ]


def test_a_poor_sentence_is_worse_than_none() -> None:
    assert told(sentence("Lantern: see the page.", 0.4, kind="definition")) == []
