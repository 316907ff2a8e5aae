"""What a document states of two things: part of, owned by, depends on, replaced by, member of, decided in.

A sentence states a relation where a verb of the closed list stands between two names that are the whole subject and the whole object
of its clause (`the speed of Falcon depends on Kestrel` says nothing of Falcon). Labelled fields, headings of lists, roles of people and
the folder of an index page state it too. What is asked, supposed or denied is no statement.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import regex

from extractors.facts import iso_date
from extractors.labels import DECIDED, MINUTES_ELSEWHERE
from extractors.mining.beside import Span, are_names, name_at, name_before
from extractors.mining.blocks import PROSE_KINDS, Block, sentences
from extractors.mining.identities import is_bot, keys_of
from extractors.mining.known import Known
from extractors.mining.listed import CELL, heading_above
from extractors.mining.names import COINED_ZIPF, MAX_TITLE_WORDS, Found, bare, is_everyday, is_plain, names_in, shape, usable
from extractors.mining.own import short_number
from extractors.mining.roles import pieces
from extractors.mining.running import group_core
from extractors.mining.vocabulary import LABELS, STOP
from extractors.mining.written import in_links, in_text
from knowledge_graph.model.records import Evidence
from knowledge_graph.model.relations import Relation
from knowledge_graph.text.words import fold_name, public_zipf, topic_key

HEAD_BLOCKS = 12
"""Where a document's fields are about the document itself."""
_ADVERB = r"(?:(?:now|also|currently|directly|heavily|primarily|jointly|mainly|still|fully|completely|partly)\ )?"
_BE = rf"(?:is|are|was|were|has\ been|have\ been|will\ be|becomes?|became)\ {_ADVERB}"
_PART = r"(?:part|sub-?projects?|sub-?teams?|sub-?groups?|components?|modules?|divisions?|departments?|subsidiar(?:y|ies)|branch)"
_VERBS: tuple[tuple[str, Relation, bool, str], ...] = (
    ("part", Relation.PART_OF, False, rf"{_BE}(?:an?\ |the\ |one\ of\ the\ )?(?:(?!not\b|no\b)[a-z]+\ )?{_PART}\ of"
     r"|,\ part\ of|belongs?\ to"),
    ("parts", Relation.PART_OF, True, r"consists?\ of|comprises|(?:is|are)\ (?:made\ up|composed)\ of"),
    ("owned", Relation.OWNED_BY, False, rf"{_BE}(?:owned|maintained|stewarded)(?:\ and\ \w+ed)?\ by"),
    ("owns", Relation.OWNED_BY, True, rf"{_ADVERB}(?:owns|maintains|is\ the\ (?:owner|maintainer)\ of)"),
    ("depends", Relation.DEPENDS_ON, False, rf"{_ADVERB}(?:will\ )?(?:depends?|relies|rely)\ (?:directly\ |heavily\ )?(?:up)?on"
     rf"|(?:is|are|was|were)\ (?:built|implemented|layered)\ on(?:\ top\ of)?|{_BE}blocked\ (?:by|on)"
     rf"|{_ADVERB}requires(?!\ [^.,;]{{2,40}}\ to\ )"),
    ("blocks", Relation.DEPENDS_ON, True, r"(?:is|are)\ (?:a\ )?(?:prerequisite|dependency)\ (?:of|for)"),
    ("replaced", Relation.REPLACED_BY, False, rf"(?:{_BE})?(?:replaced|superseded|succeeded|obsoleted)\ (?:by|with)"
     rf"|(?:{_BE})?deprecated\ in\ favou?r\ of"),
    ("replaces", Relation.REPLACED_BY, True, rf"(?:will\ )?{_ADVERB}(?:replaces?|supersedes?|obsoletes?|replaced|superseded)"
     r"|(?:is|was)\ (?:an?|the)\ (?:[a-z-]+\ )?(?:replacement\ for|successor\ (?:of|to))"),
    ("member", Relation.MEMBER_OF, False, r"(?:is|was|became|remains)\ an?\ (?:[a-z]+\ )?member\ of|joined"),
)  # fmt: skip
_KINDS = {name: (relation, inverse) for name, relation, inverse, _ in _VERBS}
_VERB = regex.compile(
    rf"(?<=[\w)\]`\"'\u201d\u2019])(?:\s|(?=,))(?:{'|'.join(f'(?P<{n}>{p})' for n, _, _, p in _VERBS)})\s(?:the\ |our\ |an?\ )?", regex.I
)
_HINT = re.compile(
    r"\b(?:(?:part|(?:sub-?)?(?:projects?|teams?|groups?)|components?|modules?|divisions?|departments?|subsidiar\w+|branch|composed|up"
    r"|owner|maintainer|prerequisite|dependency|successor|member) (?:of|for|to)|belongs?|consists?|comprises|owned|maintained|stewarded"
    r"|owns|maintains|depends?|relies|rely|built|implemented|layered|blocked|requires|replace[sd]?|replacement|supersede[sd]?|succeeded"
    r"|obsolete[sd]?|deprecated|joined)\b",
    re.IGNORECASE,
)
"""One of these words is in every verb of the list; looking for them first saves two thirds of the time."""
_DOUBT = regex.compile(
    r"\b(?:if|whether|unless|would|could|should|(?-i:may)|might|can|assum\w+|suppos\w+|not|never|once|when|until|example|e\.g|imagine"
    r"|instead of|rather than|alternative(?:ly)?|option|propos(?:al|ed) to|either|or)\b|n't\b|n\u2019t\b", regex.I,
)  # fmt: skip
_OPENS = regex.compile(
    r"(?:^|[,;:(\n\u2013\u2014-]|\b(?:that|which|and|because|since|as|so|but|where|while|although|though|says?|means?))\s*"
    r"(?:(?:the|our|an?|both|old|new|former|current)\s+)*[\"'\u201c\u2018`*_\[(]*$", regex.I,
)  # fmt: skip
_CLOSES = regex.compile(r"[\"'\u201d\u2019`*_\])]*(?:\s*(?:$|[.,;:!?()\n\u2013\u2014|]|-\s)|\s+(?P<next>[\w'-]+))")
_NOT_AFTER = frozenset(["s", "'s", "of", "the", "a", "an", "its", "their", "our", "all", "any", "each", "this", "these", "those"])
"""Behind an object none of these stands (`consists of Triaging the board`)."""
_DECIDES = regex.compile(rf"minutes|meeting|{MINUTES_ELSEWHERE}|\bnotes?\b|decision|\badr\b|agenda|resolution|\bboard\b|\bsync\b", regex.I)
_DECISION = regex.compile(
    rf"^\W*(?:(?P<sure>decision|decided|resolved|agreed|{DECIDED})|resolution|agreement|conclusion|approved)\s*[:\u2013\u2014-]\s*",
    regex.I,
)
_DECISIONS = regex.compile(rf"^\W*(?:decisions?|resolutions?|decided|agreements?|{DECIDED})\W*$", regex.I)
_ASIDE = frozenset(
    ("by", "for", "over", "than", "from", "with", "in", "at", "as", "like", "some", "before", "after", "until", "without", "this", "that",
     "these", "those", "a", "an", "if", "there", "let", "ask", "thank")
)  # fmt: skip
REACH = 60
"""A decision names what it is on in its first words."""
_SELF = regex.compile(
    r"(?:^|[,;:(]\s*)this\ (?:\w+\ )?(?:project|group|team|sig|proposal|document|product|tool|service|programme?|kep|rfc|pep|feature"
    r"|library|policy|initiative|working\ group|subproject|enhancement)\s*$", regex.I,
)  # fmt: skip
_GROUP = regex.compile(r"\b(?:group|team|sig)\b", regex.I)
_FIELDS: Mapping[str, tuple[Relation, bool]] = {
    **dict.fromkeys(
        ("part of", "parent", "parent project", "parent team", "parent group", "belongs to", "subproject of", "subteam of", "programme",
         "program"), (Relation.PART_OF, False),
    ),
    **dict.fromkeys(
        ("subprojects", "sub-projects", "subteams", "sub-teams", "components", "modules", "workstreams", "consists of"),
        (Relation.PART_OF, True),
    ),
    **dict.fromkeys(("owned by", "owning team", "owning sig", "owning group", "maintained by", "owner", "owners", "team",
                     "responsible team"), (Relation.OWNED_BY, False)),
    **dict.fromkeys(("depends on", "dependencies", "dependency", "requires", "prerequisites", "prerequisite", "blocked by", "relies on"),
                    (Relation.DEPENDS_ON, False)),
    **dict.fromkeys(("required by", "blocks", "needed by"), (Relation.DEPENDS_ON, True)),
    **dict.fromkeys(("replaced by", "superseded by", "obsoleted by", "successor", "succeeded by"), (Relation.REPLACED_BY, False)),
    **dict.fromkeys(("replaces", "supersedes", "obsoletes", "predecessor"), (Relation.REPLACED_BY, True)),
}  # fmt: skip
_FIELD = regex.compile(r"^\W*(?P<label>[A-Za-z][A-Za-z -]{2,24}?)\s*:\W*?(?P<names>[\w@#\"'\[(`].*)$")
_LISTED = frozenset({"subprojects", "sub-projects", "subteams", "sub-teams", "components", "workstreams"})
"""Headings whose list items, or whose headings below, are what the field of that name would hold."""
_NO_NAME = frozenset({"number", "date", "file", "url"})
_OWNING = frozenset({"owner", "maintainer"})
_BELONGING = frozenset({"member", "chair", "lead"})
_BARE_NUMBER = regex.compile(r"^#?0*(\d{1,6})$")
INVERSE = "inverse"
"""Marks a row whose subject is the relation's target."""


