"""`engram eval`: how good what is served is, measured against somebody's gold."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import BUILD, As, Json, print_json

if TYPE_CHECKING:
    from knowledge_graph.serving.library import Library
    from pipelines.evaluation.suite import Suite
    from pipelines.home import Home

app = typer.Typer()

SUITE_HELP = "What to measure; `engram eval list` says what there is."
DATA_HELP = "The folder that holds the gold; by default gold/ in the installation."
MINE_HELP = "First mine DIR/corpus with DIR/meta.jsonl into an installation of its own, and score that."
VERDICTS_HELP = "A folder of verdicts, SUITE-DATA.tsv, where the gold cannot know; by default DIR/verdicts."


@app.command("eval", rich_help_panel=BUILD)
def evaluate(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help=SUITE_HELP)],
    data: Annotated[Path | None, typer.Option("--data", metavar="DIR", help=DATA_HELP)] = None,
    reader: As = "",
    mine: Annotated[bool, typer.Option("--mine", help=MINE_HELP)] = False,
    verdicts: Annotated[Path | None, typer.Option("--verdicts", metavar="FOLDER", help=VERDICTS_HELP)] = None,
    as_json: Json = False,
) -> None:
    """Measure quality against gold: figures with intervals, baselines of the same run, the worst cases."""
    from pipelines.evaluation.registry import SUITES, suite_named
    from pipelines.evaluation.suite import Given
    from pipelines.evaluation.suite import evaluate as evaluate_suite
    from pipelines.home import Home

    if suite == "list":
        for each in SUITES.values():
            typer.echo(f"{each.name:<12} {each.about}")
        return
    chosen = suite_named(suite)
    home = Home.from_env(os.environ)
    folder = chosen.find(data or home.path / "gold")
    if mine:
        home = _mined(home, folder, quiet=as_json)
    if chosen.searches:
        _need_elasticsearch(home)
    with _library(home, chosen, reader) as library:
        report = evaluate_suite(chosen, Given(folder, library, home.lake, verdicts or folder / "verdicts", home.store, home))
    if as_json:
        print_json(report)
    else:
        from pipelines.cli.scores import show_report

        show_report(report)


def _need_elasticsearch(home: "Home") -> None:
    from pipelines.cli.servers import need_elasticsearch

    need_elasticsearch(home)


def _mined(home: "Home", folder: Path, *, quiet: bool) -> "Home":
    from pipelines.evaluation import scratch
    from pipelines.progress import Reporter, log_lines

    log_lines(quiet=quiet)
    _need_elasticsearch(home)
    made = scratch.scratch_home(home, folder)
    scratch.mine(made, folder, Reporter(quiet=quiet))
    return made


@contextmanager
def _library(home: "Home", suite: "Suite", reader: str) -> Iterator["Library | None"]:
    if not suite.mined:
        yield None
        return
    from pipelines.cli.reading import library_as

    with library_as(reader, by_meaning=suite.by_meaning, home=home) as library:
        yield library
