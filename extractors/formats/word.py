"""Word files (docx and its 2003 XML kin): body, tables, text boxes, notes, headers, charts, comments, and who changed what."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from extractors.facts import iso_date, person
from extractors.formats import transcript
from extractors.formats.html import add_html
from extractors.formats.package import SET_AS_CODE, Package, Properties, alternative_text, attribute, drawn_texts, each, local
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference, weight
from knowledge_graph.model.records import Contribution, Parsed

_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_HEADING_STYLE = re.compile(
    r"^(?:heading|\u00fcberschrift|titre|encabezado|titolo|rubrik|kop|\u0437\u0430\u0433\u043e\u043b\u043e\u0432\u043e\u043a)\s*(\d)",
    re.IGNORECASE,
)
_STYLE_KINDS = {
    "caption": "caption", "quote": "quote", "intense quote": "quote", "html preformatted": "codeblock", "code": "codeblock",
    "source code": "codeblock", "plain text": "paragraph", "macro text": "codeblock",
}  # fmt: skip
_OUTSIDE = ("header", "footer", "footnotes", "endnotes", "comments", "glossaryDocument", "chart", "diagramData")
_SKIPPED = frozenset(
    [
        "delText",
        "instrText",
        "pPr",
        "rPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "tcPr",
        "sectPr",
        "Fallback",
        "del",
        "moveFrom",
        "proofErr",
        "bookmarkStart",
        "bookmarkEnd",
    ]
)
_BREAKS = frozenset(("br", "cr"))
_LETTERS = {"tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off")
_HEADING_WORDS, _BOLD_WORDS, _LEVELS = 18, 12, 4
_LARGER = 1.12  # a heading's letters against the body's
_WORDS_OWN_SIZE = 20  # half-points, where a file says nothing
_PROSE_CELL_WORDS = 80  # a cell longer than this is a page laid out as a table


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A docx, docm, dotx or dotm file."""
    package = Package(content, limits)
    main = next(iter(package.targets("", "officeDocument")), "word/document.xml")
    tree = package.xml(main)
    passages = Passages(limits)
    properties = Properties(package)
    styles = _styles(package, main)
    walk = Body(passages, package.related(main), style_kinds(styles))
    if tree is not None:
        walk.set_as_headings(tree, _usual_size(styles))
        walk.blocks(tree)
    spoken = transcript.read_text("\n".join(segment.text for segment in passages.segments()), _MIME, limits)
    children, editors = package.pictures() + package.embedded(), tuple(_editors(package, main, tree))
    if spoken:
        parsed = properties.parsed(replace(spoken, children=children), (*editors, *spoken.people))
        return replace(parsed, created=spoken.created, modified=spoken.created) if spoken.created else parsed
    _outside(package, main, passages, walk)
    passages.restart()
    passages.add("paragraph", properties.filing())
    base = Parsed("document", _MIME, walk.title or passages.title(), segments=passages.segments(), children=children)
    return properties.parsed(base, editors)


def style_kinds(styles: Any) -> dict[str, str]:
    """What each paragraph style id is: `heading:N`, `title`, `contents` or a block kind."""
    kinds: dict[str, str] = {}
    based: dict[str, str] = {}
    for style in each(styles, "style") if styles is not None else ():
        parts = {local(part): part for part in style}
        key, name = attribute(style, "styleId"), attribute(parts["name"], "val") if "name" in parts else ""
        outline = next((attribute(one, "val") for one in each(style, "outlineLvl")), "")
        kind = _style_kind(name.lower(), outline)
        if kind:
            kinds[key] = kind
        elif "basedOn" in parts:
            based[key] = attribute(parts["basedOn"], "val")
    for key in based:
        parent, hops = key, 0
        while parent in based and hops < 10:
            parent, hops = based[parent], hops + 1
        if kinds.get(parent, "").startswith("heading"):
            kinds[key] = kinds[parent]
    return kinds


def _style_kind(name: str, outline: str) -> str:
    heading = _HEADING_STYLE.match(name)
    if heading:
        return f"heading:{heading[1]}"
    if name == "title":
        return "title"
    if name.startswith("toc ") or name == "table of figures":
        return "contents"
    if outline.isdigit() and int(outline) < 9:
        return f"heading:{int(outline) + 1}"
    return _STYLE_KINDS.get(name, "item" if name.startswith("list ") else "")


