"""What a tagged PDF says of its own structure (ISO 32000-1, 14.8): headings, items of lists, rows of tables and the order of reading.

Word processors, slide programs and browsers write these tags when they save as PDF. What is printed is only read by its looks where
there are none, or where they leave out part of the page.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from ctypes import c_ushort
from typing import Any

import pypdfium2.raw as raw

from extractors.formats.pdf_layout import Block, Page
from extractors.formats.pdf_text import Line, Word

_HEADINGS = {"Title": 1, **{f"H{level}": level for level in range(1, 7)}}
_INLINE = frozenset(
    ("Span", "Link", "Em", "Strong", "Sub", "Quote", "Reference", "Code", "BibEntry", "Annot", "NonStruct", "Private", "Ruby", "RB", "RT",
     "RP", "Warichu", "WT", "WP")
)  # fmt: skip
_SKIPPED = frozenset(("Artifact", "Lbl", "TOC", "TOCI"))
_COVERED = 0.9  # of a page's letters: tags that name less are those of a template or of a stamp
_MAX_DEPTH = 100
_MAX_ELEMENTS = 50_000  # of a page


def tagged(page: Any, lines: Sequence[Line]) -> Page:
    """The page with its blocks in the order of its tags; without blocks where it has none, or they leave out some of what is written."""
    tree = raw.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return Page(lines)
    try:
        walk = _Walk(lines)
        for index in range(max(raw.FPDF_StructTree_CountChildren(tree), 0)):
            walk.element(raw.FPDF_StructTree_GetChildAtIndex(tree, index), 0)
        walk.flush()
    finally:
        raw.FPDF_StructTree_Close(tree)
    letters = sum(len(word.text) for line in lines for word in line.words if not word.look.artifact)
    if walk.letters < _COVERED * letters:
        return Page(lines)
    return Page(lines, walk.blocks, walk.rest())


class _Walk:
    def __init__(self, lines: Sequence[Line]) -> None:
        self.blocks: list[Block] = []
        self.letters = 0
        """Of the words that were met."""
        self._lines = lines
        self._words: dict[int, list[tuple[int, Word]]] = defaultdict(list)
        for number, line in enumerate(lines):
            for word in line.words:
                self._words[word.look.content].append((number, word))
        self._open: list[tuple[int, Word]] = []
        self._kind = "paragraph"
        self._value = 0
        self._nesting = 0
        """Of lists."""
        self._elements = 0

    def element(self, element: Any, depth: int) -> None:
        self._elements += 1
        if not element or depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            return
        type_ = _type(element)
        if type_ in _SKIPPED:
            self._drop(element, depth)
        elif type_ == "Table" and (rows := self._rows(element, depth)) is not None:
            self.flush()
            self.blocks += rows
        elif type_ in _INLINE:
            self._inside(element, depth)
        else:
            self._block(element, type_, depth)

    def flush(self) -> None:
        """Ends the block that is being filled."""
        if self._open:
            self.blocks.append(Block(self._kind, self._printed(self._open), self._value))
        self._open = []

    def rest(self) -> list[Line]:
        """The lines that no element named: running heads and feet."""
        left = {number for words in self._words.values() for number, _ in words}
        return [
            self._lines[number] for number in sorted(left) if all(word.look.content in self._words for word in self._lines[number].words)
        ]

    def _block(self, element: Any, type_: str, depth: int) -> None:
        self.flush()
        outer = self._kind, self._value
        self._nesting += type_ == "L"
        if type_ in _HEADINGS or type_ == "H":
            self._kind, self._value = "heading", _HEADINGS.get(type_, min(depth, 6))
        elif type_ == "LI":
            self._kind, self._value = "item", self._nesting
        elif type_ == "Caption":
            self._kind, self._value = "caption", 0
        self._inside(element, depth)
        self.flush()
        self._nesting -= type_ == "L"
        self._kind, self._value = outer

    def _inside(self, element: Any, depth: int) -> None:
        for content, child in _children(element):
            if child:
                self.element(child, depth + 1)
            else:
                words = self._words.pop(content, [])
                self.letters += sum(len(word.text) for _, word in words)
                self._open += words

    def _drop(self, element: Any, depth: int) -> None:
        kept, self._open = self._open, []
        self._inside(element, depth)
        self._open = kept

    def _rows(self, table: Any, depth: int) -> list[Block] | None:
        """A table's rows; None where it only lays out the page: one column, or headings in its cells."""
        rows = list(_found(table, "TR", 3))
        cells = [[child for _, child in _children(row) if child] for row in rows]
        if max(map(len, cells), default=0) < 2 or any(_holds_heading(cell, 4) for row in cells for cell in row):
            return None
        found = ((tuple(self._cell(cell, depth) for cell in row), all(_type(cell) == "TH" for cell in row)) for row in cells)
        full = [(parts, head) for parts, head in found if any(parts)]  # rows of other pages are named as well
        return [Block("row", (), cells=parts, head=head, starts=number == 0) for number, (parts, head) in enumerate(full)]

    def _cell(self, cell: Any, depth: int) -> tuple[tuple[Line, ...], ...]:
        inner = _Walk(())
        inner._words, inner._lines = self._words, self._lines
        inner.element(cell, depth)
        inner.flush()
        self.letters += inner.letters
        return tuple(part for block in inner.blocks for part in (block.lines, *(lines for cell in block.cells for lines in cell)) if part)

    def _printed(self, words: Sequence[tuple[int, Word]]) -> tuple[Line, ...]:
        """Words as the lines that they stand on."""
        found: list[Line] = []
        run: list[Word] = []
        for index, (number, word) in enumerate(words):
            run.append(word)
            if index + 1 == len(words) or words[index + 1][0] != number:
                line = self._lines[number]
                found.append(Line(tuple(run), line.hyphen and word is line.words[-1], line.edge))
                run = []
        return tuple(found)


def _children(element: Any) -> Iterator[tuple[int, Any]]:
    """What stands in an element, in order: (number of marked content, None), or (-1, another element)."""
    for index in range(max(raw.FPDF_StructElement_CountChildren(element), 0)):
        content = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
        child = None if content >= 0 else raw.FPDF_StructElement_GetChildAtIndex(element, index)
        if content >= 0 or child:
            yield content, child


def _found(element: Any, type_: str, depth: int) -> Iterator[Any]:
    for _, child in _children(element):
        if child and _type(child) == type_:
            yield child
        elif child and depth:
            yield from _found(child, type_, depth - 1)


def _holds_heading(element: Any, depth: int) -> bool:
    return any(
        _type(child) in _HEADINGS or _type(child) == "Table" or (depth > 0 and _holds_heading(child, depth - 1))
        for _, child in _children(element)
        if child
    )


def _type(element: Any) -> str:
    """The standard type of an element, also of one that the file has a name of its own for."""
    size = raw.FPDF_StructElement_GetType(element, None, 0)
    if not 2 < size < 200:
        return ""
    buffer = (c_ushort * (size // 2))()
    raw.FPDF_StructElement_GetType(element, buffer, size)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\x00")
