"""reStructuredText, read by docutils: sections, header fields (`Author:`), lists, tables, links and literal blocks.

What Sphinx and others add to the language (`.. toctree::`, `:pep:`) is not known here: the body of such a directive is read as text, a role
gives its words. Nothing is included from other files.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from docutils import nodes
from docutils.frontend import Values, get_default_settings
from docutils.parsers.rst import Directive, Parser, directives, roles
from docutils.parsers.rst.languages import get_language
from docutils.utils import new_document

from extractors.characters import decode
from extractors.errors import Unreadable
from extractors.facts import iso_date
from extractors.formats import front
from extractors.formats.markdown import line_breaks
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Parsed

_HEAD_FIELD = re.compile(r"^:?([A-Z][A-Za-z-]{1,30}):[ \t]+(\S.*)$|^:?([A-Z][A-Za-z-]{1,30}):\s*$")
_DIRECTIVE = re.compile(r"^\s*\.\.\s+(?:\|[^|\n]+\|\s+)?([\w:+.-]+)::", re.MULTILINE)
_ROLE = re.compile(r"(?<![\w:]):([\w:+.-]+):`|`:([\w:+.-]+):")
_CODE_DIRECTIVES = """
code code-block sourcecode literalinclude doctest testcode testoutput productionlist prompt graphviz digraph mermaid uml blockdiag seqdiag
nwdiag actdiag plantuml
"""
_CODE = frozenset(_CODE_DIRECTIVES.split())
_PLACEHOLDERS = """
toctree include raw contents highlight index currentmodule module automodule autoclass autofunction automethod autosummary tabularcolumns
default-domain sectnum meta role default-role date
"""
_NOT_READ = frozenset(_PLACEHOLDERS.split())
"""`role` and `default-role` would hold for the documents read after this one, `date` is the day of reading."""
_SILENT = (nodes.comment, nodes.substitution_definition, nodes.target, nodes.pending, nodes.label)
_LONGEST_TERM = 80
_NUMBERED_ROLES = {"pep": "PEP ", "rfc": "RFC "}
_EXPLICIT = re.compile(r"\s*<[^<>]*>$")


class _Any(Directive):
    """A directive of somebody's own: its argument is a paragraph, its body is read as text."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True
    option_spec: ClassVar = defaultdict(lambda: directives.unchanged, {"name": directives.unchanged})

    def run(self) -> list[nodes.Node]:
        container = nodes.container()
        if self.arguments:
            words, _ = self.state.inline_text(self.arguments[0], self.lineno)
            container += nodes.paragraph(self.arguments[0], "", *words)
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


class _Code(_Any):
    """A directive whose body is code."""

    def run(self) -> list[nodes.Node]:
        return [nodes.literal_block("\n".join(self.content), "\n".join(self.content))]


