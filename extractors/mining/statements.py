"""What a document says of something that others may say otherwise: its owner, its status, when it begins and ends, what it costs.

A statement is an attribute of a topic with one value. Where a document gives an attribute two values at one date, it is no attribute
with a single value there (`a timeout of 5 seconds ... a timeout of 9 seconds`), and nothing is taken from that document.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import regex

from extractors.mining.beside import are_names, name_at, name_before
from extractors.mining.blocks import PROSE_KINDS, Block, sentences
from extractors.mining.known import Known
from extractors.mining.names import MAX_TITLE_WORDS, is_everyday, is_plain, names_in, shape, usable
from extractors.mining.relations import HEAD_BLOCKS, INVERSE, is_header
from extractors.mining.values import Value, values_in
from extractors.mining.vocabulary import LABELS, STOP
from knowledge_graph.model.records import Evidence
from knowledge_graph.model.relations import Relation
from knowledge_graph.text.words import terms

MAX_CHARS = 400
_EVENTS = {
    "launch": r"launch(?:es|ed|ing)?(?:\ (?:date|day))?|go(?:es|ing)?[\ -]live(?:\ date)?|went\ live|general\ availability|available"
    r"|ships|shipped|shipping\ date|release\ date|rolls?\ out",
    "end": r"(?:switch(?:es|ed)?|shut|turned)[\ -](?:off|down)|switch-?off(?:\ date)?|retires?|retired|decommissioned|sunset(?:\ date)?"
    r"|end[\ -]of[\ -]life|discontinued|stays?\ on|end\ date|expires|expiry\ date",
    "start": r"starts|started|begins|began|start\ date|kick(?:s|ed)?[\ -]off(?:\ date)?",
    "due": r"due(?:\ date)?|deadline",
}
"""The words for what may happen to something on a day, by the attribute that they give."""
_EVENT = regex.compile(
    rf"\b(?:{'|'.join(f'(?P<{name}>{words})' for name, words in _EVENTS.items())})\b"
    r"(?P<rest>(?:[^\n.;:?!]{0,60}?))(?:\b(?:on|from|to|by|until|is|was|in|at|for|of|at\ the\ end\ of|:)\s(?:now\s)?)?$",
    regex.I,
)
_HAPPENS = regex.compile(
    r"(?:\s(?:of|for)\s(?P<of>.+?))?(?:\s(?:is|was|will\ be|has\ been|moves?|moved|slip(?:s|ped)|set|planned|now|again|today|here|there"
    r"|from\ [^\n]{3,20}))*\s*(?:on|from|to|by|until|in|at|for)?\s*$", regex.I,
)  # fmt: skip
_BEFORE_EVENT = regex.compile(r"(?:\s|\b(?:will|be|is|was|are|were|has|have|been|being|gets|now|to)\b)*$", regex.I)
_HEAD = regex.compile(
    r"(?P<head>(?:[A-Za-z][a-z-]+\ )?[A-Za-z][a-z-]{2,})(?:\ (?:of|for|in)\ (?P<of>[^\n,;:.]{2,60}?))?"
    r"\s(?:is|was|are|of|stays\ at|stays|remains|will\ be|at|to|=|(?:rises|rose|falls|fell|goes|went|moves|moved|grew|drops|dropped)"
    r"(?:\ from\ [^\n]{1,20}?)?\ to)\s(?:now\ |only\ |about\ |at\ most\ |at\ least\ |around\ )?$"
)
_NO_HEADS = frozenset(
    ("leads", "up", "down", "due", "equal", "according", "compared", "lasts", "takes", "from", "one", "two", "three", "four", "five", "six",
     "seven", "eight", "nine", "ten", "eleven", "twelve", "second", "seconds", "minute", "minutes", "hour", "hours", "day", "days", "week",
     "weeks", "month", "months", "year", "years", "last", "next", "default", "maximum", "minimum")
)  # fmt: skip
"""Words before an amount that name no attribute."""
_DONE = regex.compile(
    r"(?P<subject>(?:[\w'-]+\ ){0,3}[\w'-]+)\ (?:is|are|was|were|will\ be|must\ be)\ (?P<head>kept|valid|paid|held|due|priced|stored"
    r"|retained|needed|required|renewed|reviewed|capped|limited)"
    r"\ (?:for|above|over|below|within|after|every|at|about|up\ to)\ (?:about\ |only\ )?$"
)
_COSTS = regex.compile(r"(?P<subject>(?:[\w'-]+\ ){0,3}[\w'-]+)\ (?:will\ )?(?P<head>costs?|lasts)\ (?:about\ |only\ )?$")
_OPENING = regex.compile(
    r"(?:^|[,;:(\n\u2013\u2014-]|\b(?:that|which|and|because|since|as|so|but|where|while))\s*(?:(?:the|our|an?|its?)\s+)*$", regex.I
)
_FIELD = regex.compile(r"^\W*(?P<label>[A-Za-z][A-Za-z -]{2,24}?)\s*:\W*?(?P<rest>\w.*)$")
_LABELLED = {
    "launch": "launch", "launch date": "launch", "go-live": "launch", "go live": "launch", "release date": "launch",
    "available from": "launch",
    "start": "start", "start date": "start", "end": "end", "end date": "end", "switch-off": "end", "expires": "end",
    "due": "due", "due date": "due", "deadline": "due", "target date": "due", "budget": "budget", "cost": "cost", "price": "price",
    "unit cost": "unit cost", "duration": "duration", "retention": "retention", "retention period": "retention",
    "notice period": "notice period",
}  # fmt: skip
_VERSION = regex.compile(r"^\W*(?:current\s+)?version\s*:\W*?v?(?P<version>\d+(?:\.\d+)+)\b", regex.I)
_STATUS = regex.compile(
    r"^\W*(?:current\s+)?(?P<label>status|state|stage|phase|maturity)\W*[:\t]\W*(?P<value>[A-Za-z][\w\ /-]*)\W*$", regex.I
)
_STATUS_WORDS = 4
_DOUBT = regex.compile(
    r"\b(?:if|whether|unless|would|could|should|(?-i:may)|might|suppos\w+|never|example|e\.g|imagine|expected|hoped|hope|asked|proposed"
    r"|at\ least|or)\b|n't\b|n\u2019t\b|\?", regex.I,
)  # fmt: skip

_RELATIVE = regex.compile(r"\s(?:away|ago|later|earlier|before|after|old|from\ now|anniversary)\b", regex.I)

_VALUED = regex.compile(
    r"(?:19|20)\d\d|[\u20ac$\u00a3]|\b(?:euro|dollar|pound|second|minute|hour|day|week|month|year)s?\b|EUR|USD|GBP", regex.I
)
"""Without one of these a block holds no value."""


class Said(NamedTuple):
    """An attribute of a topic with its value, and the span of the sentence that gives it, in the block."""

    key: str
    attribute: str
    value: str
    start: int
    end: int


def statements(blocks: Sequence[Block], known: Known, told: Iterable[Evidence]) -> list[Evidence]:
    """One row for each topic, attribute, value and date; `told` is the document's other evidence, relations included."""
    rows: list[Evidence] = []
    for position, block in enumerate(blocks):
        if block.kind not in PROSE_KINDS:
            continue
        found = [*_in_sentences(block, known), *(_fields(block, known) if position < HEAD_BLOCKS or is_header(block) else ())]
        rows += [_row(block, said, known) for said in found if said.key in known.keys]
    for row in told:
        if row.kind == "relation":
            rows += _owners(row, known)
    return _single(rows)


