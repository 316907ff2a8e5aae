"""Commands that start and stop servers, and make tokens."""

import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import SERVE, comma_separated

if TYPE_CHECKING:
    from api.settings import ApiSettings
    from infra.elasticsearch import Server
    from pipelines.home import Home

app = typer.Typer()

API = "api"
API_START_TIMEOUT_S = 60
HOUR_S = 3600
LOGIN_HOURS = 7 * 24
ALSO_AS = "View the portal also as this reader, such as Finance=group:finance,everyone; may be repeated."

Views = Annotated[list[str] | None, typer.Option("--view", metavar="NAME=P1,P2", help=ALSO_AS)]
Readers = Annotated[str, typer.Option("--as", metavar="P1,P2", help="The principals that it speaks for; without it, those of everyone.")]


def _home() -> "Home":
    from pipelines.home import Home

    return Home.from_env(os.environ)


def _own_elasticsearch() -> bool:
    return not os.environ.get("ENGRAM_ELASTICSEARCH_URL")


def start_elasticsearch(home: "Home") -> "Server":
    from urllib.parse import urlsplit

    from infra import elasticsearch

    port = urlsplit(home.store.url).port or elasticsearch.DEFAULT_PORT
    mirror = os.environ.get("ENGRAM_MAVEN_URL") or None
    return elasticsearch.start(elasticsearch.ElasticsearchSettings(home.path, port=port, mirror=mirror))


def need_elasticsearch(home: "Home") -> None:
    """Starts the embedded server where none runs; a cluster named by ENGRAM_ELASTICSEARCH_URL is somebody else's to start."""
    from infra import elasticsearch

    if _own_elasticsearch() and not elasticsearch.status(home.path):
        typer.echo("Starting Elasticsearch.", err=True)
        start_elasticsearch(home)


def servers_state(home: "Home") -> dict[str, dict[str, str]]:
    from infra import elasticsearch, process
    from knowledge_graph.serving.store import SearchStore

    with SearchStore.open(home.store) as store:
        answers = store.ping()
    ours = elasticsearch.status(home.path) if _own_elasticsearch() else None
    state = {"state": "up" if answers else "down", "url": home.store.url, "kind": "embedded" if _own_elasticsearch() else "cluster"}
    found = {"elasticsearch": {**state, **({"pid": str(ours.pid)} if ours else {})}}
    if child := process.running(home.path, API):
        found[API] = {"state": "up", "url": child.url, "pid": str(child.pid)}
    else:
        found[API] = {"state": "not started"}
    return found


@app.command(rich_help_panel=SERVE)
def up() -> None:
    """Start Elasticsearch."""
    home = _home()
    if not _own_elasticsearch():
        typer.echo(f"Using the cluster at {home.store.url}; there is nothing to start.")
        return
    server = start_elasticsearch(home)
    typer.echo(f"Elasticsearch is up at {server.url}; its log is {server.log}.")


@app.command(rich_help_panel=SERVE)
def down() -> None:
    """Stop the API and Elasticsearch."""
    from infra import elasticsearch, process

    home = _home()
    if _is_mining(home):
        typer.echo("A run is working here: without Elasticsearch it stops, and the next `engram run` goes on from there.", err=True)
    stopped = [("The API", process.stop(home.path, API)), ("Elasticsearch", elasticsearch.stop(home.path))]
    for name, was_running in stopped:
        typer.echo(f"{name} is stopped." if was_running else f"{name} was not running.")


def _is_mining(home: "Home") -> bool:
    from pipelines.home import RunInProgress

    if not home.path.exists():
        return False
    try:
        with home.exclusive():
            return False
    except RunInProgress:
        return True


def api_settings(home: "Home") -> "ApiSettings":
    from api.settings import settings_from_env

    return settings_from_env(os.environ, home=home.path, store=home.store)


def _token(settings: "ApiSettings", principals: tuple[str, ...], views: list[str], hours: int) -> str:
    from api.tokens import View, mint

    made = []
    for view in views:
        name, equals, of = view.partition("=")
        if not name.strip() or not equals:
            raise typer.BadParameter(f"--view needs NAME=P1,P2, not {view!r}.")
        made.append(View(name=name.strip()[:80], principals=list(comma_separated(of))))
    return mint(settings.key, principals, issued_at=int(time.time()), lifetime_s=hours * HOUR_S, views=made)


@app.command(rich_help_panel=SERVE)
def token(
    reader: Readers = "",
    hours: Annotated[int, typer.Option(min=1, max=24 * 365, help="How long it is good for.")] = 12,
    view: Views = None,
) -> None:
    """Make a demo token for the API and the portal."""
    typer.echo(_token(api_settings(_home()), comma_separated(reader), view or [], hours))


@app.command(rich_help_panel=SERVE)
def serve(
    host: Annotated[str, typer.Option(help="A loopback address, or any with an identity provider.")] = "127.0.0.1",
    port: Annotated[int | None, typer.Option(min=1, max=65_535, help="By default ENGRAM_API_PORT, else 8321.")] = None,
    reader: Readers = "",
    view: Views = None,
    login: Annotated[bool, typer.Option(help="Print an address that opens the portal logged in.")] = True,
) -> None:
    """Serve the API and the portal until interrupted."""
    from dataclasses import replace

    from api.server import serve as serve_api
    from api.settings import require_safe
    from infra.process import require_free_port

    home = _home()
    settings = api_settings(home)
    settings = replace(settings, host=host, port=port or settings.port)
    require_safe(settings)
    require_free_port(settings.port, "ENGRAM_API_PORT")
    need_elasticsearch(home)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.WARNING)
    if login:
        # Demo tokens are not accepted where an identity provider is set.
        url = settings.origin if settings.oidc else login_url(settings, comma_separated(reader), view or [])
        typer.echo(f"Portal: {url}\nStop it with Ctrl-C.")
    with suppress(KeyboardInterrupt):
        serve_api(settings)


def login_url(settings: "ApiSettings", principals: tuple[str, ...], views: list[str]) -> str:
    """Opens the portal logged in. The token is in the fragment, which browsers send to nobody and write into no log."""
    return f"{settings.origin}/portal/login#token={_token(settings, principals, views, LOGIN_HOURS)}"


def start_api(home: "Home", settings: "ApiSettings") -> None:
    """The API as a child process that outlives this command; the one that already runs is left as it is, unless its code is newer."""
    from infra import process

    child = process.running(home.path, API)
    if child and child.began < _code_written():
        process.stop(home.path, API)
        child = None
    if child is None:
        process.require_free_port(settings.port, "ENGRAM_API_PORT")
        # --no-login keeps the token out of the log.
        command = [sys.executable, "-P", "-m", "pipelines.cli", "serve", "--no-login", "--port", str(settings.port)]
        child = process.spawn(home.path, API, command, port=settings.port, env={"ENGRAM_HOME": str(home.path)})
    process.wait_ready(home.path, child, lambda: process.answers(f"{child.url}/health"), API_START_TIMEOUT_S)


def _code_written() -> float:
    """When the newest file of the API's code and pages was written, in seconds since 1970: an upgrade writes some."""
    import api
    import knowledge_graph

    files = (file for package in (api, knowledge_graph) for folder in package.__path__ for file in Path(folder).rglob("*"))
    return max(file.stat().st_mtime for file in files if file.suffix != ".pyc" and file.is_file())


@app.command(rich_help_panel=SERVE)
def demo() -> None:
    """A fictional company, read and served: the quickest look."""
    from pipelines.cli.demo import run_demo

    run_demo(_home())
