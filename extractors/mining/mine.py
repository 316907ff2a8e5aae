"""One document to its evidence, in a fixed order."""

from collections.abc import Sequence

from extractors.mining.actions import taken_rows
from extractors.mining.aliases import own_aliases, text_aliases
from extractors.mining.blocks import PROSE_KINDS, UNSTRUCTURED_KINDS, Block, blocks
from extractors.mining.candidates import Candidates, add_own_names, context_of
from extractors.mining.concepts import concepts
from extractors.mining.definitions import definitions
from extractors.mining.known import Known
from extractors.mining.ledger import Ledger
from extractors.mining.mentions import Mentions
from extractors.mining.minutes import named, spoken, taken
from extractors.mining.own import own_names
from extractors.mining.patterns import Pattern, typed_names
from extractors.mining.people import People
from extractors.mining.references import references
from extractors.mining.relations import relations
from extractors.mining.statements import statements
from knowledge_graph.model.records import Document, Evidence
from knowledge_graph.text.languages import language_of
from knowledge_graph.text.words import topic_key

MINER_VERSION = "mining-79"
"""Part of every evidence row's basis: raise it with any change that changes evidence."""

READ_FOR_LANGUAGE = 60
"""Blocks at the beginning that say which language a document is in."""
PARSED_WORDS = 40_000
"""Plain prose longer than this is read without the parser, which would take over ten seconds for it; its names still count."""


def mine(document: Document, patterns: tuple[Pattern, ...] = ()) -> tuple[Evidence, ...]:
    """All evidence of a document: a function of the document, the models, public word frequencies and what is configured, nothing else."""
    if document.kind == "vocabulary":
        return tuple(sorted({*concepts(document), *Ledger(document, ()).evidence()}, key=_order))
    found = blocks(document)
    own = own_names(document)
    mentions = Mentions()
    add_own_names(mentions, own, document.modified)
    speech = document.kind == "meeting"
    _type(found, mentions, patterns, "speech" if speech else "prose")
    Candidates(mentions, speech=speech).read(found)
    recognised = _parse(found, mentions, "speech" if speech else "prose") if parses(document.kind, found) else ()
    language = language_of("\n".join(block.text for block in found[:READ_FOR_LANGUAGE]))
    mentions.forget_everyday(language)
    aliases = [*own_aliases(own, document.modified), *text_aliases(found, own, mentions)]
    ledger = Ledger(document, own.keys)
    people = People(ledger)
    people.read(found)
    if own.author:
        people.signed(found, own.author)
    shortened = spoken(ledger, found, language)
    acting = taken(ledger, found, shortened)
    people.add_names(recognised)
    named(ledger, found, shortened)
    people.call_given(tagged=True)
    shorts = shortened.names
    persons = frozenset(map(topic_key, (*shorts, *shorts.values())))
    rows = {
        *mentions.evidence((*ledger.register.full_names().values(), *ledger.register.accounts(), *shorts)),
        *(row for row in aliases if persons.isdisjoint((row.subject, row.other))),
        *references(found, own),
        *ledger.evidence(),
        *people.called(found),
    }
    known = Known.of(document, own, rows, ledger.register)
    rows.update(definitions(found, known, document.title, document.path, summarises=document.kind not in UNSTRUCTURED_KINDS))
    rows.update(taken_rows(acting, known))
    told = sorted(rows, key=_order)
    told += relations(found, known, told)
    return tuple(sorted({*told, *statements(found, known, told)}, key=_order))


def parses(kind: str, found: Sequence[Block]) -> bool:
    """True where a parser pays: speech, mail, and prose without headings, lists, links or code."""
    words = sum(block.words for block in found)
    if words > PARSED_WORDS and kind not in UNSTRUCTURED_KINDS:
        return False
    if kind in UNSTRUCTURED_KINDS:
        return True
    return kind == "document" and all(block.kind in ("paragraph", "quote") and not block.inline for block in found)


def _type(found: Sequence[Block], mentions: Mentions, patterns: tuple[Pattern, ...], prose: str) -> None:
    """Before all else: what another rule finds in the same place again is counted once."""
    for block, name, start, end, type in typed_names(found, patterns):
        place = block.kind if block.kind in ("heading", "cell") else prose
        mentions.add(
            name, place, block.segment, start, end, date=block.date, confidence=block.confidence, flags=(f"type:{type}",),
            context=context_of(block.text),
        )  # fmt: skip


def _parse(found: Sequence[Block], mentions: Mentions, place: str) -> Sequence[tuple[Block, int, int]]:
    """Adds the noun phrases and gives where a recogniser sees people."""
    from extractors.mining.phrases import parse

    prose = [block for block in found if block.kind in PROSE_KINDS]
    parsed = parse(prose)
    for block, start, end, nested in parsed.phrases:
        name = block.text[start - block.start : end - block.start]
        mentions.add(
            name, place, block.segment, start, end, date=block.date, confidence=block.confidence, standalone=not nested, sentence=True,
            flags=("phrase",),
        )  # fmt: skip
    return parsed.people


def _order(row: Evidence) -> tuple[str, str, str, str, int, int, int, str, tuple[str, ...]]:
    return (row.kind, row.subject, row.place, row.other, row.segment, row.start, row.end, row.value, row.features)
