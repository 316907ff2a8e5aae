"""What is wrong with directories: reported, never fatal, because what is right in them still has to hold."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from knowledge_graph.directory.model import GROUP, ROLE, USER, Listing, Problem, key_of
from knowledge_graph.model.access import EVERYONE

NAMED = 5
"""Members of a cycle that its report names."""


def problems_of(listings: Mapping[str, Listing]) -> list[Problem]:
    known = _Known(listings)
    found: list[Problem] = []
    for source, listing in listings.items():
        found += [Problem(source, "unreadable", text) for text in listing.unreadable]
        found += [Problem(source, "duplicate", text) for text in _duplicates(listing)]
        found += [Problem(source, "unknown member", text) for text in known.unknown_members(listing)]
        found += [Problem(source, "unknown manager", text) for text in known.unknown_managers(listing)]
    return found + [Problem(", ".join(sources), "cycle", text) for sources, text in _cycles(listings)]


def _duplicates(listing: Listing) -> Iterator[str]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for person in listing.people:
        for key in person.keys:
            owners[key].append(person.id)
    for key, people in sorted(owners.items()):
        if len(people) > 1:
            yield f"{key} belongs to {' and '.join(sorted(people))}; it names nobody until it belongs to one of them"
    names = Counter(principal for group in listing.groups for principal in group.principals)
    for principal, count in sorted(names.items()):
        if count > 1:
            yield f"{principal} is the name of {count} groups; it holds the members of all of them"


class _Known:
    """The people and groups of all directories, because one may name what another describes."""

    def __init__(self, listings: Mapping[str, Listing]) -> None:
        self.keys = {key for listing in listings.values() for person in listing.people for key in person.keys}
        self.groups = {principal for listing in listings.values() for group in listing.groups for principal in group.principals}

    def unknown_members(self, listing: Listing) -> Iterator[str]:
        for group in listing.groups:
            for member in group.members:
                if not self._is_known(member):
                    yield f"{group.principals[0]} holds {member}, whom no directory describes"

    def _is_known(self, member: str) -> bool:
        if member == EVERYONE:
            return True
        if member.startswith((GROUP, ROLE)):
            return member in self.groups
        return key_of(member) in self.keys

    def unknown_managers(self, listing: Listing) -> Iterator[str]:
        for person in listing.people:
            if person.manager and key_of(person.manager) not in self.keys:
                yield f"{person.id} has the manager {person.manager.removeprefix(USER)}, whom no directory describes"


def _cycles(listings: Mapping[str, Listing]) -> Iterator[tuple[list[str], str]]:
    import networkx  # slow to import, and only a check of the directory needs it

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    said_by: defaultdict[str, set[str]] = defaultdict(set)
    # A group stands under its first name: its names hold each other by definition.
    first = {principal: group.principals[0] for listing in listings.values() for group in listing.groups for principal in group.principals}
    for source, listing in listings.items():
        for group in listing.groups:
            for member in group.members:
                if member.startswith((GROUP, ROLE)):
                    graph.add_edge(group.principals[0], first.get(member, member))
                    said_by[group.principals[0]].add(source)
    for component in sorted(map(sorted, networkx.strongly_connected_components(graph))):
        if len(component) > 1 or graph.has_edge(component[0], component[0]):
            named = ", ".join(component[:NAMED]) + (f" and {len(component) - NAMED} more" if len(component) > NAMED else "")
            sources = sorted(set().union(*(said_by[name] for name in component)))
            yield (
                sources,
                f"{named} hold each other; whoever is in one is in all of them" if len(component) > 1 else f"{named} holds itself",
            )
