"""CSV: a table of people has a column `id` or `email`, a table of memberships the columns `group` and `member`.

Columns may be separated by commas, semicolons or tabs, several values in a cell by `|` (or by `;` where that is not the separator).
Columns that are not known are passed over, because an export has many.
"""

import csv
import io
import re
from collections import defaultdict

from pipelines.connectors.directory.draft import FIELDS, PLURALS, Draft
from pipelines.connectors.errors import SourceMisconfigured

DELIMITERS = (",", ";", "\t")


def read_csv(name: str, text: str, draft: Draft) -> None:
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [_column(cell) for cell in next(rows, [])]
        numbered = [(rows.line_num, row) for row in rows if any(cell.strip() for cell in row)]
    except csv.Error as exc:
        raise SourceMisconfigured(f"{name} line {rows.line_num}: {exc}") from exc
    if len(set(header) - {""}) < len([cell for cell in header if cell]):
        raise SourceMisconfigured(f"{name} line 1: a column is given twice")
    if {"group", "member"} <= set(header):
        _memberships(name, header, numbered, draft)
    elif {"id", "email"} & set(header):
        values = re.compile(r"\|" if delimiter == ";" else r"[|;]")
        for line, row in numbered:
            place = f"{name} line {line}"
            if len(row) > len(header):
                draft.unreadable.append(f"{place}: more cells than columns")
            else:
                draft.add_person(place, {column: values.split(cell) for column, cell in zip(header, row, strict=False) if column in FIELDS})
    else:
        raise SourceMisconfigured(f"{name} line 1: expected the columns group and member, or id or email among {', '.join(FIELDS)}")


def _column(cell: str) -> str:
    name = cell.strip().casefold().replace(" ", "_")
    return PLURALS.get(name, name)


def _memberships(name: str, header: list[str], rows: list[tuple[int, list[str]]], draft: Draft) -> None:
    members: defaultdict[str, set[str]] = defaultdict(set)
    for line, row in rows:
        cells = dict(zip(header, row, strict=False))
        if cells.get("group", "").strip():
            members[cells["group"].strip()].add(cells.get("member", ""))
        else:
            draft.unreadable.append(f"{name} line {line}: a membership without a group")
    for group, held in members.items():
        draft.add_group(name, group, held)
