"""The answers that go with the sample organisation: what a reader of all its files would find, and who may see what."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

State = Literal["published", "quarantined", "excluded"]
Reason = Literal["", "encrypted", "damaged", "empty", "unsupported"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldItem(_Frozen):
    """One file of the corpus. `allow` and `deny` are those of its nearest `.engram.yaml`; `reason` is set for what must be quarantined."""

    path: str
    title: str
    kind: str
    state: State
    reason: Reason
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    created: str
    modified: str
    authors: tuple[str, ...]
    """E-mail addresses of those who wrote it."""
    editors: tuple[str, ...]
    topics: tuple[str, ...]
    """Keys of topics, the main one first."""
    children: tuple[str, ...]
    """Paths of attachments and archive members (`parent!/name`)."""
    ocr: tuple[str, ...]
    """Words that recognition must find."""


class GoldReason(_Frozen):
    """Why somebody is an expert: `said` is a colleague's sentence; `wrote`, `edited`, `decided` are counted from the files."""

    kind: Literal["said", "wrote", "edited", "decided"]
    text: str = ""
    count: int = 0
    last: str = ""


class GoldExpert(_Frozen):
    name: str
    email: str
    grade: int
    """3 for the first person to ask, 2 for the second, 1 for the others."""
    reasons: tuple[GoldReason, ...]


class GoldTopic(_Frozen):
    key: str
    name: str
    type: str
    department: str
    aliases: tuple[str, ...]
    definition: str
    experts: tuple[GoldExpert, ...]
    related: tuple[str, ...]
    documents: tuple[str, ...]


class GoldDefinition(_Frozen):
    topic: str
    text: str
    path: str


class GoldDecision(_Frozen):
    topic: str
    date: str
    who: str
    """E-mail address of the person who owns the decision."""
    what: str
    path: str


class GoldClaim(_Frozen):
    """A dated answer to a question; the files contradict each other over time, and the last date that is not hearsay holds."""

    question: str
    date: str
    value: str
    text: str
    path: str


class GoldRename(_Frozen):
    topic: str
    former: str
    name: str
    date: str


class GoldPerson(_Frozen):
    name: str
    email: str
    handle: str
    department: str
    role: str
    left: str
    external: bool
    principals: tuple[str, ...]
    """Everything this reader is: address, groups (nested ones resolved) and `everyone`."""


class Gold(_Frozen):
    """All answers. `same_name` maps a name to the addresses of different people; `acronyms` a short form to topics that share it."""

    company: str
    items: tuple[GoldItem, ...]
    topics: tuple[GoldTopic, ...]
    definitions: tuple[GoldDefinition, ...]
    decisions: tuple[GoldDecision, ...]
    claims: tuple[GoldClaim, ...]
    renames: tuple[GoldRename, ...]
    people: tuple[GoldPerson, ...]
    same_name: dict[str, tuple[str, ...]]
    acronyms: dict[str, tuple[str, ...]]

    def item(self, path: str) -> GoldItem:
        return next(item for item in self.items if item.path == path)

    def topic(self, key: str) -> GoldTopic:
        return next(topic for topic in self.topics if topic.key == key)

    def visible(self, principals: frozenset[str]) -> tuple[str, ...]:
        """Paths of published items that a reader with these principals may open."""
        return tuple(
            item.path
            for item in self.items
            if item.state == "published" and principals.intersection(item.allow) and not principals.intersection(item.deny)
        )


def load_gold(path: Path) -> Gold:
    return Gold.model_validate_json(path.read_bytes())
