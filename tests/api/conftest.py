"""An API over an empty installation for what needs no content, and one over the mined organisation."""

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.settings import ApiSettings, settings_from_env
from api.tokens import View, mint
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from pipelines.home import Home

Token = Callable[..., str]
ORIGIN = "http://127.0.0.1:8321"


@pytest.fixture(scope="session")
def empty_settings(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiSettings]:
    """Indexes without a row, as right after `engram up`."""
    store = StoreSettings(elasticsearch_url, prefix=f"api-{uuid.uuid4().hex[:8]}")
    with SearchStore.open(store) as opened:
        opened.prepare()
        yield settings_from_env({}, home=tmp_path_factory.mktemp("api"), store=store)
        opened.drop()


@pytest.fixture(scope="session")
def empty(empty_settings: ApiSettings) -> Iterator[TestClient]:
    with TestClient(create_app(empty_settings), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def settings(mined: Home) -> ApiSettings:
    return settings_from_env({}, home=mined.path, store=mined.store)


@pytest.fixture(scope="session")
def api(settings: ApiSettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def bearer() -> Callable[..., dict[str, str]]:
    """The header of a reader with these principals."""

    def header(settings: ApiSettings, *principals: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token_for(settings, principals)}"}

    return header


@pytest.fixture
def down(tmp_path: Path, free_port: int) -> Iterator[tuple[TestClient, ApiSettings]]:
    """An API whose Elasticsearch does not answer."""
    settings = settings_from_env({}, home=tmp_path, store=StoreSettings(f"http://127.0.0.1:{free_port}"))
    with TestClient(create_app(settings), base_url=ORIGIN, raise_server_exceptions=False) as client:
        yield client, settings


@pytest.fixture
def portal(settings: ApiSettings) -> Iterator[TestClient]:
    """A browser session of everyone that may also look as finance."""
    with TestClient(create_app(replace(settings)), base_url=ORIGIN, follow_redirects=True) as client:
        token = token_for(settings, (), [View(name="Finance", principals=["dalia@larkspur.example"])])
        assert client.post("/portal/login", data={"token": token}).status_code == 200
        yield client


def token_for(settings: ApiSettings, principals: Sequence[str], views: Sequence[View] = ()) -> str:
    return mint(settings.key, principals, issued_at=int(time.time()), lifetime_s=600, views=views)
