"""Who knows a topic: a sum of terms over what people did in the reader's documents about it and in those that answer what is asked.

A document counts by how much it is about the topic. Each term is ln(1 + x) divided by its largest value among the people compared.
What a person does everywhere is no sign of knowing this topic, so one term is the share of all their documents that are about it
(focus), and some weigh what they did by how few documents the person has a part in (rarity).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from knowledge_graph.fold.partial import ROLE

HALF_LIFE_YEARS = 3.0
TOOK = "took"
"""The kind of contribution of whoever is to do something. It is told and not weighed: being named in one line with a topic counts already,
and where nobody edits the few who took an action would come before all others (Kubernetes' groups from mentions alone .537, with it .518).
"""
ACTIVE = frozenset({"wrote", "edited", "presented", "answered", "decided", "owner", "sent"})
"""Kinds of contribution that make or change something; the others (received, attended, mentioned ...) are presence."""
MADE = frozenset({"wrote", "presented", "decided"})
"""Kinds of contribution that few people have in a document: it is theirs."""
OWNING = frozenset({"owner", "chair", "lead", "maintainer"})
ABOVE = "above"
"""The place of what somebody did for the topic that this one belongs to."""
ABOUT = {"own": 10.0, "held": 5.0, "folder": 2.0, "line": 0.3, "heading": 0.1, "body": 0.03, "answer": 0.0, ABOVE: 0.0}
"""How much a document is about a topic by the strongest place where it holds it; an answer counts by how well it answers alone."""
NAMED = "named with it"
"""What is told of whoever stands in one line with what is asked."""
ANSWERING = 5.0
"""What the document that answers best counts; the others less."""
GONE_WEIGHT, GONE_HALF_LIFE_YEARS = 0.4, 3.0
"""What the score of somebody without any recent trace loses at most: whoever is gone still knew it, and is shown below the others."""
FLOORS: Mapping[str, float] = {"edits": 30.0, "edits, by rarity": 120.0, "focus": 0.1, "named with it, by rarity": 20.0}
"""1 for the others. A term whose largest value is below this counts for less: the best of several weak signs is still weak.

Where nobody edits, whoever is called a lead once in passing would else come before all whom the topic's own minutes name: Kubernetes'
groups from mentions alone .366 with edits at 1, .387 here; with edits the same.
"""
FOCUS_OF = 8
"""Documents added to a person's own before their share is taken: all of three is less certain than most of thirty."""


@dataclass(frozen=True, slots=True)
class Deed:
    """What one person did in one document.

    `place` is where the document holds the topic: own (title or path), heading, folder (below a folder of that name), body, line (where
    it names them together), held (where it gives them a role for the topic itself), or answer for a document that only answers what is
    asked.
    """

    did: str
    place: str
    document: str
    date: str
    count: int
    segment: int = -1
    start: int = 0
    end: int = 0
    """The passage that says so, -1 where the source and no text says it."""
    answers: float = 0.0
    """How well the document answers what is asked, 0 to 1."""
    near: float = 0.0
    """The same for the passages that name the person, times how often they do."""

    @property
    def about(self) -> float:
        """How much the document is about what is asked."""
        return ABOUT[self.place] + ANSWERING * self.answers

    @property
    def says(self) -> float:
        """How much this alone says that the person knows it: what reasons are ordered by."""
        return (self.about + self.near) * math.log1p(self.count)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person with what they did for the topic, how many documents they contributed to at all by kind, and when last."""

    person: str
    deeds: tuple[Deed, ...]
    everything: Mapping[str, int] = field(default_factory=dict)
    last: str = ""
    beside: float = 0.0
    """Documents that the person has a part in among those that lie in one folder with the topic's own, each folder by its size."""
    above: float = 0.0
    """How well the person knows the topic that this one belongs to, 1 for whoever knows it best."""
    belongs_to: str = ""
    """That topic's name."""


@dataclass(frozen=True, slots=True)
class Ranked:
    candidate: Candidate
    score: float


Terms = dict[str, float]

WEIGHTS: Mapping[str, float] = {
    "edits": 1.0,
    "edits, by rarity": 1.0,
    "focus": 1.5,
    "named beside answers": 1.0,
    "roles beside answers": 1.0,
    "made its documents": 1.0,
    "made": 0.5,
    "roles": 0.5,
    "presence, by rarity": 0.5,
    "beside its documents": 0.5,
    "named with it, by rarity": 1.5,
    "knows what it belongs to": 0.5,
}
"""One, half as much more for what says most, a half for what says less. Finer weights, a logistic regression and boosted trees, fitted to
some organisations, did no better on another one."""


def rank_experts(candidates: Iterable[Candidate], as_of: str, documents: int = 0, weights: Mapping[str, float] = WEIGHTS) -> list[Ranked]:
    """Best first.

    `as_of` is the date that recent means, `""` for the latest date known; `documents` is how many the reader has, 0 for unknown.
    """
    people = [candidate for candidate in candidates if candidate.deeds]
    now = as_of or max((day for person in people for day in (person.last, *(deed.date for deed in person.deeds))), default="")
    own = len({deed.document for person in people for deed in person.deeds if deed.place == "own"})
    rows = [_terms(person, now, max(1, own), documents) for person in people]
    top = {name: max((row[name] for row in rows), default=0.0) for name in weights}
    scale = {name: max(value, math.log1p(FLOORS.get(name, 1.0))) for name, value in top.items()}
    ranked = [
        Ranked(person, round(_here(person, now) * sum(weight * row[name] / scale[name] for name, weight in weights.items()), 4))
        for person, row in zip(people, rows, strict=True)
    ]
    return sorted(ranked, key=_order)


def _order(ranked: Ranked) -> tuple[float, int, str]:
    """By score, then by how much they did at all; the id comes last, so that the alphabet decides as little as it can."""
    return (-ranked.score, -sum(ranked.candidate.everything.values()), ranked.candidate.person)


def _here(person: Candidate, now: str) -> float:
    last = person.last or max((deed.date for deed in person.deeds), default="")
    return 1 - GONE_WEIGHT + GONE_WEIGHT * _decay(last, now, GONE_HALF_LIFE_YEARS)


def _terms(person: Candidate, now: str, own: int, documents: int) -> Terms:
    sums: defaultdict[str, float] = defaultdict(float)
    for deed in person.deeds:
        _add(sums, deed, _decay(deed.date, now, HALF_LIFE_YEARS), person.everything.get("owner", 0))
    active = sum(count for kind, count in person.everything.items() if kind in ACTIVE)
    present = sum(count for kind, count in person.everything.items() if kind not in ACTIVE and kind not in (TOOK, ROLE))
    raw = {
        "edits": sums["active"],
        "edits, by rarity": sums["active"] * _rarity(active, documents),
        "focus": len({deed.document for deed in person.deeds if _is_part_of(deed)}) / (FOCUS_OF + active + present),
        "made its documents": sums["made own"] / own,
        "made": sums["made"],
        "presence, by rarity": sums["present"] * _rarity(present, documents),
        "named beside answers": sums["near"] * _rarity(present, documents),
        "roles beside answers": sums["roles near"],
        "roles": sums["roles"],
        "beside its documents": person.beside,
        "named with it, by rarity": sums["named"] * _rarity(present, documents),
        "knows what it belongs to": person.above,
    }
    return {name: math.log1p(value) for name, value in raw.items()}


def _is_part_of(deed: Deed) -> bool:
    """Whether it is a part in a document about the topic or below its folder; a role is told beside one and is none of its own."""
    return deed.place in ("own", "folder") and deed.did != TOOK and not deed.did.startswith("role:")


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
    if deed.place == ABOVE or deed.did == TOOK:
        return
    if deed.did == NAMED:
        sums["named"] += fresh
        return
    if deed.did.startswith("role:"):
        weight = fresh * (1.0 if deed.did.removeprefix("role:") in OWNING else 0.5)
        sums["roles"] += ABOUT[deed.place] * weight
        sums["roles near"] += deed.near * weight
        return
    weight = deed.about * math.log1p(deed.count)
    if deed.did == "owner":
        weight /= 1 + math.log1p(owned)
    if deed.did in ACTIVE:
        sums["active"] += weight
        if deed.did in MADE:
            sums["made"] += deed.about
            sums["made own"] += deed.place == "own"
    else:
        sums["present"] += weight * fresh
        sums["near"] += deed.near * fresh


def _says_most(deed: Deed) -> tuple[float, bool, int, float, bool, int, int]:
    return (-ABOUT[deed.place], deed.place == ABOVE, -deed.count, -deed.near, deed.segment < 0, deed.segment, deed.start)


def combine(deeds: Iterable[Deed]) -> tuple[Deed, ...]:
    """Deeds of one person from the edges of several keys and from answers: a document counts once however often it is met."""
    held: dict[tuple[str, str], Deed] = {}
    for deed in deeds:
        first = held.get((deed.did, deed.document), deed)
        best = min(first, deed, key=_says_most)
        held[deed.did, deed.document] = replace(best, answers=max(first.answers, deed.answers), near=max(first.near, deed.near))
    return tuple(held[key] for key in sorted(held))
