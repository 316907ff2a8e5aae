"""People: who worked on the document, who is named in it, and in which role."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import regex

from extractors.mining.actions import Doer, Taken, actions, by_word, listed
from extractors.mining.agenda import raised
from extractors.mining.blocks import UNSTRUCTURED_KINDS, Block
from extractors.mining.called import Called, Name, full_names
from extractors.mining.identities import Identity, Register, joined
from extractors.mining.labels import AWAY, LABELS, MINUTES
from extractors.mining.mentions import OUTSIDE
from extractors.mining.roles import (
    Role,
    heading_label,
    is_strong,
    label_alone,
    labelled,
    led,
    pieces,
    role_of_heading,
    roles_in,
    said_to_be,
)
from extractors.mining.roster import SEVERAL, Named, named_lists, rosters
from extractors.mining.shortened import Shortened
from extractors.mining.tables import Held, Listed, deeds, held_roles, listed_people
from extractors.mining.vocabulary import LABELS as WORDS_OF_LABELS
from extractors.mining.written import PERSON, Sighting, in_links, in_text, in_thanks, is_bare_handle, is_person, leads_elsewhere
from knowledge_graph.model.records import Document, Evidence
from knowledge_graph.text.words import fold_name

_QUESTION = re.compile(r"\?\s*[\"')\]]*$")
_SPEAKS = regex.compile(rf"({PERSON})\s*:\s+(?!\w+://|\S+@)\S")
_GIVEN_SPEAKS = regex.compile(r"(\p{Lu}[\p{L}'\u2019-]+)\s*:\s+(?!\w+://)\S")
_ADDRESSED = regex.compile(r"(?<!\w)(?:Mr|Mrs|Ms|Mx|Dr|Prof|Herrn?|Frau|Mme)\.?\ (\p{Lu}[\p{L}'\u2019-]+)(?!\ \p{Lu}\p{Ll})")
ONE_PERSON = 80
"""Characters of an item that begins with somebody's name and says who it is."""
ROLE_WORDS_AROUND = 60
"""A role said of somebody stands in the same short block; a long paragraph names roles of others."""


@dataclass(slots=True)
class _Count:
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


