"""Running the pipeline: one function for the command line, the DAG and the tests."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal, get_args

from knowledge_graph.errors import EngramError
from knowledge_graph.fold.score import SHIPPED
from pipelines import sources
from pipelines.blobs import Blobs
from pipelines.faults import told
from pipelines.home import Home
from pipelines.item_names import find_item, items_of
from pipelines.keeping.erase import drop_history, recover
from pipelines.keeping.holds import refuse_held
from pipelines.keeping.rules import Rules
from pipelines.lake import Lake
from pipelines.learned import load as load_weighing
from pipelines.progress import Reporter
from pipelines.session import start_spark
from pipelines.sources import Source
from pipelines.stage_state import StageState
from pipelines.stages.result import StageResult
from pipelines.vocabulary import SOURCE as VOCABULARIES
from pipelines.vocabulary import discard
from pipelines.vocabulary import load as load_patterns

Stage = Literal["crawl", "parse", "mine", "fold", "publish"]
STAGES: tuple[Stage, ...] = get_args(Stage)


class UnknownSource(EngramError):
    """Stop this run: the installation has no source of that name."""


@dataclass(frozen=True, slots=True)
class RunReport:
    stages: tuple[StageResult, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        return tuple(problem for stage in self.stages for problem in stage.problems)


@dataclass(frozen=True, slots=True)
class Run:
    """The stages over one open lake. Hold `open_run` for as long as it is used."""

    home: Home
    lake: Lake
    blobs: Blobs
    reporter: Reporter

    def stage(self, stage: Stage, source: str | None = None, *, full: bool = False) -> StageResult:
        from pipelines.stages.fold import fold
        from pipelines.stages.mine import mine
        from pipelines.stages.parse import parse
        from pipelines.stages.publish import publish

        started = time.monotonic()
        state = StageState(self.home.path / "run" / "stages.json", self.lake)
        decided = self._decided() if stage == "fold" else frozenset()
        patterns = load_patterns(self.home.vocabulary_file) if stage == "mine" else ()
        weighing = load_weighing(self.home.learned_file) if stage in ("fold", "publish") else SHIPPED
        beside = {*decided, *map(repr, patterns), *filter(None, [weighing.id])}
        if stage != "crawl" and not full and state.unchanged(stage, self.home, beside):
            return StageResult(stage)
        rules = Rules.of(self.home.path)
        steps: dict[Stage, Callable[[], StageResult]] = {
            "crawl": lambda: _together(self._crawl(each, full=full) for each in self.sources(source)),
            "parse": lambda: parse(self.lake, self.blobs, self.reporter, full=full, source=source, rules=rules),
            "mine": lambda: mine(
                self.lake, self.reporter, full=full, source=source, embed=self.home.embeddings, rules=rules, patterns=patterns
            ),
            "fold": lambda: fold(self.lake, self.reporter, full=full, decided=decided, weighing=weighing),
            "publish": lambda: publish(self.lake, self.home.store, self.reporter, full=full and source is None, weighing=weighing),
        }
        with told(stage, self.home.lake):
            result = replace(steps[stage](), seconds=round(time.monotonic() - started, 2))
        # A directory has nothing to parse or mine.
        holding = [each.name for each in sources.load(self.home.sources_file) if each.kind != "directory"]
        covers_all = source is None or stage in ("fold", "publish") or holding == [source]
        if stage != "crawl" and covers_all:
            state.record(stage, self.home, beside)
        return result

    def _crawl(self, source: Source, *, full: bool) -> StageResult:
        from pipelines.stages.crawl import crawl
        from pipelines.stages.directory import crawl_directory

        if source.kind == "directory":
            return crawl_directory(self.home.database_url, source)
        return crawl(self.lake, self.blobs, source, self.reporter, full=full, rules=Rules.of(self.home.path, source.retention))

    def record_all(self) -> None:
        """Every stage is up to date as the tables are now."""
        for stage in STAGES[1:]:
            # A verdict or pattern may have come since the last fold: then the next run compares, which costs time and never a result.
            configured = self.home.vocabulary_file.exists() or self.home.learned_file.exists()
            if stage == "parse" or not (configured or (stage == "fold" and self._decided())):
                StageState(self.home.path / "run" / "stages.json", self.lake).record(stage, self.home)

    def _decided(self) -> frozenset[str]:
        """The keys that verdicts speak of."""
        from knowledge_graph.curation.log import VerdictLog

        with VerdictLog(self.home.curation) as log:
            return log.topic_keys()

    def sources(self, name: str | None) -> tuple[Source, ...]:
        known = sources.load(self.home.sources_file)
        chosen = tuple(source for source in known if name in (None, source.name))
        if not chosen:
            names = ", ".join(source.name for source in known) or "none yet; add one with `engram ingest`"
            raise UnknownSource(
                f"No source named {name!r}. Known: {names}." if name else "There is no source yet. Add one with `engram ingest`."
            )
        return chosen


@contextmanager
def open_run(home: Home, reporter: Reporter | None = None) -> Iterator[Run]:
    """The installation's lock and its lake, with one Spark session once something needs it, for as long as the block runs."""
    home.path.mkdir(parents=True, exist_ok=True)
    with home.exclusive():
        recover(home.lake)
        lake = Lake(home.lake, lambda: start_spark(home))
        try:
            yield Run(home, lake, Blobs(home.blobs), reporter or Reporter())
        finally:
            if "spark" in vars(lake):
                lake.spark.stop()