class Body:
    """Walks WordprocessingML; boxes and pictures found inside a paragraph follow it."""

    def __init__(self, passages: Passages, related: Mapping[str, tuple[str, str]], styles: Mapping[str, str]) -> None:
        self.title = ""
        self._passages = passages
        self._related = related
        self.styles = styles
        self._after: list[Any] = []
        self._set: dict[Any, int] = {}
        """Paragraphs that only look like headings, with their levels."""

    def set_as_headings(self, tree: Any, usual: int) -> None:
        """Finds headings by their looks where no style says which they are: short paragraphs, larger than most text or wholly bold.

        `usual` is the size of what has none of its own, in half-points.
        """
        paragraphs = [one for one in each(tree, "p") if not any(local(above) == "tc" for above in one.iterancestors())]
        if any(self._kind(one).startswith("heading") for one in paragraphs):
            return
        looks = {one: _Look.of(one, usual) for one in paragraphs if self._kind(one) == "paragraph"}
        sizes = Counter[int]()
        for look in looks.values():
            sizes[look.size] += len(look.text)
        body = max(sizes, key=lambda size: (sizes[size], -size), default=usual)
        found = {one: look.size for one, look in looks.items() if look.heads(body)}
        if 2 * len(found) <= sum(bool(look.text) for look in looks.values()):  # else it is how all of it is set
            levels = {size: min(level, _LEVELS) for level, size in enumerate(sorted(set(found.values()), reverse=True), 1)}
            self._set = {one: levels[size] for one, size in found.items()}

    def blocks(self, element: Any) -> None:
        """Adds every paragraph and table below an element."""
        for child in element:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name not in _SKIPPED:
                self.blocks(child)

    def _paragraph(self, paragraph: Any) -> None:
        kind = self._kind(paragraph)
        runs = Runs(keep_space=kind == "codeblock")
        self._inline(paragraph, runs)
        if kind.startswith("heading"):
            self._passages.heading(int(kind[-1]), Runs.of(runs.finish()[0]))
        elif kind == "title":
            self.title = self.title or runs.finish()[0].replace("\n", " ")
            self._passages.heading(1, Runs.of(runs.finish()[0]))
        elif kind != "contents":
            self._passages.add(kind, runs, _depth(paragraph) if kind == "item" else "")
        after, self._after = self._after, []
        for box in after:
            self.blocks(box)

    def _kind(self, paragraph: Any) -> str:
        if paragraph in self._set:
            return f"heading:{self._set[paragraph]}"
        properties = next((part for part in paragraph if local(part) == "pPr"), None)
        if properties is None:
            return "paragraph"
        parts = {local(part): attribute(part, "val") for part in properties}
        kind = self.styles.get(parts.get("pStyle", ""), "")
        if not kind and parts.get("outlineLvl", "9").isdigit() and int(parts.get("outlineLvl", "9")) < 9:
            kind = f"heading:{int(parts['outlineLvl']) + 1}"
        if not kind and "numPr" in parts:
            kind = "item"
        return kind or "paragraph"

    def _inline(self, element: Any, runs: Runs) -> None:
        for child in element:
            name = local(child)
            if name == "t":
                runs.add(child.text or "")
            elif name in _BREAKS:
                runs.line_break()
            elif name in _LETTERS:
                runs.add(_LETTERS[name])
            elif name == "r":
                self._run(child, runs)
            elif name == "txbxContent":
                self._after.append(child)
            elif name not in _SKIPPED:
                self._nested(child, name, runs)

    def _nested(self, child: Any, name: str, runs: Runs) -> None:
        if name == "docPr":
            runs.add(f" {alternative_text(child)} " if alternative_text(child) else "")
            return
        start = runs.position
        self._inline(child, runs)
        if name in ("hyperlink", "fldSimple") and self._target(child):
            runs.mark(start, "link", self._target(child))

    def _run(self, run: Any, runs: Runs) -> None:
        start = runs.position
        self._inline(run, runs)
        properties = _properties(run)
        if properties.get("b", "off") not in _OFF:
            runs.mark(start, "strong")
        if SET_AS_CODE.search(f"{properties.get('rStyle', '')} {properties.get('rFonts', '')}"):
            runs.mark(start, "code")

    def _target(self, element: Any) -> str:
        target = self._related.get(attribute(element, "id"), ("", ""))[1]
        found = re.search(r'HYPERLINK\s+"([^"]+)"', attribute(element, "instr"))
        return target or (found[1] if found else "")

    def _table(self, table: Any) -> None:
        rows = [list(each_child(row, "tc")) for row in each_child(table, "tr")]
        cells = [cell for row in rows for cell in row]
        prose = any(weight("".join(t.text or "" for t in each(cell, "t"))) > _PROSE_CELL_WORDS for cell in cells)
        if prose or max(map(len, rows), default=0) < 2 or any(True for cell in cells for _ in each(cell, "tbl")):
            for cell in cells:
                self.blocks(cell)
            return
        for number, row in enumerate(rows):
            runs = [self._cell(cell) for cell in row]
            self._passages.row([(text, cell_reference(column, number)) for column, text in enumerate(runs)])
            if number == 0 and any(True for _ in each(row[0].getparent(), "tblHeader")):
                self._passages.table_head(" | ".join(text.finish()[0].replace("\n", " ") for text in runs))
        self._passages.table_head("")

    def _cell(self, cell: Any) -> Runs:
        runs = Runs()
        for paragraph in each(cell, "p"):
            self._inline(paragraph, runs)
            runs.add(" ")
        for box in self._after:
            for paragraph in each(box, "p"):
                self._inline(paragraph, runs)
        self._after = []
        return runs


