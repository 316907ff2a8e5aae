"""Puts the API together. One connection to the store for the app's lifetime; everything else is per request."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.curation import curation
from api.guard import Guard
from api.login import login_router
from api.oidc import Oidc
from api.openapi import install_openapi
from api.portal import portal
from api.problems import install_problems
from api.routes import open_router, router
from api.scim import PREFIX
from api.services import Services
from api.settings import ApiSettings, require_safe
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.directory.store import Directory
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import Encoders

STATIC = Path(__file__).parent / "static"


def create_app(settings: ApiSettings) -> FastAPI:
    """The API and the portal over one installation; raises UnsafeSetup for an address outside loopback."""
    require_safe(settings)

    directory = Directory(settings.database)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with SearchStore.open(settings.store) as store, directory, VerdictLog(settings.curation) as log:
            oidc = Oidc(settings.oidc) if settings.oidc else None
            encoders = Encoders()
            encoders.english  # noqa: B018  # loaded before the first request
            app.state.services = Services(settings, store, encoders, directory, log, oidc)
            yield

    app = FastAPI(
        title="Engram",
        summary="Topics, experts, search and a graph, from what an organisation already wrote.",
        version=_version(),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_middleware(Guard, host_names=settings.host_names)
    install_problems(app)
    app.include_router(open_router)
    app.include_router(router)
    app.include_router(curation)
    app.include_router(portal)
    app.include_router(login_router)
    if settings.scim:
        from api.scim.app import scim_app  # a second that only installations with a pushed directory pay

        app.mount(PREFIX, scim_app(settings, settings.scim, directory))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    install_openapi(app)
    return app


def _version() -> str:
    try:
        return metadata.version("engram")
    except metadata.PackageNotFoundError:
        return "0"