@dataclass(frozen=True, slots=True)
class End:
    """One end of a relation: a topic key or an identity, and its span in the block."""

    key: str
    start: int
    end: int
    is_group: bool = False

    @property
    def is_person(self) -> bool:
        return ":" in self.key


def relations(blocks: Sequence[Block], known: Known, told: Iterable[Evidence]) -> list[Evidence]:
    """Each relation once for each way in which the document states it; `told` is the document's other evidence."""
    found = _Found(known)
    head = frozenset((block.segment, block.start) for block in blocks[:HEAD_BLOCKS])
    rows: Mapping[tuple[int, int], str] = _labels_of_cells(blocks)
    for block in blocks:
        if block.kind == "codeblock":
            continue
        if block.kind in PROSE_KINDS and _HINT.search(block.text):
            _said(block, known, found)
        if known.topic:
            if block.kind in PROSE_KINDS and ((block.segment, block.start) in head or is_header(block)):
                _fields(block, known, found)
            label = rows.get((block.segment, block.start))
            if label and (block.segment, block.start) in head:
                _field(block, known, found, label, block.text, 0)
            _listed(block, known, found)
    places = _Places(blocks)
    for row in told:
        if row.kind == "role":
            _held(row, places, known, found)
        elif row.kind == "definition" and row.place == "decision":
            _decided(row, places, known, found)
    _contained(blocks, known, found)
    return list(found.rows.values())


