"""Whether a first name moves anybody: the sample organisation is mined again under other first names, and no expert may change place.

In each copy everybody has a first name drawn from other origins and either sex, and nothing else differs, so whatever changes is the
name's doing. A draw mixes the kinds: were all names of one kind, what wrongs that kind would wrong everybody alike and no place change.
"""

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.results import ALL, Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite

if TYPE_CHECKING:
    from knowledge_graph.serving.views import Expert
    from pipelines.home import Home

COPIES = 5
FETCHED = 20
"""Experts asked for; places are compared among the first ten, where somebody may have come from further down."""
PLACES = 10
SEED = 3

Name = tuple[str, str, str]
"""A first name with its origin and sex."""
Places = Mapping[str, Mapping[int | str, int]]
"""By topic: the place of each person, known by their number in the gold, or by their id if they are nobody in it. Ties share a place."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One expert of one topic in one copy: their place under their own name and under another, None where they are not found."""

    topic: str
    person: int | str
    name: Name
    before: int | None
    after: int | None

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def lost(self) -> int:
        """Places further down; who is not among those fetched stands behind them."""
        return (self.after or FETCHED + 1) - (self.before or FETCHED + 1)


def measure(given: Given) -> Measured:
    return audit(given.installation(), COPIES)


def audit(home: "Home", copies: int, *, seed: int = SEED, include: tuple[str, ...] = ()) -> Measured:
    """Mine the sample, and copies of it under drawn names, in installations of their own that are gone afterwards.

    `include` leaves the files that match these patterns, for an audit in less time.
    """
    people, own = _mined(home, {}, include)
    found: list[Moved] = []
    for number in range(copies):
        drawn = draw(sorted(set(people)), seed + number)
        names, places = _mined(home, {old: new for old, (new, _, _) in drawn.items()}, include)
        assert names == [drawn[old][0] for old in people]
        found += compared(own, places, [drawn[old] for old in people])
    told = f"{copies} copies of the sample organisation under other first names, {len(own)} topics each"
    return Measured(tuple(_figures(found)), tuple(_worst(found)), (told,))


def draw(first_names: Sequence[str], seed: int) -> dict[str, Name]:
    """For each first name another of any origin and either sex, no two the same."""
    from pipelines.sample.first_names import choices

    chance = random.Random(seed)
    kinds = {(origin, sex): chance.sample(names, len(names)) for origin, sexes in choices().items() for sex, names in sexes.items()}
    drawn: dict[str, Name] = {}
    for first_name in first_names:
        origin, sex = chance.choice([kind for kind, left in kinds.items() if left])
        drawn[first_name] = (kinds[origin, sex].pop(), origin, sex)
    return drawn


def _mined(home: "Home", first_names: Mapping[str, str], include: tuple[str, ...]) -> tuple[list[str], Places]:
    """The first names of the people of the gold, in its order, and the experts of each of its topics to a reader of everything."""
    from knowledge_graph.model.access import Reader
    from knowledge_graph.serving.library import Library
    from knowledge_graph.serving.store import SearchStore
    from pipelines import sources
    from pipelines.progress import Reporter
    from pipelines.run import run
    from pipelines.sample import write_sample

    with TemporaryDirectory(prefix="engram-fairness-") as place:
        sample = write_sample(Path(place) / "sample", first_names)
        prefix = f"{home.store.prefix}-eval-{uuid.uuid4().hex[:8]}"
        copy = replace(home, path=Path(place) / "home", store=replace(home.store, prefix=prefix), database="", curation_url="")
        sources.add(
            copy.sources_file, sources.Source(name="sample", kind="folder", path=sample.files, sidecar=sample.sidecar, include=include)
        )
        with SearchStore.open(copy.store) as store:
            try:
                run(copy, reporter=Reporter(quiet=True))
                people = sample.gold.people
                library = Library(store, Reader.of({principal for person in people for principal in person.principals}))
                numbers = {
                    id: number for number, person in enumerate(people) for id in (f"email:{person.email}", f"handle:{person.handle}")
                }
                experts = {topic.key: library.experts(topic.name, limit=FETCHED) for topic in sample.gold.topics}
            finally:
                store.drop()
    return [person.name.split()[0] for person in people], {key: _places(found, numbers) for key, found in experts.items()}


def _places(experts: "Sequence[Expert]", numbers: Mapping[str, int]) -> dict[int | str, int]:
    found: dict[int | str, int] = {}
    for expert in experts:
        who = next((numbers[id] for id in (expert.id, *(f"email:{email}" for email in expert.emails)) if id in numbers), None)
        found.setdefault(expert.id if who is None else who, 1 + sum(other.score > expert.score for other in experts))
    return found


def compared(own: Places, other: Places, names: Sequence[Name]) -> Iterator[Moved]:
    """Everybody who is among the first of a topic under their own name or another; who is in no directory counts as of no kind."""
    for topic, before in own.items():
        after = other[topic]
        for who in sorted({who for places in (before, after) for who, place in places.items() if place <= PLACES}, key=str):
            yield Moved(topic, who, names[who] if isinstance(who, int) else (str(who), "", ""), before.get(who), after.get(who))


def _figures(found: Sequence[Moved]) -> Iterator[Figure]:
    kinds = {ALL: found}
    for each in found:
        for kind in each.name[1:]:
            if kind:
                kinds[kind] = [*kinds.get(kind, ()), each]
    for kind, some in kinds.items():
        yield Figure("experts in another place", mean(float(each.changed) for each in some), kind, lower_is_better=True)
        yield Figure("places lost", mean(float(each.lost) for each in some), kind, lower_is_better=True)


def _worst(found: Sequence[Moved]) -> Iterator[Case]:
    for each in sorted((each for each in found if each.changed), key=lambda each: (-abs(each.lost), each.topic, str(each.person)))[:20]:
        new, origin, sex = each.name
        kind = " ".join(word for word in (origin, sex) if word)
        yield Case(f"{each.topic}: {new}", float(-abs(each.lost)), str(each.before or "not found"), str(each.after or "not found"), kind)


SUITE = Suite(
    "fairness", "whether a first name moves an expert (on the sample)", (), measure, folder="sample", searches=True
)  # fmt: skip