class _NotRead(_Any):
    """A directive that only says what a program should put here."""

    def run(self) -> list[nodes.Node]:
        return []


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A reStructuredText file."""
    facts, lines = _head(decode(content).replace("\r\n", "\n").split("\n"))
    passages = Passages(limits)
    passages.add("paragraph", front.lines(facts, "status", "type", "topic"))
    try:
        _Walk(passages, _tree("\n".join(lines))).all()
    except RecursionError as error:
        raise Unreadable("too deep", "Its lists or quotes are nested too deeply to be read; flatten them.") from error
    created = iso_date(facts.get("created") or facts.get("date"))
    modified = iso_date(facts.get("last-modified") or facts.get("updated"))
    title = str(facts.get("title") or "") or passages.title()
    if facts.get("pep") and facts.get("title"):
        title = f"PEP {facts['pep']}: {title}"
    return Parsed(
        "document", "text/x-rst", title, "", created, modified or created, front.named(facts, modified or created), passages.segments()
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


def _settings() -> Values:
    settings = get_default_settings(Parser)
    vars(settings).update(
        {
            "report_level": 5, "halt_level": 6, "file_insertion_enabled": False, "raw_enabled": False, "syntax_highlight": "none",
            "line_length_limit": 1_000_000, "_disable_config": True, "pep_references": False, "rfc_references": False,
            "trim_footnote_reference_space": True,
        }
    )  # fmt: skip
    return settings


def _tree(text: str) -> nodes.document:
    _make_known(text)
    document = new_document("", _settings())
    Parser().parse(text, document)
    return document


def _make_known(text: str) -> None:
    """Registers the directives and roles of the text that docutils does not have."""
    document, english = new_document("", _settings()), get_language("en")
    for name in {found[1].casefold() for found in _DIRECTIVE.finditer(text)}:
        plain = name.rpartition(":")[2]
        known, _ = directives.directive(name, english, document)  # type: ignore[arg-type]  # its stubs' own language module
        ours = _NotRead if plain in _NOT_READ else _Code if plain in _CODE else _Any
        if known is None or ours is not _Any:
            directives.register_directive(name, ours)
    for name in {(found[1] or found[2]).casefold() for found in _ROLE.finditer(text)}:
        known_role, _ = roles.role(name, english, 0, document.reporter)  # type: ignore[arg-type]
        if name in _NUMBERED_ROLES or known_role is None:
            roles.register_local_role(name, _words_of_role)  # type: ignore[arg-type]  # any nodes may come of a role


def _words_of_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: object, options: object = None, content: object = None
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    words = _NUMBERED_ROLES.get(name.casefold(), "") + _EXPLICIT.sub("", nodes.unescape(text)).lstrip("~!")
    return [nodes.inline(rawtext, words)], []


class _Walk:
    """Turns the document tree into blocks in reading order."""

    def __init__(self, passages: Passages, tree: nodes.document) -> None:
        self._passages = passages
        self._tree = tree
        self._level = 0
        self._items = 0
        """Of how many lists this is an item."""
        self._quoted = False
        targets = (target for target in tree.findall(nodes.target) if target.get("refuri"))
        self._addresses = {name: str(target["refuri"]) for target in targets for name in target["names"]}

    def all(self) -> None:
        self._inside(self._tree.children)

    def _inside(self, children: Iterable[nodes.Node]) -> None:
        for child in children:
            self._node(child)

    def _node(self, node: nodes.Node) -> None:
        match node:
            case nodes.title() | nodes.subtitle() if isinstance(node.parent, nodes.section):
                self._passages.heading(self._level, self._runs(node))
            case nodes.system_message():  # what docutils cannot read is in it as it stands
                self._inside(child for child in node.children if isinstance(child, nodes.literal_block))
            case nodes.literal_block() | nodes.doctest_block() | nodes.math_block():
                runs = Runs(keep_space=True)
                runs.add(node.astext())
                self._passages.add("codeblock", runs)
            case nodes.line_block():
                runs = Runs()
                self._lines(runs, node)
                self._add(runs)
            case nodes.definition_list_item() | nodes.field():
                self._defined(node)
            case nodes.table():
                self._table(node)
            case nodes.TextElement() if not isinstance(node, _SILENT):
                self._add(self._runs(node))
            case nodes.Element() if not isinstance(node, _SILENT):
                self._around(node)

    def _around(self, node: nodes.Element) -> None:
        """What holds blocks."""
        outer = self._level, self._items, self._quoted
        self._level += isinstance(node, nodes.section)
        self._items += isinstance(node, nodes.list_item)
        if isinstance(node, nodes.block_quote):  # of somebody; else it is only indented
            self._quoted = any(isinstance(child, nodes.attribution) for child in node.children)
        self._inside(node.children)
        self._level, self._items, self._quoted = outer

    def _add(self, runs: Runs) -> None:
        kind = "item" if self._items else "quote" if self._quoted else "paragraph"
        self._passages.add(kind, runs, str(self._items) if self._items else "")

    def _defined(self, node: nodes.Element) -> None:
        """A term or the name of a field in one block with how its text begins."""
        name, *rest = node.children
        body = rest[-1]
        runs = self._runs(name)
        first = body.children[0] if body.children else None
        is_label = isinstance(node, nodes.field) or len(name.astext()) <= _LONGEST_TERM
        if is_label and not name.astext().rstrip().endswith((":", ".", ",", ";", "?", "!")):
            runs.add(":")
        if isinstance(first, nodes.paragraph):
            runs.add(" ")
            runs.extend(self._runs(first))
        self._add(runs)
        self._inside(body.children[1:] if isinstance(first, nodes.paragraph) else body.children)

    def _table(self, table: nodes.table) -> None:
        for title in table.findall(nodes.title):
            self._passages.add("caption", self._runs(title))
        number, spanned = 0, dict[tuple[int, int], int]()
        for part in table.findall(lambda node: isinstance(node, nodes.thead | nodes.tbody)):
            for row in part.children:
                cells = self._cells([cell for cell in row.children if isinstance(cell, nodes.entry)], number, spanned)
                self._passages.row(cells)
                if isinstance(part, nodes.thead) and number == 0:
                    self._passages.table_head(" | ".join(runs.finish()[0].replace("\n", " ") for runs, _ in cells))
                number += 1
        self._passages.table_head("")

    def _cells(self, entries: Sequence[nodes.Element], row: int, spanned: dict[tuple[int, int], int]) -> list[tuple[Runs, str]]:
        """The cells of a row; one that spans several rows stands in the first. `spanned` has the places that are taken already."""
        cells, column = [], 0
        for entry in entries:
            while (row, column) in spanned:
                column += 1
            for below in range(1, entry.get("morerows", 0) + 1):
                spanned.update({(row + below, at): row for at in range(column, column + 1 + entry.get("morecols", 0))})
            runs = Runs()
            self._flat(runs, entry)
            cells.append((runs, cell_reference(column, row)))
            column += 1 + entry.get("morecols", 0)
        return cells

    def _flat(self, runs: Runs, node: nodes.Node) -> None:
        """All that a cell holds in one block, its paragraphs and lines parted."""
        for child in node.children:
            if isinstance(child, nodes.TextElement):
                runs.part()
                self._inline(runs, child)
            else:
                self._flat(runs, child)

    def _lines(self, runs: Runs, block: nodes.Node) -> None:
        for line in block.children:
            runs.line_break()
            if isinstance(line, nodes.line_block):
                self._lines(runs, line)
            else:
                self._inline(runs, line)

    def _runs(self, node: nodes.Node) -> Runs:
        runs = Runs()
        self._inline(runs, node)
        return runs

    def _inline(self, runs: Runs, node: nodes.Node, meant: Iterator[bool] | None = None) -> None:
        """`meant` says of each line's end whether it was; in an element within a block it is the block's."""
        meant = iter(line_breaks([line.strip() for line in node.astext().split("\n")])) if meant is None else meant
        for child in node.children:
            start = runs.position
            match child:
                case nodes.Text():
                    first, *others = child.astext().split("\n")
                    runs.add(first)
                    for line in others:
                        if next(meant, False):
                            runs.line_break()
                        runs.add(f" {line}")
                case nodes.footnote_reference() | nodes.citation_reference() | nodes.system_message() | nodes.target():
                    pass
                case nodes.substitution_reference():
                    definition = self._tree.substitution_defs.get(child["refname"])
                    runs.add(child.astext() if definition is None else definition.astext())
                case nodes.problematic():
                    runs.add(child.astext().strip("`|*_"))
                case nodes.image():
                    runs.add(str(child.get("alt", "")))
                case _:
                    self._inline(runs, child, meant)
                    self._mark(runs, child, start)

    def _mark(self, runs: Runs, node: nodes.Node, start: int) -> None:
        match node:
            case nodes.literal() | nodes.math():
                runs.mark(start, "code")
            case nodes.strong():
                runs.mark(start, "strong")
            case nodes.reference():
                address = node.get("refuri") or self._addresses.get(node.get("refname", ""), "")
                if address:
                    runs.mark(start, "link", str(address))
