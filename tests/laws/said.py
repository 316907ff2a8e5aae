"""What verdicts say to one reader, by the rules of README's "Verdicts": lists of events and sets of names, nothing of the product's replay.

An event speaks to a reader who is in its audience and has a document that speaks of what it is about. Of events on the same thing the
later decides; an event that is taken back by one that holds does not count.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from knowledge_graph.fold.rulings import Rulings, replay
from knowledge_graph.model.access import Reader
from knowledge_graph.model.verdicts import Verdict
from knowledge_graph.text.words import topic_key
from tests.laws.organisations import may_open
from tests.laws.plain import Known

JUDGED = ("confirm", "reject", "hide")
JOINING, PARTING = ("merge", "add-alias", "rename"), ("split", "remove-alias")
TYPED_NAMES = ("add-alias", "rename", "remove-alias")
PARTNERS = 2
"""A name that one kind of evidence pairs with more than so many others says nothing about any of them."""
GIVEN = {"acronym": 4, "number": 2, "field": 4}
"""Kinds of evidence that give a subject a name, and how many such names a subject has at most."""
TIMES = 5
"""A name that is given to several subjects is that of one which has so many times the documents of the others."""


@dataclass(frozen=True)
class Told:
    """The log as if only these events had ever been given; stands in for the real one where a reader must get the same from both."""

    events: tuple[Verdict, ...] = ()

    def verdicts(self) -> tuple[Verdict, ...]:
        return self.events

    def rulings(self, reader: Reader) -> Rulings:
        return replay(self.events, reader)

    def topic_keys(self) -> frozenset[str]:
        """Names that any event speaks of, undone or not: what there is about them is published, however weak."""
        paired = {event.other for event in self.events if event.kind in ("merge", "split")}
        about = [event for event in self.events if event.kind not in ("example", "counterexample")]
        named = {key for event in about for key in (event.subject, *event.keys)}
        named |= paired | {topic_key(event.text) for event in about if event.text}
        return frozenset(key for key in named if key and ":" not in key)

    # What the events say

    def root(self, event: Verdict) -> Verdict:
        """What an undo, or an undo of an undo, is about in the end."""
        by_id = {each.id: each for each in self.events}
        return self.root(by_id[event.other]) if event.kind == "undo" and event.other in by_id else event

    def _holds(self, event: Verdict) -> bool:
        return not any(other.kind == "undo" and other.other == event.id and self._holds(other) for other in self.events)

    @cached_property
    def holding(self) -> list[Verdict]:
        """The events in effect, oldest first."""
        return [event for event in self.events if event.kind != "undo" and self._holds(event)]

    def last(self, keys: Collection[str], *kinds: str, same: Callable[[Verdict], object] = lambda event: None) -> list[Verdict]:
        """The events of these kinds on these names that decide, one for each thing that `same` tells apart, oldest first."""
        found: dict[object, Verdict] = {}
        for event in self.holding:
            if event.subject in keys and event.kind in kinds:
                found.pop(same(event), None)
                found[same(event)] = event
        return list(found.values())

    def judged(self, key: str) -> str:
        """What the latest judgement of the card with this name says."""
        found = [event.kind for event in self.holding if event.kind in JUDGED and key in (event.subject, *event.keys)]
        return found[-1] if found else ""

    def refused(self, key: str) -> bool:
        return self.judged(key) in ("reject", "hide")

    def name(self, keys: Collection[str]) -> str:
        """The name that somebody gave the card, `""` for none."""
        return next((event.text for event in self.last(keys, "rename")), "")

    def aliases(self, keys: Collection[str]) -> tuple[set[str], set[str]]:
        """Keys of names added to the card, and of those taken from it."""
        decided = self.last(keys, "add-alias", "remove-alias", same=lambda event: topic_key(event.text))
        added, removed = ({topic_key(event.text) for event in decided if event.kind == kind} for kind in ("add-alias", "remove-alias"))
        return added, removed - {topic_key(self.name(keys))}

    def pinned(self, keys: Collection[str], what: str) -> list[str]:
        decided = self.last(keys, f"pin-{what}", f"unpin-{what}", same=lambda event: event.other)
        return [event.other for event in decided if event.kind == f"pin-{what}"]

    def denied(self, keys: Collection[str]) -> set[str]:
        """Identities of people who said that they are no experts of this, or of anything."""
        gone = [event for event in self.holding if event.kind == "opt-out" or (event.kind == "not-me" and event.subject in keys)]
        return {key for event in gone for key in (event.other or event.subject, *event.keys)}

    def typed(self) -> set[str]:
        return {event.text for event in self.holding if event.text}


NOTHING = Told()


def told(log: Sequence[Verdict], principals: frozenset[str], documents: Iterable[Known]) -> Told:
    """The events that speak to a reader with these principals and documents."""
    evident = met(documents)
    addressed = Told(tuple(event for event in log if may_open(principals, event.access)))

    def is_known(event: Verdict) -> bool:
        if event.kind in JUDGED:
            return not evident.isdisjoint((event.subject, *event.keys))
        return event.subject in evident and event.other in {"", *evident}

    return Told(tuple(event for event in addressed.events if is_known(addressed.root(event))))


def met(documents: Iterable[Known]) -> set[str]:
    """Everything that documents speak of: names, people, and the documents themselves."""
    found: set[str] = set()
    for each in documents:
        found |= {each.id, *(row.subject for row in each.evidence), *(row.other for row in each.evidence if row.kind == "alias")}
    return found


def cards(documents: Collection[Known], said: Told) -> dict[str, frozenset[str]]:
    """For each name the names on the same card: joined by people first, the latest decision before earlier ones, then by evidence.

    A term of a vocabulary has as many names as it likes, and a name that it gives to two terms joins neither.
    """
    decided = list(decisions(said, met(documents)))
    counted = joins(documents)
    listed = {pair: count for pair, count in counted.items() if pair[2] == "vocabulary"}
    terms = Counter(name for _, name, _ in listed)
    plain = {pair: count for pair, count in counted.items() if pair[2] not in {*GIVEN, "vocabulary"}}
    hubs = {key for key, others in _partners(plain).items() if len(others) > PARTNERS}
    plain = {pair: count for pair, count in plain.items() if hubs.isdisjoint((pair[2], key) for key in pair[:2])}
    plain |= {pair: count for pair, count in listed.items() if terms[pair[1]] == 1}
    given = {pair: count for pair, count in counted.items() if pair[2] in GIVEN}
    return _joined(decided, plain | _meant(given, _joined(decided, plain)))


def _joined(decided: Iterable[tuple[str, str, bool]], found: Mapping[tuple[str, str, str], int]) -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    apart: list[tuple[str, str]] = []
    attested = sorted(found, key=lambda pair: (-found[pair], *pair))
    for left, right, same in [*decided, *((left, right, True) for left, right, _ in attested)]:
        one, two = groups.setdefault(left, {left}), groups.setdefault(right, {right})
        crossed = any((a in one and b in two) or (b in one and a in two) for a, b in apart)
        if one is two or crossed:
            continue
        if not same:
            apart.append((left, right))
            continue
        one |= two
        groups |= dict.fromkeys(two, one)
    return {key: frozenset(keys) for key, keys in groups.items()}


def _meant(given: Mapping[tuple[str, str, str], int], one: Mapping[str, frozenset[str]]) -> dict[tuple[str, str, str], int]:
    """Names given to one subject alone, or nearly; a name that is a subject itself stands for that one too."""
    names: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for subject, name, how in given:
        names[how, subject].add(name)
    given = {(subject, name, how): count for (subject, name, how), count in given.items() if len(names[how, subject]) <= GIVEN[how]}
    documents: Counter[str] = Counter()
    for (subject, _, _), count in given.items():
        documents[subject] += count

    def card(key: str) -> str:
        return min(one.get(key, {key}))

    kept = {}
    for pair, count in given.items():
        _, name, how = pair
        claims: Counter[str] = Counter({card(name): documents[name]} if name in documents else {})
        for (subject, other, kind), said in given.items():
            if (other, kind) == (name, how):
                claims[card(subject)] += said
        best = min(claims, key=lambda each: (-claims[each], each))
        if card(pair[0]) == best and claims[best] >= TIMES * (claims.total() - claims[best]):
            kept[pair] = count
    return kept


def decisions(said: Told, evident: Collection[str]) -> Iterator[tuple[str, str, bool]]:
    """Pairs of names that people joined or parted, latest first.

    Two names need documents that speak of both; a typed name those of its card, and a card's new name is no way to it while documents
    speak of something else by that name.
    """
    for event in reversed(said.holding):
        typed = event.kind in TYPED_NAMES
        other = topic_key(event.text) if typed else event.other
        if event.kind not in JOINING + PARTING or event.subject not in evident or other == event.subject:
            continue
        if (typed or other in evident) and not (event.kind == "rename" and other in evident):
            yield event.subject, other, event.kind in JOINING


def joins(documents: Iterable[Known]) -> dict[tuple[str, str, str], int]:
    """Pairs that documents join, by kind of evidence, with their number; of a name that is given, the subject first."""
    saying: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for each in documents:
        for row in each.evidence:
            if row.kind == "alias" and row.other not in ("", row.subject):
                given = (row.subject, row.other) if topic_key(row.value) == row.other else sorted((row.subject, row.other))
                saying[given[0], given[1], row.place].add(each.id)
    return {pair: len(ids) for pair, ids in saying.items()}


def _partners(pairs: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str], set[str]]:
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for left, right, how in pairs:
        found[how, left].add(right)
        found[how, right].add(left)
    return found
