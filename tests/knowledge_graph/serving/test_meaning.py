"""Questions and passages in several languages, over passages that are really served."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.views import Hit
from knowledge_graph.text.embedding import DEFAULT_MODEL, Encoder, Encoders, encoder
from pipelines.evaluation.passages import Passage, reader_of, served

ENGLISH = (
    Passage("leave", "Employees have thirty days of paid leave each year. Ask your manager before you book a journey.", group="en"),
    Passage("canteen", "The canteen serves lunch from noon. Soup is free on Fridays.", group="en"),
    Passage("falcon", "Ann Lindqvist leads the project since May. The steering group meets on Mondays.", group="en"),
    Passage("restart", "A container that fails its health check is started again by the node.", group="en"),
)
FOREIGN = (
    Passage("lager", "Das Lager im Norden wurde im März eröffnet. Dort arbeiten zweihundert Menschen in drei Schichten."),
    Passage("coche", "Los coches de la empresa se reservan con una semana de antelación en la oficina de transporte."),
)
QUESTIONS = ("How many days of leave do we have?", "project steering group", "falcon", "Who works in the northern warehouse?")


@pytest.fixture(scope="module")
def library(elasticsearch_url: str) -> Iterator[Library]:
    with served(StoreSettings(elasticsearch_url), (*ENGLISH, *FOREIGN)) as one:
        yield one


def found(library: Library, question: str) -> list[Hit]:
    return list(library.search(question, kinds=("document",)).hits)


@pytest.mark.parametrize(
    ("question", "document"),
    [
        ("Wie viele Urlaubstage stehen mir im Jahr zu?", "leave"),
        ("¿Cuándo es gratis la sopa?", "canteen"),
        ("Что происходит, когда контейнер не отвечает?", "restart"),
        ("Wie viele Menschen arbeiten im Lager?", "lager"),
        ("How many people work in the northern warehouse?", "lager"),
        ("Where do I book a company car?", "coche"),
    ],
)
def test_a_question_finds_what_answers_it_in_another_language(library: Library, question: str, document: str) -> None:
    assert found(library, question)[0].document == document


def test_english_over_english_passages_never_needs_the_second_model(library: Library) -> None:
    def load(model: str) -> Encoder:
        assert model == DEFAULT_MODEL
        return encoder(model, "cpu")

    reader = replace(library, reader=reader_of("en"), encoders=Encoders(load))
    assert [found(reader, question)[0].document for question in QUESTIONS[:2]] == ["leave", "falcon"]


def test_passages_in_another_language_change_nothing_for_who_may_not_open_them(library: Library, elasticsearch_url: str) -> None:
    reader = replace(library, reader=reader_of("en"))
    with served(StoreSettings(elasticsearch_url), ENGLISH) as without:
        for question in (*QUESTIONS, "Wie viele Urlaubstage stehen mir im Jahr zu?"):
            assert found(reader, question) == found(without, question)
            assert reader.answer(question) == without.answer(question)


def test_without_models_words_are_all(library: Library) -> None:
    assert found(replace(library, encoders=None), "Wie viele Urlaubstage stehen mir zu?") == []
    assert found(replace(library, encoders=None), "Lager")[0].document == "lager"
