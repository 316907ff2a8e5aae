"""Who changed an item, how often and when, as a version history would tell it."""

import datetime as dt
from dataclasses import dataclass

from pipelines.sample.source import Item, Organisation


@dataclass(frozen=True, slots=True)
class Edits:
    who: str
    commits: int
    first: str
    last: str


def contributions(item: Item, org: Organisation) -> list[Edits]:
    """Authors from the first to the last day, editors one after the other in between, nobody after the day of leaving."""
    span = item.last - item.date
    found = [_edits(who, 1 + bool(span), item.date, item.last, org) for who in item.by]
    for rank, (who, commits) in enumerate(item.edits.items()):
        last = item.date + span * (rank + 1) / len(item.edits)
        first = item.date + span * rank / len(item.edits) if commits > 1 else last
        found.append(_edits(who, commits, first, last, org))
    return sorted(found, key=lambda edits: -edits.commits)


def _edits(who: str, commits: int, first: dt.date, last: dt.date, org: Organisation) -> Edits:
    end = org.people[who].left or last
    return Edits(who, commits, str(min(first, end)), str(min(last, end)))
