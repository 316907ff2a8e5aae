"""Archives: members become children, after the whole nest is weighed so that no bomb is ever unpacked."""

import bz2
import gzip
import io
import lzma
import posixpath
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from extractors.errors import Unreadable
from extractors.limits import Limits
from knowledge_graph.model.records import Child, Parsed

_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_CHUNK = 1 << 20
_RATIO_FLOOR = 10_000_000  # small archives of blank forms pack 1000:1 and harm nobody
_OPENERS: dict[bytes, Callable[[IO[bytes]], Any]] = {
    b"\x1f\x8b": lambda stream: gzip.GzipFile(fileobj=stream),
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
_NESTED = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00")


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A zip, tar, gz, bz2 or xz file."""
    budget = _Budget(limits, len(content))
    children = tuple(_members(name, content, budget))
    for child in children:
        _weigh(child, budget, 1)
    return Parsed("archive", _mime(content), children=children)


@dataclass(slots=True)
class _Budget:
    """What unpacking may still cost, counted over all depths of one archive."""

    limits: Limits
    packed: int
    unpacked: int = 0
    members: int = 0

    def spend(self, size: int) -> None:
        self.unpacked += size
        most = min(self.limits.max_child_bytes, max(self.packed * self.limits.max_ratio, _RATIO_FLOOR))
        if self.unpacked > most:
            raise Unreadable("too large", f"Too large: this archive unpacks to more than {most:,} bytes; add the files you need")

    def count(self) -> None:
        self.members += 1
        if self.members > self.limits.max_children:
            raise Unreadable("too large", f"Too large: more than {self.limits.max_children:,} files in this archive; unpack it")


def _members(name: str, content: bytes, budget: _Budget) -> Iterator[Child]:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK00")):
        yield from _zip(content, budget)
    elif content[257:262] == b"ustar" or name.lower().endswith(".tar"):
        yield from _tar(io.BytesIO(content), budget)
    else:
        yield from _stream(name, content, budget)


def _zip(content: bytes, budget: _Budget) -> Iterator[Child]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_litter(entry.filename)]
            if any(entry.flag_bits & 1 for entry in entries):
                raise Unreadable("encrypted", "Encrypted: unpack this archive with its password and add the files")
            for entry in entries:
                budget.count()
                with archive.open(entry) as member:
                    yield Child(_safe(entry.filename), _taken(member, budget))
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, NotImplementedError, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _damaged() from error


def _tar(stream: IO[bytes], budget: _Budget) -> Iterator[Child]:
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for entry in archive:
                if entry.isfile() and not _is_litter(entry.name):
                    budget.count()
                    member = archive.extractfile(entry)
                    yield Child(_safe(entry.name), _taken(member, budget) if member else b"")
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError) as error:
        raise _damaged() from error


def _stream(name: str, content: bytes, budget: _Budget) -> Iterator[Child]:
    """One compressed file, or a compressed tar."""
    opener = next((opener for magic, opener in _OPENERS.items() if content.startswith(magic)), None)
    if opener is None:
        raise _damaged()
    try:
        with opener(io.BytesIO(content)) as stream:
            unpacked = _taken(stream, budget)
    except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
        raise _damaged() from error
    if unpacked[257:262] == b"ustar":
        yield from _tar(io.BytesIO(unpacked), budget)
        return
    base = posixpath.basename(name)
    stem, dot, suffix = base.rpartition(".")
    yield Child(stem if dot and suffix.lower() in ("gz", "bz2", "xz") else f"{base}.unpacked", unpacked)


def _weigh(child: Child, budget: _Budget, depth: int) -> None:
    """Counts what an archive inside an archive would unpack to, without keeping it."""
    if not child.content.startswith(_NESTED) or _is_document(child.content):
        return
    if depth > budget.limits.max_depth:
        raise Unreadable("too deep", f"Too deep: archives nested more than {budget.limits.max_depth} times; unpack them and add the files")
    try:
        for inner in _members(child.name, child.content, budget):
            _weigh(inner, budget, depth + 1)
    except Unreadable as error:
        if error.reason_class in ("too large", "too deep"):
            raise  # an encrypted or damaged member is reported when it is parsed itself


def _is_document(content: bytes) -> bool:
    head = content[:4096]
    return b"[Content_Types].xml" in head or b"mimetypeapplication/" in head


def _taken(stream: IO[bytes], budget: _Budget) -> bytes:
    parts = []
    while part := stream.read(_CHUNK):
        budget.spend(len(part))
        parts.append(part)
    return b"".join(parts)


def _is_litter(name: str) -> bool:
    return name.startswith(_LITTER) or posixpath.basename(name) in _LITTER or posixpath.basename(name).startswith("._")


def _safe(name: str) -> str:
    """A member's name as a relative path that cannot climb out of its archive."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(parts) or "member"


def _mime(content: bytes) -> str:
    kinds = {b"PK": "application/zip", b"\x1f\x8b": "application/gzip", b"BZh": "application/x-bzip2", b"\xfd7zXZ": "application/x-xz"}
    return next((mime for magic, mime in kinds.items() if content.startswith(magic)), "application/x-tar")


def _damaged() -> Unreadable:
    return Unreadable("damaged", "Damaged: this archive cannot be unpacked; pack the files again")
