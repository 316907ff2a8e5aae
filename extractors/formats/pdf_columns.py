"""Printed lines by where they stand: below one another as paragraphs, beside one another as the rows of a table."""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors.formats.pdf_text import Line

BULLET = re.compile(r"^[\u2022\u2023\u25cf\u25cb\u25aa\u25e6\u2013\u25a0\uf0b7\uf0a7\u00b7*\u2212-]\s+(?=\S)")
NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_LABEL = re.compile(r"[\W_]|\(?[\dA-Za-z]{1,3}[.)]|\d+(?:\.\d+)*\.?")
"""What stands before an item or a heading, with a wide gap behind it."""
_PARAGRAPH_GAP = 0.6  # of a line's height; single-spaced text measures 0 to 0.3
_COLUMN_GAP = 1.0  # of a line's height; justified text is stretched to half of that
_NARROW_GAP, _ALIGNED = 0.5, 2.0
"""Of a line's height, and points: what parts two cells in a table that is known, where the second begins with its column."""
_MAX_COLUMNS = 50
_CELL_LINES = 8  # what is higher and has something beside it is a column of the page


def paragraphs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that go on from one to the next."""
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _continues(blocks[-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _continues(block: Sequence[Line], line: Line) -> bool:
    before = block[-1]
    text = line.text
    if BULLET.match(text) or NUMBERED.match(text) or abs(before.size - line.size) > 0.15 * before.size or before.bold != line.bold:
        return before.hyphen
    gap = line.top - before.bottom
    if gap > _PARAGRAPH_GAP * before.size or gap < -1.5 * before.size:
        return before.hyphen or (gap < 0 and before.text[-1:].isalpha() and text[:1].islower())
    return not (before.text.endswith((".", "!", "?", ":")) and line.left > block[0].left + before.size)


@dataclass(slots=True)
class _Cell:
    """Lines below one another that may be a cell, with where they stand among the page's lines."""

    lines: list[Line]
    start: int
    end: int

    @property
    def left(self) -> float:
        return min(line.left for line in self.lines)

    @property
    def right(self) -> float:
        return max(line.right for line in self.lines)


def tables(lines: Sequence[Line]) -> Iterator[tuple[int, int, list[list[list[Line]]]]]:
    """Where rows of at least two cells stand below one another in the same columns: first line, line after the last, rows of cells."""
    rows: list[list[_Cell]] = []
    columns: list[tuple[float, float]] = []
    for row in (*_rows(lines), None):
        row = _cut(row, columns) if row and len(rows) > 1 else row
        fitting = row and _fitted(columns, row)
        if rows and row and fitting:
            if len(row) > 1:
                rows.append(row)
                columns = fitting
                continue
            if _goes_on(rows[-1], row[0]):
                continue
        if len(rows) > 1 and not _is_prose(rows):
            start, end = rows[0][0].start, max(cell.end for one in rows for cell in one)
            found = [[cell.lines for cell in one] for one in rows]
            if _words(lines[start:end]) == sum(_words(cell) for one in found for cell in one):  # nothing else stands on its lines
                head = _head(lines[start - 1], columns, rows[0]) if start else []
                yield start - bool(head), end, [*([head] if head else []), *found]
        rows, columns = ([row], [(cell.left, cell.right) for cell in row]) if row and len(row) > 1 else ([], [])


def _rows(lines: Sequence[Line]) -> list[list[_Cell]]:
    """Cells that stand beside one another; most are alone."""
    rows: list[list[_Cell]] = []
    alone = False
    for number, line in enumerate(lines):
        pieces = _pieces(line)
        for piece in pieces:
            cell = rows[-1][-1] if rows else None
            if cell and alone and len(pieces) == 1 and _overlap(cell, piece) and _continues(cell.lines, piece):
                cell.lines.append(piece)
                cell.end = number + 1
            elif rows and _is_beside(rows[-1], piece):
                rows[-1].append(_Cell([piece], number, number + 1))
            else:
                rows.append([_Cell([piece], number, number + 1)])
        alone = len(pieces) == 1
    return rows


