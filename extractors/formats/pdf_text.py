"""The words of a PDF page as they stand on it: where, how they look, what they link to and which marked content they belong to."""

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_ulong, c_void_p, cast, create_string_buffer
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractors.characters import clean

_EDGE = 0.09  # of a page's height: where running heads, feet and page numbers stand
_MAX_LINKS = 500  # of a page
_BAND = 20  # points
_HYPHEN = "\x02"
_HYPHENS = "\x02\ufffe"
"""pdfium's signs for a hyphen at a line's end; what stands on the next line may follow without a break."""
_BROKEN_WORD = re.compile(rf"(?<=[^\W\d_]){_HYPHEN}(?=[^\W\d_])")
_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile(r"[^ \t\xa0\r\n]+")
_FIXED_PITCH, _ITALIC, _FORCE_BOLD = 1 << 0, 1 << 6, 1 << 18
"""Flags of a font (ISO 32000-1, table 123)."""
_BOLD_NAME = re.compile(rb"bold|black|heavy|cmbx|sfbx", re.IGNORECASE)


class Look(NamedTuple):
    """How a piece of text is set, and what the file says it is."""

    bold: bool = False
    mono: bool = False
    content: int = -1
    """The number of its marked content, by which the structure of a tagged file names it."""
    artifact: bool = False
    """Whether the file says that it is no part of what is written: a running head, a page number."""


class Word(NamedTuple):
    """What stands between two spaces; `top` and `bottom` count down from the page's top, all in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    look: Look = Look()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line, or a piece of it."""

    words: tuple[Word, ...]
    hyphen: bool = False
    """Whether its last word goes on in the next line."""
    edge: bool = False
    """Whether it stands in the margin at the page's top or bottom."""

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        """The height of its letters."""
        return round(max(self.words[0].bottom - self.words[0].top, 0.1), 1)

    @property
    def bold(self) -> bool:
        return all(word.look.bold for word in self.words)

    @property
    def mono(self) -> bool:
        return all(word.look.mono for word in self.words)

    @property
    def left(self) -> float:
        return min(word.left for word in self.words)

    @property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @property
    def top(self) -> float:
        return min(self.words[0].top, self.words[-1].top)

    @property
    def bottom(self) -> float:
        return max(self.words[0].bottom, self.words[-1].bottom)


def lines(page: Any) -> list[Line]:
    """The page's lines in pdfium's reading order; none where it has no text layer that can be read."""
    try:
        text = page.get_textpage()
    except pdfium.PdfiumError:
        return []
    codes = (raw.FPDFText_GetUnicode(text.raw, index) for index in range(text.count_chars()))
    letters = "".join("\0" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code) for code in codes)
    reader = _Reader(text, letters, page.get_height(), tuple(_links(page)))
    found = [line for piece in _LINE.finditer(letters) if (line := reader.line(*piece.span()))]
    text.close()
    return found