class _Places:
    """Finds the block in which a row of evidence stands, and how many there are before it."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._in_segment: dict[int, list[tuple[int, Block]]] = {}
        for position, block in enumerate(blocks):
            self._in_segment.setdefault(block.segment, []).append((position, block))

    def of(self, row: Evidence) -> tuple[int, Block] | None:
        inside = self._in_segment.get(row.segment, ())
        return next(((position, block) for position, block in inside if block.start <= row.start < block.end), None)


@dataclass(slots=True)
class _Found:
    known: Known
    rows: dict[tuple[str, str, str, str], Evidence] = field(default_factory=dict)

    def add(self, relation: Relation, source: str, target: str, how: str, at: Evidence) -> None:
        """The row's subject is an end that the document names; where that is the target, the row is marked as inverse."""
        if not source or not target or source == target:
            return
        forward = source in self.known.keys or source in self.known.people
        if not forward and target not in self.known.keys:
            return
        subject, other = (source, target) if forward else (target, source)
        row = Evidence(
            "relation", subject, relation.value, at.value, other, at.segment, at.start, at.end,
            date=self.known.dated(at.date), confidence=at.confidence,
            features=(how,) if forward else (how, INVERSE),
        )  # fmt: skip
        self.rows.setdefault((relation.value, source, target, how), row)

    def between(self, block: Block, relation: Relation, inverse: bool, left: End, right: End, how: str) -> None:
        """Adds what holds between two ends of a block, if such ends can stand so."""
        source, target = (right, left) if inverse else (left, right)
        fits = {
            Relation.OWNED_BY: not source.is_person and (target.is_person or target.is_group),
            Relation.MEMBER_OF: source.is_person and target.is_group,
        }
        if not fits.get(relation, not source.is_person and not target.is_person):
            return
        start, end = min(left.start, right.start), max(left.end, right.end)
        text = block.text[start:end]
        at = Evidence(
            "", "", "", text, "", block.segment, block.start + start, block.start + end, date=block.date, confidence=block.confidence
        )
        self.add(relation, source.key, target.key, how, at)


