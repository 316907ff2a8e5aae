"""Quarterly status reports of the departments, gathered from the status lines of their topics."""

import datetime as dt
from typing import NamedTuple

from pipelines.sample.source import Item, Organisation, load_yaml

KIND = {"Engineering": "md", "Operations": "docx", "Commercial": "html"}
HEAD = {"Engineering": "ingrid", "Operations": "ruth", "Commercial": "lucy"}


class Line(NamedTuple):
    topic: str
    date: dt.date
    by: str
    text: str


def status_reports(org: Organisation) -> list[Item]:
    raw = load_yaml("status")
    lines = [Line(topic, *entry) for topic, entries in raw["lines"].items() for entry in entries]
    return [
        _report(org, department, quarter, intro, [ln for ln in lines if _belongs(org, ln, department, quarter)])
        for department, intros in raw["intros"].items()
        for quarter, intro in intros.items()
    ]


def _belongs(org: Organisation, line: Line, department: str, quarter: str) -> bool:
    return org.topics[line.topic].department == department and _quarter(line.date) == quarter


def _quarter(day: dt.date) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _report(org: Organisation, department: str, quarter: str, intro: str, lines: list[Line]) -> Item:
    title = f"{department} status {quarter}"
    parts = [f"# {title}", intro]
    for line in sorted(lines, key=lambda ln: (org.topics[ln.topic].name, ln.date)):
        parts += [f"## {org.topics[line.topic].name}", line.text, f"{org.name(line.by)}, {spoken(line.date)}"]
    edits: dict[str, int] = {}
    for line in lines:
        edits[line.by] = edits.get(line.by, 0) + 1
    edits.pop(HEAD[department], None)
    return Item(
        path=f"{department.lower()}/status/{quarter.lower()}.{KIND[department]}",
        title=title,
        date=min(line.date for line in lines),
        modified=max(line.date for line in lines),
        by=[HEAD[department]],
        edits=edits,
        topics=list(dict.fromkeys(line.topic for line in lines)),
        body="\n\n".join(parts),
    )


def spoken(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
