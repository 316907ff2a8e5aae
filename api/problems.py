"""Every error as RFC 9457 `application/problem+json`; the portal's own pages say the same in HTML.

What is absent and what is not the reader's give one body, byte for byte, so nothing of the request or of the error goes into a 404.
"""

import logging
import uuid
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from api.errors import Forbidden, InvalidToken, KeysUnavailable
from api.guard import response_headers
from api.pages import is_page, render
from knowledge_graph.curation.errors import Conflict, LogUnavailable, NotAllowed
from knowledge_graph.directory.errors import AccountClosed, DirectoryUnavailable
from knowledge_graph.errors import BadQuery, NotFound, StoreUnavailable

LOG = logging.getLogger(__name__)
NOT_FOUND = "There is nothing here that you may open."
RETRY_AFTER_S = 5

TITLES = {
    400: "Bad request",
    401: "Access token needed",
    403: "Refused",
    404: "Not found",
    405: "Method not allowed",
    409: "Decided meanwhile",
    422: "Invalid parameters",
    500: "Internal error",
    503: "Unavailable",
}


class FieldProblem(BaseModel):
    """One wrong parameter. `place` is query, path or header."""

    place: str
    name: str
    message: str


class Problem(BaseModel):
    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] | None = None
    trace: str | None = None
    revision: str | None = None


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def answer(
    request: Request,
    status: int,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    errors: list[FieldProblem] | None = None,
    trace: str | None = None,
    revision: str | None = None,
) -> Response:
    title = TITLES.get(status, "Error")
    if is_page(request.url.path):
        return render("error.html", status_code=status, headers=headers, title=title, status=status, detail=detail, trace=trace)
    problem = Problem(title=title, status=status, detail=detail, errors=errors, trace=trace, revision=revision)
    return ProblemResponse(problem.model_dump(exclude_none=True), status, headers=dict(headers or {}))


async def _http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    if exc.status_code == 404:
        return answer(request, 404, NOT_FOUND)
    if exc.status_code == 405:
        allowed = (exc.headers or {}).get("Allow", "GET")
        return answer(request, 405, f"This address answers {allowed}.", headers=exc.headers)
    return answer(request, exc.status_code, str(exc.detail), headers=exc.headers)


async def _invalid_parameters(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, RequestValidationError)
    errors = [
        FieldProblem(place=str(error["loc"][0]), name=".".join(map(str, error["loc"][1:])), message=error["msg"]) for error in exc.errors()
    ]
    detail = "; ".join(f"{error.name}: {error.message}" for error in errors)
    return answer(request, 422, detail, errors=errors)


async def _not_found(request: Request, exc: Exception) -> Response:
    return answer(request, 404, NOT_FOUND)


async def _bad_query(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, BadQuery)
    return answer(request, 400, exc.message)


async def _unavailable(request: Request, exc: Exception) -> Response:
    LOG.warning("store unavailable path=%s error=%s", request.url.path, exc)
    detail = "Elasticsearch does not answer; try again in a moment."
    return answer(request, 503, detail, headers={"Retry-After": str(RETRY_AFTER_S)})


async def _invalid_token(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, InvalidToken | AccountClosed)
    if is_page(request.url.path):
        return Response(status_code=303, headers={"Location": "/portal/login"})
    return answer(request, 401, exc.message, headers={"WWW-Authenticate": "Bearer"})


async def _identity_unavailable(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, KeysUnavailable | DirectoryUnavailable)
    LOG.warning("identity unavailable path=%s error=%s", request.url.path, exc)
    return answer(request, 503, exc.message, headers={"Retry-After": str(RETRY_AFTER_S)})


async def _forbidden(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, Forbidden)
    return answer(request, 403, exc.message)


async def _not_allowed(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, NotAllowed)
    return answer(request, 403, exc.message)


async def _conflict(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, Conflict)
    return answer(request, 409, exc.message, revision=exc.revision)


async def _log_unavailable(request: Request, exc: Exception) -> Response:
    LOG.warning("verdicts unavailable path=%s error=%s", request.url.path, exc)
    detail = "The log of verdicts does not answer, and without it nobody knows what was hidden; try again in a moment."
    return answer(request, 503, detail, headers={"Retry-After": str(RETRY_AFTER_S)})


async def _internal(request: Request, exc: Exception) -> Response:
    trace = uuid.uuid4().hex
    LOG.error("internal error trace=%s method=%s path=%s", trace, request.method, request.url.path, exc_info=exc)
    # Starlette answers this one outside all middleware, so the headers that the guard adds are added here.
    return answer(
        request, 500, f"Something went wrong here; the log names it {trace}.", trace=trace, headers=response_headers(request.url.path)
    )


def install_problems(app: FastAPI) -> None:
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid_parameters)
    app.add_exception_handler(NotFound, _not_found)
    app.add_exception_handler(BadQuery, _bad_query)
    app.add_exception_handler(StoreUnavailable, _unavailable)
    app.add_exception_handler(InvalidToken, _invalid_token)
    app.add_exception_handler(AccountClosed, _invalid_token)
    app.add_exception_handler(KeysUnavailable, _identity_unavailable)
    app.add_exception_handler(DirectoryUnavailable, _identity_unavailable)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(NotAllowed, _not_allowed)
    app.add_exception_handler(Conflict, _conflict)
    app.add_exception_handler(LogUnavailable, _log_unavailable)
    app.add_exception_handler(Exception, _internal)
