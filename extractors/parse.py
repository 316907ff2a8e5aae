"""From a file's name and bytes to passages: looks at the content first, at the suffix second."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.notes import collected
from extractors.sniff import claims_text, kind_of
from knowledge_graph.model.records import Parsed

EXTRACTOR_VERSION = "parse-19"

Reader = Callable[[str, bytes, Limits], Parsed]


def parse(name: str, content: bytes, limits: Limits) -> Parsed:
    """The passages, people, dates, children and scans of one file; raises `Unreadable`.

    `name` is the item's path: each `!/` in it is one level of nesting.
    """
    if name.count("!/") > limits.max_depth:
        raise Unreadable("too deep", f"Too deep: nested in more than {limits.max_depth} archives or messages; add the file by itself")
    if not content.strip(b"\x00\t\r\n "):
        raise Unreadable("empty", "Empty: the file has no content; check that it was saved or copied completely")
    if len(content) > limits.max_bytes:
        raise Unreadable("too large", f"Too large: {len(content):,} bytes, the limit is {limits.max_bytes:,}; split it or leave it out")
    kind = kind_of(name, content)
    if not kind and claims_text(name):
        raise Unreadable(
            "damaged", f"Damaged: {_suffix(name)} should be text, but it is full of control characters; open it and save it as plain text"
        )
    if not kind:
        raise Unreadable("unsupported", f"Unsupported: {_suffix(name)} is not a kind of file this reads; save it as PDF, Office or text")
    with collected() as notes:
        parsed = _reader(kind)(name, content, limits)
    if not (parsed.segments or parsed.children or parsed.scans):
        raise Unreadable("empty", "Empty: no text, picture or attachment was found in it")
    return replace(parsed, notes=(*parsed.notes, *notes))


def _reader(kind: str) -> Reader:
    """The reader of one kind; a reader's libraries load when its first file comes."""
    if kind in _FOREIGN:
        from extractors.formats import foreign

        return partial(_foreign, foreign.read, _FOREIGN[kind])
    from extractors.formats import registry

    return registry.READERS[kind]


def _foreign(read: Callable[[str, bytes, Limits], Parsed], mime: str, name: str, content: bytes, limits: Limits) -> Parsed:
    return read(mime, content, limits)


_FOREIGN = {
    "epub": "application/epub+zip",
    "7z": "application/x-7z-compressed",
}


def _suffix(name: str) -> str:
    dot = name.rfind(".")
    return name[dot:] if dot > name.rfind("/") else "a file without a suffix"
