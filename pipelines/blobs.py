"""Content-addressed bytes: a file's name is the SHA-256 of what it holds."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path


class BlobDamaged(Exception):
    """Read this item again: its stored bytes are missing or not what their name says. What was damaged is gone by now."""


@dataclass(frozen=True, slots=True)
class Blobs:
    root: Path

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Store bytes and return their digest; a crash leaves no half file under a digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if self._whole(path, digest):
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.replace(file.name, path)
            finally:  # there is none where it took its place
                Path(file.name).unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> bytes:
        """The bytes; raises BlobDamaged and throws the damaged copy away, so that the next crawl fetches it again."""
        path = self._path(digest)
        try:
            content = path.read_bytes()
        except FileNotFoundError as exc:
            raise BlobDamaged(f"the stored copy {digest} is missing") from exc
        if hashlib.sha256(content).hexdigest() != digest:
            path.unlink(missing_ok=True)
            raise BlobDamaged(f"the stored copy {digest} is damaged")
        return content

    @staticmethod
    def _whole(path: Path, digest: str) -> bool:
        try:
            with path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False

    def damaged(self, digest: str) -> bool:
        """Whether a stored copy is not what its name says; changes nothing."""
        return not self._whole(self._path(digest), digest)

    def size(self, digest: str) -> int:
        return self._path(digest).stat().st_size

    def digests(self) -> Iterator[str]:
        return (path.name for path in self.root.glob("??/*") if not path.name.startswith("."))

    def keep_only(self, wanted: Set[str]) -> int:
        """Delete every blob that nothing refers to, and what a killed write left; returns how many."""
        doomed = [path for path in self.root.glob("??/*") if path.name not in wanted] + list(self.root.glob("??/.*"))
        for path in doomed:
            path.unlink(missing_ok=True)
        return len(doomed)
