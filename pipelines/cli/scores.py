"""A suite's report on a terminal: a bar with its interval for each figure, its baselines below it, the worst cases."""

from rich.table import Table
from rich.text import Text

from pipelines.cli.rendering import DIM, NAME, clean, console, styled, table
from pipelines.evaluation.results import ALL, Case, Estimate, Figure, Report

BAR = 30
WORST_SHOWN = 10


def show_report(report: Report) -> None:
    out = console()
    out.print(Text.assemble((report.suite, NAME), (f" on {clean(report.data)}, {report.seconds:.1f} s", DIM)))
    out.print()
    out.print(_figures(report))
    for note in report.notes:
        out.print(styled(note, DIM))
    if report.worst:
        out.print()
        out.print(_worst(report.worst[:WORST_SHOWN]))


def _figures(report: Report) -> Table:
    made = table("Figure", "Kind", "0" + " " * (BAR - 2) + "1", "Value", "95% interval", "Cases", numbers=("Value", "Cases"))
    for figure in report.figures:
        made.add_row(styled(figure.name, NAME), *_cells(figure, figure.measured, "cyan"))
        for name, estimate in figure.baselines.items():
            made.add_row(styled(f"  {name}", DIM), *_cells(figure, estimate, DIM))
    return made


def _cells(figure: Figure, estimate: Estimate, style: str) -> tuple[Text | str, ...]:
    picture = Text() if figure.timing else Text(bar(estimate), style=style)
    interval = f"{estimate.low:.3f} to {estimate.high:.3f}" if estimate.low != estimate.high else ""
    kind = "" if figure.kind == ALL else figure.kind
    return styled(kind, DIM), picture, f"{estimate.value:.3f}", Text(interval, style=DIM), f"{estimate.cases:,}"


def bar(estimate: Estimate) -> str:
    """Full up to the value; the interval is the thin part."""
    value, low, high = (min(BAR, max(0, round(end * BAR))) for end in (estimate.value, estimate.low, estimate.high))
    cells = ["█" if place < min(value, low) else "▓" if place < value else "░" if place < high else " " for place in range(BAR)]
    return "".join(cells)


def _worst(cases: tuple[Case, ...]) -> Table:
    made = table("Worst", "Kind", "Score", "Wanted", "Got", numbers=("Score",))
    for case in cases:
        kind = "" if case.kind == ALL else case.kind
        made.add_row(styled(case.id, NAME), styled(kind, DIM), f"{case.score:.2f}", styled(case.wanted[:200]), styled(case.got[:200]))
    return made
