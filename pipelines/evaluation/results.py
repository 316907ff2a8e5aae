"""What a suite says: figures with their intervals beside baselines of the same run, the worst cases, the time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ALL = "all"
"""The kind of a figure over every case."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its 95% interval over `cases` resampled cases."""

    value: float
    low: float
    high: float
    cases: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured quality of one kind of cases. `baselines` are simpler methods on the same cases in the same run."""

    name: str
    measured: Estimate
    kind: str = ALL
    baselines: Mapping[str, Estimate] = field(default_factory=dict)
    lower_is_better: bool = False
    timing: bool = False
    """A rate or a time: shown, and never held to the reference, because it depends on the machine."""


@dataclass(frozen=True, slots=True)
class Case:
    """One case that went wrong: what was wanted and what came."""

    id: str
    score: float
    wanted: str = ""
    got: str = ""
    kind: str = ALL


@dataclass(frozen=True, slots=True)
class Measured:
    """What a suite's function returns; `notes` say what the figures leave out."""

    figures: tuple[Figure, ...]
    worst: tuple[Case, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One suite over one set of data."""

    suite: str
    data: str
    seconds: float
    figures: tuple[Figure, ...]
    worst: tuple[Case, ...]
    notes: tuple[str, ...]
