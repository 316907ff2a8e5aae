"""People: who worked on the document, who is named in it, and in which role."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from extractors.mining.blocks import Block
from extractors.mining.identities import Identity, Register, is_bot, is_list, is_organisation, joined
from extractors.mining.mentions import OUTSIDE
from extractors.mining.roles import LABELS, Role, labelled, role_of_heading, roles_in
from extractors.mining.vocabulary import STOP
from knowledge_graph.model.records import Document, Evidence
from knowledge_graph.text.words import fold_name

_EMAIL = regex.compile(r"(?<![\w.+-])[\w+-](?:[\w.+'-]{0,62}[\w+-])?@[\w-]+(?:\.[\w-]+)+")
_HANDLE = regex.compile(r"(?<![\w@./:])@([A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?)(?![\w@]|[./]\w)")
_PERSON = r"(?:\p{Lu}[\p{L}'\u2019.-]*)(?:\ (?:(?:van|von|de|der|den|da|di|la|le|bin|al|el)\ )*\p{Lu}[\p{L}'\u2019.-]*){1,3}"
_NAMED_ADDRESS = regex.compile(
    rf"({_PERSON}|\p{{Lu}}[\p{{L}}'-]+,\ \p{{Lu}}[\p{{L}}'. -]+?)\s*[<(\[]\s*(?:mailto:)?({_EMAIL.pattern})\s*[>)\]]"
)
_NAMED_HANDLE = regex.compile(rf"({_PERSON})\s*(?:[(\[,]|[\u2013\u2014-])\s*{_HANDLE.pattern}")
_HANDLE_NAMED = regex.compile(rf"{_HANDLE.pattern}\s*[(\[]\s*({_PERSON})\s*[)\]]")
_PERSON_NAME = regex.compile(rf"^{_PERSON}$")
_ACCOUNT = re.compile(r"^https?://(?:www\.)?(?:github|gitlab)\.com/([A-Za-z0-9][A-Za-z0-9-]{0,38})/?$", re.IGNORECASE)
# Addresses of code hosts and mentions of everybody.
_NOT_PEOPLE = """mention everyone here channel all team features about pricing orgs marketplace topics settings login
join sponsors kubernetes kubernetes-sigs"""
_NOT_ACCOUNTS = frozenset(_NOT_PEOPLE.split())
_QUESTION = re.compile(r"\?\s*[\"')\]]*$")
NAMED_PLACES = frozenset({"prose", "speech", "item", "cell", "link", "strong"})
ROLE_WORDS_AROUND = 60
"""A role said of somebody stands in the same short block; a long paragraph names roles of others."""


@dataclass(slots=True)
class _Count:
    """Contributions of one identity of one kind in one document."""

    name: str
    segment: int
    start: int
    end: int
    count: int = 0
    first: str = ""
    last: str = ""
    features: tuple[str, ...] = ()

    def dated(self, date: str) -> None:
        if date:
            self.first, self.last = min(self.first or date, date), max(self.last, date)


@dataclass(slots=True)
class People:
    """Gathers one document's people; `evidence` gives everything once all blocks are read."""

    document: Document
    topics: Sequence[str]
    register: Register = field(init=False)
    _counts: dict[tuple[str, str], _Count] = field(default_factory=dict)
    _rows: list[Evidence] = field(default_factory=list)
    _told: dict[str, int] = field(default_factory=dict)
    """Folded name -> how often it was already counted with its address, label or role."""

    def __post_init__(self) -> None:
        self.register = Register(self.document.document)
        for one in self.document.people:
            who = Identity(one.name, one.email, one.handle)
            keys = self.register.add(who)
            if keys:
                name = one.name or one.handle or one.email
                count = self._count(keys[0], one.kind, name, OUTSIDE, 0, 0, one.count, ("bot",) if is_bot(who) else ())
                count.dated(one.first)
                count.dated(one.last)
                self._rows += joined(keys, "commit", name)

    def read(self, blocks: Sequence[Block]) -> None:
        """Finds people in the text; a name is looked for after all addresses are known."""
        for block in blocks:
            if block.kind == "codeblock":
                continue
            seen = [*self._addresses(block), *self._labelled(block)]
            self._roles(block, seen)
        self._speakers(blocks)

    def named(self, mentions: Iterable[Evidence], *, given_names: bool) -> None:
        """Counts mentions whose name is a person's who is known in this document."""
        names = {folded.replace(" ", ""): folded for folded in self.register.full_names()}
        if given_names:
            names |= self._given_names()
        for row in mentions:
            folded = names.get(row.subject)
            if not folded or row.segment == OUTSIDE or row.place not in NAMED_PLACES:
                continue
            told = min(row.count, self._told.get(folded, 0))
            self._told[folded] = self._told.get(folded, 0) - told
            if row.count > told:
                key = self.register.means(folded)
                count = self._count(key, "mentioned", row.value, row.segment, row.start, row.end, row.count - told)
                count.dated(row.date)
                count.dated(row.last)

    def add_names(self, spans: Iterable[tuple[Block, int, int]]) -> None:
        """Counts names that a recogniser found, by block and offsets in the segment."""
        for block, start, end in spans:
            name = block.text[start - block.start : end - block.start]
            if _is_person(name):
                self._seen(block, Identity(name), "mentioned", start, end)

    def evidence(self) -> Iterator[Evidence]:
        yield from self._rows
        yield from self.register.same()
        for (key, kind), one in self._counts.items():
            yield Evidence(
                "contribution", key, kind, one.name, segment=one.segment, start=one.start, end=one.end, count=one.count,
                date=one.first, last=one.last, features=one.features,
            )  # fmt: skip

    def _given_names(self) -> dict[str, str]:
        """Given names that only one person here has: in mails and meetings people are called by them."""
        owners: dict[str, set[str]] = {}
        for folded in self.register.full_names():
            owners.setdefault(folded.split(" ")[0], set()).add(folded)
        return {given: next(iter(found)) for given, found in owners.items() if len(found) == 1 and len(given) > 1}

    def _count(
        self, key: str, kind: str, name: str, segment: int, start: int, end: int, count: int = 1, features: tuple[str, ...] = ()
    ) -> _Count:
        row = self._counts.get((key, kind))
        if row is None:
            row = self._counts[key, kind] = _Count(name, segment, start, end, features=features)
        row.count += count
        return row

    def _seen(self, block: Block, who: Identity, kind: str, start: int, end: int) -> "_Seen | None":
        keys = self.register.add(who)
        if not keys:
            return None
        self._told[fold_name(who.name)] = self._told.get(fold_name(who.name), 0) + 1
        name = who.name or (f"@{who.handle}" if who.handle else who.email)
        key = keys[0] if not keys[0].startswith("name:") else self.register.means(keys[0][5:].rpartition("@")[0])
        self._count(key, kind, name, block.segment, start, end).dated(block.date)
        self._rows += joined(keys, "handle" if not who.email else "address", name, block.segment, start, end)
        return _Seen(key, name, start, end)

    def _addresses(self, block: Block) -> Iterator["_Seen"]:
        taken: list[tuple[int, int]] = []
        for start, end, who in (*_linked(block), *_written(block)):
            if not any(start < stop and end > begin for begin, stop in taken):
                taken.append((start, end))
                seen = self._seen(block, who, "mentioned", block.start + start, block.start + end)
                if seen:
                    yield seen

    def _labelled(self, block: Block) -> Iterator["_Seen"]:
        """`Author: Ann Lee`, `Attendees: Ann Lee, Bo Ek` and lists under such headings."""
        for kind, role, name, start, end in labelled(block):
            if not _is_person(name):
                continue
            seen = self._seen(block, Identity(name), kind, start, end)
            if seen:
                yield replace(seen, role=role)

    def _roles(self, block: Block, seen: Sequence["_Seen"]) -> None:
        if not seen:
            return
        said = role_of_heading(block) if block.kind in ("item", "paragraph", "cell") else None
        nearby = roles_in(block) if block.words <= ROLE_WORDS_AROUND else []
        for one in seen:
            told = Role(one.role, "", one.start, one.end) if one.role else None
            near = _nearest(nearby, one, block)
            role = told or (near if near and near.topic else None) or said or near
            if role is None:
                continue
            phrase = block.text[role.start - block.start : role.end - block.start] if role.start >= 0 else block.section
            topic = role.topic or (self.topics[0] if self.topics else "")
            start, end = min(one.start, role.start if role.start >= 0 else one.start), max(one.end, role.end)
            self._rows.append(Evidence("role", one.key, role.name, phrase or role.name, topic, block.segment, start, end, date=block.date))
            if role.name in LABELS.owning:
                self._count(one.key, "owner", one.name, block.segment, one.start, one.end).dated(block.date)

    def _speakers(self, blocks: Sequence[Block]) -> None:
        asked_by = ""
        for block in blocks:
            for mark in block.inline:
                if mark.kind != "speaker" or not mark.value.strip():
                    continue
                name = mark.value.strip()
                key = self.register.means(_remember(self.register, name))
                self._count(key, "attended", name, block.segment, block.start, block.end).dated(block.date)
                if asked_by and asked_by != key:
                    self._count(key, "answered", name, block.segment, block.start, block.end).dated(block.date)
                asks = bool(_QUESTION.search(block.text))
                if asks:
                    self._count(key, "asked", name, block.segment, block.start, block.end).dated(block.date)
                asked_by = key if asks else ""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A person in a block: identity, name as written, span in the segment, role by label."""

    key: str
    name: str
    start: int
    end: int
    role: str = ""


def _remember(register: Register, name: str) -> str:
    register.add(Identity(name))
    return fold_name(name)


def _is_person(name: str) -> bool:
    return bool(_PERSON_NAME.match(name)) and not is_organisation(name) and name.split()[0].casefold() not in STOP


def _nearest(roles: Sequence[Role], one: _Seen, block: Block) -> Role | None:
    """The role said closest to a person, in the same clause."""
    close = [(min(abs(role.start - one.end), abs(one.start - role.end)), role) for role in roles]
    distance, role = min(close, key=lambda pair: (pair[0], pair[1].start), default=(0, None))
    between = block.text[min(one.end, role.end) - block.start : max(one.start, role.start) - block.start] if role else ""
    return role if role and distance <= 50 and not re.search(r"[.;\n\t]\s", between) else None


def _linked(block: Block) -> Iterator[tuple[int, int, Identity]]:
    """Links to a person's account or mail address."""
    for mark in block.inline:
        if mark.kind != "link":
            continue
        start, end = mark.start - block.start, mark.end - block.start
        text = block.text[start:end].strip("*_ ")
        name = text if _is_person(text) else ""
        if mark.value.startswith("mailto:"):
            address = _EMAIL.match(mark.value[7:])
            if address:
                yield start, end, Identity(name, address.group().lower())
        elif (account := _ACCOUNT.match(mark.value)) and account[1].lower() not in _NOT_ACCOUNTS and (name or text.startswith("@")):
            before = regex.search(rf"({_PERSON})\s*[(\[]\s*\**$", block.text[max(0, start - 60) : start]) if not name else None
            if before:
                yield start - len(before.group()), end, Identity(before[1], handle=account[1])
            else:
                yield start, end, Identity(name, handle=account[1])


def _written(block: Block) -> Iterator[tuple[int, int, Identity]]:
    text = block.text
    if "@" not in text:
        return
    for found in _NAMED_ADDRESS.finditer(text):
        yield found.start(), found.end(), Identity(found[1], found[2].lower())
    for found in _NAMED_HANDLE.finditer(text):
        yield found.start(), found.end(), Identity(found[1], handle=found[2])
    for found in _HANDLE_NAMED.finditer(text):
        yield found.start(), found.end(), Identity(found[2], handle=found[1])
    for found in _EMAIL.finditer(text):
        if not is_list(found.group()):
            yield found.start(), found.end(), Identity(email=found.group().lower())
    for found in _HANDLE.finditer(text):
        if found[1].lower() not in _NOT_ACCOUNTS:
            yield found.start(), found.end(), Identity(handle=found[1])
