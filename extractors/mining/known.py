"""What one document names and is about, for reading what it states."""

from collections.abc import Iterable
from dataclasses import dataclass

import regex

from extractors.mining.identities import Register
from extractors.mining.names import usable
from extractors.mining.own import Own
from knowledge_graph.model.records import Document, Evidence

_PAPERS = frozenset(
    [
        "charter",
        "proposal",
        "plan",
        "handbook",
        "design",
        "specification",
        "roadmap",
        "overview",
        "readme",
        "report",
        "guide",
        "document",
        "page",
    ]
)
"""What a document is, behind the name of what it is about."""
_RECORD = regex.compile(
    r"annual.?report|\bmeeting|minutes|\bnotes?\b|agenda|\bretro|status|newsletter|changelog|\b(?:19|20)\d\d\b", regex.I
)


@dataclass(frozen=True, slots=True)
class Known:
    """Keys of a document's mentions, those that name a group, its people; `topic` is what it is about, `""` where nothing is."""

    document: str
    modified: str
    own: Own
    topic: str
    keys: frozenset[str]
    groups: frozenset[str]
    register: Register
    people: frozenset[str]
    """Identities that the document tells something of."""
    named: frozenset[str]
    """Keys that are the names of its people."""

    @classmethod
    def of(cls, document: Document, own: Own, told: Iterable[Evidence], register: Register) -> "Known":
        keys, groups, people, named, inside = (set[str]() for _ in range(5))
        for row in told:
            if row.kind == "contribution":
                people.add(row.subject)
            elif row.kind == "mention":
                keys.add(row.subject)
                if "team" in row.features:
                    groups.add(row.subject)
                if "person" in row.features:
                    named.add(row.subject)
                if row.segment >= 0 and _stands_alone(row):
                    inside.add(row.subject)
        every = (frozenset(keys), frozenset(groups), register, frozenset(people), frozenset(named))
        return cls(document.document, document.modified[:10], own, _topic(own, inside), *every)

    def dated(self, date: str) -> str:
        """The day of a passage. A heading that names a day after the document's last change was not written on it."""
        return "" if self.modified and date > self.modified else date


def _stands_alone(row: Evidence) -> bool:
    return any(feature.startswith("standalone:") for feature in row.features)


def _topic(own: Own, inside: set[str]) -> str:
    """The document's own topic, without the word for the paper; of minutes and reports the folder's that their text names."""
    if not own.keys or (_RECORD.search(f"{own.title} {own.file}") and not own.is_record):
        folder = usable(own.folders[-1]) if own.folders else ""
        return folder if folder in inside else ""
    words = own.title.split()
    rest = usable(" ".join(words[:-1])) if words and words[-1].casefold() in _PAPERS else ""
    return rest if rest in inside else own.keys[0]