def _row(block: Block, said: Said, known: Known) -> Evidence:
    text = block.text[said.start : said.end]
    return Evidence(
        "statement", said.key, said.attribute, text, said.value, block.segment, block.start + said.start, block.start + said.end,
        date=known.dated(block.date), confidence=block.confidence,
    )  # fmt: skip


def _single(rows: Iterable[Evidence]) -> list[Evidence]:
    """Statements of attributes that have one value at a time in this document, each value once for each date."""
    given: defaultdict[tuple[str, str, str], dict[str, Evidence]] = defaultdict(dict)
    for row in rows:
        given[row.subject, row.place, row.date].setdefault(row.other, row)
    torn = {(key, attribute) for (key, attribute, _), values in given.items() if len(values) > 1}
    return [row for (key, attribute, _), values in given.items() if (key, attribute) not in torn for row in values.values()]


def _owners(row: Evidence, known: Known) -> Iterator[Evidence]:
    if row.place == Relation.OWNED_BY and INVERSE not in row.features and row.subject in known.keys:
        yield Evidence(
            "statement",
            row.subject,
            "owner",
            row.value,
            row.other,
            row.segment,
            row.start,
            row.end,
            date=row.date,
            confidence=row.confidence,
        )


def _fields(block: Block, known: Known) -> Iterator[Said]:
    at = 0
    for line in block.text.split("\n"):
        label = _FIELD.match(line)
        # One of a series (a numbered proposal) tells its own state, and its title may be that of many.
        version, status = (None, None) if known.own.is_record else (_VERSION.match(line), _STATUS.match(line))
        if known.topic and version:
            yield Said(known.topic, "version", version["version"], at, at + version.end())
        elif known.topic and status and len(status["value"].split()) <= _STATUS_WORDS:
            value = status["value"].casefold().strip()
            yield Said(known.topic, "status", value, at + status.start("label"), at + status.end("value"))
        elif known.topic and label and (attribute := _LABELLED.get(label["label"].casefold().strip())):
            found = next((v for v in values_in(label["rest"]) if v.start <= 4), None)
            if found:
                yield Said(known.topic, attribute, found.value, at + label.start("label"), at + label.start("rest") + found.end)
        at += len(line) + 1


