"""Names that a person would call one name, and such that only look it."""

import pytest

from knowledge_graph.resolve.names import same_name


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("The Procter & Gamble Company", "Procter and Gamble"),
        ("1st International Bank", "First International Bank"),
        ("World Health Organisation", "World Health Organization"),
        ("Bowne Global Solutions, L.L.C.", "Bowne Global Solutions LLC"),
    ],
)
def test_one_organisation(left: str, right: str) -> None:
    assert same_name(left, right, "organisation") > 0.7
    assert same_name(left, right, "organisation") == same_name(right, left, "organisation")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Dr. Rami Makhlouf", "Rami Makhlouf"),
        ("Putin, Vladimir", "Vladimir Putin"),
        ("Сергей Лавров", "Sergei Lavrov"),
        ("Muhammad bin Salman", "Mohammed bin Salman"),
        ("AlisherUsmanov", "Alisher Usmanov"),
        ("Jürgen Müller", "Jurgen Muller"),
    ],
)
def test_one_person_s_name(left: str, right: str) -> None:
    assert same_name(left, right, "person") > 0.7


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("Volkswagen AG", "Siemens AG", "organisation"),
        ("Saudi Arabian Gas Company", "Saudi Arabian Oil Company", "organisation"),
        ("Barack Obama", "Michelle Obama", "person"),
        ("Abdullah bin Omar", "Omar bin Abdullah", "person"),
        ("金正恩", "金正日", "person"),
    ],
)
def test_two_names(left, right, kind) -> None:
    assert same_name(left, right, kind) < 0.4


def test_nothing_is_a_name_of_anything() -> None:
    assert same_name("", "Ann Lee", "person") < 0.4
    assert same_name("Ann Lee", "Ann Lee", "person") == 1.0
