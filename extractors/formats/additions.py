"""Adds to a record the words that its main reader left out."""

from collections.abc import Iterable
from dataclasses import replace

from extractors.characters import clean
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Parsed, Segment


def with_extra(parsed: Parsed, texts: Iterable[str], limits: Limits) -> Parsed:
    """The record with the texts that it does not have yet, as captions at its end."""
    known = _bare("\n".join(segment.text for segment in parsed.segments))
    passages = Passages(limits)
    for text in dict.fromkeys(clean(text).strip() for text in texts):
        if any(letter.isalpha() for letter in text) and _bare(text) not in known:
            passages.add("caption", text)
    return renumbered(parsed, (*parsed.segments, *passages.segments()))


def _bare(text: str) -> str:
    return "".join(letter for letter in text if letter.isalnum()).casefold()


def renumbered(parsed: Parsed, segments: tuple[Segment, ...]) -> Parsed:
    """The record with these segments, positions counted anew."""
    return replace(parsed, segments=tuple(replace(segment, position=index) for index, segment in enumerate(segments)))
