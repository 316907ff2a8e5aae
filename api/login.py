"""Logging in to the portal at the identity provider: authorization code with PKCE.

What is kept between leaving and coming back is in a cookie of this browser, so that nobody can be made to finish a login that another
began. The token that comes back is verified like any other and becomes the session.
"""

import hmac
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self
from urllib.parse import urlsplit

import httpx
import jwt
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from api.discovery import TIMEOUT_S, endpoint
from api.errors import InvalidToken, KeysUnavailable
from api.oidc import LoginSettings, OidcSettings
from api.pages import render
from api.services import services_of
from api.session import cookie_name, is_secure, login_page, open_session
from knowledge_graph.errors import NotFound

LOG = logging.getLogger(__name__)
CALLBACK = "/portal/oidc/callback"
PENDING = "login"
LIFETIME_S = 600
REFUSED = "The login was not finished; start it again."

login_router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """A login that began in this browser."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        try:
            told = json.loads(text)
            return cls(**{name: str(told[name]) for name in ("state", "nonce", "verifier")})
        except (ValueError, KeyError, TypeError):
            return None


@login_router.get("/portal/oidc")
def begin(request: Request) -> Response:
    """Sends the browser to the provider."""
    settings, _ = _settings(request)
    pending = Pending(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    with _client(request) as client:
        url, _ = client.create_authorization_url(
            _endpoint(settings, "authorization_endpoint"), state=pending.state, nonce=pending.nonce, code_verifier=pending.verifier
        )
    response = RedirectResponse(url, 303)
    # Lax, because the provider's page sends the browser back here.
    response.set_cookie(
        cookie_name(request, PENDING), json.dumps(asdict(pending)), max_age=LIFETIME_S, httponly=True, samesite="lax",
        secure=is_secure(request), path=CALLBACK,
    )  # fmt: skip
    return response


@login_router.get(CALLBACK)
def finish(request: Request, state: str = "", code: str = "") -> Response:
    """Exchanges the code that the browser brings back for a token and opens the session with it."""
    settings, _ = _settings(request)
    pending = Pending.read(request.cookies.get(cookie_name(request, PENDING), ""))
    try:
        if pending is None or not code or not hmac.compare_digest(pending.state.encode(), state.encode()):
            raise InvalidToken(REFUSED)
        tokens = _exchange(request, settings, pending, code)
        # A page and not a redirect: a browser that comes from another site sends a strict cookie from the next page on.
        response: Response = render("entered.html")
        _open(request, response, tokens, pending)
    except InvalidToken as exc:
        response = login_page(request, 401, exc.message)
    response.delete_cookie(cookie_name(request, PENDING), path=CALLBACK)
    return response


def _settings(request: Request) -> tuple[OidcSettings, LoginSettings]:
    settings = services_of(request).settings
    if settings.oidc is None or settings.login is None:
        raise NotFound("There is no login at a provider here.")
    return settings.oidc, settings.login


def _client(request: Request) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    login = _settings(request)[1]
    return OAuth2Client(
        login.client_id,
        login.client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if login.client_secret else "none",
        scope=login.scope,
        redirect_uri=services_of(request).settings.origin + CALLBACK,
        code_challenge_method="S256",
        timeout=TIMEOUT_S,
    )


def _endpoint(settings: OidcSettings, name: str) -> str:
    try:
        with httpx.Client(timeout=TIMEOUT_S) as client:
            return endpoint(client, settings.issuer, name)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as exc:
        LOG.warning("identity provider cannot be reached issuer=%s error=%s", settings.issuer, exc)
        raise KeysUnavailable("The identity provider does not answer; try again in a moment.") from exc


def _exchange(request: Request, settings: OidcSettings, pending: Pending, code: str) -> Mapping[str, object]:
    from authlib.integrations.base_client import OAuthError
    from httpx2 import HTTPError  # what authlib's client raises

    url = _endpoint(settings, "token_endpoint")
    try:
        with _client(request) as client:
            tokens: Mapping[str, object] = client.fetch_token(url, code=code, code_verifier=pending.verifier)
    except OAuthError as exc:
        raise InvalidToken("The identity provider refused the login.") from exc
    except (HTTPError, ValueError) as exc:
        LOG.warning("login not exchanged host=%s error=%s", urlsplit(url).hostname, exc)
        raise KeysUnavailable("The identity provider does not answer; try again in a moment.") from exc
    return tokens


def _open(request: Request, response: Response, tokens: Mapping[str, object], pending: Pending) -> None:
    """With the access token where it is one for us, else with the identity token."""
    identity = tokens.get("id_token")
    if not isinstance(identity, str) or _nonce(identity) != pending.nonce:
        raise InvalidToken(REFUSED)
    for token in (tokens.get("access_token"), identity):
        try:
            if isinstance(token, str):
                open_session(request, response, token)
                return
        except InvalidToken as exc:
            LOG.info("token of the login not accepted error=%s", exc)
    raise InvalidToken("The identity provider gave no token for this installation: its audience must be that of ENGRAM_OIDC_AUDIENCE.")


def _nonce(token: str) -> object:
    """Read without checking the signature: it came from the provider over TLS, and whoever is logged in is checked by `open_session`."""
    try:
        return jwt.decode(token, options={"verify_signature": False}).get("nonce")
    except jwt.PyJWTError:
        return None
