"""Statements of a reader's documents that cannot hold at once: one attribute of a topic, different values, each with its day."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.fold.partial import StatementRef
from knowledge_graph.serving.cards import Shelf
from knowledge_graph.serving.people import BRIEF, People
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import Contradiction, Statement
from knowledge_graph.text.words import fold_name

_DAY = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
LISTED = 8
"""Attributes that a card shows."""


@dataclass(frozen=True, slots=True)
class Differing:
    """An attribute with its values as shown, each by the newest statement that gives it, newest first."""

    attribute: str
    values: tuple[tuple[str, StatementRef], ...]


def contradictions_of(topics: Topics, people: People, topic: Topic) -> list[Differing]:
    """Attributes to which at least two documents give different values, the one that was last spoken of first."""
    given: defaultdict[str, list[StatementRef]] = defaultdict(list)
    for ref in topic.partial.statements:
        given[ref.attribute].append(ref)
    owners = _owners(topics, people, topic, {ref.value for ref in given.get("owner", ())})
    found = []
    for attribute, refs in given.items():
        values = _values(refs, owners if attribute == "owner" else {ref.value: (ref.value, ref.value) for ref in refs})
        if len(values) > 1 and len({ref.document for _, ref in values}) > 1:
            found.append(Differing(attribute, values))
    return sorted(found, key=lambda row: (_newest_day(row), row.attribute), reverse=True)[:LISTED]


def _newest_day(row: Differing) -> str:
    return row.values[0][1].date


def _owners(topics: Topics, people: People, topic: Topic, values: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Owners as (id, name) by the key or identity that a document gives.

    Two identities of one person are one value, and so are people of one name: nobody knows whether they are two.
    """
    wanted = sorted(values)
    persons = people.finish([value for value in wanted if ":" in value], BRIEF)
    teams = topics.finish([value for value in wanted if ":" not in value], brief=True)
    hidden = topics.rulings.not_experts(topic.keys)
    found = {key: (team.key, team.name) for key, team in teams.items()}
    called: dict[str, str] = {}
    for key, person in sorted(persons.items()):
        if not person.is_bot and hidden.isdisjoint(person.identities):
            names = [fold_name(name) for name in person.names]
            id = next((called[name] for name in names if name in called), person.id)
            called |= dict.fromkeys(names, id)
            found[key] = (id, person.names[0])
    return found


def _values(refs: Sequence[StatementRef], ids: Mapping[str, tuple[str, str]]) -> tuple[tuple[str, StatementRef], ...]:
    """The newest statement of each value; a month agrees with its days, a quarter with its months."""
    newest: dict[str, tuple[str, StatementRef]] = {}
    for ref in sorted(sorted(refs, key=lambda ref: ref.place), key=lambda ref: ref.date, reverse=True):
        if ref.value in ids:
            key, shown = ids[ref.value]
            newest.setdefault(key, (shown, ref))
    return tuple(newest[key] for key in newest if not any(_holds(key, other) for other in newest))


def _holds(period: str, day: str) -> bool:
    """Whether a month or quarter (`2025-Q1`) holds a day or month."""
    if not _DAY.fullmatch(day):
        return False
    quarter = f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return period != day and period in (quarter, day[:7])


def shown_contradictions(shelf: Shelf, rows: Iterable[Differing]) -> tuple[Contradiction, ...]:
    """With the sentence that gives each value."""
    shown = []
    for row in rows:
        cited = [(value, ref, shelf.cite(ref.document, ref.segment, ref.start, ref.end)) for value, ref in row.values]
        statements = tuple(Statement(value, ref.date, citation) for value, ref, citation in cited if citation)
        if len(statements) > 1:
            shown.append(Contradiction(row.attribute, statements))
    return tuple(shown)
