"""Accounts that programs write with."""

import pytest

from knowledge_graph.resolve.programs import is_program


@pytest.mark.parametrize(
    "name",
    [
        "renovate[bot]",
        "k8s-ci-robot",
        "rustbot",
        "triagebot",
        "craterbot",
        "fejta-bot",
        "falcon-ci",
        "dependabot",
        "noreply",
        "do-not-reply",
    ],
)
def test_a_program_is_known_by_its_account(name: str) -> None:
    assert is_program(name)


@pytest.mark.parametrize(
    "name",
    [
        "ann",
        "Jo Talbot",
        "e.abbot",
        "cabot",
        "Marc Chabot",
        "marc.chabot",
        "jchabot",
        "Barbot",
        "guilbot",
        "Botha",
        "robotics.lead",
        "lucia",
        "",
    ],
)
def test_people_whose_names_end_alike_are_people(name: str) -> None:
    assert not is_program(name)
