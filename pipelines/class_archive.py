"""Spark's Java classes as the JVM has them in memory, kept in a file (class data sharing, JEP 350): a start costs two thirds.

`python -m pipelines.class_archive` makes it in the Python environment; `make demo` and `make test` do. A JVM that finds the file made by
another Java or for other jars goes on without it.
"""

import hashlib
import os
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from infra import jars, spark_java

AT_EXIT_S = 300
"""The JVM writes the file when it ends."""
PAGE = "# Harbour Ledger\n\nOwner: Ann Lee <ann@x.example>\n\nHarbour Ledger is the list of ships. Ann Lee keeps it.\n\n- Harbour Ledger\n"


def options() -> str:
    """What tells Java to use the file, `""` where there is none."""
    there = _place()
    # What it says of a file that does not fit, it says to the terminal.
    return f"-XX:SharedArchiveFile={there} -Xlog:disable" if there.is_file() else ""


def make() -> None:
    """A small run with a Java that notes which classes it loads; nothing where that is done."""
    there = _place()
    if there.is_file():
        return
    sys.stdout.write("Keeping Spark's Java classes at hand (once): each start of Spark takes a third less\n")
    shutil.rmtree(there.parent, ignore_errors=True)
    there.parent.mkdir(parents=True)
    part = there.with_suffix(".part")
    # Of the thousands of classes it tells which few it leaves out.
    os.environ["JDK_JAVA_OPTIONS"] = f"-XX:ArchiveClassesAtExit={part} -Xlog:disable -Xlog:all=error:stderr"
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder))
    part.rename(there)


def _run(folder: Path) -> None:
    from pyspark import SparkContext

    from knowledge_graph.serving.store import StoreSettings
    from pipelines import sources
    from pipelines.home import Home
    from pipelines.progress import Reporter
    from pipelines.run import STAGES, open_run

    (folder / "files").mkdir()
    (folder / "files" / "ledger.md").write_text(PAGE, encoding="utf-8")
    home = Home(folder / "home", StoreSettings.from_env({}), embeddings=False)
    sources.add(home.sources_file, sources.Source(name="files", kind="folder", path=folder / "files", access=("everyone",)))
    with open_run(home, Reporter(quiet=True)) as running:
        for stage in STAGES[:-1]:  # all but publishing, which needs a server
            running.stage(stage, None, full=False)
    gateway = SparkContext._gateway
    assert gateway is not None
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(AT_EXIT_S)


def _place() -> Path:
    release = (spark_java.java_home() / "release").read_text(encoding="utf-8")
    made_of = (release, version("pyspark"), *(jar.name for jar in jars.resolve().delta))
    name = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]
    return Path(sys.prefix) / "share" / "engram" / f"spark-{name}.jsa"


if __name__ == "__main__":
    make()
