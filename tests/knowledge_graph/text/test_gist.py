"""Key phrases, key sentences, questions and entities, on texts written here."""

import pytest

from knowledge_graph.text.entities import Entity, tidied
from knowledge_graph.text.key_sentences import key_sentences
from knowledge_graph.text.keyphrases import key_of, keyphrases
from knowledge_graph.text.questions import asks, holds_kind, near_pairs, read_question, sentences

TEXT = """The ledger writer appends each parcel event to a replicated journal. A replicated journal survives the loss of one depot.
We measured how long the ledger writer takes to recover. Lunch was good and people went home early that day, as they do.
The recovery time of the ledger writer depends on the snapshot interval. A short snapshot interval costs throughput."""


def test_phrases_stand_where_they_say() -> None:
    phrases = keyphrases(TEXT)
    assert len(phrases) == 10
    assert {"ledger writer", "replicated journal"} <= {phrase.text for phrase in phrases[:4]}
    for phrase in phrases:
        assert " ".join(TEXT[phrase.start : phrase.end].split()) == phrase.text
    assert next(phrase.reason for phrase in phrases if phrase.text == "ledger writer").startswith("3 times, from the start")
    assert key_of("Ledger Writers") == key_of("ledger writer")
    assert keyphrases("") == keyphrases("and of the") == []


def test_a_hyphenated_word_is_never_cut() -> None:
    found = {phrase.text for phrase in keyphrases("The high-resolution method uses a state-of-the-art solver.", 50)}
    assert "resolution method" not in found
    assert "high-resolution method" in found


def test_key_sentences_say_what_the_text_speaks_of_and_not_the_same_twice() -> None:
    chosen = key_sentences(TEXT + "\n" + TEXT.split(". ")[0] + ".", 3)
    told = [TEXT[one.start : one.end] for one in chosen[:2]]
    assert all("ledger writer" in one or "snapshot interval" in one for one in told)
    assert not any("Lunch" in one for one in told)
    assert len(set(told)) == 2
    assert "speaks of" in chosen[0].reason
    assert key_sentences("") == []


def test_sentences_end_at_full_stops_and_not_at_initials() -> None:
    text = "Dr. J. Smith came at 5 p.m. on Monday. He left.\nNext line"
    assert [text[start:end] for start, end in sentences(text)] == ["Dr. J. Smith came at 5 p.m. on Monday.", "He left.", "Next line"]


@pytest.mark.parametrize(
    ("question", "sentence", "holds"),
    [
        ("How many depots are there?", "There are 14 depots.", True),
        ("How many depots are there?", "There are depots in the north.", False),
        ("When did the pilot start?", "The pilot began in May 2024.", True),
        ("Who leads the pilot?", "It is led by Ann Lindqvist.", True),
        ("Who leads Project Falcon?", "The lead of Project Falcon is open.", False),
        ("What is a ledger?", "A list.", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for(question: str, sentence: str, holds: bool) -> None:
    assert holds_kind(read_question(question), sentence) is holds


def test_a_question_is_told_from_words() -> None:
    assert asks("who decides about releases")
    assert asks("Releases?")
    assert not asks("release process")
    assert not asks("how to")
    question = read_question("Who decides about releases in the north?")
    assert question.terms == ("decid", "releas", "north")
    assert question.kind == "person"
    assert near_pairs(question, ["ann", "decid", "on", "releas"]) == 0.5


def test_a_lone_surname_is_the_person_named_before_and_articles_go() -> None:
    words = [["The", "Mad", "Capsule", "Markets", "met", "Ann", "Sattler", "."], ["Sattler", "went", "to", "the", "river", "."]]
    found = tidied(words, [(0, 0, 4, "ORG"), (0, 5, 7, "PERSON"), (1, 0, 1, "GPE"), (1, 3, 5, "LOC"), (1, 1, 2, "CARDINAL")])
    assert found == [Entity(0, 1, 4, "organisation"), Entity(0, 5, 7, "person"), Entity(1, 0, 1, "person")]
