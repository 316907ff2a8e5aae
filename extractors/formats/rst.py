"""reStructuredText: sections, header fields (`Author:`), lists, literal blocks and inline marks, without a docutils run."""

import re

from extractors.characters import decode
from extractors.facts import iso_date
from extractors.formats.markdown import front_people, head_lines
from extractors.limits import Limits
from extractors.passages import Passages, Runs
from knowledge_graph.model.records import Parsed

_UNDERLINE = re.compile(r"^([!-/:-@\[-`{-~])\1{2,}\s*$")
_HEAD_FIELD = re.compile(r"^:?([A-Z][A-Za-z-]{1,30}):[ \t]+(\S.*)$|^:?([A-Z][A-Za-z-]{1,30}):\s*$")
_DIRECTIVE = re.compile(r"^(\s*)\.\.\s+([\w:-]+)::\s*(.*)$")
_CODE_DIRECTIVES = frozenset(
    ["code", "code-block", "sourcecode", "literalinclude", "parsed-literal", "highlight", "doctest", "testcode", "productionlist", "math"]
)
_PROSE_DIRECTIVES = frozenset(
    [
        "note",
        "warning",
        "tip",
        "important",
        "caution",
        "hint",
        "danger",
        "attention",
        "seealso",
        "admonition",
        "topic",
        "sidebar",
        "deprecated",
        "versionadded",
        "versionchanged",
        "figure",
    ]
)
_ITEM = re.compile(r"^(\s*)(?:[-*+\u2022]|\(?(?:\d{1,3}|#|[a-zA-Z])[.)])\s+(?=\S)")
_NUMBERED_ROLES = {"pep": "PEP ", "rfc": "RFC "}
_INLINE = re.compile(
    r"``(?P<code>[^`]+)``|\*\*(?P<strong>[^*\s](?:[^*]*[^*\s])?)\*\*|`(?P<text>[^`<]+?)\s*<(?P<target>[^>`]+)>`__?"
    r"|:(?P<name>[\w:+-]+):`(?P<role>[^`]+)`|(?P<note>\s?\[(?:#[\w-]*|\d+|\*)\]_)|`(?P<ref>[^`]+)`(?:__?)?|(?<![\w*])\*(?P<em>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])|(?P<url>https?://[^\s<>`]+[^\s<>`.,;:!?)])"
)


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A reStructuredText file."""
    lines = decode(content).replace("\r\n", "\n").expandtabs(8).split("\n")
    facts, lines = _head(lines)
    passages = Passages(limits)
    passages.add("paragraph", head_lines(facts, "status", "type", "topic"))
    _Walk(passages, lines).all()
    created = iso_date(facts.get("created") or facts.get("date"))
    modified = iso_date(facts.get("last-modified") or facts.get("updated"))
    title = str(facts.get("title") or "") or passages.title()
    if facts.get("pep") and facts.get("title"):
        title = f"PEP {facts['pep']}: {title}"
    return Parsed(
        "document", "text/x-rst", title, "", created, modified or created, front_people(facts, modified or created), passages.segments()
    )


def _head(lines: list[str]) -> tuple[dict[str, object], list[str]]:
    """RFC 2822-like fields or a field list at the very top, with folded lines joined; the rest of the lines."""
    fields: dict[str, object] = {}
    key = ""
    for number, line in enumerate(lines):
        found = _HEAD_FIELD.match(line)
        if found:
            key = (found[1] or found[3]).lower()
            fields[key] = (found[2] or "").strip()
        elif key and line.startswith(" ") and line.strip():
            fields[key] = f"{fields[key]}\n{line.strip()}"
        elif line.strip() or (key and number):
            return (fields, lines[number:]) if len(fields) >= 2 else ({}, lines)
    return (fields, []) if len(fields) >= 2 else ({}, lines)


class _Walk:
    """Reads line by line; the level of a heading is the order in which its underline first appears."""

    def __init__(self, passages: Passages, lines: list[str]) -> None:
        self._passages = passages
        self._lines = lines
        self._styles: list[str] = []
        self._literal = False
        self._at = 0

    def all(self) -> None:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            directive = _DIRECTIVE.match(line)
            if not line.strip():
                self._at += 1
            elif self._literal and line.startswith(" "):
                self._code(self._block(_indent(line)))
            elif self._heading():
                pass
            elif directive:
                self._directive(directive[2].split(":")[-1], directive[3])
            elif line.lstrip().startswith(".. ") or line.strip() == "..":
                self._at += 1
                self._block(_indent(line) + 1)
            else:
                self._paragraph()

    def _heading(self) -> bool:
        lines, at = self._lines, self._at
        over = bool(_UNDERLINE.match(lines[at]))
        text = at + over
        if text + 1 >= len(lines) or not lines[text].strip() or not _UNDERLINE.match(lines[text + 1]) or _UNDERLINE.match(lines[text]):
            return over and self._skip()
        if not over and (lines[text].startswith(" ") or len(lines[text + 1].rstrip()) < len(lines[text].rstrip()) - 2):
            return False
        style = lines[text + 1][0] + ("over" if over else "")
        if style not in self._styles:
            self._styles.append(style)
        self._passages.heading(self._styles.index(style) + 1, inline(lines[text].strip()))
        self._at = text + 2
        self._literal = False
        return True

    def _skip(self) -> bool:
        self._at += 1
        return True

    def _directive(self, name: str, argument: str) -> None:
        indent = _indent(self._lines[self._at])
        self._at += 1
        if name in _PROSE_DIRECTIVES:
            self._passages.add("paragraph", inline(argument))
            return  # the indented body is read as paragraphs
        body = self._block(indent + 1)
        if name in _CODE_DIRECTIVES:
            self._code([line for line in body if not re.match(r"\s*:[\w-]+:", line)])
        elif name in ("list-table", "csv-table", "table", "epigraph", "glossary", "class", "function", "method", "data", "module"):
            self._passages.add("paragraph", inline(argument))
            for line in body:
                self._passages.add("paragraph", inline(line))

    def _block(self, indent: int) -> list[str]:
        """The lines from here that are indented at least this far, blank lines included."""
        start = self._at
        while self._at < len(self._lines) and (not self._lines[self._at].strip() or _indent(self._lines[self._at]) >= indent):
            self._at += 1
        return self._lines[start : self._at]

    def _code(self, lines: list[str]) -> None:
        self._literal = False
        full = [line for line in lines if line.strip()]
        margin = min((_indent(line) for line in full), default=0)
        runs = Runs(keep_space=True)
        runs.add("\n".join(line[margin:] for line in lines))
        self._passages.add("codeblock", runs)

    def _paragraph(self) -> None:
        lines = [self._lines[self._at]]
        self._at += 1
        while self._at < len(self._lines) and self._continues(self._lines[self._at]):
            lines.append(self._lines[self._at])
            self._at += 1
        text = " ".join(line.strip() for line in lines)
        item = _ITEM.match(lines[0])
        self._literal = text.endswith("::")
        text = (text[:-1] if text.endswith("::") and len(text) > 2 else text.removesuffix("::")).removesuffix(" :")
        if text.startswith((">>>", "| ", "+--", "+==")) or (_UNDERLINE.match(lines[0].split(" ")[0]) and " " in lines[0].strip()):
            return self._code(lines)
        self._passages.add("item" if item else "paragraph", inline(_ITEM.sub("", text) if item else text))

    def _continues(self, line: str) -> bool:
        following = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        starts_heading = (
            bool(line.strip())
            and not line.startswith(" ")
            and bool(_UNDERLINE.match(following))
            and len(following.strip()) >= len(line.strip())
        )
        return bool(line.strip()) and not _ITEM.match(line) and not _DIRECTIVE.match(line) and not starts_heading


def inline(text: str) -> Runs:
    """A block's text with its inline mark-up taken off and marked."""
    runs = Runs()
    done = 0
    for found in _INLINE.finditer(text):
        runs.add(_unescaped(text[done : found.start()]))
        start = runs.position
        runs.add(_words(found))
        if found["code"] or found["strong"]:
            runs.mark(start, "code" if found["code"] else "strong")
        elif found["target"] or found["url"]:
            runs.mark(start, "link", found["target"] or found["url"])
        done = found.end()
    runs.add(_unescaped(text[done:]))
    return runs


def _words(found: re.Match[str]) -> str:
    """What a reader sees of one piece of mark-up; footnote marks are not seen."""
    if found["role"]:
        label = _NUMBERED_ROLES.get(found["name"], "")
        return label + re.sub(r"\s*<[^<>]*>$", "", found["role"]).lstrip("~!")
    return next((found[kind] for kind in ("code", "strong", "text", "ref", "em", "url") if found[kind]), "")


def _unescaped(text: str) -> str:
    return re.sub(r"\\(\s|(.))", r"\2", text) if "\\" in text else text


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
