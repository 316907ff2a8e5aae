"""The month histogram as numbers for an inline SVG: bars in a 720 by 96 box, whole years when months would be thinner than a hair."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge_graph.serving.phrases import filled_months, month_name, months_phrase, plural

WIDTH, HEIGHT, BASE = 720, 112, 92
MAX_MONTHS = 240
MIN_BAR = 2.0


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    label: str
    x: float


@dataclass(frozen=True, slots=True)
class Histogram:
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    caption: str
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def histogram(months: Mapping[str, int]) -> Histogram | None:
    """Bars for `YYYY-MM` counts, with the silent months between them; None without any dated month."""
    slots = filled_months(months)
    if not slots:
        return None
    if len(slots) > MAX_MONTHS:
        slots = _years(slots)
    return Histogram(_bars(slots), _ticks(slots), months_phrase(months))


def _years(slots: list[tuple[str, int]]) -> list[tuple[str, int]]:
    years: dict[str, int] = {}
    for month, count in slots:
        years[month[:4]] = years.get(month[:4], 0) + count
    return list(years.items())


def _bars(slots: list[tuple[str, int]]) -> tuple[Bar, ...]:
    # At most a twelfth of the box, so that a topic of one month does not fill the card with one block.
    step = min(WIDTH / len(slots), WIDTH / 12)
    gap = min(3.0, step / 4)
    top = max(count for _, count in slots)
    bars = []
    for position, (name, count) in enumerate(slots):
        if count:
            height = max(MIN_BAR, (BASE - 6) * count / top)
            label = f"{month_name(name)}: {plural(count, 'document')}"
            bars.append(Bar(label, count, round(position * step, 2), round(BASE - height, 2), round(step - gap, 2), round(height, 2)))
    return tuple(bars)


def _ticks(slots: list[tuple[str, int]]) -> tuple[Tick, ...]:
    """A label for the first slot and for Januaries, no two nearer than 60 units."""
    step = min(WIDTH / len(slots), WIDTH / 12)
    ticks: list[Tick] = []
    for position, (name, _) in enumerate(slots):
        x = round(position * step, 2)
        january = len(name) == 4 or name.endswith("-01")
        if (position == 0 or january) and (not ticks or x - ticks[-1].x >= 60) and x <= WIDTH - 30:
            ticks.append(Tick(name[:4] if january else month_name(name), x))
    return tuple(ticks)
