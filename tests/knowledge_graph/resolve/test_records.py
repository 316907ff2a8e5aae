"""Two lists about the same people, with slips, gaps and namesakes; and what a name alone is worth."""

import random

from knowledge_graph.resolve.namesakes import Bearer, same_bearer
from knowledge_graph.resolve.records import link

GIVEN = ("anna", "boris", "carla", "dmitri", "elena", "farid", "grace", "henrik", "ines", "jonas")
FAMILY = ("lindqvist", "okafor", "marchetti", "novak", "petersen", "quispe", "rahman", "suzuki", "tembo", "ulrich")
KEYS = ("given", "family", "born", "town")


def lists() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, str]]]:
    draw = random.Random(7)
    left, right = {}, {}
    for number in range(200):
        born = f"{draw.randrange(1940, 2000)}{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
        person = {"given": draw.choice(GIVEN), "family": draw.choice(FAMILY), "born": born, "town": f"town {draw.randrange(40)}"}
        left[f"a{number}"] = person
        slipped = dict(person)
        field = draw.choice(("given", "family", "town"))
        slipped[field] = slipped[field][:2] + slipped[field][3:]
        if number % 5 == 0:
            del slipped["town"]
        right[f"b{number}"] = slipped
    return left, right


def test_records_of_one_person_find_each_other() -> None:
    left, right = lists()
    links = link(left, right, keys=KEYS)
    right_ones = [one for one in links if one.left[1:] == one.right[1:]]
    assert len(right_ones) >= 0.97 * len(left)
    assert len(links) - len(right_ones) <= 2
    assert len({one.left for one in links}) == len(links) == len({one.right for one in links})


def test_a_name_alone_joins_nobody() -> None:
    left, right = {"a": {"family": "okafor"}}, {"b": {"family": "okafor"}}
    assert link(left, right, keys=("family",)) == []
    assert link({}, right, keys=("family",)) == []


def test_order_changes_nothing() -> None:
    left, right = lists()
    again = link(dict(reversed(left.items())), dict(reversed(right.items())), keys=KEYS)
    assert again == link(left, right, keys=KEYS)


def test_a_rare_name_written_out_says_more_than_a_common_initial() -> None:
    rare = same_bearer(Bearer("Zbigniew", "Piorunska", "Z", 2010), Bearer("Zbigniew", "Piorunska", "Z", 2011))
    common = same_bearer(Bearer("J", "Smith", "J", 1990), Bearer("John", "Smith", "J", 2015))
    other = same_bearer(Bearer("Mary", "Smith", "M", 2010), Bearer("John", "Smith", "J", 2010))
    assert rare > 0.8 > common > other
