"""The frozen figures: nothing that can be measured quickly may fall below them. `make quality` measures the rest and renews them."""

from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter
from typer.testing import CliRunner

from pipelines.cli import app
from pipelines.evaluation import reference
from pipelines.evaluation.registry import SUITES
from pipelines.evaluation.results import Report

HERE = Path(__file__).parent
DATA = HERE.parents[1].parent / "shared" / "data"
PLAN = yaml.safe_load((HERE / "plan.yaml").read_text())
QUICK = [row for row in PLAN if row.get("quick")]


@pytest.mark.parametrize("row", QUICK, ids=lambda row: f"{row['suite']}-{row['data']}")
def test_no_figure_fell(row: dict, home: Path) -> None:
    folder = DATA / row["data"]
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    arguments = ["eval", row["suite"], "--data", str(folder), "--verdicts", str(HERE / "verdicts"), "--json"]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    report = TypeAdapter(Report).validate_json(result.stdout)
    changes = reference.compare(report, reference.load(HERE / "reference.json"))
    assert [str(change) for change in changes if change.fell] == []


def test_every_suite_is_planned() -> None:
    assert {row["suite"] for row in PLAN} == set(SUITES)


def test_what_is_frozen_is_planned() -> None:
    frozen = reference.load(HERE / "reference.json")
    assert {(suite, data) for suite, sets in frozen.items() for data in sets} <= {(row["suite"], Path(row["data"]).name) for row in PLAN}


def test_the_frozen_figures_are_written_as_renewing_writes_them(tmp_path: Path) -> None:
    reference.save(tmp_path / "again.json", reference.load(HERE / "reference.json"))
    assert (tmp_path / "again.json").read_text() == (HERE / "reference.json").read_text()


TOLD = {
    "topics: good ones": [("topics", data, "precision of the first 100") for data in ("k8s", "rust", "python")],
    "topics found": [("topics", "k8s", f"recall of {kind}") for kind in ("SIG", "KEP", "subproject")],
    "descriptions": [("definitions", data, "acceptable descriptions") for data in ("k8s", "rust", "python")],
    "experts, nDCG@10": [
        ("experts", "k8s", "nDCG@10 of SIG"),
        ("experts", "k8s", "nDCG@10 of KEP"),
        ("experts", "rust", "nDCG@10 of team"),
    ],
    "the same": [
        ("experts", data, f"nDCG@10 from mentions only of {kind}") for data, kind in (("k8s", "SIG"), ("k8s", "KEP"), ("rust", "team"))
    ],
    "names that mean": [("aliases", "k8s", "precision of joins"), ("aliases", "k8s", "recall of joins")],
    "related": [("related", "k8s", "recall@10")],
    "answers": [("answers", "xquad-en", "right passage cited"), ("answers", "xquad-en", "silent when it is removed")],
    "experts who": [("fairness", "sample", "experts in another place")],
}
"""The figures that the README gives, by how their line of its table begins."""


@pytest.mark.parametrize("line", TOLD)
def test_the_readme_gives_the_frozen_figures(line: str) -> None:
    frozen = reference.load(HERE / "reference.json")
    readme = (HERE.parents[1] / "README.md").read_text()
    row = next(row for row in readme.splitlines() if row.startswith(f"| {line}"))
    told = [float(figure) for figure in row.split("|")[2].split(",")]
    assert told == pytest.approx([frozen[suite][data][figure].value for suite, data, figure in TOLD[line]], abs=0.00501)
