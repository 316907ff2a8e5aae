"""Pairs of people who may be one person: a name in common, or nearly, and no address, handle or directory entry that says so.

A name never joins two people by itself; it asks somebody who knows. Pairs, probabilities and facts come from what this reader may open.
Candidates are blocked and names compared as in `knowledge_graph/resolve`, whose probabilities `engram eval names` and `people` measure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product

from knowledge_graph.resolve.names import same_name
from knowledge_graph.resolve.namesakes import Bearer, same_bearer
from knowledge_graph.resolve.records import DOUBTFUL, blocked
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.people import BRIEF, People, Person
from knowledge_graph.serving.views import DoubtfulPair, DoubtfulPerson
from knowledge_graph.text.words import fold_name

NAMES = 3
"""Spellings of a person that are compared."""
SPELLED_ALIKE = 0.5
"""Below it two names are two names, and whoever bears them two people."""
FIELDS = (*BRIEF, "payload.first")


@dataclass(frozen=True, slots=True)
class Doubtful:
    """Reads pairs as one reader, by whose verdicts they are already decided or not."""

    people: People

    def pairs(self, limit: int, offset: int = 0) -> tuple[DoubtfulPair, ...]:
        """Pairs that nobody decided, likeliest first."""
        known = {person.id: person for person in self.people.all(FIELDS)}
        found = []
        for one, other in candidates(known):
            left, right = known[one], known[other]
            chance = round(one_person(left, right), 4)
            if chance >= DOUBTFUL and not self.people.rulings.parted(left.identities, right.identities):
                found.append((chance, left, right))
        page = sorted(found, key=lambda row: (-row[0], row[1].id, row[2].id))[offset : offset + limit]
        together = self._together([(left, right) for _, left, right in page])
        return tuple(
            DoubtfulPair(_shown(left), _shown(right), chance, both, _facts(left, right, both))
            for (chance, left, right), both in zip(page, together, strict=True)
        )

    def _together(self, pairs: Sequence[tuple[Person, Person]]) -> list[int]:
        """For each pair the documents that both had a part in."""
        if not pairs:
            return []
        filters: dict[str, Body] = {
            str(at): {"bool": {"filter": [{"terms": {"people": list(person.identities)}} for person in pair]}}
            for at, pair in enumerate(pairs)
        }
        answer = self.people.store.read("documents", self.people.reader, size=0, aggs={"pairs": {"filters": {"filters": filters}}})
        return [answer.aggregations["pairs"]["buckets"][str(at)]["doc_count"] for at in range(len(pairs))]


def candidates(people: dict[str, Person]) -> list[tuple[str, str]]:
    """Pairs of ids, each once, whose names share a part or the sound of two."""
    records = {}
    for id, person in people.items():
        for at, name in enumerate(_written(person)):
            given, family = _parts(name)
            records[f"{at} {id}"] = {"family": family, "given": given, "initial": given[:1], "name": fold_name(name)}
    found = blocked(records, records, ("name", "family", "given", "initial"))
    pairs = {tuple(sorted((left.partition(" ")[2], right.partition(" ")[2]))) for left, right in found}
    return sorted((one, other) for one, other in pairs if one != other)


def one_person(left: Person, right: Person) -> float:
    """The probability from the names alone: that they are one name, times that one name has one bearer here; of all spellings the best."""
    return max((_alike(one, left, other, right) for one, other in product(_written(left), _written(right))), default=0.0)


def _alike(one: str, left: Person, other: str, right: Person) -> float:
    spelled = same_name(one, other, "person")
    if spelled < SPELLED_ALIKE:
        return 0.0
    first, second = _bearer(one, left), _bearer(other, right)
    # How the two are spelled is weighed already: two spellings of one name must not count as two given names.
    second = replace(second, family=first.family)
    if min(len(first.given), len(second.given)) > 1:
        second = replace(second, given=first.given, initials=first.initials)
    return spelled * same_bearer(first, second)


def _written(person: Person) -> list[str]:
    """Names of at least two words: one word is a given name or a handle."""
    return [name for name in person.names if " " in fold_name(name)][:NAMES]


def _parts(name: str) -> tuple[str, str]:
    words = fold_name(name).split()
    return words[0], words[-1]


def _bearer(name: str, person: Person) -> Bearer:
    words = fold_name(name).split()
    years = [int(day[:4]) + int(day[5:7] or 1) / 12 for day in (person.partial.first, person.partial.last) if day[:4].isdigit()]
    return Bearer(words[0], words[-1], "".join(word[0] for word in words[:-1]), sum(years) / len(years) if years else 0.0)


def _shown(person: Person) -> DoubtfulPerson:
    partial = person.partial
    return DoubtfulPerson(person.id, person.names[0], person.emails, person.handles, partial.documents, partial.first, partial.last)


def _facts(left: Person, right: Person, both: int) -> tuple[str, ...]:
    """What a person would look at next, in words."""
    facts = ["one name" if set(map(fold_name, _written(left))) & set(map(fold_name, _written(right))) else "similar names"]
    if set(_locals(left)) & set(_locals(right)):
        facts.append("the same name before the @")
    if set(_domains(left)) & set(_domains(right)):
        facts.append("two addresses of one domain")
    if both:
        facts.append(f"together in {both:,} document{'s' if both > 1 else ''}")
    if min(left.partial.last, right.partial.last) < max(left.partial.first, right.partial.first):
        facts.append("one after the other")
    return tuple(facts)


def _locals(person: Person) -> Iterable[str]:
    return (email.partition("@")[0] for email in person.emails)


def _domains(person: Person) -> Iterable[str]:
    return (email.partition("@")[2] for email in person.emails)
