"""Binary workbooks (xlsb): kreuzberg reads the cells; labels of drawings and, where it fails, the string table come from the zip itself."""

import struct
from collections.abc import Iterator

from extractors.errors import Unreadable
from extractors.formats import foreign
from extractors.formats.additions import with_extra
from extractors.formats.package import Package, Properties, drawn_texts
from extractors.limits import Limits
from knowledge_graph.model.records import Parsed

_MIME = "application/vnd.ms-excel.sheet.binary.macroEnabled.12"
_STRING_ITEM = 19  # BrtSSTItem


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An xlsb file."""
    package = Package(content, limits)
    texts = list(_strings(package.read("xl/sharedStrings.bin")))
    for part in sorted(package.names):
        if part.startswith(("xl/drawings/", "xl/charts/", "xl/diagrams/data")) and part.endswith(".xml"):
            texts += drawn_texts(package.xml(part))
    try:
        parsed = foreign.read(_MIME, content, limits)
    except Unreadable:
        parsed = Parsed("table", _MIME)
    return Properties(package).parsed(with_extra(parsed, texts, limits))


def _strings(data: bytes) -> Iterator[str]:
    """The strings of the shared table: records of a type and a size in base 128, then the string's length and its letters."""
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        if kind == _STRING_ITEM and size >= 5 and at + size <= len(data):
            length = struct.unpack_from("<I", data, at + 1)[0]
            yield data[at + 5 : min(at + 5 + 2 * length, at + size)].decode("utf-16-le", "replace")
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    value = 0
    for step in range(most):
        byte = data[at + step] if at + step < len(data) else 0
        value |= (byte & 0x7F) << 7 * step
        if not byte & 0x80:
            return value, at + step + 1
    return value, at + most
