"""From printed lines to headings, paragraphs, items and rows: by the size of letters, the gaps between them, what repeats on every page."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.formats.pdf_columns import BULLET, NUMBERED, paragraphs, tables
from extractors.formats.pdf_text import Line, Word
from extractors.formats.plain import linked
from extractors.passages import Passages, Runs, cell_reference

_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE)
_HEADING_WORDS = 18
_LARGER = 1.12  # a heading's letters against the body's; nearer sizes are other fonts of the same text
_SPACE = 0.25  # of a line's height
_SHORT = 0.6  # of the width of most lines


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page: a `paragraph`, `item`, `heading`, `caption`, or the `row` of a table."""

    kind: str
    lines: tuple[Line, ...]
    value: int = 0
    """A heading's level, an item's depth."""
    cells: tuple[tuple[tuple[Line, ...], ...], ...] = ()
    """Of a row: of each cell its parts, of each part its lines."""
    head: bool = False
    """Whether a row names the columns."""
    starts: bool = False
    """Whether a row is the first of its table on this page."""


@dataclass(frozen=True, slots=True)
class Page:
    """What was read of a page: its lines, and its blocks where the file tags them."""

    lines: Sequence[Line] = ()
    tagged: Sequence[Block] | None = None
    rest: Sequence[Line] = ()
    """What stands on a tagged page and in none of its blocks: its margins."""
    notes: Sequence[str] = ()


def add_pages(passages: Passages, pages: Sequence[Page], contents: Mapping[str, int]) -> None:
    """Adds all pages' text as blocks, then what was annotated on each page; `contents` are the levels of its bookmarks by folded text."""
    writer = _Writer(passages, pages, contents)
    for number, page in enumerate(pages):
        passages.page = number + 1
        writer.add(page)
        for note in page.notes:
            passages.add("paragraph", note)
    writer.add_margins(pages)


class _Writer:
    def __init__(self, passages: Passages, pages: Sequence[Page], contents: Mapping[str, int]) -> None:
        lines = [line for page in pages for line in page.lines]
        self._passages = passages
        self._contents = contents
        self._running = _running([page.lines for page in pages])
        self._body = _body_size(lines)
        self._levels = _levels(lines, self._body)
        self._width = _body_width(lines)
        self._headed = any(block.kind == "heading" for page in pages for block in page.tagged or ())
        """Whether the file says what its headings are."""
        self._typed = sum(len(line.text) for line in lines if line.mono) * 2 > sum(len(line.text) for line in lines)
        """Whether most of it is set in letters of one width, which then are no sign of code."""
        self._table = _Table()

    def add(self, page: Page) -> None:
        blocks = page.tagged if page.tagged is not None else _blocks([line for line in page.lines if not self._is_running(line)])
        for index, block in enumerate(blocks):
            if block.kind == "row":
                self._table.add(self._passages, block, first=index == 0)
            elif not all(map(self._is_running, block.lines)):
                self._table.end(self._passages)
                self._add(block)

    def _add(self, block: Block) -> None:
        text = _joined(block.lines)
        if block.kind in ("item", "caption"):
            lines = _without_bullet(block.lines) if block.kind == "item" else block.lines
            self._passages.add(block.kind, _runs(lines, self._width, self._typed), str(block.value or ""))
            return
        level = self._contents.get(re.sub(r"[\W\d_]+", "", text).casefold()) if len(text) < 200 else None
        if block.kind == "heading":
            level = level or block.value
        elif level is None and not self._headed and _looks_like_heading(block.lines, text, self._body):
            level = self._levels.get(block.lines[0].size, len(self._levels) + 1)
        if level is not None and any(map(str.isalnum, text)):
            self._passages.heading(level, Runs.of(text))
        elif not self._typed and all(line.mono for line in block.lines):
            self._passages.add("codeblock", Runs.of("\n".join(line.text for line in block.lines)))
        elif BULLET.match(text) or (NUMBERED.match(text) and len(block.lines) < 6):
            self._passages.add("item", _runs(_without_bullet(block.lines), self._width, self._typed))
        else:
            self._passages.add("paragraph", _runs(block.lines, self._width, self._typed))

    def add_margins(self, pages: Sequence[Page]) -> None:
        """Adds once, below all else, what tagged pages have in their margins: a company, a date, who may read it."""
        self._table.end(self._passages)
        self._passages.restart()
        seen: set[str] = set()
        for number, page in enumerate(pages):
            self._passages.page = number + 1
            for line in page.rest:
                shape = _shape(line.text)
                if shape not in seen and not _PAGE_NUMBER.match(line.text):
                    self._passages.add("paragraph", linked(line.text))
                seen.add(shape)

    def _is_running(self, line: Line) -> bool:
        return line.edge and (_shape(line.text) in self._running or bool(_PAGE_NUMBER.match(line.text)))


