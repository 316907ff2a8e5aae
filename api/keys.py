"""The public keys of an identity provider, fetched when they are needed and kept for a while."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

import httpx
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from api.discovery import TIMEOUT_S, endpoint, fetch_json
from api.errors import InvalidToken, KeysUnavailable

LOG = logging.getLogger(__name__)

FRESH_S = 300
"""A key that the provider took back is refused after this long."""
STALE_S = 3_600
"""A provider that does not answer for an hour stops nobody whose key was known before."""
PAUSE_S = 10
"""Between two fetches: tokens with invented key ids must not make us a burden on the provider."""
MAX_KID = 256


@dataclass(frozen=True, slots=True)
class KeySource:
    """`url` is the JWKS; `""` for the one that the issuer's discovery document names."""

    issuer: str
    url: str = ""


class Keys:
    """Safe from several threads. Nothing in a token says where keys come from: its `jku`, `x5u` and `jwk` headers are never read."""

    def __init__(self, source: KeySource, clock: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._clock = clock
        self._lock = Lock()
        self._keys: tuple[Mapping[str, Any], ...] = ()
        self._fetched = self._tried = float("-inf")

    def key(self, kid: object, algorithm: str) -> PyJWK:
        """The key that a token names; raises InvalidToken for an unknown one, KeysUnavailable where that cannot be told."""
        if kid is not None and not (isinstance(kid, str) and 0 < len(kid) <= MAX_KID):
            raise InvalidToken("The access token names no key.")
        if self._age() > FRESH_S:
            self._fetch()
        found = self._find(kid, algorithm)
        if found is None and self._fetch():
            found = self._find(kid, algorithm)
        if found is None:
            if self._age() > FRESH_S:
                raise KeysUnavailable("The identity provider's keys cannot be fetched; try again in a moment.")
            raise InvalidToken("The access token is signed with a key that the identity provider does not publish.")
        return found

    def _age(self) -> float:
        return self._clock() - self._fetched

    def _find(self, kid: object, algorithm: str) -> PyJWK | None:
        if self._age() > STALE_S:
            return None
        usable = [key for key in self._keys if _fits(key, algorithm)]
        named = [key for key in usable if key.get("kid") == kid]
        # A token may leave the id out where there is no choice.
        chosen = named if kid is not None else usable if len(usable) == 1 else []
        for key in chosen:
            try:
                return PyJWK(dict(key), algorithm)
            except PyJWTError as exc:
                LOG.warning("key of the identity provider cannot be used kid=%r error=%s", key.get("kid"), exc)
        return None

    def _fetch(self) -> bool:
        """Whether the keys are new: at most one fetch in PAUSE_S, whoever asks."""
        with self._lock:
            if self._clock() - self._tried < PAUSE_S:
                return False
            self._tried = self._clock()
            try:
                keys = self._download()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
                LOG.warning("keys of the identity provider cannot be fetched issuer=%s error=%s", self._source.issuer, exc)
                return False
            self._keys, self._fetched = keys, self._clock()
            return True

    def _download(self) -> tuple[Mapping[str, Any], ...]:
        with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False) as client:
            url = self._source.url or endpoint(client, self._source.issuer, "jwks_uri")
            keys = fetch_json(client, url).get("keys")
        if not isinstance(keys, list):
            raise ValueError("no list of keys")
        return tuple(key for key in keys if isinstance(key, dict))


def _fits(key: Mapping[str, Any], algorithm: str) -> bool:
    """Whether a published key may verify this algorithm: never a secret, never a key for encrypting."""
    family = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}.get(algorithm[:2])
    return key.get("kty") == family and key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
