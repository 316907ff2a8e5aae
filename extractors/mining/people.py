"""People: who worked on the document, who is named in it, and in which role."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import regex

from extractors.labels import AWAY, LABELS
from extractors.mining.blocks import Block
from extractors.mining.called import full_names, given_in_text, things_in
from extractors.mining.identities import Identity
from extractors.mining.ledger import Given, Ledger, Seen
from extractors.mining.minutes import given_names, is_minutes, speaker_end
from extractors.mining.name_lists import is_given_name
from extractors.mining.names import MAX_WORDS, bare, usable
from extractors.mining.parts import Part, Works, parts_of, works_of
from extractors.mining.roles import (
    Role,
    heading_label,
    inherits_label,
    is_strong,
    label_alone,
    labelled,
    led,
    part_of,
    pieces,
    role_above,
    role_of_group,
    role_of_heading,
    roles_in,
    said_to_be,
    tells_who_came,
)
from extractors.mining.roster import SEVERAL, Named, named_lists, rosters
from extractors.mining.tables import Held, Listed, cells_beside, deeds, held_roles, listed_people
from extractors.mining.written import (
    Sighting,
    given_alone,
    in_links,
    in_text,
    in_thanks,
    is_bare_handle,
    is_given,
    is_person,
    is_written_small,
    somebody,
)
from knowledge_graph.model.records import Evidence
from knowledge_graph.text.words import fold_name

ONE_PERSON = 80
"""Characters of an item that begins with somebody's name and says who it is."""
_SENTENCE = re.compile(r"(?:\S+\s+){7,}\S+[.:]$")
_CAPITALS = regex.compile(r"\W{0,2}\p{Lu}\S*\ \p{Lu}[^.:?!]*$")
ROLE_WORDS_AROUND = 60
"""A role said of somebody stands in the same short block; a long paragraph names roles of others."""