@dataclass(slots=True)
class _Table:
    """The table that is being written; one that goes on on the next page keeps its head and the count of its rows."""

    columns: int = 0
    rows: int = 0
    head: tuple[str, ...] = ()

    def add(self, passages: Passages, row: Block, first: bool) -> None:
        """Writes a row; `first` is whether its page begins with it."""
        words = tuple(" ".join(map(_joined, cell)) for cell in row.cells)
        if row.starts and first and len(words) == self.columns:
            if words == self.head:
                return
        elif row.starts:
            passages.table_head("")
            self.rows, self.head = 0, words
        passages.row([(_cell(cell), cell_reference(column, self.rows)) for column, cell in enumerate(row.cells)])
        if row.head and self.rows == 0:
            passages.table_head(" | ".join(words))
        self.columns = len(words)
        self.rows += 1

    def end(self, passages: Passages) -> None:
        if self.columns:
            passages.table_head("")
        self.columns = 0


def _cell(parts: Sequence[Sequence[Line]]) -> Runs:
    runs = Runs()
    for part in parts:
        runs.part()
        _write(runs, part)
    return runs


def _runs(lines: Sequence[Line], width: float, typed: bool) -> Runs:
    """A block's text with its links, and with what stands out of it marked; `width` is that of most lines."""
    runs = Runs()
    _write(runs, lines, width, marked=True, typed=typed)
    return runs


def _write(runs: Runs, lines: Sequence[Line], width: float = 0.0, marked: bool = False, typed: bool = False) -> None:
    ended = _ended_on_purpose(lines, width)
    words = [(number, word) for number, line in enumerate(lines) for word in line.words]
    bold = {word.look.bold for _, word in words}
    last = -1
    for (link, strong, code), group in itertools.groupby(words, key=lambda pair: (pair[1].link, pair[1].look.bold, pair[1].look.mono)):
        start, first, text = 0, "", ""
        for number, word in group:
            if last >= 0:
                _separate(runs, lines, last, number, ended)
            text = _unbroken(lines, number, word)
            if not first:
                start, first = runs.position, text
            if link or "://" not in text:
                runs.add(text)
            else:
                runs.extend(linked(text))
            last = number
        start += first.startswith(("(", "["))
        end = runs.position - (len(text) - len(text.rstrip(".,;")))
        if link:
            runs.mark_span(start, end, "link", link)
        if marked and strong and len(bold) > 1:
            runs.mark_span(start, end, "strong")
        if marked and code and not typed:
            runs.mark_span(start, end, "code")


def _separate(runs: Runs, lines: Sequence[Line], before: int, number: int, ended: frozenset[int]) -> None:
    if before == number:
        runs.add(" ")
    elif before in ended:
        runs.line_break()
    elif not _is_broken(lines[before], lines[number]):
        runs.add(" ")


def _unbroken(lines: Sequence[Line], number: int, word: Word) -> str:
    line = lines[number]
    broken = word is line.words[-1] and number + 1 < len(lines) and _is_broken(line, lines[number + 1])
    return word.text.removesuffix("-") if broken and "/" not in word.text else word.text


def _is_broken(line: Line, after: Line) -> bool:
    """Whether a line's last word goes on in the next."""
    text = line.words[-1].text
    return line.hyphen or (text.endswith("-") and text[-2:-1].isalpha() and after.words[0].text[:1].islower())


