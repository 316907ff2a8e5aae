"""PowerPoint files (pptx and kin): a page a slide, its title as heading, tables, charts, notes, comments; then the masters' words."""

import re
from typing import Any

from extractors.formats.package import Package, Properties, alternative_text, attribute, drawn_texts, each, local
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Parsed

_MIME = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
_NUMBER = re.compile(r"(\d+)")


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A pptx, pptm, ppsx or potx file."""
    package = Package(content, limits)
    main = next(iter(package.targets("", "officeDocument")), "ppt/presentation.xml")
    passages = Passages(limits)
    for number, part in enumerate(_slides(package, main), 1):
        passages.page = number
        passages.restart()
        _slide(package, part, passages)
    passages.page = 0
    passages.restart()
    _masters(package, passages)
    properties = Properties(package)
    passages.add("paragraph", properties.filing())
    base = Parsed("slides", _MIME, passages.title(), segments=passages.segments(), children=package.pictures() + package.embedded())
    return properties.parsed(base)


def _slides(package: Package, main: str) -> list[str]:
    """The slide parts in showing order; by file number where the list is damaged."""
    tree, related = package.xml(main), package.related(main)
    keys = (
        [next((value for key, value in one.attrib.items() if key.endswith("}id")), "") for one in each(tree, "sldId")]
        if tree is not None
        else []
    )
    listed = [related[key][1] for key in keys if key in related and related[key][1] in package]
    if listed:
        return listed
    found = [name for name in package.names if re.match(r"ppt/slides/slide\d+\.xml$", name)]
    return sorted(found, key=lambda name: int(_NUMBER.findall(name)[-1]))


def _slide(package: Package, part: str, passages: Passages) -> None:
    tree = package.xml(part)
    if tree is None:
        return
    shapes = _Shapes(package, part, passages)
    for shape in each(tree, "sp"):
        if _placeholder(shape) in ("title", "ctrTitle"):
            passages.heading(1, shapes.text(shape))
    shapes.all(tree)
    for notes in package.targets(part, "notesSlide"):
        _notes(package.xml(notes), passages, shapes)
    for comments in (*package.targets(part, "comments"), *package.targets(part, "comment")):
        for one in each(package.xml(comments), "text", "t"):
            passages.add("paragraph", one.text or "")


def _notes(tree: Any, passages: Passages, shapes: "_Shapes") -> None:
    said = [shape for shape in each(tree, "sp") if _placeholder(shape) in ("", "body")] if tree is not None else []
    if any(shapes.text(shape) for shape in said):
        passages.heading(2, "Notes")
    for shape in said:
        shapes.paragraphs(shape, "paragraph")
    for table in each(tree, "tbl") if tree is not None else ():
        shapes.table(table)


def _masters(package: Package, passages: Passages) -> None:
    """What the masters, layouts and handouts say themselves, beside their placeholders; each text once."""
    seen: set[str] = set()
    for name in sorted(package.names):
        kind = re.match(r"ppt/(slideMasters|slideLayouts|handoutMasters|notesMasters)/[^/]+\.xml$", name)
        for shape in each(package.xml(name), "sp") if kind else ():
            place = _placeholder(shape)
            text = " ".join("".join(t.text or "" for t in each(paragraph, "t")) for paragraph in each(shape, "p")).strip()
            wanted = not place or (
                place in ("hdr", "dt", "ftr", "sldNum") and kind is not None and kind[1] in ("handoutMasters", "notesMasters")
            )
            if wanted and text not in seen and any(letter.isalpha() for letter in text):
                seen.add(text)
                passages.add("caption", text)


class _Shapes:
    """The shapes of one slide in their order; titles are placed before."""

    def __init__(self, package: Package, part: str, passages: Passages) -> None:
        self._package = package
        self._related = package.related(part)
        self._passages = passages

    def all(self, element: Any) -> None:
        for child in element:
            name = local(child)
            if name == "sp":
                place = _placeholder(child)
                if place not in ("title", "ctrTitle", "sldNum", "dt"):
                    self.paragraphs(child, "item" if place in ("body", "obj", "content") else "paragraph")
            elif name == "tbl":
                self.table(child)
            elif name in ("chart", "relIds"):
                self._drawing(child)
            elif name == "cNvPr" and alternative_text(child) and local(element) == "nvPicPr":
                self._passages.add("caption", alternative_text(child))
            elif name != "Fallback":
                self.all(child)

    def text(self, shape: Any) -> Runs:
        """All words of a shape in one run."""
        runs = Runs()
        for paragraph in each(shape, "p"):
            self._inline(paragraph, runs)
            runs.add(" ")
        return Runs.of(runs.finish()[0])

    def paragraphs(self, shape: Any, kind: str) -> None:
        for paragraph in each(shape, "p"):
            runs = Runs()
            self._inline(paragraph, runs)
            self._passages.add(kind, runs)

    def _inline(self, element: Any, runs: Runs) -> None:
        for child in element:
            name = local(child)
            if name == "r" or name == "fld":
                start = runs.position
                self._inline(child, runs)
                self._marked(child, runs, start)
            elif name == "t":
                runs.add(child.text or "")
            elif name == "br":
                runs.line_break()
            elif name not in ("pPr", "rPr", "endParaRPr", "Fallback"):
                self._inline(child, runs)

    def _marked(self, run: Any, runs: Runs, start: int) -> None:
        properties = next((part for part in run if local(part) == "rPr"), None)
        if properties is None:
            return
        if attribute(properties, "b") in ("1", "true"):
            runs.mark(start, "strong")
        for link in each(properties, "hlinkClick"):
            target = self._related.get(attribute(link, "id"), ("", ""))[1]
            runs.mark(start, "link", target) if target else None

    def table(self, table: Any) -> None:
        for number, row in enumerate(each(table, "tr")):
            self._passages.row([(self.text(cell), cell_reference(column, number)) for column, cell in enumerate(each(row, "tc"))])

    def _drawing(self, element: Any) -> None:
        for key, value in element.attrib.items():
            kind, part = self._related.get(value, ("", "")) if key.endswith(("}id", "}dm")) else ("", "")
            for text in drawn_texts(self._package.xml(part)) if kind in ("chart", "diagramData") else ():
                self._passages.add("caption", text)


def _placeholder(shape: Any) -> str:
    """The placeholder type of a shape: `""` for none, `obj` where it is not named."""
    return next((attribute(one, "type") or "obj" for one in each(shape, "ph")), "")
