"""Who knows a topic: a sum of terms over what people did in the reader's documents that hold it.

Each term is ln(1 + x) divided by its largest value among the people compared. What a person does everywhere is no sign of knowing
this topic, so two terms divide by all that the person did (lift).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

HALF_LIFE_YEARS = 3.0
ACTIVE = frozenset({"wrote", "edited", "presented", "answered", "decided", "owner", "sent"})
"""Kinds of contribution that make or change something; the others (received, attended, mentioned ...) are presence."""
MADE = frozenset({"wrote", "presented", "decided"})
"""Kinds of contribution that few people have in a document: it is theirs."""
OWNING = frozenset({"owner", "chair", "lead", "maintainer"})
ELSEWHERE = {"heading": 1.0, "body": 0.3}
GONE_WEIGHT, GONE_HALF_LIFE_YEARS = 0.3, 3.0
"""What the score of somebody without any recent trace loses at most: whoever is gone still knew it, and is shown below the others."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did in documents of a topic. `document` is `""` where only the month is kept.

    `place` is own, heading, folder (below a folder of that name), body, or answer for a document that only answers what is asked.
    """

    did: str
    place: str
    document: str
    date: str
    documents: int
    count: int
    segment: int = -1
    start: int = 0
    end: int = 0
    """The passage that says so, -1 where the source and no text says it."""
    answers: float = 0.0
    """How well the document answers what is asked, 0 to 1."""
    near: float = 0.0
    """The same for the passages that name the person, times how often they do."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person with what they did for the topic, how many documents they contributed to at all by kind, and when last."""

    person: str
    deeds: tuple[Deed, ...]
    everything: Mapping[str, int] = field(default_factory=dict)
    last: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float


Terms = dict[str, float]

# Set by hand while looking at three organisations; not yet fitted with one of them left out, so expect less elsewhere.
WEIGHTS: Mapping[str, float] = {
    "made its documents": 1.0,
    "edits of its documents": 1.0,
    "edit lift": 1.0,
    "years": 0.5,
    "presence": 1.0,
    "roles": 2.0,
    "edits below its folder": 2.0,
    "edit lift below its folder": 2.0,
    "presence below its folder": 2.0,
    "presence lift below its folder": 2.0,
    "roles below its folder": 4.0,
    "edits elsewhere": 1.0,
    "presence elsewhere": 0.5,
    "made answers": 2.0,
    "edits of answers": 2.0,
    "named beside answers": 2.0,
    "roles beside answers": 2.0,
}


def rank_experts(candidates: Iterable[Candidate], as_of: str, documents: int = 0) -> list[Ranked]:
    """Best first.

    `as_of` is the date that recent means, `""` for the latest date known; `documents` is how many the reader has, 0 for unknown.
    """
    people = [candidate for candidate in candidates if candidate.deeds]
    now = as_of or max((day for person in people for day in (person.last, *(deed.date for deed in person.deeds))), default="")
    own = len({deed.document for person in people for deed in person.deeds if deed.place == "own" and deed.document})
    rows = [_terms(person, now, max(1, own), documents) for person in people]
    top = {name: max((row[name] for row in rows), default=0.0) for name in WEIGHTS}
    ranked = [
        Ranked(person, round(_here(person, now) * sum(WEIGHTS[name] * row[name] / top[name] for name in WEIGHTS if top[name] > 0), 4))
        for person, row in zip(people, rows, strict=True)
    ]
    return sorted(ranked, key=_order)


def _order(ranked: Ranked) -> tuple[float, int, str]:
    """By score, then by how much they did at all; the id comes last, so that the alphabet decides as little as it can."""
    return (-ranked.score, -sum(ranked.candidate.everything.values()), ranked.candidate.person)


def _here(person: Candidate, now: str) -> float:
    last = person.last or max((deed.date for deed in person.deeds), default="")
    return 1 - GONE_WEIGHT + GONE_WEIGHT * _decay(last, now, GONE_HALF_LIFE_YEARS)


