"""Who raises an item of an agenda: minutes often begin it with accounts or names in brackets, `[ann/bo-ek] Limits of swap`.

What is tagged looks the same (`[kubelet] flaky tests`). A word is an account where the document says so elsewhere, or where the document
has several such words and this one stands in brackets more often than in what is said.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from extractors.mining.blocks import Block
from extractors.mining.identities import Identity
from extractors.mining.roles import pieces
from extractors.mining.vocabulary import LABELS, STOP
from extractors.mining.written import Sighting, is_bare_handle, is_person

_RAISED = re.compile(r"\W{0,3}\[([^\[\]\n]{2,60})\]")
_WORD = re.compile(r"[\w-]+")
SEVERAL = 5
"""Different words in brackets: with fewer there is no telling how this document uses them."""


def raised(blocks: Sequence[Block], accounts: Collection[str]) -> Iterator[tuple[Block, Sighting]]:
    """Each block with who raises it. `accounts` are the handles that the document names with their sign."""
    found = [(block, name, start) for block in blocks for name, start in _in_brackets(block)]
    leading = Counter(name.casefold() for _, name, _ in found if is_bare_handle(name) and STOP.isdisjoint(name.casefold().split("-")))
    said = Counter(word for block in blocks for word in map(str.casefold, _WORD.findall(block.text)) if word in leading)
    usual = {word for word, count in leading.items() if 2 * count > said[word]} if len(leading) >= SEVERAL else set()
    for block, name, start in found:
        word = name.casefold()
        if is_person(name) and LABELS.isdisjoint(word.split()):
            yield block, (start, start + len(name), Identity(name))
        elif word in accounts or (word in usual and not (name.istitle() and name.isalpha())):  # `[Ann]` is a given name
            yield block, (start, start + len(name), Identity(handle=name))


def _in_brackets(block: Block) -> Iterator[tuple[str, int]]:
    """Names and words in the bracket that a block begins with, each with where it begins."""
    found = _RAISED.match(block.text) if block.kind in ("item", "paragraph") else None
    if found:
        yield from ((name, found.start(1) + at) for name, at in pieces(found[1]))
