"""Roles: words for who answers for something, in labels, headings and sentences."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from extractors.labels import ACTION, AWAY, LABELS, MEMBERS, MINUTES, PRESENT
from extractors.mining.blocks import Block
from extractors.mining.name_lists import (
    EVERYDAY,
    is_listed_name,
    is_listed_surname,
    second_name,
)
from extractors.mining.names import MAX_TITLE_WORDS, bare, cut_number, names_in, usable
from extractors.mining.vocabulary import LABELS as WORDS_OF_LABELS
from extractors.mining.written import PERSON, is_person
from knowledge_graph.text.words import public_zipf


@dataclass(frozen=True, slots=True)
class Role:
    """A role as said in a block; offsets in the segment, -1 where the heading says it."""

    name: str
    topic: str
    start: int
    end: int


LABEL = regex.compile(r"^\W*(\p{L}[\p{L} /'\u2019*-]{1,40}?)\s*(?:\([^)]{0,40}\))?\W*:\W*(\S.*)$")
_BYLINE = re.compile(
    r"^\W*((?:written |presented |prepared |edited |notes )?by"
    r"|an?\b.{0,100}?\b(?:post|article|report|summary|recap) (?:written )?by)\s[\s*_-]*(\S.{2,79}[^\s:*_]|\w.{80,800}\))[*_]*$",
    re.IGNORECASE,
)
"""`A community workshop post by - *Ann Lee (Acme), Bo Ek (Oil)*`; a long line only where it ends with whom somebody works for."""
_SIGNED = regex.compile(rf"^\W*(?i:the|el|la|le|il|der|die|de|o|a)\ (\p{{L}}[\p{{L}} ]{{2,30}}),\s({PERSON})\W*$")
"""`El secretario, Ann Lee` at the end of minutes; without the article it may be whom somebody works for (`Oil Lead, Acme`)."""
LABEL_WORDS, LONGEST_LABEL, LONGEST_LEAD = 4, 80, 160
_OF_ANY = frozenset(
    ("lead", "leads", "owner", "owners", "maintainer", "maintainers", "chair", "chairs", "members", "attendees", "participants", "poc",
     "pocs", "po", "pm", "assignee", "assignees", "liaison", "liaisons", "champion", "champions")
)  # fmt: skip
"""Labels that go with any word before them (`Design lead`); a `Package manager` is none."""
_WHICH = frozenset(("primary", "secondary", "main", "lead", "other", "additional", "further", "key", "current", "former", "original"))
"""Words that go before any label (`Other contributors`)."""
_WHO_CAME = frozenset(
    ("attendees", "participants", "anwesend", "anwesende", "teilnehmer", "teilnehmende", "présents", "presentes", "asisten", "asistentes",
     "asistieron", "participantes", "presenti", "partecipano", "partecipanti", "participam", "aanwezige", "deelnemers", "närvarande")
)  # fmt: skip
"""Labels that whatever they go with stands behind (`Anwesende Mitglieder`)."""
_FUNCTIONS = frozenset(
    ("engineering", "design", "research", "product", "frontend", "front-end", "backend", "back-end", "qa", "ux", "content", "data",
     "security", "operations", "development", "accessibility", "analytics", "infrastructure", "entwicklung", "vertrieb", "technik")
)  # fmt: skip
_IN_A_TEAM, _BY, _MEMBERS = "team members", "by", "members"
_AND = "and|und|et|y|e|en|och|og"
_BETWEEN = regex.compile(
    r"\s*(?:[,;|\u2022]|\b(?:and|or|und|oder|et|ou)\b|(?<!\s[\u2013\u2014-]\s[^,;|]*)[/&]"
    rf"|\b(?:{_AND})\b(?= [^\W\d_]\S* [^\W\d_]))\s*(?:\b(?:{_AND})\b\s+)?"
)
"""The short ones only before a full name: `Costa e Silva` is one. Behind a dash a slash parts what is said of one person (`Ann Lee - Oil
/ Lamps`)."""
_DASHED = re.compile(r"\s[\u2013\u2014-]\s+\S")
_SAID = regex.compile(
    r"\b((?:co-?)?chair(?:s|person|man|woman)?|(?:tech(?:nical)?|team|project|product|group)\ leads?|leads?"
    r"|(?:engineering|product|project|delivery|program(?:me)?|design|team)\ managers?|director"
    r"|(?:product\ |project\ |sub-?project\ |service\ )?owners?|DRI|maintainers?|approvers?|point\ of\ contact|head)\b"
    r"(\ (?:of|for)\ (?:the\ )?)?"
    r"|\b(leads|owns|maintains|chairs|heads)\ (?:the\ )?",
    regex.IGNORECASE,
)
_UNTIL = r"(?:bis|until|till|before|for|f\u00fcr|from|jusqu|hasta|tot)"
_ACTIONS = regex.compile(
    rf"(?:(?:new|open|specific|key|our)\ )?(?:{ACTION})(?:\W[^\n]{{0,20}}|\ {_UNTIL}\b[^\n]{{0,60}})?", regex.IGNORECASE
)
_IS = regex.compile(
    rf"(?<![\w@.-])({PERSON})(?:,\ [^,\n]{{2,40}},)?\ (?:is|was|becomes|became|acts\ as|serves\ as)\ (?:now\ |currently\ )?(?:the|our|an?)"
    r"\ (?:[\w-]+\ ){0,2}$"
)
_A_JOB = re.compile(r"\ban?\s(?:[\w&/,-]+\s){0,6}$")
_OF_GROUPS = regex.compile(r"(?:sub-?project\ |service\ )?owners?|maintainers?|approvers?", regex.IGNORECASE)
"""What a team may be as well."""
_GOES_ON = regex.compile(r"\s*(?:$|[.,;:)]|(?:of|for|on|in|at|and|here|until|since)\b)")
"""Behind a role; before a noun it is none (`the lead time`)."""
_OF_AGENDA = re.compile(
    r"^\W*(?:appendix|annex|anhang|anlage|annexe|anexo|allegato)\b|\b(?:top|item|punkt|point|punto)\s?#?\d", re.IGNORECASE
)
"""A heading below that of those who came which is no part of them: `10 AM` may be one."""
_HEADS_GROUP = re.compile(
    r"(?:[\w&'\u2019-]+ ){0,5}(?:team|committee|council|board|working group|task force|staff|officers|organi[sz]ers|leadership|members"
    r"|maintainers|alumni|vorstand|ausschuss|arbeitsgruppe|comit\u00e9|\u00e9quipe|bureau|junta directiva|comisi\u00f3n|equipo|direttivo)"
)
_EMERITUS = "emeritus"
_FORMER = re.compile(r"\b(?:former|past|previous|emerit|alumni|ex-|ehemalige|ancien|anterior)")
_VERBS = {"leads": "lead", "owns": "owner", "maintains": "maintainer", "chairs": "chair", "heads": "lead"}


def is_strong(block: Block) -> bool:
    """Whether all of a line is bold, as headings are that were typed as text."""
    return any(mark.kind == "strong" and (mark.start, mark.end) == (block.start, block.end) for mark in block.inline)


def label_alone(block: Block) -> str:
    """The label that a line holds and nothing else (`Attendees:`), which the list below it belongs to."""
    if block.kind not in ("paragraph", "item"):
        return ""
    leads = block.text.rstrip().endswith(":")
    said = _alone(block.text) or (label_in(block.text) if is_strong(block) or leads else "")
    if said or not leads or len(block.text) > LONGEST_LEAD or AWAY.search(block.text):
        return said
    return "present" if PRESENT.search(block.text) else _MEMBERS if MEMBERS.search(block.text) else ""


def led(blocks: Iterable[Block], label: Callable[[Block], str], goes_on: Callable[[Block], bool]) -> Iterator[tuple[Block, str]]:
    """Each block with the label of the line that it stands below: the items nested in it, or where none are all that go on."""
    lead, depth, nested = "", 0, None
    for block in blocks:
        said = label(block)
        if said:
            lead, depth, nested = said, block.depth, None
        elif lead:
            nested = block.depth > depth if nested is None else nested
            lead = lead if goes_on(block) and not (nested and block.kind == "item" and block.depth <= depth) else ""
        yield block, lead


def _alone(line: str) -> str:
    word = line.strip(" :*_?").casefold() if len(line) < 40 else ""
    return word if word in LABELS.roles or word in LABELS.kinds else ""


def labelled(block: Block, lead: str = "", *, headed: bool = True) -> Iterator[tuple[str, str, str, int, int]]:
    """(contribution kind, role, name, start, end) for the names after a label, under a heading that is one or below a line `lead`;
    `headed` says whether the heading is still about the block.
    """
    offset, above = 0, ""
    for line in block.text.split("\n"):
        found = LABEL.match(line) or _BYLINE.match(line) or _signed(line)
        if line.rstrip(" *_").endswith(":") or found:
            above = _alone(line)
        elif above:  # `Present:` and below it a line each
            yield from names_behind(block, above, line, offset)
            offset += len(line) + 1
            continue
        label = (lead or _label_above(block, found[2] if found else "", headed=headed)) if block.kind in ("item", "paragraph") else ""
        if found and not (holds_parts(label) and is_other(found[1])):
            in_a_team = is_function(found[1]) and are_people(found[2])
            label = label_in(found[1]) or (_BY if found.re is _BYLINE else _IN_A_TEAM if in_a_team else "")
            yield from names_behind(block, label, found[2], offset + found.start(2))
        elif label:  # `Council: Ann Lee, Bo Ek` below `Attendance` or `Contacts`: a part of those
            yield from names_behind(block, label, *((found[2], offset + found.start(2)) if found else (line, offset)))
        offset += len(line) + 1


def _label_above(block: Block, behind: str, *, headed: bool) -> str:
    """The heading's label; whatever was said before `Oil Management: Ann Lee`, below `Contacts` she is one by what stands `behind`."""
    label = heading_label(block)
    is_contact = block.kind == "item" and LABELS.roles.get(label) == "contact" and are_people(behind)
    return label if headed or is_contact else ""


