"""Progress of Spark work: counts, rate and time left, as a bar on a terminal and as plain lines in a log."""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from pyspark import Accumulator
    from pyspark.sql import SparkSession

log = logging.getLogger(__name__)

POLL_S = 0.5
LOG_EVERY_S = 15.0


def log_lines(*, quiet: bool) -> None:
    """Off a terminal progress comes as log lines, where the reporter's user wants any."""
    logging.basicConfig(format="%(asctime)s %(message)s", datefmt="%H:%M:%S", level=logging.WARNING)
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)  # what it warns of is retried, or ends in a sentence of ours
    logging.getLogger("pipelines").setLevel(logging.WARNING if quiet else logging.INFO)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Where progress goes; `quiet` is for tests and JSON output."""

    quiet: bool = False

    @contextmanager
    def counting(self, spark: "SparkSession", label: str, total: int, unit: str) -> Iterator["Accumulator[int]"]:
        """An accumulator for workers to add to while the block runs; Spark delivers it task by task."""
        done = spark.sparkContext.accumulator(0)
        stop = threading.Event()
        show = self._bar if not self.quiet and sys.stderr.isatty() else self._lines
        thread = threading.Thread(target=show, args=(done, stop, label, total, unit), daemon=True)
        thread.start()
        try:
            yield done
        finally:
            stop.set()
            thread.join()

    @contextmanager
    def working(self, label: str) -> Iterator[None]:
        """Says what is being done while the block runs, where there is nothing to count."""
        started = time.monotonic()
        if not self.quiet and sys.stderr.isatty():
            with Console(stderr=True).status(label):
                yield
        else:
            log.info("%s ...", label)
            yield
            log.info("%s: %.1f s", label, time.monotonic() - started)

    def _bar(self, done: "Accumulator[int]", stop: threading.Event, label: str, total: int, unit: str) -> None:
        columns = (
            TextColumn("{task.description:<8}"),
            BarColumn(),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
        )
        started = time.monotonic()
        with Progress(*columns, console=Console(stderr=True), transient=False) as progress:
            task = progress.add_task(label, total=total, rate="")
            while not stop.wait(POLL_S):
                rate = done.value / max(1e-9, time.monotonic() - started)
                progress.update(task, completed=done.value, rate=f"{rate:.1f} {unit}/s")
            progress.update(task, completed=done.value)

    def _lines(self, done: "Accumulator[int]", stop: threading.Event, label: str, total: int, unit: str) -> None:
        started = time.monotonic()
        while not stop.wait(LOG_EVERY_S):
            rate = done.value / max(1e-9, time.monotonic() - started)
            left = f"{(total - done.value) / rate:.0f} s left" if rate else "no rate yet"
            log.info("%s: %d of %d %s, %.1f/s, %s", label, done.value, total, unit, rate, left)
        log.info("%s: %d of %d %s in %.1f s", label, done.value, total, unit, time.monotonic() - started)
