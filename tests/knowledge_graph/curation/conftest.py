"""The log on both databases: everything here runs once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.settings import CurationSettings


@pytest.fixture(params=["sqlite", "postgresql"])
def curation(request: pytest.FixtureRequest, tmp_path: Path) -> CurationSettings:
    """An empty log."""
    if request.param == "sqlite":
        return CurationSettings(tmp_path / "home with ü" / "verdicts.sqlite")
    return CurationSettings(tmp_path / "none", request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def log(curation: CurationSettings) -> Iterator[VerdictLog]:
    with VerdictLog(curation) as opened:
        yield opened
