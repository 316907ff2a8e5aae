"""The old binary Office container: tells what is inside, refuses what is encrypted, and adds the words kreuzberg leaves out."""

import io
import re
import struct
from collections.abc import Iterator
from dataclasses import replace

import olefile

from extractors.characters import clean, decode
from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, people
from extractors.formats import foreign, outlook
from extractors.formats.additions import renumbered, with_extra
from extractors.formats.plain import add_text
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Parsed

_WORD, _EXCEL, _POWERPOINT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_ENCRYPTED = Unreadable("encrypted", "Encrypted: open it with its password and save a copy without one")


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A doc, xls, ppt or msg file, or an encrypted docx, xlsx or pptx."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            streams = {"/".join(path).lower() for path in container.listdir()}
            if any(path.endswith(("encryptedpackage", "drmcontent")) for path in streams):
                raise _ENCRYPTED
            return _with_summary(container, _read(container, streams, content, limits), limits)
    except (OSError, struct.error, IndexError, ValueError, OverflowError) as error:
        raise Unreadable("damaged", "Damaged: this Office file cannot be opened; restore it or save it again") from error


def _read(container: olefile.OleFileIO, streams: set[str], content: bytes, limits: Limits) -> Parsed:
    if "__properties_version1.0" in streams:
        return outlook.read(container, limits)
    if "worddocument" in streams:
        return _word(container, content, limits)
    if "powerpoint document" in streams:
        return _powerpoint(container, streams, content, limits)
    book = next((name for name in ("workbook", "book") if name in streams), "")
    if book:
        return _excel(_stream(container, book), content, limits)
    raise Unreadable("unsupported", "Unsupported: an old Office container of an unknown program; save it as PDF, docx or xlsx")


def _stream(container: olefile.OleFileIO, name: str) -> bytes:
    with container.openstream(name) as stream:
        data: bytes = stream.read()
    return data


def _word(container: olefile.OleFileIO, content: bytes, limits: Limits) -> Parsed:
    main = _stream(container, "WordDocument")
    flags = struct.unpack_from("<H", main, 10)[0]
    if flags & 0x0100:
        raise _ENCRYPTED
    text = _word_text(container, main, flags)
    try:
        parsed = foreign.read(_WORD, content, limits)
    except Unreadable:
        parsed = Parsed("document", _WORD)
    passages = Passages(limits)
    add_text(passages, _without_fields(text))
    words = sum(len(segment.text) for segment in passages.segments())
    # kreuzberg stops at the body; the file's own piece table also has notes, headers, comments and text boxes
    return renumbered(parsed, passages.segments()) if words > 0 else parsed


def _word_text(container: olefile.OleFileIO, main: bytes, flags: int) -> str:
    """All texts of a Word file in storage order: body, notes, headers, comments, text boxes."""
    if struct.unpack_from("<H", main, 2)[0] < 0xC1:  # Word 6 and 95 store plain text at a fixed place
        start, end = struct.unpack_from("<II", main, 0x18)
        return main[start:end].decode("cp1252", "replace")
    table = _stream(container, "1Table" if flags & 0x0200 else "0Table")
    start, size = struct.unpack_from("<II", main, 0x01A2)
    clx = table[start : start + size]
    while clx[:1] == b"\x01":
        clx = clx[3 + struct.unpack_from("<H", clx, 1)[0] :]
    if clx[:1] != b"\x02":
        return ""
    plc = clx[5 : 5 + struct.unpack_from("<I", clx, 1)[0]]
    count = (len(plc) - 4) // 12
    ends = struct.unpack_from(f"<{count + 1}I", plc, 0)
    parts = []
    for index in range(count):
        place = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * index + 2)[0]
        length = ends[index + 1] - ends[index]
        if place & 0x40000000:
            offset = (place & ~0x40000000) // 2
            parts.append(main[offset : offset + length].decode("cp1252", "replace"))
        else:
            parts.append(main[place : place + 2 * length].decode("utf-16-le", "replace"))
    return "".join(parts)


def _without_fields(text: str) -> str:
    """Word's text with the results of fields but not their codes, and its own marks as white space."""
    kept: list[str] = []
    coding: list[bool] = []
    for letter in text:
        if letter == "\x13":
            coding.append(True)
        elif letter == "\x14" and coding:
            coding[-1] = False
        elif letter == "\x15" and coding:
            coding.pop()
        elif not any(coding):
            kept.append({"\r": "\n\n", "\x07": "\n\n", "\x0b": "\n", "\x0c": "\n\n", "\x1e": "-", "\x1f": ""}.get(letter, letter))
    return "".join(kept)