def _terms(person: Candidate, now: str, own_documents: int, documents: int) -> Terms:
    sums: defaultdict[str, float] = defaultdict(float)
    for deed in person.deeds:
        _add(sums, deed, _decay(deed.date, now, HALF_LIFE_YEARS), person.everything.get("owner", 0))
    years = {deed.date[:4] for deed in person.deeds if deed.date and deed.did in ACTIVE and deed.place == "own"}
    active = sum(count for kind, count in person.everything.items() if kind in ACTIVE)
    present = sum(count for kind, count in person.everything.items() if kind not in ACTIVE)
    raw = {
        "made its documents": sums["made"] / own_documents,
        "edits of its documents": sums["active"],
        "edit lift": sums["active"] / (3 + active),
        "years": float(len(years)),
        "presence": sums["present"],
        "roles": sums["roles"],
        "edits below its folder": sums["active folder"],
        "edit lift below its folder": sums["active folder"] / (3 + active),
        "presence below its folder": sums["present folder"],
        "presence lift below its folder": sums["present folder"] / (3 + present),
        "roles below its folder": sums["roles folder"],
        "edits elsewhere": sums["active elsewhere"] * _rarity(active, documents),
        "presence elsewhere": sums["present elsewhere"] * _rarity(present, documents),
        "made answers": sums["made answers"],
        "edits of answers": sums["active answers"] * _rarity(active, documents),
        "named beside answers": sums["near"] * _rarity(present, documents),
        "roles beside answers": sums["roles near"],
    }
    return {name: math.log1p(value) for name, value in raw.items()}


def _rarity(met_in: int, documents: int) -> float:
    """Who has a part in half of all documents says little by one more; the share that a word's idf takes, for people."""
    return math.log1p(max(documents, met_in) / (1 + met_in))


def _decay(when: str, now: str, half_life_years: float) -> float:
    if not when or not now:
        return 0.5
    days = (_day(now) - _day(when)).days
    return float(0.5 ** (max(0, days) / 365.25 / half_life_years))


def _day(text: str) -> date:
    return date.fromisoformat((text + "-01-01" if len(text) == 4 else text + "-01" if len(text) == 7 else text)[:10])


def _add(sums: defaultdict[str, float], deed: Deed, fresh: float, owned: int) -> None:
    """Adds what one deed says of its person; who owns much, as a folder's owner does, says little of each document."""
    own, weight = deed.place == "own", math.log1p(deed.count) * math.log1p(deed.documents) / math.log(2)
    if deed.did.startswith("role:"):
        owns = deed.did.removeprefix("role:") in OWNING
        sums["roles"] += {"own": 1.0, "answer": 0.0, "folder": 0.0}.get(deed.place, 0.3) * fresh
        sums["roles folder"] += (deed.place == "folder") * fresh * (1.0 if owns else 0.5)
        sums["roles near"] += deed.near * fresh * (1.0 if owns else 0.5)
        return
    if deed.did == "owner":
        weight /= 1 + math.log1p(owned)
    kind = "active" if deed.did in ACTIVE else "present"
    if kind == "present":
        weight *= fresh
        sums["near"] += deed.near * fresh
    if own:
        sums[kind] += weight
        sums["made"] += deed.did in MADE
    sums[f"{kind} folder"] += weight * (deed.place == "folder")
    sums[f"{kind} elsewhere"] += weight * ELSEWHERE.get(deed.place, 0.0)
    sums[f"{kind} answers"] += weight * deed.answers
    sums["made answers"] += deed.answers * (deed.did in MADE)


PLACES = {"own": 0, "heading": 1, "folder": 2, "body": 3, "answer": 4}


def combine(parts: Sequence[tuple[str, Sequence[Deed]]]) -> tuple[Deed, ...]:
    """Deeds of one person from edges of (audience, key) and from answers: a document counts once however often it is met."""
    named: dict[tuple[str, str], Deed] = {}
    months: defaultdict[tuple[str, str, str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for audience, deeds in parts:
        for deed in deeds:
            if deed.document:
                held = named.get((deed.did, deed.document), deed)
                best = min(held, deed, key=lambda one: (PLACES[one.place], -one.count, -one.near, one.segment < 0, one.segment, one.start))
                named[deed.did, deed.document] = replace(best, answers=max(held.answers, deed.answers), near=max(held.near, deed.near))
            else:
                documents, count = months[audience, deed.did, deed.place, deed.date]
                months[audience, deed.did, deed.place, deed.date] = (max(documents, deed.documents), max(count, deed.count))
    totals: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (_, did, place, month), (documents, count) in months.items():
        totals[did, place, month][0] += documents
        totals[did, place, month][1] += count
    counted = (Deed(did, place, "", month, documents, count) for (did, place, month), (documents, count) in sorted(totals.items()))
    return (*(named[key] for key in sorted(named)), *counted)
