"""The blocks of a document with their inline marks and date, and the sentences of a block."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from extractors.facts import iso_date
from knowledge_graph.model.records import Document, Mark, Segment

BLOCK_KINDS = frozenset({"heading", "paragraph", "item", "cell", "codeblock", "caption", "quote"})
UNSTRUCTURED_KINDS = frozenset({"mail", "meeting"})
PROSE_KINDS = frozenset({"paragraph", "item", "quote", "caption"})
_PARAGRAPH = re.compile(r"\S(?:.*?\S)?(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]\u201d]*\s+(?=[\"'(\[\u201c]?[^\W\d_a-z]|[\"'(\[\u201c]?\d)|\n+|(?<=[\u3002\uff01\uff1f])")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|e\.g|i\.e|etc|vs|cf|mr|mrs|ms|dr|prof|st|no|inc|ltd|co|approx|fig|jan|feb|mar|apr|aug|sept?|oct|nov|dec)\.$", re.I
)

_NOISE = re.compile(
    r"\{[^{}\n]{1,40}\}|\[[a-z][a-z _-]{1,30}\]|<[a-z][a-z _-]{1,30}>|\((?:inaudible|laughter|laughs|applause|crosstalk)\)", re.IGNORECASE
)
_HEADER = re.compile(
    r"^[ \t>]*(?:(?:from|to|cc|bcc|subject|reply-to|von|an|betreff|de|objet)\s*:|(?:sent|date|importance|priority|gesendet|datum)\s*:.*)",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = re.compile(r"^[ \t>]*(?:from|von|de)\s*:", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """A block of a segment; `start` is its offset in the segment's text, `inline` marks are in the segment's offsets too."""

    segment: int
    start: int
    end: int
    kind: str
    value: str
    text: str
    inline: tuple[Mark, ...]
    headings: tuple[str, ...]
    confidence: float
    date: str
    """The day its headings name, else the document's."""

    def labels(self) -> list[tuple[int, int]]:
        """Spans in the block that name who speaks without being part of what is said: a turn begins with its speaker."""
        turns = ((mark.start - self.start, mark.value) for mark in self.inline if mark.kind == "speaker" and mark.value)
        return [(start, start + len(name)) for start, name in turns if self.text.startswith(name, start)]

    def unsaid(self) -> list[tuple[int, int]]:
        """Spans that are no words of a text: people tagged, a turn's speaker, noises (`{vocalsound}`, `[laughter]`), quoted headers."""
        if self.kind == "quote" and _FROM.search(self.text):
            return [header.span() for header in _HEADER.finditer(self.text)]
        people = [(mark.start - self.start, mark.end - self.start) for mark in self.inline if mark.kind == "person"]
        if not any(mark.kind == "speaker" for mark in self.inline):
            return people
        return [*people, *self.labels(), *(noise.span() for noise in _NOISE.finditer(self.text))]

    @property
    def depth(self) -> int:
        """How deep an item is nested in lists, from 1; 0 where its format does not say, and for other blocks."""
        return int(self.value) if self.kind == "item" and self.value.isdecimal() else 0

    @property
    def section(self) -> str:
        return self.headings[-1] if self.headings else ""

    @property
    def words(self) -> int:
        return self.text.count(" ") + self.text.count("\n") + 1


def blocks(document: Document) -> list[Block]:
    """All blocks in reading order; text without block marks (OCR) is cut at blank lines."""
    own_date = iso_date(document.path.rpartition("/")[2]) or iso_date(document.title) or document.modified
    return [block for segment in document.segments for block in _of_segment(segment, own_date)]


def _of_segment(segment: Segment, own_date: str) -> Iterator[Block]:
    date = next((day for heading in reversed(segment.headings) if (day := iso_date(heading))), own_date)
    outer = [mark for mark in segment.marks if mark.kind in BLOCK_KINDS and mark.start < mark.end]
    inline = [mark for mark in segment.marks if mark.kind not in BLOCK_KINDS]
    for mark in outer or _paragraphs(segment.text):
        inside = tuple(m for m in inline if m.start >= mark.start and m.end <= mark.end)
        text = segment.text[mark.start : mark.end]
        headings = (*segment.headings, text) if mark.kind == "heading" and text not in segment.headings else segment.headings
        yield Block(
            segment.position, mark.start, mark.end, mark.kind, mark.value, text, inside, headings, segment.confidence, date
        )  # fmt: skip


def _paragraphs(text: str) -> list[Mark]:
    return [Mark(found.start(), found.end(), "paragraph") for found in _PARAGRAPH.finditer(text)]


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a block; a line break ends one, an abbreviation or initial does not."""
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _SENTENCE_END.finditer(text):
        if "\n" not in found.group() and _ABBREVIATION.search(text[max(start, found.start() - 8) : found.start()]):
            continue
        if text[start : found.start()].strip():
            spans.append((start, found.start() + len(found.group().rstrip())))
        start = found.end()
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans
