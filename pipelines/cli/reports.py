"""What a run did and how the installation stands, on a terminal."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from knowledge_graph.serving.phrases import plural
from pipelines.cli.rendering import DIM, HEADING, NAME, clean, console, styled, table

if TYPE_CHECKING:
    from pipelines.estimate import Estimate
    from pipelines.run import RunReport

PROBLEMS_SHOWN = 10
LABELS = {"tables": "table", "indexes": "index"}


def show_run(report: "RunReport") -> None:
    out = console()
    made = table("Stage", "What it did", "Seconds", numbers=("Seconds",))
    for stage in report.stages:
        made.add_row(Text(stage.stage, style=NAME), _counts(stage.counts), f"{stage.seconds:.1f}")
    out.print(made)
    for problem in report.problems[:PROBLEMS_SHOWN]:
        out.print(Text(f"! {clean(problem)}", style="yellow"))
    if len(report.problems) > PROBLEMS_SHOWN:
        out.print(Text(f"and {len(report.problems) - PROBLEMS_SHOWN} more; `engram status` lists them", style=DIM))


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items() if count) or "nothing to do"


def show_estimate(expected: "Estimate") -> None:
    out = console()
    if not expected.items:
        out.print("Nothing is new or changed.")
        return
    amount = f"{plural(expected.items, 'item')}, {_size(expected.bytes)}, {plural(expected.pages, 'page or image', 'pages and images')}"
    out.print(f"{amount}: {_duration(expected.seconds)} on two cores.")


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {round(seconds / 60)} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def show_status(state: Mapping[str, Any]) -> None:
    out = console()
    out.print(Text.assemble(("Installation ", DIM), str(state["home"])))
    servers = table("Server", "State", "Where")
    for name, server in state["servers"].items():
        style = {"up": "green", "down": "bold red"}.get(server["state"], DIM)
        servers.add_row(Text(name, style=NAME), Text(server["state"], style=style), server.get("url", ""))
    out.print(servers)
    _show_directory(state["directory"])
    out.print()
    if not state["sources"]:
        out.print("No items yet. Add a source with `engram ingest PATH`.")
        return
    columns = [column for column in state["total"] if column != "unknown" or state["total"][column]]
    items = table("Source", *(column.capitalize() for column in columns), numbers=[column.capitalize() for column in columns])
    for name, counts in state["sources"].items():
        items.add_row(styled(name, NAME), *(f"{counts[column]:,}" for column in columns))
    if len(state["sources"]) > 1:
        items.add_row(Text("all", style=HEADING), *(f"{state['total'][column]:,}" for column in columns))
    items.add_row(Text("inside them", style=DIM), *(f"{state['children'].get(column, 0):,}" for column in columns))
    out.print(items)
    if state["total"]["unknown"]:
        out.print(Text("Elasticsearch does not answer, so nobody can say what is published. Run `engram up`.", style="yellow"))
    if state.get("unfinished"):
        out.print(Text(state["unfinished"], style="yellow"))
    _show_quarantine(state["quarantine"])
    _show_partly(state["partly"])
    _show_excluded(state["excluded"])


def _show_directory(directory: Mapping[str, Any]) -> None:
    if not directory["sources"]:
        return
    out = console()
    out.print()
    made = table("Directory", "People", "Groups", numbers=("People", "Groups"))
    for name, counts in directory["sources"].items():
        made.add_row(styled(name, NAME), f"{counts['people']:,}", f"{counts['groups']:,}")
    out.print(made)
    problems = directory["problems"]
    for problem in problems[:PROBLEMS_SHOWN]:
        out.print(Text(f"! {problem['source']}: {problem['kind']}: {clean(problem['text'])}", style="yellow"))
    _show_rest(problems)


def _show_rest(rows: Sequence[object]) -> None:
    if len(rows) > PROBLEMS_SHOWN:
        console().print(Text(f"and {len(rows) - PROBLEMS_SHOWN} more; `engram status --json` lists all", style=DIM))


def _show_quarantine(rows: list[dict[str, str]]) -> None:
    if not rows:
        return
    out = console()
    out.print()
    made = table("Quarantined", "Why", "What to do")
    for row in rows[:PROBLEMS_SHOWN]:
        made.add_row(styled(f"{row['source']}/{row['path']}", NAME), row["class"], styled(row["reason"]))
    out.print(made)
    _show_rest(rows)


def _show_partly(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    out = console()
    out.print()
    made = table("Read in part", "What is left out")
    for row in rows[:PROBLEMS_SHOWN]:
        made.add_row(styled(f"{row['source']}/{row['path']}", NAME), styled(" ".join(row["left_out"])))
    out.print(made)
    _show_rest(rows)


def _show_excluded(rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    out = console()
    out.print()
    made = table("Excluded", "Items", "First of them", numbers=("Items",))
    for row in rows[:PROBLEMS_SHOWN]:
        made.add_row(styled(row["reason"]), f"{row['items']:,}", styled(f"{row['source']}/{row['first']}", NAME))
    out.print(made)
    _show_rest(rows)


def show_digest(found: Mapping[str, Any]) -> None:
    out = console()
    made = table("What", "Hash")
    for kind in LABELS:
        for name, value in found[kind].items():
            made.add_row(Text.assemble((f"{LABELS[kind]} ", DIM), name), value)
    out.print(made)
    out.print(Text(found["digest"], style="bold"))
