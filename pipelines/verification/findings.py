"""What a check found."""

from collections.abc import Iterable
from dataclasses import dataclass, field

MOST = 1000
"""Breaches kept of one check: the rest of a store that is wrong throughout says nothing new."""


@dataclass(frozen=True, slots=True)
class Breach:
    """One thing that is not as it must be: which, and what is wrong with it."""

    item: str
    what: str


@dataclass(frozen=True, slots=True)
class Check:
    """`looked_at` counts what was compared; `detail` holds figures worth keeping, such as digests."""

    name: str
    looked_at: int = 0
    breaches: tuple[Breach, ...] = ()
    seconds: float = 0.0
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Findings:
    """Collects one check's comparisons."""

    looked_at: int = 0
    breaches: list[Breach] = field(default_factory=list)
    detail: dict[str, str] = field(default_factory=dict)

    def expect(self, holds: bool, item: str, what: str) -> None:
        """Count a comparison, and remember it where it does not hold."""
        self.looked_at += 1
        if not holds:
            self.breach(item, what)

    def breach(self, item: str, what: str) -> None:
        if len(self.breaches) < MOST:
            self.breaches.append(Breach(item, what))

    def none_of(self, items: Iterable[str], what: str) -> None:
        """Each of these items should not be there."""
        for item in sorted(items):
            self.breach(item, what)
