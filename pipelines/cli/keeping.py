"""Commands about what is kept, what must go for good, and whether everything agrees."""

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.cli.options import KEEP, Json, print_json

if TYPE_CHECKING:
    from pipelines.home import Home
    from pipelines.keeping.holds import Kind

app = typer.Typer()

ItemName = Annotated[str | None, typer.Argument(metavar="ITEM", help="A document's id, source/path, or the file's path.")]
SourceName = Annotated[str | None, typer.Option("--source", metavar="N", help="A whole source.")]
PersonName = Annotated[str | None, typer.Option("--person", metavar="ID", help="A person's address or id.")]


def _home() -> "Home":
    from pipelines.home import Home

    return Home.from_env(os.environ)


@app.command(rich_help_panel=KEEP)
def forget(
    item: Annotated[list[str] | None, typer.Option("--item", metavar="X", help="An item, by id, source/path or path; repeatable.")] = None,
    person: Annotated[list[str] | None, typer.Option("--person", metavar="ID", help="A person, by address or id; repeatable.")] = None,
    copies: Annotated[bool, typer.Option("--copies", help="Also every other item with the same bytes, now and later.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="WORDS", help="Kept in the report; a case number, not the name.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    resume: Annotated[bool, typer.Option("--finish", help="Finish one that was interrupted.")] = False,
    check: Annotated[Path | None, typer.Option("--check", metavar="REPORT", help="Is this report genuine, and is all of it gone?")] = None,
    as_json: Json = False,
) -> None:
    """Erase items or a person from every store and its history, for good; 1 when --check finds something."""
    if sum((bool(item or person), resume, check is not None)) != 1:
        raise typer.BadParameter("Name an --item or a --person, or say --finish or --check REPORT.")
    if check is not None:
        _check(check, as_json=as_json)
    elif resume:
        _finish(as_json=as_json)
    else:
        _forget(item or [], person or [], copies=copies, reason=reason, dry_run=dry_run, yes=yes, as_json=as_json)


def _forget(items: list[str], people: list[str], *, copies: bool, reason: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    from knowledge_graph.errors import BadQuery
    from pipelines.cli.reports_keeping import show_forgotten, show_request
    from pipelines.keeping.forget import forget as forget_now
    from pipelines.keeping.forget import looked_up
    from pipelines.progress import Reporter

    home = _home()
    request = looked_up(home, items, people, copies=copies)
    if dry_run:
        print_json(request) if as_json else show_request(request)
        return
    if not yes:
        if not sys.stdin.isatty():
            raise BadQuery("Nobody is there to ask. Look with --dry-run, then say --yes.")
        show_request(request)
        typer.confirm("This cannot be undone. Forget it?", abort=True)
    _need_servers(home)
    done = forget_now(home, request, reason=reason, reporter=Reporter(quiet=as_json))
    print_json(done) if as_json else show_forgotten(done)


def _finish(*, as_json: bool) -> None:
    from pipelines.cli.reports_keeping import show_forgotten
    from pipelines.keeping.forget import finish
    from pipelines.progress import Reporter

    home = _home()
    _need_servers(home)
    done = finish(home, Reporter(quiet=as_json))
    print_json(done) if as_json else show_forgotten(done)


def _need_servers(home: "Home") -> None:
    from pipelines.cli.servers import need_elasticsearch

    need_elasticsearch(home)


def _check(report: Path, *, as_json: bool) -> None:
    from pipelines.keeping.report import check

    checked = check(_home(), report)
    if as_json:
        print_json(checked)
    else:
        for problem in checked.problems:
            typer.echo(problem)
        if not checked.problems:
            typer.echo(f"Genuine, and all of it is gone: forgotten on {checked.report['when'][:10]}.")
    if checked.problems:
        raise typer.Exit(1)


@app.command(rich_help_panel=KEEP)
def hold(
    item: ItemName = None,
    source: SourceName = None,
    person: PersonName = None,
    why: Annotated[str, typer.Option("--why", metavar="WORDS", help="Shown to whoever is stopped by it.")] = "",
) -> None:
    """Keep an item, a source or a person from being forgotten, removed or expiring."""
    from pipelines.keeping.holds import Hold
    from pipelines.keeping.holds import hold as put_on_hold

    kind, name = _held(item, source, person)
    if not why.strip():
        raise typer.BadParameter("Say --why; whoever is stopped by it needs to know.")
    put_on_hold(_home().path, Hold(kind, name, why.strip().rstrip("."), date.today().isoformat()))
    typer.echo(f"{name} is on hold. It is neither forgotten nor removed, and does not expire, until `engram release`.")


@app.command(rich_help_panel=KEEP)
def release(item: ItemName = None, source: SourceName = None, person: PersonName = None) -> None:
    """Release what was put on hold."""
    from pipelines.keeping.holds import release as release_now

    kind, name = _held(item, source, person)
    released = release_now(_home().path, kind, name)
    typer.echo(f"{name} is released; it was on hold since {released.since}: {released.why}.")


@app.command(rich_help_panel=KEEP)
def holds(as_json: Json = False) -> None:
    """What is on hold, since when and why."""
    from pipelines.cli.reports_keeping import show_holds
    from pipelines.keeping.holds import holds as holds_of

    found = holds_of(_home().path)
    print_json({"holds": found}) if as_json else show_holds(found)


def _held(item: str | None, source: str | None, person: str | None) -> tuple["Kind", str]:
    """What is meant, by the name under which it is held."""
    if sum(each is not None for each in (item, source, person)) != 1:
        raise typer.BadParameter("Name one ITEM, --source or --person.")
    if source is not None:
        from pipelines import sources

        return "source", sources.find(_home().sources_file, source).name
    if person is not None:
        return "person", person if ":" in person else f"email:{person.lower()}"
    from pipelines import sources
    from pipelines.item_names import find_item
    from pipelines.keeping.forget import table_lake

    home = _home()
    return "item", str(find_item(table_lake(home), item or "", sources.load(home.sources_file), live=False))


@app.command(rich_help_panel=KEEP)
def verify(
    sample: Annotated[int, typer.Option("--sample", min=1, metavar="N", help="So many facts, bytes and readers' answers.")] = 200,
    seed: Annotated[int | None, typer.Option("--seed", metavar="S", help="The same choice again.")] = None,
    as_json: Json = False,
) -> None:
    """Does everything here still agree with the sources and with itself? 1 where something does not."""
    import secrets

    from rich.console import Console

    from pipelines.cli.reports_keeping import show_verified
    from pipelines.verification.verify import verify as verify_all

    home = _home()
    with Console(stderr=True).status("Verifying") as line:
        found = verify_all(
            home, sample=sample, seed=secrets.randbelow(10**6) if seed is None else seed, step=lambda name: line.update(f"Verifying {name}")
        )
    print_json(found.as_json()) if as_json else show_verified(found.as_json())
    if not found.ok:
        raise typer.Exit(1)
