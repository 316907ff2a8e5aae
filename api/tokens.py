"""Demo tokens: JWTs signed with a secret that never leaves the installation's folder.

They name their holder's principals without asking anybody, so they are accepted on loopback only (`api.settings`), and nowhere once
an identity provider is set (`api.oidc`).
"""

import os
import secrets
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import jwt
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from api.errors import InvalidToken, UnsafeSetup
from knowledge_graph.model.ids import stable_id

ALGORITHM = "HS256"
ISSUER = "engram"
KEY_BYTES = 32
MAX_TOKEN_LENGTH = 16_000  # about a thousand principals


@dataclass(frozen=True, slots=True)
class DemoKey:
    secret: bytes

    @property
    def installation(self) -> str:
        """The audience of this installation's tokens."""
        return stable_id("installation", self.secret.hex())


class View(BaseModel):
    """A reader that the holder of a portal session may switch to."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    principals: Annotated[list[str], Field(max_length=200)]


class Identity(BaseModel):
    """The claims of a verified token that anything here uses."""

    model_config = ConfigDict(frozen=True, strict=True)

    principals: Annotated[list[str], Field(max_length=5_100)]
    exp: int
    views: Annotated[list[View], Field(max_length=20)] = []
    actor: str = ""
    """The name under which what its holder does is recorded."""

    @field_validator("principals")
    @classmethod
    def _texts(cls, principals: list[str]) -> list[str]:
        """Half a surrogate pair is JSON and no text, and no database keeps a NUL."""
        if "\0" in "".join(principals).encode().decode():
            raise ValueError("a principal holds NUL")
        return principals


def load_or_create_key(home: Path) -> DemoKey:
    """The installation's secret, made on first use and readable by its owner only."""
    path = home / "token.key"
    try:
        return _load_key(path)
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
        draft = home / f"token.key.{secrets.token_hex(6)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
        try:
            os.link(draft, path)  # fails where another process was first: then theirs is the key
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return _load_key(path)


def _load_key(path: Path) -> DemoKey:
    with path.open(encoding="ascii", errors="replace") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise UnsafeSetup(f"{path} can be read by other users of this machine: run `chmod 600 {path}`, or delete it to make a new one.")
        text = file.read(1_000).strip()
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < KEY_BYTES:
        raise UnsafeSetup(f"{path} does not hold a token secret: delete it to make a new one (tokens made before stop working).")
    return DemoKey(secret)


def mint(key: DemoKey, principals: Iterable[str], *, issued_at: int, lifetime_s: int, views: Sequence[View] = ()) -> str:
    """A token for a reader with these principals; `views` are the readers that its portal session may switch between."""
    claims: dict[str, object] = {
        "iss": ISSUER,
        "aud": key.installation,
        "iat": issued_at,
        "exp": issued_at + lifetime_s,
        "principals": list(principals),
    }
    if views:
        claims["views"] = [view.model_dump() for view in views]
    return jwt.encode(claims, key.secret, algorithm=ALGORITHM)


def verify(key: DemoKey, token: str) -> Identity:
    """Who this token says its holder is; raises InvalidToken."""
    if len(token) > MAX_TOKEN_LENGTH:
        raise InvalidToken("The access token is not one of this installation's.")
    try:
        claims = jwt.decode(
            token,
            key.secret,
            algorithms=[ALGORITHM],
            audience=key.installation,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "aud", "iss"]},
        )
        identity = Identity.model_validate({name: claims[name] for name in ("principals", "exp", "views") if name in claims})
        return identity.model_copy(update={"actor": next((name for name in identity.principals if "@" in name), "demo")})
    except jwt.ExpiredSignatureError as exc:
        raise InvalidToken("The access token has expired: make a new one with `engram token`.") from exc
    except (jwt.PyJWTError, ValidationError) as exc:
        raise InvalidToken("The access token is not one of this installation's.") from exc
