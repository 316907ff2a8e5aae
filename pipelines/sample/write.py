"""Writes the sample organisation: `files/` is the corpus; `sidecar.jsonl`, `people.csv` and `gold.json` stand beside it.

Files that already hold the right bytes are left alone, so a second run changes nothing and a stopped run is completed.
Files that somebody added below `files/` are not touched.
"""

import csv
import datetime as dt
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import yaml

from pipelines.sample.answers import answers
from pipelines.sample.edits import contributions
from pipelines.sample.errors import TargetNotOurs
from pipelines.sample.first_names import renamed
from pipelines.sample.gold import Gold
from pipelines.sample.source import Item, Organisation, load_organisation
from pipelines.sample.status import status_reports

MARKER = ".engram-sample"


@dataclass(frozen=True, slots=True)
class SampleReport:
    """Where the sample stands. `items` counts the corpus without its `.engram.yaml` files, `changed` what was written this time."""

    files: Path
    sidecar: Path
    directory: Path
    gold_path: Path
    items: int
    changed: int
    gold: Gold


def write_sample(target: Path, first_names: Mapping[str, str] | None = None) -> SampleReport:
    """Write the organisation below `target`, which must be new, empty or an earlier sample.

    `first_names` maps a first name of the company's people to the one that they have in this copy, in which nothing else differs.
    """
    from pipelines.sample.render import render  # office and image libraries: half a second that `engram --help` must not pay

    earlier = _claim(target)
    org = load_organisation()
    org = renamed(org.model_copy(update={"items": [*org.items, *status_reports(org)]}), first_names or {})
    gold = answers(org)
    contents = {f"files/{item.path}": (render(item, org), item.last) for item in org.items}
    newest = max(item.last for item in org.items)
    for folder in org.folders:
        contents[str(PurePosixPath("files", folder, ".engram.yaml"))] = (_access_file(folder, org), newest)
    contents["sidecar.jsonl"] = (_sidecar(org), newest)
    contents["people.csv"] = (_directory(org), newest)
    contents["gold.json"] = ((json.dumps(gold.model_dump(), ensure_ascii=False, indent=1) + "\n").encode(), newest)
    _write_marker(target, earlier | contents.keys())
    for path in sorted(earlier - contents.keys()):
        (target / path).unlink(missing_ok=True)
    changed = sum(_write(target / path, content, day) for path, (content, day) in contents.items())
    _write_marker(target, set(contents))
    return SampleReport(
        target / "files", target / "sidecar.jsonl", target / "people.csv", target / "gold.json", len(org.items), changed, gold
    )


def _claim(target: Path) -> set[str]:
    """Paths that an earlier sample wrote here; refuses a target that holds something else."""
    marker = target / MARKER
    if marker.is_file():
        return set(marker.read_text(encoding="utf-8").splitlines())
    if target.exists() and not target.is_dir():
        raise TargetNotOurs(target, "is not a folder")
    if target.exists() and any(target.iterdir()):
        raise TargetNotOurs(target, "is not empty and holds no earlier sample")
    target.mkdir(parents=True, exist_ok=True)
    return set()


def _write_marker(target: Path, paths: set[str]) -> None:
    (target / MARKER).write_text("".join(f"{path}\n" for path in sorted(paths)), encoding="utf-8", newline="\n")


def _write(path: Path, content: bytes, day: dt.date) -> bool:
    """Write unless the bytes are there already; the file's time is the day of the item, in UTC."""
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC).timestamp()
    os.utime(path, (noon, noon))
    return True


def _access_file(folder: str, org: Organisation) -> bytes:
    entry = org.folders[folder]
    access: dict[str, object] = {"allow": [org.principal(who) for who in entry.allow]}
    if entry.deny:
        access["deny"] = [org.principal(who) for who in entry.deny]
    access["owner"] = org.principal(entry.owner)
    if not folder:
        access["groups"] = {group: [org.principal(who) for who in members] for group, members in org.groups.items()}
    if entry.ignore:
        access["ignore"] = entry.ignore
    return yaml.safe_dump(access, sort_keys=False, allow_unicode=True, width=120).encode()


def _directory(org: Organisation) -> bytes:
    """The company's own people, with the last day of who has left."""
    told = io.StringIO()
    rows = csv.writer(told, lineterminator="\n")
    rows.writerow(("id", "name", "email", "handle", "department", "start", "end"))
    for key, one in org.people.items():
        if not one.external:
            rows.writerow((key, one.name, one.email, one.handle, one.department, one.joined, one.left or ""))
    return told.getvalue().encode()


def _sidecar(org: Organisation) -> bytes:
    return "".join(json.dumps(_sidecar_line(item, org), ensure_ascii=False) + "\n" for item in org.items).encode()


def _sidecar_line(item: Item, org: Organisation) -> dict[str, object]:
    people = [
        {"name": org.name(edit.who), "email": org.principal(edit.who), "commits": edit.commits, "first": edit.first, "last": edit.last}
        for edit in contributions(item, org)
    ]
    return {"id": item.path, "title": item.title, "people": people, "created": str(item.date), "modified": str(item.last)}
