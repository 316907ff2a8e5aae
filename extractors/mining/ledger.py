"""Who did what where in one document: identities, counts by passage, roles, and which spans of the text are somebody's already."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

import regex

from extractors.labels import LABELS
from extractors.mining.blocks import UNSTRUCTURED_KINDS, Block
from extractors.mining.identities import Identity, Register, is_organisation, joined
from extractors.mining.mentions import OUTSIDE
from extractors.mining.name_lists import is_listed_name, is_listed_surname, is_made_of_words
from extractors.mining.roles import Role, part_of
from extractors.mining.written import is_bare_handle
from knowledge_graph.model.records import Document, Evidence

_CAPITALS = regex.compile(r"(?<![\w@.-])(\p{Lu}[\p{L}'\u2019-]+)\ (\p{Lu}[\p{L}'\u2019-]+)")
_SERIES = 3
_SMALL = regex.compile(r"(?<![\w/@.-])\p{Ll}[\p{L}\p{M}'\u2019]+(?![\w/@-])")
"""Words in small letters, but for parts of addresses, paths and accounts."""


@dataclass(slots=True)
class Count:
    """Contributions of one identity of one kind in one passage, because who is named beside a topic knows more of it."""

    name: str
    segment: int
    start: int
    end: int
    count: int = 0
    first: str = ""
    last: str = ""

    def dated(self, date: str) -> None:
        if date:
            self.first, self.last = min(self.first or date, date), max(self.last, date)


def _may_be_somebody(name: str) -> bool:
    """Whether what a source or a page's head gives for a person may be one: an owner may be an office or an address within a site."""
    return not (is_organisation(name) or "/" in name or (" " not in name and name.isupper()))


@dataclass(frozen=True, slots=True)
class Seen:
    """A person in a block: identity, name as written, span in the segment, role by label."""

    key: str
    name: str
    start: int
    end: int
    role: str = ""


class Given(NamedTuple):
    """A given name alone in a list of people, its offsets in the segment, and what its label or column says: `topics` are a row's
    own, or what stands below the name.
    """

    block: Block
    kind: str
    start: int
    end: int
    role: str = ""
    topics: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        return self.block.text[self.start - self.block.start : self.end - self.block.start]


