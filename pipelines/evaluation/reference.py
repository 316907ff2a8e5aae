"""The frozen figures: a JSON file in the repository that a review reads as a diff.

`{suite: {data: {"figure of kind": {"value", "tolerance"}}}}`. Renewing keeps tolerances that a person set.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from pipelines.evaluation.results import ALL, Figure, Report

TOLERANCE = 0.01
"""What another version of a library may cost: the same code on the same data gives the same figure."""


class Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float
    tolerance: float = TOLERANCE
    lower_is_better: bool = False


Reference = dict[str, dict[str, dict[str, Kept]]]
_FILE = TypeAdapter(Reference)


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that is another than the frozen one; `was` or `now` is None where it is new or gone."""

    suite: str
    data: str
    figure: str
    was: float | None
    now: float | None
    fell: bool

    def __str__(self) -> str:
        was, now = ("-" if value is None else f"{value:.4f}" for value in (self.was, self.now))
        return f"{self.suite} {self.data} {self.figure}: {was} -> {now}{'  FELL' if self.fell else ''}"


def load(file: Path) -> Reference:
    return _FILE.validate_json(file.read_text(encoding="utf-8")) if file.exists() else {}


def save(file: Path, reference: Reference) -> None:
    text = json.dumps(_FILE.dump_python(reference, exclude_defaults=True), indent=1, sort_keys=True, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def label(figure: Figure) -> str:
    return figure.name if figure.kind == ALL else f"{figure.name} of {figure.kind}"


def compare(report: Report, reference: Reference) -> list[Change]:
    """How a report differs from the frozen figures of its suite and data, in the order of names."""
    kept = reference.get(report.suite, {}).get(report.data, {})
    now = {label(figure): figure for figure in report.figures if not figure.timing}
    changes = []
    for name in sorted({*kept, *now}):
        was, value = kept.get(name), now[name].measured.value if name in now else None
        if was is None or value is None or was.value != value:
            changes.append(Change(report.suite, report.data, name, was.value if was else None, value, _fell(was, value)))
    return changes


def _fell(was: Kept | None, now: float | None) -> bool:
    if was is None:
        return False
    if now is None:
        return True
    loss = now - was.value if was.lower_is_better else was.value - now
    return loss > was.tolerance


def renewed(reference: Reference, reports: Iterable[Report]) -> Reference:
    """The reference with what was measured now in the place of what was frozen for the same suites and data."""
    made = {suite: dict(sets) for suite, sets in reference.items()}
    for report in reports:
        kept = reference.get(report.suite, {}).get(report.data, {})
        made.setdefault(report.suite, {})[report.data] = _entries(report.figures, kept)
    return made


def _entries(figures: Sequence[Figure], kept: dict[str, Kept]) -> dict[str, Kept]:
    return {
        label(figure): Kept(
            value=figure.measured.value,
            tolerance=kept[label(figure)].tolerance if label(figure) in kept else TOLERANCE,
            lower_is_better=figure.lower_is_better,
        )
        for figure in figures
        if not figure.timing
    }
