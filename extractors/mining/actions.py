"""Actions: what minutes and plans say that somebody is to do.

`ACTION: Ann to draft the budget`, `AI (ann): ...`, items below `Action items` (`Ann Lee: draft it`, `Draft it (Ann)`), boxes to tick
(`[ ] @ann: ...`) and tables with a column for the action and one for who does it. A word is somebody where it has its sign, where the
document knows who it is, or where it is a full name that will do something (`Explore Moving to ...` is nobody). Minutes need no label:
`Ann will draft it`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from extractors.labels import ACTION
from extractors.mining.blocks import Block, sentences
from extractors.mining.known import Known
from extractors.mining.names import is_everyday, is_plain, names_in, shape, usable
from extractors.mining.roles import heads_actions, led
from extractors.mining.statements import about
from extractors.mining.tables import Table, columns_of_actions, tables
from extractors.mining.written import PERSON
from knowledge_graph.model.records import Evidence
from knowledge_graph.model.relations import Relation
from knowledge_graph.text.words import HONORIFICS

LONGEST = 400
"""Characters of an action; more is a text that begins with a label."""
TOPICS = 2
"""Names in an action that it is about."""
_HINT = re.compile(rf"(?<![^\W_])(?:{ACTION})(?![^\W_])", re.IGNORECASE)
_LABEL = regex.compile(
    rf"\W*(?:{ACTION})(?:\ \#?\d+)?\W{{0,3}}?(?:[(\[](?P<who>[^()\[\]\n]{{2,60}})[)\]])?\W{{0,3}}?(?::|\s[\u2013\u2014-]\s)\W*", regex.I
)
_BOX = regex.compile(r"\W*\[[ xX]\]\s*|\W*[\u2610\u2611\u2612]\s*")
_TITLED = rf"(?:(?i:{HONORIFICS})\.?\ )?"
_ONE = rf"@[\w-]+|{_TITLED}{PERSON}|{_TITLED}\p{{Lu}}[\p{{L}}'\u2019-]+|[a-z][\w-]{{2,}}"
_AND = r"\s*(?:,|/|&|\+|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\bi\b|\boch\b|\bog\b)\s*"
_NAMES = rf"(?P<names>(?:{_ONE})(?:{_AND}(?:{_ONE}))*)"
_IS_TO = (
    r"\s+(?:(?:will|shall|should|must|soll(?:en)?|wird|werden|muss|devra|deber\u00e1|dovr\u00e0|zal|ska|skal)(?!\ (?:be|get|not)\b)"
    r"|(?:needs?|has|have|is|are|agreed|agrees|volunteered|volunteers|offered)\ (?:going\ )?to(?!\ be\b)"
    r"|\u00fcbernimmt|k\u00fcmmert\ sich|doit|va|debe|va\ a|deve|moet)\b"
)
_ACTS = regex.compile(rf"{_NAMES}(?:(?P<sure>{_IS_TO})|\s*(?::|->|\u2192|[\u2013\u2014-](?=\s))|\s+(?=\p{{Ll}}))")
_TAKES = regex.compile(
    rf"{_NAMES}\s+(?:also\ )?(?:(?:took|takes|has|have|accepted|volunteered\ for)|(?:was|were)\ given)\s+(?:on\ )?(?:an?\ |the\ |one\ )?"
    r"(?:action|to-?do)s?\b"
)
_CALLED = regex.compile(rf"\W*(?-i:A\.?I|ACTION|Action|TODO|To-?do)\ {_NAMES}\s*(?::|\b(?:to|will|should)\b)")
"""`AI Ann: draft it`"""
_WILL = (
    r"(?:(?:will|shall|is\ going\ to|are\ going\ to)|(?:plans?|offered|volunteered|agreed|promised)\ to)"
    r"\ (?!(?:be|not|have|need|see)\b)"
)
_DOES = (
    r"(?:\u00fcbernehmen|\u00fcbernimmt|k\u00fcmmer(?:t|n)\ sich|kl\u00e4r(?:t|en)|besorg(?:t|en)|pr\u00fcf(?:t|en)|erstell(?:t|en)"
    r"|organisier(?:t|en)|kontaktier(?:t|en)|regelt|s['\u2019]occupe(?:nt)?|se\ charge(?:nt)?|se\ encargan?|si\ occupan?o?)\ "
)
_PROMISES = regex.compile(rf"\W*{_NAMES}(?:\s+(?:{_WILL}|{_DOES})|\s*:\s+(?:I(?:\ will|['\u2019]ll|['\u2019]m\ going\ to)|will)\ )")
"""What minutes say that somebody will do is an action without a label."""
_IS_TO_DO = regex.compile(rf"\W*{_NAMES}\s+to\ (?=\p{{Ll}})(?!be\b)")
_WHOSE = regex.compile(rf"\W*{_NAMES}\s*:\W*")
"""`Ann Lee:`, above a list of what she is to do."""
_FIRST = regex.compile(rf"[(\[]\s*{_NAMES}\s*[)\]]")
_LAST = regex.compile(
    rf"(?:[(\[]\s*(?:(?:owner|assigned\ to|assignee|by|who)\s*:?\s*)?{_NAMES}(?:,[^()\[\]\n]{{0,40}})?\s*[)\]]"
    rf"|\s(?:[\u2013\u2014-]|->|\u2192)\s*{_NAMES})\W*$"
)
_HANDLE = regex.compile(r"(?<![\w@./:])@[A-Za-z0-9][\w-]*")
_SPLIT = regex.compile(_AND)
_NO_TOPIC = frozenset({"number", "date", "file", "url"})


@dataclass(frozen=True, slots=True)
class Doer:
    """A word or name for who does it, its span in its block; a full name that is `new` is taken without being known."""

    block: Block
    start: int
    end: int
    name: str
    new: bool


@dataclass(frozen=True, slots=True)
class Action:
    """The words of an action, their span in the block, and the ways to read who is to do it, the best first; whether a label or a list says
    that it is one.
    """

    block: Block
    start: int
    end: int
    doers: tuple[tuple[Doer, ...], ...]
    is_listed: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """An action of somebody who is known by `key`; the name's span is in its segment."""

    action: Action
    key: str
    name: str
    segment: int
    start: int
    end: int