def holds_parts(label: str) -> bool:
    """Whether other labels below this one say which part of these people follows."""
    return LABELS.kinds.get(label) == "attended" or LABELS.roles.get(label) == "contact"


def _signed(line: str) -> "regex.Match[str] | None":
    found = _SIGNED.match(line)
    return found if found and _alone(found[1]) else None


def is_function(label: str) -> bool:
    """Whether a label says what people do in a team (`Design`, `Research/Design`)."""
    return _FUNCTIONS.issuperset(re.split(r"\s*[/&]\s*|\s+(?:and|und)\s+", label.strip(" *_").casefold()))


def are_people(text: str) -> bool:
    """Whether a list on one line names nobody but people, each in full."""
    names = [name for name, _ in pieces(text)]
    return bool(names) and all(map(is_person, names))


def is_other(word: str) -> bool:
    """A label that says neither what people do nor what is noted about the meeting."""
    label = word.strip().casefold()
    return label not in LABELS.roles and label not in LABELS.kinds and label not in WORDS_OF_LABELS


def names_behind(block: Block, label: str, text: str, offset: int) -> Iterator[tuple[str, str, str, int, int]]:
    """(contribution kind, role, name, start, end) of each name in a text that stands behind a label, at an offset in the block."""
    role, kind = LABELS.roles.get(label, ""), LABELS.kinds.get(label, "")
    if not role and not kind:
        return
    named = [*pieces(text)]
    if (
        block.kind == "item"
        and len(named) == 2
        and text.count(",") == 1
        and not LABEL.match(block.text)
        and _is_employer(*(name for name, _ in named))
    ):
        named = named[:1]
    for name, at in named:
        start = block.start + offset + at
        yield kind or "mentioned", role, name, start, start + len(name)


