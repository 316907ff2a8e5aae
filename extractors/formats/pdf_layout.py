"""From printed lines to headings, paragraphs and items: by the size of letters, the gaps between lines, and what repeats on every page."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors.formats.plain import linked
from extractors.passages import Passages, Runs

_BULLET = re.compile(r"^[\u2022\u2023\u25cf\u25aa\u25e6\u2013\u25a0\uf0b7\u00b7*\u2212-]\s+(?=\S)")
_NUMBERED = re.compile(r"^(?:\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_PAGE_NUMBER = re.compile(r"^\W*(?:page\s*)?\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?\W*$", re.IGNORECASE)
_HEADING_WORDS = 18
_LARGER = 1.12  # a heading's letters against the body's; nearer sizes are other fonts of the same text
_PARAGRAPH_GAP = 0.6  # of a line's height; single-spaced text measures 0 to 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `top` and `bottom` count down from the page's top."""

    text: str
    size: float
    bold: bool
    left: float
    top: float
    bottom: float
    hyphen: bool = False
    edge: bool = False
    """Whether it stands in the margin at the page's top or bottom."""


def add_pages(passages: Passages, pages: Sequence[Sequence[Line]], notes: Mapping[int, Sequence[str]], contents: Mapping[str, int]) -> None:
    """Adds all pages' lines as blocks, then what was annotated on each page."""
    running = _running(pages)
    body = _body_size(pages)
    levels = _levels(pages, body)
    for number, lines in enumerate(pages):
        passages.page = number + 1
        kept = [line for line in lines if not (line.edge and (_shape(line.text) in running or _PAGE_NUMBER.match(line.text)))]
        for block in _blocks(kept):
            _add(passages, block, body, levels, contents)
        for note in notes.get(number, ()):
            passages.add("paragraph", note)


def _add(passages: Passages, block: Sequence[Line], body: float, levels: Mapping[float, int], contents: Mapping[str, int]) -> None:
    text = _joined(block)
    level = contents.get(re.sub(r"[\W\d_]+", "", text).casefold()) if len(text) < 200 else None
    if level is None and _looks_like_heading(block, text, body):
        level = levels.get(block[0].size, len(levels) + 1)
    if level is not None and any(letter.isalpha() for letter in text):
        passages.heading(level, Runs.of(text))
    elif _BULLET.match(text) or (_NUMBERED.match(text) and len(block) < 6):
        passages.add("item", linked(_BULLET.sub("", text)))
    else:
        passages.add("paragraph", linked(text))


def _looks_like_heading(block: Sequence[Line], text: str, body: float) -> bool:
    words = text.split()
    if len(words) > _HEADING_WORDS or len(block) > 3 or text.endswith((",", ";", ".")) or not sum(map(str.isalpha, text)) > 2:
        return False
    larger = block[0].size > body * _LARGER
    bold = (all(line.bold for line in block) and len(block) == 1 and len(words) <= 12 and text[0].isupper()) or (
        block[0].bold and text[0].isdigit()
    )
    return larger or (bold and not text.endswith(":") and abs(block[0].size - body) < body)


def _levels(pages: Sequence[Sequence[Line]], body: float) -> dict[float, int]:
    """The sizes above the body's, largest first, as levels 1 to 4."""
    sizes = sorted(
        {line.size for lines in pages for line in lines if line.size > body * _LARGER and len(line.text.split()) <= _HEADING_WORDS},
        reverse=True,
    )
    levels: dict[float, int] = {}
    level, last = 0, 0.0
    for size in sizes:
        if not last or size < last * 0.95:
            level, last = min(level + 1, 4), size
        levels[size] = level
    return levels


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes = Counter[float]()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=10.0)


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """The shapes of lines that stand in the margins of at least half of the pages: running heads and feet."""
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter(shape for lines in pages for shape in {_shape(line.text) for line in lines if line.edge})
    return frozenset(shape for shape, count in counts.items() if count >= max(3, len(pages) / 2))


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _blocks(lines: Sequence[Line]) -> list[list[Line]]:
    blocks: list[list[Line]] = []
    for line in lines:
        if blocks and _continues(blocks[-1], line):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def _continues(block: Sequence[Line], line: Line) -> bool:
    before = block[-1]
    if (
        _BULLET.match(line.text)
        or _NUMBERED.match(line.text)
        or abs(before.size - line.size) > 0.15 * before.size
        or before.bold != line.bold
    ):
        return before.hyphen
    gap = line.top - before.bottom
    if gap > _PARAGRAPH_GAP * before.size or gap < -1.5 * before.size:
        return before.hyphen or (gap < 0 and before.text[-1:].isalpha() and line.text[:1].islower())
    return not (before.text.endswith((".", "!", "?", ":")) and line.left > block[0].left + before.size)


def _joined(block: Sequence[Line]) -> str:
    text = block[0].text
    for before, line in itertools.pairwise(block):
        broken = before.hyphen or (text.endswith("-") and text[-2:-1].isalpha() and line.text[:1].islower())
        text = text.removesuffix("-") + line.text if broken else f"{text} {line.text}"
    return text
