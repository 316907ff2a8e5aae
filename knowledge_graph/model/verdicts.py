"""What people decided about topics and people: one event of an append-only log, itself evidence with an audience."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from knowledge_graph.model.access import NOBODY, Access


class Kind(StrEnum):
    """What a verdict says. `subject` is a topic key, for `opt-out` a person's identity, for `merge` and `split` either.

    | kind | other | text |
    |---|---|---|
    | confirm reject hide | | |
    | rename add-alias remove-alias describe type | | the name, the description, the type |
    | merge split | the other key or identity | |
    | pin-person unpin-person not-me | the person's identity | |
    | pin-document unpin-document | the document's id | |
    | follow opt-out | | |
    | example counterexample | | the class; `subject` is then the document's id |
    | undo | the id of the verdict taken back | |
    """

    CONFIRM = "confirm"
    REJECT = "reject"
    HIDE = "hide"
    RENAME = "rename"
    ADD_ALIAS = "add-alias"
    REMOVE_ALIAS = "remove-alias"
    MERGE = "merge"
    SPLIT = "split"
    PIN_PERSON = "pin-person"
    UNPIN_PERSON = "unpin-person"
    PIN_DOCUMENT = "pin-document"
    UNPIN_DOCUMENT = "unpin-document"
    DESCRIBE = "describe"
    TYPE = "type"
    FOLLOW = "follow"
    NOT_ME = "not-me"
    OPT_OUT = "opt-out"
    EXAMPLE = "example"
    COUNTEREXAMPLE = "counterexample"
    UNDO = "undo"


STANDING = frozenset({Kind.CONFIRM, Kind.REJECT, Kind.HIDE})
EXAMPLES = frozenset({Kind.EXAMPLE, Kind.COUNTEREXAMPLE})
"""Kinds that say of a document whether it is of a class."""
TYPED = EXAMPLES | {Kind.RENAME, Kind.ADD_ALIAS, Kind.REMOVE_ALIAS, Kind.DESCRIBE, Kind.TYPE}
"""Kinds that somebody typed a text for."""
WITH_PERSON = frozenset({Kind.PIN_PERSON, Kind.UNPIN_PERSON, Kind.NOT_ME})
WITH_DOCUMENT = frozenset({Kind.PIN_DOCUMENT, Kind.UNPIN_DOCUMENT})
PERSONAL = frozenset({Kind.FOLLOW, Kind.NOT_ME, Kind.OPT_OUT})
"""What people say for themselves: no revision of a card, nobody's conflict."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One event. `seq` is its place in the log and decides between verdicts that disagree; clocks may be wrong.

    `keys` are the names or identities that the author saw joined to the subject; `based_on` is the revision that they saw.
    """

    kind: str
    subject: str
    other: str = ""
    text: str = ""
    keys: tuple[str, ...] = ()
    actor: str = ""
    why: str = ""
    access: Access = NOBODY
    based_on: str = ""
    at: str = ""
    seq: int = 0
    id: str = ""

    @property
    def about(self) -> frozenset[str]:
        """The topics, people and documents that it speaks of."""
        return frozenset(filter(None, (self.subject, "" if self.kind == Kind.UNDO else self.other)))

    @property
    def speaks_of(self) -> frozenset[str]:
        """The same with the names that its author saw on the card, without the people and documents beside it."""
        other = self.other if self.kind in (Kind.MERGE, Kind.SPLIT) else ""
        return frozenset(filter(None, (self.subject, other, *self.keys)))

    def is_evident(self, evident: frozenset[str]) -> bool:
        """Whether somebody whose documents speak of these has evidence for it: for all of it, or for any name of a judged card."""
        return not evident.isdisjoint((self.subject, *self.keys)) if self.kind in STANDING else self.about <= evident


def in_effect(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """The verdicts that no undo in effect takes back, without the undos, in the order of the log."""
    undone: set[str] = set()
    kept: list[Verdict] = []
    for verdict in sorted(verdicts, key=lambda each: each.seq, reverse=True):
        if verdict.id in undone:
            continue
        if verdict.kind == Kind.UNDO:
            undone.add(verdict.other)
        else:
            kept.append(verdict)
    return kept[::-1]