@dataclass(frozen=True, slots=True)
class People:
    """Reads the people of one document's text into its ledger."""

    ledger: Ledger

    def read(self, blocks: Sequence[Block]) -> None:
        """Finds people in the text; a name is looked for after all addresses are known."""
        held = {(cell.block.segment, cell.block.start): cell for cell in held_roles(blocks)}
        listed = {(cell.segment, cell.start): row for row in listed_people(blocks) for cell in row.cells}
        did = {(cell.segment, cell.start): kind for cell, kind in deeds(blocks)}
        beside = cells_beside(blocks, {*listed, *did})
        roster = rosters(blocks)
        names = named_lists(blocks)
        met = "attended" if len(roster) >= SEVERAL and is_minutes(self.ledger.document) else "mentioned"
        parts = {(block.segment, block.start) for block, after in pairwise(blocks) if _heads_people(block, after)}
        going = _of_people(blocks) - parts
        ended = _of_no_people(blocks)
        has_roll = any(map(tells_who_came, blocks))
        holders: dict[tuple[str, ...], tuple[Seen, Role]] = {}
        said_of = parts_of(blocks)
        for block, lead in led(blocks, label_alone, lambda block: (block.segment, block.start) in going):
            place = (block.segment, block.start)
            if block.kind == "codeblock" or place in parts:
                continue
            if place in said_of:
                self._takes_part(block, said_of[place])
                continue
            label = label_alone(block)
            if place in listed:
                self._listed(listed[place], block, held.get(place), did.get(place, "mentioned"))
                continue
            if place in did:
                self._did(block, did[place])
                continue
            told = self._enrolled(block, roster[place], lead, met) if place in roster else []
            if not told and place in names:
                told = [*self._enlisted(block, names[place], lead, has_roll=has_roll)]
            if block.kind == "paragraph" and _SENTENCE.search(block.text):  # a list of people ends where the text goes on
                ended.add(block.headings)
            named = () if told or label or place in beside else self._labelled(block, lead, headed=block.headings not in ended)
            self.ledger.alone += [Given(block, "tagged", block.start + start, block.start + end) for start, end in given_alone(block)]
            seen = [*told, *self._addresses(block, lead), *named]
            seen += self._said(block) if block.kind != "heading" else ()
            cell = held.get(place)
            if cell:
                self._held(cell, seen)
            else:
                self._roles(block, seen)
            self._heads(holders, block, seen)
        for one in works_of(blocks):
            self._works_on(one)
        self.call_given(tagged=False)

    def _takes_part(self, block: Block, parts: Iterable[Part]) -> None:
        """Whom a line gives a part in what it names, by their address or account where it has that."""
        addressed = [*self._addresses(block, "")]
        for topic, kind, role, name, start, end in parts:
            seen = next((one for one in addressed if one.start < end and start < one.end), None)
            who = None if seen else somebody(block.text, start - block.start, end - block.start)
            seen = self.ledger.seen(block, who[0], kind, start, block.start + who[1]) if who else seen
            if seen and role:
                self.ledger.hold(seen, Role(role, topic, seen.start, seen.end), block, role)
            elif is_given(name) and not seen:
                self.ledger.alone.append(Given(block, kind, start, end, role, (topic,) if topic else ()))

    def _works_on(self, one: Works) -> None:
        """Whose the items below their name are."""
        if " " not in one.name:
            self.ledger.alone.append(Given(one.block, "mentioned", one.start, one.end, "owner", one.topics))
        elif seen := self.ledger.seen(one.block, Identity(one.name), "mentioned", one.start, one.end):
            for topic in one.topics:
                self.ledger.hold(seen, Role("owner", topic, one.start, one.end), one.block, one.name)

    def _heads(self, holders: dict[tuple[str, ...], tuple[Seen, Role]], block: Block, seen: Sequence[Seen]) -> None:
        """Who heads a section of a page of maintainers holds that role for whatever is listed in it."""
        if block.kind == "heading" and len(seen) == 1 and (role := role_above(block, self.ledger.document.title)):
            holders[block.headings] = seen[0], role
        elif block.kind == "item" and not seen and block.headings in holders:
            self._holds_item(*holders[block.headings], block)

    def _holds_item(self, holder: Seen, role: Role, block: Block) -> None:
        topic = usable(bare(block.text), MAX_WORDS)
        if topic and "\n" not in block.text:
            one = replace(holder, start=block.start, end=block.start + len(block.text))
            self.ledger.hold(one, Role(role.name, topic, one.start, one.end), block, role.name)

    def call_given(self, *, tagged: bool) -> None:
        """Counts given names alone for whoever else has them in this document, those behind a label or in a column for a name of its own
        otherwise. Those that are only `tagged` come after all who speak and act: any item may begin with a word and a colon.
        """
        whose = given_names(self.ledger.register)
        for one in self.ledger.alone:
            known = self.ledger.is_counted(one.block.segment, one.start, one.end) or self.ledger.is_thing(Identity(one.word))
            if known or (one.kind == "tagged") != tagged:
                continue
            key = whose.get(fold_name(one.word), "")
            if key:
                at = one.start - one.block.start
                self.ledger.call(key, one.kind, one.block, at, at + len(one.word))
            elif not tagged and is_given_name(one.word):
                seen = self.ledger.seen(one.block, Identity(one.word), one.kind, one.start, one.end)
                key = seen.key if seen else ""
            if key:
                self._hold_given(one, Seen(key, one.word, one.start, one.end, one.role))

    def _hold_given(self, one: Given, seen: Seen) -> None:
        for topic in one.topics:
            self.ledger.hold(seen, Role(one.role, topic, one.start, one.end), one.block, one.role)
        if not one.topics:
            self._roles(one.block, [seen])

    def _enrolled(self, block: Block, sighting: Sighting, lead: str, met: str) -> list[Seen]:
        """Whom a line of a list of people names: there where the list is one of those who came, or of minutes that say nothing else."""
        start, end, who = sighting
        label = lead or heading_label(block)
        kind = LABELS.kinds.get(label) or ("mentioned" if label in LABELS.roles or AWAY.search(block.section) else met)
        seen = self.ledger.seen(block, who, kind, block.start + start, block.start + end)
        return [replace(seen, role=LABELS.roles.get(label, ""))] if seen else []

    def _enlisted(self, block: Block, line: Sequence[Named], lead: str, *, has_roll: bool) -> Iterator[Seen]:
        """Whom a line of a list of names names; without a label above it the list of minutes says who came, where no other does."""
        label = lead or heading_label(block)
        role, kind = LABELS.roles.get(label, ""), LABELS.kinds.get(label, "")
        absent = bool(AWAY.search(block.section))
        role = role or ("" if kind or is_minutes(self.ledger.document) else role_of_group(block))
        unclear = not label and not role and not line[0].role
        if unclear and not line[0].alone and ((has_roll and not absent) or not is_minutes(self.ledger.document)):
            return
        for one in line:
            away = one.is_away or absent or (unclear and one.alone)
            did = "mentioned" if away or (role and not kind) or (one.role and not label) else kind or "attended"
            seen = self.ledger.seen(block, Identity(one.name), did, block.start + one.start, block.start + one.end)
            if seen:
                yield replace(seen, role=one.role if role in ("", "member") and one.role else role)

    def _did(self, cell: Block, kind: str) -> None:
        """Everybody whom a cell names did what its column or its row says; what stands in brackets behind somebody is their role."""
        known = [*in_links(cell), *in_text(cell)]
        named = ((start, start + len(name), Identity(name)) for name, start in pieces(cell.text) if is_person(name))
        found = [*known, *(one for one in named if not any(one[0] < end and start < one[1] for start, end, _ in known))]
        self._roles(
            cell, [seen for start, end, who in found if (seen := self.ledger.seen(cell, who, kind, cell.start + start, cell.start + end))]
        )

    def _listed(self, row: Listed, block: Block, held: Held | None, kind: str) -> None:
        """A row of a directory is one person, whose name, address and handle stand in cells of their own; its first cell shows them."""
        if block is not row.cells[0]:
            return
        seen = self.ledger.seen(block, row.who, kind, block.start, block.start + len(block.text))
        part = part_of(block)
        if seen and held:
            self.ledger.hold(seen, Role(held.role, held.topic, seen.start, seen.end), block, held.role)
        elif seen and part and kind == "mentioned":
            self.ledger.hold(seen, Role("member", part, seen.start, seen.end), block, block.section)

    def _held(self, cell: Held, seen: Sequence[Seen]) -> None:
        """Everybody in a cell holds the role of its column; a name without an address too."""
        block = cell.block
        found = list(seen)
        for name, at in pieces(block.text):
            start, end = block.start + at, block.start + at + len(name)
            if any(one.start < end and one.end > start for one in found) or block.text[at - 1 : at] == "/":  # `@acme/lamps` is a team
                continue
            who = Identity(name) if is_person(name) else Identity(handle=name) if is_bare_handle(name) else None
            told = self.ledger.seen(block, who, "mentioned", start, end) if who else None
            found += [told] if told else []
            if is_given(name):
                self.ledger.alone.append(Given(block, "mentioned", start, end, cell.role, (cell.topic,) if cell.topic else ()))
        for one in found:
            self.ledger.hold(one, Role(cell.role, cell.topic, one.start, one.end), block, cell.role)

    def signed(self, blocks: Sequence[Block], author: str) -> None:
        """Counts the author whom the document's title names, where a heading says it."""
        block = next((block for block in blocks if block.kind == "heading" and author in block.text), None)
        if block is not None:
            start = block.start + block.text.rindex(author)
            self.ledger.seen(block, Identity(author), "wrote", start, start + len(author))

    def called(self, blocks: Sequence[Block]) -> Iterator[Evidence]:
        """What is written like a full name and is nobody's here, and given names alone: whose they are, other documents of the reader
        say.
        """
        first: dict[tuple[str, int], Evidence] = {}
        listed = set()
        for one in self.ledger.alone:
            place, date = (one.block.segment, one.start, one.end), one.block.date
            if self._is_nobody_yet(one.word, place):
                listed.add(place)
                yield Evidence("called", _called(one.word), one.kind, one.word, "", *place, date=date, last=date)
        headings = {block.text.strip() for block in blocks if block.kind == "heading"}
        things = things_in(block.text for block in blocks)
        for block in blocks:
            alone = given_in_text(block.text, things) if block.kind != "codeblock" else ()
            for start, end in (*full_names(block.text), *alone) if block.kind != "heading" else ():
                name = block.text[start:end]
                place = (block.segment, block.start + start, block.start + end)
                if name in headings or start < speaker_end(block) or place in listed or not self._is_nobody_yet(name, place):
                    continue
                who = _called(name)
                row = first.get((who, block.segment)) or Evidence(
                    "called", who, "mentioned", name, "", *place, count=0, date=block.date, last=block.date
                )
                first[who, block.segment] = replace(row, count=row.count + 1)
        yield from first.values()

    def _is_nobody_yet(self, name: str, place: tuple[int, int, int]) -> bool:
        return not self.ledger.is_counted(*place) and not self.ledger.is_thing(Identity(name))

    def add_names(self, spans: Iterable[tuple[Block, int, int]]) -> None:
        """Counts names that a recogniser found, by block and offsets in the segment."""
        for block, start, end in spans:
            name = block.text[start - block.start : end - block.start]
            if is_person(name) and start - block.start >= speaker_end(block) and not self.ledger.is_counted(block.segment, start, end):
                self.ledger.seen(block, Identity(name), "mentioned", start, end)

    def _addresses(self, block: Block, lead: str) -> Iterator[Seen]:
        """Whom a block names with an address or an account: who came, in a list of those below the label `lead` or the heading's."""
        came = LABELS.kinds.get(lead or heading_label(block)) == "attended" and _lists_people(block)
        taken: list[tuple[int, int]] = []
        listed = bool(heading_label(block) or role_of_heading(block) or tells_who_came(block))
        tagged = {mark.start for mark in block.inline if mark.kind == "person"}
        told = (*in_links(block, listed=listed), *in_text(block), *in_thanks(block))
        # An address may be a link as well: `Ann Lee (ann@x.org)` says more than `ann@x.org`.
        for start, end, who in sorted(told, key=lambda one: -sum(map(bool, (one[2].name, one[2].email, one[2].handle)))):
            again = bool(who.name and who.email) and any(start == begin for begin, _ in taken)  # `Ann Lee: ann@x.org / lee@y.org`
            known = self.ledger.is_counted(block.segment, block.start + start, block.start + end)
            if again or (not known and not any(start < stop and end > begin for begin, stop in taken)):
                taken.append((start, end))
                kind = "attended" if came else "tagged" if block.start + start in tagged else "mentioned"
                seen = self.ledger.seen(block, who, kind, block.start + start, block.start + end)
                if seen:
                    yield seen

    def _labelled(self, block: Block, lead: str, *, headed: bool) -> Iterator[Seen]:
        """`Author: Ann Lee`, `Attendees: Ann Lee, Bo Ek` and lists under such headings, or below the line `lead`."""
        for kind, role, name, start, end in labelled(block, lead, headed=headed):
            told = somebody(block.text, start - block.start, end - block.start)
            if not told and kind == "attended" and is_written_small(name):
                told = (Identity(name), end - block.start)
            seen = self.ledger.seen(block, told[0], kind, start, block.start + told[1]) if told else None
            if seen:
                yield replace(seen, role=role)
            elif is_given(name):
                self.ledger.alone.append(Given(block, kind, start, end, role))

    def _said(self, block: Block) -> Iterator[Seen]:
        for name, start in said_to_be(block):
            place = (block.start + start, block.start + start + len(name))
            seen = None if self.ledger.is_counted(block.segment, *place) else self.ledger.seen(block, Identity(name), "mentioned", *place)
            if seen:
                yield seen

    def _roles(self, block: Block, seen: Sequence[Seen]) -> None:
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
                self.ledger.hold(one, role, block, phrase or role.name)


