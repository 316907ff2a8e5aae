"""What a request needs: the one store of the app, who asks, and the library as they see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Forbidden, InvalidToken
from api.oidc import Oidc
from api.settings import ApiSettings
from api.tokens import Identity, verify
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.directory.store import Directory
from knowledge_graph.model.roles import Role, role_of
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.readers import expand_reader
from knowledge_graph.serving.request import RequestStore
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.text.embedding import Encoders

NEEDS_TOKEN = "This needs an access token: send `Authorization: Bearer TOKEN`."


@dataclass(frozen=True, slots=True)
class Services:
    settings: ApiSettings
    store: SearchStore
    encoders: Encoders
    directory: Directory
    log: VerdictLog
    oidc: Oidc | None = None

    def verify(self, token: str) -> Identity:
        """Who a token says its holder is: the identity provider's tokens where one is set, else demo tokens, never both."""
        return self.oidc.verify(token) if self.oidc else verify(self.settings.key, token)


def services_of(request: Request) -> Services:
    return cast(Services, request.app.state.services)


_BEARER = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="A token of the identity provider, or where none is set one made by `engram token`."
)


def bearer_identity(request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]) -> Identity:
    # With two of them, a proxy in front may have looked at the other one.
    if credentials is None or len(request.headers.getlist("authorization")) != 1:
        raise InvalidToken(NEEDS_TOKEN)
    return services_of(request).verify(credentials.credentials)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes this request: `actor` is the name that a record of what they did carries, the library is as they may read it."""

    actor: str
    library: Library

    @property
    def role(self) -> Role:
        return role_of(self.library.reader.principals)

    def require(self, role: Role) -> None:
        """Raises Forbidden for anybody below this role."""
        if self.role < role:
            raise Forbidden(f"This needs the role {role.name.lower()}; yours is {self.role.name.lower()}.")


def library_for(services: Services, principals: Iterable[str]) -> Library:
    store = RequestStore(services.store)
    reader = expand_reader(store, principals, services.directory)
    rulings = services.log.rulings(reader)
    return Library(store, reader, encoders=services.encoders, directory=services.directory, rulings=rulings)


def bearer_caller(request: Request, identity: Annotated[Identity, Depends(bearer_identity)]) -> Caller:
    return Caller(identity.actor, library_for(services_of(request), identity.principals))


BearerCaller = Annotated[Caller, Depends(bearer_caller)]


def bearer_library(caller: BearerCaller) -> Library:
    return caller.library


BearerLibrary = Annotated[Library, Depends(bearer_library)]
