"""What verdicts say to one reader: the events addressed to them, replayed. Serving asks this in every finish.

The rule between verdicts that disagree: within one slot of a card (its standing, its name, one alias, one pair, one pin, its
description, its type) the latest event of the log decides, among those that the reader's principals let in and that are not undone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from knowledge_graph.fold.closure import Link
from knowledge_graph.model.access import Reader
from knowledge_graph.model.verdicts import EXAMPLES, PERSONAL, STANDING, TYPED, WITH_DOCUMENT, WITH_PERSON, Kind, Verdict, in_effect
from knowledge_graph.text.words import fold, terms, topic_key

Slot = tuple[str, ...]

_SLOTS: Mapping[str, str] = {
    Kind.RENAME: "name",
    Kind.DESCRIBE: "description",
    Kind.TYPE: "type",
    Kind.OPT_OUT: "opt-out",
}
_LINKS = frozenset({Kind.MERGE, Kind.SPLIT, Kind.ADD_ALIAS, Kind.REMOVE_ALIAS, Kind.RENAME})


def slot_of(verdict: Verdict) -> Slot:
    """What a verdict decides about its subject; of two in the same slot only the later one holds."""
    if verdict.kind in STANDING:
        return ("standing",)
    if verdict.kind in (Kind.ADD_ALIAS, Kind.REMOVE_ALIAS):
        return ("alias", topic_key(verdict.text))
    if verdict.kind in EXAMPLES:
        return ("class", topic_key(verdict.text))
    if verdict.kind in (Kind.MERGE, Kind.SPLIT):
        return ("pair", *sorted((verdict.subject, verdict.other)))
    if verdict.kind == Kind.NOT_ME:
        return ("not-me", verdict.other)
    if verdict.kind == Kind.FOLLOW:
        return ("follow", verdict.actor)
    if verdict.kind in WITH_PERSON | WITH_DOCUMENT:
        return ("pin", verdict.other)
    return (_SLOTS[verdict.kind],)


@dataclass(frozen=True, slots=True)
class Touch:
    """An event in a card's history; `told` is the verdict that it gives or, in the end, takes back."""

    seq: int
    id: str
    told: Verdict