def _pieces(line: Line) -> list[Line]:
    """A line cut where wide gaps are; letters of one width stand in columns of their own making."""
    if line.mono:
        return [line]
    starts = [0]
    for index, (before, word) in enumerate(itertools.pairwise(line.words), 1):
        if word.left - before.right > _COLUMN_GAP * line.size and not (index == 1 and _LABEL.fullmatch(before.text)):
            starts.append(index)
    if len(starts) > _MAX_COLUMNS:
        return [line]
    ends = [*starts[1:], len(line.words)]
    return [Line(line.words[start:end], line.hyphen and end == len(line.words), line.edge) for start, end in zip(starts, ends, strict=True)]


def _cut(row: list[_Cell], columns: Sequence[tuple[float, float]]) -> list[_Cell]:
    """A line that fills its column to the next one (`Van der Berg, Bo  Acme`), cut where words begin with that column."""
    line = row[0].lines[0]
    if len(row) > 1 or len(row[0].lines) > 1:
        return row
    starts = [
        index
        for index, (before, word) in enumerate(itertools.pairwise(line.words), 1)
        if word.left - before.right > _NARROW_GAP * line.size and any(abs(word.left - left) < _ALIGNED for left, _ in columns[1:])
    ]
    parts = itertools.pairwise((0, *starts, len(line.words)))
    return [_Cell([Line(line.words[start:end], line.hyphen, line.edge)], row[0].start, row[0].end) for start, end in parts]


def _overlap(cell: _Cell, line: Line) -> bool:
    return line.left < cell.right and cell.left < line.right


def _is_beside(row: Sequence[_Cell], line: Line) -> bool:
    first = row[0].lines
    within = line.top < first[-1].bottom - line.size / 2 and line.bottom > first[0].top + line.size / 2
    return within and len(row) < _MAX_COLUMNS and line.left >= row[-1].right and max(len(cell.lines) for cell in row) <= _CELL_LINES


def _fitted(columns: Sequence[tuple[float, float]], row: Sequence[_Cell]) -> list[tuple[float, float]]:
    """The columns, as wide as this row needs them; none where a cell stands in two of them or in none, or two in one."""
    widened = list(columns)
    used: set[int] = set()
    for cell in row:
        met = [index for index, (left, right) in enumerate(columns) if cell.left < right and left < cell.right]
        if len(met) != 1 or met[0] in used:
            return []
        used.add(met[0])
        left, right = columns[met[0]]
        widened[met[0]] = min(left, cell.left), max(right, cell.right)
    return widened


def _words(lines: Sequence[Line]) -> int:
    return sum(len(line.words) for line in lines)


def _head(line: Line, columns: Sequence[tuple[float, float]], below: Sequence[_Cell]) -> list[list[Line]]:
    """The cells of a bold line close above a table whose words stand over its columns, however near to each other."""
    if not line.bold or not 0 <= below[0].lines[0].top - line.bottom < line.size:
        return []
    gaps = [after.left - before.right for before, after in itertools.pairwise(line.words)]
    widest = sorted(sorted(range(len(gaps)), key=lambda index: -gaps[index])[: len(columns) - 1])
    cells = [line.words[start:end] for start, end in itertools.pairwise((0, *(index + 1 for index in widest), len(line.words)))]
    if len(cells) != len(columns) or not all(cells):
        return []
    edges = [0.0, *(right for _, right in columns[:-1])], [*(left for left, _ in columns[1:]), float("inf")]
    over = (before < (cell[0].left + cell[-1].right) / 2 < after for cell, before, after in zip(cells, *edges, strict=True))
    return [[Line(cell)] for cell in cells] if all(over) else []


def _goes_on(row: Sequence[_Cell], below: _Cell) -> bool:
    """Adds what stands close below a cell, but the first, to that cell."""
    for cell in row[1:]:
        gap = below.lines[0].top - cell.lines[-1].bottom
        if _overlap(cell, below.lines[0]) and gap < _PARAGRAPH_GAP * below.lines[0].size:
            cell.lines += below.lines
            cell.end = max(cell.end, below.end)
            return True
    return False


def _is_prose(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether these are columns of a text that was printed line by line."""
    words = [len(cell.lines[0].words) for row in rows for cell in row if len(cell.lines) == 1]
    return len(words) > 8 and sum(words) > 6 * len(words)