def _in_sentences(block: Block, known: Known) -> Iterator[Said]:
    if not _VALUED.search(block.text):
        return
    for start, end in sentences(block.text):
        text = block.text[start:end]
        if len(text) > MAX_CHARS or _DOUBT.search(text):
            continue
        for value in values_in(text):
            if _RELATIVE.match(text, value.end):
                continue
            read = _event if value.kind == "date" else _amount
            said = read(block, start, text, value, known)
            if said and said[0]:
                yield Said(*said, value.value, start, start + len(text.rstrip()))


def _event(block: Block, start: int, text: str, value: Value, known: Known) -> tuple[str, str] | None:
    """What happens on this day, and to what: the name before the word, the name after `of`, or what the passage is about."""
    found = _EVENT.search(text, 0, value.start)
    happens = _HAPPENS.fullmatch(text, found.start("rest"), value.start) if found else None
    if found is None or happens is None:
        return None
    attribute = next(name for name in _EVENTS if found[name] is not None)
    if happens["of"]:
        return _key_of(block, start + happens.start("of"), start + happens.end("of"), known), attribute
    stop = _BEFORE_EVENT.search(text, 0, found.start())
    at = stop.start() if stop else found.start()
    if not text[:at].strip(" \"'(*_\u201c") or _is_label(text[:at]):
        return about(block, known), attribute
    subject = name_before(block, start + at)
    if subject is None or not are_names(subject) or not _OPENING.search(text[: subject.start - start]):
        return None
    return usable(subject.name), attribute


def _is_label(before: str) -> bool:
    """`Decision: ` and `The ` before an event's word: nothing that it happens to."""
    words = before.casefold().replace(":", " ").split()
    return all(word in STOP or word in LABELS or word in ("new", "planned", "official", "final") for word in words)


def _amount(block: Block, start: int, text: str, value: Value, known: Known) -> tuple[str, str] | None:
    """What costs or lasts so much: the attribute is the noun before the value, or subject and verb."""
    before = text[: value.start]
    done = _DONE.search(before) or _COSTS.search(before)
    if done:
        named = regex.sub(r"^(?:the|our|an?)\s", "", done["subject"], flags=regex.I)
        opens = bool(_OPENING.search(before[: done.start("subject")])) or bool(_OPENING.search(before[: done.end("subject") - len(named)]))
        key = usable(named)
        if not opens or not key:
            return None
        head = " ".join(terms(done["head"]))
        if key in known.keys and (named[:1].isupper() or not is_everyday(named)):
            return key, head
        return about(block, known), f"{named.casefold()} {done['head']}"
    found = _HEAD.search(before)
    if found is None:
        return None
    words = [
        word
        for word in found["head"].casefold().split()
        if word not in STOP and word not in _NO_HEADS and not word.endswith("ing") and len(word) > 2
    ]
    if not words or found["head"].split()[-1].casefold() != words[-1]:
        return None
    key = _key_of(block, start + found.start("of"), start + found.end("of"), known) if found["of"] else about(block, known)
    return key, " ".join(words)


def _key_of(block: Block, start: int, end: int, known: Known) -> str:
    """The name that is all of this span."""
    text = regex.sub(r"^(?:the|our|an?)\s+", "", block.text[start:end], flags=regex.I)
    at = end - len(text)
    span = name_at(block, at)
    if span and span.end == end and are_names(span):
        return usable(span.name)
    key = usable(text)
    return key if key in known.keys else ""


def about(block: Block, known: Known) -> str:
    """What a passage is about: the name that heads it and that it uses, the one name in its document's title, or its topic."""
    own = known.own
    for heading in reversed(block.headings[1:] if block.headings[:1] == (own.title,) else block.headings):
        key = usable(heading, MAX_TITLE_WORDS)
        if key in known.keys and _is_name(heading) and any(_tells(word) and word in block.text for word in heading.split()):
            return key
    if not own.is_record and known.topic in ("", *own.keys):
        named = (own.title[found.start : found.end] for found in names_in(own.title))
        keys = {key for name in named if _is_name(name) and (key := usable(name)) in known.keys}
        if len(keys) == 1:
            return keys.pop()
    return known.topic


def _tells(word: str) -> bool:
    return word[:1].isupper() and not is_everyday(word) and word.casefold() not in LABELS


def _is_name(text: str) -> bool:
    if {"date", "number", "file", "url"}.intersection(shape(text)):
        return False
    return not (text.casefold() in LABELS or (is_plain(text) and is_everyday(text)) or (" " in text and text[1:].islower()))
