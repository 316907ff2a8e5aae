"""Suites over a mined organisation, as its reader sees it: the figures, the baselines, the worst cases."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from knowledge_graph.fold.experts import WEIGHTS
from pipelines.evaluation.suites import ablation

Evaluated = Callable[..., Result]


@pytest.fixture
def report(evaluated: Evaluated) -> Callable[..., Any]:
    def asked(*arguments: str) -> Any:
        result = evaluated(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return asked


def values(report: Any) -> dict[str, float]:
    return {f"{figure['name']} of {figure['kind']}": figure["measured"]["value"] for figure in report["figures"]}


def test_topics(report: Callable[..., Any]) -> None:
    found = report("topics")
    assert (found["suite"], found["data"]) == ("topics", "larkspur")
    assert values(found) == {"recall of project": 0.5, "recall of part": 1.0}
    assert {"document frequency", "tf x rarity", "among all candidates"} == set(found["figures"][0]["baselines"])
    # Osprey is the finance department's: not among what everyone may open, candidates included.
    missed = [case for case in found["worst"] if case["kind"] == "project"]
    assert [(case["id"], case["got"]) for case in missed] == [("Project Osprey", "no candidate")]


def test_another_reader_scores_otherwise(report: Callable[..., Any]) -> None:
    assert values(report("topics", "--as", "dalia@larkspur.example"))["recall of project"] == 1.0


def test_verdicts_give_precision(report: Callable[..., Any], gold: Path) -> None:
    (gold / "verdicts").mkdir()
    (gold / "verdicts" / "topics-larkspur.tsv").write_text("projectfalcon\tyes\tProject Falcon\nledgerwriter\tno\n# by hand\n")
    found = report("topics")
    precision = found["figures"][0]
    assert (precision["name"], precision["measured"]["value"], precision["measured"]["cases"]) == ("precision of the first 100", 0.5, 2)
    assert {case["id"]: case["kind"] for case in found["worst"]}["ledgerwriter"] == "refused"
    assert "have no verdict yet" in found["notes"][0]


def test_a_wrong_verdict_is_refused_with_its_line(evaluated: Evaluated, gold: Path) -> None:
    (gold / "verdicts").mkdir()
    (gold / "verdicts" / "topics-larkspur.tsv").write_text("projectfalcon\tyes\nledgerwriter\tmaybe\n")
    result = evaluated("topics")
    assert result.exit_code == 1
    assert "topics-larkspur.tsv line 2" in result.output


def test_experts(report: Callable[..., Any]) -> None:
    found = report("experts")
    assert values(found)["nDCG@10 of part"] == 1.0
    assert set(values(found)) == {
        f"{figure} of {kind}" for figure in ("nDCG@10", "nDCG@10 from mentions only") for kind in ("part", "project")
    }
    assert all("BM25 votes" in figure["baselines"] for figure in found["figures"])


def test_what_parts_of_the_ranking_are_worth(report: Callable[..., Any]) -> None:
    found, whole = report("ablation"), values(report("experts"))
    assert values(found) == whole, "all parts together are the ranking that is served"
    for figure in found["figures"]:
        means = {name: estimate["value"] for name, estimate in figure["baselines"].items()}
        assert means["best order of those found"] >= max(figure["measured"]["value"], *means.values())
    terms = [term for part in ablation.PARTS.values() for term in part]
    assert sorted(terms) == sorted(WEIGHTS), "each term belongs to one part"


def test_related(report: Callable[..., Any]) -> None:
    found = report("related")
    assert values(found)["recall@10 of all"] == 1.0
    assert "recall@10 on the card of all" in values(found)
    assert "shared documents" in found["figures"][0]["baselines"]


def test_aliases(report: Callable[..., Any]) -> None:
    found = report("aliases")
    assert {"precision of joins of all", "recall of joins of all"} == set(values(found))
    assert {"every join", "spelling only"} == set(found["figures"][0]["baselines"])


def test_definitions(report: Callable[..., Any], gold: Path) -> None:
    unread = {case["id"]: case["got"] for case in report("definitions")["worst"]}
    subject = next(subject for subject in unread if subject.startswith("projectfalcon#"))
    assert "billing engine" in unread[subject]
    (gold / "verdicts").mkdir()
    (gold / "verdicts" / "definitions-larkspur.tsv").write_text(f"{subject}\tyes\n")
    assert values(report("definitions"))["acceptable descriptions of all"] == 1.0


def test_what_a_person_sees(evaluated: Evaluated) -> None:
    out = evaluated("experts").output
    assert "experts on larkspur" in out
    assert "BM25 votes" in out
    assert "95% interval" in out
    assert "█" in out
    assert "Osprey" in out, "the worst case"


def test_wrong_use(evaluated: Evaluated, tmp_path: Path) -> None:
    assert "There is no suite 'nonsense'" in evaluated("nonsense").output
    assert evaluated("nonsense").exit_code == 2
    empty = evaluated("keyphrases", "--data", str(tmp_path))
    assert empty.exit_code == 1
    assert "*.jsonl" in empty.output
