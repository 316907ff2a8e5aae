"""The DAGs as a scheduler and a person see them. Airflow runs in processes of its own, with a database of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
DAGS = HERE.parents[1] / "dags"
STAGES = ["crawl", "parse", "mine", "fold", "publish"]
RUN_LIMIT_S = 1600  # under pytest's own limit, so that what Airflow said until then is shown
PARSE_BUDGET_S = 2.0  # 0.12 s measured on an idle machine; the tests share theirs


def airflow(place: Path, script: str, *arguments: str, **environment: str) -> Any:
    """The last line of a script's output that is JSON (Airflow and Spark log around it), and all of the output."""
    known = {
        "AIRFLOW_HOME": str(place),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "false",
    }
    command = [sys.executable, str(HERE / script), str(DAGS), *arguments]
    done = subprocess.run(command, env=os.environ | known | environment, capture_output=True, text=True, check=False, timeout=RUN_LIMIT_S)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    answer = [line for line in done.stdout.splitlines() if line.startswith("{")][-1]
    return json.loads(answer), done.stdout + done.stderr


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Installations: two sources, none, a sources.yaml with a fault."""
    top = tmp_path_factory.mktemp("Häuser und Höfe")
    made = {name: top / name for name in ("good", "missing", "broken")}
    for home in made.values():
        home.mkdir()
    entry = "- {name: %s, kind: folder, path: /nowhere, access: [everyone], schedule: '%s'}\n"
    (made["good"] / "sources.yaml").write_text(entry % ("handbook", "0 3 * * *") + entry % ("old-notes", "none"))
    (made["broken"] / "sources.yaml").write_text(entry % ("a", "@daily") + "- name: b\n  kind: ftp\n  path: x\n")
    return made


@pytest.fixture(scope="module")
def parsed(homes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Any:
    answer, _ = airflow(tmp_path_factory.mktemp("airflow"), "parse_dags.py", *map(str, homes.values()))
    return answer


@pytest.fixture(scope="module")
def airflow_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all that run: its database takes longer to make than a task."""
    return tmp_path_factory.mktemp("airflow")


@pytest.fixture
def good(parsed: Any, homes: dict[str, Path]) -> Any:
    return parsed["found"][str(homes["good"])]


def test_a_dag_for_each_source_and_two_for_all(good: Any) -> None:
    assert good["errors"] == []
    assert set(good["dags"]) == {"engram_ingest_handbook", "engram_ingest_old-notes", "engram_reconcile", "engram_digest"}


def test_ingest_runs_the_stages_in_order_on_the_sources_schedule(good: Any) -> None:
    ingest = good["dags"]["engram_ingest_handbook"]
    assert ingest["tasks"] == {stage: STAGES[number + 1 : number + 2] for number, stage in enumerate(STAGES)}
    assert ingest["schedule"] == "0 3 * * *"
    assert good["dags"]["engram_ingest_old-notes"]["schedule"] is None
    assert ingest["params"]["full"]["type"] == "boolean"


def test_a_publish_starts_what_depends_on_it(good: Any) -> None:
    dags = good["dags"]
    assert dags["engram_ingest_handbook"]["outlets"] == ["engram://handbook/published"]
    assert dags["engram_digest"]["schedule"] == ["engram://handbook/published", "engram://old-notes/published"]
    assert set(dags["engram_reconcile"]["tasks"]) == {"handbook", "old-notes"}


def test_every_dag_is_described_retries_and_runs_once_at_a_time(good: Any) -> None:
    for dag in good["dags"].values():
        assert dag["doc"].strip().startswith("### Engram")
        assert set(dag["retries"]) == {2}
        assert (dag["max_active_runs"], dag["catchup"]) == (1, False)


def test_an_installation_without_sources_has_no_dags(parsed: Any, homes: dict[str, Path]) -> None:
    found = parsed["found"][str(homes["missing"])]
    assert (found["dags"], found["errors"]) == ({}, [])


def test_a_broken_sources_file_is_an_import_error_with_line_and_reason(parsed: Any, homes: dict[str, Path]) -> None:
    found = parsed["found"][str(homes["broken"])]
    assert found["dags"] == {}
    (error,) = found["errors"]
    assert "sources.yaml line 3: unknown kind 'ftp'; known: folder, git" in error


def test_parsing_is_light(parsed: Any) -> None:
    assert parsed["heavy"] == []
    assert max(found["seconds"] for found in parsed["found"].values()) < PARSE_BUDGET_S


def test_ingest_for_real(home: Path, airflow_home: Path, elasticsearch_url: str, tmp_path: Path) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    for number in range(3):
        (documents / f"{number}.md").write_text(f"# Harbour Project {number}\n\nThe Harbour Project moves the quay. Ann leads it.\n")
    (home / "sources.yaml").write_text(f"- {{name: docs, kind: folder, path: '{documents}', access: [everyone]}}\n")
    server = {"ENGRAM_HOME": str(home), "ENGRAM_ELASTICSEARCH_URL": elasticsearch_url, "ENGRAM_INDEX_PREFIX": f"dag-{os.getpid()}"}
    ran, log = airflow(airflow_home, "run_dag.py", "engram_ingest_docs", **server)
    assert (ran["state"], ran["tasks"]) == ("success", dict.fromkeys(STAGES, "success")), log[-5000:]
    assert status(server)["total"]["published"] == 3
    verified, log = airflow(airflow_home, "run_dag.py", "engram_digest", **server)
    assert (verified["state"], verified["tasks"]) == ("success", {"verify": "success"}), log[-5000:]


def test_a_source_that_only_a_person_can_mend_fails_at_once(home: Path, airflow_home: Path, tmp_path: Path) -> None:
    (tmp_path / "file.md").touch()
    (home / "sources.yaml").write_text(f"- {{name: docs, kind: folder, path: '{tmp_path / 'file.md'}', access: [everyone]}}\n")
    ran, log = airflow(airflow_home, "run_dag.py", "engram_ingest_docs", ENGRAM_HOME=str(home))
    assert (ran["state"], ran["tasks"]["crawl"]) == ("failed", "failed"), log[-5000:]
    assert "file.md is not a folder" in log


def test_the_digest_waits_for_an_ingest_but_not_for_ever(home: Path, airflow_home: Path, elasticsearch_url: str) -> None:
    (home / "docs").mkdir()
    (home / "docs" / "a.md").write_text("# Harbour Project\n")
    (home / "sources.yaml").write_text(f"- {{name: docs, kind: folder, path: '{home / 'docs'}', access: [everyone]}}\n")
    server = {"ENGRAM_HOME": str(home), "ENGRAM_ELASTICSEARCH_URL": elasticsearch_url, "ENGRAM_INDEX_PREFIX": f"dag-{os.getpid()}-wait"}
    crawl = [sys.executable, "-m", "pipelines.cli", "run", "--stage", "crawl"]
    subprocess.run(crawl, env=os.environ | server, capture_output=True, check=True)
    script = """
from datetime import UTC, datetime, timedelta
import engram_dag
for hours in (0, 2):
    try:
        engram_dag.verify_when_settled(datetime.now(UTC) - timedelta(hours=hours))
    except Exception as exc:
        print(hours, type(exc).__name__)
"""
    place = {"AIRFLOW_HOME": str(airflow_home), "PYTHONPATH": os.pathsep.join((str(DAGS), str(DAGS.parent)))}
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | server | place, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["0 AirflowRescheduleException", "2 Unaccounted"], done.stderr


def status(environment: dict[str, str]) -> Any:
    command = [sys.executable, "-m", "pipelines.cli", "status", "--json"]
    return json.loads(subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True).stdout)