def _called(name: str) -> str:
    """The identity of a name in a text: one word where it is a given name alone, hyphens and all (`name:tae-hyun`)."""
    return f"name:{fold_name(name) if ' ' in name else '-'.join(fold_name(name).split())}"


def _heads_people(block: Block, after: Block) -> bool:
    """Whether a bold line says which part of a team the people listed below it are (`**User Experience**`)."""
    return is_strong(block) and not label_alone(block) and block.kind == "paragraph" and after.kind == "item" and _lists_people(after)


def _of_no_people(blocks: Sequence[Block]) -> set[tuple[str, ...]]:
    """Headings one below a label of people (`Standing items` below `Attendees`) whose lines mostly name nobody: no part of that list."""
    listed: defaultdict[tuple[str, ...], list[bool]] = defaultdict(list)
    for block in blocks:
        if block.kind in ("item", "paragraph") and inherits_label(block):
            listed[block.headings].append(_lists_people(block))
    return {headings for headings, lines in listed.items() if 2 * sum(lines) <= len(lines)}


def _lists_people(block: Block) -> bool:
    if block.kind not in ("item", "paragraph"):
        return False
    names = [name for name, _ in pieces(block.text)]
    if len(block.text) < ONE_PERSON and names and (somebody(names[0], 0, len(names[0])) or any(in_links(block, listed=True))):
        return True  # with whatever else is said of them
    return bool(names) and all(is_person(name) or name.startswith("@") or is_bare_handle(name) for name in names)


