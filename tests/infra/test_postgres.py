"""The throw-away PostgreSQL that the suite runs on."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from infra import postgres
from infra.errors import MissingTool


def test_it_answers_and_leaves_nothing_behind() -> None:
    with postgres.throwaway() as url:
        place = Path(parse_qs(urlsplit(url).query)["host"][0])
        with psycopg.connect(url) as connection:
            found = connection.execute("SHOW listen_addresses").fetchone()
        assert found == ("",)
        assert place.stat().st_mode & 0o077 == 0
    assert not place.exists()


def test_without_the_programs_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "DEBIAN", tmp_path / "none")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingTool, match="apt-get install postgresql"), postgres.throwaway():
        pass
