"""Who knows a topic: a sum of terms over what people did in the reader's documents that hold it.

Each term is ln(1 + x) divided by its largest value among the people compared. What a person does everywhere is no sign of knowing
this topic, so two terms divide by all that the person did (lift).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

HALF_LIFE_YEARS = 3.0
ACTIVE = frozenset({"wrote", "edited", "presented", "answered", "decided", "owner", "sent"})
"""Kinds of contribution that make or change something; the others (received, attended, mentioned ...) are presence."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did in documents of a topic. `place` is own, heading or body; `document` is `""` where only the month is kept."""

    did: str
    place: str
    document: str
    date: str
    documents: int
    count: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person with what they did for the topic and how many documents they contributed to at all, by kind."""

    person: str
    deeds: tuple[Deed, ...]
    everything: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float


Terms = dict[str, float]

WEIGHTS: Mapping[str, float] = {
    "edit lift": 2.0,
    "edits of its documents": 2.0,
    "share written": 2.0,
    "edits elsewhere": 1.0,
    "years": 1.0,
    "recent presence": 2.0,
    "presence lift": 2.0,
    "roles": 2.0,
    "presence elsewhere": 1.0,
}


def rank_experts(candidates: Iterable[Candidate], as_of: str) -> list[Ranked]:
    """Best first; ties by id. `as_of` is the date that recent means, `""` for the latest date among the deeds."""
    people = [candidate for candidate in candidates if candidate.deeds]
    now = as_of or max((deed.date for person in people for deed in person.deeds), default="")
    own = len({deed.document for person in people for deed in person.deeds if deed.place == "own" and deed.document})
    rows = [_terms(person, now, max(1, own)) for person in people]
    top = {name: max((row[name] for row in rows), default=0.0) for name in WEIGHTS}
    ranked = [
        Ranked(person, round(sum(WEIGHTS[name] * row[name] / top[name] for name in WEIGHTS if top[name] > 0), 4))
        for person, row in zip(people, rows, strict=True)
    ]
    return sorted(ranked, key=lambda r: (-r.score, r.candidate.person))


def _terms(person: Candidate, now: str, own_documents: int) -> Terms:
    sums: defaultdict[str, float] = defaultdict(float)
    for deed in person.deeds:
        weight = math.log1p(deed.count) * math.log1p(deed.documents) / math.log(2)
        fresh = _decay(deed.date, now)
        if deed.did.startswith("role:"):
            sums["roles"] += (1.0 if deed.place == "own" else 0.3) * fresh
        elif deed.did in ACTIVE:
            sums["active own" if deed.place == "own" else "active elsewhere"] += weight * (1.0 if deed.place != "body" else 0.3)
            sums["written"] += deed.did in ("wrote", "owner", "presented", "decided") and deed.place == "own"
        else:
            sums["present own" if deed.place == "own" else "present elsewhere"] += weight * fresh
    years = {deed.date[:4] for deed in person.deeds if deed.date and deed.did in ACTIVE and deed.place != "body"}
    active = sum(count for kind, count in person.everything.items() if kind in ACTIVE)
    present = sum(count for kind, count in person.everything.items() if kind not in ACTIVE)
    raw = {
        "edit lift": sums["active own"] / (3 + active),
        "edits of its documents": sums["active own"],
        "share written": sums["written"] / own_documents,
        "edits elsewhere": sums["active elsewhere"],
        "years": float(len(years)),
        "recent presence": sums["present own"],
        "presence lift": sums["present own"] / (3 + present),
        "roles": sums["roles"],
        "presence elsewhere": sums["present elsewhere"],
    }
    return {name: math.log1p(value) for name, value in raw.items()}


def _decay(when: str, now: str) -> float:
    if not when or not now:
        return 0.5
    days = (_day(now) - _day(when)).days
    return float(0.5 ** (max(0, days) / 365.25 / HALF_LIFE_YEARS))


def _day(text: str) -> date:
    return date.fromisoformat((text + "-01-01" if len(text) == 4 else text + "-01" if len(text) == 7 else text)[:10])


def combine(parts: Sequence[tuple[str, Sequence[Deed]]]) -> tuple[Deed, ...]:
    """Deeds of one person from edges of (audience, key): a document counts once however many of the topic's names it holds."""
    order = {"own": 0, "heading": 1, "body": 2}
    named: dict[tuple[str, str], Deed] = {}
    months: defaultdict[tuple[str, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for audience, deeds in parts:
        for deed in deeds:
            if deed.document:
                held = named.get((deed.did, deed.document))
                if held is None or (order[deed.place], -deed.count) < (order[held.place], -held.count):
                    named[deed.did, deed.document] = deed
            else:
                documents, count = months[audience, deed.did, deed.date]
                months[audience, deed.did, deed.date] = (max(documents, deed.documents), max(count, deed.count))
    totals: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (_, did, month), (documents, count) in months.items():
        totals[did, month][0] += documents
        totals[did, month][1] += count
    body = (Deed(did, "body", "", month, documents, count) for (did, month), (documents, count) in sorted(totals.items()))
    return (*(named[key] for key in sorted(named)), *body)
