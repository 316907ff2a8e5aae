"""The signed report of an erasure: what was removed where, without saying again what it was.

Forgotten items, documents and identities stand in it as keyed marks. They mean nothing to a reader of the report; the installation can
compare them with what it holds now, which is what `engram forget --check` does.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge_graph.errors import BadQuery
from knowledge_graph.model.ids import canonical_json, stable_id
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home
from pipelines.keeping.keys import Keys, signed_by
from pipelines.lake import table_rows

Report = dict[str, Any]

FOLDER = "reports"
REST = (
    "Copies outside this installation are not reached: the source itself, backups and snapshots, exports that somebody made, "
    "and blocks of the disk that the file system has freed and not yet overwritten."
)


def write(home: Path, keys: Keys, body: Mapping[str, Any]) -> Path:
    """Sign a report and keep it beside the installation's data."""
    whole = {**body, "installation": keys.identity}
    signed = {**whole, "signature": keys.sign(whole)}
    file = home / FOLDER / f"forget-{body['when'][:10]}-{stable_id(canonical_json(whole))[:8]}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(signed, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    return file


@dataclass(frozen=True, slots=True)
class Checked:
    """`problems` are empty where the report is genuine and nothing of it is back."""

    report: Report
    problems: tuple[str, ...]


def check(home: Home, file: Path) -> Checked:
    report = read(file)
    keys = Keys.load(home.path)
    body = {name: value for name, value in report.items() if name != "signature"}
    problems = []
    if not signed_by(body, str(report["signature"]), str(report["installation"])):
        problems.append("The signature does not fit: the report was changed after it was signed.")
    if report["installation"] != keys.identity:
        problems.append("It was signed by another installation.")
    elif not problems:
        problems += _back(home, keys, report["marks"])
    return Checked(report, tuple(problems))


def read(file: Path) -> Report:
    try:
        report: Report = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as exc:
        raise BadQuery(f"There is no report {file}.") from exc
    except (OSError, ValueError) as exc:
        raise BadQuery(f"{file} is no report: {exc}.") from exc
    if not isinstance(report, dict) or not {"signature", "installation", "marks"} <= report.keys():
        raise BadQuery(f"{file} is no report of `engram forget`.")
    return report


def _back(home: Home, keys: Keys, marks: Mapping[str, list[str]]) -> Iterator[str]:
    """What of the marked things the lake or the index holds again."""
    items, documents, people = (frozenset(marks.get(kind, ())) for kind in ("item", "document", "person"))
    for row in table_rows(home.lake, "items", ["source", "item"]):
        if keys.mark("item", row["source"], row["item"]) in items:
            yield f"The item {row['source']}/{row['item']} is back."
    for table in ("documents", "evidence", "vectors"):
        held = (row["document"] for row in table_rows(home.lake, table, ["document"]))
        yield from (f"Document {name} is in the table {table} again." for name in held if keys.mark("document", name) in documents)
    for table in ("subjects", "partials"):
        subjects = sorted({row["subject"] for row in table_rows(home.lake, table, ["subject"]) if ":" in row["subject"]})
        yield from (f"The person {name} is in the table {table} again." for name in subjects if keys.mark("person", name) in people)
    yield from _back_in_index(home, keys, documents)


def _back_in_index(home: Home, keys: Keys, documents: frozenset[str]) -> Iterator[str]:
    with SearchStore.open(home.store) as store:
        if not store.ping():
            yield f"Elasticsearch does not answer at {home.store.url}, so its indexes were not compared."
            return
        for found in store.rows("documents"):
            if keys.mark("document", found.id) in documents:
                yield f"Document {found.id} is in the index documents again."
