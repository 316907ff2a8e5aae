"""What a request needs: the one store of the app, and the library as this request's reader sees it."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import InvalidToken
from api.settings import ApiSettings
from api.tokens import Identity, verify
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.readers import expand_reader
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import Encoder

NEEDS_TOKEN = "This needs an access token: send `Authorization: Bearer TOKEN`; `engram token` makes one."


@dataclass(frozen=True, slots=True)
class Services:
    settings: ApiSettings
    store: SearchStore
    encoder: Encoder


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


_BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A token of this installation, made by `engram token`.")


def bearer_identity(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Identity:
    if credentials is None:
        raise InvalidToken(NEEDS_TOKEN)
    return verify(services_of(request).settings.key, credentials.credentials)


def library_for(services: Services, principals: list[str]) -> Library:
    return Library(services.store, expand_reader(services.store, principals), encoder=services.encoder)


def bearer_library(request: Request, identity: Annotated[Identity, Depends(bearer_identity)]) -> Library:
    return library_for(services_of(request), identity.principals)


BearerLibrary = Annotated[Library, Depends(bearer_library)]