def run(
    home: Home, *, source: str | None = None, stage: Stage | None = None, full: bool = False, reporter: Reporter | None = None
) -> RunReport:
    """Crawl to publish, or one stage, for one source or all."""
    with open_run(home, reporter) as running:
        report = RunReport(tuple(running.stage(each, source, full=full) for each in ((stage,) if stage else STAGES)))
        if stage is None and source is None and report.stages[0].counts.get("expired"):
            drop_history(running)  # what may not be kept any longer must not be kept as an older version either
        return report


def run_stage(home: Home, stage: Stage, source: str | None = None, *, full: bool = False, reporter: Reporter | None = None) -> StageResult:
    """One stage in a session of its own: what a scheduler's task calls."""
    return run(home, source=source, stage=stage, full=full, reporter=reporter).stages[0]


def reconcile(home: Home, source: str, *, reporter: Reporter | None = None) -> StageResult:
    """Find what left a source from its ids alone, and take it out of everything derived from it."""
    from pipelines.stages.crawl import reconcile as find_deleted

    started = time.monotonic()
    with open_run(home, reporter) as running:
        (chosen,) = running.sources(source)
        result = find_deleted(running.lake, chosen, Rules.of(home.path))
        if result.counts["deleted"]:
            derive(running)
    return replace(result, seconds=round(time.monotonic() - started, 2))


def remove(home: Home, *, item: str | None = None, source: str | None = None, reporter: Reporter | None = None) -> RunReport:
    """Take an item or a whole source out of the installation, for good: an item stays out by an exclude rule of its source."""
    from pipelines.stages.crawl import forget_source

    with open_run(home, reporter) as running:
        if source is not None:
            (known,) = running.sources(source)
            refuse_held(home.path, items_of(running.lake, source))
            removed = _forget_directory(home, source) if known.kind == "directory" else forget_source(running.lake, source)
            sources.remove(home.sources_file, source)
            if source == VOCABULARIES:
                shutil.rmtree(known.path, ignore_errors=True)
        else:
            found = find_item(running.lake, item or "", sources.load(home.sources_file))
            refuse_held(home.path, [(found.source, found.item)])
            if found.source == VOCABULARIES:
                discard(home.path, [(found.source, found.item)])
            else:
                sources.exclude(home.sources_file, found.source, found.item)
            removed = running.stage("crawl", found.source)
        return RunReport((removed, *derive(running)))


def _forget_directory(home: Home, source: str) -> StageResult:
    from knowledge_graph.directory.store import Directory

    with Directory(home.database_url) as directory:
        directory.forget(source)
    return StageResult("crawl")


def derive(running: Run) -> tuple[StageResult, ...]:
    return tuple(running.stage(stage) for stage in STAGES[1:])


def _together(results: Iterator[StageResult]) -> StageResult:
    counts: dict[str, int] = {}
    problems: tuple[str, ...] = ()
    for result in results:
        counts = {name: counts.get(name, 0) + result.counts.get(name, 0) for name in {**counts, **result.counts}}
        problems += result.problems
    return StageResult("crawl", counts, problems=problems)
