"""XML of any kind: known block names keep their meaning, any other element with words of its own is a paragraph."""

from typing import Any

from extractors.facts import iso_date, merged, people
from extractors.formats.html import Walk, document
from extractors.formats.package import drawn_texts, each, local, xml_tree
from extractors.formats.word import Body, style_kinds
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Parsed

_HEADINGS = frozenset(["title", "heading", "head", "subtitle", "summary-title", "article-title", "invention-title", "book-title"])
_BLOCKS = {
    **dict.fromkeys(("p", "para", "simpara"), "paragraph"),
    **dict.fromkeys(("li", "listitem", "list-item", "item"), "item"),
    **dict.fromkeys(("quote", "disp-quote"), "quote"),
    **dict.fromkeys(("programlisting", "code", "preformat"), "codeblock"),
    "caption": "caption",
}
_CONTAINED = frozenset(["listitem", "list-item", "item", "li", "quote", "disp-quote", "caption"])
_PEOPLE = {"author": "wrote", "creator": "wrote", "contributor": "edited"}
_INLINE = frozenset(
    [
        "b",
        "i",
        "u",
        "em",
        "strong",
        "emphasis",
        "italic",
        "bold",
        "sub",
        "sup",
        "span",
        "a",
        "link",
        "xref",
        "ulink",
        "ext-link",
        "ref",
        "code",
        "tt",
        "q",
        "cite",
        "abbr",
        "sc",
        "monospace",
        "font",
        "figref",
        "claim-ref",
    ]
)
_MAX_NESTING = 250


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An XML file."""
    tree = xml_tree(content)
    passages = Passages(limits)
    if tree is None:
        return Parsed("document", "application/xml")
    if local(tree) in ("wordDocument", "package") and any(True for _ in each(tree, "body")):
        _word(tree, passages)
    elif local(tree) == "Workbook":
        _spreadsheet(tree, passages)
    elif local(tree) == "html":
        page = document(content.decode("utf-8", "replace"))
        Walk(passages).all(page) if page is not None else None
    else:
        _Tree(passages).element(tree, 0)
    day = next((found for one in each(tree, "pubDate", "published", "created", "date") if (found := iso_date(one.text))), "")
    who = merged(one for field, kind in _PEOPLE.items() for element in each(tree, field) for one in people(kind, _own_words(element), day))
    return Parsed("document", "application/xml", passages.title(), "", day, day, who[:100], passages.segments())


class _Tree:
    """Walks unknown XML, deeper sections giving deeper headings."""

    def __init__(self, passages: Passages) -> None:
        self._passages = passages

    def element(self, element: Any, depth: int) -> None:
        name = local(element).lower()
        if not name or depth > _MAX_NESTING or name in ("script", "style"):
            return
        children = [child for child in element if local(child)]
        if name in _HEADINGS and not any(local(child).lower() in _BLOCKS for child in children):
            self._passages.heading(min(depth, 6), self._runs(element, False))
        elif name in ("row", "tr"):
            self._passages.row([(self._runs(cell, False), cell_reference(column, 0)) for column, cell in enumerate(children)])
        elif name in _BLOCKS and not (name in _CONTAINED and any(local(child).lower() in _BLOCKS for child in children)):
            self._passages.add(_BLOCKS[name], self._runs(element, _BLOCKS[name] == "codeblock"))
        elif (element.text or "").strip() or any((child.tail or "").strip() for child in children):
            self._mixed(element, children, depth)
        else:
            for child in children:
                self.element(child, depth + 1)

    def _mixed(self, element: Any, children: list[Any], depth: int) -> None:
        """Words with elements between them: inline ones stay in the paragraph, others follow it."""
        runs = Runs()
        runs.add(element.text or "")
        for child in children:
            if local(child).lower() in _INLINE or (not len(child) and (child.tail or "").strip()):
                runs.extend(self._runs(child, False))
            else:
                self._passages.add("paragraph", runs)
                runs = Runs()
                self.element(child, depth + 1)
            runs.add(child.tail or "")
        self._passages.add("paragraph", runs)

    def _runs(self, element: Any, keep_space: bool) -> Runs:
        runs = Runs(keep_space=keep_space)
        runs.add("".join(element.itertext()))
        return runs


def _word(tree: Any, passages: Passages) -> None:
    """WordprocessingML 2003, or a whole docx in one XML file: bodies first, then headers, footers and notes."""
    styles = next((style_kinds(one) for one in each(tree, "styles")), {})
    for names in (("body",), ("hdr", "ftr"), ("footnotes", "endnotes", "comments")):
        for part in each(tree, *names):
            Body(passages, {}, styles).blocks(part)
            passages.restart()
    for part in each(tree, "chartSpace", "dataModel"):
        for text in drawn_texts(part):
            passages.add("caption", text)


def _spreadsheet(tree: Any, passages: Passages) -> None:
    """A SpreadsheetML 2003 workbook."""
    for sheet in each(tree, "Worksheet"):
        passages.restart()
        passages.heading(1, next((value for key, value in sheet.attrib.items() if key.endswith("Name")), "Sheet"))
        for number, row in enumerate(each(sheet, "Row")):
            passages.row([("".join(cell.itertext()), cell_reference(column, number)) for column, cell in enumerate(each(row, "Cell"))])


def _own_words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())[:200]
