"""Noun phrases and names of people by a parser, for text without structure: speech, mail, plain prose.

Elsewhere the parser found one more topic in the first thousand and cost twelve times the rest of mining; in meetings it found .69
of the topics' phrases against .05 without.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractors.mining.blocks import Block
from extractors.mining.vocabulary import STOP

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span, Token

MODEL = "en-core-web-sm"
_MAX_PHRASE = 5
_CHUNK_CHARS = 100_000
"""The parser's memory grows with a text: a block is cut here, far above any real paragraph."""


class Phrase(NamedTuple):
    """A noun phrase in a block, offsets in the segment; `nested` where it is the end of a longer one."""

    block: Block
    start: int
    end: int
    nested: bool


class Parsed(NamedTuple):
    phrases: list[Phrase]
    people: list[tuple[Block, int, int]]


def parse(blocks: Sequence[Block]) -> Parsed:
    """Phrases and people of the blocks, in order."""
    result = Parsed([], [])
    texts = ((_said(block)[:_CHUNK_CHARS], block) for block in blocks)
    for doc, block in _parser().pipe(texts, as_tuples=True, batch_size=64):
        result.phrases.extend(_phrases(doc, block))
        result.people.extend(
            (block, block.start + entity.start_char, block.start + entity.end_char) for entity in doc.ents if entity.label_ == "PERSON"
        )
    return result


@lru_cache(maxsize=1)
def _parser() -> "Language":
    import spacy

    from knowledge_graph.text.models import locate

    return spacy.load(locate(MODEL), exclude=["lemmatizer"])


def _said(block: Block) -> str:
    """The text in one line without names of speakers and noises, each letter where it was."""
    text = block.text.replace("\n", " ")
    for start, end in block.unsaid():
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _phrases(doc: "Doc", block: Block) -> Iterator[Phrase]:
    for chunk in doc.noun_chunks:
        words = _trimmed(chunk)
        if not words or len(words) > _MAX_PHRASE or not any(word.pos_ in ("NOUN", "PROPN") for word in words):
            continue
        for first in range(len(words)):
            if first and words[first].pos_ not in ("NOUN", "PROPN", "ADJ"):
                continue
            yield Phrase(block, block.start + words[first].idx, block.start + words[-1].idx + len(words[-1].text), nested=first > 0)


def _trimmed(chunk: "Span") -> list["Token"]:
    words = list(chunk)
    while words and (words[0].lower_ in STOP or words[0].pos_ in ("DET", "PRON", "ADV", "PUNCT", "NUM", "SYM", "INTJ", "CCONJ")):
        words.pop(0)
    while words and (words[-1].lower_ in STOP or words[-1].pos_ in ("PUNCT", "PRON", "INTJ", "PART")):
        words.pop()
    return words
