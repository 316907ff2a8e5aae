"""Two names of one topic, as one document says it."""

from collections.abc import Iterable, Iterator, Sequence

import regex

from extractors.labels import LABELS
from extractors.mining.acronyms import SHORT, long_form_start
from extractors.mining.akin import LINKED, akin
from extractors.mining.beside import Span, are_names, name_at, name_before
from extractors.mining.blocks import PROSE_KINDS, Block
from extractors.mining.mentions import Mentions
from extractors.mining.names import COINED_ZIPF, COMMON_ZIPF, MAX_TITLE_WORDS, bare, is_plain, shape, usable
from extractors.mining.own import COUNTS, Own, lead, short_number
from extractors.mining.references import linked_page
from knowledge_graph.model.records import Evidence
from knowledge_graph.text.words import public_zipf, topic_key

_PROJECT = regex.compile(r"(?<![\w.-])Project\ (\p{Lu}\p{Ll}{2,})(?![\w-]|\ \p{Lu})")
_EVERYDAY_ZIPF = 4.5
"""`Project Board` and `Project Director` are no code names; Phoenix, Atlas and Mercury are rarer."""
_SHORT_FORM = regex.compile(rf"\(\s*({SHORT})\s*(?:\)|[;,])")
_EXPANDED = regex.compile(r"(?<![\w-])(\p{Lu}[\p{Lu}\d&/-]{1,8}\p{Ll}?)\s*\(\s*([\p{L}][\p{L}\d ,'\u2019/-]{5,80}?)\s*\)")
_KNOWN_AS = (
    r"(?:(?:is\ |was\ )?also\ (?:known\ as|called|named)|a\.?k\.?a\.?"
    r"|commonly\ (?:known\ as|called)|abbreviated(?:\ (?:as|to))?|code-?named)"
)
_FORMERLY = (
    r"(?:formerly(?:\ (?:known\ as|called|named))?|previously\ (?:known\ as|called|named)|originally\ (?:known\ as|called|named)"
    r"|used\ to\ be\ (?:called|known\ as|named)|renamed\ from"
    r"|(?:(?:has\ been|have\ been|was|were|is\ being|will\ be|got|been)\ )?renamed(?:\ (?:to|as|into))?"
    r"|(?:is|was|are)?\ ?now\ (?:known\ as|called|named))"
)
_TRIGGER = regex.compile(rf"[\s,;(]*\b(?:(?P<aka>{_KNOWN_AS})|(?P<formerly>{_FORMERLY}))[\s:]+(?:the\ )?", regex.IGNORECASE)
_TRIGGER_HINT = regex.compile(r"known as|called|named|a\.?k\.?a|formerly|previously|abbreviated|renam", regex.IGNORECASE)
_RENAME = regex.compile(r"\brenam(?:e|es|ed|ing)\ (?:the\ )?(?:(?-i:[a-z])+\ )?", regex.IGNORECASE)
_TO = regex.compile(r"\s+(?:to|as|into)\s+(?:the\ )?", regex.IGNORECASE)
_LABEL = regex.compile(
    r"^\W*(?:(?P<aka>also\ known\ as|a\.?k\.?a\.?|alias(?:es)?|code\ ?name|short\ name|acronym|abbreviation)"
    r"|(?P<formerly>former(?:ly|\ names?)|old\ name|previous(?:ly|\ names?)))\W*[:\t]\W*(?P<names>\S.*)$",
    regex.IGNORECASE,
)
_SELF = regex.compile(
    r"^\W*(?:this|the|our|it|we)\b(?:\ (?:project|group|team|sig|working\ group|effort|document"
    r"|proposal|product|tool|service|programme?))?\W*$",
    regex.IGNORECASE,
)
_LINK_TEXT = """here this link docs documentation readme details doc page source repo repository issue pr more notes recording slack"""
_LINK_WORDS = frozenset(_LINK_TEXT.split())
_VERSION = regex.compile(r"^v?\d+(?:\.\d+|(?:alpha|beta|rc)\d*)*$", regex.IGNORECASE)
_FIELD = regex.compile(
    r"^\W*(?:(?P<feature>feature(?:[ -](?:gate|flag|toggle))?|code)"
    r"|project|product|service|initiative|programme?|package|component|module|tool)[ -]?names?\W*:\W*(?P<names>\S.*)$",
    regex.IGNORECASE,
)
_REMARK = regex.compile(r"\([^()]*\)?|(?:\s[-\u2013\u2014]\s|[.;]\s).*")
_BETWEEN_NAMES = regex.compile(r"\s*[,/|]\s*|\s+(?:and|or)\s+", regex.IGNORECASE)
_NOTHING = frozenset({"na", "none", "tbd", "todo", "unknown", "tba"})
_FIELD_NAMES = 4
"""A document that fills in more names than this is a list of things with a name each, not the page of one of them."""


