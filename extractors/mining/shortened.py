"""Short names that minutes give people where they say who was there, and call them by: `Ann Lee (AL)`, `Ann Lee (alee)`, a column of them.

They mean the person in that document alone. A pair is one of a person and not of a thing and its acronym where the minutes have what
several of these short names say (`AL: we ship on Monday`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import regex

from extractors.mining.blocks import Block
from extractors.mining.identities import is_organisation
from extractors.mining.tables import label_of, tables
from extractors.mining.written import PERSON
from knowledge_graph.text.words import public_zipf

SPEAKERS = 2
"""Of the short names, those that must speak."""
_SHORT = r"[A-Z]{2,4}|[a-z][a-z0-9_-]{1,19}"
_NAMED = regex.compile(rf"(?<![@\w]){PERSON}(?=\s*\(\s*({_SHORT})\s*\))")
_PERSON = regex.compile(PERSON)
_BEFORE = regex.compile(rf"^\W{{0,3}}([A-Z]{{2,4}})\s*[=\u2013\u2014-]\s*({PERSON})", regex.MULTILINE)
_IS_SHORT = re.compile(_SHORT)
_SPEAKS = re.compile(rf"^((?:{_SHORT})(?:\s*[/,&]\s*(?:{_SHORT}))*)\s*:(?=\s)", re.MULTILINE)
_COLUMN = "abbreviation abbreviations abbr abbr. initials short nick nickname kürzel abkürzung initiales siglas sigla iniciales"
_COLUMNS = frozenset(_COLUMN.split())
_EVERYDAY = 3.5
"""A short name in small letters that is as usual a word means nobody beside a speaker's colon."""


@dataclass(frozen=True, slots=True)
class Introduced:
    """Where a document gives somebody a short name: the span of the full name in the segment."""

    block: Block
    start: int
    end: int
    name: str
    short: str


@dataclass(frozen=True)
class Shortened:
    """Who is introduced with a short name, and where short names speak: block, span in it, short name."""

    introduced: tuple[Introduced, ...] = ()
    speaking: tuple[tuple[Block, int, int, str], ...] = ()

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Shortened":
        met = [*_bracketed(blocks), *_before(blocks), *_columns(blocks)]
        names: dict[str, set[str]] = {}
        for one in met:
            names.setdefault(one.short, set()).add(one.name)
        introduced = tuple(one for one in met if len(names[one.short]) == 1)
        known = {one.short for one in introduced}
        speaking = tuple(turn for turn in _turns(blocks) if turn[3] in known)
        return cls(introduced, speaking) if len({short for *_, short in speaking}) >= SPEAKERS else cls()

    @cached_property
    def names(self) -> Mapping[str, str]:
        """Full names by short name."""
        return {one.short: one.name for one in self.introduced}

    def mentions(self, blocks: Iterable[Block]) -> Iterator[tuple[Block, int, int, str]]:
        """Where else the text calls people by their short names."""
        shorts = sorted(short for short in self.names if short.isupper() or public_zipf(short) < _EVERYDAY)
        if not shorts:
            return
        called = re.compile(rf"(?<![\w@./#(-])(?:{'|'.join(map(re.escape, shorts))})(?![\w/-]|\s*[=\u2013\u2014-]\s)")
        for block in blocks:
            if block.kind not in ("heading", "codeblock", "cell"):
                yield from ((block, *found.span(), found[0]) for found in called.finditer(block.text))


def _bracketed(blocks: Iterable[Block]) -> Iterator[Introduced]:
    for block in blocks:
        if block.kind != "codeblock" and "(" in block.text:
            for found in _NAMED.finditer(block.text):
                if not is_organisation(found[0]) and _begins_alike(found[0], found[1]):
                    yield Introduced(block, block.start + found.start(), block.start + found.end(), found[0], found[1])


def _before(blocks: Iterable[Block]) -> Iterator[Introduced]:
    """`AL - Ann Lee (Acme)`, a line each."""
    for block in blocks:
        if block.kind in ("paragraph", "item"):
            for found in _BEFORE.finditer(block.text):
                if not is_organisation(found[2]) and _begins_alike(found[2], found[1]):
                    yield Introduced(block, block.start + found.start(2), block.start + found.end(2), found[2], found[1])


def _columns(blocks: Sequence[Block]) -> Iterator[Introduced]:
    """Rows of a table with names in its first column and short names in one that says so."""
    for table in tables(blocks):
        column = next((column for (row, column), cell in table.items() if row == 1 and label_of(cell) in _COLUMNS), 0)
        for (row, at), cell in table.items():
            name, short = cell.text.strip(), table.get((row, column))
            if row > 1 and at == 1 < column and short and _IS_SHORT.fullmatch(short.text.strip()) and _PERSON.fullmatch(name):
                yield Introduced(cell, cell.start, cell.end, name, short.text.strip())


def _begins_alike(name: str, short: str) -> bool:
    """Capitals begin with the name's first letter, and what follows may be anything (`KZM` for Kat Marchan); so may a nickname."""
    return not short.isupper() or short[0].casefold() == name[0].casefold()


def _turns(blocks: Iterable[Block]) -> Iterator[tuple[Block, int, int, str]]:
    for block in blocks:
        if block.kind in ("paragraph", "item", "quote"):
            for turn in _SPEAKS.finditer(block.text):
                yield from ((block, turn.start() + one.start(), turn.start() + one.end(), one[0]) for one in _IS_SHORT.finditer(turn[1]))
