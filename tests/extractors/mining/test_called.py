"""Where a text calls people by names that are known."""

import pytest

from extractors.mining.called import Called, Name, full_names

FULL = [Name.of(name, name) for name in ("Grace O'Neill", "Tae-hyun Kim", "Will Reid", "Maria Santos")]
GIVEN = [Name.of(name, name, given=True) for name in ("Kofi", "Jun", "Mark", "Will", "Tae-hyun", "Maria")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Grace O'Neill's tool and GRACE O’NEILL", ["Grace O'Neill", "GRACE O’NEILL"]),
        ("Tae Hyun Kim, Tae-hyun\nKim, Tae-hyun Kims", ["Tae Hyun Kim", "Tae-hyun\nKim"]),
        ("Will Reid will read. Maria Santos knows.", ["Will Reid", "Maria Santos"]),
        ("will reid, x.Will Reid, @Maria Santos, a/Maria Santos, Maria Santos-Lee", []),
    ],
)
def test_full_names(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in Called(FULL).find(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kofi, please look. Thanks Jun. Kofi's replay tool", ["Kofi", "Jun", "Kofi"]),
        ("Jun\nask Kofi\nThanks,\nJun", ["Jun", "Kofi", "Jun"]),
        ("Kofi Annan said so, and so did Lake Kofi", []),
        ("in Jun, on 3 Jun, Jun 2024", []),
        ("on Tuesday Kofi came; we asked Kofi Monday", ["Kofi", "Kofi"]),
        ("Mark the box. Will you? Mark, look. Ask Mark and Will", ["Mark", "Mark", "Will"]),
        ("Mark (Finance): it is in. Mark in Sales, you pay. Mark in red what is due.", ["Mark", "Mark"]),
        ("Kofi-led and Kofi2 and tae-hyun", []),
        ("ask Tae-hyun, or Maria Santos", ["Tae-hyun", "Maria Santos"]),
    ],
)
def test_given_names(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end, _ in Called([*FULL, *GIVEN]).find(text)] == found


def test_of_two_names_at_one_place_the_longer_counts() -> None:
    found = list(Called([*FULL, *GIVEN]).find("Maria Santos and Maria"))
    assert [person for _, _, person in found] == ["Maria Santos", "Maria"]


def test_nobody_known_is_nobody_found() -> None:
    assert list(Called([]).find("Ann Lee")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("With Antoine Pitrou's module, as Victor Stinner said.", ["Antoine Pitrou", "Victor Stinner"]),
        ("In Rust. Alex Lowe wrote it; Guido van Rossum and J. R. Hart did not.", ["Alex Lowe", "Guido van Rossum", "J. R. Hart"]),
        ("A. This is the Tender Plan of the SIG Leads, by Ann Lee Jr. and Cy Oh", ["Tender Plan", "Ann Lee Jr", "Cy Oh"]),
        ("Will Ann Lee ask Will Young, An Nguyen or May Wong? In Python", ["Ann Lee", "Will Young", "An Nguyen", "May Wong"]),
        ("ann lee, @Ann Lee, Ann-Lee, McGreggor. The end", []),
    ],
)
def test_what_is_written_like_a_full_name(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in full_names(text)] == found
