"""What files say so far, and how a person's entry becomes a record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge_graph.directory.model import Group, Person, group, member, user
from knowledge_graph.model.access import normalise_principal

FIELDS = ("id", "name", "email", "handle", "account", "manager", "department", "start", "end", "active")
PLURALS = {"names": "name", "emails": "email", "e-mail": "email", "mail": "email", "handles": "handle", "accounts": "account"}
_NO = frozenset({"no", "false", "0", "n", "inactive", "disabled"})


@dataclass(slots=True)
class Draft:
    """People with the place where they stand, groups, and in words the entries that say nothing."""

    people: list[tuple[str, Person]] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def add_person(self, place: str, values: dict[str, Sequence[str]]) -> None:
        """An end that cannot be read closes the account: who may have left gets nothing until somebody looks."""
        try:
            values = values | _closed_if_unclear(values)
            self.people.append((place, person(values)))
        except ValueError as exc:
            self.unreadable.append(f"{place}: {exc}")
        else:
            if values.get("end") == ():
                self.unreadable.append(f"{place}: the end is no date, so this account is closed; write YYYY-MM-DD")

    def add_group(self, place: str, name: str, members: Iterable[str]) -> None:
        principal = group(name)
        if principal.partition(":")[2]:
            self.groups.append(Group(principal, (principal,), tuple(sorted({member(each) for each in members} - {""}))))
        else:
            self.unreadable.append(f"{place}: a group without a name")


def person(values: Mapping[str, Sequence[str]]) -> Person:
    """A person of lists of texts by field; raises ValueError in words."""
    told = {name: tuple(dict.fromkeys(text.strip() for text in texts if text.strip())) for name, texts in values.items()}
    emails = tuple(normalise_principal(email) for email in told.get("email", ()))
    for email in emails:
        if "@" not in email.strip("@") or ":" in email:
            raise ValueError(f"'{email}' is no e-mail address")
    handles = tuple(handle.lstrip("@").casefold() for handle in told.get("handle", ()))
    id = _one(told, "id") or next(iter((*emails, *handles)), "")
    if not id:
        raise ValueError("an entry without an id or an e-mail address")
    manager = _one(told, "manager")
    return Person(
        id=id,
        names=told.get("name", ()),
        emails=emails,
        handles=handles,
        accounts=told.get("account", ()),
        manager=normalise_principal(manager) if "@" in manager and "=" not in manager else user(manager),
        department=_one(told, "department"),
        start=_date(told, "start"),
        end=_date(told, "end"),
        active=_one(told, "active").casefold() not in _NO,
    )


def _one(values: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(values.get(name, ())), "")


def _closed_if_unclear(values: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    try:
        _date(values, "end")
    except ValueError:
        return {"end": (), "active": ("no",)}
    return {}


def _date(values: Mapping[str, Sequence[str]], name: str) -> str:
    text = _one(values, name).strip()
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else ""
    except ValueError as exc:
        raise ValueError(f"{name}: '{text}' is no date; write YYYY-MM-DD") from exc
