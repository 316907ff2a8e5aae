"""Tables: xlsx cell by cell with references, csv and its kin; a row a line, the first row naming the columns where it clearly does."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from extractors.characters import decode
from extractors.errors import Unreadable
from extractors.formats.package import Package, Properties, attribute, drawn_texts, each, local
from extractors.limits import Limits
from extractors.notes import left_out
from extractors.passages import Passages, cell_reference
from knowledge_graph.model.records import Parsed

_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NUMBER = re.compile(r"^[\s$\u20ac\u00a3]*[-+(]?[\d.,\s]+%?\)?\s*$")
_PAGE_CODES = re.compile(r"&(?:[LCR]|\"[^\"]*\"|K[0-9A-F]{6}|\d+|[A-Z])")
_MAX_COLUMNS = 200


def read_csv(name: str, content: bytes, limits: Limits) -> Parsed:
    """Comma, semicolon, tab or bar separated values."""
    text = decode(content)
    passages = Passages(limits)
    csv.field_size_limit(limits.max_output_chars)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        add_rows(passages, (list(row) for row in reader), limits)
    except csv.Error as error:
        raise Unreadable("damaged", f"Damaged: not readable as a table ({error}); export it again as CSV in UTF-8") from error
    return Parsed("table", "text/csv", segments=passages.segments())


def read_xlsx(name: str, content: bytes, limits: Limits) -> Parsed:
    """An xlsx, xlsm or xltx file: cached values, then comments, text boxes, charts, page headers and footers."""
    package = Package(content, limits)
    main = next(iter(package.targets("", "officeDocument")), "xl/workbook.xml")
    passages = Passages(limits)
    related = package.related(main)
    book = _Book(package, main)
    for sheet in each(package.xml(main), "sheet") if package.xml(main) is not None else ():
        part = next((related[value][1] for key, value in sheet.attrib.items() if key.endswith("}id") and value in related), "")
        passages.restart()
        passages.heading(1, attribute(sheet, "name"))
        tree = package.xml(part)
        if tree is not None:
            add_cells(passages, book.rows(tree), limits)
            _beside(package, part, tree, passages)
    properties = Properties(package)
    passages.restart()
    passages.add("paragraph", properties.filing())
    found = passages.segments()
    if not any(mark.kind != "heading" for segment in found for mark in segment.marks):
        found = ()
    return properties.parsed(Parsed("table", _MIME, segments=found, children=package.pictures() + package.embedded()))


def add_rows(passages: Passages, rows: Iterable[Sequence[str]], limits: Limits) -> None:
    """Adds rows of texts, references counted from the first."""
    add_cells(
        passages, ([(text, cell_reference(column, number)) for column, text in enumerate(row)] for number, row in enumerate(rows)), limits
    )


def add_cells(passages: Passages, rows: Iterable[Sequence[tuple[str, str]]], limits: Limits) -> None:
    """Adds rows of (text, reference) up to the limit, and notes where there were more."""
    taken = 0
    for row in rows:
        full = [cell for cell in row[:_MAX_COLUMNS] if cell[0].strip()]
        if any(cell[0].strip() for cell in row[_MAX_COLUMNS:]):
            left_out(f"Only the first {_MAX_COLUMNS} columns of a sheet are read.")
        if not full:
            continue
        if taken >= limits.max_table_rows:
            left_out(f"Only the first {limits.max_table_rows:,} rows of a sheet are read; split it if the rest is wanted.")
            break
        passages.row(full)
        taken += 1
        if taken == 1 and _is_head([text for text, _ in full]):
            passages.table_head(" | ".join(text for text, _ in full))
    passages.table_head("")


def _is_head(cells: Sequence[str]) -> bool:
    """Whether a first row names columns: several different short words and no numbers."""
    return len(cells) > 1 and len(set(cells)) == len(cells) and not any(_NUMBER.match(cell) or len(cell) > 60 for cell in cells)


def _delimiter(text: str) -> str:
    """The separator that splits the first lines into the most and most even columns."""
    lines = [line for line in text[:20_000].splitlines()[:50] if line.strip()][:-1] or text.splitlines()[:1]

    def evenness(mark: str) -> tuple[float, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        common = max(set(counts), key=counts.count) if counts else 1
        return (counts.count(common) / len(counts) if common > 1 else 0.0, common)

    try:
        return max(",;\t|", key=evenness)
    except csv.Error:
        return ","


class _Book:
    """What cells of a workbook refer to: shared strings, and which number formats are dates."""

    def __init__(self, package: Package, main: str) -> None:
        strings = next(iter(package.targets(main, "sharedStrings")), "xl/sharedStrings.xml")
        tree = package.xml(strings)
        self._strings = [_plain(one) for one in each_si(tree)] if tree is not None else []
        self._dates = _date_styles(package.xml(next(iter(package.targets(main, "styles")), "xl/styles.xml")))
        first = package.xml(main)
        self._epoch = (
            24107 if first is not None and any(attribute(one, "date1904") in ("1", "true") for one in each(first, "workbookPr")) else 25569
        )

    def rows(self, sheet: Any) -> Iterable[list[tuple[str, str]]]:
        for number, row in enumerate(each(sheet, "row")):
            yield [
                (self._value(cell), attribute(cell, "r") or cell_reference(column, number)) for column, cell in enumerate(each(row, "c"))
            ]

    def _value(self, cell: Any) -> str:
        kind = attribute(cell, "t")
        value = next((one.text or "" for one in cell if local(one) == "v"), "")
        if kind == "s":
            return self._strings[int(value)] if value.isdigit() and int(value) < len(self._strings) else ""
        if kind == "inlineStr":
            return "".join(_plain(one) for one in cell if local(one) == "is")
        if kind == "b":
            return {"1": "TRUE", "0": "FALSE"}.get(value, value)
        if kind in ("", "n") and value:
            return self._number(value, attribute(cell, "s"))
        return value

    def _number(self, value: str, style: str) -> str:
        try:
            number = float(value)
            if style.isdigit() and int(style) in self._dates:
                return _as_date(number, self._epoch)
            return str(int(number)) if number == int(number) and abs(number) < 1e15 else f"{number:.10g}"
        except (ValueError, OverflowError, OSError):
            return value


def each_si(tree: Any) -> Iterable[Any]:
    """The shared strings of a workbook, empty ones too: cells count them."""
    return (one for one in tree if local(one) == "si")


def _plain(element: Any) -> str:
    """A rich string without its phonetic hints."""
    parts = [one.text or "" for one in each(element, "t") if local(one.getparent()) != "rPh"]
    return "".join(parts)


def _date_styles(styles: Any) -> frozenset[int]:
    if styles is None:
        return frozenset()
    custom = {attribute(one, "numFmtId"): attribute(one, "formatCode") for one in each(styles, "numFmt")}
    formats = [attribute(one, "numFmtId") for block in each(styles, "cellXfs") for one in block]
    return frozenset(index for index, key in enumerate(formats) if _is_date_format(key, custom.get(key, "")))


def _is_date_format(key: str, code: str) -> bool:
    if key.isdigit() and (14 <= int(key) <= 22 or 45 <= int(key) <= 47):
        return True
    bare = re.sub(r'\[[^\]]*\]|"[^"]*"|\\.', "", code).lower()
    return bool(re.search(r"[dyh]|mm", bare)) and not re.search(r"[#?]|general", bare)


def _as_date(number: float, epoch: int) -> str:
    moment = datetime(1970, 1, 1) + timedelta(days=number - epoch)
    if number < 1:
        return moment.time().isoformat("seconds")
    return moment.date().isoformat() if number == int(number) else moment.isoformat(" ", "minutes")


def _beside(package: Package, part: str, tree: Any, passages: Passages) -> None:
    """What is on a sheet but in no cell."""
    for kind, target in sorted(package.related(part).values()):
        if kind in ("comments", "threadedComment"):
            for one in each(package.xml(target), "text"):
                passages.add("paragraph", _plain(one) or one.text or "")
        elif kind == "drawing":
            inner = [target, *package.targets(target, "chart"), *package.targets(target, "diagramData")]
            for text in dict.fromkeys(text for name in inner for text in drawn_texts(package.xml(name))):
                passages.add("caption", text)
    for one in each(tree, "oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"):
        for text in _PAGE_CODES.sub("\n", one.text or "").split("\n"):
            passages.add("caption", text if any(letter.isalpha() for letter in text) else "")
