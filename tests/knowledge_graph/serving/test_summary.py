"""Which sentences a card shows, in which order."""

import pytest

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


def test_what_a_label_of_its_section_says_needs_no_name_of_the_topic() -> None:
    scope = sentence("Scope: queues for ledger events and what reads them", 0.75, kind="definition")
    assert told(scope) == [scope.text]
    assert told(sentence("Queues for ledger events and what reads them.", 0.75, kind="definition")) == []


def test_what_was_decided_is_no_description_but_follows_one() -> None:
    decided = sentence("We decided to close Lantern.", 0.7, kind="decision", document="m")
    assert told(decided) == []
    assert told(decided, sentence("Lantern is a queue for events.", 0.75, kind="definition")) == [
        "Lantern is a queue for events.",
        "We decided to close Lantern.",
    ]


def test_a_poor_sentence_is_worse_than_none() -> None:
    assert told(sentence("Lantern: see the page.", 0.4, kind="definition")) == []


@pytest.mark.parametrize(
    "poor",
    [
        "Lantern currently relies on literal matching of names.",
        "Historically, Lantern was a list on paper.",
        "The rules of Lantern can be found here: https://lantern.example",
        "We need to close the gap between the two.",
        "To keep them compatible, we cannot change these tables of Lantern.",
        "This proposal was superseded by the one on Lantern.",
        "Other pages about Lantern fall outside of it though.",
        "LANTERN IS DEFERRED UNTIL FURTHER NOTICE",
        "Lantern should be possible to switch off.",
    ],
)
def test_what_does_not_say_what_a_thing_is_gives_way_to_what_does_and_is_left_out_alone(poor: str) -> None:
    says = sentence("This proposal introduces a queue for ledger events.", 0.7, 200)
    assert told(sentence(poor, 0.95), says)[0] == says.text
    assert told(sentence(poor, 0.95)) == []


def test_the_first_sentence_of_an_abstract_opens_a_card_whatever_it_names_but_not_before_a_definition() -> None:
    abstract = sentence("Deduplicate what several ledgers hold in common.", 0.8, kind="abstract")
    better = sentence("Lantern has grown redundant in places.", 0.95, 200)
    assert told(abstract, better)[0] == abstract.text
    for poor in ("These are redundant.", "The ledgers keep what they hold in several places."):
        assert told(sentence(poor, 0.9, kind="abstract"), better)[0] == better.text
    defined = sentence("Lantern is a queue for ledger events.", 0.75, kind="definition", document="b")
    assert told(abstract, defined)[0] == defined.text
    listing = sentence("Add a queue for ledger events of two kinds:", 0.8, kind="abstract")
    assert told(listing, sentence("Those of Lantern that came late.", 0.9, len(listing.text) + 1)) == [listing.text]


def test_one_of_many_that_go_by_an_everyday_word_is_not_the_topic() -> None:
    assert told(sentence("The lantern is a reference to the last page.", 0.75, kind="definition")) == []
    assert told(sentence("The Lantern is a queue for ledger events.", 0.75, kind="definition")) == [
        "The Lantern is a queue for ledger events."
    ]


def test_a_new_thing_called_by_the_name_with_an_article_is_one_of_many() -> None:
    assert told(sentence("The Lantern is a new kind of file.", 0.75, kind="definition")) == []
    first, new = sentence("Lantern is a queue for events.", 0.8, document="b"), sentence("The Lantern is a new kind of file.", 0.75)
    assert told(first, new) == [first.text]
    assert told(sentence("The Lantern is a queue for events.", 0.75, kind="definition"))
    assert told(sentence("Lantern is a new queue for events.", 0.75, kind="definition"))


def test_a_sentence_of_another_document_goes_with_the_first_where_it_speaks_of_the_same() -> None:
    first = sentence("Lantern is a queue for ledger events.", 0.95)
    same = sentence("A lantern accepts events from every ledger.", 0.8, document="b")
    other = sentence("The payments people meet on Mondays at noon.", 0.9, document="c")
    assert told(first, same, other) == [first.text, same.text]


def test_a_decision_that_names_the_topic_at_its_end_is_about_something_else() -> None:
    first = sentence("Lantern is a queue for ledger events.", 0.95)
    decided = sentence("Decision: Bo writes a list of all people and then sends updates on Lantern.", 0.7, kind="decision", document="m")
    assert told(first, decided) == [first.text]
