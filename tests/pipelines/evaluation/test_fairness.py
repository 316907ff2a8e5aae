"""The audit of first names: the sample mined again under other names, and what is counted of it. `FAIRNESS_SEED=$RANDOM` draws others."""

import os
import sys
from pathlib import Path

import pytest

from knowledge_graph.serving.indexes import StoreSettings
from pipelines.evaluation.errors import NothingToScore
from pipelines.evaluation.suite import Given
from pipelines.evaluation.suites import fairness
from pipelines.home import Home
from pipelines.sample import write_sample
from pipelines.sample.first_names import choices, first_name, renamed
from pipelines.sample.source import load_organisation

SEED = int(os.environ.get("FAIRNESS_SEED", "6"))


def _drawn(seed: int) -> dict[str, str]:
    people = load_organisation().people.values()
    return {old: new for old, (new, _, _) in fairness.draw(sorted({first_name(person) for person in people}), seed).items()}


def test_hardly_a_place_depends_on_a_first_name(elasticsearch_url: str, tmp_path: Path) -> None:
    """Not none: words that are English too may be read either way where a sentence begins, and ties of a score fall this way or that."""
    sys.stdout.write(f"\nFAIRNESS_SEED={SEED}\n")
    home = Home(tmp_path, StoreSettings(elasticsearch_url, prefix=f"fair-{tmp_path.name.lower()}"), embeddings=False)
    found = fairness.audit(home, 1, seed=SEED, include=("*.md", "*.txt", "*.html", "*.csv", "*.eml", "*.vtt"))
    changed = next(figure for figure in found.figures if (figure.name, figure.kind) == ("experts in another place", "all"))
    assert changed.measured.cases > 300
    assert changed.measured.value <= 0.02, found.worst


def test_a_copy_differs_in_first_names_alone(tmp_path: Path) -> None:
    drawn = _drawn(SEED)
    own, other = write_sample(tmp_path / "own"), write_sample(tmp_path / "other", drawn)
    assert [item.path for item in other.gold.items] == [item.path for item in own.gold.items]
    pairs = list(zip(own.gold.people, other.gold.people, strict=True))
    assert [there.name for _, there in pairs] == [f"{drawn[here.name.split()[0]]} {here.name.split(' ', 1)[1]}" for here, _ in pairs]
    assert len({there.email for _, there in pairs}) == len(pairs)
    for path in sorted(other.files.rglob("*.md")):
        said = path.read_text(encoding="utf-8")
        assert not [old for old in drawn if f"{old} " in said and old not in drawn.values()], path
        back = said
        for here, there in pairs:
            back = back.replace(there.name, here.name)
        assert len(back.split()) == len((own.files / path.relative_to(other.files)).read_text(encoding="utf-8").split())


def test_nobody_renamed_is_the_same_company() -> None:
    org = load_organisation()
    assert renamed(org, {}) is org
    assert renamed(org, {first_name(person): first_name(person) for person in org.people.values()}) == org


def test_no_two_people_get_one_name() -> None:
    names = [name for sexes in choices().values() for names in sexes.values() for name in names]
    assert len(names) == len(set(names))
    drawn = _drawn(SEED)
    assert len(set(drawn.values())) == len(drawn)
    assert _drawn(SEED) == drawn != _drawn(SEED + 1)


def test_who_changes_place_is_counted_with_the_kind_of_their_name() -> None:
    names = [("Ngozi", "west african", "female"), ("Ian", "english", "male"), ("Hope", "also words", "female")]
    own: fairness.Places = {"crane": {0: 1, 1: 2, 2: 3}}
    same = list(fairness.compared(own, own, names))
    assert [(each.changed, each.lost) for each in same] == [(False, 0)] * 3
    other: fairness.Places = {"crane": {1: 1, 0: 2, "email:list@x.org": 3}}
    gone = list(fairness.compared(own, other, names))
    assert {(each.name[0], each.changed, each.lost) for each in gone} == {
        ("Ngozi", True, 1), ("Ian", True, -1), ("Hope", True, fairness.FETCHED - 2), ("email:list@x.org", True, 3 - fairness.FETCHED - 1),
    }  # fmt: skip


def test_an_installation_is_needed(tmp_path: Path) -> None:
    with pytest.raises(NothingToScore, match="installation"):
        fairness.measure(Given(tmp_path))


def test_the_audit_reads_no_files_of_the_user() -> None:
    assert fairness.SUITE.find(Path("/nowhere")).name == "sample"
