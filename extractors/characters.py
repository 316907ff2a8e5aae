"""Bytes to text, and text without the characters that nobody meant to write."""

import re
import unicodedata

from charset_normalizer import from_bytes

_ODD_SPACES = "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\v\f"
# Bidi controls can make a reader see other text than the index does; zero-width marks split words invisibly.
# The zero-width joiners U+200C and U+200D stay: Persian, Indic scripts and emoji need them.
_INVISIBLE = (0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFFFE, 0xFFFF)
_TABLE: dict[int, str | None] = (
    dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *_INVISIBLE), None)
    | {ord(space): " " for space in _ODD_SPACES}
    | {ord("\n"): "\n", ord("\t"): "\t", ord("\r"): "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
    | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
)
_NEEDS_CLEANING = re.compile(r"[^\n\t -~]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,40})""", re.IGNORECASE)
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 256_000  # bytes looked at to guess an encoding: more changes the guess in no measured file and costs seconds


def clean(text: str) -> str:
    """The text in NFC with line ends as `\\n`, spaces as spaces, and without control, bidi and zero-width characters."""
    if not _NEEDS_CLEANING.search(text):
        return text
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").translate(_TABLE))


def decode(content: bytes, declared: str = "") -> str:
    """The text of bytes: by byte order mark, as UTF-8, by what is declared, else by the likeliest encoding."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return content.decode(encoding, "replace")
    for encoding in ("utf-8", declared, _declared_inside(content)):
        text = _strictly(content, encoding)
        if text is not None:
            return text
    best = from_bytes(content[:_SAMPLE]).best()
    return content.decode(best.encoding if best else "cp1252", "replace")


def looks_like_text(content: bytes) -> bool:
    """Whether the bytes are some kind of writing rather than a binary format."""
    sample = content[:8192]
    if sample.startswith(tuple(bom for bom, _ in _BOMS)):
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in sample)
    return control <= len(sample) // 100


def _declared_inside(content: bytes) -> str:
    found = _DECLARED.search(content[:2048])
    return found[1].decode("ascii") if found else ""


def _strictly(content: bytes, encoding: str) -> str | None:
    if not encoding:
        return None
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        return None