def actions(blocks: Sequence[Block], *, minutes: bool) -> Iterator[Action]:
    """All that the document labels, lists, ticks off or tabulates as somebody's action, and what `minutes` say that somebody will do."""
    for table in tables(blocks):
        yield from _in_table(table)
    places = listed(blocks)
    whose: tuple[Block, str] | None = None
    for block in blocks:
        if block.kind not in ("item", "paragraph"):
            continue
        is_listed = (block.segment, block.start) in places
        heads = _WHOSE.fullmatch(block.text.rpartition("\n")[2]) if is_listed or _label(block) else None
        whose = (block, heads["names"]) if heads else whose if is_listed and block.kind == "item" else None
        if not heads:
            yield from _in_block(block, listed=is_listed, minutes=minutes, whose=whose)


def listed(blocks: Iterable[Block]) -> frozenset[tuple[int, int]]:
    """Segment and start of what stands below a heading or a line that says `Action items`."""
    return frozenset(
        (block.segment, block.start)
        for block, lead in led(blocks, _label, lambda block: block.kind == "item" or bool(_WHOSE.fullmatch(block.text)))
        if block.kind in ("item", "paragraph") and (lead or heads_actions(block.section)) and not _label(block)
    )


def _label(block: Block) -> str:
    """A line that heads actions and holds none; whose the first ones are may stand below it."""
    first, *others = block.text.split("\n") if block.kind in ("item", "paragraph") else [""]
    heads = first.rstrip(" *_").endswith(":") and not others
    return block.text if (heads or (others and _WHOSE.fullmatch(others[-1]))) and heads_actions(first) else ""


def _in_block(block: Block, *, listed: bool, minutes: bool, whose: tuple[Block, str] | None) -> Iterator[Action]:
    """`whose` is the line with the names that the list of the block stands below."""
    at = 0
    for line in block.text.split("\n"):
        head = line[:LONGEST]
        box = _BOX.match(head)
        whole = listed or box or _LABEL.match(head) or _CALLED.match(head) or (minutes and block.depth > 1 and _IS_TO_DO.match(head))
        if whole:
            places = [(0, len(line))]
        else:
            hinted = any(sign in line for sign in (":", " - ", "\u2013", "\u2014", "ction", "o-do", "odo")) and bool(_HINT.search(line))
            said = sentences(line) if minutes or hinted else ()
            places = [place for place in said if (hinted and _is_labelled(line, *place)) or (minutes and _is_promise(line, *place))]
        for start, end in places:
            label = _LABEL.match(line, start, end)
            begin = label.end() if label else box.end() if box else start + len(line[start:]) - len(line[start:].lstrip(" *_-\t"))
            end = min(end, start + LONGEST)
            told = [(label.start("who"), label["who"], True)] if label and label["who"] else _told(line, begin, end)
            doers = tuple(tuple(_doers(block, at + place, names, new)) for place, names, new in told)
            if whose:
                doers += (tuple(_doers(whose[0], whose[0].text.index(whose[1]), whose[1], new=False)),)
            if doers:
                yield Action(block, at + start, at + len(line[:end].rstrip()), doers, bool(whole))
        at += len(line) + 1


