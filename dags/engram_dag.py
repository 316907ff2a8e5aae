"""
### Engram: when things run

| DAG | when | what |
|---|---|---|
| `engram_ingest_<source>` | the source's `schedule` | crawl, parse, mine, fold, publish what changed; with `full` everything anew |
| `engram_reconcile` | daily | lists ids only and takes out what its source no longer has |
| `engram_digest` | after any publish | checks that every item is accounted for and logs the digest of what is served |

The sources are those of `sources.yaml` in `ENGRAM_HOME`. Each publish updates the asset `engram://<source>/published`: schedule on it
whatever depends on that source. A task that meets another run waits for it without losing a try, and so does the digest where an ingest is
between two tasks, for an hour; a wrong source fails at once and says why.
"""

import logging
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, Asset, AssetAny, Param, chain, task
from airflow.sdk.exceptions import AirflowFailException, AirflowRescheduleException

from pipelines.sources import BY_HAND, Source, load

if TYPE_CHECKING:
    from pipelines.home import Home
    from pipelines.run import Stage

log = logging.getLogger(__name__)

# The same rule as Home.from_env, which would load the Elasticsearch client (2 s) each time this file is parsed.
SOURCES_FILE = Path(os.environ.get("ENGRAM_HOME") or Path.home() / ".engram").expanduser() / "sources.yaml"
BUSY_WAIT = timedelta(seconds=60)
# Between two tasks of an ingest nothing holds the installation, and items wait to be published.
ON_THE_WAY = timedelta(hours=1)
# A retry helps where a disk or Elasticsearch is away for a while; these outlast a restart of either.
DEFAULT_ARGS = {"owner": "engram", "retries": 2, "retry_delay": timedelta(minutes=2), "retry_exponential_backoff": 2.0}


def perform(work: Callable[["Home"], object]) -> None:
    """Do a task's work on the installation: wait where another run holds it, fail for good where only a person can mend it."""
    from pipelines.connectors.errors import SourceMisconfigured
    from pipelines.home import Home, RunInProgress
    from pipelines.run import UnknownSource

    logging.getLogger("elastic_transport").setLevel(logging.WARNING)  # else a line for each request
    try:
        log.info("%s", work(Home.from_env(os.environ)))
    except RunInProgress as exc:
        log.info("%s", exc.message)
        raise AirflowRescheduleException(datetime.now(UTC) + BUSY_WAIT) from exc  # type: ignore[no-untyped-call]
    except (SourceMisconfigured, UnknownSource) as exc:
        raise AirflowFailException(exc.message) from exc


def verify_when_settled(since: datetime) -> None:
    """Verify, and where items wait to be published look again later: an ingest may be between two of its tasks, but not for ever."""
    from pipelines.verification.accounted import Unaccounted, verify

    try:
        perform(verify)
    except Unaccounted as exc:
        now = datetime.now(UTC)
        if now - since > ON_THE_WAY:
            raise
        log.info("%s", exc.message)
        raise AirflowRescheduleException(now + BUSY_WAIT) from exc  # type: ignore[no-untyped-call]


def published(source: Source) -> Asset:
    return Asset(name=f"engram_{source.name}_published", uri=f"engram://{source.name}/published", group="engram")


def stage_task(source: Source, stage: "Stage") -> Any:
    @task(task_id=stage, outlets=[published(source)] if stage == "publish" else [])
    def run(params: dict[str, Any] | None = None) -> None:
        from pipelines.run import run_stage

        perform(lambda home: run_stage(home, stage, source.name, full=bool((params or {}).get("full"))))

    return run()


def dag(dag_id: str, schedule: Any, params: dict[str, Param] | None = None) -> DAG:
    return DAG(
        dag_id,
        schedule=schedule,
        start_date=datetime(2024, 1, 1, tzinfo=UTC),
        catchup=False,
        max_active_runs=1,
        default_args=DEFAULT_ARGS,
        params=params or {},
        doc_md=__doc__,
        tags=["engram"],
    )


def ingest(source: Source) -> DAG:
    full = Param(False, type="boolean", title="Full", description="List, read, parse and mine everything anew, not only what changed.")
    schedule = None if source.schedule == BY_HAND else source.schedule
    with dag(f"engram_ingest_{source.name}", schedule, {"full": full}) as made:
        chain(*(stage_task(source, stage) for stage in ("crawl", "parse", "mine", "fold", "publish")))
    return made


def reconcile_all(sources: tuple[Source, ...]) -> DAG:
    @task
    def run(name: str) -> None:
        from pipelines.run import reconcile

        perform(lambda home: reconcile(home, name))

    with dag("engram_reconcile", "@daily") as made:
        for source in sources:
            run.override(task_id=source.name, outlets=[published(source)])(source.name)
    return made


def digest_after(sources: tuple[Source, ...]) -> DAG:
    @task(task_id="verify")
    def run(dag_run: Any = None) -> None:
        verify_when_settled(dag_run.start_date)

    with dag("engram_digest", AssetAny(*map(published, sources))) as made:
        run()
    return made


SOURCES = load(SOURCES_FILE)
DAGS = [*map(ingest, SOURCES), reconcile_all(SOURCES), digest_after(SOURCES)] if SOURCES else []
globals().update({made.dag_id: made for made in DAGS})
