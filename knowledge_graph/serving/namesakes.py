"""People of one full name or one account who know one thing: for a ranking they count as one.

Hardly ever do two of a name work on the same: of 90 such pairs on Kubernetes that its gold knows, 89 are one person with two accounts.
An account is what stands before an address's @, or a handle: of 290 pairs of an address and a handle on three organisations 279 are one
person, of 47 pairs of addresses all. Nobody's card changes: neither joins identities, and outside that ranking they stay as they are.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from knowledge_graph.fold.partial import merge_people
from knowledge_graph.fold.rulings import Rulings
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.people import BRIEF, People, Person
from knowledge_graph.text.words import fold_name, public_zipf

SHORTEST_ACCOUNT = 5
COINED_ZIPF = 1.5
"""What is rarer than one in thirty million words is no word and no usual name: `@alexis` and `alexis@` may be two."""


def carriers(people: People, names: Collection[str]) -> dict[str, Person | None]:
    """Of these folded full names those that somebody carries with an address or a handle: whom each means, None where it may be two."""
    if not names:
        return {}
    carried: Body = {
        "bool": {
            "filter": [{"term": {"kind": "person"}}, {"terms": {"names": sorted(names)}}],
            "must_not": [{"prefix": {"subject": "name:"}}],
        }
    }
    found: defaultdict[str, dict[str, Person]] = defaultdict(dict)
    hits = people.store.read_all("subjects", people.reader, carried, ["subject"])
    for person in people.finish([hit.fields["subject"] for hit in hits], BRIEF).values():
        for name in {fold_name(name) for name in person.names}.intersection(names):
            found[name][person.id] = person
    as_one = {name: pooled(of_name.values(), people.rulings) for name, of_name in found.items()}
    only = {name: {one.id for one in of_name.values()} for name, of_name in as_one.items()}
    return {name: of_name[next(iter(only[name]))] if len(only[name]) == 1 else None for name, of_name in found.items()}


def all_that_mean(people: People, wanted: Collection[Person]) -> list[str]:
    """The identities of these people, and `name:ann lee` for each full name that means one of them wherever it stands alone."""
    names = {fold_name(name) for person in wanted for name in person.names}
    carried = carriers(people, {name for name in names if " " in name})
    identities = [identity for person in wanted for identity in person.identities]
    theirs = (name for name, person in sorted(carried.items()) if person and not set(person.identities).isdisjoint(identities))
    return [*identities, *(f"name:{name}" for name in theirs)]


def pooled(people: Iterable[Person], rulings: Rulings) -> Mapping[str, Person]:
    """For each of these people, by id, the one who stands for all of their name and account: whoever has a part in most documents."""
    groups: list[list[Person]] = []
    called: defaultdict[str, list[int]] = defaultdict(list)
    for person in sorted(people, key=lambda each: (-each.partial.documents, each.id)):
        names = _called(person)
        near = sorted({place for name in names for place in called[name]})
        place = next((each for each in near if not any(_two(person, other, rulings) for other in groups[each])), len(groups))
        if place == len(groups):
            groups.append([])
        groups[place].append(person)
        for name in names:
            called[name].append(place)
    return {person.id: one for group in groups for one in [_as_one(group)] for person in group}


def _called(person: Person) -> set[str]:
    """The full name of one person and the accounts that are hardly another's."""
    name = fold_name(person.names[0])
    accounts = {text.casefold() for text in (*person.handles, *(email.partition("@")[0] for email in person.emails))}
    full = {f"name:{name}"} if " " in name else set()
    return full | {f"account:{text}" for text in accounts if len(text) >= SHORTEST_ACCOUNT and public_zipf(text) < COINED_ZIPF}


def _two(left: Person, right: Person, rulings: Rulings) -> bool:
    """Whether anything says that these are two: a directory has both, or their domain is one, their names differ, a verdict parted them."""
    if rulings.parted(left.identities, right.identities):
        return True
    if set(left.entries) & set(right.entries):
        return False
    described = left.entries and right.entries
    named = _names(left) and _names(right) and not _names(left) & _names(right)
    return bool(described or _domains(left) & _domains(right) or named)


def _domains(person: Person) -> set[str]:
    return {email.rpartition("@")[2] for email in person.emails}


def _names(person: Person) -> set[str]:
    """Words of the full name, of which two spellings of one person share some."""
    return set(fold_name(person.names[0]).split()) if " " in person.names[0] else set()


def _as_one(group: list[Person]) -> Person:
    first = group[0]
    if len(group) == 1:
        return first
    identities = tuple(dict.fromkeys(identity for person in group for identity in person.identities))
    entries = tuple(dict.fromkeys(entry for person in group for entry in person.entries))
    return Person(first.id, identities, merge_people(person.partial for person in group), entries)
