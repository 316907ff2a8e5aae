"""What the API is told when it starts. Only entry points read the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from api.errors import UnsafeSetup
from api.loopback import is_loopback
from api.oidc import LoginSettings, OidcSettings, is_safe_url, login_from_env, oidc_from_env
from api.tokens import DemoKey, load_or_create_key
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.directory.settings import database_url
from knowledge_graph.serving.indexes import StoreSettings

DEFAULT_PORT = 8321
MIN_SECRET = 32


@dataclass(frozen=True, slots=True)
class ScimSettings:
    """The secret that whoever pushes people and groups presents, and who may read what they say of people."""

    secret: str
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """`oidc` replaces demo tokens; `public_url` is the address under which others reach this server."""

    store: StoreSettings
    key: DemoKey
    database: str
    curation: CurationSettings
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    oidc: OidcSettings | None = None
    login: LoginSettings | None = None
    scim: ScimSettings | None = None
    public_url: str = ""

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.public_url or f"http://{host}:{self.port}"

    @property
    def host_names(self) -> frozenset[str]:
        """Names beside those of loopback that a request may address."""
        name = urlsplit(self.public_url).hostname
        return frozenset([name] if name else [])


def require_safe(settings: ApiSettings) -> None:
    """Demo tokens are worth as much as a file on this machine, so nothing outside it may present one."""
    if is_loopback(settings.host):
        return
    if settings.oidc is None:
        raise UnsafeSetup(
            f"Refusing to listen on {settings.host}: access tokens of this installation are demo tokens, which are accepted on loopback "
            "only. Use --host 127.0.0.1, or set an identity provider by ENGRAM_OIDC_ISSUER."
        )
    if not settings.public_url:
        raise UnsafeSetup(f"Refusing to listen on {settings.host} without ENGRAM_PUBLIC_URL, the https address under which it is reached.")


def settings_from_env(environ: Mapping[str, str], *, home: Path, store: StoreSettings) -> ApiSettings:
    """Settings of an installation; makes its token secret on first use."""
    port = environ.get("ENGRAM_API_PORT") or str(DEFAULT_PORT)
    if not port.isascii() or not port.isdecimal() or not 1 <= int(port) <= 65_535:
        raise UnsafeSetup(f"ENGRAM_API_PORT must be a port number from 1 to 65535, not {port!r}.")
    public_url = environ.get("ENGRAM_PUBLIC_URL", "").rstrip("/")
    if public_url and not is_safe_url(public_url):
        raise UnsafeSetup(f"ENGRAM_PUBLIC_URL must be an https address, not {public_url!r}: tokens would travel in the clear.")
    oidc = oidc_from_env(environ)
    return ApiSettings(
        store=store,
        key=load_or_create_key(home),
        database=database_url(environ, home),
        curation=CurationSettings.from_env(environ, home),
        port=int(port),
        oidc=oidc,
        login=login_from_env(environ, oidc),
        scim=_scim(environ),
        public_url=public_url,
    )


def _scim(environ: Mapping[str, str]) -> ScimSettings | None:
    secret = environ.get("ENGRAM_SCIM_TOKEN", "")
    if not secret:
        return None
    if len(secret) < MIN_SECRET or not secret.isascii():
        raise UnsafeSetup(
            f"ENGRAM_SCIM_TOKEN must be at least {MIN_SECRET} ASCII characters: whoever knows it decides who is in which group."
        )
    access = environ.get("ENGRAM_SCIM_ACCESS", "")
    return ScimSettings(secret, tuple(part.strip() for part in access.split(",") if part.strip()))
