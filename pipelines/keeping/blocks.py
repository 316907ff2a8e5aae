"""What was forgotten and must not come back, by keyed marks: `forgotten.jsonl` beside `sources.yaml`."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from extractors.mining.identities import Identity, keys_of
from knowledge_graph.text.words import fold_name, topic_key
from pipelines.keeping.errors import KeyLost
from pipelines.keeping.keys import Keys, read_lines, write_lines

KINDS = ("item", "content", "person", "name")
FORGOTTEN = "forgotten on request"
PREFIX = "forgotten:"


@dataclass(frozen=True, slots=True)
class Blocks:
    """The marks of what was forgotten. Spark ships it to workers, which answer from it without reading a file."""

    keys: Keys | None = None
    marks: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def load(cls, home: Path) -> "Blocks":
        """Raises KeyLost where there are marks and not the key that made them."""
        records = read_lines(_file(home))
        if not records:
            return cls()
        keys = Keys.load(home)
        if any(record["key"] != key_name(keys) for record in records):
            raise KeyLost(
                f"keeping.key in {home} is not the key that {_file(home).name} was written with. Put that one back from a backup."
            )
        return cls(keys, {kind: frozenset(r["mark"] for r in records if r["kind"] == kind) for kind in KINDS})

    def __bool__(self) -> bool:
        return any(self.marks.values())

    @property
    def people(self) -> bool:
        """Whether anybody was forgotten at all."""
        return bool(self.marks.get("person") or self.marks.get("name"))

    def item(self, source: str, item: str) -> str:
        """The name that stands in for a forgotten item, `""` for one that is not."""
        return self.stand_in(source, item) if self._marked("item", source, item) else ""

    def stand_in(self, source: str, item: str) -> str:
        """A name for an item that says nothing about it."""
        return f"{PREFIX}{self.keys.mark('item', source, item)}" if self.keys else ""

    def content(self, digest: str) -> bool:
        """Whether every copy of these bytes was forgotten."""
        return bool(self._marked("content", digest))

    def subject(self, key: str) -> bool:
        """Whether a key of evidence is a forgotten person, or a topic named as one."""
        if not self.people:
            return False
        kind, colon, rest = key.partition(":")
        if not colon:
            return bool(self._marked("name", key))
        if kind == "name":
            name = rest.rpartition("@")[0] or rest
            return bool(self._marked("person", key) or (" " in name and self._marked("name", topic_key(name))))
        return bool(self._marked("person", key))

    def person(self, who: Mapping[str, Any]) -> bool:
        """Whether a name, address or handle that a source or a file gives is a forgotten person's."""
        if not self.people:
            return False
        found = keys_of(Identity(who["name"] or "", who["email"] or "", who["handle"] or ""), "")
        return any(map(self.subject, found))

    def without(self, people: Iterable[Mapping[str, Any]]) -> list[Any]:
        """The people who were not forgotten."""
        return [who for who in people if not self.person(who)]

    def allows(self, evidence: Mapping[str, Any]) -> bool:
        """Whether a row of evidence speaks of nobody who was forgotten."""
        return not (self.subject(evidence["subject"]) or (evidence["other"] and self.subject(evidence["other"])))

    def _marked(self, kind: str, *parts: str) -> str:
        known = self.marks.get(kind)
        if not known or self.keys is None:
            return ""
        mark = self.keys.mark(kind, *parts)
        return mark if mark in known else ""


def marks_of(
    keys: Keys, items: Iterable[tuple[str, str]], contents: Iterable[str], identities: Iterable[str], names: Iterable[str]
) -> dict[str, list[str]]:
    """The marks to keep for what is to be forgotten. A name of one word is too many people's to be blocked."""
    full = sorted({topic_key(name) for name in names if " " in fold_name(name)} - {""})
    return {
        "item": sorted({keys.mark("item", *item) for item in items}),
        "content": sorted({keys.mark("content", digest) for digest in contents}),
        "person": sorted({keys.mark("person", identity) for identity in identities}),
        "name": sorted({keys.mark("name", name) for name in full}),
    }


def add(home: Path, keys: Keys, marks: Mapping[str, Sequence[str]], when: str) -> None:
    """Write marks down; those that are there stay as they are."""
    records = read_lines(_file(home))
    known = {(record["kind"], record["mark"]) for record in records}
    fresh = [(kind, mark) for kind in KINDS for mark in marks.get(kind, ()) if (kind, mark) not in known]
    write_lines(_file(home), [*records, *({"kind": k, "mark": m, "when": when, "key": key_name(keys)} for k, m in fresh)])


def key_name(keys: Keys) -> str:
    """Which key made a mark, without the key."""
    return hashlib.sha256(bytes.fromhex(keys.identity)).hexdigest()[:16]


def _file(home: Path) -> Path:
    return home / "forgotten.jsonl"
