"""A store of each module's own, with empty indexes, on the one Elasticsearch."""

import uuid
from collections.abc import Iterator

import pytest

from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore


@pytest.fixture(scope="module")
def store(elasticsearch_url: str) -> Iterator[SearchStore]:
    with SearchStore.open(StoreSettings(elasticsearch_url, prefix=f"serving-{uuid.uuid4().hex[:8]}")) as opened:
        opened.prepare()
        yield opened
        opened.drop()
