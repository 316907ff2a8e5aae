"""What is shown of the log. Field names are the JSON names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """One event. `state` is in effect, overruled, undone, or dormant: nothing that this reader may open speaks of it now."""

    id: str
    at: str
    actor: str
    kind: str
    subject: str
    other: str
    text: str
    why: str
    allow: tuple[str, ...]
    deny: tuple[str, ...]
    based_on: str
    state: str
    decided_by: str = ""
    """The verdict that overruled it or took it back."""


@dataclass(frozen=True, slots=True)
class History:
    """The verdicts on one card, oldest first. A new one is based on `revision`."""

    key: str
    revision: str
    verdicts: tuple[VerdictRow, ...]
    rule: str = "Of verdicts that disagree the latest in the log decides, among those addressed to the reader and not undone."
