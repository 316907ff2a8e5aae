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
