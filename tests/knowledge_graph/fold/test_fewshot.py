"""A class from a few examples: what is learned from made documents, and that it holds nothing but them."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.fewshot import WORDS, learn


def unit(*words: str) -> dict[str, float]:
    return dict.fromkeys(words, 1 / math.sqrt(len(words)))


MINUTES = [unit("agenda", "attende", "budget", f"minutes{number}") for number in range(10)]
GUIDES = [unit("instal", "budget", "run", f"guide{number}") for number in range(30)]


def test_examples_find_their_like_and_refuse_others() -> None:
    found = learn(MINUTES[:5], GUIDES[:1], GUIDES[1:])
    assert all(found.score(each) >= found.threshold for each in MINUTES)
    assert not any(found.score(each) >= found.threshold for each in GUIDES)
    assert list(found.weights)[:2] == ["agenda", "attende"]
    assert (found.held_out.found, found.held_out.examples, found.held_out.refused, found.held_out.f1) == (5, 5, 1, 1.0)
    assert found.held_out.above == 1.0


def test_a_counterexample_takes_weight_from_its_words() -> None:
    without, against = learn(MINUTES[:5], (), GUIDES), learn(MINUTES[:5], [unit("agenda", "lunch")], GUIDES)
    assert against.weights["agenda"] < without.weights["agenda"]
    assert against.score(unit("agenda", "lunch")) < against.threshold


def test_other_documents_may_be_of_the_class() -> None:
    found = learn(MINUTES[:5], GUIDES[:1], [*MINUTES[5:], *GUIDES[1:8]])
    assert all(found.score(each) >= found.threshold for each in MINUTES)


def test_examples_that_have_nothing_in_common_are_not_found_again() -> None:
    chance = random.Random(1)
    noise = [unit(*(f"w{chance.randrange(1000)}" for _ in range(8)), str(number)) for number in range(205)]
    told = learn(noise[:5], (), noise[5:]).held_out
    assert told.found <= 1
    assert told.f1 < 0.5


@pytest.mark.parametrize("examples", [[{}], [{}, {}], [unit("a")], [unit("a"), unit("a")]])
def test_little_is_enough_to_say_something(examples: list[dict[str, float]]) -> None:
    found = learn(examples, [unit("b")])
    assert found.held_out.examples == (len(examples) if len(examples) > 1 else 0)
    assert found.score(unit("b")) < found.threshold


vectors = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1.0), max_size=5)


@given(st.lists(vectors, min_size=1, max_size=5), st.lists(vectors, max_size=3), st.lists(vectors, max_size=6), vectors)
def test_weights_are_positive_and_of_the_examples_words(
    examples: list[dict[str, float]], against: list[dict[str, float]], others: list[dict[str, float]], more: dict[str, float]
) -> None:
    found = learn(examples, against, others)
    assert all(weight > 0 for weight in found.weights.values())
    assert set(found.weights) <= {term for each in examples for term in each}
    assert found == learn(examples, against, others)


def test_no_more_words_than_a_query_can_hold() -> None:
    wide = [unit(*(f"w{number}" for number in range(900)), f"x{row}") for row in range(3)]
    found = learn(wide, (), [unit("y")])
    assert len(found.weights) == WORDS
