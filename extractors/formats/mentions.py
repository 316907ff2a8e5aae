"""People whom a page mentions by more than their name: components (`<TeamMember name="Ann Lee" />`), mentions of a wiki or a forum."""

import re
from collections.abc import Iterable
from html import escape
from itertools import pairwise
from typing import Any, NamedTuple

from extractors.labels import LABELS
from extractors.passages import Passages, Runs

_COMPONENT = re.compile(r"<([A-Z][\w.]*)\s([^<>]*?)/?>")
_ATTRIBUTE = re.compile(r"""([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SHOWN, _NAMING = ("title", "label", "text"), ("name", "slug")
"""Attributes that any component shows, and those that name a thing or somebody where the component is of these: an icon has a name, too."""
_ACCOUNT = ("github", "handle", "username", "login", "account")
_OF_PEOPLE = re.compile(
    r"(?:Member|Person|Author|User|Avatar|Contributor|Profile|Mention|Speaker|Employee|Owner)(?:Avatar|Badge|Card|Chip|Link|Name|Photo|Tag)?$"
)
_OF_THINGS = re.compile(r"(?:Feature|Group|Product|Project|Service|Team)(?:Badge|Card|Chip|Link|Name|Tag)?$")
_LONGEST_NAME = 60
_MENTION = frozenset({"mention", "user-mention", "at-mention", "userlink", "confluence-userlink", "p-author", "h-card"})
# What stands between a heading's name and the people behind it: `(Owner: `, `, owner: `, a dash.
_IN_BRACKETS = re.compile(r"\s*[(\[]\s*(?:(\w[\w ]{1,20}):)?[\s,&/+]*$")
_LABELLED = re.compile(r"\s*\b(\w[\w -]{1,20}):\s*$")
_BETWEEN = re.compile(r"(?:[\s,&/+]|\b(?:and|und|et|y|e|en|och|og)\b)*")
_AROUND = " ,:&)]\u2013\u2014-"


class Named(NamedTuple):
    text: str
    is_person: bool
    account: str


def component(tag: str) -> Named | None:
    """What a component (JSX, begins with a capital) shows by its attributes; None for other tags and for components that name nothing."""
    found = _COMPONENT.fullmatch(tag.strip())
    if not found:
        return None
    values = {name.lower(): next(filter(None, said), "").strip() for name, *said in _ATTRIBUTE.findall(found[2])}

    def first(keys: Iterable[str]) -> str:
        return next((values[key] for key in keys if values.get(key)), "")

    if _OF_PEOPLE.search(found[1]):
        account = first(_ACCOUNT).lstrip("@")
        text = first(_NAMING) or (f"@{account}" if account else "")
        return Named(text, True, account) if text else None
    text = first((*_NAMING, *_SHOWN) if _OF_THINGS.search(found[1]) else _SHOWN)
    return Named(text, False, "") if text else None


def as_html(text: str) -> str:
    """HTML whose components are mentions, or what they show."""
    return _COMPONENT.sub(_replaced, text)


def _replaced(found: re.Match[str]) -> str:
    shown = component(found[0])
    if shown is None:
        return found[0]
    mention = f' class="mention" data-username="{escape(shown.account)}"' if shown.is_person else ""
    return f"<span{mention}>{escape(shown.text)}</span>"


def mark_person(runs: Runs, start: int, element: Any) -> None:
    """Marks what an element that mentions somebody has added since `start`, with their account where it says one."""
    said = "" if _MENTION.isdisjoint((element.get("class") or "").split()) else "".join(element.itertext()).strip()
    if said and len(said) <= _LONGEST_NAME:
        account = element.get("data-username") or (said[1:] if said.startswith("@") and " " not in said else "")
        runs.mark(start, "person", account)


def add_heading(passages: Passages, level: int, runs: Runs) -> None:
    """Adds a heading; people mentioned in it are no part of its name and stand below it, behind the label that they had.

    A heading that is nothing but people, or has words between them, stays as it is.
    """
    text, marks = runs.finish()
    people = [mark for mark in marks if mark.kind == "person"]
    start, label = _before(text[: people[0].start]) if people else (0, "")
    name = f"{text[:start]} {text[people[-1].end :].strip(_AROUND)}".strip(_AROUND) if people else ""
    if not name or not all(_BETWEEN.fullmatch(text, one.end, other.start) for one, other in pairwise(people)):
        return passages.heading(level, runs)
    passages.heading(level, Runs.of(name, [mark for mark in marks if mark.end <= min(start, len(name))]))
    who = Runs()
    who.add(f"{label}: " if label else "")
    for number, mark in enumerate(people):
        who.add(", " if number else "")
        at = who.position
        who.add(text[mark.start : mark.end])
        who.mark(at, mark.kind, mark.value)
    passages.add("paragraph", who)


def _before(text: str) -> tuple[int, str]:
    """Where a heading's name ends before the people in it, and the label that they have: in brackets, or one of people (`Owner:`)."""
    found = _IN_BRACKETS.search(text)
    if found is None:
        found = _LABELLED.search(text)
        found = found if found and (found[1].casefold() in LABELS.roles or found[1].casefold() in LABELS.kinds) else None
    return (found.start(), found[1] or "") if found else (len(text.rstrip(_AROUND)), "")
