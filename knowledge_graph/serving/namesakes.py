"""People of one full name who know one thing: for a ranking they count as one, because hardly ever two of a name work on the same.

Of 90 such pairs on Kubernetes that its gold knows, 89 are one person with two accounts. Nobody's card changes: a name alone joins no
identities, and outside that ranking they stay as they are.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from knowledge_graph.fold.partial import merge_people
from knowledge_graph.fold.rulings import Rulings
from knowledge_graph.serving.people import Person
from knowledge_graph.text.words import fold_name


def pooled(people: Iterable[Person], rulings: Rulings) -> Mapping[str, Person]:
    """For each of these people, by id, the one who stands for all of their name: whoever has a part in most documents."""
    named: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        name = fold_name(person.names[0])
        named[name if " " in name else person.id].append(person)
    found: dict[str, Person] = {}
    for bearers in named.values():
        groups: list[list[Person]] = []
        for person in sorted(bearers, key=lambda each: (-each.partial.documents, each.id)):
            group = next((group for group in groups if not any(_two(person, other, rulings) for other in group)), None)
            if group is None:
                groups.append([person])
            else:
                group.append(person)
        for group in groups:
            found |= dict.fromkeys((person.id for person in group), _as_one(group))
    return found


def _two(left: Person, right: Person, rulings: Rulings) -> bool:
    """Whether anything says that these are two: both are in a directory, have addresses of one domain, or were parted by a verdict."""
    return bool((left.entries and right.entries) or _domains(left) & _domains(right)) or rulings.parted(left.identities, right.identities)


def _domains(person: Person) -> set[str]:
    return {email.rpartition("@")[2] for email in person.emails}


def _as_one(group: list[Person]) -> Person:
    first = group[0]
    if len(group) == 1:
        return first
    identities = tuple(dict.fromkeys(identity for person in group for identity in person.identities))
    entries = tuple(dict.fromkeys(entry for person in group for entry in person.entries))
    return Person(first.id, identities, merge_people(person.partial for person in group), entries)
