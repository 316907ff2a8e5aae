"""Who there is and who belongs to what, as a directory says it.

A **key** is one identity of a person: `email:ann@x.org`, `handle:ann`, or `user:ID` for an id or account name of a directory.
A **principal** is what access lists and tokens name: an e-mail address, `user:ID`, `group:NAME`, `role:NAME`, `everyone`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from knowledge_graph.model.access import EVERYONE, normalise_principal
from knowledge_graph.text.words import fold_name

USER, GROUP, ROLE = "user:", "group:", "role:"


def user(text: str) -> str:
    """The principal of an account's id; `""` for no id."""
    folded = normalise_principal(text)
    return folded if not folded or folded.startswith(USER) else USER + folded


def group(name: str) -> str:
    """The principal of a group's name: only a name that says `role:` is a role, and no name is a person or everyone."""
    folded = normalise_principal(name)
    return folded if not folded or folded.startswith((GROUP, ROLE)) else GROUP + folded


def member(text: str) -> str:
    """The principal that a line of a group's member list means; a bare word is somebody's id."""
    folded = normalise_principal(text)
    if not folded or folded == EVERYONE or folded.startswith((USER, GROUP, ROLE)) or "@" in folded:
        return folded
    return USER + folded


@dataclass(frozen=True, slots=True)
class Person:
    """One person in one directory; the fullest name and the main address come first. Dates are `YYYY-MM-DD` or `""`."""

    id: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    """Further ids under which tokens and member lists may name this person."""
    manager: str = ""
    """An id, account or address of another person."""
    department: str = ""
    start: str = ""
    end: str = ""
    """The last day."""
    active: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        found = [f"email:{normalise_principal(email)}" for email in self.emails]
        found += [f"handle:{normalise_principal(handle)}" for handle in self.handles]
        found += [user(account) for account in (self.id, *self.accounts)]
        return tuple(dict.fromkeys(key for key in found if key.partition(":")[2]))

    @property
    def name_keys(self) -> tuple[str, ...]:
        """`name:ann lee` for each full name: what documents call a person by that give no address. Others may bear it, too."""
        folded = (fold_name(name) for name in self.names)
        return tuple(dict.fromkeys(f"name:{name}" for name in folded if " " in name))

    def has_left(self, today: str) -> bool:
        return not self.active or bool(self.end and self.end < today)


@dataclass(frozen=True, slots=True)
class Group:
    """`principals` are its names, which mean the same; `members` are principals, groups among them."""

    id: str
    principals: tuple[str, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a directory that a person should mend. `kind` is unreadable, duplicate, unknown member, unknown manager or cycle."""

    source: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that one directory says; `unreadable` are the entries that say nothing, in words."""

    people: tuple[Person, ...] = ()
    groups: tuple[Group, ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A person as one directory describes them; `keys` are those that it gives to nobody else."""

    source: str
    person: Person
    keys: tuple[str, ...]


def key_of(principal: str) -> str:
    """The key that a principal is of a person, `""` for groups, roles and everyone."""
    if principal.startswith(USER):
        return principal
    return f"email:{principal}" if "@" in principal and not principal.startswith((GROUP, ROLE)) else ""


def principals_of(keys: Iterable[str]) -> set[str]:
    """What of a person's keys access lists may name; a handle is a name on a code host, which anybody may take there."""
    return {key.removeprefix("email:") for key in keys if key.startswith(("email:", USER))}
