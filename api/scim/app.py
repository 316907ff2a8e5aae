"""SCIM 2.0 over HTTP, mounted where a secret for it is set: an identity provider pushes people and groups here."""

import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ForbiddenException,
    InvalidSyntaxException,
    ListResponse,
    NotFoundException,
    PayloadTooLargeException,
    ResourceType,
    Schema,
    SCIMException,
    ScimProvider,
    UnauthorizedException,
)
from starlette.exceptions import HTTPException

from api.scim.resources import Resources, search_all
from api.scim.service import service
from api.settings import ApiSettings, ScimSettings
from knowledge_graph.directory.errors import DirectoryUnavailable
from knowledge_graph.directory.pushed import Pushed
from knowledge_graph.directory.store import Directory
from knowledge_graph.model.access import Access

LOG = logging.getLogger(__name__)
MAX_BODY = 5_000_000
"""A group of twenty thousand members."""


class ScimResponse(JSONResponse):
    media_type = "application/scim+json"


def scim_app(settings: ApiSettings, scim: ScimSettings, directory: Directory) -> FastAPI:
    """The service over a directory; nothing of it answers without the secret."""
    require_secret = Depends(_Secret(scim.secret))
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, dependencies=[require_secret])
    provider, pushed = service(), Pushed(directory, Access.of(scim.access))
    pushed.announce()
    _install_discovery(app, provider)
    kinds = {
        "/Users": Resources("User", pushed, provider, settings.origin),
        "/Groups": Resources("Group", pushed, provider, settings.origin),
    }
    for endpoint, resources in kinds.items():
        _install_resources(app, endpoint, resources)

    def search(body: Body) -> Response:
        return ScimResponse(search_all(list(kinds.values()), body))

    app.add_api_route("/.search", search, methods=["POST"], response_model=None)
    _install_problems(app)
    return app


class _Secret:
    """Lets pass who knows it."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __call__(self, request: Request) -> None:
        told = request.headers.getlist("authorization")
        scheme, _, secret = told[0].partition(" ") if len(told) == 1 else ("", "", "")
        if scheme.lower() != "bearer" or not hmac.compare_digest(secret.strip().encode("utf-8", "replace"), self._secret):
            raise UnauthorizedException(detail="This needs the secret of ENGRAM_SCIM_TOKEN as a bearer token.")


async def _body(request: Request) -> dict[str, Any]:
    content = b""
    async for chunk in request.stream():
        content += chunk
        if len(content) > MAX_BODY:
            raise PayloadTooLargeException(detail=f"A request holds at most {MAX_BODY:,} bytes.")
    try:
        body = json.loads(content)
        json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is JSON and no text
    except (ValueError, RecursionError) as exc:
        raise InvalidSyntaxException(detail="The body is no JSON.") from exc
    if b"\\u0000" in content:
        raise InvalidSyntaxException(detail="The body holds the character NUL, which no database keeps.")
    if not isinstance(body, dict):
        raise InvalidSyntaxException(detail="The body is no JSON object.")
    return body


Body = Annotated[dict[str, Any], Depends(_body)]


def _install_resources(app: FastAPI, endpoint: str, resources: Resources) -> None:
    """The routes of one kind of resource."""

    def create(body: Body) -> Response:
        made = resources.create(body)
        return ScimResponse(made, 201, headers={"Location": made["meta"]["location"]})

    def search(request: Request) -> Response:
        return ScimResponse(resources.search(request.query_params))

    def search_posted(body: Body) -> Response:
        return ScimResponse(resources.search(body))

    def read(request: Request, id: str) -> Response:
        return ScimResponse(resources.read(id, request.query_params))

    def replace(id: str, body: Body) -> Response:
        return ScimResponse(resources.replace(id, body))

    def patch(id: str, body: Body) -> Response:
        return ScimResponse(resources.patch(id, body))

    def delete(id: str) -> Response:
        resources.delete(id)
        return Response(status_code=204)

    for method, path, answer in (
        ("POST", endpoint, create),
        ("GET", endpoint, search),
        ("POST", f"{endpoint}/.search", search_posted),
        ("GET", f"{endpoint}/{{id}}", read),
        ("PUT", f"{endpoint}/{{id}}", replace),
        ("PATCH", f"{endpoint}/{{id}}", patch),
        ("DELETE", f"{endpoint}/{{id}}", delete),
    ):
        app.add_api_route(path, answer, methods=[method], response_model=None)


def _install_discovery(app: FastAPI, provider: ScimProvider) -> None:
    """What the service says of itself."""
    config = provider.config
    assert config is not None
    _install_collection(app, "/Schemas", Schema, provider.schemas)
    _install_collection(app, "/ResourceTypes", ResourceType, provider.resource_types)

    def describe() -> Response:
        return ScimResponse(config.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    app.add_api_route("/ServiceProviderConfig", describe, methods=["GET"], response_model=None)


def _install_collection(app: FastAPI, endpoint: str, model: Any, found: Sequence[Any]) -> None:
    def read_all(request: Request) -> Response:
        if "filter" in request.query_params:
            raise ForbiddenException(detail="What the service says of itself cannot be filtered.")
        listed = ListResponse[model](total_results=len(found), start_index=1, items_per_page=len(found), resources=list(found))
        return ScimResponse(listed.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    def read(id: str) -> Response:
        named = [each for each in found if id.casefold() in (str(each.id).casefold(), str(each.name).casefold())]
        if not named:
            raise NotFoundException(detail="There is none of that name.")
        return ScimResponse(named[0].model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE))

    app.add_api_route(endpoint, read_all, methods=["GET"], response_model=None)
    app.add_api_route(f"{endpoint}/{{id}}", read, methods=["GET"], response_model=None)


def _answer(error: Error, headers: Mapping[str, str] | None = None) -> Response:
    status = int(error.status or 500)
    return ScimResponse(error.model_dump(), status, headers=dict(headers or {}))


async def _refused(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, SCIMException)
    headers = {"WWW-Authenticate": "Bearer"} if isinstance(exc, UnauthorizedException) else None
    return _answer(exc.to_error(), headers)


async def _invalid(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, ValidationError)
    return _answer(Error.from_validation_errors(exc)[0])


async def _http(request: Request, exc: Exception) -> Response:
    assert isinstance(exc, HTTPException)
    return _answer(Error(status=exc.status_code, detail=str(exc.detail)), exc.headers)


async def _unavailable(request: Request, exc: Exception) -> Response:
    LOG.warning("directory unavailable path=%s error=%s", request.url.path, exc)
    return _answer(Error(status=503, detail="The directory's database does not answer; try again in a moment."), {"Retry-After": "5"})


def _install_problems(app: FastAPI) -> None:
    app.add_exception_handler(SCIMException, _refused)
    app.add_exception_handler(ValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(DirectoryUnavailable, _unavailable)
