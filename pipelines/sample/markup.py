"""The light markup of the data files (headings, items, tables, speaker notes) as blocks that every writer understands."""

import re
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "table", "note"]


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = field(default=())


def blocks(body: str) -> list[Block]:
    found: list[Block] = []
    table: list[tuple[str, ...]] = []
    for line in (*body.splitlines(), ""):
        if line.startswith("|"):
            table.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
            continue
        if table:
            found.append(Block("table", rows=tuple(row for row in table if not set("".join(row)) <= set("-: "))))
            table = []
        if line.strip():
            found.append(_line(line.strip()))
    return found


def _line(line: str) -> Block:
    if heading := re.match(r"(#+) (.*)", line):
        return Block("heading", heading[2], len(heading[1]))
    if item := re.match(r"(?:-|\d+\.) (.*)", line):
        return Block("item", item[1])
    if line.startswith("> "):
        return Block("note", line[2:])
    return Block("paragraph", line)


def plain(text: str) -> str:
    """Inline marks removed: bold, code and links keep only their words."""
    return re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text).replace("**", "").replace("`", "")
