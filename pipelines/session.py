"""The one Spark session of a run."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from infra import jars, spark_java
from pipelines import class_archive
from pipelines.home import Home

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
"""Two thirds of a short run were the JVM compiling itself and Spark compiling queries (140 s to 80 s on 21 files). With the first compiler
alone the code cache would have 48 MB, which Spark fills, and then nothing is compiled any more."""
LOCAL = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.maxPlanStringLength": "1000",
}
"""What one machine is better off with; a cluster keeps Spark's own settings."""
COMPILED = {
    "spark.sql.codegen.wholeStage": "true",
    "spark.sql.codegen.factoryMode": "FALLBACK",
    "spark.sql.shuffle.partitions": "4",
}
"""From the first large table on: 307,000 rows of evidence are then read in a third of the time, and all edges made in two thirds. Before
that a task costs more than the rows in it."""


def start_spark(home: Home) -> "SparkSession":
    """Spark with Delta at the size of the machine."""
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["JAVA_HOME"] = str(spark_java.java_home())
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    logging.getLogger().addFilter(_not_of_the_bridge)
    scratch = home.path / "run" / "spark"
    delta = list(map(str, jars.resolve(mirror=home.maven_mirror).delta))
    builder = (
        SparkSession.builder.master(home.spark_master)
        .appName("engram")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "2g")
        .config("spark.local.dir", str(scratch))
        .config("spark.sql.warehouse.dir", str(scratch / "warehouse"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        # A Python worker keeps its models and its parsing sandbox from task to task.
        .config("spark.python.worker.reuse", "true")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .config("spark.log.level", "ERROR")
        # Java would be told the line of ours that each expression stands in: a tenth of a small run.
        .config("spark.python.sql.dataFrameDebugging.enabled", "false")
        # Local files of a few megabytes: planning and compiling a query cost more than running it.
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.databricks.delta.stats.skipping", "false")
    )
    if home.spark_master.startswith("local"):
        for name, value in LOCAL.items():
            builder = builder.config(name, value)
        builder = builder.config("spark.driver.extraClassPath", os.pathsep.join(delta))
        builder = builder.config("spark.driver.extraJavaOptions", f"{JAVA} {class_archive.options()}")
    else:
        builder = builder.config("spark.jars", ",".join(delta))
    with _said_to(home.path / "logs" / "spark.log"):
        return builder.getOrCreate()


def _not_of_the_bridge(record: logging.LogRecord) -> bool:
    """False for what py4j writes to the root logger, all of which it also raises.

    Ctrl-C while Spark works would print three tracebacks: of the call, of its cancelling and of the two together.
    """
    return Path(record.pathname).parent.name != "py4j"


@contextmanager
def _said_to(log: Path) -> Iterator[None]:
    """What Spark's Java writes to the terminal goes to a file: it starts with warnings that tell a person nothing.

    The Java process inherits the descriptor that it finds when it starts; everything after is told by exceptions.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stderr.flush()
    terminal = os.dup(2)
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