def own_aliases(own: Own, date: str) -> Iterator[Evidence]:
    """Number and name of a record, the acronym in its title, its title and file, title and folder of an index page."""
    titled, folder = usable(own.title, MAX_TITLE_WORDS, titled=own.is_titled), usable(own.file, MAX_TITLE_WORDS)
    named = titled or usable(lead(own.title), MAX_TITLE_WORDS)
    main = titled or folder or named  # what stands before a colon may be the part that many titles begin with
    long, short = usable(lead(own.title), MAX_TITLE_WORDS) or titled, usable(own.short)
    if long and short and short != long:
        yield Evidence("alias", long, "acronym", own.short, short, date=date)
    said = short_number(own.number)
    if named and said != own.number:
        yield from _numbers(named, (own.number, said), date)
        return
    if main and main != own.number:
        yield from _numbers(main, own.series, date)
    for number, names in ((own.number, (own.file, own.title)), (own.title_number, (own.title, own.file))):
        for name in names:
            key, other = usable(name, MAX_TITLE_WORDS, titled=own.is_titled), topic_key(number)
            if key and other and key != other and not COUNTS.match(number):
                yield Evidence("alias", key, "number", number, other, date=date)
                break
    told = own.is_index and (own.number or akin(own.file, own.title))
    if (told or own.is_filed) and main and folder and folder != main:
        yield Evidence("alias", main, "title-folder", own.file, folder, date=date)


def _numbers(key: str, numbers: Iterable[str], date: str) -> Iterator[Evidence]:
    for other, number in {topic_key(number): number for number in numbers}.items():
        if other not in ("", key):
            yield Evidence("alias", key, "number", number, other, date=date)


def text_aliases(blocks: Sequence[Block], own: Own, mentions: Mentions) -> Iterator[Evidence]:
    """Acronyms, other and former names, code names, names filled in for the document's subject, link texts unlike what they lead to."""
    yield from _fields(blocks, own)
    yield from _code_names([block for block in blocks if block.kind != "codeblock"])
    for block in blocks:
        if block.kind == "codeblock":
            continue
        yield from _acronyms(block, mentions)
        yield from _links(block)
        if block.kind in PROSE_KINDS or block.kind in ("cell", "heading"):
            yield from _other_names(block, own)


def _alias(block: Block, left: str, right: Span, place: str, start: int, end: int) -> Evidence | None:
    key, other = usable(left, MAX_TITLE_WORDS), usable(right.name, MAX_TITLE_WORDS)
    if not key or not other or key == other or _VERSION.match(left) or _VERSION.match(right.name):
        return None
    return Evidence(
        kind="alias",
        subject=key,
        place=place,
        value=right.name,
        other=other,
        segment=block.segment,
        start=block.start + start,
        end=block.start + end,
        date=block.date,
        confidence=block.confidence,
    )


def _code_names(blocks: Sequence[Block]) -> Iterator[Evidence]:
    """`Project Falcon` is Falcon in a document that calls it so: within a sentence, without an article, never in small letters."""
    projects: dict[str, tuple[Block, Span]] = {}
    for block in blocks:
        for found in _PROJECT.finditer(block.text):
            projects.setdefault(found[1], (block, Span(found[0], *found.span())))
    if not projects:
        return
    text = "\n".join(block.text for block in blocks)
    for name, (block, span) in projects.items():
        called = rf"(?<=[\p{{L}},]\ )(?<!\b(?:the|an?|our|your|their|Project)\ ){name}(?![\w-]|\ \p{{Lu}})"
        small = name.lower()
        everyday = public_zipf(name) >= _EVERYDAY_ZIPF or small in LABELS.roles or regex.search(rf"\b{small}\b", text)
        row = _alias(block, name, span, "code-name", span.start, span.end) if not everyday and regex.search(called, text) else None
        if row:
            yield row


def _acronyms(block: Block, mentions: Mentions) -> Iterator[Evidence]:
    if "(" not in block.text:
        return
    for found in _SHORT_FORM.finditer(block.text):
        short = found[1].strip()
        start = long_form_start(short, block.text[: found.start()])
        if start is not None:
            name = block.text[start : found.start()].rstrip()
            yield from _acronym(block, mentions, Span(name, start, start + len(name)), Span(short, found.start(1), found.end(1)))
    for found in _EXPANDED.finditer(block.text):
        inside = found[2].strip()
        if long_form_start(found[1], inside) == 0:
            yield from _acronym(block, mentions, Span(inside, found.start(2), found.start(2) + len(inside)), Span(found[1], *found.span(1)))


def _acronym(block: Block, mentions: Mentions, long: Span, short: Span) -> Iterator[Evidence]:
    row = _alias(block, long.name, short, "acronym", min(long.start, short.start), max(long.end, short.end))
    if row:
        yield row
        for span in (long, short):
            mentions.add(
                span.name, "prose", block.segment, block.start + span.start, block.start + span.end, date=block.date,
                confidence=block.confidence, sentence=True,
            )  # fmt: skip


