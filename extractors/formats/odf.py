"""OpenDocument text, sheets and slides, zipped or flat: one walk over the content, then the masters' headers and footers."""

from collections.abc import Mapping
from typing import Any

from extractors.errors import Unreadable
from extractors.facts import iso_date, person
from extractors.formats.package import SET_AS_CODE, Package, Properties, alternative_text_of, attribute, each, local
from extractors.formats.sheets import add_cells
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference, weight
from knowledge_graph.model.records import Contribution, Parsed

_KINDS = {"text": "document", "spreadsheet": "table", "presentation": "slides", "graphics": "document"}
_SKIPPED = frozenset(
    [
        "tracked-changes",
        "sequence-decls",
        "forms",
        "annotation-end",
        "table-of-content",
        "bibliography",
        "alphabetical-index",
        "illustration-index",
        "scripts",
        "font-face-decls",
        "automatic-styles",
        "styles",
        "meta",
        "settings",
    ]
)
_BOXED = frozenset(
    [
        "note",
        "text-box",
        "custom-shape",
        "frame",
        "annotation",
        "rect",
        "line",
        "polyline",
        "polygon",
        "regular-polygon",
        "path",
        "circle",
        "ellipse",
        "g",
        "connector",
        "caption",
    ]
)
_MAX_REPEATS = 50  # columns repeated to the right edge of a sheet are formatting, not data


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An odt, ods, odp, odg file or a template of one."""
    package = Package(content, limits)
    if b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise Unreadable("encrypted", "Encrypted: open it with its password and save a copy without one")
    tree = package.xml("content.xml")
    if tree is None:
        raise Unreadable("damaged", "Damaged: the part that holds the text is missing; restore the file or save it again")
    passages = Passages(limits)
    walk = _Walk(passages, limits, _letters(tree, package.xml("styles.xml")))
    walk.children(tree)
    for part in sorted(name for name in package.names if name.startswith("Object ") and name.endswith("/content.xml")):
        walk.children(package.xml(part))
    passages.page = 0
    passages.restart()
    walk.masters(package.xml("styles.xml"))
    _macros(package, passages)
    properties = Properties(package)
    passages.add("paragraph", properties.filing())
    mime = package.read("mimetype").decode("ascii", "replace").strip() or "application/vnd.oasis.opendocument.text"
    kind = next((kind for word, kind in _KINDS.items() if word in mime.rsplit("opendocument.", 1)[-1]), "document")
    base = Parsed(kind, mime, walk.title or passages.title(), segments=passages.segments(), children=package.pictures())
    return properties.parsed(base, tuple(walk.editors))


def _letters(*parts: Any) -> dict[str, str]:
    """Which styles of letters are `strong` or `code`: by their name, by what they are based on, or by how they are set."""
    found: dict[str, str] = {}
    for style in (one for part in parts if part is not None for one in each(part, "style") if attribute(one, "family") == "text"):
        name, above = attribute(style, "name"), attribute(style, "parent-style-name")
        looks = next(iter(each(style, "text-properties")), None)
        weight_, font = (attribute(looks, "font-weight"), attribute(looks, "font-name")) if looks is not None else ("", "")
        if any(SET_AS_CODE.search(one.replace("_20_", " ")) for one in (name, above, font)):
            found[name] = "code"
        elif weight_ == "bold" or "strong" in f"{name} {above}".lower():
            found[name] = "strong"
    return found


class _Walk:
    """Goes through an OpenDocument tree; styles named after headings count as such. `letters` are what styles of letters mark."""

    def __init__(self, passages: Passages, limits: Limits, letters: Mapping[str, str]) -> None:
        self.title = ""
        self._letters = letters
        self._nesting = 0
        """Of lists."""
        self.editors: list[Contribution] = []
        self._passages = passages
        self._limits = limits
        self._kind = "paragraph"
        self._after: list[Any] = []

    def children(self, element: Any) -> None:
        for child in element:
            self._element(child)

    def masters(self, styles: Any) -> None:
        """The words of page headers, footers and slide masters; each text once."""
        seen: set[str] = set()
        blocks = [one for master in each(styles, "master-styles") for one in each(master, "p")] if styles is not None else []
        for paragraph in blocks:
            runs = Runs()
            self._inline(paragraph, runs)
            text = runs.finish()[0]
            if text not in seen and text != "<number>":
                seen.add(text)
                self._passages.add("caption", text)

    def _element(self, element: Any) -> None:
        name = local(element)
        if name in _SKIPPED:
            return
        if name in ("h", "p"):
            self._paragraph(element, name)
        elif name in ("desc", "title"):
            self._passages.add("caption", alternative_text_of(element.text or ""))
        elif name == "table":
            self._table(element)
        elif name == "page":
            self._slide(element)
        elif name == "notes":
            self._notes(element)
        elif name == "list-item":
            self._nesting += 1
            self._inside(element, "item")
            self._nesting -= 1
        elif name == "frame" and attribute(element, "class") == "title":
            self._passages.heading(1, _flat(element))
        else:
            self.children(element)

    def _inside(self, element: Any, kind: str) -> None:
        outer, self._kind = self._kind, kind
        self.children(element)
        self._kind = outer

    def _slide(self, page: Any) -> None:
        self._passages.page += 1
        self._passages.restart()
        for frame in (one for one in page if local(one) == "frame" and attribute(one, "class") == "title"):
            self._passages.heading(1, _flat(frame))
        for child in page:
            if not (local(child) == "frame" and attribute(child, "class") == "title"):
                self._element(child)

    def _notes(self, notes: Any) -> None:
        if _flat(notes):
            self._passages.heading(2, "Notes")
            self.children(notes)

    def _paragraph(self, element: Any, name: str) -> None:
        runs = Runs()
        self._inline(element, runs)
        style = attribute(element, "style-name").lower()
        if name == "h":
            level = attribute(element, "outline-level")
            self._passages.heading(int(level) if level.isdigit() else 1, Runs.of(runs.finish()[0]))
        elif style in ("title", "subtitle"):
            self.title = self.title or runs.finish()[0]
            self._passages.heading(1, Runs.of(runs.finish()[0]))
        else:
            kind = "codeblock" if style.startswith("preformatted") else "quote" if style.startswith("quot") else self._kind
            self._passages.add(kind, runs, str(self._nesting or "") if kind == "item" else "")
        after, self._after = self._after, []
        for box in after:
            self._inside(box, "paragraph")

    def _inline(self, element: Any, runs: Runs) -> None:
        runs.add(element.text or "")
        for child in element:
            self._span(child, local(child), runs)
            runs.add(child.tail or "")

    def _span(self, child: Any, name: str, runs: Runs) -> None:
        if name in ("s", "tab"):
            runs.add(" ")
        elif name == "line-break":
            runs.line_break()
        elif name in _BOXED:
            self._boxed(child, name)
        elif name == "a":
            start = runs.position
            self._inline(child, runs)
            runs.mark(start, "link", attribute(child, "href"))
        elif name not in _SKIPPED and name not in ("desc", "title", "page-number"):
            start = runs.position
            self._inline(child, runs)
            if name == "span" and (mark := self._letters.get(attribute(child, "style-name"))):
                runs.mark(start, mark)

    def _boxed(self, element: Any, name: str) -> None:
        creator, day = ("".join(one.text or "" for one in each(element, field)) for field in ("creator", "date"))
        contribution = person("edited", creator, iso_date(day)) if name == "annotation" else None
        if contribution:
            self.editors.append(contribution)
        self._after.append(element)

    def _table(self, table: Any) -> None:
        if attribute(table, "name") and not self._passages.page and any(local(up) == "spreadsheet" for up in table.iterancestors()):
            self._passages.restart()
            self._passages.heading(1, attribute(table, "name"))
            return add_cells(self._passages, self._rows(table), self._limits)
        cells = list(each(table, "table-cell"))
        if any(weight(_flat(cell)) > 80 for cell in cells) or any(True for cell in cells for _ in each(cell, "table")):
            for cell in cells:
                self.children(cell) if not any(local(up) == "table-cell" for up in cell.iterancestors()) else None
            return
        add_cells(self._passages, self._rows(table), self._limits)

    def _rows(self, table: Any) -> Any:
        number = 0
        for row in each(table, "table-row"):
            column, cells = 0, []
            for cell in row:
                if local(cell) in ("table-cell", "covered-table-cell"):
                    text, repeats = _flat(cell), _repeats(cell, "number-columns-repeated")
                    cells += [(text, cell_reference(column + step, number)) for step in range(min(repeats, _MAX_REPEATS))] if text else []
                    column += repeats
            yield cells
            number += _repeats(row, "number-rows-repeated")


def _repeats(element: Any, name: str) -> int:
    value = attribute(element, name)
    return int(value) if value.isdigit() and len(value) < 8 else 1


def _flat(element: Any) -> str:
    """All words below an element, a space between blocks."""
    return " ".join(" ".join("".join(block.itertext()).split()) for block in each(element, "p", "h")).strip()


def _macros(package: Package, passages: Passages) -> None:
    """The text of Basic macros, as text: what a macro says is part of the file, nothing runs it."""
    for name in sorted(package.names):
        if name.startswith("Basic/") and name.endswith(".xml") and not name.endswith(("-lb.xml", "-lc.xml")):
            tree = package.xml(name)
            runs = Runs(keep_space=True)
            runs.add("".join(tree.itertext()) if tree is not None else "")
            passages.add("codeblock", runs)
