"""Which names ask whether their bearers are one person."""

import pytest

from knowledge_graph.fold.partial import PersonPartial
from knowledge_graph.resolve.records import DOUBTFUL
from knowledge_graph.serving.doubtful import candidates, one_person
from knowledge_graph.serving.people import Person


def person(name: str, id: str) -> Person:
    return Person(id, (id,), PersonPartial(1, names={name: 1}, first="2023-01-01", last="2023-02-01"))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Ann Lindqvist", "Ann Lindqvist"),
        ("Ann Lindqvist", "Lindqvist, Ann"),
        ("Jürgen Kowalczyk", "Juergen Kowalczyk"),
        ("Zbigniew Wojciechowski", "Z. Wojciechowski"),
        ("Priya Natarajan", "Priya Natarajn"),
    ],
)
def test_one_name_in_two_spellings_is_asked_about(left: str, right: str) -> None:
    one, other = person(left, "email:a"), person(right, "email:b")
    assert candidates({each.id: each for each in (one, other)}) == [("email:a", "email:b")]
    assert DOUBTFUL <= one_person(one, other) == pytest.approx(one_person(other, one), abs=0.15)


@pytest.mark.parametrize(("left", "right"), [("Ann Lindqvist", "Bo Lindqvist"), ("John Smith", "Jane Smith"), ("Ann Lee", "Ann Okafor")])
def test_two_names_are_two_people(left: str, right: str) -> None:
    assert one_person(person(left, "email:a"), person(right, "email:b")) < DOUBTFUL


def test_a_rare_name_says_more_than_a_common_one() -> None:
    rare, common = [one_person(person(name, "a"), person(name, "b")) for name in ("Priya Natarajan", "John Smith")]
    assert rare > common


def test_a_single_word_is_no_name_to_go_by() -> None:
    assert candidates({"a": person("ann", "a"), "b": person("ann", "b")}) == []


def test_everybody_of_a_large_organisation_is_not_compared_with_everybody() -> None:
    people = {f"email:{at:03}": person(f"{'abcdefghijklmnopqrstuvwxyz'[at % 26]}{at} Family{at}x", f"email:{at:03}") for at in range(500)}
    people |= {f"email:{name}": person("Ann Lindqvist", f"email:{name}") for name in ("one", "two")}
    found = candidates(people)
    assert ("email:one", "email:two") in found
    assert len(found) < 25_000, "a fifth of all pairs"
