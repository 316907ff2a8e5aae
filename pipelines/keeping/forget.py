"""`engram forget`: items and people out of every store and its history, for good, with a signed report.

The order makes it safe to kill at any point: what is to be forgotten is first written down as keyed marks, which every later run obeys;
then it is taken out of the tables, everything derived is made again without it, and every store is rewritten without its history.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from knowledge_graph.curation.forgetting import forget_people
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.directory.store import Directory
from knowledge_graph.errors import BadQuery, StoreUnavailable
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore
from pipelines import sources
from pipelines.home import Home
from pipelines.keeping import blocks, report
from pipelines.keeping.erase import scrub, take_out
from pipelines.keeping.errors import KeepingError
from pipelines.keeping.holds import refuse_held
from pipelines.keeping.keys import Keys
from pipelines.keeping.request import Request, find
from pipelines.keeping.verdicts import forget_items
from pipelines.lake import TABLES, Lake, table_rows
from pipelines.progress import Reporter
from pipelines.run import STAGES, Run, open_run
from pipelines.vocabulary import discard

PENDING = "forget.json"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A finished erasure: where its report is, and what it says."""

    file: str
    report: Mapping[str, Any]


def looked_up(home: Home, items: Sequence[str], people: Sequence[str], *, copies: bool = False) -> Request:
    """What would be forgotten; raises Held where a hold is in the way. Changes nothing."""
    with Directory(home.database_url) as directory:
        listed = [person for listing in directory.listings().values() for person in listing.people] if people else []
    request = find(table_lake(home), sources.load(home.sources_file), listed, items, people, copies=copies)
    refuse_held(home.path, [(item.source, item.item) for item in request.items], list(request.identities))
    return request


def forget(home: Home, request: Request, *, reason: str = "", reporter: Reporter | None = None) -> Forgotten:
    """Erase it, wherever it is."""
    _require_silent(reason, request)
    with SearchStore.open(home.store) as store:
        if not store.ping():
            raise StoreUnavailable(f"Elasticsearch does not answer at {home.store.url}. Run `engram up`; nothing was forgotten yet.")
    with open_run(home, reporter) as running:
        refuse_held(home.path, [(item.source, item.item) for item in request.items], list(request.identities))
        keys = Keys.of(home.path)
        pairs = [(item.source, item.item) for item in request.items]
        marks = blocks.marks_of(keys, pairs, request.contents, request.identities, request.names)
        when = datetime.now(UTC).isoformat(timespec="seconds")
        discard(home.path, pairs)
        asked = {
            "when": when,
            "reason": reason,
            "marks": {**marks, "document": sorted(keys.mark("document", document) for document in request.documents)},
            "copies_left": len(request.copies),
            "documents_that_name_them": request.mentions,
            "access_lists_that_name_them": request.in_access,
            "directory_entries_about_them": request.in_directory,
            # First of all: the marks that an interrupted erasure goes on from do not say whom to look for in a text.
            "verdict_fields": _out_of_verdicts(home, request),
            "before": census(home),
        }
        _pending(home).write_text(json.dumps(asked), encoding="utf-8")
        blocks.add(home.path, keys, marks, when)
        return _finish(running, keys, asked)


def finish(home: Home, reporter: Reporter | None = None) -> Forgotten:
    """Finish an erasure that was interrupted."""
    asked = unfinished(home)
    if asked is None:
        raise KeepingError("No erasure is unfinished.")
    with open_run(home, reporter) as running:
        keys = Keys.load(home.path)
        blocks.add(home.path, keys, asked["marks"], asked["when"])
        return _finish(running, keys, asked)


def unfinished(home: Home) -> dict[str, Any] | None:
    """The erasure that was begun and not finished, if any."""
    try:
        asked: dict[str, Any] = json.loads(_pending(home).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError:  # killed while it was written, before anything was touched
        _pending(home).unlink(missing_ok=True)
        return None
    return asked


def _finish(running: Run, keys: Keys, asked: dict[str, Any]) -> Forgotten:
    home = running.home
    started = time.monotonic()
    taken = take_out(running.lake, blocks.Blocks.load(home.path))
    for stage in STAGES[1:]:
        running.stage(stage, full=stage == "publish")
    scrubbed = scrub(running)
    before, after = asked["before"], census(home)
    body = {
        **{name: value for name, value in asked.items() if name != "before"},
        "what": "forgotten",
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(time.monotonic() - started, 1),
        "removed": _removed(before, after),
        "rows_changed": taken,
        "thrown_away": asdict(scrubbed),
        "left": after,
        "rest": report.REST,
    }
    file = report.write(home.path, keys, body)
    _pending(home).unlink(missing_ok=True)
    return Forgotten(str(file), report.read(file))


def census(home: Home) -> dict[str, dict[str, int]]:
    """Rows of every table and index, and files of the content store."""
    stored = [path for path in home.blobs.glob("??/*") if path.is_file()]
    with SearchStore.open(home.store) as store:
        indexes = {index: store.held(index) for index in INDEXES}
    return {
        "tables": {name: sum(1 for _ in table_rows(home.lake, name, TABLES[name].key)) for name in TABLES},
        "indexes": indexes,
        "content": {"files": len(stored), "bytes": sum(path.stat().st_size for path in stored)},
    }


def _removed(before: Mapping[str, Mapping[str, int]], after: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {store: {name: count - after[store].get(name, 0) for name, count in held.items()} for store, held in before.items()}


def _out_of_verdicts(home: Home, request: Request) -> int:
    erased = forget_items(home, request)
    if request.identities:
        with VerdictLog(home.curation) as log:
            erased += forget_people(log, request.identities, request.names)
    return erased


def _require_silent(reason: str, request: Request) -> None:
    """The reason is kept for good, so it must not be where the name survives."""
    said = reason.casefold()
    told = [item.item.rpartition("/")[2] for item in request.items] + list(request.names)
    told += [identity.partition(":")[2].rpartition("@")[0] or identity.partition(":")[2] for identity in request.identities]
    for name in told:
        if len(name) > 2 and name.casefold() in said:
            raise BadQuery("The reason is kept in the report for good; do not name in it what is to be forgotten. A case number will do.")


def _pending(home: Home) -> Path:
    return home.path / PENDING


def table_lake(home: Home) -> Lake:
    """The tables for reading only."""
    return Lake(home.lake, _no_spark)


def _no_spark() -> Any:
    raise KeepingError("Looking up needs no Spark.")
