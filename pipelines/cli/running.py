"""Commands that change what is published, and the ones that say how it stands."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli.options import BUILD, Json, comma_separated, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.home import Home
    from pipelines.run import Stage
    from pipelines.sources import Source

app = typer.Typer()

SourceName = Annotated[str | None, typer.Option("--source", metavar="N", help="Only this source of sources.yaml.")]
Full = Annotated[bool, typer.Option("--full", help="Do everything again instead of what changed.")]


def open_home() -> "Home":
    from pipelines.home import Home

    return Home.from_env(os.environ)


@app.command(rich_help_panel=BUILD)
def ingest(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="A folder, a git work tree or bare repository, or a CSV, YAML or LDIF file of people and groups."
        ),
    ],
    name: Annotated[str, typer.Option("--name", metavar="N", help="What to call it; by default the folder's name.")] = "",
    access: Annotated[str, typer.Option("--access", metavar="P,...", help="Who may open what says nothing itself.")] = "",
    sidecar: Annotated[Path | None, typer.Option("--sidecar", metavar="FILE", help="JSON lines with people, dates, title, access.")] = None,
    as_json: Json = False,
) -> None:
    """Add a folder, git repository or directory of people as a source, and read it."""
    from pipelines import sources

    home = open_home()
    made = _source(source, name, comma_separated(access), sidecar)
    sources.add(home.sources_file, made)
    if made.access is None and made.kind != "directory":
        typer.echo(
            f"No --access for {made.name}: what neither a .engram.yaml nor a sidecar opens to somebody stays closed to everybody.", err=True
        )
    _run(home, made.name, None, full=False, as_json=as_json)


def _source(path: Path, name: str, access: tuple[str, ...], sidecar: Path | None) -> "Source":
    from pydantic import ValidationError

    from pipelines.sources import Source, detect

    slug = re.sub(r"[^a-z0-9]+", "-", path.absolute().name.lower()).strip("-")[:64].strip("-")
    try:
        return Source(name=name or slug or "source", kind=detect(path), path=path, access=access or None, sidecar=sidecar)
    except ValidationError as exc:
        reasons = "; ".join(error["msg"].removeprefix("Value error, ") for error in exc.errors())
        raise typer.BadParameter(reasons) from exc


@app.command(rich_help_panel=BUILD)
def run(
    source: SourceName = None,
    stage: Annotated[Literal["crawl", "parse", "mine", "fold", "publish"] | None, typer.Option("--stage", help="Only this stage.")] = None,
    full: Full = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="Only say how much there is to do and about how long it takes.")] = False,
    as_json: Json = False,
) -> None:
    """Bring what is published up to date with the sources."""
    home = open_home()
    if estimate:
        from pipelines.cli.reports import show_estimate
        from pipelines.estimate import estimate as estimate_run

        expected = estimate_run(home, source, full=full)
        print_json(expected) if as_json else show_estimate(expected)
    else:
        _run(home, source, stage, full=full, as_json=as_json)


def run_source(home: "Home", source: str, *, as_json: bool) -> None:
    _run(home, source, None, full=False, as_json=as_json)


def run_stages_of(home: "Home", stages: "Sequence[Stage]") -> None:
    """Some stages without a report of each."""
    from pipelines.cli.servers import need_elasticsearch
    from pipelines.progress import Reporter
    from pipelines.run import run as run_stages

    need_elasticsearch(home)
    for stage in stages:
        run_stages(home, stage=stage, reporter=Reporter(quiet=True))


def _run(
    home: "Home", source: str | None, stage: Literal["crawl", "parse", "mine", "fold", "publish"] | None, *, full: bool, as_json: bool
) -> None:
    from pipelines.cli.reports import show_run
    from pipelines.cli.servers import need_elasticsearch
    from pipelines.progress import Reporter, log_lines
    from pipelines.run import run as run_stages

    log_lines(quiet=as_json)
    if stage in (None, "publish"):
        need_elasticsearch(home)
    report = run_stages(home, source=source, stage=stage, full=full, reporter=Reporter(quiet=as_json))
    print_json(report) if as_json else show_run(report)


@app.command(rich_help_panel=BUILD)
def status(as_json: Json = False) -> None:
    """Servers, and items by state and source; 1 when one is down."""
    from pipelines.cli.reports import show_status
    from pipelines.cli.servers import servers_state
    from pipelines.keeping.forget import unfinished
    from pipelines.status import status as items_status

    home = open_home()
    servers = servers_state(home)
    state = {"home": str(home.path), "servers": servers, **items_status(home)}
    if begun := unfinished(home):
        state["unfinished"] = f"An erasure of {begun['when'][:10]} was interrupted. Finish it with `engram forget --finish`."
    print_json(state) if as_json else show_status(state)
    if any(server["state"] == "down" for server in servers.values()):
        raise typer.Exit(1)


@app.command(rich_help_panel=BUILD)
def remove(
    item: Annotated[str | None, typer.Argument(metavar="ITEM", help="A document's id, or source/path.")] = None,
    source: SourceName = None,
    as_json: Json = False,
) -> None:
    """Take an item or a whole source out, for good."""
    from pipelines.cli.reports import show_run
    from pipelines.run import remove as remove_from

    if (item is None) == (source is None):
        raise typer.BadParameter("Name either an ITEM or a --source.")
    report = remove_from(open_home(), item=item, source=source)
    print_json(report) if as_json else show_run(report)


@app.command(rich_help_panel=BUILD)
def digest(as_json: Json = False) -> None:
    """A hash of every table and index: equal content, equal hash."""
    from pipelines.cli.reports import show_digest
    from pipelines.digest import digest as digest_of

    found = digest_of(open_home())
    print_json(found) if as_json else show_digest(found)
