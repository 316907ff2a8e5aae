"""Where topics are named: title, path, folders, headings, list items, links, code, table cells, strong words and running text.

In running text a name shows by how it is written, by a word that public English does not know, by a group's word behind it
(`the release team`), or by being said again and again in one document.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from extractors.mining.blocks import PROSE_KINDS, Block
from extractors.mining.listed import Listed
from extractors.mining.mentions import Mentions
from extractors.mining.names import MAX_TITLE_WORDS, Found, bare, is_everyday, is_plain, names_in, shape, span_of, without_possessive
from extractors.mining.own import Own, lead
from extractors.mining.running import Mention, Repeats, groups_in
from knowledge_graph.model.records import Mark
from knowledge_graph.text.words import topic_key

WHOLE_WORDS = 5
"""A list item or cell of at most this many words is a name as a whole; longer ones are read as prose."""
SENTENCE_WORDS = 4
"""A mention stands in a sentence where at least this many more words are around it."""
INLINE_PLACES = {"link": "link", "code": "code", "strong": "strong"}
_KINDS = (
    r"(?:sub-?)?(?:module|package|project|program|system|team)|library|service|tool|platform|product|framework|app(?:lication)?|plugin|crate"
    r"|component|initiative|portal|programme|modul|modulo|projekt|projet|projeto|progetto|proyecto|programm|programma"
)
_KIND_BEHIND = re.compile(rf"[`*\"')]{{0,2}} (?:{_KINDS})\b", re.IGNORECASE)
_KIND_BEFORE = re.compile(rf"\b(?:{_KINDS}) [`*\"'(]{{0,2}}$", re.IGNORECASE)
"""Words for what a name is of (`the **Ledger** service`, `the Compass project`, `module json`): it is no everyday word, however plain."""
_MAX_CODE_WORDS = 3
_DIGITS = re.compile(r"\d+")
_NESTED_WORDS = 3
"""Names of at least this many words also count as their beginning and their end (`SIG API Machinery`: API Machinery)."""


@dataclass(frozen=True, slots=True)
class _Opening:
    """A name that a sentence opens with: whether its first capital means anything shows only in the rest of the document."""

    block: Block
    start: int
    end: int
    place: str


def add_own_names(mentions: Mentions, own: Own, date: str) -> None:
    """Mentions by title and path, outside the text."""

    def flags(name: str) -> Collection[str]:
        return ("record",) if own.is_record or topic_key(name) in own.collected else ()

    record = flags(own.title)
    mentions.add(own.title, "title", date=date, words=MAX_TITLE_WORDS, flags=record, titled=own.is_titled)
    mentions.add(lead(own.title), "title", date=date, words=MAX_TITLE_WORDS, flags=record)
    named = () if "number" in shape(_words(own.file)) else flags(own.file)  # an id alone is no name of its record
    mentions.add(_words(own.file), "path", date=date, words=MAX_TITLE_WORDS, flags=("folder", *named) if own.is_index else named)
    for folder in own.folders:
        listed = ("record",) if topic_key(folder) in own.collected else ()
        mentions.add(_words(folder), "folder", date=date, words=MAX_TITLE_WORDS, flags=("folder", *listed))


def _words(name: str) -> str:
    return name if " " in name else name.strip("-_")


class Candidates:
    """Reads blocks in order and fills the mentions."""

    def __init__(self, mentions: Mentions, *, speech: bool) -> None:
        self.mentions = mentions
        self._prose = "speech" if speech else "prose"
        self._openings: list[_Opening] = []
        self._repeats = Repeats()
        self._context = ""
        self._listed = Listed()

    def read(self, blocks: Iterable[Block]) -> None:
        for block in blocks:
            if block.kind != "codeblock":
                self._context = context_of(block.text)
                self._block(block)
        self._context = ""
        self._settle_openings()
        for found in self._repeats.mentions():
            self._running(found)
        self.mentions.flag_everyday(self._repeats.small)

    def _running(self, found: Mention) -> None:
        """A name that only the words around it show."""
        block = found.block
        sentence = block.kind in PROSE_KINDS and block.words >= found.name.count(" ") + 1 + SENTENCE_WORDS
        self._add(
            block, found.name, self._prose, block.start + found.start, block.start + found.end, sentence=sentence, count=found.times
        )  # fmt: skip

    def _block(self, block: Block) -> None:
        listed = ("listed",) if self._listed.holds(block) else ()
        whole = self._whole(block, listed)
        places = [(mark, INLINE_PLACES[mark.kind]) for mark in block.inline if mark.kind in INLINE_PLACES]
        for mark, place in places:
            self._inline(block, mark, place, listed if mark.start <= block.start + 1 else ())
        if whole and block.kind != "heading":
            return
        running = block.kind in PROSE_KINDS
        default = {"heading": "heading", "cell": "cell"}.get(block.kind, self._prose)
        covered = [(mark.start - block.start, mark.end - block.start) for mark, place in places if place != "strong"]
        covered += block.unsaid()
        for found in names_in(block.text):
            self._found(block, found, covered, default, running, whole)
        if running:
            self._repeats.read(block, covered)
            for group in groups_in(block):
                self._running(group)

    def _whole(self, block: Block, flags: Collection[str]) -> str:
        """Counts a heading, item or cell that is a name as a whole, and returns that name."""
        if block.kind not in ("heading", "item", "cell"):
            return ""
        limit = MAX_TITLE_WORDS if block.kind == "heading" else WHOLE_WORDS
        if block.words > limit + 3:
            return ""
        name = bare(block.text)
        if "\n" in name or len(name.split()) > limit:
            return ""
        start, end = span_of(block.text, name, block.start)
        added = self._add(block, name, block.kind, start, end, words=limit, flags=flags)
        return name if added else ""

    def _inline(self, block: Block, mark: Mark, place: str, flags: Collection[str]) -> None:
        text = block.text[mark.start - block.start : mark.end - block.start]
        name = bare(text) if place != "code" else text.strip()
        if not name or (place == "code" and not _is_identifier(name)) or text.startswith("@"):
            return
        start, end = span_of(text, name, mark.start)
        kind = ("kind",) if _is_of_a_kind(block.text, mark.start - block.start, mark.end - block.start) else ()
        self._add(block, name, place, start, end, flags=(*flags, *kind))

    def _found(self, block: Block, found: Found, covered: Sequence[tuple[int, int]], default: str, running: bool, whole: str) -> None:
        name = block.text[found.start : found.end]
        if name == whole:
            return
        if any(start <= found.start and found.end <= end for start, end in covered):
            return  # the link's or code's own name is counted, a speaker's is a person: what lies inside is not running text
        first, *rest = name.split(" ")
        if found.opens and is_plain(first) and default != "heading":
            self._openings.append(_Opening(block, found.start, found.end, default))
            return
        in_sentence = running and block.words >= len(rest) + 1 + SENTENCE_WORDS
        flags = ("said-kind",) if _KIND_BEHIND.match(block.text, found.end) else ()
        self._name(block, found.start, found.end, default, standalone=not whole, sentence=in_sentence, flags=flags)

    def _name(
        self,
        block: Block,
        start: int,
        end: int,
        place: str,
        *,
        standalone: bool,
        sentence: bool,
        flags: Collection[str] = (),
        opens: bool = False,
    ) -> None:
        name = block.text[start:end]
        at, until = block.start + start, block.start + end
        self._add(block, name, place, at, until, standalone=standalone, sentence=sentence, flags=flags, opens=opens)
        words = name.split(" ")
        if len(words) >= _NESTED_WORDS:
            opening, ending = without_possessive(" ".join(words[:-1])), " ".join(words[1:])
            for nested, at in ((ending, end - len(ending)), (opening, start)):
                self._add(block, nested, place, block.start + at, block.start + at + len(nested), standalone=False, sentence=sentence)

    def _settle_openings(self) -> None:
        """A sentence's first name counts where the document also writes it elsewhere; else without its everyday first word."""
        known = self.mentions.keys((self._prose, "link", "code"))
        for opening in self._openings:
            block, name = opening.block, opening.block.text[opening.start : opening.end]
            sentence = block.kind in PROSE_KINDS and block.words >= len(name.split()) + SENTENCE_WORDS
            first, _, rest = name.partition(" ")
            if topic_key(name) in known or not is_everyday(first):
                opens = topic_key(name) not in known and not rest
                self._name(block, opening.start, opening.end, opening.place, standalone=True, sentence=sentence, opens=opens)
            elif rest:
                self._add(
                    block, name, opening.place, block.start + opening.start, block.start + opening.end, standalone=False, sentence=sentence
                )
                self._name(block, opening.end - len(rest), opening.end, opening.place, standalone=True, sentence=sentence)

    def _add(
        self,
        block: Block,
        name: str,
        place: str,
        start: int,
        end: int,
        *,
        standalone: bool = True,
        sentence: bool = False,
        words: int = 6,
        count: int = 1,
        flags: Collection[str] = (),
        opens: bool = False,
    ) -> str:
        flags = (*flags, "field") if _is_field(block, start - block.start, end - block.start) else flags
        return self.mentions.add(
            name,
            place,
            block.segment,
            start,
            end,
            date=block.date,
            confidence=block.confidence,
            standalone=standalone,
            sentence=sentence,
            words=words,
            count=count,
            flags=flags,
            context=self._context or context_of(block.text),
            opens=opens,
        )


@lru_cache(maxsize=256)
def context_of(text: str) -> str:
    """The same for blocks that differ in case and digits only: filled-in templates count as one block."""
    return f"{crc32(_DIGITS.sub('', text.casefold()).encode()):08x}"


def _is_of_a_kind(text: str, start: int, end: int) -> bool:
    return bool(_KIND_BEHIND.match(text, end) or _KIND_BEFORE.search(text, max(0, start - 20), start))


def _is_field(block: Block, start: int, end: int) -> bool:
    """Whether the block begins with this name and a colon: a form's field, or what an item of a list is about."""
    return block.text[end : end + 3].lstrip("*_ ").startswith(":") and not block.text[:start].strip("*_ ")


def _is_identifier(code: str) -> bool:
    return code.count(" ") < _MAX_CODE_WORDS and code[0].isalnum() and not any(sign in code for sign in "=(){}<>$|;*\\\"'")
