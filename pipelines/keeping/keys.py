"""The installation's secret: it turns the name of something forgotten into a mark that says nothing, and signs reports.

A plain hash of a path or an address could be guessed by trying; under a secret key nobody outside can try. Losing the key would let
everything forgotten come back unrecognised, so a block list without its key stops every run.
"""

import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from knowledge_graph.model.ids import canonical_json
from pipelines.keeping.errors import KeyLost

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """One secret, two uses that share nothing: marks and signatures."""

    secret: bytes

    @classmethod
    def load(cls, home: Path) -> "Keys":
        """The secret that is there; raises KeyLost."""
        file = _file(home)
        try:
            if stat.S_IMODE(file.stat().st_mode) & 0o077:
                raise KeyLost(f"{file} can be read by other users of this machine. Run `chmod 600 {file}`.")
            secret = bytes.fromhex(file.read_text(encoding="ascii").strip())
        except FileNotFoundError as exc:
            raise KeyLost(f"{file} is missing, so what was forgotten would not be recognised. Put it back from a backup.") from exc
        except ValueError as exc:
            raise KeyLost(f"{file} holds no key. Put it back from a backup.") from exc
        if len(secret) != KEY_BYTES:
            raise KeyLost(f"{file} is cut short. Put it back from a backup.")
        return cls(secret)

    @classmethod
    def of(cls, home: Path) -> "Keys":
        """The installation's secret, made on first use and readable by its owner only."""
        file = _file(home)
        if not file.exists():
            home.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(f".{secrets.token_hex(6)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as new:
                new.write(secrets.token_hex(KEY_BYTES) + "\n")
            with suppress(FileExistsError):  # another process was first: then theirs is the key
                os.link(draft, file)
            draft.unlink()
        return cls.load(home)

    def mark(self, *parts: str) -> str:
        """What stands for a name: the same for the same name, and worth nothing without the secret."""
        message = canonical_json(parts).encode("utf-8", "surrogatepass")
        return hmac.new(_derived(self.secret, b"mark"), message, hashlib.sha256).hexdigest()[:32]

    @property
    def identity(self) -> str:
        """The public key that checks this installation's signatures, in hexadecimal."""
        return str(self._signer().public_key().public_bytes_raw().hex())

    def sign(self, body: Mapping[str, Any]) -> str:
        return str(self._signer().sign(canonical_json(body).encode()).hex())

    def _signer(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(_derived(self.secret, b"sign"))


@lru_cache(maxsize=8)
def _derived(secret: bytes, purpose: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), KEY_BYTES, None, b"engram " + purpose).derive(secret)


def signed_by(body: Mapping[str, Any], signature: str, identity: str) -> bool:
    """Whether the holder of a public key signed exactly this."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(identity))
        key.verify(bytes.fromhex(signature), canonical_json(body).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def read_lines(file: Path) -> list[dict[str, Any]]:
    """The records of a JSON lines file; a last line that a crash cut short does not count."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    return [json.loads(line) for line in lines[:-1] if line]


def write_lines(file: Path, records: list[dict[str, Any]]) -> None:
    """Replace a JSON lines file at once."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as new:
        new.write("".join(canonical_json(record) + "\n" for record in records))
        new.flush()
        os.fsync(new.fileno())
    draft.replace(file)


def _file(home: Path) -> Path:
    return home / "keeping.key"
