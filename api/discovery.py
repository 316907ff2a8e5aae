"""What an identity provider says of itself: its discovery document, and the addresses that it names."""

import json
from typing import Any

import httpx

DISCOVERY = "/.well-known/openid-configuration"
TIMEOUT_S = 5
MAX_BYTES = 1_000_000


def endpoint(client: httpx.Client, issuer: str, name: str) -> str:
    """An address that the provider names; raises ValueError for one that cannot be trusted."""
    told = fetch_json(client, issuer.rstrip("/") + DISCOVERY)
    url = told.get(name)
    if told.get("issuer") != issuer or not isinstance(url, str):
        raise ValueError(f"the discovery document is another issuer's or names no {name}")
    if not url.startswith("https://") and not issuer.startswith("http://"):
        raise ValueError(f"the discovery document names a {name} without TLS")
    return url


def fetch_json(client: httpx.Client, url: str) -> dict[str, Any]:
    """The JSON object at an address; raises ValueError for anything else."""
    body = b""
    with client.stream("GET", url, headers={"Accept": "application/json"}) as response:
        if response.status_code != httpx.codes.OK:
            raise ValueError(f"{url} answered {response.status_code}")
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > MAX_BYTES:
                raise ValueError(f"{url} answered more than {MAX_BYTES} bytes")
    told = json.loads(body)
    if not isinstance(told, dict):
        raise ValueError(f"{url} answered no object")
    return told
