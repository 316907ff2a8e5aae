"""Names that an installation says how to recognise, each with the kind of thing that it names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import regex

from extractors.mining.blocks import Block


@dataclass(frozen=True, slots=True)
class Pattern:
    """A kind (`ticket`, `system`) with a regular expression, or with names whose case does not matter."""

    type: str
    pattern: str = ""
    names: tuple[str, ...] = ()


class Typed(NamedTuple):
    """A name in a block and its kind; offsets in the segment."""

    block: Block
    name: str
    start: int
    end: int
    type: str


def typed_names(blocks: Iterable[Block], patterns: tuple[Pattern, ...]) -> Iterator[Typed]:
    """Every match, of words as a whole, in what is not code."""
    for block in blocks if patterns else ():
        if block.kind == "codeblock":
            continue
        for pattern in patterns:
            for found in compiled(pattern).finditer(block.text):
                if found.group():
                    yield Typed(block, found.group(), block.start + found.start(), block.start + found.end(), pattern.type)


@lru_cache(maxsize=256)
def compiled(pattern: Pattern) -> Any:
    """Raises `regex.error` for an expression that is none."""
    if pattern.pattern:
        return regex.compile(rf"(?<!\w)(?:{pattern.pattern})(?!\w)")
    alternatives = "|".join(r"\s+".join(map(regex.escape, name.split())) for name in sorted(pattern.names, key=len, reverse=True))
    return regex.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", regex.IGNORECASE)
