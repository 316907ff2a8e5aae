"""Answers over passages that are really served: cited, silent where the sources are, and blind to what the reader may not open."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from knowledge_graph.errors import BadQuery
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from pipelines.evaluation.passages import Passage, reader_without, served

PASSAGES = (
    Passage(
        "depot", "The northern depot was opened in March 2019. It sorts 40,000 parcels in a night. Two hundred people work there.", "Depots"
    ),
    Passage(
        "falcon",
        "Project Falcon replaces the sorting machine. Ann Lindqvist leads the project since May. The steering group meets on Mondays.",
        "Falcon",
    ),
    Passage("canteen", "The canteen serves lunch from noon. Soup is free on Fridays.", "Canteen"),
    Passage("fleet", "The fleet has sixty electric vans. Each van carries about one hundred parcels a day.", "Fleet"),
)
QUESTION = "When was the northern depot opened?"


@pytest.fixture(scope="module")
def library(elasticsearch_url: str) -> Iterator[Library]:
    with served(StoreSettings(elasticsearch_url), PASSAGES) as one:
        yield one


def test_an_answer_quotes_the_passage_that_says_it(library: Library) -> None:
    answer = library.answer(QUESTION)
    assert answer.found
    best = answer.sentences[0]
    assert best.text == "The northern depot was opened in March 2019."
    assert (best.citation.document, best.citation.title, best.citation.quote) == ("depot", "Depots", best.text)
    assert answer.confidence == max(one.confidence for one in answer.sentences) > 0.6
    assert best.support["words"] == 1.0
    assert library.answer("Who leads the project since May?").sentences[0].text == "Ann Lindqvist leads the project since May."


@pytest.mark.parametrize("question", ["Which bank lends the money for the new airport?", "How tall is the lighthouse of Larkspur?"])
def test_where_the_sources_do_not_say(library: Library, question: str) -> None:
    answer = library.answer(question)
    assert not answer.found
    assert answer.confidence < 0.4


def test_what_a_reader_may_not_open_changes_no_confidence(library: Library, elasticsearch_url: str) -> None:
    closed = replace(library, reader=reader_without("depot"))
    with served(StoreSettings(elasticsearch_url), [passage for passage in PASSAGES if passage.id != "depot"]) as without:
        for question in (QUESTION, "How many parcels does a van carry?", "Who works in the depot?"):
            assert closed.answer(question) == without.answer(question)
    assert not closed.answer(QUESTION).found
    assert closed.answer("How many parcels does a van carry?").sentences


def test_an_empty_question_is_refused(library: Library) -> None:
    with pytest.raises(BadQuery):
        library.answer("  ")
    assert library.answer("what is it?").sentences == ()


def test_words_alone_answer_too(library: Library) -> None:
    assert replace(library, encoders=None).answer(QUESTION).sentences[0].citation.document == "depot"