def _of_people(blocks: Sequence[Block]) -> set[tuple[int, int]]:
    """Lines that name people, and between two of them one that begins with capitals: not everybody is written like a name."""
    names = [_lists_people(block) for block in blocks]
    for at in range(1, len(names) - 1):
        before, block, after = blocks[at - 1 : at + 2]
        odd = before.kind == block.kind == after.kind and len(block.text) < ONE_PERSON and bool(_CAPITALS.match(block.text))
        names[at] |= odd and names[at - 1] and names[at + 1]
    return {(block.segment, block.start) for block, told in zip(blocks, names, strict=True) if told}


def _may_hold(role: Role, one: Seen, seen: Sequence[Seen], block: Block) -> bool:
    """A role in brackets is that of whoever stands before them and nobody else's."""
    if block.text[: role.start - block.start].rstrip()[-1:] not in ("(", "["):
        return True
    return one.end == max((other.end for other in seen if other.end <= role.start), default=one.end)


def _nearest(roles: Sequence[Role], one: Seen, block: Block) -> Role | None:
    """The role said closest to a person, in the same clause."""
    close = [(min(abs(role.start - one.end), abs(one.start - role.end)), role) for role in roles]
    distance, role = min(close, key=lambda pair: (pair[0], pair[1].start), default=(0, None))
    between = block.text[min(one.end, role.end) - block.start : max(one.start, role.start) - block.start] if role else ""
    return role if role and distance <= 50 and not re.search(r"[.;]\s|[\n\t]", between) else None