@dataclass(frozen=True, slots=True)
class Rulings:
    """The verdicts in effect for one reader, by what they are about."""

    by_subject: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    standings: Mapping[str, Verdict] = field(default_factory=dict)
    """For each key of a card that was confirmed, rejected or hidden: the latest such verdict."""
    opted_out: frozenset[str] = frozenset()
    """Identities of people who are never shown as experts."""
    linked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """For each key the keys that a merge, split, alias or new name pairs it with."""
    touching: Mapping[str, tuple[Touch, ...]] = field(default_factory=dict)
    """For each key every verdict that touches its card, oldest first, also those undone."""
    speaking: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """For each key every verdict that speaks of it, because of which the fold publishes it."""
    examples: Mapping[str, tuple[Verdict, ...]] = field(default_factory=dict)
    """For each class of documents, by the key of its name, the examples and counterexamples that decide, oldest first."""

    def touches(self, keys: Iterable[str]) -> list[Touch]:
        """The verdicts on the card with these keys, latest first."""
        found = {touch.id: touch for key in keys for touch in self.touching.get(key, ())}
        return sorted(found.values(), key=lambda touch: -touch.seq)

    def latest(self, keys: Iterable[str]) -> dict[Slot, Verdict]:
        """For each slot of the card with these keys the verdict that decides, oldest first."""
        found = sorted({each for key in keys for each in self.by_subject.get(key, ())}, key=lambda each: each.seq)
        decided: dict[Slot, Verdict] = {}
        for verdict in found:
            slot = slot_of(verdict)
            decided.pop(slot, None)
            decided[slot] = verdict
        return decided

    def standing(self, key: str) -> str:
        """confirm, reject or hide; `""` where nobody decided."""
        return self.standings[key].kind if key in self.standings else ""

    def is_confirmed(self, key: str) -> bool:
        return self.standing(key) == Kind.CONFIRM

    def is_refused(self, key: str) -> bool:
        return self.standing(key) in (Kind.REJECT, Kind.HIDE)

    def links(self, keys: Iterable[str], held: Iterable[str]) -> list[Link]:
        """What verdicts join and part among these keys, latest first. `held` are the keys that the reader has evidence for.

        A merge needs evidence of both ends, a typed alias of its subject. A new name leads to the card only while no evidence
        speaks of something else by that name.
        """
        evident = frozenset(held)
        found = {each for key in keys for each in self.by_subject.get(key, ()) if each.kind in _LINKS}
        links = []
        for verdict in sorted(found, key=lambda each: -each.seq):
            other = topic_key(verdict.text) if verdict.kind in TYPED else verdict.other
            needs = {verdict.subject} if verdict.kind in TYPED else {verdict.subject, other}
            if not needs <= evident or other == verdict.subject or (verdict.kind == Kind.RENAME and other in evident):
                continue
            links.append(Link(verdict.subject, other, same=verdict.kind not in (Kind.SPLIT, Kind.REMOVE_ALIAS)))
        return links

    def pinned(self, keys: Iterable[str], kind: Kind) -> list[str]:
        """People or documents pinned to the card with these keys, in the order in which they were pinned."""
        return [verdict.other for verdict in self.latest(keys).values() if verdict.kind == kind]

    def not_experts(self, keys: Iterable[str]) -> frozenset[str]:
        """Identities that are no experts of the topic with these keys: who said so, and who opted out of it all."""
        gone = [verdict for verdict in self.latest(keys).values() if verdict.kind == Kind.NOT_ME]
        return self.opted_out.union(*({verdict.other, *verdict.keys} for verdict in gone))

    def parted(self, left: Iterable[str], right: Iterable[str]) -> bool:
        """Whether a verdict says that these two cards are not the same."""
        one, two = frozenset(left), frozenset(right)
        split = [verdict.about for verdict in self.latest(one | two).values() if verdict.kind == Kind.SPLIT]
        return any(not one.isdisjoint(pair) and not two.isdisjoint(pair) for pair in split)

    def removed(self, keys: Iterable[str]) -> frozenset[str]:
        """Keys of the names that were taken from the card with these keys and not given back."""
        decided = self.latest(keys)
        renamed = {topic_key(verdict.text) for slot, verdict in decided.items() if slot == ("name",)}
        return frozenset(slot[1] for slot, verdict in decided.items() if verdict.kind == Kind.REMOVE_ALIAS) - renamed

    def names(self, keys: Collection[str], found: Iterable[str]) -> tuple[str, ...]:
        """A card's names for the reader: the name it was given, the found ones, typed aliases; without those taken away."""
        decided = self.latest(keys)
        renamed = [verdict.text for slot, verdict in decided.items() if slot == ("name",)]
        added = [verdict.text for verdict in decided.values() if verdict.kind == Kind.ADD_ALIAS]
        removed = self.removed(keys)
        distinct: dict[str, str] = {}
        for name in filter(None, (*renamed, *found, *added)):
            distinct.setdefault(topic_key(name), name)
        return tuple(name for key, name in distinct.items() if key not in removed)

    def type_of(self, keys: Iterable[str]) -> str:
        """The type that somebody gave the card with these keys."""
        found = self.latest(keys).get(("type",))
        return found.text if found else ""

    def typed(self) -> list[str]:
        """Keys that somebody gave a type."""
        return sorted(key for key, all_of in self.by_subject.items() if any(each.kind == Kind.TYPE for each in all_of))

    def typed_names(self) -> Iterable[tuple[str, str]]:
        """(name, key) of every name that somebody typed."""
        named = (Kind.RENAME, Kind.ADD_ALIAS)
        return ((each.text, key) for key, all_of in self.by_subject.items() for each in all_of if each.kind in named)

    def named(self, words: Iterable[str]) -> list[str]:
        """Keys with a typed name that holds all the words, which no index knows."""
        wanted = set(words)
        return sorted({key for name, key in self.typed_names() if wanted <= set(terms(name))})

    def beginning(self, prefix: str) -> list[str]:
        """Keys with a typed name that begins so."""
        return sorted({key for name, key in self.typed_names() if fold(name).startswith(prefix)})

    def followed(self) -> list[str]:
        """Keys that the reader follows: a follow is addressed to nobody but who gave it."""
        return sorted(key for key, all_of in self.by_subject.items() if any(each.kind == Kind.FOLLOW for each in all_of))


