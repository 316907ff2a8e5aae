"""What a person reads when something breaks under a stage: which stage, which item, why, what to do. Without Spark."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import write_deltalake
from typer.testing import CliRunner

from infra.process import log_path
from knowledge_graph.errors import StoreUnavailable
from knowledge_graph.model.ids import document_id
from knowledge_graph.serving.indexes import StoreSettings
from pipelines.blobs import BlobDamaged, Blobs
from pipelines.cli import app
from pipelines.faults import LakeDamaged, Marked, StageFailed, at, sentence, told
from pipelines.home import Home
from pipelines.lake import TABLES, Lake, table_rows
from pipelines.session import _said_to
from pipelines.status import status

LAKE = Path("/srv/engram/lake")


def worker_says(stage: str, item: str, error: Exception) -> str:
    """The text that reaches the driver: a traceback inside a traceback."""
    with pytest.raises(Marked) as caught, at(stage, item):
        raise error
    return f"An exception was thrown from the Python worker:\nTraceback ...\npipelines.faults.Marked: {caught.value}\n\n\tat java.base/..."


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "parse stopped at wiki/été.md: the disk is full. Free some space, then run it again."),
        (PermissionError(13, "Permission denied"), "Give this user access"),
        (OSError(5, "Input/output error"), "the disk fails"),
        (StoreUnavailable("Elasticsearch does not answer at X. Start it with `engram up`."), "Start it with `engram up`"),
        (MemoryError(), "the memory is used up"),
        (OSError("Unable to copy data to file: No space left on device (os error 28)"), "the disk is full. Free some space"),
    ],
    ids=["disk full", "not allowed", "disk fails", "no server", "no memory", "disk full for the lake"],
)
def test_a_worker_names_stage_item_and_remedy(error: Exception, words: str) -> None:
    said = sentence("parse", worker_says("parse", "wiki/été.md", error), LAKE)
    assert words in said
    assert said.startswith("parse stopped at wiki/été.md: ")
    assert said.endswith("`engram run` goes on from there.")


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(KeyError), at("mine", "wiki/a.md"):
        raise KeyError("name")
    assert sentence("mine", "KeyError: 'name'", LAKE) == ""
    with pytest.raises(ZeroDivisionError), told("mine", LAKE):
        raise ZeroDivisionError


def test_a_damaged_file_of_the_lake_names_its_table() -> None:
    text = "[FAILED_READ_FILE.NO_HINT] Encountered error while reading file file:///srv/engram/lake/evidence/part-0.parquet."
    assert "table evidence is damaged. Move /srv/engram/lake/evidence away" in sentence("fold", text, LAKE)


def test_a_driver_without_disk_says_so(tmp_path: Path) -> None:
    with pytest.raises(StageFailed, match=r"crawl stopped at .*part: the disk is full") as caught, told("crawl", LAKE):
        raise OSError(28, "No space left on device", str(tmp_path / "part"))
    assert "goes on from there" in caught.value.message


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    """A limit on file sizes fails a write in the middle, as a full disk does."""
    code = (
        "import sys; from pathlib import Path; from pipelines.blobs import Blobs\n"
        "try: Blobs(Path(sys.argv[1])).put(b'x' * 100_000)\n"
        "except OSError as exc: print(exc.errno)"
    )

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], preexec_fn=small, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "27"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_damaged_blob_is_thrown_away_and_written_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    digest = blobs.put(b"the right bytes")
    file = tmp_path / digest[:2] / digest
    file.write_bytes(b"the wrong bytes")
    assert blobs.damaged(digest)
    with pytest.raises(BlobDamaged, match="damaged"):
        blobs.get(digest)
    assert not file.exists()
    with pytest.raises(BlobDamaged, match="missing"):
        blobs.get(digest)
    file.write_bytes(b"the wrong bytes")
    assert blobs.put(b"the right bytes") == digest
    assert blobs.get(digest) == b"the right bytes"


@pytest.fixture
def small(tmp_path: Path, free_port: int) -> Home:
    """An installation of one parsed item, with no server behind it."""
    home = Home(tmp_path, StoreSettings(f"http://127.0.0.1:{free_port}"))
    Lake(home.lake, lambda: pytest.fail("no Spark here")).rewrite("cursors", "wiki", [])
    texts = {"source": "wiki", "item": "a.md", "path": "a.md", "document": document_id("wiki", "a.md"), "root": document_id("wiki", "a.md")}
    given: dict[str, dict[str, Any]] = {
        "items": {"deleted": False, "excluded": "", "allow": [], "deny": [], "people": [], "size": 1},
        "documents": {"status": "parsed", "parent": "", "notes": ["Only the first 5,000 rows of a sheet are read."]},
    }
    for table, row in given.items():
        schema = TABLES[table].schema
        whole = {name: texts.get(name) for name in schema.names} | row
        write_deltalake(home.lake / table, pa.Table.from_pylist([whole], schema=schema), mode="append")
    return home


def test_without_elasticsearch_nobody_claims_to_know_what_is_published(small: Home) -> None:
    found = status(small)
    assert (found["total"]["unknown"], found["total"]["pending"], found["total"]["published"]) == (1, 0, 0)
    environ = {"ENGRAM_HOME": str(small.path), "ENGRAM_ELASTICSEARCH_URL": small.store.url}
    shown = CliRunner().invoke(app, ["status"], env=environ)
    assert shown.exit_code == 1
    assert "nobody can say what is published. Run `engram up`" in shown.stdout
    assert "Only the first 5,000 rows" in shown.stdout
    refused = CliRunner().invoke(app, ["verify"], env=environ)
    assert (refused.exit_code, "nothing can be verified" in refused.stderr) == (1, True)


def test_status_says_what_is_left_out_and_by_which_rule(small: Home) -> None:
    row = {"source": "wiki", "deleted": False, "allow": [], "deny": [], "people": [], "size": 0, "excluded": "the folder cannot be listed"}
    rows = [dict.fromkeys(TABLES["items"].schema.names, "") | row | {"item": item, "document": item} for item in ("b/", "a/")]
    write_deltalake(small.lake / "items", pa.Table.from_pylist(rows, schema=TABLES["items"].schema), mode="append")
    found = status(small)
    assert found["excluded"] == [{"source": "wiki", "reason": "the folder cannot be listed", "items": 2, "first": "a/"}]
    assert found["total"]["excluded"] == 2
    shown = CliRunner().invoke(app, ["status"], env={"ENGRAM_HOME": str(small.path), "ENGRAM_ELASTICSEARCH_URL": small.store.url})
    assert "the folder cannot be listed" in shown.stdout


@pytest.mark.parametrize("part", ["a file of rows", "the log", "the whole log"])
def test_a_damaged_table_is_one_sentence(small: Home, part: str) -> None:
    table = small.lake / "items"
    file = next(table.glob("*.parquet")) if part == "a file of rows" else max((table / "_delta_log").glob("*.json"))
    file.write_bytes(b"\0" * file.stat().st_size)
    if part == "the whole log":
        shutil.rmtree(table / "_delta_log")
    with pytest.raises(LakeDamaged, match="table items is damaged"):
        list(table_rows(small.lake, "items"))
    shown = CliRunner().invoke(app, ["status"], env={"ENGRAM_HOME": str(small.path), "ENGRAM_ELASTICSEARCH_URL": small.store.url})
    assert shown.exit_code == 1
    assert "engram run --full" in shown.stderr
    assert "Traceback" not in shown.output


def test_a_table_whose_making_was_stopped_is_made(tmp_path: Path) -> None:
    log = tmp_path / "items" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json#1").touch()  # what a full disk leaves of a first commit
    assert list(table_rows(tmp_path, "items")) == []
    lake = Lake(tmp_path, lambda: pytest.fail("no Spark here"))
    lake.create()
    assert {lake.version(name) for name in TABLES} == {0}


def test_an_older_table_gets_its_new_columns(small: Home) -> None:
    old = TABLES["documents"].schema.remove(TABLES["documents"].schema.get_field_index("notes"))
    rows = [{name: row[name] for name in old.names} for row in table_rows(small.lake, "documents")]
    write_deltalake(str(small.lake / "documents"), pa.Table.from_pylist(rows, schema=old), mode="overwrite", schema_mode="overwrite")
    Lake(small.lake, lambda: pytest.fail("no Spark here")).rewrite("cursors", "wiki", [])
    assert [row["notes"] for row in table_rows(small.lake, "documents")] == [None]
    assert json.dumps(status(small)["partly"]) == "[]"


def test_what_java_says_goes_to_a_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    log = log_path(tmp_path, "spark")
    with _said_to(log):
        os.system("echo WARNING: incubator modules >&2")
    os.system("echo heard >&2")
    assert log.read_text() == "WARNING: incubator modules\n"
    assert capfd.readouterr().err == "heard\n"
