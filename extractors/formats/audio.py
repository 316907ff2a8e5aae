"""Sound files: the words of their ID3 tags; speech itself is not read here."""

import struct
from collections.abc import Iterator

from extractors.characters import clean
from extractors.errors import Unreadable
from extractors.facts import iso_date, merged, people
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Parsed

_LABELS = {
    **dict.fromkeys(("TIT2", "TT2"), "Title"),
    **dict.fromkeys(("TPE1", "TP1"), "Artist"),
    **dict.fromkeys(("TALB", "TAL"), "Album"),
    **dict.fromkeys(("TYER", "TYE", "TDRC"), "Year"),
    **dict.fromkeys(("TCON", "TCO"), "Genre"),
    **dict.fromkeys(("TCOM", "TCM"), "Composer"),
    **dict.fromkeys(("COMM", "COM"), "Comment"),
    **dict.fromkeys(("USLT", "ULT"), "Text"),
}
_ENCODINGS = {0: "cp1252", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """An mp3 file with tags."""
    facts: dict[str, str] = {}
    for key, text in (*_frames(content), *_trailer(content)):
        label = _LABELS.get(key, "")
        if label and any(letter.isalnum() for letter in text):
            facts.setdefault(label, text)
    if not facts:
        raise Unreadable("unsupported", "Unsupported: a sound file without tags; add a transcript (vtt, srt) beside it")
    passages = Passages(limits)
    for label, text in sorted(facts.items()):
        passages.add("paragraph", f"{label}: {text}")
    day = iso_date(facts.get("Year"))
    return Parsed(
        "document",
        "audio/mpeg",
        facts.get("Title", ""),
        "",
        day,
        day,
        merged(people("presented", facts.get("Artist"), day)),
        passages.segments(),
    )


def _frames(content: bytes) -> Iterator[tuple[str, str]]:
    """The text frames of an ID3v2 tag at the file's start."""
    if content[:3] != b"ID3" or len(content) < 10:
        return
    version, end = content[3], 10 + _synchsafe(content[6:10])
    key_size, head = (3, 6) if version == 2 else (4, 10)
    at = 10
    while at + head <= min(end, len(content)) and content[at : at + 1].isalnum():
        key = content[at : at + key_size].decode("ascii", "replace")
        raw = content[at + key_size : at + key_size + (3 if version == 2 else 4)]
        size = _synchsafe(raw) if version == 4 else int.from_bytes(raw, "big")
        yield key, _text(key, content[at + head : at + head + size])
        at += head + size


def _text(key: str, body: bytes) -> str:
    if not body:
        return ""
    encoding = _ENCODINGS.get(body[0], "cp1252")
    text = body[1:]
    if key in ("COMM", "COM", "USLT", "ULT"):  # a language and a short description stand before the text
        text = text[3:]
        decoded = text.decode(encoding, "replace").split("\x00", 1)
        return clean(decoded[-1].lstrip("\ufeff")).strip()
    return clean(text.decode(encoding, "replace").replace("\x00", " ")).strip()


def _trailer(content: bytes) -> Iterator[tuple[str, str]]:
    """The fixed fields of an ID3v1 tag at the file's end."""
    tag = content[-128:]
    if tag[:3] != b"TAG" or len(tag) < 128:
        return
    for key, field in zip(("TIT2", "TPE1", "TALB", "TYER", "COMM"), struct.unpack("3x30s30s30s4s30s1x", tag), strict=True):
        yield key, clean(field.split(b"\x00")[0].decode("cp1252", "replace")).strip()


def _synchsafe(raw: bytes) -> int:
    value = 0
    for byte in raw:
        value = value << 7 | byte & 0x7F
    return value
