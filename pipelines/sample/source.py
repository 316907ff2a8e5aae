"""The organisation as written down in `data/*.yaml`: people, groups, folders, topics and every file's words."""

import datetime as dt
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Cell = str | int | float | dt.date
Rows = list[list[Cell]]
Text = Annotated[str, BeforeValidator(str)]
Render = Literal["plain", "scan", "rotated", "noisy", "encrypted", "truncated", "empty", "random", "excluded", "copy"]

ITEM_FILES = ("handbook", "engineering", "projects", "operations", "commercial", "mail", "meetings", "special")


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Person(_Entry):
    name: str
    role: str
    department: str
    email: str
    handle: str
    joined: dt.date
    left: dt.date | None = None
    external: bool = False


class Folder(_Entry):
    allow: list[str]
    owner: str
    deny: list[str] = []
    ignore: list[str] = []


class Company(_Entry):
    name: str
    domain: str
    address: str


class Rename(_Entry):
    former: str
    date: dt.date


class Topic(_Entry):
    name: str
    type: str
    department: str
    aliases: list[str]
    definition: str
    experts: dict[str, str]
    related: list[str]
    private: bool = False
    renamed: Rename | None = None


class Decision(_Entry):
    topic: str
    who: str
    what: str
    date: dt.date | None = None
    """The day it was taken, where that is not the day of the last change."""


class Action(_Entry):
    who: str
    what: str
    due: dt.date


class Claim(_Entry):
    question: str
    value: Text
    text: str
    date: dt.date | None = None


class Mail(_Entry):
    to: list[str]
    time: dt.time
    cc: list[str] = []
    reply: str | int | None = None
    """Path of the mail that this one answers, or its position inside one mailbox file."""


class Event(_Entry):
    start: dt.datetime
    minutes: int
    to: list[str]
    where: str
    until: dt.date | None = None
    every_weeks: int = 1


class Item(_Entry):
    """One file, or a message, attachment or archive member inside one. The kind is the suffix of `path`."""

    path: str = ""
    title: str
    date: dt.date = dt.date(2024, 1, 1)
    modified: dt.date | None = None
    by: list[str] = []
    edits: dict[str, int] = {}
    topics: list[str] = []
    body: str = ""
    rows: Rows | str = []
    sheets: dict[str, Rows] = {}
    mail: Mail | None = None
    messages: list["Item"] = []
    attachments: list["Item"] = []
    members: list["Item"] = []
    event: Event | None = None
    decisions: list[Decision] = []
    actions: list[Action] = []
    claims: list[Claim] = []
    render: Render = "plain"
    copy_of: str = ""
    ocr: list[str] = []

    @property
    def kind(self) -> str:
        return PurePosixPath(self.path).suffix.lstrip(".")

    @property
    def last(self) -> dt.date:
        return self.modified or self.date


class Organisation(_Entry):
    company: Company
    people: dict[str, Person]
    groups: dict[str, list[str]]
    folders: dict[str, Folder]
    topics: dict[str, Topic]
    items: list[Item] = Field(default_factory=list)
    definitions: dict[str, list[str]] = {}
    """Path of an item -> keys of the topics that it defines."""

    def name(self, key: str) -> str:
        return self.people[key].name

    def principal(self, key: str) -> str:
        return self.people[key].email if key in self.people else key

    def item(self, path: str) -> Item:
        return next(item for item in self.items if item.path == path)

    def access(self, path: str) -> Folder:
        """The entry of the nearest folder above `path` that sets access."""
        return self.folders[next(str(p) for p in _parents(path) if str(p) in self.folders)]

    def principals(self, key: str) -> tuple[str, ...]:
        """Address, groups through any nesting, and everyone."""
        found = {key}
        while grown := {g for g, members in self.groups.items() if found.intersection(members)} - found:
            found |= grown
        return tuple(sorted({"everyone", *map(self.principal, found)}))


def _parents(path: str) -> Iterator[str]:
    for parent in PurePosixPath(path).parents:
        yield "" if str(parent) == "." else str(parent)


def load_yaml(name: str) -> Any:
    # The loader in C is twenty times faster; a PyYAML built without it still works.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((files("pipelines.sample") / "data" / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)


def load_organisation() -> Organisation:
    """Everything in the data files, with placeholders in bodies replaced."""
    raw = load_yaml("organisation")
    domain = raw["company"]["domain"]
    for person in raw["people"].values():
        if "@" not in person["email"]:
            person["email"] += f"@{domain}"
    bare = Organisation(topics=load_yaml("topics"), **raw)
    items = [Item.model_validate(entry) for name in ITEM_FILES for entry in load_yaml(name)]
    definitions = {item.path: _defined(item.body, bare) for item in items}
    return bare.model_copy(
        update={
            "items": [item.model_copy(update={"body": _expand(item.body, bare)}) for item in items],
            "definitions": {path: keys for path, keys in definitions.items() if keys},
        }
    )


def _defined(body: str, org: Organisation) -> list[str]:
    return _public(org) if "{glossary}" in body else re.findall(r"\{def:([a-z-]+)\}", body)


def _public(org: Organisation) -> list[str]:
    return sorted((k for k, t in org.topics.items() if not t.private), key=lambda k: (org.topics[k].name.casefold(), k))


def _expand(body: str, org: Organisation) -> str:
    glossary = "\n".join(f"- **{org.topics[k].name}**: {org.topics[k].definition}" for k in _public(org))
    return re.sub(r"\{def:([a-z-]+)\}", lambda m: org.topics[m[1]].definition, body.replace("{glossary}", glossary))