# Sentences


def _said(block: Block, known: Known, found: _Found) -> None:
    spans = sentences(block.text)
    for verb in _VERB.finditer(block.text):
        name = next(name for name in _KINDS if verb[name] is not None)
        start, end = next(((a, b) for a, b in spans if a <= verb.start() < b), (0, 0))
        if verb.end() >= end or block.text[start:end].rstrip(" \"')\u201d").endswith("?") or _DOUBT.search(block.text, start, verb.start()):
            continue
        left = _left(block, known, start, verb.start())
        right = _right(block, known, verb.end(), written="requires" in verb.group().casefold())
        if left and right and left.start >= start and right.end <= end:
            found.between(block, *_KINDS[name], left, right, "sentence")


def _left(block: Block, known: Known, start: int, end: int) -> End | None:
    """The subject that ends where the verb begins: a name that opens its clause, or the document's own topic by `this project`."""
    self_named = _SELF.search(block.text[start:end])
    if self_named:
        if not known.topic or (_GROUP.search(self_named.group()) and not _is_titled_group(known)):
            return None
        return End(known.topic, start + self_named.start(), end, _is_own_group(known))
    person = _person(block, known, end, ends=True)
    if person:
        return person
    span = name_before(block, end)
    if span is None or span.end != len(block.text[:end].rstrip(" \"'\u201d\u2019`*_])")):
        span = _known_before(block, known, start, end)
    if span is None or not _OPENS.search(block.text[start : span.start]):
        return None
    return _end(span, known)


def _right(block: Block, known: Known, start: int, *, written: bool) -> End | None:
    """The object that begins behind the verb and is not the first part of a longer one; `written` like a name, or known as one."""
    person = _person(block, known, start, ends=False)
    if person:
        return person
    span = name_at(block, start)
    if span is None or not (_is_whole(block.text, span.end) or fold_name(span.name) in known.register.full_names()):
        span = None if written else _known_at(block, known, start)
    return _end(span, known) if span else None


def _is_whole(text: str, end: int) -> bool:
    """Whether a noun phrase may end here: before a sign, or before a function word."""
    closes = _CLOSES.match(text, end)
    after = closes["next"] if closes else None
    return bool(closes) and (after is None or (after.casefold() in STOP and after.casefold() not in _NOT_AFTER))


def _known_at(block: Block, known: Known, start: int) -> Span | None:
    """The longest name in small letters that begins here and that the document uses as one."""
    words = list(regex.finditer(r"[\w'/&.+-]*\w", block.text[start : start + 80]))[:5]
    if not words or words[0].start() > 0:
        return None
    for last in reversed(words):
        span = Span(block.text[start : start + last.end()], start, start + last.end(), marked=True)
        if usable(span.name) in known.keys and _is_telling(span.name) and _is_whole(block.text, span.end):
            return span
    return None


