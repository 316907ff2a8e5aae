"""One run at a time, and where an installation lives."""

from pathlib import Path

import pytest

from pipelines.home import BadSetting, Home, RunInProgress
from pipelines.run import UnknownSource, open_run, run


def test_a_second_run_at_the_same_time_is_refused(home: Path) -> None:
    place = Home.from_env({"ENGRAM_HOME": str(home)})
    with open_run(place), pytest.raises(RunInProgress, match="Another run is working on"):
        run(place)


def test_the_lock_goes_with_its_run(home: Path) -> None:
    place = Home.from_env({"ENGRAM_HOME": str(home)})
    for _ in range(2):
        with open_run(place):
            assert (home / "run" / "pipeline.lock").exists()


def test_a_run_without_sources_says_how_to_add_one(home: Path) -> None:
    with pytest.raises(UnknownSource, match="engram ingest"):
        run(Home.from_env({"ENGRAM_HOME": str(home)}))


def test_settings_come_from_the_environment(home: Path) -> None:
    place = Home.from_env({"ENGRAM_HOME": str(home), "ENGRAM_ELASTICSEARCH_PORT": "9400", "ENGRAM_INDEX_PREFIX": "x"})
    assert (place.path, place.store.url, place.store.prefix) == (home, "http://127.0.0.1:9400", "x")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        *(("ENGRAM_ELASTICSEARCH_PORT", value) for value in ("abc", "0", "70000")),
        *(("ENGRAM_ELASTICSEARCH_URL", value) for value in ("localhost:9200", "https://search.example.org", "http://[bad", "ftp://x:1")),
        *(("ENGRAM_INDEX_PREFIX", value) for value in ("My Index", "_x")),
        ("ENGRAM_EMBEDDINGS", "no"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(home: Path, variable: str, value: str) -> None:
    with pytest.raises(BadSetting, match=variable) as caught:
        Home.from_env({"ENGRAM_HOME": str(home), variable: value})
    assert repr(value) in caught.value.message
