"""Tokens of an identity provider: who their holder is, and what of their claims counts here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
from pydantic import ValidationError

from api.errors import InvalidToken, UnsafeSetup
from api.keys import Keys, KeySource
from api.loopback import is_loopback
from api.tokens import MAX_TOKEN_LENGTH, Identity
from knowledge_graph.directory.model import group, user
from knowledge_graph.model.access import normalise_principal
from knowledge_graph.model.roles import Role

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""What a setting may allow. A secret that verifies also signs, so HS256 and its like have no place, nor has `none`."""
DEFAULT_ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
LEEWAY_S = 60
MAX_LEEWAY_S = 600
MAX_PRINCIPALS = 5_000


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Which tokens are accepted and which of their claims say who somebody is."""

    keys: KeySource
    audience: str
    algorithms: tuple[str, ...] = DEFAULT_ALGORITHMS
    leeway_s: int = LEEWAY_S
    subject_claim: str = "sub"
    email_claim: str = "email"
    groups_claim: str = "groups"
    roles_claim: str = "roles"
    trust_email: bool = False
    """Take an address that the provider did not verify: right where nobody can change their own there."""

    @property
    def issuer(self) -> str:
        return self.keys.issuer


@dataclass(frozen=True, slots=True)
class LoginSettings:
    """This installation as a client of the provider; a public one has no secret."""

    client_id: str
    client_secret: str = ""
    scope: str = "openid email profile"


def login_from_env(environ: Mapping[str, str], oidc: OidcSettings | None) -> LoginSettings | None:
    client_id = environ.get("ENGRAM_OIDC_CLIENT_ID", "")
    if not client_id:
        return None
    if oidc is None:
        raise UnsafeSetup("ENGRAM_OIDC_CLIENT_ID needs ENGRAM_OIDC_ISSUER, the provider that it is a client of.")
    scope = environ.get("ENGRAM_OIDC_SCOPE", "openid email profile")
    return LoginSettings(client_id, environ.get("ENGRAM_OIDC_CLIENT_SECRET", ""), scope)


def oidc_from_env(environ: Mapping[str, str]) -> OidcSettings | None:
    """None where no identity provider is set; raises UnsafeSetup for one that could not be trusted."""
    issuer = environ.get("ENGRAM_OIDC_ISSUER", "")
    if not issuer:
        return None
    audience = environ.get("ENGRAM_OIDC_AUDIENCE", "")
    if not audience:
        raise UnsafeSetup("ENGRAM_OIDC_AUDIENCE is missing: without it a token for any other service of the same provider would do.")
    url = environ.get("ENGRAM_OIDC_JWKS_URL", "")
    for name, value in (("ENGRAM_OIDC_ISSUER", issuer), ("ENGRAM_OIDC_JWKS_URL", url)):
        if value and not is_safe_url(value):
            raise UnsafeSetup(f"{name} must be an https address, not {value!r}: keys that travel in the clear can be exchanged.")
    return OidcSettings(
        KeySource(issuer, url),
        audience,
        _algorithms(environ.get("ENGRAM_OIDC_ALGORITHMS", "")),
        _leeway(environ.get("ENGRAM_OIDC_LEEWAY_S", "")),
        environ.get("ENGRAM_OIDC_SUBJECT_CLAIM", "sub"),
        environ.get("ENGRAM_OIDC_EMAIL_CLAIM", "email"),
        environ.get("ENGRAM_OIDC_GROUPS_CLAIM", "groups"),
        environ.get("ENGRAM_OIDC_ROLES_CLAIM", "roles"),
        _trust(environ.get("ENGRAM_OIDC_EMAIL_TRUST", "verified")),
    )


def is_safe_url(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or "")))
    except ValueError:
        return False


def _algorithms(text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip()) or DEFAULT_ALGORITHMS
    for name in chosen:
        if name not in ASYMMETRIC:
            raise UnsafeSetup(f"ENGRAM_OIDC_ALGORITHMS cannot allow {name!r}; it knows {', '.join(ASYMMETRIC)}.")
    return chosen


def _leeway(text: str) -> int:
    if text and not (text.isascii() and text.isdecimal() and int(text) <= MAX_LEEWAY_S):
        raise UnsafeSetup(f"ENGRAM_OIDC_LEEWAY_S must be a number of seconds up to {MAX_LEEWAY_S}, not {text!r}.")
    return int(text) if text else LEEWAY_S


def _trust(text: str) -> bool:
    if text not in ("verified", "issuer"):
        raise UnsafeSetup(f"ENGRAM_OIDC_EMAIL_TRUST is verified or issuer, not {text!r}.")
    return text == "issuer"


class Oidc:
    """Verifies the tokens of one provider."""

    def __init__(self, settings: OidcSettings, keys: Keys | None = None) -> None:
        self.settings = settings
        self._keys = keys or Keys(settings.keys)

    def verify(self, token: str) -> Identity:
        """Who this token says its holder is; raises InvalidToken, or KeysUnavailable where it cannot be told now."""
        if len(token) > MAX_TOKEN_LENGTH:
            raise InvalidToken("The access token is too long.")
        settings = self.settings
        try:
            header = jwt.get_unverified_header(token)
            algorithm = header.get("alg")
            if algorithm not in settings.algorithms:
                raise InvalidToken("The access token is signed in a way that is not accepted here.")
            claims = jwt.decode(
                token,
                self._keys.key(header.get("kid"), algorithm),
                algorithms=[algorithm],
                audience=settings.audience,
                issuer=settings.issuer,
                leeway=settings.leeway_s,
                options={"require": ["exp", "aud", "iss", settings.subject_claim], "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError as exc:
            raise InvalidToken("The access token has expired; log in again.") from exc
        except jwt.PyJWTError as exc:
            raise InvalidToken("The access token is not one for this installation.") from exc
        try:
            return self._identity(claims)
        except ValidationError as exc:
            raise InvalidToken("The access token's claims cannot be read.") from exc

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        settings = self.settings
        subject = claims[settings.subject_claim]
        if not isinstance(subject, str) or not subject.strip():
            raise InvalidToken("The access token does not say whose it is.")
        email = self._email(claims)
        principals = [user(subject), *([email] if email else [])]
        principals += [group(name) for name in _groups(claims, settings.groups_claim) if not _is_role(name)]
        roles = {role.name.lower(): role.principal for role in Role}
        principals += [roles[name] for name in map(_role_name, _names(_claim(claims, settings.roles_claim))) if name in roles]
        if len(principals) > MAX_PRINCIPALS:
            raise InvalidToken("The access token names too many groups.")
        return Identity(principals=list(dict.fromkeys(principals)), exp=int(claims["exp"]), actor=email or user(subject))

    def _email(self, claims: Mapping[str, Any]) -> str:
        """The address, if the provider vouches for it: whoever may write their own there could else be anybody here."""
        value = _claim(claims, self.settings.email_claim)
        vouched = self.settings.trust_email or claims.get("email_verified") in (True, "true")
        return normalise_principal(value) if vouched and isinstance(value, str) and "@" in value[1:-1] and ":" not in value else ""


def _claim(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by a path such as `realm_access.roles`; None where there is none."""
    if not name or name in claims:
        return claims.get(name)
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _groups(claims: Mapping[str, Any], name: str) -> Iterator[str]:
    """Raises InvalidToken where the token leaves groups out: one of them may be denied something."""
    elsewhere = claims.get("_claim_names")
    if name and (claims.get("hasgroups") or (isinstance(elsewhere, Mapping) and name in elsewhere)):
        raise InvalidToken("The access token leaves out its holder's groups because they are many: have the provider push them by SCIM.")
    value = _claim(claims, name)
    if value is not None and not isinstance(value, str) and not (isinstance(value, list) and all(isinstance(each, str) for each in value)):
        raise InvalidToken("The access token's groups cannot be read.")
    return _names(value)


def _names(value: Any) -> Iterator[str]:
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return (each for each in values if isinstance(each, str) and each.strip())


def _is_role(name: str) -> bool:
    """A provider's group that calls itself a role is none: roles have a claim of their own."""
    return normalise_principal(name).startswith("role:")


def _role_name(name: str) -> str:
    return normalise_principal(name).removeprefix("role:").removeprefix("engram-")
