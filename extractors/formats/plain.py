"""Text without mark-up, and source code: paragraphs by blank lines, soft line breaks joined, lists and quoted replies kept."""

import itertools
import re

from extractors.characters import decode
from extractors.formats import transcript
from extractors.limits import Limits
from extractors.passages import Passages, Runs
from knowledge_graph.model.records import Parsed

_ITEM = re.compile(r"^\s*(?:[-*+\u2022\u2023\u25cf\u25aa\u2013]|\(?\d{1,3}[.)]|[a-z][.)])\s+\S")
_BULLET = re.compile(r"^\s*[-*+\u2022\u2023\u25cf\u25aa\u2013]\s+")
_QUOTE = re.compile(r"^\s{0,2}(?:>\s?)+")
_UNDERLINE = re.compile(r"^\s*([=\-~#*_])\1{3,}\s*$")
_LINK = re.compile(r"\bhttps?://[^\s<>\"'\])}]+[^\s<>\"'\])}.,;:!?]")
# A line this long was broken by a program at its margin; a shorter one ends where its writer ended it.
_WRAPPED_CHARS = 55
_FEW_LINES = 3
"""So many may be anything; more that end early are a list."""
_COLUMNS = re.compile(r"[^\s.:!?]( {2,}|\t)\S")


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A text file."""
    text = decode(content)
    if spoken := transcript.read_text(text, "text/plain", limits):
        return spoken
    passages = Passages(limits)
    add_text(passages, text)
    return Parsed("document", "text/plain", passages.title(), segments=passages.segments())


def read_code(name: str, content: bytes, limits: Limits) -> Parsed:
    """Source code or configuration: kept line by line."""
    passages = Passages(limits)
    for block in re.split(r"\n(?:[ \t]*\n)+", decode(content).replace("\r\n", "\n")):
        runs = Runs(keep_space=True)
        runs.add(block)
        passages.add("codeblock", runs)
    return Parsed("document", "text/plain", segments=passages.segments())


def add_text(passages: Passages, text: str, kind: str = "paragraph") -> None:
    """Adds plain text block by block."""
    lines: list[str] = []
    for line in [*text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), ""]:
        quoted = bool(_QUOTE.match(line))
        if lines and (not line.strip() or _ITEM.match(line) or quoted != bool(_QUOTE.match(lines[0]))):
            _add_block(passages, lines, kind)
            lines = []
        if len(lines) == 1 and _UNDERLINE.match(line) and abs(len(line.strip()) - len(lines[0].strip())) <= 3:
            passages.heading(1 if line.strip()[0] == "=" else 2, lines.pop())
        elif line.strip() and not _UNDERLINE.match(line):
            lines.append(line)


def linked(text: str) -> Runs:
    """A block's text with its bare web addresses marked as links."""
    runs = Runs()
    for number, line in enumerate(text.split("\n")):
        if number:
            runs.line_break()
        done = 0
        for found in _LINK.finditer(line):
            runs.add(line[done : found.start()])
            start = runs.position
            runs.add(found[0])
            runs.mark(start, "link", found[0])
            done = found.end()
        runs.add(line[done:])
    return runs


def _add_block(passages: Passages, lines: list[str], kind: str) -> None:
    if _QUOTE.match(lines[0]):
        passages.add("quote", linked(_joined([_QUOTE.sub("", line) for line in lines])))
    elif _ITEM.match(lines[0]):
        passages.add("item" if kind == "paragraph" else kind, linked(_joined([_BULLET.sub("", lines[0]), *lines[1:]])))
    else:
        passages.add(kind, linked(_joined(lines)))


def _joined(lines: list[str]) -> str:
    parts, listed = [lines[0].strip()], _is_listed(lines)
    for before, line in itertools.pairwise(lines):
        soft = len(before.rstrip()) >= _WRAPPED_CHARS and not listed
        parts += [" " if soft else "\n", line.strip()]
    return "".join(parts)


def _is_listed(lines: list[str]) -> bool:
    """Whether a block is a list of lines: nearly all end where the next one's first word still had room, or have columns."""
    if len(lines) <= _FEW_LINES:
        return False
    longest = max(len(line.rstrip()) for line in lines)
    ended = sum(len(before.rstrip()) + 1 + len(line.strip().partition(" ")[0]) <= longest for before, line in itertools.pairwise(lines))
    in_columns = sum(bool(_COLUMNS.search(line.strip())) for line in lines)
    return 4 * ended >= 3 * (len(lines) - 1) or 4 * in_columns >= 3 * len(lines)