def _known_before(block: Block, known: Known, start: int, end: int) -> Span | None:
    stop = len(block.text[:end].rstrip(" \"'\u201d\u2019`*_])"))
    words = list(regex.finditer(r"[\w'/&.+-]*\w", block.text[start:stop]))[-5:]
    if not words or start + words[-1].end() != stop:
        return None
    for first in words:
        begin = start + first.start()
        if usable(block.text[begin:stop]) in known.keys and _is_telling(block.text[begin:stop]) and _OPENS.search(block.text[start:begin]):
            return Span(block.text[begin:stop], begin, stop, marked=True)
    return None


def _is_telling(name: str) -> bool:
    """False for everyday words in small letters, for a lone word that public English knows, and for a verb (`enabling`)."""
    if " " not in name and name.islower():
        return public_zipf(name) < COINED_ZIPF and not name.endswith("ing")
    return not all(map(is_everyday, name.split()))


def _end(span: Span, known: Known) -> End | None:
    folded = fold_name(span.name)
    if folded in known.register.full_names():
        key = known.register.means(folded)
        return End(key, span.start, span.end) if key in known.people else None
    key = usable(span.name, MAX_TITLE_WORDS)
    if (
        not key
        or not are_names(span)
        or (span.name.islower() and is_everyday(span.name))
        or _NO_NAME.intersection(shape(span.name))
        or span.name.casefold() in LABELS
    ):
        return None
    return End(key, span.start, span.end, _is_group(span.name, key, known))


def _is_own_group(known: Known) -> bool:
    return _is_titled_group(known) or known.topic in known.groups


def _is_titled_group(known: Known) -> bool:
    return bool(group_core(known.own.title) or group_core(known.own.file) or _GROUP.match(known.own.title))


def _is_group(name: str, key: str, known: Known) -> bool:
    return key in known.groups or bool(group_core(name))


def _person(block: Block, known: Known, at: int, *, ends: bool) -> End | None:
    """Somebody written with an address or handle that begins, or ends, here."""
    if "@" not in block.text and not any(mark.kind == "link" for mark in block.inline):
        return None
    for start, end, who in (*in_links(block), *in_text(block)):
        if (abs(end - at) if ends else abs(start - at)) <= 1:
            key = next(iter(keys_of(who, known.document)), "")
            if key in known.people and not is_bot(who):
                return End(key, start, end)
    return None


# Fields, lists, tables


def is_header(block: Block) -> bool:
    """Whether a block is nothing but fields, as a document's head written out is."""
    lines = block.text.split("\n")
    return len(lines) > 1 and all(map(_FIELD.match, lines))


def _fields(block: Block, known: Known, found: _Found) -> None:
    at = 0
    for line in block.text.split("\n"):
        told = _FIELD.match(line)
        if told:
            _field(block, known, found, told["label"], told["names"], at + told.start("names"))
        at += len(line) + 1


def _field(block: Block, known: Known, found: _Found, label: str, text: str, at: int) -> None:
    """The names after a label, each in a relation to the document's own topic."""
    stated = _FIELDS.get(label.replace("-", " ").casefold().strip()) or _FIELDS.get(label.casefold().strip())
    if stated is None:
        return
    mine = End(known.topic, at, at, _is_own_group(known))
    for name, offset in pieces(text.split("\n")[0]):
        other = _named(block, known, name, at + offset)
        if other:
            found.between(block, *stated, mine, other, "field")


def _named(block: Block, known: Known, name: str, at: int) -> End | None:
    """A whole piece of a list as an end; a bare number is another of the document's own series."""
    number, series = _BARE_NUMBER.match(name), short_number(known.own.number).rpartition(" ")[0]
    if number:
        return End(topic_key(f"{series} {number[1]}"), at, at + len(name)) if series else None
    person = _person(block, known, at, ends=False)
    if person:
        return person
    span = Span(bare(name), at + name.find(bare(name)), at + name.find(bare(name)) + len(bare(name)))
    known_here = usable(span.name) in known.keys or span.name[:1].isupper()
    return _end(span, known) if known_here and len(span.name.split()) <= MAX_TITLE_WORDS else None


