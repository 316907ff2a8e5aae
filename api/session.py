"""The portal's session: the access token in a cookie that scripts cannot read and other sites cannot send."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request
from starlette.responses import Response

from api.errors import InvalidToken
from api.pages import render
from api.services import Caller, library_for, services_of
from api.tokens import View
from knowledge_graph.serving.library import Library

SESSION, VIEW = "session", "view"
MAX_COOKIE = 3_800  # browsers drop a cookie of more than 4 kB without a word
MAX_FORM = 16_384


@dataclass(frozen=True, slots=True)
class Session:
    """Who looks at the portal; `view` is the position in `views` of the reader they look as, -1 for themselves."""

    actor: str
    principals: tuple[str, ...]
    views: tuple[View, ...]
    view: int

    @property
    def reading_as(self) -> list[str]:
        return self.views[self.view].principals if self.view >= 0 else list(self.principals)


def session_of(request: Request) -> Session:
    token = request.cookies.get(cookie_name(request, SESSION))
    if not token:
        raise InvalidToken("Log in first.")
    identity = services_of(request).verify(token)
    view = _chosen_view(request.cookies.get(cookie_name(request, VIEW), ""), identity.views)
    return Session(identity.actor, tuple(identity.principals), tuple(identity.views), view)


def cookie_name(request: Request, name: str) -> str:
    # With the port, because browsers share cookies between all ports of a host, and another installation may listen on one.
    return f"engram_{name}_{services_of(request).settings.port}"


def _chosen_view(text: str, views: Sequence[View]) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 and int(text) < len(views) else -1


PortalSession = Annotated[Session, Depends(session_of)]


def portal_library(request: Request, session: PortalSession) -> Library:
    return library_for(services_of(request), session.reading_as)


PortalLibrary = Annotated[Library, Depends(portal_library)]


def portal_caller(session: PortalSession, library: PortalLibrary) -> Caller:
    """Who looks as another reader has that reader's role: they see what that reader could do."""
    return Caller(session.actor, library)


PortalCaller = Annotated[Caller, Depends(portal_caller)]


async def posted_fields(request: Request) -> dict[str, str]:
    """The fields of a form that this site's own page posted."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403, "This form was not sent from a page of this portal.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise HTTPException(413, "The form is too large.")
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


PostedFields = Annotated[dict[str, str], Depends(posted_fields)]


def open_session(request: Request, response: Response, token: str) -> None:
    """Sets the session cookie; raises InvalidToken for a token that is not accepted or that no cookie can hold."""
    services_of(request).verify(token)
    if len(token) > MAX_COOKIE:
        raise InvalidToken("This token names too many principals for a browser session; use it with the API.")
    _set(request, response, SESSION, token)
    response.delete_cookie(cookie_name(request, VIEW))


def choose_view(request: Request, response: Response, view: str) -> None:
    _set(request, response, VIEW, str(_chosen_view(view, session_of(request).views)))


def close_session(request: Request, response: Response) -> None:
    for name in (SESSION, VIEW):
        response.delete_cookie(cookie_name(request, name))


def _set(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(cookie_name(request, name), value, httponly=True, samesite="strict", secure=is_secure(request), path="/")


def is_secure(request: Request) -> bool:
    """Behind a proxy that ends TLS the request itself came in the clear."""
    return request.url.scheme == "https" or services_of(request).settings.public_url.startswith("https:")


def login_page(request: Request, status: int = 200, problem: str = "") -> Response:
    """How to log in here: by a link or a demo token, or at the identity provider."""
    settings = services_of(request).settings
    provider = settings.oidc.issuer if settings.oidc else ""
    return render("login.html", status_code=status, problem=problem, provider=provider, sign_in=settings.login is not None)
