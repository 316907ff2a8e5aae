"""Markdown: structure from markdown-it, people and dates from front matter; comments and tables of contents are left out."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import regex
from markdown_it import MarkdownIt

from extractors.characters import decode
from extractors.formats import front
from extractors.formats.html import add_html
from extractors.formats.mentions import add_heading, as_html, component
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Parsed

if TYPE_CHECKING:
    from markdown_it.token import Token

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
LIST_LINES, LIST_LINE = 3, 50
LONG_LIST_LINES, LONG_LIST_LINE = 8, 80
"""Lines, and characters of the longest, of what was typed as a list without its signs: of many lines all of which begin with a capital
some may be longer.
"""
_BEGINS = regex.compile(r"[\p{Lu}\p{N}]")
_LABELLED = regex.compile(r"\p{Lu}[\p{L} /'\u2019-]{1,30}:(?:\s|$)")
_CONTENTS = frozenset(("table of contents", "contents", "toc"))
_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A Markdown file."""
    text = decode(content).replace("\r\n", "\n")
    facts, text = front.split(text)
    passages = Passages(limits)
    front.add(passages, facts)
    add_markdown(passages, text)
    created, modified = front.dates(facts)
    return Parsed(
        "document",
        "text/markdown",
        front.title(facts) or passages.title(),
        str(facts.get("lang") or facts.get("language") or "")[:2].lower(),
        created,
        modified,
        front.named(facts, modified),
        passages.segments(),
    )


def add_markdown(passages: Passages, text: str) -> None:
    """Adds the blocks of Markdown text."""
    tokens = _parser.parse(_COMMENT.sub("", text))
    _Walk(passages, tokens).all()


class _Walk:
    """Goes through the tokens once, block by block."""

    def __init__(self, passages: Passages, tokens: "Sequence[Token]") -> None:
        self._passages = passages
        self._tokens = tokens
        self._kinds: list[str] = []
        self._row: list[tuple[Runs | str, str]] = []
        self._rows = 0

    def all(self) -> None:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.type == "bullet_list_open" and (end := self._contents_end(at)):
                at = end
            else:
                self._step(token, at)
            at += 1

    def _step(self, token: "Token", at: int) -> None:
        if token.type == "inline":
            self._text(token, self._tokens[at - 1])
        elif token.type in ("fence", "code_block"):
            self._code(token)
        elif token.type == "html_block":
            add_html(self._passages, as_html(token.content))
        elif token.type in ("list_item_open", "blockquote_open"):
            self._kinds.append("item" if token.type == "list_item_open" else "quote")
        elif token.type in ("list_item_close", "blockquote_close"):
            self._kinds.pop()
        else:
            self._table(token)

    def _text(self, token: "Token", opener: "Token") -> None:
        in_cell = opener.type in ("th_open", "td_open")
        runs = inline_runs(token.children or [], in_cell=in_cell)
        if opener.type == "heading_open":
            if runs.finish()[0].casefold().strip(":") not in _CONTENTS:
                add_heading(self._passages, int(opener.tag[1]), runs)
        elif in_cell:
            self._row.append((runs, cell_reference(len(self._row), self._rows)))
        else:
            kind = self._kinds[-1] if self._kinds else "paragraph"
            self._passages.add(kind, runs, str(self._kinds.count("item")) if kind == "item" else "")

    def _code(self, token: "Token") -> None:
        runs = Runs(keep_space=True)
        runs.add(token.content)
        self._passages.add("codeblock", runs, token.info.split()[0] if token.info.strip() else "")

    def _table(self, token: "Token") -> None:
        if token.type == "tr_close":
            self._passages.row(self._row)
            if self._rows == 0:
                self._passages.table_head(" | ".join(text.finish()[0] for text, _ in self._row if isinstance(text, Runs)))
            self._row, self._rows = [], self._rows + 1
        elif token.type == "table_open":
            self._rows = 0
        elif token.type == "table_close":
            self._passages.table_head("")

    def _contents_end(self, at: int) -> int:
        """Where a list ends whose every item is only a link into the same page; 0 for any other list."""
        level, items = self._tokens[at].level, 0
        for index in range(at + 1, len(self._tokens)):
            token = self._tokens[index]
            if token.type == "bullet_list_close" and token.level == level:
                return index if items >= 2 else 0
            if token.type == "inline":
                if not _is_anchor(token):
                    return 0
                items += 1
        return 0


def inline_runs(children: "Sequence[Token]", *, in_cell: bool = False) -> Runs:
    """The text of one block's inline tokens with links, code and strong words marked; a cell stays on one line."""
    runs = Runs()
    opened: list[tuple[int, str]] = []
    meant = iter(line_breaks(_lines(children)))
    mentioned = -1
    for child in children:
        kind = child.type
        if kind == "text":
            runs.add(child.content)
        elif kind in ("softbreak", "hardbreak"):
            if next(meant) or kind == "hardbreak":
                runs.line_break()
            else:
                runs.add(" ")
        elif kind == "html_inline":
            shown = component(child.content)
            if shown:
                runs.add(", " if runs.position == mentioned else "")
                start = runs.position
                runs.add(shown.text)
                mentioned = runs.position if shown.is_person else -1
                runs.mark(start, "person", shown.account) if shown.is_person else None
            elif child.content.lower().startswith("<br"):
                runs.part() if in_cell else runs.line_break()
        elif kind == "code_inline":
            start = runs.position
            runs.add(child.content)
            runs.mark(start, "code")
        elif kind == "image":
            runs.add(child.content)
        else:
            _open_or_close(runs, child, opened)
    return runs


def _lines(children: "Sequence[Token]") -> list[str]:
    lines = [""]
    for child in children:
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        else:
            lines[-1] += child.content
    return [line.strip() for line in lines]


def line_breaks(lines: Sequence[str]) -> list[bool]:
    """Whether the break behind each of the lines but the last was meant: where all are short, or one is ended on purpose."""
    longest = LONG_LIST_LINE if len(lines) >= LONG_LIST_LINES else LIST_LINE
    is_list = len(lines) >= LIST_LINES and all(len(line) < longest and _BEGINS.match(line) for line in lines)
    return [is_list or _ends_line(line, following) for line, following in pairwise(lines)]


def _ends_line(line: str, following: str) -> bool:
    """Whether a line was ended on purpose: behind a label alone, or before the next label or speaker. Prose is wrapped anywhere."""
    return (line.endswith(":") and len(line) < LIST_LINE) or bool(_LABELLED.match(following))


def _open_or_close(runs: Runs, child: "Token", opened: list[tuple[int, str]]) -> None:
    if child.type in ("link_open", "strong_open"):
        opened.append((runs.position, str(child.attrGet("href") or "") if child.type == "link_open" else ""))
    elif child.type in ("link_close", "strong_close") and opened:
        start, value = opened.pop()
        runs.mark(start, child.type.removesuffix("_close"), value)


def _is_anchor(token: "Token") -> bool:
    children = [child for child in token.children or [] if child.type != "text" or child.content.strip()]
    if not children or children[0].type != "link_open" or children[-1].type != "link_close":
        return False
    return str(children[0].attrGet("href") or "").startswith("#") and sum(child.type == "link_open" for child in children) == 1
