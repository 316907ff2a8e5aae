"""What every test may ask for: a home of its own and real servers, started once for the whole run."""

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from pyspark import SparkContext
from pyspark.sql import SparkSession
from sqlalchemy import create_engine, make_url

from infra import elasticsearch, postgres, process
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from pipelines import run as runs
from pipelines import sources
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import run
from pipelines.session import start_spark
from pipelines.sources import Source

# How long an example takes depends on the machine's other work; tests are not timed.
settings.register_profile("engram", deadline=None, print_blob=True)
settings.load_profile("engram")

LARKSPUR = Path(__file__).parent / "data" / "larkspur"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty installation of the test's own; its path has a space and a letter outside ASCII, as a person's may."""
    place = tmp_path / "Engram für uns"
    place.mkdir()
    monkeypatch.setenv("ENGRAM_HOME", str(place))
    return place


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    return process.free_port()


@pytest.fixture(scope="session", autouse=True)
def one_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Runs of one test process share the Spark that the first one starts: a Spark and the models of its workers took half of each run.

    Its scratch lies outside of any installation; each run sets its session as it does one of its own. Runs in processes of their own,
    as people start them, start and stop one each.
    """
    scratch = tmp_path_factory.mktemp("spark")

    def started(home: Home) -> SparkSession:
        if not SparkContext._active_spark_context:
            start_spark(replace(home, path=scratch))
        return start_spark(home)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "start_spark", started)
        patch.setattr(SparkSession, "stop", lambda session: None)
        yield


@pytest.fixture(scope="session")
def elasticsearch_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real embedded Elasticsearch for the whole run; each test brings an index prefix of its own and removes what it made."""
    place = tmp_path_factory.mktemp("elasticsearch")
    settings = elasticsearch.ElasticsearchSettings(place, port=process.free_port(), heap="512m", outlives_us=False)
    yield elasticsearch.start(settings).url
    elasticsearch.stop(place)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real PostgreSQL of the run's own; where it is missing, tests that need it fail: `make test` installs it."""
    with postgres.throwaway() as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_url: str) -> str:
    """The same database without a table in it."""
    engine = create_engine(make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return postgres_url


@pytest.fixture(scope="session")
def mined(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """An installation with the small organisation of tests/data/larkspur, mined and published once for all tests that only read it."""
    place = tmp_path_factory.mktemp("larkspur")
    shutil.copytree(LARKSPUR, place, dirs_exist_ok=True)
    # Written here, because it holds what an editor would hide: a terminal's commands and text that runs backwards.
    hostile = "Project Falcon notes: \x9b31mred\x9b0m ink of the ledger writer, and \u202egnirts a backwards.\n"
    (place / "files" / "engineering" / "terminal.txt").write_text(hostile, encoding="utf-8")
    home = Home(place / "home", StoreSettings(elasticsearch_url, prefix=f"larkspur-{uuid.uuid4().hex[:8]}"))
    source = Source(name="larkspur", kind="folder", path=place / "files", sidecar=place / "sidecar.jsonl")
    sources.add(home.sources_file, source)
    run(home, reporter=Reporter(quiet=True))
    yield home
    with SearchStore.open(home.store) as store:
        store.drop()
