"""`engram run` that is stopped at a chosen moment of a chosen stage: `python stopped.py STAGE MOMENT SIGNAL`.

Moments: `start` as the stage begins, `waiting` while Spark works for it, `middle` when its rows are computed and nothing is written,
`commit` when its first write is done and the stage is not. The signal hits this process from inside, so that the moment is exact.
"""

import os
import signal
import sys
import threading
import time
from typing import Any

from knowledge_graph.serving.store import SearchStore
from pipelines.cli import main
from pipelines.lake import Lake
from pipelines.run import Run
from pipelines.stages.publish import _Sync

STAGE, MOMENT, SIGNAL = sys.argv[1:4]
now = ""


def stop(moment: str) -> None:
    if now == STAGE and moment == MOMENT:
        os.kill(os.getpid(), getattr(signal, SIGNAL))
        time.sleep(30)


def stop_while_spark_works(run: Run) -> None:
    from pyspark.sql import functions as f

    threading.Timer(3, os.kill, (os.getpid(), getattr(signal, SIGNAL))).start()
    run.lake.spark.range(1).select(f.udf(lambda _: time.sleep(30))("id")).collect()


def stopping(before: str, after: str, inner: Any) -> Any:
    def run(*arguments: Any, **options: Any) -> Any:
        stop(before)
        answer = inner(*arguments, **options)
        stop(after)
        return answer

    return run


def entering(inner: Any) -> Any:
    def run(self: Run, stage: Any, *arguments: Any, **options: Any) -> Any:
        global now
        now = stage
        stop("start")
        if now == STAGE and MOMENT == "waiting":
            stop_while_spark_works(self)
        return inner(self, stage, *arguments, **options)

    return run


Run.stage = entering(Run.stage)  # type: ignore[method-assign]
Lake.replace = stopping("middle", "commit", Lake.replace)  # type: ignore[method-assign]
# Rows are written by workers, out of reach from here.
_Sync._write = stopping("middle", "", _Sync._write)  # type: ignore[method-assign]
SearchStore.swap = stopping("commit", "", SearchStore.swap)  # type: ignore[method-assign]
sys.argv = ["engram", "run"]
main()
