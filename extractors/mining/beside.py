"""Names that stand right before or right behind a phrase."""

from typing import NamedTuple

import regex

from extractors.mining.blocks import Block
from extractors.mining.names import is_everyday, is_plain, names_in

_QUOTED = regex.compile(r"[\"'\u201c\u2018`]([^\"'\u201d\u2019`\n]{2,60})[\"'\u201d\u2019`]")
_COPULA = regex.compile(r"(?:[\s,(]|\b(?:is|was|were|are|has|been|have)\b|\b(?:project|team|group)\b)*$", regex.IGNORECASE)
_REACH = 60
"""How far before a phrase the first name may begin."""
_NAMING = ("code", "strong", "link")


class Span(NamedTuple):
    """A name and where it stands in its block."""

    name: str
    start: int
    end: int
    marked: bool = False
    """In code, quotes, bold or a link: meant as a name however plain its word."""


def are_names(*spans: Span) -> bool:
    """False where one is an everyday word with a capital that only its place explains (`Proposal`, `Source`)."""
    return all(span.marked or not (is_plain(span.name) and is_everyday(span.name)) for span in spans)


def name_at(block: Block, start: int) -> Span | None:
    """The name that begins here: marked, quoted or written like a name."""
    while start < len(block.text) and block.text[start] in " *_":
        start += 1
    marked = next((m for m in block.inline if m.kind in _NAMING and m.start - block.start == start), None)
    if marked:
        return Span(block.text[start : marked.end - block.start], start, marked.end - block.start, marked=True)
    quoted = _QUOTED.match(block.text, start)
    if quoted:
        return Span(quoted[1], quoted.start(1), quoted.end(1), marked=True)
    found = next(names_in(block.text[start : start + 100]), None)
    if found is None or found.start > 0:
        return None
    return Span(block.text[start : start + found.end], start, start + found.end)


def name_before(block: Block, end: int) -> Span | None:
    """The name that ends here, but for `is`, `was` and brackets between."""
    tail = _COPULA.search(block.text, max(0, end - 40), end)
    stop = tail.start() if tail else end
    stop = len(block.text[:stop].rstrip(" ,(\"'\u201d`"))
    begin = max(0, stop - _REACH)
    begin = begin if begin == 0 else block.text.find(" ", begin) + 1
    for mark in block.inline:
        if mark.kind in _NAMING and mark.end - block.start == stop:
            return Span(block.text[mark.start - block.start : stop], mark.start - block.start, stop, marked=True)
    last = None
    for found in names_in(block.text[begin:stop]):
        last = found
    if last is None or begin + last.end != stop:
        return None
    return Span(block.text[begin + last.start : stop], begin + last.start, stop)
