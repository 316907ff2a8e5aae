"""A class from a few examples: what is learned from made documents, and that it holds nothing but them."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.fewshot import STEPS, WORDS, Shown


def unit(*words: str) -> dict[str, float]:
    return dict.fromkeys(words, 1 / math.sqrt(len(words)))


MINUTES = [unit("agenda", "attende", "budget", f"minutes{number}") for number in range(10)]
GUIDES = [unit("instal", "budget", "run", f"guide{number}") for number in range(30)]


def test_examples_find_their_like_and_refuse_others() -> None:
    shown = Shown.of(MINUTES[:5], GUIDES[:1], GUIDES[1:])
    found, tried = shown.classifier(), shown.held_out()
    assert all(found.score(each) >= found.threshold for each in MINUTES)
    assert not any(found.score(each) >= found.threshold for each in GUIDES)
    assert list(found.weights)[:2] == ["agenda", "attende"]
    assert (tried.found, tried.examples, tried.refused, tried.f1, tried.above) == (5, 5, 1, 1.0, 1.0)


def test_a_counterexample_takes_weight_from_its_words() -> None:
    lunch = [unit("agenda", "lunch")]
    without, against = (Shown.of(MINUTES[:5], said, GUIDES).classifier() for said in ([], lunch))
    assert against.weights["agenda"] < without.weights["agenda"]
    assert against.score(lunch[0]) < against.threshold


def test_other_documents_may_be_of_the_class() -> None:
    found = Shown.of(MINUTES[:5], GUIDES[:1], [*MINUTES[5:], *GUIDES[1:8]]).classifier()
    assert all(found.score(each) >= found.threshold for each in MINUTES)


def test_examples_that_have_nothing_in_common_are_not_found_again() -> None:
    chance = random.Random(1)
    noise = [unit(*(f"w{chance.randrange(1000)}" for _ in range(8)), str(number)) for number in range(205)]
    told = Shown.of(noise[:5], (), noise[5:]).held_out()
    assert told.found <= 1
    assert told.f1 < 0.5


@pytest.mark.parametrize("examples", [[{}], [{}, {}], [unit("a")], [unit("a"), unit("a")]])
def test_little_is_enough_to_say_something(examples: list[dict[str, float]]) -> None:
    shown = Shown.of(examples, [unit("b")])
    found = shown.classifier()
    assert shown.held_out().examples == (len(examples) if len(examples) > 1 else 0)
    assert found.score(unit("b")) < found.threshold


vectors = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1.0), max_size=5)


@given(st.lists(vectors, min_size=1, max_size=5), st.lists(vectors, max_size=3), st.lists(vectors, max_size=6), vectors)
def test_weights_are_positive_and_of_the_examples_words(
    examples: list[dict[str, float]], against: list[dict[str, float]], others: list[dict[str, float]], more: dict[str, float]
) -> None:
    found = Shown.of(examples, against, others).classifier()
    assert all(weight > 0 and (weight * STEPS).is_integer() for weight in found.weights.values())
    assert set(found.weights) <= {term for each in examples for term in each}
    assert found == Shown.of(examples, against, others).classifier()


def test_no_more_words_than_a_query_can_hold() -> None:
    wide = [unit(*(f"w{number}" for number in range(900)), f"x{row}") for row in range(3)]
    found = Shown.of(wide, (), [unit("y")]).classifier()
    assert len(found.weights) == WORDS
