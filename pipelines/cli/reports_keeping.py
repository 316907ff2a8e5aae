"""What is to be forgotten, what was, and what is on hold, on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from knowledge_graph.serving.phrases import plural
from pipelines.cli.rendering import DIM, HEADING, NAME, console, listed, styled, table

if TYPE_CHECKING:
    from pipelines.keeping.forget import Forgotten
    from pipelines.keeping.holds import Hold
    from pipelines.keeping.request import Request

SHOWN = 20


def show_request(request: "Request") -> None:
    out = console()
    out.print(Text("To be forgotten", style=HEADING))
    for item in request.items[:SHOWN]:
        out.print(styled(f"  item    {item}"))
    if len(request.items) > SHOWN:
        out.print(styled(f"  and {len(request.items) - SHOWN} more items", DIM))
    if request.inside:
        out.print(styled(f"  inside  {', '.join(f'{count} {kind}' for kind, count in request.inside.items())}"))
    for identity in request.identities:
        out.print(styled(f"  person  {identity}"))
    if request.names:
        out.print(styled(f"  written {listed(request.names, 8)}"))
    for line in _what_stays(len(request.copies), request.mentions, request.in_access, request.in_directory):
        out.print(styled(f"  {line}", "yellow"))
    for copy in request.copies[:SHOWN]:
        out.print(styled(f"    copy  {copy}", DIM))


def show_forgotten(done: "Forgotten") -> None:
    out = console()
    report = done.report
    made = table("Removed from", "What", "How many", numbers=("How many",))
    for store, counts in report["removed"].items():
        for name, count in counts.items():
            if count:
                made.add_row(styled(store, NAME), styled(name), f"{count:,}")
    thrown = report["thrown_away"]
    made.add_row(styled("history", NAME), "files of the lake's versions", f"{thrown['history_files']:,}")
    made.add_row(styled("history", NAME), "indexes", f"{thrown['indexes']:,}")
    made.add_row(styled("logs", NAME), "files emptied", f"{thrown['log_files']:,}")
    out.print(made)
    stays = ("copies_left", "documents_that_name_them", "access_lists_that_name_them", "directory_entries_about_them")
    for line in _what_stays(*(report[name] for name in stays)):
        out.print(styled(line, "yellow"))
    out.print(styled(report["rest"], DIM))
    out.print(styled(f"Report: {done.file}"))


def _what_stays(copies: int, mentions: int, in_access: int, in_directory: int) -> list[str]:
    lines = []
    if copies:
        lines.append(f"{plural(copies, 'other item')} with the same bytes: kept for those who may read it. --copies takes them too.")
    if mentions:
        lines.append(f"{plural(mentions, 'document')} of others: kept, without showing the person. Name them as --item to erase them.")
    if in_access:
        lines.append(f"{plural(in_access, 'access list')} with the person's address: kept, because it may keep somebody out.")
    if in_directory:
        entries = plural(in_directory, "entry", "entries")
        lines.append(f"{entries} of a directory about the person: kept, because it decides who may log in. Take it out there.")
    return lines


def show_holds(found: Sequence["Hold"]) -> None:
    out = console()
    if not found:
        out.print("Nothing is on hold.")
        return
    made = table("On hold", "What", "Since", "Why")
    for each in found:
        made.add_row(styled(each.name, NAME), each.kind, each.since, styled(each.why))
    out.print(made)


def show_verified(report: Mapping[str, Any]) -> None:
    out = console()
    made = table("Check", "Looked at", "Breaches", "Seconds", numbers=("Looked at", "Breaches", "Seconds"))
    for check in report["checks"]:
        style = "bold red" if check["breaches"] else "green"
        made.add_row(
            styled(check["name"], NAME),
            f"{check['looked_at']:,}",
            Text(f"{len(check['breaches'])}", style=style),
            f"{check['seconds']:.1f}",
        )
    out.print(made)
    for check in report["checks"]:
        for breach in check["breaches"][:SHOWN]:
            out.print(styled(f"! {check['name']}: {breach['item']}: {breach['what']}", "yellow"))
        if len(check["breaches"]) > SHOWN:
            out.print(styled(f"and {len(check['breaches']) - SHOWN} more; --json lists all", DIM))
    verdict = "Everything agrees." if report["ok"] else "Not everything agrees."
    out.print(Text(f"{verdict} Sample {report['sample']}, seed {report['seed']}.", style="bold"))
