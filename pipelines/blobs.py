"""Content-addressed bytes: a file's name is the SHA-256 of what it holds."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Set
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Blobs:
    root: Path

    def _path(self, digest: str) -> Path:
        return self.root / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Store bytes and return their digest; a crash leaves no half file under a digest."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if path.exists():
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(content)
        os.replace(file.name, path)
        return digest

    def get(self, digest: str) -> bytes:
        return self._path(digest).read_bytes()

    def digests(self) -> Iterator[str]:
        return (path.name for path in self.root.glob("??/*") if not path.name.startswith("."))

    def keep_only(self, wanted: Set[str]) -> int:
        """Delete every blob that nothing refers to, and what a killed write left; returns how many."""
        doomed = [path for path in self.root.glob("??/*") if path.name not in wanted] + list(self.root.glob("??/.*"))
        for path in doomed:
            path.unlink(missing_ok=True)
        return len(doomed)
