"""Weights learned from verdicts: near the shipped ones, of their signs, and worth it or left alone."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.learning import Example, enough, learn, lesson, margin
from knowledge_graph.fold.partial import TopicPartial, merge_topics
from knowledge_graph.fold.score import FOLD_VERSION, SHIPPED, bound, score
from tests.knowledge_graph.fold.test_partial import partials

NAMES = sorted(SHIPPED.weights)


def example(key: str, is_topic: bool, **features: float) -> Example:
    return Example(key, features, 3, is_topic)


def organisation(count: int, *, noise: float = 0.0, seed: int = 7) -> list[Example]:
    """All that is worth a card here stands in the cells of registers, which the shipped weights take for no good sign."""
    chance = random.Random(seed)
    made = []
    for at in range(count):
        is_topic = at % 2 == 0
        shown = is_topic if chance.random() >= noise else not is_topic
        found = {"in-cell": 0.9, "record": float(shown), "standalone": 1.0, "varied": 0.6, "rarity": 4 + chance.random()}
        made.append(Example(f"k{at}", found, 3, is_topic))
    return made


def test_an_organisation_that_differs_gains_and_one_that_agrees_does_not() -> None:
    differs = lesson(organisation(60))
    assert differs.gains
    assert differs.learned.f1 > differs.shipped.f1
    agrees = [
        example(f"y{at}", True, title=1.0, rarity=5.0, standalone=1.0, varied=1.0, index=1.0, path=1.0, spelled=1.0) for at in range(20)
    ] + [example(f"n{at}", False, plain=2.0, everyday=1.0, lower=1.0) for at in range(20)]
    assert lesson(agrees).shipped.f1 == 1.0
    assert not lesson(agrees).gains


def test_verdicts_that_say_nothing_change_nothing() -> None:
    assert not lesson(organisation(60, noise=0.5)).gains


def test_few_verdicts_bend_and_many_shape() -> None:
    def far(count: int) -> float:
        found = learn(organisation(count))
        return sum(abs(found.weights[name] - SHIPPED.weights[name]) for name in NAMES)

    assert 0 < far(4) < far(40) < far(400)
    assert not enough(organisation(8))
    assert enough(organisation(10))


def test_signs_are_kept_and_the_order_of_verdicts_does_not_matter() -> None:
    taught = organisation(200)
    found = learn(taught)
    assert all(SHIPPED.weights[name] * found.weights[name] >= 0 for name in NAMES)
    assert {name for name in NAMES if not SHIPPED.weights[name]} <= {name for name in NAMES if not found.weights[name]}
    assert (found.ceiling, found.by_documents) == (SHIPPED.ceiling, SHIPPED.by_documents)
    assert learn(taught[::-1]) == found
    assert found.id != SHIPPED.id == ""


def test_other_shipped_weights_fold_anew() -> None:
    assert FOLD_VERSION.endswith(SHIPPED.digest)
    assert replace(SHIPPED, weights={**SHIPPED.weights, "title": 0.5}).digest != SHIPPED.digest


def test_nothing_to_learn_from_leaves_the_start() -> None:
    assert learn([]) == SHIPPED


def test_the_margin_is_the_score_above_the_threshold() -> None:
    one = example("a", True, title=1.0)
    assert margin(one, SHIPPED) == margin(replace(one, is_topic=False), SHIPPED)
    assert margin(one, replace(SHIPPED, threshold=SHIPPED.threshold + 1)) == margin(one, SHIPPED) - 1


LEARNED = learn(organisation(60))


@given(st.lists(partials, min_size=1, max_size=4))
def test_no_merge_scores_above_the_sum_of_its_bounds_whatever_was_learned(parts: list[TopicPartial]) -> None:
    by = LEARNED
    assert score(merge_topics(parts), by) <= sum(bound(part, by) for part in parts) + 1e-6
