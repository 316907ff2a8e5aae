"""PDF by pdfium: each page is read where its text layer is good and rendered for OCR where it is not."""

import io
import re
from collections.abc import Iterator
from ctypes import byref, c_ulong, c_ushort
from dataclasses import replace
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from extractors.characters import clean
from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, people
from extractors.formats import pdf_tags, pdf_text
from extractors.formats.images import worth_reading
from extractors.formats.pdf_layout import Page, add_pages
from extractors.formats.pdf_text import Line
from extractors.limits import Limits
from extractors.notes import left_out
from extractors.passages import Passages
from knowledge_graph.model.records import Child, Parsed, Scan

_MIME = "application/pdf"
_RENDER_DPI = 200  # tesseract's gain from 300 was under one point of word F1 on the office pages, for twice the time
_RENDER_SIDE_PX = 4_000  # a poster at 200 dpi would be 50 megapixels; its letters are large
_MIN_CHARS = 25  # a page with fewer letters under a picture is a scan with a stamp or a page number
_MAX_CHILD_IMAGES = 50
_FILLER = ("", "unspecified", "untitled", "none")
_JUNK_TITLE = re.compile(
    r"^(?:microsoft (?:word|powerpoint|excel) - .*|untitled.*|.*\.(?:docx?|pptx?|xlsx?|pdf|html?|tex|dvi|indd|qxd|ps|rtf)|slide 1|\W*)$",
    re.IGNORECASE,
)


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A PDF file: text, annotations, form values, attachments, larger pictures."""
    document = _opened(content)
    try:
        if len(document) > limits.max_pages:
            raise Unreadable("too large", f"Too large: {len(document):,} pages, the limit is {limits.max_pages:,}; split it into parts")
        return _read(document, limits)
    finally:
        document.close()


def _opened(content: bytes) -> Any:
    start = content.find(b"%PDF-", 0, 4096)
    try:
        document = pdfium.PdfDocument(content[start:] if start > 0 else content)
        document.init_forms()
        return document
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", 0) == raw.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Unreadable("encrypted", "Encrypted: open it with its password and save a copy without one") from error
        if "security" in str(error).lower():
            raise Unreadable(
                "encrypted", "Encrypted: this PDF is locked by a protection that needs its own program; print it to a new PDF"
            ) from error
        raise Unreadable("damaged", "Damaged: this PDF cannot be opened; restore it or print it to a new PDF") from error


def _read(document: Any, limits: Limits) -> Parsed:
    contents = {_folded(mark.get_title()): mark.level + 1 for mark in _bookmarks(document)}
    pages: list[Page] = []
    scans: list[Scan] = []
    pictures: dict[bytes, None] = {}
    for number in range(len(document)):
        page = _page(document, number)
        if page is None:
            pages.append(Page())
            continue
        lines = pdf_text.lines(page)
        if _needs_ocr(page, lines):
            scans.append(Scan(number + 1, _rendered(page)))
            lines = []
        elif len(pictures) < _MAX_CHILD_IMAGES:
            pictures |= dict.fromkeys(_pictures(page))
        elif any(_pictures(page)):
            left_out(f"Pictures after the first {len(pictures)} of its pages' text are not read.")
        pages.append(replace(pdf_tags.tagged(page, lines), notes=list(_annotations(page))))
        page.close()
    if not (scans or any(page.lines or page.notes for page in pages)):
        scans = list(_last_resort(document))
    passages = Passages(limits)
    add_pages(passages, pages, contents)
    children = (*_attachments(document, limits), *(Child(f"image{index}.png", image) for index, image in enumerate(pictures, 1)))
    return _with_metadata(document, passages, children, tuple(scans))


def _with_metadata(document: Any, passages: Passages, children: tuple[Child, ...], scans: tuple[Scan, ...]) -> Parsed:
    facts = {key: clean(value) for key, value in document.get_metadata_dict(skip_empty=True).items()}
    created, modified = iso_date(facts.get("CreationDate")), iso_date(facts.get("ModDate"))
    title = " ".join(facts.get("Title", "").split())
    filing = "\n".join(f"{key}: {facts[key]}" for key in ("Subject", "Keywords") if facts.get(key, "").lower() not in _FILLER)
    passages.page = 0
    passages.restart()
    heading = passages.title()
    passages.add("paragraph", filing)
    return Parsed(
        "document", _MIME, heading if _JUNK_TITLE.match(title) else title, "", created, modified or created,
        merged(people("wrote", facts.get("Author"), created)), passages.segments(), children, scans,
    )  # fmt: skip


def _page(document: Any, number: int) -> Any:
    try:
        return document.get_page(number)
    except pdfium.PdfiumError:
        return None  # one broken page does not hide the others


def _needs_ocr(page: Any, lines: list[Line]) -> bool:
    """Whether a page shows more than its text layer says: a picture over most of it, outlined letters, or letters without meaning."""
    text = "".join(line.text for line in lines)
    letters = sum(letter.isalnum() for letter in text)
    garbage = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or letter == "\x00" for letter in text)
    if letters >= _MIN_CHARS and garbage * 4 < letters:
        return False
    kinds = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_SHADING)
    objects = list(page.get_objects(filter=kinds, max_depth=4))
    area = page.get_width() * page.get_height()
    covered = max((_area(one) for one in objects if one.type == raw.FPDF_PAGEOBJ_IMAGE), default=0.0)
    outlines = sum(one.type == raw.FPDF_PAGEOBJ_PATH for one in objects)
    unread = any(one.type == raw.FPDF_PAGEOBJ_TEXT for one in objects) and letters == 0
    return covered > 0.05 * area or outlines > 60 or unread or garbage * 4 >= max(letters, 1)


def _last_resort(document: Any) -> Iterator[Scan]:
    """The pages of a file without any text that show anything at all: letters drawn as a few lines, small pictures."""
    for number in range(min(len(document), 20)):
        page = _page(document, number)
        if page is not None and any(True for _ in page.get_objects(max_depth=2)):
            yield Scan(number + 1, _rendered(page))


def _area(one: Any) -> float:
    try:
        left, bottom, right, top = one.get_bounds()
    except pdfium.PdfiumError:
        return 0.0
    return float(abs(right - left) * abs(top - bottom))


def _rendered(page: Any) -> bytes:
    scale = min(_RENDER_DPI / 72, _RENDER_SIDE_PX / max(page.get_width(), page.get_height(), 1.0))
    out = io.BytesIO()
    page.render(scale=scale, grayscale=True).to_pil().convert("L").save(out, "PNG", compress_level=1)
    return out.getvalue()


def _pictures(page: Any) -> Iterator[bytes]:
    """The pictures on a page with text that are themselves large enough to hold text."""
    area = page.get_width() * page.get_height()
    for one in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        if _area(one) < area / 10:
            continue
        out = io.BytesIO()
        try:
            one.get_bitmap(render=False).to_pil().convert("L").save(out, "PNG", compress_level=1)
        except (pdfium.PdfiumError, ValueError, OSError):
            continue
        if worth_reading(out.getvalue()):
            yield out.getvalue()


def _annotations(page: Any) -> Iterator[str]:
    """What people wrote onto a page: comments, and what they filled into its fields."""
    seen: set[str] = set()
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), 2_000)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        for key in (b"Contents", b"V"):
            text = _annotation_text(annotation, key)
            if text and text not in seen and any(letter.isalpha() for letter in text):
                seen.add(text)
                yield text
        raw.FPDFPage_CloseAnnot(annotation)


def _annotation_text(annotation: Any, key: bytes) -> str:
    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if size <= 2 or size > 2_000_000:
        return ""
    buffer = (c_ushort * (size // 2))()
    raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return clean(bytes(buffer).decode("utf-16-le", "replace").rstrip("\x00")).strip()


def _attachments(document: Any, limits: Limits) -> Iterator[Child]:
    left = limits.max_child_bytes
    for index in range(min(document.count_attachments(), limits.max_children)):
        try:
            attachment = document.get_attachment(index)
            length = c_ulong()
            raw.FPDFAttachment_GetFile(attachment.raw, None, 0, byref(length))
            left -= length.value
            if left < 0:
                raise Unreadable("too large", f"Too large: its attachments unpack to more than {limits.max_child_bytes:,} bytes")
            yield Child(clean(attachment.get_name()).replace("/", "_") or f"attachment{index + 1}", bytes(attachment.get_data()))
        except pdfium.PdfiumError:
            continue


def _bookmarks(document: Any) -> list[Any]:
    try:
        return list(document.get_toc(max_depth=8))
    except (pdfium.PdfiumError, ValueError):
        return []


def _folded(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", clean(text)).casefold()