def _is_employer(name: str, behind: str) -> bool:
    """`Ann Lee, Ad Hoc`: what stands behind the name begins with an everyday word that no list has as anybody's."""
    first = behind.split()[0]
    told = is_listed_name(first) or is_listed_surname(first)
    return " " in name and is_listed_name(name.split()[0]) and not told and public_zipf(first) >= EVERYDAY


def pieces(text: str) -> Iterator[tuple[str, int]]:
    """The parts of a list on one line without what stands in brackets or behind a dash, each with where it begins; behind a name with a
    dash (`Ann Lee - Oil and Lamps, Harbour`) only names that lists have go on.
    """
    at, described = 0, False
    for piece in _BETWEEN.split(text):
        name = re.sub(r"\s*(?:[(\[<]|\s[\u2013\u2014-]\s).*$", "", piece).strip(" .:*_-\u2013\u2014@")
        at = text.find(piece, at)
        dashed = bool(_DASHED.search(piece))
        if name and (dashed or not described or (" " in name and is_listed_name(name.split()[0]))):
            other = second_name(name)
            for one in (name[:other].strip(), name[other:]) if other else (name,):
                yield one, text.find(one, at)
        described |= dashed and is_person(name)
        at += len(piece)


def role_word(text: str) -> str:
    """The role that a short text is the word for, as a table's header or cell holds it, also of a kind (`Design lead`, `VA product
    manager`); `""` for any other text."""
    return LABELS.roles.get(label_in(text), "")