def _is_labelled(line: str, start: int, end: int) -> bool:
    end = min(end, start + LONGEST)
    return bool(_LABEL.match(line, start, end) or _TAKES.search(line, start, end))


def _is_promise(line: str, start: int, end: int) -> bool:
    return bool(_PROMISES.match(line, start, min(end, start + LONGEST)))


def _told(line: str, begin: int, end: int) -> list[tuple[int, str, bool]]:
    """What may be who does it: where it begins, as written, and whether a name that nobody knows yet counts."""
    called, takes, acts = _CALLED.match(line, begin, end), _TAKES.search(line, begin, end), _ACTS.match(line, begin, end)
    ways = (_FIRST.match(line, begin, end), called, takes, acts, _LAST.search(line, begin, end))
    told = [(found.start("names"), found["names"], found is acts and bool(acts["sure"])) for found in ways if found]
    handle = _HANDLE.search(line, begin, end)
    return told + ([(handle.start(), handle[0], True)] if handle else [])


def _doers(block: Block, at: int, names: str, new: bool) -> Iterator[Doer]:
    start = 0
    for name in _SPLIT.split(names):
        start = names.index(name, start)
        yield Doer(block, at + start, at + start + len(name), name, new)
        start += len(name)


def _in_table(table: Table) -> Iterator[Action]:
    """Rows of a table with a column for actions, or below a heading that says so, and one for who does them."""
    columns = columns_of_actions(table)
    if not columns:
        return
    what, who = columns
    for (row, column), cell in table.items():
        action = table.get((row, what))
        if row > 1 and column == who and action and action.text.strip():
            yield Action(action, 0, min(len(action.text), LONGEST), (tuple(_doers(cell, 0, cell.text, new=True)),), True)


def taken_rows(taken: Iterable[Taken], known: Known) -> Iterator[Evidence]:
    """That somebody took an action, for each topic that it is about, and the relation of both."""
    for one in taken:
        block = one.action.block
        words = block.text[one.action.start : one.action.end].strip()
        start = block.start + block.text.index(words, one.action.start)
        topics = _topics(one, known)
        for topic in topics or [""]:
            yield Evidence(
                "contribution", one.key, "took", one.name, topic, one.segment, one.start, one.end, date=block.date, last=block.date
            )
        for topic in topics:
            yield Evidence(
                "relation", topic, Relation.ACTION_OF.value, words, one.key, block.segment, start, start + len(words),
                date=known.dated(block.date), confidence=block.confidence, features=("action",),
            )  # fmt: skip


def _topics(one: Taken, known: Known) -> list[str]:
    """The first names in its words, else what the passage is about."""
    action, block = one.action, one.action.block
    text = block.text[action.start : action.end]
    label = _LABEL.match(text)
    skipped = [label.span()] if label else []
    if one.segment == block.segment:
        skipped.append((one.start - block.start - action.start, one.end - block.start - action.start))
    keys: dict[str, None] = {}
    for found in names_in(text):
        if not any(found.start < end and start < found.end for start, end in skipped):
            keys |= dict.fromkeys(filter(None, [_key(text[found.start : found.end], known, opens=found.opens)]))
    topic = about(block, known)
    return list(keys)[:TOPICS] or ([topic] if topic in known.keys else [])


def _key(name: str, known: Known, *, opens: bool) -> str:
    """The topic that a name in an action stands for, also behind the word for what to do (`Renew Kestrel licence`)."""
    for one in (name.partition(" ")[2] if opens else "", name):
        key = usable(one)
        if key in known.keys and key not in known.named and _NO_TOPIC.isdisjoint(shape(one)) and not (is_plain(one) and is_everyday(one)):
            return key
    return ""
