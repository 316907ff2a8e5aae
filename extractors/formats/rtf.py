"""Rich text: kreuzberg reads the flow; text boxes, which it leaves out, are read as documents of their own and added."""

import re

from extractors.errors import Unreadable
from extractors.formats import foreign
from extractors.formats.additions import with_extra
from extractors.limits import Limits
from knowledge_graph.model.records import Parsed

_MIME = "application/rtf"
_BOX = re.compile(rb"\\shptxt(?![a-z])")
_MAX_BOXES = 500


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An rtf file."""
    parsed = foreign.read(_MIME, content, limits)
    texts: list[str] = []
    for found in list(_BOX.finditer(content))[:_MAX_BOXES]:
        box = _group(content, found.end())
        try:
            inner = foreign.read(_MIME, b"{\\rtf1\\ansi " + box + b"}", limits)
        except Unreadable:
            continue
        texts += [segment.text for segment in inner.segments]
    return with_extra(parsed, texts, limits)


def _group(content: bytes, start: int) -> bytes:
    """The bytes from here to the brace that closes the group."""
    depth = 0
    for found in re.finditer(rb"\\.|[{}]", content[start:], re.DOTALL):
        depth += {b"{": 1, b"}": -1}.get(found[0], 0)
        if depth < 0:
            return content[start : start + found.start()]
    return content[start:]