def _ended_on_purpose(lines: Sequence[Line], width: float) -> frozenset[int]:
    """The lines that end early: the next one's first word had found room, so that no margin ended them.

    Of a block the longest line is its only margin that is known. Where most others end early it is one of them, and where all of them are
    short for this document, unless the next goes on in small letters. Where the next stands further in or out, but for a paragraph's first
    line, it is another item.
    """
    right = max((line.right for line in lines), default=0.0)
    ragged = any(line.right < right - _SPACE * line.size for line in lines[:-1])
    early = [
        after.top >= line.bottom - line.size / 2
        and (
            line.right + _SPACE * line.size + (after.words[0].right - after.words[0].left) < right
            or (number > 0 and ragged and abs(after.left - line.left) > line.size)
        )
        for number, (line, after) in enumerate(itertools.pairwise(lines))
    ]
    begun = [not line.words[0].text[:1].islower() for line in lines[1:]]
    most = sum(early) > 1 and sum(early) * 3 >= len(early) * 2
    listed = most or (all(begun) and all(line.right - line.left < _SHORT * width for line in lines))
    return frozenset(number for number, ended in enumerate(early) if ended or (listed and begun[number]))


def _joined(lines: Sequence[Line]) -> str:
    """The block's text on one line."""
    text = ""
    for number, line in enumerate(lines):
        words = " ".join((*(word.text for word in line.words[:-1]), _unbroken(lines, number, line.words[-1])))
        text += words if number == 0 or _is_broken(lines[number - 1], line) else f" {words}"
    return text


def _without_bullet(lines: Sequence[Line]) -> Sequence[Line]:
    first = lines[0]
    if len(first.words) > 1 and BULLET.match(f"{first.words[0].text} x"):
        return [Line(first.words[1:], first.hyphen, first.edge), *lines[1:]]
    return lines


def _looks_like_heading(block: Sequence[Line], text: str, body: float) -> bool:
    words = text.split()
    if len(words) > _HEADING_WORDS or len(block) > 3 or text.endswith((",", ";", ".")) or not sum(map(str.isalpha, text)) > 2:
        return False
    larger = block[0].size > body * _LARGER
    bold = (all(line.bold for line in block) and len(block) == 1 and len(words) <= 12 and text[0].isupper()) or (
        block[0].bold and text[0].isdigit()
    )
    return larger or (bold and not text.endswith(":") and abs(block[0].size - body) < body)


def _levels(lines: Sequence[Line], body: float) -> dict[float, int]:
    """The sizes above the body's, largest first, as levels 1 to 4."""
    sizes = sorted({line.size for line in lines if line.size > body * _LARGER and len(line.words) <= _HEADING_WORDS}, reverse=True)
    levels: dict[float, int] = {}
    level, last = 0, 0.0
    for size in sizes:
        if not last or size < last * 0.95:
            level, last = min(level + 1, 4), size
        levels[size] = level
    return levels


def _body_size(lines: Sequence[Line]) -> float:
    sizes = Counter[float]()
    for line in lines:
        sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=10.0)


def _body_width(lines: Sequence[Line]) -> float:
    """How wide the lines are that hold most of the text, to 10 points."""
    widths = Counter[float]()
    for line in lines:
        widths[round(line.right - line.left, -1)] += len(line.text)
    return max(widths, key=lambda width: (widths[width], width), default=0.0)


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """The shapes of lines that stand in the margins of at least half of the pages: running heads and feet."""
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter(shape for lines in pages for shape in {_shape(line.text) for line in lines if line.edge})
    return frozenset(shape for shape, count in counts.items() if count >= max(3, len(pages) / 2))


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _blocks(lines: Sequence[Line]) -> list[Block]:
    """Lines as paragraphs, and as rows where they stand in columns."""
    blocks: list[Block] = []
    done = 0
    for start, end, rows in tables(lines):
        blocks += (Block("paragraph", tuple(block)) for block in paragraphs(lines[done:start]))
        bold = [all(line.bold for cell in row for line in cell) for row in rows]
        blocks += (
            Block("row", (), 0, tuple((tuple(cell),) for cell in row), number == 0 and bold[0] and not all(bold), number == 0)
            for number, row in enumerate(rows)
        )
        done = end
    return [*blocks, *(Block("paragraph", tuple(block)) for block in paragraphs(lines[done:]))]
