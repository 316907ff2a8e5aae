"""Formats left to kreuzberg (rtf, doc, ppt, xls, xlsb, epub, 7z and rarer ones): its tree becomes blocks; its OCR is never used."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, cast

from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, people
from extractors.formats.images import worth_reading
from extractors.formats.plain import add_text
from extractors.limits import Limits
from extractors.passages import Passages, Runs, cell_reference
from knowledge_graph.model.records import Child, Parsed

_KINDS = {"excel": "table", "pptx": "slides", "email": "mail", "archive": "archive"}
_INLINE = {"bold": "strong", "link": "link", "code": "code"}
_ENCRYPTED = ("password", "encrypt", "protected")


class _Result(Protocol):
    content: str
    metadata: Mapping[str, Any]
    document: Mapping[str, Any] | None
    images: Sequence[Mapping[str, Any]] | None
    children: Sequence[Mapping[str, Any]] | None


def read(mime: str, content: bytes, limits: Limits) -> Parsed:
    """Any format that kreuzberg knows, by its MIME type."""
    result = _extracted(mime, content)
    passages = Passages(limits)
    _add(passages, result)
    for member in result.children or ():
        passages.restart()
        passages.heading(1, str(member.get("path", "")))
        _add(passages, member["result"])
    facts = result.metadata
    created, modified = iso_date(facts.get("created_at")), iso_date(facts.get("modified_at"))
    who = (
        *people("wrote", facts.get("authors") or facts.get("created_by"), created),
        *people("edited", facts.get("modified_by"), modified),
    )
    kind = _KINDS.get(str(facts.get("format_type")), "slides" if "presentation" in mime or "powerpoint" in mime else "document")
    title = " ".join(str(facts.get("title") or "").split())
    passages.restart()
    heading = passages.title()
    passages.add("paragraph", "\n".join(f"{key.capitalize()}: {_spoken(facts[key])}" for key in ("subject", "keywords") if facts.get(key)))
    return Parsed(
        kind, mime, title or heading, str(facts.get("language") or "")[:2].lower(), created, modified or created,
        merged(who), passages.segments(), tuple(_pictures(result)),
    )  # fmt: skip


def _extracted(mime: str, content: bytes) -> _Result:
    from kreuzberg import ExtractionConfig, ImageExtractionConfig, KreuzbergError, PageConfig, extract_bytes_sync

    config: Any = ExtractionConfig(
        use_cache=False,
        enable_quality_processing=False,
        include_document_structure=True,
        images=ImageExtractionConfig(extract_images=True),
        pages=PageConfig(extract_pages=True),
    )
    config.disable_ocr = True
    config.max_archive_depth = 1
    try:
        result: Any = extract_bytes_sync(content, mime, config=config)
    except (KreuzbergError, ValueError, RuntimeError, OSError) as error:
        message = str(error)
        if any(word in message.lower() for word in _ENCRYPTED):
            raise Unreadable("encrypted", "Encrypted: open it with its password and save a copy without one") from error
        if "unsupported" in message.lower() or message == mime:
            raise Unreadable(
                "unsupported", f"Unsupported: {mime} is not a kind of file this reads; save it as PDF, Office or text"
            ) from error
        raise _damaged() from error
    except BaseException as error:  # a Rust panic arrives as a PanicException, which pyo3 derives from BaseException
        if type(error).__name__ != "PanicException":
            raise
        raise _damaged() from error
    return cast(_Result, result)


def _damaged() -> Unreadable:
    return Unreadable("damaged", "Damaged: this file cannot be read; open it in its program and save it again")


def _add(passages: Passages, result: _Result) -> None:
    nodes = (result.document or {}).get("nodes") or []
    if not nodes:
        return add_text(passages, result.content)
    tree = _Nodes(passages, nodes, paged=result.metadata.get("format_type") != "excel")
    for index, node in enumerate(nodes):
        if node.get("parent") is None:
            tree.add(index, "paragraph")


class _Nodes:
    """Walks kreuzberg's flat tree in reading order."""

    def __init__(self, passages: Passages, nodes: Sequence[Mapping[str, Any]], paged: bool) -> None:
        self._passages = passages
        self._nodes = nodes
        self._paged = paged

    def add(self, index: int, kind: str) -> None:
        node = self._nodes[index]
        content = node["content"]
        type_ = content.get("node_type", "")
        if self._paged:
            self._passages.page = int(node.get("page") or self._passages.page)
        if type_ == "slide":
            self._passages.page = int(content.get("number") or self._passages.page + 1)
            self._passages.restart()
            self._passages.heading(1, str(content.get("title") or ""))
        elif type_ in ("heading", "title"):
            self._passages.heading(int(content.get("level") or 1), Runs.of(_runs(node).finish()[0]))
        elif type_ == "table":
            self._table(content["grid"])
        elif type_ not in ("group", "list", "quote", "page_break", "metadata_block"):
            self._passages.add({"list_item": "item", "code": "codeblock", "image": "caption"}.get(type_, kind), _runs(node))
        for child in node.get("children", ()):
            if child > index:
                self.add(child, "quote" if type_ == "quote" else kind)

    def _table(self, grid: Mapping[str, Any]) -> None:
        rows: dict[int, list[tuple[Runs | str, str]]] = {}
        for cell in grid.get("cells", ()):
            rows.setdefault(cell["row"], []).append((cell["content"], cell_reference(cell["col"], cell["row"])))
        for number in sorted(rows):
            self._passages.row(rows[number])


def _runs(node: Mapping[str, Any]) -> Runs:
    """A node's text; kreuzberg counts its inline marks in bytes."""
    content = node["content"]
    text = str(content.get("text") or content.get("description") or "")
    code = content.get("node_type") == "code"
    raw = text.encode()
    spans = [
        (one["start"], one["end"], _INLINE[one["kind"]["annotation_type"]], str(one["kind"].get("url") or ""))
        for one in node.get("annotations", ())
        if one["kind"]["annotation_type"] in _INLINE and 0 <= one["start"] < one["end"] <= len(raw)
    ]
    runs = Runs(keep_space=code)
    cuts = sorted({0, len(raw), *(span[0] for span in spans), *(span[1] for span in spans)})
    places = {0: 0}
    for start, end in itertools.pairwise(cuts):
        for number, line in enumerate(raw[start:end].decode("utf-8", "ignore").split("\n")):
            if number and not code:
                runs.line_break()
            runs.add(line if not (number and code) else f"\n{line}")
        places[end] = runs.position
    for start, end, kind, value in spans:
        runs.mark_span(places[start], places[end], kind, value)
    return runs


def _pictures(result: _Result) -> Iterator[Child]:
    seen: set[bytes] = set()
    for index, image in enumerate(result.images or (), 1):
        content = bytes(image.get("data") or b"")
        if content not in seen and worth_reading(content):
            seen.add(content)
            yield Child(f"image{index}.{image.get('format') or 'png'}", content)


def _spoken(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
