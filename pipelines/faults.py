"""What stops a stage, said in one sentence: which stage, at which item, why, and what to do.

A worker's exception reaches the driver as the text of a traceback inside Spark's own. `at` puts the item's name and the cause into that
text where it happens; `told` finds them again and raises one error for a person.
"""

import errno
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge_graph.errors import EngramError

GOES_ON = "What is done is kept; `engram run` goes on from there."
_MARKED = re.compile(r"engram-fault (\{.*?\}) engram-fault-end", re.DOTALL)
_TABLE = re.compile(r"/lake/(\w+)/")
_DAMAGED = (
    "is not a Parquet file",
    "FAILED_READ_FILE",
    "ParquetDecodingException",
    "DELTA_LOG",
    "DELTA_VERSIONS_NOT_CONTIGUOUS",
    "FileNotFoundException",
)
_JVM_GONE = (
    "Answer from Java side is empty",
    "Error while sending or receiving",
    "An error occurred while trying to connect to the Java server",
)
_WORKER_GONE = "Python worker exited unexpectedly"
_CONFLICT = ("concurrent transaction", "DELTA_CONCURRENT")
_WHY = {
    errno.ENOSPC: "the disk is full. Free some space",
    errno.EDQUOT: "the disk quota is used up. Free some space",
    errno.EFBIG: "a file may not grow any further (a limit of this system). Raise it",
    errno.EROFS: "the disk is read-only. Make it writable",
    errno.EIO: "the disk fails. Check it",
    errno.EACCES: "this is not allowed. Give this user access",
    errno.EPERM: "this is not allowed. Give this user access",
    errno.EMFILE: "too many files are open. Raise the limit (`ulimit -n`)",
}


class StageFailed(EngramError):
    """Stop this run: a stage cannot go on. The next run starts where this one stopped."""


class LakeDamaged(EngramError):
    """Stop this run: a table's files are damaged. Everything in them can be made again from the sources."""


class Marked(Exception):
    """A worker's fault with its item, in a form that survives a traceback as text."""

    def __init__(self, stage: str, item: str, cause: str) -> None:
        super().__init__(f"engram-fault {json.dumps({'stage': stage, 'item': item, 'cause': cause})} engram-fault-end")


@contextmanager
def at(stage: str, item: str) -> Iterator[None]:
    """Name the item in what stops a worker. Faults of the program itself pass: their traceback is what helps."""
    try:
        yield
    except EngramError as exc:
        raise Marked(stage, item, exc.message) from exc
    except MemoryError as exc:
        raise Marked(stage, item, "the memory is used up. Give it more, or leave the item out with `exclude`.") from exc
    except OSError as exc:
        raise Marked(stage, item, why(exc)) from exc


@contextmanager
def told(stage: str, lake: Path) -> Iterator[None]:
    """Turn what stops a stage into one sentence; what is not understood passes as it is."""
    try:
        yield
    except EngramError:
        raise
    except OSError as exc:
        raise StageFailed(f"{stage} stopped{_where(exc)}: {why(exc)} {GOES_ON}") from exc
    except Exception as exc:
        found = sentence(stage, f"{exc}", lake) if _is_engine(exc) else ""
        if not found:
            raise
        raise StageFailed(found) from exc


def why(exc: OSError) -> str:
    told_as = _WHY.get(exc.errno or _number(f"{exc}"))
    return f"{told_as}, then run it again." if told_as else f"{exc.strerror or exc}."


def _number(text: str) -> int:
    """What an error is that gives no number, by the system's words for it: engines and the lake's writer pass on only these."""
    return next((each for each in _WHY if os.strerror(each) in text), 0)


def sentence(stage: str, text: str, lake: Path) -> str:
    """What a person needs of an engine's many lines; `""` where nothing in them is known."""
    marked = _MARKED.search(text)
    if marked:
        fault = json.loads(marked[1])
        return f"{fault['stage']} stopped at {fault['item']}: {fault['cause']} {GOES_ON}"
    if number := _number(text):
        return f"{stage} stopped: {_WHY[number]}, then run it again. {GOES_ON}"
    if _WORKER_GONE in text:
        return f"{stage} stopped: a worker of Spark was killed, most often for lack of memory. {GOES_ON}"
    if any(word in text for word in _CONFLICT):
        return f"{stage} stopped: another program changed the lake at the same time. {GOES_ON}"
    table = _TABLE.search(text)
    if table and any(word in text for word in _DAMAGED):
        return damaged(lake, table[1]).message
    if any(word in text for word in _JVM_GONE):
        return f"{stage} stopped: Spark ended, perhaps for lack of memory; its last words are in logs/spark.log. {GOES_ON}"
    return ""


def damaged(lake: Path, table: str) -> LakeDamaged:
    return LakeDamaged(
        f"The lake's table {table} is damaged. Move {lake / table} away and run `engram run --full`, which makes it again from the sources."
    )


def _where(exc: OSError) -> str:
    return f" at {exc.filename}" if exc.filename else ""


def _is_engine(exc: Exception) -> bool:
    return type(exc).__module__.split(".")[0] in ("pyspark", "py4j", "delta", "deltalake", "pyarrow", "_internal", "builtins")
