"""Blocks in reading order become segments of at most about 200 words under one heading path and on one page.

Block marks tile a segment's text: between two of them stands exactly one separator, `\\n`, or `\\t` between the cells of a row.
"""

import re
from collections.abc import Sequence

from extractors.characters import clean
from extractors.errors import Unreadable
from extractors.limits import Limits
from knowledge_graph.model.records import Mark, Segment

TARGET_WORDS = 200
_HEADING_CHARS = 200  # a longer "heading" is a paragraph in a large font
_MAX_PATH = 8
_SPACES = re.compile(r"[ \t\n]+")
_ENDS = tuple(".,;:!?\u2026-\u2013\u2014")
_INNER_SPACES = re.compile(r"[ \t]+")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\U00020000-\U0002ffff]")
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+|(?<=[\u3002\uff01\uff1f])|\n")

_PART = re.compile(
    r"(?:[\dIVX.]+\s+)?(?:abstract|background|(?:table of )?contents|copyright|description|introduction|motivation|overview|parameters"
    r"|preamble|purpose|rationale|scope|specification|summary)(?:\s*\([^)]*\))?",
    re.IGNORECASE,
)
"""What heads a part of any paper."""


class Runs:
    """The text of one block, added run by run; whitespace is normalised on the way in, so that spans stay true."""

    __slots__ = ("_keep_space", "_marks", "_parted", "_parts", "position")

    def __init__(self, keep_space: bool = False) -> None:
        self._parts: list[str] = []
        self._marks: list[Mark] = []
        self._keep_space = keep_space
        self._parted = False
        self.position = 0

    @classmethod
    def of(cls, text: str, marks: Sequence[Mark] = ()) -> "Runs":
        """A block whose text and marks are ready."""
        runs = cls(keep_space=True)
        runs._append(text)
        runs._marks += marks
        return runs

    def add(self, text: str) -> None:
        """Adds a run; outside code, any whitespace counts as one space."""
        text = clean(text)
        if not self._keep_space:
            text = _SPACES.sub(" ", text)
            if text.startswith(" ") and (not self._parts or self._parted or self._parts[-1][-1] in " \n"):
                text = text[1:]
        if self._parted and text:
            self._parted = False
            self._append(" " if self._parts[-1].rstrip()[-1:] in _ENDS else "; ")
        self._append(text)

    def part(self) -> None:
        """Ends a part of what becomes one line, as a cell's paragraphs and lists do: a sign stands between it and what is added next."""
        self._parted = bool(self)

    def line_break(self) -> None:
        """Adds a line break that the writer meant."""
        if self._parts and not self._parts[-1].endswith("\n"):
            self._append("\n")

    def mark(self, start: int, kind: str, value: str = "") -> None:
        """Marks everything added since `start`."""
        self.mark_span(start, self.position, kind, value)

    def mark_span(self, start: int, end: int, kind: str, value: str = "") -> None:
        """Marks a span already added."""
        if end > start:
            self._marks.append(Mark(start, end, kind, value))

    def extend(self, other: "Runs") -> None:
        """Adds another block's text with its marks."""
        text, marks = other.finish()
        start = self.position
        self._append(text)
        self._marks += [Mark(start + mark.start, start + mark.end, mark.kind, mark.value) for mark in marks]

    def finish(self) -> tuple[str, tuple[Mark, ...]]:
        """The text without outer whitespace, and its inline marks without outer whitespace."""
        whole = "".join(self._parts)
        text = whole.strip("\n").rstrip() if self._keep_space else whole.strip()
        shift = whole.find(text) if text else 0
        marks = (_tightened(mark, text, shift) for mark in self._marks)
        return text, tuple(sorted((mark for mark in marks if mark), key=lambda mark: (mark.start, -mark.end, mark.kind)))

    def __bool__(self) -> bool:
        return any(not part.isspace() for part in self._parts)

    def _append(self, text: str) -> None:
        if text:
            self._parts.append(text)
            self.position += len(text)