@dataclass(slots=True)
class People:
    """Gathers one document's people; `evidence` gives everything once all blocks are read."""

    document: Document
    topics: Sequence[str]
    register: Register = field(init=False)
    _counts: dict[tuple[str, str, int], _Count] = field(default_factory=dict)
    _rows: list[Evidence] = field(default_factory=list)
    _spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Where in each passage somebody was counted with an address, a label or a role."""
    shortened: Shortened = field(default_factory=Shortened)
    """Short names that minutes give their people."""
    taken: list[Taken] = field(default_factory=list)
    """Actions of people who are known here."""
    _small: dict[str, bool] = field(default_factory=dict)
    """Names in small letters, and whether the text has them."""

    def __post_init__(self) -> None:
        self.register = Register(self.document.document)
        for one in self.document.people:
            who = Identity(one.name, one.email, one.handle)
            keys = self.register.add(who)
            if keys:
                name = one.name or one.handle or one.email
                count = self._count(keys[0], one.kind, name, OUTSIDE, 0, 0, one.count)
                count.dated(one.first)
                count.dated(one.last)
                self._rows += joined(keys, "commit", name)

    def read(self, blocks: Sequence[Block]) -> None:
        """Finds people in the text; a name is looked for after all addresses are known."""
        held = {(cell.block.segment, cell.block.start): cell for cell in held_roles(blocks)}
        listed = {(cell.segment, cell.start): row for row in listed_people(blocks) for cell in row.cells}
        did = {(cell.segment, cell.start): kind for cell, kind in deeds(blocks)}
        roster = rosters(blocks)
        names = named_lists(blocks)
        met = "attended" if len(roster) >= SEVERAL and self._is_minutes() else "mentioned"
        parts = {(block.segment, block.start) for block, after in pairwise(blocks) if _heads_people(block, after)}
        for block, lead in led(blocks, label_alone, lambda block: (block.segment, block.start) not in parts and _lists_people(block)):
            if block.kind == "codeblock" or (block.segment, block.start) in parts:
                continue
            label = label_alone(block)
            place = (block.segment, block.start)
            if place in listed:
                self._listed(listed[place], block, held.get(place), did.get(place, "mentioned"))
                continue
            if place in did:
                self._did(block, did[place])
                continue
            told = self._enrolled(block, roster[place], lead, met) if place in roster else []
            if not told and place in names:
                told = [*self._enlisted(block, names[place], lead)]
            seen = [*told, *self._addresses(block), *(() if told or label else self._labelled(block, lead))]
            seen += self._said(block) if block.kind != "heading" else ()
            cell = held.get(place)
            if cell:
                self._held(cell, seen)
            else:
                self._roles(block, seen)
        self._speakers(blocks)
        self._written_speakers(blocks)
        if self._is_minutes():
            self.shortened = Shortened.of(blocks)
            self._attending()
        self._act(blocks)

    def _act(self, blocks: Sequence[Block]) -> None:
        """Who took which action, called by whatever is theirs alone in this document."""
        words = by_word({folded: self.register.means(folded) for folded in self.register.by_name})
        for action in actions(blocks, minutes=self._is_minutes()):
            ways = ([(doer, key) for doer in doers if (key := self._doer(doer, words))] for doers in action.doers)
            for doer, key in next(filter(None, ways), ()):
                place = (doer.block.segment, doer.block.start + doer.start, doer.block.start + doer.end)
                self.taken.append(Taken(action, key, doer.name, *place))

    def _doer(self, doer: Doer, words: Mapping[str, str]) -> str:
        """The identity of whoever is to do something, `""` where the word may be anything else."""
        folded, handle = fold_name(doer.name), doer.name.lstrip("@").casefold()  # without `Mr.`
        if folded in self.register.by_name:
            return self.register.means(folded)
        if handle in self.register.handles:
            return f"handle:{handle}"
        if doer.name in self.shortened.names:
            return self.register.means(fold_name(self.shortened.names[doer.name]))
        if doer.name[:1].isupper() and folded in words:
            return words[folded]
        seen = None
        if doer.new and is_person(doer.name):
            seen = self._seen(doer.block, Identity(doer.name), "mentioned", doer.block.start + doer.start, doer.block.start + doer.end)
        return seen.key if seen else ""

    def _enrolled(self, block: Block, sighting: Sighting, lead: str, met: str) -> list["_Seen"]:
        """Whom a line of a list of people names: there where the list is one of those who came, or of minutes that say nothing else."""
        start, end, who = sighting
        label = lead or heading_label(block)
        kind = LABELS.kinds.get(label) or ("mentioned" if label in LABELS.roles or AWAY.search(block.section) else met)
        seen = self._seen(block, who, kind, block.start + start, block.start + end)
        return [replace(seen, role=LABELS.roles.get(label, ""))] if seen else []

    def _enlisted(self, block: Block, line: Sequence[Named], lead: str) -> Iterator["_Seen"]:
        """Whom a line of a list of names names; without a label above it the list of minutes says who came."""
        label = lead or heading_label(block)
        role, kind = LABELS.roles.get(label, ""), LABELS.kinds.get(label, "")
        if not label and not self._is_minutes() and not line[0].role:
            return
        for one in line:
            away = one.is_away or bool(AWAY.search(block.section))
            did = "mentioned" if away or (role and not kind) or (one.role and not label) else kind or "attended"
            seen = self._seen(block, Identity(one.name), did, block.start + one.start, block.start + one.end)
            if seen:
                yield replace(seen, role=one.role if role in ("", "member") and one.role else role)

    def _did(self, cell: Block, kind: str) -> None:
        """Everybody whom a cell names did what its column or its row says; what stands in brackets behind somebody is their role."""
        known = [*in_links(cell), *in_text(cell)]
        named = ((start, start + len(name), Identity(name)) for name, start in pieces(cell.text) if is_person(name))
        found = [*known, *(one for one in named if not any(one[0] < end and start < one[1] for start, end, _ in known))]
        self._roles(
            cell, [seen for start, end, who in found if (seen := self._seen(cell, who, kind, cell.start + start, cell.start + end))]
        )

    def _listed(self, row: Listed, block: Block, held: Held | None, kind: str) -> None:
        """A row of a directory is one person, whose name, address and handle stand in cells of their own; its first cell shows them."""
        if block is not row.cells[0]:
            return
        seen = self._seen(block, row.who, kind, block.start, block.start + len(block.text))
        if seen and held:
            self._role(seen, Role(held.role, held.topic, seen.start, seen.end), block, held.role)

    def _held(self, cell: Held, seen: Sequence["_Seen"]) -> None:
        """Everybody in a cell holds the role of its column; a name without an address too."""
        block = cell.block
        found = list(seen)
        for name, start in pieces(block.text):
            taken = any(one.start < block.start + start + len(name) and one.end > block.start + start for one in found)
            who = Identity(name) if is_person(name) else Identity(handle=name) if is_bare_handle(name) else None
            told = self._seen(block, who, "mentioned", block.start + start, block.start + start + len(name)) if who and not taken else None
            found += [told] if told else []
        for one in found:
            self._role(one, Role(cell.role, cell.topic, one.start, one.end), block, cell.role)

    def _is_minutes(self) -> bool:
        return bool(MINUTES.search(f"{self.document.path} {self.document.title}"))

    def _written_speakers(self, blocks: Sequence[Block]) -> None:
        """Minutes written as `Ann Lee: we ship on Monday` or `[ann] ship`; elsewhere a label of two capitalised words is no speaker."""
        if not self._is_minutes():
            return
        for block, (start, end, who) in [*raised(blocks, self.register.handles)]:
            if not self._counted(block.segment, block.start + start, block.start + end):
                self._seen(block, who, "attended", block.start + start, block.start + end)
        to_do = listed(blocks)
        for block in blocks:
            said = block.kind in ("paragraph", "item") and not _label(block) and (block.segment, block.start) not in to_do
            found = _SPEAKS.match(block.text) if said else None
            if found and leads_elsewhere(block, found.start(1)):  # `[Lamp Plan: the second part](plans/lamps)`
                continue
            if found and is_person(found[1]) and WORDS_OF_LABELS.isdisjoint(found[1].casefold().split()):
                self._seen(block, Identity(found[1]), "attended", block.start + found.start(1), block.start + found.end(1))
        given = self._given()
        for block in blocks:
            found = _GIVEN_SPEAKS.match(block.text) if block.kind in ("paragraph", "item") and not _label(block) else None
            key = given.get(fold_name(found[1])) if found else None
            if found and key:
                place = (block.segment, block.start + found.start(1), block.start + found.end(1))
                self._spans.setdefault(block.segment, []).append(place[1:])
                self._count(key, "attended", found[1], *place).dated(block.date)

    def _attending(self) -> None:
        """Who is introduced with a short name was there, and said what stands behind it."""
        for one in self.shortened.introduced:
            if not self._counted(one.block.segment, one.start, one.end):
                self._seen(one.block, Identity(one.name), "attended", one.start, one.end)
        for block, start, end, short in self.shortened.speaking:
            self._meant(block, start, end, short, "attended")

    def _meant(self, block: Block, start: int, end: int, short: str, kind: str) -> None:
        """Counts what a short name says of whom it means."""
        name = fold_name(self.shortened.names[short])
        place = (block.segment, block.start + start, block.start + end)
        if name in self.register.by_name and not self._counted(*place):
            self._spans.setdefault(block.segment, []).append(place[1:])
            self._count(self.register.means(name), kind, short, *place).dated(block.date)

    def _given(self) -> dict[str, str]:
        """Whom a given name means here, where only one person has it, alone or before another."""
        owners: dict[str, set[str]] = {}
        for folded in self.register.by_name:
            owners.setdefault(folded.partition(" ")[0], set()).add(self.register.means(folded))
        return {name: next(iter(keys)) for name, keys in owners.items() if len(keys) == 1 and len(name) > 1}

    def named(self, blocks: Sequence[Block]) -> None:
        """Counts where the text calls somebody who is known in this document; what was counted with an address or a role is."""
        given_names = self._given_names() if self.document.kind in UNSTRUCTURED_KINDS or self._is_minutes() else ()
        called = Called((*self._full_names(), *given_names))
        surnames = by_word({folded: self.register.means(folded) for folded in self.register.full_names()})
        for block in blocks:
            if block.kind not in ("heading", "codeblock"):
                behind = _label(block)
                found = [(start, end, self.register.means(folded)) for start, end, folded in called.find(block.text)]
                addressed = ((*one.span(), surnames.get(fold_name(one[1]), "")) for one in _ADDRESSED.finditer(block.text))
                for start, end, key in (*found, *addressed):
                    place = (block.segment, block.start + start, block.start + end)
                    if key and start >= behind and not self._counted(*place):
                        self._spans.setdefault(block.segment, []).append(place[1:])
                        self._count(key, "mentioned", block.text[start:end], *place).dated(block.date)

        for block, start, end, short in self.shortened.mentions(blocks):
            self._meant(block, start, end, short, "mentioned")

    def called(self, blocks: Sequence[Block]) -> Iterator[Evidence]:
        """What is written like a full name and is nobody's here: whether it is somebody's, other documents of the reader say."""
        first: dict[tuple[str, int], Evidence] = {}
        headings = {block.text.strip() for block in blocks if block.kind == "heading"}
        for block in blocks:
            for start, end in full_names(block.text) if block.kind != "heading" else ():
                name = block.text[start:end]
                place = (block.segment, block.start + start, block.start + end)
                if name in headings or start < _label(block) or self._counted(*place) or self._is_thing(Identity(name)):
                    continue
                who = f"name:{fold_name(name)}"
                row = first.get((who, block.segment)) or Evidence(
                    "called", who, "mentioned", name, "", *place, count=0, date=block.date, last=block.date
                )
                first[who, block.segment] = replace(row, count=row.count + 1)
        yield from first.values()

    def _counted(self, segment: int, start: int, end: int) -> bool:
        return any(start < stop and end > begin for begin, stop in self._spans.get(segment, ()))

    def add_names(self, spans: Iterable[tuple[Block, int, int]]) -> None:
        """Counts names that a recogniser found, by block and offsets in the segment."""
        for block, start, end in spans:
            name = block.text[start - block.start : end - block.start]
            if is_person(name) and start - block.start >= _label(block) and not self._counted(block.segment, start, end):
                self._seen(block, Identity(name), "mentioned", start, end)

    def evidence(self) -> Iterator[Evidence]:
        yield from self._rows
        yield from self.register.same()
        for (key, kind, _), one in self._counts.items():
            yield Evidence(
                "contribution", key, kind, one.name, segment=one.segment, start=one.start, end=one.end, count=one.count,
                date=one.first, last=one.last,
            )  # fmt: skip

    def _full_names(self) -> Iterator[Name]:
        return (Name(tuple(folded.split()), folded) for folded in self.register.full_names())

    def _given_names(self) -> Iterator[Name]:
        """Given names that only one person here has: in mails and meetings people are called by them. In minutes only those of whoever was
        there or has an address, and no word that they have in small letters or in capitals: that may be a thing's (`Release Notes: done`).
        """
        there = {key for key, kind, _ in self._counts if kind != "mentioned"}
        everybody = self.document.kind in UNSTRUCTURED_KINDS
        owners: dict[Name, set[str]] = {}
        for folded, written in self.register.full_names().items():
            # Folded, `Tae-hyun Kim` is three words.
            given = next((word for word in written.split() if folded.startswith(f"{fold_name(word)} ")), folded.partition(" ")[0])
            key = self.register.means(folded)
            known = key in there or not key.startswith("name:")
            if everybody or (known and not given.isupper() and not self._has_small(given.lower())):
                owners.setdefault(Name.of(given, "", given=True), set()).add(folded)
        return (replace(name, person=next(iter(found))) for name, found in owners.items() if len(found) == 1 and len(name.words[0]) > 1)

    def _count(self, key: str, kind: str, name: str, segment: int, start: int, end: int, count: int = 1) -> _Count:
        row = self._counts.get((key, kind, segment))
        if row is None:
            row = self._counts[key, kind, segment] = _Count(name, segment, start, end)
        row.count += count
        return row

    def _is_thing(self, who: Identity) -> bool:
        """Whether a role (`Tech Lead`) stands where a name would, or what the document has in small letters too (`Code Freeze: ...`)."""
        word = who.name.lower()
        if who.email or who.handle or self.document.kind in UNSTRUCTURED_KINDS:
            return False
        return self._has_small(word) or word in LABELS.roles or word in LABELS.kinds

    def _has_small(self, word: str) -> bool:
        """Whether the text has a name in small letters as a word, and not as an account (`@paris`, `[paris/ann]`)."""
        if word not in self._small:
            written_so = re.compile(rf"(?<![@\[/\w.-]){re.escape(word)}(?![\w/\]@-])")
            texts = (segment.text for segment in self.document.segments if word in segment.text)
            self._small[word] = any(map(written_so.search, texts))
        return self._small[word]

    def _seen(self, block: Block, who: Identity, kind: str, start: int, end: int) -> "_Seen | None":
        keys = () if self._is_thing(who) else self.register.add(who)
        if not keys:
            return None
        self._spans.setdefault(block.segment, []).append((start, end))
        written = block.text[start - block.start : end - block.start]
        # A link may hide the address that it leads to: then the passage shows no name for it.
        name = who.name or (f"@{who.handle}" if who.handle else who.email if who.email in written.lower() else "")
        key = keys[0] if not keys[0].startswith("name:") else self.register.means(keys[0][5:].rpartition("@")[0])
        self._count(key, kind, name, block.segment, start, end).dated(block.date)
        self._rows += joined(keys, "handle" if not who.email else "address", name, block.segment, start, end)
        return _Seen(key, name, start, end)

    def _addresses(self, block: Block) -> Iterator["_Seen"]:
        taken: list[tuple[int, int]] = []
        listed = bool(heading_label(block) or role_of_heading(block))
        told = (*in_links(block, listed=listed), *in_text(block), *in_thanks(block))
        # An address may be a link as well: `Ann Lee (ann@x.org)` says more than `ann@x.org`.
        for start, end, who in sorted(told, key=lambda one: not (one[2].name and (one[2].email or one[2].handle))):
            again = bool(who.name and who.email) and any(start == begin for begin, _ in taken)  # `Ann Lee: ann@x.org / lee@y.org`
            known = self._counted(block.segment, block.start + start, block.start + end)
            if again or (not known and not any(start < stop and end > begin for begin, stop in taken)):
                taken.append((start, end))
                seen = self._seen(block, who, "mentioned", block.start + start, block.start + end)
                if seen:
                    yield seen

    def _labelled(self, block: Block, lead: str) -> Iterator["_Seen"]:
        """`Author: Ann Lee`, `Attendees: Ann Lee, Bo Ek` and lists under such headings, or below the line `lead`."""
        for kind, role, name, start, end in labelled(block, lead):
            at = start - block.start
            is_account = is_bare_handle(name) and "/" not in block.text[max(0, at - 1) : at + len(name) + 1]  # no part of a path
            who = Identity(name) if is_person(name) else Identity(handle=name) if is_account else None
            seen = self._seen(block, who, kind, start, end) if who else None
            if seen:
                yield replace(seen, role=role)

    def _said(self, block: Block) -> Iterator["_Seen"]:
        for name, start in said_to_be(block):
            place = (block.start + start, block.start + start + len(name))
            seen = None if self._counted(block.segment, *place) else self._seen(block, Identity(name), "mentioned", *place)
            if seen:
                yield seen

    def _roles(self, block: Block, seen: Sequence["_Seen"]) -> None:
        if not seen:
            return
        said = role_of_heading(block) if block.kind in ("item", "paragraph", "cell") else None
        nearby = roles_in(block) if block.words <= ROLE_WORDS_AROUND else []
        for one in seen:
            told = Role(one.role, "", one.start, one.end) if one.role else None
            near = _nearest([role for role in nearby if _may_hold(role, one, seen, block)], one, block)
            above = told or said
            particular = near and ((near.topic and not told) or (above and above.name == "member"))
            role = (near if particular else None) or above or near
            if role is not None:
                phrase = block.text[role.start - block.start : role.end - block.start] if role.start >= 0 else block.section
                self._role(one, role, block, phrase or role.name)

    def _role(self, one: "_Seen", role: Role, block: Block, phrase: str) -> None:
        topic = role.topic or (self.topics[0] if self.topics else "")
        start, end = min(one.start, role.start if role.start >= 0 else one.start), max(one.end, role.end)
        self._rows.append(Evidence("role", one.key, role.name, phrase, topic, block.segment, start, end, date=block.date))
        if role.name in LABELS.owning and (not role.topic or role.topic in self.topics):  # who owns a row's thing owns no document
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


def _heads_people(block: Block, after: Block) -> bool:
    """Whether a bold line says which part of a team the people listed below it are (`**User Experience**`)."""
    return is_strong(block) and not label_alone(block) and block.kind == "paragraph" and after.kind == "item" and _lists_people(after)


def _lists_people(block: Block) -> bool:
    if block.kind not in ("item", "paragraph"):
        return False
    names = [name for name, _ in pieces(block.text)]
    is_one = len(block.text) < ONE_PERSON and names and is_person(names[0])  # with whatever else is said of them
    return bool(is_one or (names and all(is_person(name) or name.startswith("@") or is_bare_handle(name) for name in names)))


def _label(block: Block) -> int:
    """Where the name ends that says who speaks here: nobody mentions whoever they are."""
    return max((end for start, end in block.labels() if start == 0), default=0)


def _remember(register: Register, name: str) -> str:
    register.add(Identity(name))
    return fold_name(name)


def _may_hold(role: Role, one: _Seen, seen: Sequence[_Seen], block: Block) -> bool:
    """A role in brackets is that of whoever stands before them and nobody else's."""
    if block.text[: role.start - block.start].rstrip()[-1:] not in ("(", "["):
        return True
    return one.end == max((other.end for other in seen if other.end <= role.start), default=one.end)


def _nearest(roles: Sequence[Role], one: _Seen, block: Block) -> Role | None:
    """The role said closest to a person, in the same clause."""
    close = [(min(abs(role.start - one.end), abs(one.start - role.end)), role) for role in roles]
    distance, role = min(close, key=lambda pair: (pair[0], pair[1].start), default=(0, None))
    between = block.text[min(one.end, role.end) - block.start : max(one.start, role.start) - block.start] if role else ""
    return role if role and distance <= 50 and not re.search(r"[.;]\s|[\n\t]", between) else None