def _powerpoint(container: olefile.OleFileIO, streams: set[str], content: bytes, limits: Limits) -> Parsed:
    if "current user" in streams and struct.unpack_from("<I", _stream(container, "Current User"), 12)[0] == 0xF3D1C4DF:
        raise _ENCRYPTED
    if "encryptedsummary" in streams:
        raise _ENCRYPTED
    try:
        parsed = foreign.read(_POWERPOINT, content, limits)
    except Unreadable:
        parsed = Parsed("slides", _POWERPOINT)
    texts = [text for kind, data in _atoms(_stream(container, "PowerPoint Document")) if (text := _slide_text(kind, data))]
    return with_extra(parsed, texts, limits)


def _atoms(stream: bytes, depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """The atoms of a PowerPoint stream, containers opened."""
    at = 0
    while at + 8 <= len(stream):
        version, kind, size = struct.unpack_from("<HHI", stream, at)
        body = stream[at + 8 : at + 8 + size]
        if version & 0xF == 0xF and depth < 40:
            yield from _atoms(body, depth + 1)
        else:
            yield kind, body
        at += 8 + size


def _slide_text(kind: int, data: bytes) -> str:
    if kind == 4000:
        return data.decode("utf-16-le", "replace")
    return data.decode("cp1252", "replace") if kind == 4008 else ""


def _excel(stream: bytes, content: bytes, limits: Limits) -> Parsed:
    records = list(_records(stream))
    if any(kind == 0x2F for kind, _ in records[:20]):
        raise _ENCRYPTED
    try:
        parsed = foreign.read(_EXCEL, content, limits)
    except Unreadable:
        parsed = Parsed("table", _EXCEL)
    texts: list[str] = []
    for index, (kind, data) in enumerate(records):
        texts += _sheet_texts(kind, data, records[index + 1 : index + 2])
    texts += _shared_strings(records)  # kreuzberg loses some label cells
    return with_extra(parsed, texts, limits)


def _records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


def _sheet_texts(kind: int, data: bytes, following: list[tuple[int, bytes]]) -> list[str]:
    """Page headers and footers (0x14, 0x15), text boxes (0x1B6), chart labels (0x100D), strings of chart caches (0x204)."""
    if kind in (0x14, 0x15) and len(data) > 3:
        text = _biff_string(data[2:], struct.unpack_from("<H", data, 0)[0])
        return [part for part in re.split(r"&(?:[LCR]|\"[^\"]*\"|\d+|[A-Z])", text) if part.strip()]
    if kind == 0x1B6 and following and following[0][0] == 0x3C:
        return [_biff_string(following[0][1], len(following[0][1]))]
    if kind == 0x100D and len(data) > 4:
        return [_biff_string(data[3:], data[2])]
    if kind == 0x204 and len(data) > 9:
        return [_biff_string(data[8:], struct.unpack_from("<H", data, 6)[0])]
    return []


def _biff_string(data: bytes, length: int) -> str:
    wide = bool(data[:1] and data[0] & 1)
    return data[1 : 1 + length * 2].decode("utf-16-le", "replace") if wide else data[1 : 1 + length].decode("cp1252", "replace")


def _shared_strings(records: list[tuple[int, bytes]]) -> list[str]:
    """The string table of a workbook whose sheets cannot be read; strings cut by a record's end are left out."""
    texts: list[str] = []
    for kind, data in records:
        at = 8 if kind == 0xFC else len(data)
        while at + 3 <= len(data):
            length, flags = struct.unpack_from("<HB", data, at)
            rich = struct.unpack_from("<H", data, at + 3)[0] if flags & 8 and at + 5 <= len(data) else 0
            body = at + 3 + (2 if flags & 8 else 0) + (4 if flags & 4 else 0)
            end = body + length * (2 if flags & 1 else 1)
            if end > len(data):
                break
            texts.append(data[body:end].decode("utf-16-le" if flags & 1 else "cp1252", "replace"))
            at = end + 4 * rich
    return texts


def _with_summary(container: olefile.OleFileIO, parsed: Parsed, limits: Limits) -> Parsed:
    """The record with what the file's property sheet says: title, people, dates, filing words."""
    if parsed.kind == "mail":
        return parsed
    sheet = container.get_metadata()
    page = f"cp{sheet.codepage % 65536}" if isinstance(sheet.codepage, int) else "cp1252"
    title, subject, keywords, author, editor = (
        clean(decode(value, page)).strip("\x00 ") if isinstance(value, bytes) else ""
        for value in (sheet.title, sheet.subject, sheet.keywords, sheet.author, sheet.last_saved_by)
    )
    created, modified = iso_date(sheet.create_time), iso_date(sheet.last_saved_time)
    filing = "\n".join(f"{label}: {text}" for label, text in (("Subject", subject), ("Keywords", keywords)) if text)
    who = merged((*people("wrote", author, created), *people("edited", editor, modified)))
    record = replace(parsed, title=title or parsed.title, created=created, modified=modified or created, people=who or parsed.people)
    return with_extra(record, [filing], limits)