class Passages:
    """Collects a document's blocks; `page` is set by readers of paged formats before they add."""

    def __init__(self, limits: Limits) -> None:
        self.page = 0
        self._limits = limits
        self._chars = 0
        self._path: list[tuple[int, str]] = []
        self._segments: list[Segment] = []
        self._open = _Open()
        self._table_head = ""

    def heading(self, level: int, text: Runs | str) -> None:
        """Starts a new passage under this heading."""
        words, marks = _finished(text)
        if len(words) > _HEADING_CHARS:
            return self.add("paragraph", text)
        if not words:
            return
        if self._open.has_body or self._open.page != self.page or (self._path and level <= self._path[-1][0]):
            self._close()
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, words.replace("\n", " ")))
        self._place(words, marks, "heading", str(level), "\n")

    def add(self, kind: str, text: Runs | str, value: str = "") -> None:
        """Adds one block; one longer than a passage is split at sentence ends."""
        words, marks = _finished(text)
        if not words:
            return
        if weight(words) <= TARGET_WORDS:
            self._fit(weight(words))
            return self._place(words, marks, kind, value, "\n")
        for start, end in _pieces(words):
            inside = tuple(cut for mark in marks if (cut := _tightened(mark, words[start:end], start)))
            self._fit(weight(words[start:end]))
            self._place(words[start:end], inside, kind, value, "\n")

    def row(self, cells: Sequence[tuple[Runs | str, str]]) -> None:
        """Adds one row of (text, reference) cells on a line of its own; empty cells are left out."""
        finished = [(*_finished(text, one_line=True), reference) for text, reference in cells]
        full = [cell for cell in finished if cell[0]]
        if sum(weight(text) for text, _, _ in full) > TARGET_WORDS:
            for text, marks, reference in full:
                self.add("cell", Runs.of(text, marks), reference)
            return
        self._fit(sum(weight(text) for text, _, _ in full))
        for index, (text, marks, reference) in enumerate(full):
            self._place(text, marks, "cell", reference, "\t" if index else "\n")

    def table_head(self, text: str) -> None:
        """Names the columns, below the row that has them, for the passages in which the table goes on; `""` ends the table."""
        self._table_head = text[:_HEADING_CHARS]

    def restart(self) -> None:
        """Ends the passage and forgets the headings: a new part of the document begins."""
        self._close()
        self._path.clear()

    def title(self) -> str:
        """The first heading of the document; `""` where there is none, or it heads a part of a paper that has no title."""
        segments = (*self._segments, self._open.segment(0, ()))
        headings = (segment.text[mark.start : mark.end] for segment in segments for mark in segment.marks if mark.kind == "heading")
        first = next(headings, "")
        return "" if _PART.fullmatch(first) else first

    def segments(self) -> tuple[Segment, ...]:
        """All passages, closed."""
        self._close()
        return tuple(self._segments)

    def _fit(self, words: int) -> None:
        if self._open.page != self.page or (self._open.has_body and self._open.words + words > TARGET_WORDS):
            self._close()

    def _place(self, text: str, marks: Sequence[Mark], kind: str, value: str, separator: str) -> None:
        self._chars += len(text)
        if self._chars > self._limits.max_output_chars:
            raise Unreadable(
                "too large", f"Too large: more than {self._limits.max_output_chars:,} characters of text; split it into smaller files"
            )
        self._open.page = self.page
        if kind == "cell" and not self._open.parts:
            self._open.table_head = self._table_head
        self._open.place(text, marks, kind, value, separator)

    def _close(self) -> None:
        if self._open.parts:
            path = tuple(text for _, text in self._path[-_MAX_PATH:])
            head = (self._open.table_head,) if self._open.table_head else ()
            self._segments.append(self._open.segment(len(self._segments), (*path, *head)))
        self._open = _Open()


class _Open:
    """The passage being filled."""

    __slots__ = ("has_body", "length", "marks", "page", "parts", "table_head", "words")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.marks: list[Mark] = []
        self.length = 0
        self.words = 0
        self.page = 0
        self.has_body = False
        self.table_head = ""
        """Of the table that goes on with its first row."""

    def place(self, text: str, marks: Sequence[Mark], kind: str, value: str, separator: str) -> None:
        if self.parts:
            self.parts.append(separator)
            self.length += 1
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        self.marks.append(Mark(start, self.length, kind, value))
        self.marks += [Mark(start + mark.start, start + mark.end, mark.kind, mark.value) for mark in marks]
        self.words += weight(text)
        self.has_body = self.has_body or kind != "heading"

    def text(self) -> str:
        return "".join(self.parts)

    def segment(self, position: int, path: tuple[str, ...]) -> Segment:
        return Segment(position, self.text(), path, self.page, marks=tuple(self.marks))


def weight(text: str) -> int:
    """How many words a text counts for; two ideographs count as a word, and so do twelve letters without a space."""
    words = max(text.count(" ") + text.count("\n") + 1, len(text) // 12)
    return words if text.isascii() else max(words, len(_IDEOGRAPH.findall(text)) // 2)


def cell_reference(column: int, row: int) -> str:
    """The spreadsheet name of a cell counted from zero: `(2, 0)` is `C1`."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _finished(text: Runs | str, one_line: bool = False) -> tuple[str, tuple[Mark, ...]]:
    if isinstance(text, str):
        words = _INNER_SPACES.sub(" ", clean(text)).strip()
        return (_SPACES.sub(" ", words) if one_line else words), ()
    words, marks = text.finish()
    return (words.replace("\n", " ").replace("\t", " ") if one_line else words), marks


def _tightened(mark: Mark, text: str, shift: int) -> Mark | None:
    start, end = max(mark.start - shift, 0), min(mark.end - shift, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Mark(start, end, mark.kind, mark.value) if start < end else None


def _pieces(text: str) -> list[tuple[int, int]]:
    """Spans of about `TARGET_WORDS` words that together hold all the text but the whitespace between them."""
    spans: list[tuple[int, int]] = []
    start = end = words = 0
    for begin, stop in _sentences(text):
        size = weight(text[begin:stop])
        if end > start and words + size > TARGET_WORDS:
            spans.append((start, end))
            start, words = begin, 0
        end, words = stop, words + size
    spans.append((start, end))
    return spans


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for found in (*_SENTENCE_END.finditer(text), None):
        stop = found.start() if found else len(text)
        if stop > start:
            spans += _cut(text, start, stop)
        start = found.end() if found else stop
    return spans


def _cut(text: str, start: int, stop: int) -> list[tuple[int, int]]:
    """A sentence, or its pieces where it alone is longer than a passage (lists of numbers, data, no punctuation)."""
    spans = []
    while weight(text[start : min(stop, start + 13 * TARGET_WORDS)]) > TARGET_WORDS:
        middle = min(start + TARGET_WORDS * 6, stop - 1)
        if _IDEOGRAPH.search(text, start, middle):
            middle = min(start + TARGET_WORDS * 2, stop - 1)
        space = text.rfind(" ", start + 1, middle)
        cut = space if space > start else middle
        spans.append((start, cut))
        start = cut + 1 if text[cut : cut + 1] == " " else cut
    return [*spans, (start, stop)] if stop > start else spans
