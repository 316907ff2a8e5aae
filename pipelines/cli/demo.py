"""`engram demo`: a fictional company from nothing to a portal. Every step does nothing where its work is already done."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from pipelines.home import Home

# Readers whose views of the company differ: what their groups open and close is in the sample's directory.
VIEWS = [
    "Priya Raman, platform lead=priya.raman@saltmarsh.example",
    "Olu Adeyemi, contractor=olu.adeyemi@saltmarsh.example",
    "Maria Santos, controller=m.santos@saltmarsh.example",
    "Helen Strand, chief executive=helen.strand@saltmarsh.example",
]
TRY = (
    ("a topic card with its experts", "engram card Lantern"),
    ("the same question as the controller", "engram search 'what does a buoy cost' --as m.santos@saltmarsh.example"),
    ("who to ask, and why", "engram experts 'replacing a battery at sea'"),
)


def run_demo(home: "Home") -> None:
    from infra import process
    from pipelines.cli.servers import API, api_settings, login_url, need_elasticsearch, start_api

    settings = api_settings(home)
    if not process.running(home.path, API):
        # Said before the minutes of work, not after them.
        process.require_free_port(settings.port, "ENGRAM_API_PORT")
    need_elasticsearch(home)
    mine_sample(home)
    start_api(home, settings)
    typer.echo("\nEngram is up. The portal, logged in (look at it as somebody else at the top right):\n")
    typer.echo(f"  {login_url(settings, (), VIEWS)}\n")
    typer.echo("Three things to try:")
    for what, command in TRY:
        typer.echo(f"  {command:<78} # {what}")
    typer.echo("\nStop everything with `engram down`.")


def mine_sample(home: "Home") -> None:
    """Writes the sample organisation beside the installation's data and brings what is published up to date with it."""
    from knowledge_graph.errors import EngramError
    from pipelines import sources
    from pipelines.cli.reports import show_run
    from pipelines.run import run
    from pipelines.sample import SampleError, write_sample
    from pipelines.sources import Source

    folder = home.path / "sample"
    typer.echo(f"Writing a fictional company to {folder}.", err=True)
    try:
        sample = write_sample(folder)
    except SampleError as exc:
        raise EngramError(f"{exc}.") from exc
    sources.add(home.sources_file, Source(name="sample", kind="folder", path=sample.files, sidecar=sample.sidecar))
    sources.add(home.sources_file, Source(name="people", kind="directory", path=sample.directory, access=("everyone",)))
    typer.echo("Reading it: crawl, parse, mine, fold, publish.", err=True)
    run(home, source="people", stage="crawl")
    show_run(run(home, source="sample"))