def label_in(text: str) -> str:
    """The label that a few words are or end with (`OCTO product owners`), `""` where they do not."""
    if len(text) > LONGEST_LABEL:
        return ""
    words = re.sub(r"\s*\([^)]*\)$", "", cut_number(text)[1].casefold().strip(" :*#()")).split()
    if len(words) > LABEL_WORDS:
        return ""
    tails = [" ".join(words[at:]) for at in range(len(words))]
    if words and words[0] in _WHO_CAME:
        return words[0]
    known = (tail for tail in tails if tail in LABELS.roles or tail in LABELS.kinds)
    return next((tail for tail in known if tail == tails[0] or " " in tail or tail in _OF_ANY or _WHICH.issuperset(words[:-1])), "")


def heading_label(block: Block) -> str:
    """The label that the block's heading is (`Present`, `Attendees (12)`, `Other attendees`), which the lines below it belong to.

    A part of those who came (`Voting members` below `Attendance`) is under the label of the whole.
    """
    return _label_of(block.headings[-1:] if block.headings and _OF_AGENDA.search(block.headings[-1]) else block.headings[-2:])


def inherits_label(block: Block) -> bool:
    """Whether that label stands one heading above the block's own."""
    return not _label_of(block.headings[-1:]) and bool(heading_label(block))


@lru_cache(maxsize=1 << 12)
def _label_of(headings: tuple[str, ...]) -> str:
    labels = [re.sub(r"\s*\([^)]*\)$", "", cut_number(heading)[1].casefold().strip(" :*#")) for heading in headings]
    for label in reversed(labels):
        if AWAY.search(label):
            return ""
        if (label in LABELS.roles or label in LABELS.kinds) and not MINUTES.fullmatch(label):  # `# Minutes` is what the document is
            return label if label is labels[-1] or LABELS.kinds.get(label) == "attended" else ""
        words = label.split()
        if words and len(words) <= LABEL_WORDS and (LABELS.kinds.get(words[-1]) == "attended" or words[0] in _WHO_CAME):
            return words[0] if words[0] in _WHO_CAME else words[-1]
    return ""


def tells_who_came(block: Block) -> bool:
    """Whether a block stands below such a label, or is one."""
    found = LABEL.match(block.text.partition("\n")[0])
    label = heading_label(block) or label_alone(block) or (label_in(found[1]) if found else "")
    return LABELS.kinds.get(label) == "attended"


