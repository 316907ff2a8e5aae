"""An installation whose indexes a test fills by itself."""

import uuid
from collections.abc import Iterator

import pytest

from tests.laws.installation import Installation, installation


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"law-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        yield made