def each_child(element: Any, name: str) -> Iterable[Any]:
    """The children with this name, looking through content controls and revisions."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "ins", "customXml"):
            yield from each_child(child, name)


@dataclass(frozen=True, slots=True)
class _Look:
    """How a paragraph is set: its text, the size of its largest letters in half-points, and whether all of it is bold."""

    text: str
    size: int
    bold: bool

    @classmethod
    def of(cls, paragraph: Any, usual: int) -> "_Look":
        runs = [
            (words, _properties(run))
            for run in each(paragraph, "r")
            if (words := "".join(one.text or "" for one in each(run, "t"))).strip()
        ]
        sizes = [int(size) for _, found in runs if (size := found.get("sz", "")).isdigit()]
        bold = bool(runs) and all(found.get("b", "off") not in _OFF for _, found in runs)
        return cls("".join(words for words, _ in runs).strip(), max(sizes, default=usual), bold)

    def heads(self, body: int) -> bool:
        words = len(self.text.split())
        if not 0 < words <= _HEADING_WORDS or self.text.endswith((".", ",", ";", ":")) or not any(map(str.isalpha, self.text)):
            return False
        return self.size > _LARGER * body or (self.bold and words <= _BOLD_WORDS and (self.text[0].isupper() or self.text[0].isdigit()))


def _properties(run: Any) -> dict[str, str]:
    """What a run says of its letters; a sign without a value is on."""
    found = next((part for part in run if local(part) == "rPr"), ())
    return {local(part): attribute(part, "val") or attribute(part, "ascii") for part in found}


def _depth(paragraph: Any) -> str:
    """How deep an item's list is, from `1`; `""` where only its style makes it one."""
    level = next((attribute(one, "val") for one in each(paragraph, "ilvl")), "")
    return str(int(level) + 1) if level.isdigit() else ""


def _usual_size(styles: Any) -> int:
    """The size of text that has none of its own, in half-points: the default's."""
    defaults = next(iter(each(styles, "docDefaults")), None) if styles is not None else None
    size = next((attribute(one, "val") for one in each(defaults, "sz")), "") if defaults is not None else ""
    return int(size) if size.isdigit() else _WORDS_OWN_SIZE


def _styles(package: Package, main: str) -> Any:
    return package.xml(next(iter(package.targets(main, "styles")), "word/styles.xml"))


def _outside(package: Package, main: str, passages: Passages, walk: Body) -> None:
    """What stands beside the body: headers, notes, comments, charts, diagrams, inserted HTML; each text once."""
    seen: set[bytes] = set()
    for kind, part in sorted(set(package.related(main).values())):
        content = package.read(part) if kind in (*_OUTSIDE, "aFChunk") else b""
        if not content or content in seen:
            continue
        seen.add(content)
        passages.restart()
        if kind in ("chart", "diagramData"):
            for text in drawn_texts(package.xml(part)):
                passages.add("caption", text)
        elif kind == "aFChunk":
            add_html(passages, content.decode("utf-8", "replace"))
        else:
            Body(passages, package.related(part), walk.styles).blocks(package.xml(part))


def _editors(package: Package, main: str, tree: Any) -> Iterable[Contribution]:
    """Who changed or commented, as the file records it."""
    trees = [tree, *(package.xml(part) for part in package.targets(main, "comments"))]
    for one in (one for found in trees if found is not None for one in each(found, "ins", "del", "comment")):
        contribution = person("edited", attribute(one, "author"), iso_date(attribute(one, "date")))
        if contribution:
            yield contribution
