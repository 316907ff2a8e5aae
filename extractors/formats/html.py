"""HTML: block structure from the tags, with scripts, styles and site navigation left out; nothing is fetched."""

import base64
import binascii
import re
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from extractors.characters import clean, decode
from extractors.facts import iso_date, merged, people
from extractors.formats.images import worth_reading
from extractors.formats.mentions import add_heading, mark_person
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Child, Parsed

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "svg",
        "head",
        "nav",
        "object",
        "embed",
        "select",
        "datalist",
        "audio",
        "video",
        "canvas",
        "map",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "p": "paragraph", "li": "item", "dt": "item", "dd": "item", "pre": "codeblock", "blockquote": "quote",
    "figcaption": "caption", "caption": "caption", "summary": "paragraph", "address": "paragraph",
}  # fmt: skip
_CONTAINERS = frozenset(
    [
        "html",
        "body",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "aside",
        "ul",
        "ol",
        "dl",
        "figure",
        "details",
        "form",
        "fieldset",
        "center",
        "hgroup",
        "menu",
        "dialog",
        "table",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "td",
        "th",
        "iframe",
        "frameset",
        "noframes",
        "hr",
        "legend",
        "textarea",
    ]
)
_DATA_URI = re.compile(r"\Adata:image/(png|jpeg|gif|webp|bmp);base64,", re.IGNORECASE)
_PEOPLE_META = {"author": "wrote", "dc.creator": "wrote", "dc.contributor": "edited", "article:author": "wrote"}
_CREATED_META = (
    "article:published_time", "dc.date", "dc.date.created", "dcterms.date", "date", "dcterms.created", "created", "creation-date",
)  # fmt: skip
_MODIFIED_META = ("article:modified_time", "last-modified", "dcterms.modified", "modified", "changed")
_IS_TEMPLATE = re.compile(r"\A\s*(?:<!--.*?-->\s*)?\{[%#]|<title>[^<]*\{[{%]", re.IGNORECASE | re.DOTALL)
_TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)
_MAX_NESTING = 200  # deeper trees are machine garbage; the walk is recursive


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A web page or a saved one."""
    text = decode(content)
    if _IS_TEMPLATE.search(text):  # of Jinja, Django, Twig, Liquid; a page that only writes about them begins otherwise
        text = _TEMPLATE_TAG.sub("", text)
    tree = document(text)
    passages = Passages(limits)
    if tree is None:
        return Parsed("document", "text/html")
    walk = Walk(passages)
    walk.all(tree)
    facts = _meta(tree)
    title = " ".join(clean("".join(tree.xpath("string((//title)[1])"))).split())
    if not passages.title() and not passages.segments():
        passages.heading(1, title)
    created = next((day for key in _CREATED_META if (day := iso_date(facts.get(key)))), "")
    modified = next((day for key in _MODIFIED_META if (day := iso_date(facts.get(key)))), "")
    return Parsed(
        "document",
        "text/html",
        title or passages.title(),
        (tree.get("lang") or "")[:2].lower(),
        created,
        modified or created,
        merged(one for key, kind in _PEOPLE_META.items() for one in people(kind, facts.get(key), created)),
        passages.segments(),
        tuple(walk.children),
    )


def add_html(passages: Passages, text: str) -> None:
    """Adds the blocks of a piece of HTML."""
    tree = document(text) if "<" in text else None
    if tree is not None:
        Walk(passages).all(tree)


def document(text: str) -> Any:
    """The element tree of HTML text; None where there is none."""
    parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        return lxml_html.document_fromstring(text.replace("\x00", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


class Walk:
    """Turns elements into blocks; text that stands loose between blocks becomes paragraphs."""

    def __init__(self, passages: Passages) -> None:
        self.children: list[Child] = []
        self._passages = passages
        self._runs = Runs()
        self._kind = "paragraph"
        self._nesting = 0
        """Of lists."""

    def all(self, tree: Any) -> None:
        self._element(tree, 0)
        self._flush()

    def _flush(self) -> None:
        if self._runs:
            self._passages.add(self._kind, self._runs, str(self._nesting or "") if self._kind == "item" else "")
        self._runs = Runs(keep_space=self._kind == "codeblock")

    def _element(self, element: Any, depth: int) -> None:
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in _SKIPPED or depth > _MAX_NESTING or _is_navigation(element):
            return
        if tag in _HEADINGS and depth:
            self._heading(element, tag)
        elif tag == "table" and _is_data(element):
            self._table(element)
        elif tag in _BLOCKS:
            self._block(element, tag, depth)
        elif tag in _CONTAINERS:
            self._flush()
            self._inside(element, depth)
            self._frame(element)
            self._flush()
        else:
            self._inline(element, tag, depth)

    def _heading(self, element: Any, tag: str) -> None:
        self._flush()
        runs = Runs()
        _add_words(runs, element)
        add_heading(self._passages, _HEADINGS[tag], runs)

    def _block(self, element: Any, tag: str, depth: int) -> None:
        self._flush()
        outer, self._kind = self._kind, "quote" if self._kind == "quote" and tag == "p" else _BLOCKS[tag]
        if tag == "p" and outer == "item":
            self._kind = "item"
        self._runs = Runs(keep_space=self._kind == "codeblock")
        self._nesting += tag == "li"
        self._inside(element, depth)
        self._flush()
        self._nesting -= tag == "li"
        self._kind = outer
        self._runs = Runs(keep_space=outer == "codeblock")

    def _inside(self, element: Any, depth: int) -> None:
        self._runs.add(element.text or "")
        for child in element:
            self._element(child, depth + 1)
            self._runs.add(child.tail or "")

    def _inline(self, element: Any, tag: str, depth: int) -> None:
        if tag == "br":
            return self._runs.line_break()
        if tag == "img":
            return self._image(element)
        if tag == "input":
            return self._runs.add(f" {element.get('value', '')} " if element.get("type") in ("text", "submit", "button") else "")
        runs, start = self._runs, self._runs.position
        self._inside(element, depth)
        if self._runs is not runs:
            return
        mark_person(runs, start, element)
        if tag == "a" and element.get("href"):
            runs.mark(start, "link", element.get("href").strip())
        elif tag in ("b", "strong"):
            runs.mark(start, "strong")
        elif tag in ("code", "kbd", "samp", "tt") and self._kind != "codeblock":
            runs.mark(start, "code")

    def _image(self, element: Any) -> None:
        self._runs.add(f" {element.get('alt') or ''} ")
        source = element.get("src") or ""
        found = _DATA_URI.match(source)
        if not found:
            return
        try:
            image = base64.b64decode(source[found.end() :])
        except (binascii.Error, ValueError):
            return
        if worth_reading(image):
            self.children.append(Child(f"image{len(self.children) + 1}.{found[1].lower()}", image))

    def _frame(self, element: Any) -> None:
        inner = element.get("srcdoc")
        tree = document(inner) if inner else None
        if tree is not None:
            self._element(tree, 1)

    def _table(self, table: Any) -> None:
        self._flush()
        for caption in table.findall("caption"):
            self._passages.add("caption", " ".join("".join(caption.itertext()).split()))
        for number, row in enumerate(table.iter("tr")):
            cells = [cell for cell in row if cell.tag in ("td", "th")]
            runs = [self._cell(cell) for cell in cells]
            self._passages.row([(text, cell_reference(column, number)) for column, text in enumerate(runs)])
            if number == 0 and all(cell.tag == "th" for cell in cells):
                self._passages.table_head(" | ".join(text.finish()[0].replace("\n", " ") for text in runs))
        self._passages.table_head("")

    def _cell(self, cell: Any) -> Runs:
        outer, self._runs = self._runs, Runs()
        runs = self._runs
        self._flat(cell)
        self._runs = outer
        return runs

    def _flat(self, element: Any) -> None:
        """A cell's content in one run, whatever blocks it holds."""
        self._runs.add(element.text or "")
        for child in element:
            tag = child.tag if isinstance(child.tag, str) else ""
            parts = tag in _BLOCKS or tag in _CONTAINERS or tag == "br"
            if parts:
                self._runs.part()
            start = self._runs.position
            if tag == "img":
                self._image(child)
            elif tag and tag not in _SKIPPED:
                self._flat(child)
                mark_person(self._runs, start, child)
                self._runs.mark(start, "link", child.get("href")) if tag == "a" and child.get("href") else None
            if parts:
                self._runs.part()
            self._runs.add(child.tail or "")


def _add_words(runs: Runs, element: Any) -> None:
    """Adds an element's text with nothing marked but people."""
    start = runs.position
    runs.add(element.text or "")
    for child in element:
        _add_words(runs, child)
        runs.add(child.tail or "")
    mark_person(runs, start, element)


def _is_navigation(element: Any) -> bool:
    return (
        element.get("role") == "navigation"
        or element.get("hidden") is not None
        or "display:none" in (element.get("style") or "").replace(" ", "")
    )


def _is_data(table: Any) -> bool:
    """A table of data rather than of layout: no table, heading or long prose inside its cells, and more than one column."""
    if table.find(".//td//table") is not None or any(table.find(f".//td//{tag}") is not None for tag in _HEADINGS):
        return False
    widest = max((sum(cell.tag in ("td", "th") for cell in row) for row in table.iter("tr")), default=0)
    return widest > 1 and all(sum(map(len, cell.itertext())) < 2_000 for cell in table.iter("td"))


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        key = (element.get("name") or element.get("property") or element.get("http-equiv") or "").lower()
        content = element.get("content")
        if key and content:
            found[key] = f"{found[key]}; {content}" if key in found and key in _PEOPLE_META else found.get(key, content)
    return found