def heads_actions(text: str) -> bool:
    """Whether a heading, the head of a column or a line above a list says that actions follow (`Action items:`, `4. Next steps`)."""
    return len(text) <= LONGEST_LABEL and bool(_ACTIONS.fullmatch(cut_number(text)[1].strip(" :*#")))


def role_of_heading(block: Block) -> Role | None:
    """The role that the block's heading gives to the people in it."""
    return _role_of(block.section)


def role_of_group(block: Block) -> str:
    """What somebody is in a list of names below a heading that is a group's (`Current Steering Committee`), or whose group was it."""
    heading = cut_number(block.section)[1].casefold().strip(" :*#")
    if not _HEADS_GROUP.fullmatch(heading):
        return ""
    return _EMERITUS if _FORMER.search(heading) else "member"


def role_above(block: Block, title: str) -> Role | None:
    """The role that a heading, or the page's title, gives to the people who head sections below it."""
    return next(filter(None, map(_role_of, (*reversed(block.headings[:-1]), title))), None)


@lru_cache(maxsize=1 << 12)
def part_of(block: Block) -> str:
    """The key of what the block's section is about (`### Night Lamps` above its maintainers): the nearest heading that is no label and no
    role, `""` where it is no name.
    """
    return _part_of(block.headings)


@lru_cache(maxsize=1 << 12)
def _part_of(headings: tuple[str, ...]) -> str:
    for heading in reversed(headings):
        words = cut_number(heading)[1].casefold().strip(" :*#")
        if not (_label_of((heading,)) or _role_of(heading) or is_function(heading) or WORDS_OF_LABELS.issuperset(words.split())):
            return usable(bare(heading), MAX_TITLE_WORDS)
    return ""


@lru_cache(maxsize=1 << 12)
def _role_of(heading: str) -> Role | None:
    label = cut_number(heading)[1].casefold().strip(" :*#")
    name = LABELS.roles.get(label) or next((role for word, role in LABELS.roles.items() if label.endswith(" " + word)), None)
    name = _EMERITUS if name and _FORMER.search(label) else name
    return Role(name, "", -1, -1) if name and len(label.split()) <= LABEL_WORDS else None


def said_to_be(block: Block) -> Iterator[tuple[str, int]]:
    """Full names of whom a sentence gives a role (`Ann Lee is the DRI for Starship`), each with where it begins."""
    for match in _SAID.finditer(block.text):
        is_role = match[1] and not _OF_GROUPS.fullmatch(match[1]) and _GOES_ON.match(block.text, match.end(1))
        found = _IS.search(block.text, max(0, match.start() - 120), match.start()) if is_role else None
        if found and is_person(found[1]):
            yield found[1], found.start(1)


def _is_job(text: str, said: "regex.Match[str]") -> bool:
    """`Ann Lee is a Product Manager at Acme` is nobody's role in what the text is about."""
    return said[1].casefold().endswith(("manager", "director")) and bool(_A_JOB.search(text, max(0, said.start() - 60), said.start()))


def roles_in(block: Block) -> list[Role]:
    """Roles said in a block, with what they are for where it is named (`lead of Swap`)."""
    found = []
    for match in _SAID.finditer(block.text):
        word = match[1] or match[3]
        name = _VERBS.get(match[3].casefold()) if match[3] else LABELS.roles.get(word.casefold().replace("cochair", "co-chair"))
        topic, end = "", match.end()
        if match[2] or match[3]:
            named = next(names_in(block.text[match.end() : match.end() + 80]), None)
            if named and named.start == 0:
                topic, end = usable(block.text[match.end() : match.end() + named.end]), match.end() + named.end
        if name and (topic or not (match[3] or _is_job(block.text, match))):
            found.append(Role(name, topic, block.start + match.start(), block.start + len(block.text[:end].rstrip())))
    return found
