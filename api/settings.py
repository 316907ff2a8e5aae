"""What the API is told when it starts. Only entry points read the environment."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.errors import UnsafeSetup
from api.tokens import DemoKey, load_or_create_key
from knowledge_graph.serving.store import StoreSettings

DEFAULT_PORT = 8321


@dataclass(frozen=True, slots=True)
class ApiSettings:
    store: StoreSettings
    key: DemoKey
    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def require_loopback(host: str) -> None:
    """Demo tokens are worth as much as a file on this machine, so nothing outside it may present one."""
    if not is_loopback(host):
        raise UnsafeSetup(
            f"Refusing to listen on {host}: access tokens of this installation are demo tokens, which are accepted on loopback only. "
            "Use --host 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_from_env(environ: Mapping[str, str], *, home: Path, store: StoreSettings) -> ApiSettings:
    """Settings of an installation; makes its token secret on first use."""
    port = environ.get("ENGRAM_API_PORT") or str(DEFAULT_PORT)
    if not port.isascii() or not port.isdecimal() or not 1 <= int(port) <= 65_535:
        raise UnsafeSetup(f"ENGRAM_API_PORT must be a port number from 1 to 65535, not {port!r}.")
    return ApiSettings(store=store, key=load_or_create_key(home), port=int(port))