def _labels_of_cells(blocks: Sequence[Block]) -> dict[tuple[int, int], str]:
    """For a second cell of a row the text of the first, where that is a field's label."""
    labels: dict[tuple[int, int], str] = {}
    for first, second in pairwise(blocks):
        if first.kind == second.kind == "cell":
            here, there = CELL.fullmatch(first.value), CELL.fullmatch(second.value)
            label = first.text.strip(" :*")
            if here and there and (here[1], there[1], here[2]) == ("A", "B", there[2]) and label.casefold() in _FIELDS:
                labels[second.segment, second.start] = label
    return labels


def _listed(block: Block, known: Known, found: _Found) -> None:
    """List items, and headings, right below a heading such as `Subprojects`."""
    label = heading_above(block).casefold()
    if label not in _LISTED:
        return
    name = bare(block.text.split("\n")[0].split(": ")[0].split(" - ")[0])
    if not name or name not in block.text or len(name.split()) > 5 or "?" in block.text or label[:6] in name.casefold():
        return
    at = block.text.index(name)
    span = Span(name, at, at + len(name), marked=True)
    other = _end(span, known) if usable(name) in known.keys else None
    if other:
        found.between(block, *_FIELDS[label], End(known.topic, at, at), other, "list")


# People and folders


def _held(row: Evidence, places: _Places, known: Known, found: _Found) -> None:
    """Who owns what, and who is in which group, by their role; a role without a topic of its own only at a document's head."""
    place = places.of(row)
    if place is None or not row.other or row.subject not in known.people:
        return
    position, block = place
    start, end = row.start - block.start, row.end - block.start
    # A part of a path (`Maintainer: team/repository`) is nobody's name.
    if "/" in block.text[max(0, start - 1) : end + 1] or (row.other in known.own.keys and position >= HEAD_BLOCKS):
        return
    own, at = row.other in known.own.keys, replace(row, value=block.text[start:end])
    if row.place in _OWNING:
        found.add(Relation.OWNED_BY, row.other, row.subject, "role", at)
    elif row.place in _BELONGING and block.kind != "cell" and (_is_own_group(known) if own else _is_group(row.value, row.other, known)):
        found.add(Relation.MEMBER_OF, row.subject, row.other, "role", at)


def _decided(row: Evidence, places: _Places, known: Known, found: _Found) -> None:
    """What a labelled decision, or one listed in minutes, names first; dated by where it stands."""
    own, place = known.own, places.of(row)
    if place is None or row.subject in own.keys:
        return
    label, minutes = _DECISION.match(row.value), _DECIDES.search(f"{own.title} {own.file}") or iso_date(own.title)
    if label and not (minutes or label["sure"]):
        return
    if not label and not (minutes and _DECISIONS.match(place[1].section) and not _FIELD.match(row.value)):
        return
    text = row.value[label.end() if label else 0 :]
    first = next((usable(text[one.start : one.end]) for one in names_in(text[:REACH]) if _is_decided(text, one)), "")
    if row.subject == first and first in known.keys and first not in known.named:
        found.add(Relation.DECIDED_IN, row.subject, known.document, "decision", replace(row, date=place[1].date))


def _is_decided(text: str, one: Found) -> bool:
    """Whether a name is what a decision is on: no everyday word at its beginning, nothing by, for or over which it was taken."""
    name, before = text[one.start : one.end], text[: one.start].split()
    if not name[0].isupper() or _NO_NAME.intersection(shape(name)) or (one.opens and is_plain(name) and is_everyday(name)):
        return False
    return not before or before[-1].casefold() not in _ASIDE


def _contained(blocks: Sequence[Block], known: Known, found: _Found) -> None:
    """An index page below a folder that its own text names too: a folder alone may be no more than a shelf."""
    own = known.own
    folder = own.folders[-1] if own.is_index and own.folders else ""
    key = usable(folder)
    if not key or key in own.keys or (is_plain(folder) and is_everyday(folder)):
        return
    named = regex.compile(rf"(?<![\w/-]){regex.escape(folder)}(?![\w/-])", regex.I)
    if any(named.search(block.text) for block in blocks):
        at = Evidence("", "", "", f"{folder}/{own.file}", "")
        found.add(Relation.PART_OF, known.topic, key, "folder", at)