NO_RULINGS = Rulings()


def replay(verdicts: Iterable[Verdict], reader: Reader) -> Rulings:
    """What a log says to a reader. Verdicts that are not addressed to them are as if they did not exist."""
    by_subject: defaultdict[str, list[Verdict]] = defaultdict(list)
    standings: dict[str, Verdict] = {}
    linked: defaultdict[str, set[str]] = defaultdict(set)
    opted_out: set[str] = set()
    examples: defaultdict[str, dict[str, Verdict]] = defaultdict(dict)
    addressed = sorted((each for each in verdicts if each.access.opens_to(reader)), key=lambda each: each.seq)
    for verdict in in_effect(addressed):
        if not is_whole(verdict):
            continue
        by_subject[verdict.subject].append(verdict)
        if verdict.kind in STANDING:
            standings |= dict.fromkeys((verdict.subject, *verdict.keys), verdict)
        if verdict.kind == Kind.OPT_OUT:
            opted_out |= {verdict.subject, *verdict.keys}
        if verdict.kind in EXAMPLES:
            of_class = examples[topic_key(verdict.text)]
            of_class.pop(verdict.subject, None)
            of_class[verdict.subject] = verdict
        if verdict.kind in _LINKS:
            other = topic_key(verdict.text) if verdict.kind in TYPED else verdict.other
            linked[verdict.subject].add(other)
            linked[other].add(verdict.subject)
    return Rulings(
        {key: tuple(found) for key, found in by_subject.items()},
        standings,
        frozenset(opted_out),
        {key: frozenset(others) for key, others in linked.items()},
        touches(addressed),
        _speaking(addressed),
        {key: tuple(of_class.values()) for key, of_class in examples.items()},
    )


def spoken_of(verdict: Verdict) -> frozenset[str]:
    """Keys of what a verdict speaks of and of what was typed: the fold publishes what there is about them, however weak."""
    if verdict.kind in EXAMPLES:
        return frozenset()
    typed = topic_key(verdict.text) if verdict.kind in TYPED else ""
    return verdict.speaks_of | ({typed} if typed else frozenset())


def _speaking(addressed: Iterable[Verdict]) -> dict[str, tuple[Verdict, ...]]:
    found: defaultdict[str, list[Verdict]] = defaultdict(list)
    for verdict in addressed:
        for key in spoken_of(verdict) if verdict.kind != Kind.UNDO else ():
            found[key].append(verdict)
    return {key: tuple(all_of) for key, all_of in found.items()}


def touches(addressed: Iterable[Verdict]) -> dict[str, tuple[Touch, ...]]:
    """For each key the verdicts that touch it. What people say for themselves is no revision of a card."""
    told: dict[str, Verdict] = {}
    found: defaultdict[str, list[Touch]] = defaultdict(list)
    for verdict in addressed:
        told[verdict.id] = about = told.get(verdict.other, verdict) if verdict.kind == Kind.UNDO else verdict
        if about.kind not in PERSONAL:
            for key in about.about.union(about.keys):
                found[key].append(Touch(verdict.seq, verdict.id, about))
    return {key: tuple(all_of) for key, all_of in found.items()}


def is_whole(verdict: Verdict) -> bool:
    """False for a verdict that lost what it needs to mean anything, because its text or a person in it was forgotten."""
    if not verdict.subject or (verdict.kind in TYPED and not topic_key(verdict.text)):
        return False
    return bool(verdict.other) or verdict.kind not in {Kind.MERGE, Kind.SPLIT} | WITH_PERSON | WITH_DOCUMENT
