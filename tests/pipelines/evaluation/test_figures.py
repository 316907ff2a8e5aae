"""Measures against hand-made cases, intervals against known ones, and the frozen reference."""

import math

import pytest

from pipelines.evaluation import reference
from pipelines.evaluation.bootstrap import estimate, f1, mean
from pipelines.evaluation.metrics import by_query, f1_of, hits
from pipelines.evaluation.results import Estimate, Figure, Report


def test_ndcg_by_hand() -> None:
    judged = {"q": {"a": 3, "b": 1, "c": 2}, "missing": {"x": 1}, "nothing judged right": {"y": 0}}
    scores = by_query(judged, {"q": ["z", "c", "a"]}, "nDCG@10")
    gained, ideal = 3 / math.log2(3) + 7 / 2, 7 + 3 / math.log2(3) + 1 / 2
    assert scores == {"q": pytest.approx(gained / ideal), "missing": 0.0}


def test_a_repeated_answer_counts_once() -> None:
    assert by_query({"q": {"a": 1}}, {"q": ["b", "b", "a"]}, "RR") == {"q": 0.5}


def test_an_interval_holds_the_value_and_narrows_with_cases() -> None:
    few, many = mean([0.0, 1.0] * 10), mean([0.0, 1.0] * 1000)
    assert few.value == many.value == 0.5
    assert few.low < many.low < 0.5 < many.high < few.high
    # The standard error of a share of one half over 2,000 cases is .0112.
    assert many.high - many.low == pytest.approx(4 * 0.0112, abs=0.005)
    assert mean([0.3, 0.9]) == mean([0.3, 0.9])


def test_pooled_f1() -> None:
    rows = [hits(["a", "b", "b"], {"a", "c"}), hits([], {"d"})]
    assert rows == [(1, 2, 2), (0, 0, 1)]
    assert estimate(rows, f1).value == 0.4
    assert f1_of(rows[0]) == 0.5
    assert estimate([], f1) == Estimate(0, 0, 0, 0)


def _report(*figures: Figure) -> Report:
    return Report("experts", "org", 1.0, figures, (), ())


def _figure(name: str, value: float, *, kind: str = "all", lower_is_better: bool = False) -> Figure:
    return Figure(name, Estimate(value, value, value, 1), kind, lower_is_better=lower_is_better)


def test_a_fall_is_told_from_a_rise() -> None:
    before = _report(_figure("nDCG@10", 0.5, kind="team"), _figure("errors", 0.2, lower_is_better=True), _figure("gone", 0.1))
    frozen = reference.renewed({}, [before])
    assert reference.compare(before, frozen) == []
    after = _report(_figure("nDCG@10", 0.48, kind="team"), _figure("errors", 0.1, lower_is_better=True), _figure("new", 0.3))
    changes = {change.figure: change.fell for change in reference.compare(after, frozen)}
    assert changes == {"nDCG@10 of team": True, "errors": False, "gone": True, "new": False}


def test_what_a_person_allowed_is_kept_on_renewal(tmp_path) -> None:
    frozen = reference.renewed({}, [_report(_figure("nDCG@10", 0.5))])
    kept = frozen["experts"]["org"]["nDCG@10"]
    frozen["experts"]["org"]["nDCG@10"] = kept.model_copy(update={"tolerance": 0.05})
    file = tmp_path / "reference.json"
    reference.save(file, reference.renewed(frozen, [_report(_figure("nDCG@10", 0.46))]))
    assert reference.load(file)["experts"]["org"]["nDCG@10"] == reference.Kept(value=0.46, tolerance=0.05)
    assert not any(change.fell for change in reference.compare(_report(_figure("nDCG@10", 0.45)), reference.load(file)))
