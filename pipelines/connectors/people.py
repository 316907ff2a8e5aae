"""Contributions from lists of editors: who edited how often and when, and who wrote it first."""

import re
from collections.abc import Iterable

from knowledge_graph.model.records import Contribution

_NOREPLY = re.compile(r"(?:\d+\+)?(?P<handle>[A-Za-z0-9][A-Za-z0-9-]*(?:\[bot\])?)@users\.noreply\.github\.com", re.IGNORECASE)

Edits = tuple[str, str, str, int, str, str]
"""Name, e-mail, handle, how often, first and last date."""


def edits(rows: Iterable[Edits]) -> tuple[Contribution, ...]:
    """One `edited` a person, the busiest first; a forge's no-reply address also gives the handle."""
    people = [
        Contribution("edited", name.strip(), email.strip().lower(), handle or handle_of(email), count, first, last)
        for name, email, handle, count, first, last in rows
        if name.strip() or email.strip() or handle
    ]
    return tuple(sorted(people, key=lambda p: (-p.count, p.name, p.email, p.handle, p.first)))


def wrote(edited: tuple[Contribution, ...]) -> tuple[Contribution, ...]:
    """The creator, where exactly one person was there on the first day."""
    earliest = min((p.first for p in edited if p.first), default="")
    first = [p for p in edited if p.first == earliest]
    return (creator(first[0], earliest),) if earliest and len(first) == 1 else ()


def creator(person: Contribution, date: str) -> Contribution:
    return Contribution("wrote", person.name, person.email, person.handle, 1, date, date)


def handle_of(email: str) -> str:
    match = _NOREPLY.fullmatch(email.strip())
    return match["handle"].lower() if match else ""