class _Reader:
    def __init__(self, text: Any, letters: str, height: float, links: Sequence[tuple[raw.FS_RECTF, str]]) -> None:
        self._text = text.raw
        self._letters = letters
        self._height = height
        self._links: dict[int, list[tuple[raw.FS_RECTF, str]]] = {}
        """By the band of the page that they reach into, so that a page of links is not looked through for each word."""
        for box, url in links:
            for band in range(max(int(box.bottom // _BAND), 0), int(min(box.top, height) // _BAND) + 1):
                self._links.setdefault(band, []).append((box, url))
        self._looks: dict[int | None, Look] = {}
        self._box = raw.FS_RECTF()

    def line(self, start: int, end: int) -> Line | None:
        hyphen = self._letters[end - 1] in _HYPHENS
        words = tuple(word for piece in _WORD.finditer(self._letters, start, end - hyphen) if (word := self._word(*piece.span())))
        if not words:
            return None
        top, bottom = min(words[0].top, words[-1].top), max(words[0].bottom, words[-1].bottom)
        return Line(words, hyphen, top < _EDGE * self._height or bottom > (1 - _EDGE) * self._height)

    def _word(self, start: int, end: int) -> Word | None:
        text = self._letters[start:end]
        if not (text.isascii() and text.isprintable()):
            text = text.replace("\ufffe", _HYPHEN)
            if _HYPHEN in text:  # an address keeps it
                text = (text if "/" in text else _BROKEN_WORD.sub("", text)).replace(_HYPHEN, "-")
            text = " ".join(clean(text).split())
        if not text:
            return None
        first_left, first_right, top, bottom = self._bounds(start)
        last_left, last_right, *_ = self._bounds(end - 1) if end > start + 1 else (first_left, first_right)
        left, right = min(first_left, last_left), max(first_right, last_right)
        link = self._link((left + right) / 2, (top + bottom) / 2) if self._links else ""
        return Word(text, left, right, top, bottom, self._look(start), link)

    def _bounds(self, index: int) -> tuple[float, float, float, float]:
        box = self._box
        raw.FPDFText_GetLooseCharBox(self._text, index, byref(box))
        return box.left, box.right, self._height - max(box.top, box.bottom), self._height - min(box.top, box.bottom)

    def _look(self, index: int) -> Look:
        piece = raw.FPDFText_GetTextObject(self._text, index)
        address = cast(piece, c_void_p).value
        if address not in self._looks:
            self._looks[address] = _look(piece) if piece else Look()
        return self._looks[address]

    def _link(self, x: float, y: float) -> str:
        y = self._height - y
        near = self._links.get(int(y // _BAND), ())
        return next((url for box, url in near if box.left <= x <= box.right and box.bottom <= y <= box.top), "")


def _look(piece: Any) -> Look:
    font = raw.FPDFTextObj_GetFont(piece)
    size = raw.FPDFFont_GetBaseFontName(font, None, 0)
    name = create_string_buffer(size)
    raw.FPDFFont_GetBaseFontName(font, name, size)
    flags = max(raw.FPDFFont_GetFlags(font), 0)
    heavy = raw.FPDFFont_GetWeight(font) >= 600 and not flags & _ITALIC  # guessed from its stems: those of slanted letters look wide
    content = raw.FPDFPageObj_GetMarkedContentID(piece)
    names = (_mark_name(piece, index) for index in range(raw.FPDFPageObj_CountMarks(piece))) if content < 0 else ()
    return Look(
        heavy or bool(flags & _FORCE_BOLD) or bool(_BOLD_NAME.search(name.value)), bool(flags & _FIXED_PITCH), content, "Artifact" in names
    )


def _mark_name(piece: Any, index: int) -> str:
    buffer = (raw.FPDF_WCHAR * 64)()
    length = c_ulong()
    raw.FPDFPageObjMark_GetName(raw.FPDFPageObj_GetMark(piece, index), buffer, 128, byref(length))
    return bytes(buffer)[: max(min(length.value, 128) - 2, 0)].decode("utf-16-le", "replace")


def _links(page: Any) -> Iterator[tuple[raw.FS_RECTF, str]]:
    """Where the page links to the web, and its addresses."""
    link, position = raw.FPDF_LINK(), raw.c_int(0)
    for _ in range(_MAX_LINKS):
        if not raw.FPDFLink_Enumerate(page.raw, byref(position), byref(link)):
            return
        action, box = raw.FPDFLink_GetAction(link), raw.FS_RECTF()
        size = raw.FPDFAction_GetURIPath(page.pdf.raw, action, None, 0) if action else 0
        if 1 < size < 4_000 and raw.FPDFLink_GetAnnotRect(link, byref(box)):
            address = create_string_buffer(size)
            raw.FPDFAction_GetURIPath(page.pdf.raw, action, address, size)
            yield box, clean(address.value.decode("utf-8", "replace"))
