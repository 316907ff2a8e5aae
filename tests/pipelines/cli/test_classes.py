"""`engram class` and `engram search --class` over a small organisation of three kinds of documents."""

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import Result

from tests.laws.installation import Installation, installation
from tests.laws.kinds import documents, path
from tests.laws.organisations import Organisation
from tests.laws.plain import index_rows, known

Engram = Callable[..., Result]
CURATOR = ("--as", "ann@x.example,role:curator")


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"classes-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        made.hold(index_rows(known(Organisation(documents())), {}))
        yield made


@pytest.fixture(autouse=True)
def _installed(there: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGRAM_HOME", str(tmp_path))
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", there.store.settings.url)
    monkeypatch.setenv("ENGRAM_INDEX_PREFIX", there.store.settings.prefix)


def test_five_examples_then_the_class_its_list_and_a_search_in_it(engram: Engram) -> None:
    assert "No class of documents yet" in engram("class").stdout
    given = [part for number in range(5) for part in ("--example", f"handbook/{path('minutes', number)}")]
    told = engram("class", "minutes", *given, "--counterexample", f"handbook/{path('guide', 0)}", "--for", "everyone", *CURATOR)
    assert told.exit_code == 0, told.output
    assert "Recorded as" in told.stderr
    assert all(part in told.stdout for part in ("10 documents", "5 of 5 examples found", "Decided by", "is none", "attende"))
    assert "5 of 5 examples found" in engram("class").stdout
    card = json.loads(engram("class", "Minutes", "--json", "--limit", "2").stdout)
    assert (card["total"], len(card["documents"]), len(card["examples"])) == (10, 2, 6)
    found = json.loads(engram("search", "budget", "--class", "minutes", "--json", "--limit", "50").stdout)
    assert found["facets"]["class"] == {"minutes": 10}
    assert all("minutes" in hit["path"] for hit in found["hits"] if hit["kind"] == "document")


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (("class", "unheard"), 1, "There is no such class"),
        (("class", "--example", "handbook/open/guide1.md", *CURATOR), 2, "Name the class"),
        (("class", "x", "--example", "handbook/open/guide1.md", "--for", "everyone"), 1, "needs the role curator"),
        (("class", "x", "--example", "handbook/open/guide1.md", *CURATOR), 2, "Say whom the text is for"),
    ],
)
def test_refusals(engram: Engram, arguments: tuple[str, ...], status: int, told: str) -> None:
    result = engram(*arguments)
    assert result.exit_code == status, result.output
    assert told in result.stderr
