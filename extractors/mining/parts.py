"""Who has a part in what their line names, or what stands below their name: `Quartermaster: Ann Lee`, `**Ann** - Writer` above a list."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import regex

from extractors.mining.blocks import Block
from extractors.mining.name_lists import is_full_name, is_given_name, is_made_of_words
from extractors.mining.names import MAX_TITLE_WORDS, MAX_WORDS, bare, usable
from extractors.mining.roles import (
    LABEL,
    are_people,
    heading_label,
    holds_parts,
    is_other,
    is_strong,
    label_in,
    names_behind,
    pieces,
)
from extractors.mining.roster import SEVERAL
from extractors.mining.written import is_given, is_person

_LABEL_IN_BRACKETS = regex.compile(
    r"\W*(?P<thing>\p{L}[^\n()]{1,80}?)[\s\u2013\u2014-]*\((?P<label>\p{L}[\p{L} -]{1,30}):\s*(?P<names>[^()\n]{2,100})\)\W{0,2}$"
)
_NAMES_ALONE = re.compile(r"\W*(\w[^\n:]{0,60}?)\W*(?:\s[\u2013\u2014-]\s[^\n:]{2,80})?")


class Part(NamedTuple):
    """Somebody's part in what their line names (a key); offsets in the segment."""

    topic: str
    kind: str
    role: str
    name: str
    start: int
    end: int


def parts_of(blocks: Sequence[Block]) -> dict[tuple[int, int], list[Part]]:
    """By segment and start of a line, who has which part in what it names: by a label at its end (`Open Day (Coordinator: Ann, Bo)`), or
    where several items below one heading name something and then nobody but people (`Quartermaster: Ann Lee`).
    """
    found: dict[tuple[int, int], list[Part]] = {}
    lists: defaultdict[tuple[str, ...], dict[tuple[int, int], list[Part]]] = defaultdict(dict)
    for block in blocks:
        place = (block.segment, block.start)
        told = _LABEL_IN_BRACKETS.match(block.text) if block.kind in ("item", "heading", "paragraph") else None
        alone = LABEL.match(block.text) if block.kind == "item" and "\n" not in block.text and not told else None
        if told and (named := [*names_behind(block, label_in(told["label"]), told["names"], told.start("names"))]):
            found[place] = [Part(usable(bare(told["thing"]), MAX_TITLE_WORDS), *one) for one in named]
        elif alone and not holds_parts(heading_label(block)) and _is_thing(alone[1]) and are_people(alone[2]):
            topic = usable(bare(alone[1]), MAX_TITLE_WORDS)
            lists[block.headings][place] = [Part(topic, *one) for one in names_behind(block, "responsible", alone[2], alone.start(2))]
    return found | {place: parts for of_heading in lists.values() if len(of_heading) >= SEVERAL for place, parts in of_heading.items()}


class Works(NamedTuple):
    """Somebody's line, the name's offsets in its segment, and the keys of the items below it."""

    block: Block
    name: str
    start: int
    end: int
    topics: tuple[str, ...]


def works_of(blocks: Sequence[Block]) -> list[Works]:
    """Who works on what: below bold lines that each hold a name, or two, and what they are (`**Ann/Bo - Writer**`), where several stand
    below one heading.
    """
    lists: defaultdict[tuple[str, ...], list[tuple[Block, str, list[str]]]] = defaultdict(list)
    topics: list[str] | None = None
    for block in blocks:
        if block.kind == "item":
            if topics is not None and "\n" not in block.text and (topic := usable(bare(block.text), MAX_WORDS)):
                topics.append(topic)
            continue
        line = _NAMES_ALONE.fullmatch(block.text) if block.kind == "paragraph" and is_strong(block) else None
        topics = [] if line and all(is_full_name(name) or (is_given(name) and is_given_name(name)) for name, _ in pieces(line[1])) else None
        if line and topics is not None:
            lists[block.headings].append((block, line[1], topics))
    return [
        Works(block, name, block.start + at, block.start + at + len(name), tuple(below))
        for heads in lists.values()
        if len(heads) >= SEVERAL
        for block, names, below in heads
        if below
        for name, at in pieces(names)
    ]


def _is_thing(label: str) -> bool:
    return is_other(label) and not label_in(label) and (not is_person(label) or is_made_of_words(label))