@dataclass
class Ledger:
    """What is known of one document's people so far; `evidence` gives everything once all blocks are read."""

    document: Document
    topics: Sequence[str]
    register: Register = field(init=False)
    counts: dict[tuple[str, str, int], Count] = field(default_factory=dict)
    """By identity, kind of contribution and passage."""
    sure: frozenset[str] = frozenset()
    """Identities that lists and headers of minutes tell a part of, before anybody speaks."""
    alone: list[Given] = field(default_factory=list)
    _rows: list[Evidence] = field(default_factory=list)
    _spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Where in each passage somebody was counted."""
    _small: dict[str, bool] = field(default_factory=dict)
    """Names in small letters, and whether the text has them."""

    def __post_init__(self) -> None:
        self.register = Register(self.document.document)
        for one in self.document.people:
            is_account = not (one.email or one.handle) and is_bare_handle(one.name)
            who = Identity(handle=one.name) if is_account else Identity(one.name, one.email, one.handle)
            keys = self.register.add(who) if who.email or who.handle or _may_be_somebody(who.name) else ()
            if keys:
                name = one.name or one.handle or one.email
                count = self.count(keys[0], one.kind, name, OUTSIDE, 0, 0, one.count)
                count.dated(one.first)
                count.dated(one.last)
                self._rows += joined(keys, "commit", name)

    def is_counted(self, segment: int, start: int, end: int) -> bool:
        return any(start < stop and end > begin for begin, stop in self._spans.get(segment, ()))

    def seen(self, block: Block, who: Identity, kind: str, start: int, end: int) -> Seen | None:
        """Remembers whom a span of a block names (offsets in its segment) and counts what they did; None for what is nobody."""
        if not who.email and not who.handle:
            who = replace(who, name=self.register.whole(who.name))
        keys = () if self.is_thing(who) else self.register.add(who)
        if not keys:
            return None
        self._spans.setdefault(block.segment, []).append((start, end))
        written = block.text[start - block.start : end - block.start]
        # A link may hide the address that it leads to: then the passage shows no name for it.
        name = who.name or (f"@{who.handle}" if who.handle else who.email if who.email in written.lower() else "")
        key = keys[0] if not keys[0].startswith("name:") else self.register.means(keys[0][5:].rpartition("@")[0])
        self.count(key, kind, name, block.segment, start, end).dated(block.date)
        self._rows += joined(keys, "handle" if not who.email else "address", name, block.segment, start, end)
        return Seen(key, name, start, end)

    def count(self, key: str, kind: str, name: str, segment: int, start: int, end: int, count: int = 1) -> Count:
        row = self.counts.get((key, kind, segment))
        if row is None:
            row = self.counts[key, kind, segment] = Count(name, segment, start, end)
        row.count += count
        return row

    def call(self, key: str, kind: str, block: Block, start: int, end: int) -> None:
        """Counts a name in a block (offsets in it) for whoever it means, where it is nobody's yet."""
        place = (block.segment, block.start + start, block.start + end)
        if key and not self.is_counted(*place):
            self._spans.setdefault(block.segment, []).append(place[1:])
            self.count(key, kind, block.text[start:end], *place).dated(block.date)

    def hold(self, one: Seen, role: Role, block: Block, phrase: str) -> None:
        """Notes the role that `phrase` gives somebody: for a topic of its own, else for what the document and its section are about."""
        start, end = min(one.start, role.start if role.start >= 0 else one.start), max(one.end, role.end)
        own = self.topics[0] if self.topics else ""
        for topic in [role.topic] if role.topic else dict.fromkeys((own, part_of(block) or own)):
            self._rows.append(Evidence("role", one.key, role.name, phrase, topic, block.segment, start, end, date=block.date))
        if role.name in LABELS.owning and (not role.topic or role.topic in self.topics):  # who owns a row's thing owns no document
            self.count(one.key, "owner", one.name, block.segment, one.start, one.end).dated(block.date)

    def is_thing(self, who: Identity) -> bool:
        """Whether a role (`Tech Lead`) stands where a name would, or what the document has in small letters too (`Code Freeze: ...`)."""
        word = who.name.lower()
        if who.email or who.handle or self.document.kind in UNSTRUCTURED_KINDS:
            return False
        if word not in self._small:
            written_so = re.compile(rf"\b{re.escape(word)}\b")
            texts = (segment.text for segment in self.document.segments if word in segment.text)
            self._small[word] = any(map(written_so.search, texts))
        is_of_words = " " in word and (is_made_of_words(who.name, self._small_words) or self._is_of_a_series(who.name))
        return self._small[word] or word in LABELS.roles or word in LABELS.kinds or is_of_words

    def _is_of_a_series(self, name: str) -> bool:
        """Whether several names here begin with one word that is nobody's (`Python Vigo`, `Python Sevilla`, `Python Valencia`)."""
        first = name.partition(" ")[0]
        return len(self._behind.get(first, ())) >= _SERIES and not (is_listed_name(first) or is_listed_surname(first))

    @cached_property
    def _behind(self) -> Mapping[str, set[str]]:
        """By words with a capital those that stand behind them."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for segment in self.document.segments:
            for pair in _CAPITALS.finditer(segment.text, overlapped=True):
                found[pair[1]].add(pair[2])
        return found

    @cached_property
    def _small_words(self) -> frozenset[str]:
        return frozenset(word for segment in self.document.segments for word in _SMALL.findall(segment.text))

    def evidence(self) -> Iterator[Evidence]:
        yield from self._rows
        yield from self.register.same()
        for (key, kind, _), one in self.counts.items():
            yield Evidence(
                "contribution", key, kind, one.name, segment=one.segment, start=one.start, end=one.end, count=one.count,
                date=one.first, last=one.last,
            )  # fmt: skip
