"""What crosses between the sandbox and its worker: one JSON head and the raw bytes beside it, never pickle.

The worker has read hostile files, so nothing it says may become code in the parent:
the parent builds only the records below, from plain values.
A frame is `head length, blob count` as two big-endian u32, each blob's length as u64, then the head and the blobs.
"""

import json
import struct
from collections.abc import Callable, Sequence
from typing import Any

from extractors.errors import Unreadable
from extractors.limits import Limits
from knowledge_graph.model.records import Child, Contribution, Mark, Parsed, Scan, Segment, WordBox

Receive = Callable[[int], bytes]
_PREFIX = struct.Struct(">II")
_LENGTH = struct.Struct(">Q")
_MAX_HEAD = 1_000_000_000
_MAX_BLOBS = 100_000


def frame(head: object, blobs: Sequence[bytes] = ()) -> list[bytes]:
    """The pieces to send, in order."""
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    sizes = b"".join(_LENGTH.pack(len(blob)) for blob in blobs)
    return [_PREFIX.pack(len(text), len(blobs)) + sizes + text, *blobs]


def unframe(receive: Receive) -> tuple[Any, list[bytes]]:
    """The next head and its blobs; raises ValueError for a frame that no honest side sends."""
    size, count = _PREFIX.unpack(receive(_PREFIX.size))
    if size > _MAX_HEAD or count > _MAX_BLOBS:
        raise ValueError("frame out of bounds")
    lengths = [_LENGTH.unpack(receive(_LENGTH.size))[0] for _ in range(count)]
    if sum(lengths) > 4 * _MAX_HEAD:
        raise ValueError("frame out of bounds")
    head = json.loads(receive(size))
    return head, [receive(length) for length in lengths]


def limits_head(limits: Limits) -> dict[str, Any]:
    """Limits as plain values."""
    return {name: getattr(limits, name) for name in Limits.__slots__}


def parsed_frame(parsed: Parsed) -> list[bytes]:
    """A parsed document, its children and scans as blobs."""
    head = {
        "facts": [parsed.kind, parsed.mime, parsed.title, parsed.language, parsed.created, parsed.modified],
        "people": [[one.kind, one.name, one.email, one.handle, one.count, one.first, one.last] for one in parsed.people],
        "segments": [_segment_row(one) for one in parsed.segments],
        "children": [one.name for one in parsed.children],
        "scans": [one.page for one in parsed.scans],
        "notes": parsed.notes,
    }
    return frame(head, [*(one.content for one in parsed.children), *(one.image for one in parsed.scans)])


def parsed_from(head: dict[str, Any], blobs: list[bytes]) -> Parsed:
    """The record of a `parsed_frame`."""
    kind, mime, title, language, created, modified = map(str, head["facts"])
    names = [str(name) for name in head["children"]]
    return Parsed(
        kind, mime, title, language, created, modified,
        tuple(Contribution(str(a), str(b), str(c), str(d), int(e), str(f), str(g)) for a, b, c, d, e, f, g in head["people"]),
        segments_from(head["segments"]),
        tuple(Child(name, blob) for name, blob in zip(names, blobs[: len(names)], strict=True)),
        tuple(Scan(int(page), blob) for page, blob in zip(head["scans"], blobs[len(names) :], strict=True)),
        tuple(map(str, head["notes"])),
    )  # fmt: skip


def segments_frame(segments: Sequence[Segment]) -> list[bytes]:
    """Segments alone, as OCR gives them."""
    return frame({"segments": [_segment_row(one) for one in segments]})


def segments_from(rows: Sequence[Any]) -> tuple[Segment, ...]:
    """The segments of their rows."""
    return tuple(
        Segment(
            int(position), str(text), tuple(map(str, headings)), int(page), float(confidence),
            tuple(Mark(int(start), int(end), str(kind), str(value)) for start, end, kind, value in marks),
            tuple(WordBox(int(a), int(b), float(c), float(d), float(e), float(f), float(g)) for a, b, c, d, e, f, g in words),
        )
        for position, text, headings, page, confidence, marks, words in rows
    )  # fmt: skip


def failure_frame(error: Unreadable) -> list[bytes]:
    """An item that could not be read."""
    return frame({"unreadable": [error.reason_class, error.message]})


def _segment_row(one: Segment) -> list[Any]:
    return [
        one.position, one.text, one.headings, one.page, one.confidence,
        [[mark.start, mark.end, mark.kind, mark.value] for mark in one.marks],
        [[box.start, box.end, box.x0, box.y0, box.x1, box.y1, box.confidence] for box in one.words],
    ]  # fmt: skip
