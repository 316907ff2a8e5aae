"""Java classes of Spark and of the embedded Elasticsearch as the JVM has them in memory, kept in files (JEP 350, JEP 514).

A start of Spark then costs two thirds, one of Elasticsearch half. `python -m pipelines.class_archive` makes the files in the Python
environment; `make demo` and `make test` do.
"""

import os
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from infra import class_archive, elasticsearch, jars, process, spark_java

AT_EXIT_S = 300
"""A JVM writes its file when it ends."""
MIRROR = "ENGRAM_MAVEN_URL"
PAGE = "# Harbour Ledger\n\nOwner: Ann Lee <ann@x.example>\n\nHarbour Ledger is the list of ships. Ann Lee keeps it.\n\n- Harbour Ledger\n"


def options() -> str:
    """What tells Spark's Java to use its file, `""` where there is none."""
    there = spark()
    # What it says of a file that does not fit, it says to the terminal.
    return f"-XX:SharedArchiveFile={there} -Xlog:disable" if there.is_file() else ""


def spark() -> Path:
    """Spark's file, whether it is there or not."""
    release = (spark_java.java_home() / "release").read_text(encoding="utf-8")
    return class_archive.place("spark.jsa", release, version("pyspark"), *(jar.name for jar in jars.resolve().delta))


def make() -> None:
    """A small run with Javas that note which classes they load; nothing where that is done."""
    mirror = os.environ.get(MIRROR)
    places = (spark(), elasticsearch.archive(jars.resolve(mirror=mirror).elasticsearch_home))
    if all(there.is_file() for there in places):
        return
    sys.stdout.write("Keeping the Java classes of Spark and Elasticsearch at hand (once), to start them in half the time\n")
    folder = places[0].parent
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    parts = [there.with_suffix(".part") for there in places]
    with tempfile.TemporaryDirectory() as installation:
        home = Path(installation)
        server = elasticsearch.start(
            elasticsearch.ElasticsearchSettings(home, process.free_port(), mirror=mirror, outlives_us=False, archive_to=parts[1])
        )
        # For Spark's Java alone. Of the thousands of classes it tells which few it leaves out.
        os.environ["JDK_JAVA_OPTIONS"] = f"-XX:ArchiveClassesAtExit={parts[0]} -Xlog:disable -Xlog:all=error:stderr"
        with ThreadPoolExecutor() as beside:
            try:
                _run(home, server.url)
            finally:
                stopped = beside.submit(elasticsearch.stop, home, AT_EXIT_S)
                _stop_spark()
        stopped.result()
    for part, there in zip(parts, places, strict=True):
        part.rename(there)


def _run(folder: Path, elasticsearch_url: str) -> None:
    from knowledge_graph.model.access import EVERYONE, Reader
    from knowledge_graph.serving.indexes import StoreSettings
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.store import SearchStore
    from pipelines import sources
    from pipelines.home import Home
    from pipelines.progress import Reporter
    from pipelines.run import run

    (folder / "files").mkdir()
    (folder / "files" / "ledger.md").write_text(PAGE, encoding="utf-8")
    home = Home(folder / "home", StoreSettings(elasticsearch_url), embeddings=False)
    sources.add(home.sources_file, sources.Source(name="files", kind="folder", path=folder / "files", access=(EVERYONE,)))
    run(home, reporter=Reporter(quiet=True))
    with SearchStore.open(home.store) as store:
        Library(store, Reader.of([EVERYONE])).search("harbour ledger")


def _stop_spark() -> None:
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(AT_EXIT_S)


if __name__ == "__main__":
    make()
