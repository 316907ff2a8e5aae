"""Markdown: structure from markdown-it, people and dates from front matter; comments and tables of contents are left out."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import regex
import yaml
from markdown_it import MarkdownIt

from extractors.characters import decode
from extractors.facts import iso_date, merged, people
from extractors.formats.html import add_html
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Contribution, Parsed

if TYPE_CHECKING:
    from markdown_it.token import Token

FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,65536}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCED = re.compile(r"\A\ufeff?\s*```[ \t]*\n((?:[A-Z][\w -]{0,30}:[^\n]*\n){2,40})```[ \t]*(?:\n|\Z)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_ROLES = {
    "author": "wrote", "authors": "wrote", "creator": "wrote", "by": "wrote",
    "editor": "edited", "editors": "edited", "maintainers": "owner", "owner": "owner", "owners": "owner",
    "approvers": "decided", "approver": "decided", "decision-makers": "decided", "deciders": "decided",
    "presenter": "presented", "presenters": "presented", "speakers": "presented",
    "attendees": "attended", "participants": "attended",
    "reviewers": "mentioned", "prr-approvers": "decided", "contributors": "edited", "reporter": "asked",
    "fullname": "wrote",
}  # fmt: skip
_CONTACTS = ("contact", "contacts")
_PERSONAL = re.compile(r"[a-z]{2,}\.(?:[a-z]\.)?[a-z-]{2,}@")
"""`ann.lee@`; most addresses for contact are an office's."""
LIST_LINES, LIST_LINE = 3, 50
"""Lines, and characters of the longest, of what was typed as a list without its signs."""
_BEGINS = regex.compile(r"[\p{Lu}\p{N}]")
_LABELLED = regex.compile(r"\p{Lu}[\p{L} /'\u2019-]{1,30}:(?:\s|$)")
_CREATED = ("creation-date", "created", "date", "published", "pubdate")
_MODIFIED = ("last-updated", "updated", "lastmod", "modified", "last_modified", "date-modified")
_CONTENTS = frozenset(("table of contents", "contents", "toc"))
_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A Markdown file."""
    text = decode(content).replace("\r\n", "\n")
    front, fenced = FRONT.match(text), _FENCED.match(text)
    facts = front_matter(front[1]) if front else fenced_fields(fenced[1]) if fenced else {}
    head = front or fenced
    passages = Passages(limits)
    passages.add("paragraph", head_lines(facts))
    add_markdown(passages, text[head.end() :] if head else text)
    created, modified = front_dates(facts)
    title = facts.get("title") or facts.get("fullname")
    return Parsed(
        "document",
        "text/markdown",
        title.strip() if isinstance(title, str) and title.strip() else passages.title(),
        str(facts.get("lang") or facts.get("language") or "")[:2].lower(),
        created,
        modified,
        front_people(facts, modified),
        passages.segments(),
    )


def add_markdown(passages: Passages, text: str) -> None:
    """Adds the blocks of Markdown text."""
    tokens = _parser.parse(_COMMENT.sub("", text))
    _Walk(passages, tokens).all()


def front_matter(text: str) -> dict[str, object]:
    """The fields of a YAML head with lower-case names; `{}` where it is not a mapping."""
    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(key).lower().replace("_", "-"): value for key, value in loaded.items()} if isinstance(loaded, dict) else {}


def fenced_fields(text: str) -> dict[str, object]:
    """The fields of a head in a code block (`EIP: 170`, a line each) with lower-case names."""
    return {key.strip().lower().replace(" ", "-"): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def head_lines(facts: dict[str, object], *more: str) -> str:
    """What a document's head fields state of it, a line each, so that there is a passage that says it."""
    told = {key: facts[key] for key in (*more, *_STATED) if facts.get(key)}
    lines = (f"{key.capitalize()}: {', '.join(map(str, value)) if isinstance(value, list) else value}" for key, value in told.items())
    return "\n".join(line for line in lines if "\n" not in line and len(line) < _LONGEST_LINE)


def front_dates(facts: dict[str, object]) -> tuple[str, str]:
    """The days a document's head fields say it was made and changed, ISO or `""`."""
    created = next((day for key in _CREATED if (day := iso_date(facts.get(key)))), "")
    return created, next((day for key in _MODIFIED if (day := iso_date(facts.get(key)))), "") or created


def front_people(facts: dict[str, object], day: str) -> tuple[Contribution, ...]:
    """Who a document's head fields name, by what they did."""
    told = (one for key, kind in _ROLES.items() for one in people(kind, facts.get(key), day if kind == "wrote" else ""))
    contacts = (one for key in _CONTACTS for one in people("owner", facts.get(key)) if one.name or _PERSONAL.match(one.email))
    return merged((*told, *contacts))


_STATED = (
    "status", "stage", "owning-sig", "owning-team", "parent", "part-of", "depends-on", "requires", "replaces", "supersedes", "replaced-by",
    "superseded-by", "fullname", "role", "teams", "projects", "products",
)  # fmt: skip
_LONGEST_LINE = 300


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
            add_html(self._passages, token.content)
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
                self._passages.heading(int(opener.tag[1]), runs)
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
            if child.content.lower().startswith("<br"):
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
    is_list = len(lines) >= LIST_LINES and all(len(line) < LIST_LINE and _BEGINS.match(line) for line in lines)
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
