"""What stands in a list of things of one kind: below the heading `Subprojects`, in a table's column `Module`."""

import regex

from extractors.mining.blocks import Block
from extractors.mining.names import cut_number

_KIND = (
    r"(?:sub-?)?(?:projects?|modules?|components?|packages?|librar(?:y|ies)|tools?|services?|systems?|products?|applications?|platforms?"
    r"|repositor(?:y|ies)|program(?:me)?s?|initiatives?|workstreams?|teams?|groups?|committees?|areas?|departments?)"
)
_LISTING = regex.compile(rf"(?!\w+ing\b)(?:(?!of\b|with\b)[\w'\u2019-]+\ ){{0,2}}{_KIND}(?:\ names?)?", regex.IGNORECASE)
CELL = regex.compile(r"([A-Z]{1,3})(\d{1,7})")
"""A cell's column and row."""


def heading_above(block: Block) -> str:
    """The heading right above a heading or a list item, without its number; `""` for other blocks."""
    above = block.headings[-2:-1] if block.kind == "heading" else block.headings[-1:] if block.kind == "item" else ()
    return cut_number(above[0])[1].strip(" :*#") if above else ""


class Listed:
    """Reads the blocks of a document in order, and with them the heads of the columns of the table that it is in."""

    def __init__(self) -> None:
        self._heads: dict[str, str] = {}

    def holds(self, block: Block) -> bool:
        """Whether this block is a heading, an item or a cell of such a list."""
        if block.kind == "cell":
            return self._in_column(block)
        label = heading_above(block)
        return label.endswith("s") and bool(_LISTING.fullmatch(label))

    def _in_column(self, block: Block) -> bool:
        place = CELL.fullmatch(block.value)
        if place is None:
            return False
        column, row = place.groups()
        if row == "1":
            self._heads = {column: block.text, **({} if column == "A" else self._heads)}
        return row != "1" and bool(_LISTING.fullmatch(self._heads.get(column, "").strip(" :*")))