def _links(block: Block) -> Iterator[Evidence]:
    for mark in block.inline:
        target = linked_page(mark.value) if mark.kind == "link" and "#" not in mark.value else ""
        if not target:
            continue
        start, end = mark.start - block.start, mark.end - block.start
        text = bare(block.text[start:end])
        if "file" in shape(text) or "number" in shape(text):
            continue
        key, other = usable(text), usable(target, MAX_TITLE_WORDS)
        if key and other and key != other and text.casefold() not in _LINK_WORDS and akin(text, target, LINKED):
            # The target's name stands in no text: the passage is the link, the name is its address.
            yield Evidence(
                "alias", other, "link", text, key, block.segment, mark.start, mark.end, date=block.date, confidence=block.confidence
            )  # fmt: skip


def _fields(blocks: Sequence[Block], own: Own) -> Iterator[Evidence]:
    """`Feature name: x` anywhere, `Project name: x` in the first passage: what the document calls its own subject."""
    if not own.keys:
        return
    rows: dict[str, Evidence] = {}
    for block in blocks:
        found = _FIELD.match(block.text) if block.kind in ("paragraph", "item", "cell") else None
        if found and (found["feature"] or block.segment == blocks[0].segment):
            for name, start in _filled_in(block.text, found.start("names")):
                key = usable(name)
                if key not in ("", *_NOTHING, *own.keys) and not _is_word(name):
                    rows.setdefault(
                        key,
                        Evidence(
                            "alias", own.keys[0], "field", name, key, block.segment, block.start + start, block.start + start + len(name),
                            date=block.date, confidence=block.confidence,
                        ),
                    )  # fmt: skip
    if len(rows) <= _FIELD_NAMES:
        yield from rows.values()


def _is_word(name: str) -> bool:
    """True for a word of public English (`hash`, `Proposal`): filled in as a name it still means more than that."""
    return is_plain(name) and public_zipf(name) >= (COMMON_ZIPF if name[0].isupper() else COINED_ZIPF)


def _filled_in(text: str, start: int) -> Iterator[tuple[str, int]]:
    """The names in a field's first line, without what stands in brackets or follows a dash or a full stop."""
    line = text[start:].split("\n")[0]
    at = start
    for piece in _BETWEEN_NAMES.split(_REMARK.sub(" ", line)):
        name = bare(piece)
        found = text.find(name, at, start + len(line)) if name else -1
        if found >= 0:
            at = found + len(name)
            yield name, found


def _other_names(block: Block, own: Own) -> Iterator[Evidence]:
    if not _TRIGGER_HINT.search(block.text) and not _LABEL.match(block.text):
        return
    label = _LABEL.match(block.text)
    if label and own.keys:
        place = "also-known-as" if label["aka"] else "formerly"
        yield from _labelled(block, own, place, label.start("names"))
        return
    for found in _RENAME.finditer(block.text):
        old = name_at(block, found.end())
        to = _TO.match(block.text, old.end) if old else None
        new = name_at(block, to.end()) if to else None
        if old and new and are_names(old, new) and (row := _alias(block, new.name, old, "formerly", old.start, new.end)):
            yield row
    for found in _TRIGGER.finditer(block.text):
        yield from _around(block, own, found)


def _labelled(block: Block, own: Own, place: str, start: int) -> Iterator[Evidence]:
    for piece in regex.finditer(r"[^,;/|]+", block.text[start:].split("\n")[0]):
        name = bare(piece.group())
        at = block.text.find(name, start + piece.start()) if name else -1
        other = usable(name)
        if other and other != own.keys[0]:
            yield Evidence(
                "alias", own.keys[0], place, name, other, block.segment, block.start + at, block.start + at + len(name),
                date=block.date, confidence=block.confidence,
            )  # fmt: skip


def _around(block: Block, own: Own, found: "regex.Match[str]") -> Iterator[Evidence]:
    right = name_at(block, found.end())
    if right is None:
        return
    place = "also-known-as" if found["aka"] else "formerly"
    left = name_before(block, found.start())
    if not are_names(right, *([left] if left else [])):
        return
    if left and (row := _alias(block, left.name, right, place, left.start, right.end)):
        yield row
    elif left is None and own.keys and _SELF.match(_clause(block.text[: found.start()])) and usable(right.name) not in ("", own.keys[0]):
        yield Evidence(
            "alias", own.keys[0], place, right.name, usable(right.name), block.segment, block.start + right.start, block.start + right.end,
            date=block.date, confidence=block.confidence,
        )  # fmt: skip


def _clause(before: str) -> str:
    sentence = regex.split(r"[.!?;\n]\s*", before)[-1]
    return str(regex.sub(r"\s*(?:,|\(|\b(?:is|was|were|are|has|been|have)\b)*\s*$", "", sentence, flags=regex.IGNORECASE))
