"""Who was there, or takes part, as lists of people have it: a line each with a name and an account or address, or whom they work for.

`Ann Lee @ann (observer)`, `Ann Lee (ann-l)`, `Ann Lee / Red Hat / @ann`, `Ann / ann / Red Hat`. In a line of fields the name is the first
and the account has its sign, or stands where other lines have theirs; of two (`@ann - Ann Lee`) either. What several people have behind
their names (`Ann Lee @Acme`, `Bo Ek @Acme`) is whom they work for. `[x] Ann Lee, Acme` was there and `[ ] Bo Ek` was not.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import regex

from extractors.labels import AWAY
from extractors.mining.blocks import Block
from extractors.mining.identities import JOBS, Identity
from extractors.mining.name_lists import is_listed_name, is_made_of_words
from extractors.mining.names import is_everyday
from extractors.mining.roles import pieces, role_word, tells_who_came
from extractors.mining.written import (
    PERSON,
    Sighting,
    is_account_of,
    is_address,
    is_bare_handle,
    is_given,
    is_nobody,
    is_person,
    leads_elsewhere,
)

SEVERAL = 3
"""Lines that make a list."""
LONGEST = 160
"""Characters of a line; more is a sentence."""
_SLASHED = re.compile(r"\s+[/|]\s*|\s*[/|]\s+")
_PARTED = re.compile(r"\s+[\u2013\u2014-]\s+|,\s+")
_ACCOUNT = re.compile(r"\\?@_?([A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?)")
_BESIDE = regex.compile(rf"({PERSON})(?:\s*\([^()@]{{0,40}}\))?\s+{_ACCOUNT.pattern}(?=\s*(?:$|[(\[,;:]|[\u2013\u2014-]\s))")


_BRACKETED = regex.compile(rf"({PERSON})\s*[(\[<]@?([a-z0-9][\w-]*)[)\]>]")
_NICKNAMED = r"\p{Lu}[\p{L}'\u2019-]+\ [(\"\u201c](?P<nick>\p{Lu}\p{Ll}+)[)\"\u201d]\ (?P<surname>\p{Lu}[\p{L}'\u2019-]+)"
_NAMED = regex.compile(rf"(?P<box>\[[ xX]\]\s*)?(?P<name>{_NICKNAMED}|{PERSON})\s*\W{{0,2}}\s*(?P<rest>$|[,(|/\u2013\u2014-].*)")
_MARK = re.compile(r"(?<=[\w)])\s?([*\u2020\u2021^+#])$")
_WHAT_MARKS_SAY = re.compile(r"\W{0,2}([*\u2020\u2021^+#])\W{0,4}\b")
"""A sign behind some names (`Ann Lee (Acme)*`), and the line that says what it means (`* = regrets`)."""
_DASH = re.compile(r"[\u2013\u2014-]\s+\S")
_IN_BRACKETS = re.compile(r"[^()]*\(([^()]*)\)?[^()]{0,2}$")

_JOB = re.compile(
    rf"\b(?:{JOBS}|tester|researcher|architect|scientist|coordinator|lead|owner|head of|dev|coach|expert|assistant|intern|president"
    r"|secretary|treasurer|c[tefop]o|vp|responsable|charg\u00e9e?|direct(?:eur|rice|ora?)|chef(?:fe)?|adjointe?|experte|animat(?:eur|rice)"
    r"|d\u00e9velopp(?:eur|euse)|ing\u00e9nieure?|assistante|pr\u00e9sidente?|tr\u00e9sori(?:er|\u00e8re)|secr\u00e9taire|leiter(?:in)?"
    r"|leitung|entwickler(?:in)?|referent(?:in)?|beauftragter?|gesch\u00e4ftsf\u00fchrer(?:in)?|sachbearbeiter(?:in)?|mitarbeiter(?:in)?"
    r"|berater(?:in)?|ingenieur(?:in)?|vorstand|kassier(?:er|erin)?|jef[ea]|ingenier[oa]|desarrollador[a]?|encargad[oa]|dise\u00f1ador[a]?"
    r"|responsabile|direttore|direttrice|sviluppat(?:ore|rice)|ingegnere|ontwikkelaar|directeur|beheerder|medewerker|adviseur)\b",
    re.IGNORECASE,
)
"""What people are, behind their names: such a list is of a team, whatever stands above it."""


@dataclass(frozen=True, slots=True)
class Named:
    """A line of a list of names: the name's span in its block, whether it is left unticked, as not there, the role beside it, and whether
    no line of the list has anything beside its name.
    """

    start: int
    end: int
    name: str
    is_away: bool = False
    role: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    who: Identity
    signed: bool
    fields: bool
    others: tuple[tuple[int, str], ...] = ()
    """In a line with slashes what stands behind the name, each with its end: one may be an account without its sign."""

    @property
    def account(self) -> str:
        return self.who.email or self.who.handle.casefold()


def rosters(blocks: Sequence[Block]) -> Mapping[tuple[int, int], Sighting]:
    """Whom each line of such lists names, by its segment and start."""
    items = ((block, _line(block.text)) for block in blocks if block.kind == "item")
    told = [(block, line) for block, line in items if line and (_BRACKETED.match(block.text) or not leads_elsewhere(block, line.start))]
    lines = _with_accounts({(block.segment, block.start): line for block, line in told})
    names: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines.values():
        names[line.account].add(line.who.name)
    signed = {place for place, line in lines.items() if line.fields and line.signed}
    came = {(block.segment, block.start) for block, _ in told if tells_who_came(block)}
    listed = lines.keys() if len(signed) >= SEVERAL else came if came & signed else ()
    return {
        place: (line.start, line.end, line.who)
        for place, line in lines.items()
        if (len(names[line.account]) == 1 if line.account else is_person(line.who.name))
        and (place in listed or (line.signed and not line.fields))
    }


def _with_accounts(lines: Mapping[tuple[int, int], _Line]) -> dict[tuple[int, int], _Line]:
    """Lines with the accounts that their column holds: the one of most different accounts. Where no sign says that it does, several lines
    begin with full names.
    """
    columns: defaultdict[int, set[str]] = defaultdict(set)
    unsigned = [line for line in lines.values() if line.others and not line.signed]
    for line in unsigned:
        for column, (_, field) in enumerate(line.others):
            columns[column] |= {field.casefold()} if is_bare_handle(field) and not is_nobody(field) else set()
    column = max(columns, key=lambda each: (len(columns[each]), each), default=0)
    sure = len(columns[column]) >= SEVERAL and sum(" " in line.who.name for line in unsigned) >= SEVERAL
    return {place: _with_account(line, column, columns[column], sure=sure) for place, line in lines.items()}


def _with_account(line: _Line, column: int, accounts: Container[str], *, sure: bool) -> _Line:
    if line.signed or column >= len(line.others) or line.others[column][1].casefold() not in accounts:
        return line
    end, handle = line.others[column]
    return replace(line, end=end, who=replace(line.who, handle=handle), signed=sure)


def _line(text: str) -> _Line | None:
    text = text.partition("\n")[0].rstrip()
    if len(text) > LONGEST:
        return None
    beside = _BESIDE.match(text)
    if beside and is_person(beside[1]) and not is_nobody(beside[2]):
        return _Line(0, beside.end(), Identity(beside[1], handle=beside[2]), signed=True, fields=False)
    bracketed = _BRACKETED.match(text)
    if bracketed and is_person(bracketed[1]) and not is_nobody(bracketed[2]) and not is_everyday(bracketed[2]):
        who = Identity(bracketed[1], handle=bracketed[2])
        return _Line(0, bracketed.end(), who, signed=is_account_of(bracketed[2], bracketed[1]), fields=True)
    fields = list(_fields(text, _SLASHED))
    if len(fields) > 1:
        return _of_fields(fields, given=True)
    fields = list(_fields(text, _PARTED))
    between = [field for _, field in fields[1:-1]]
    return _of_fields(fields, given=False) if 1 < len(fields) <= SEVERAL and not any(map(is_person, between)) else None


def _fields(text: str, parting: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    at = 0
    for field in parting.split(text):
        at = text.index(field, at)
        yield at + len(field) - len(field.lstrip("*_ ")), field.strip("*_ ")
        at += len(field)


def _of_fields(fields: Sequence[tuple[int, str]], *, given: bool) -> _Line | None:
    """`given` lets a given name alone and an account without its sign pass: commas stand between any words."""
    (start, name), (at, last) = fields[0], fields[-1]
    first = _ACCOUNT.fullmatch(name)
    if first and len(fields) == 2 and is_person(last) and not is_nobody(first[1]):
        return _Line(start, at + len(last), Identity(last, handle=first[1]), signed=True, fields=True)
    if not (is_person(name) or (given and is_given(name))):
        return None
    if is_address(last):
        return _Line(start, at + len(last), Identity(name, last.lower()), signed=True, fields=True)
    others = tuple((begin + len(field), field) for begin, field in fields[1:])
    end, account = next(((end, account) for end, field in others if (account := _ACCOUNT.fullmatch(field.strip("`")))), (0, None))
    if account and not is_nobody(account[1]):
        return _Line(start, end, Identity(name, handle=account[1]), signed=True, fields=True)
    return _Line(start, start + len(name), Identity(name), signed=False, fields=True, others=others) if given else None


def named_lists(blocks: Sequence[Block]) -> Mapping[tuple[int, int], tuple[Named, ...]]:
    """Lines of lists in which a name stands alone or before whom they work for, by segment and start.

    Only lists that tell the one from the other: some line has a box to tick, or has behind its name, or in brackets, what is nobody's
    (`IBM`); or of nothing but names, as lists of given names know them, also with a dash before what is said of each.
    Of more than two parts (`Ann Lee, Bo Ek, Acme`) all are names that no line has behind its one name and that begin like one.
    """
    found: dict[tuple[int, int], tuple[Named, ...]] = {}
    said_away = {said[1] for block in blocks if (said := _WHAT_MARKS_SAY.match(block.text)) and AWAY.match(block.text, said.end())}
    for run in _runs(blocks):
        parts = [[*pieces(_name(line) + line["rest"])] for _, line in run]
        employers = {part[1][0] for part in parts if len(part) == 2}
        boxes = [line["box"] for _, line in run if line["box"]]
        jobs = 2 * sum(bool(_JOB.search(line["rest"])) for _, line in run) >= len(run)
        tells_apart = 2 * sum(len(part) > 1 for part in parts) >= len(run) and not all(map(is_person, employers))
        behind = [str(within[1]) for _, line in run if (within := _IN_BRACKETS.match(line["rest"]))]
        bracketed = 2 * len(behind) >= len(run) and not all(map(is_person, behind)) and _are_names(run)
        alone = not any(line["rest"] for _, line in run) and _are_known(run)
        dashed = 2 * sum(bool(_DASH.match(line["rest"])) for _, line in run) >= len(run) and _are_known(run)
        if not (boxes or jobs or tells_apart or bracketed or alone or dashed):
            continue
        ticked = any(box[1] != " " for box in boxes)
        for (block, line), part in zip(run, parts, strict=True):
            marked = _MARK.search(line["rest"] or line["name"])
            away = bool((ticked and line["box"] and line["box"][1] == " ") or (marked and marked[1] in said_away))
            at = line.start("name")
            within = _IN_BRACKETS.match(line["rest"])
            role = (role_word(line["rest"].strip(" ,|/()\u2013\u2014-")) or "member") if jobs else role_word(within[1]) if within else ""
            others = (
                Named(at + start, at + start + len(name), name, away, role)
                for name, start in part[1:]
                if (dashed or (len(part) > 2 and name not in employers)) and is_person(name) and is_listed_name(name.split()[0])
            )
            found[block.segment, block.start] = (Named(*line.span("name"), _name(line), away, role, alone), *others)
    return found


def _name(line: "regex.Match[str]") -> str:
    """The name that people are called by: `Catherine (Kate) Lee` is Kate Lee."""
    return f"{line['nick']} {line['surname']}" if line["nick"] else str(line["name"])


def _are_names(run: Sequence[tuple[Block, "regex.Match[str]"]]) -> bool:
    """Brackets stand behind anything: no list of names where over a quarter of them are everyday words."""
    return 4 * sum(is_made_of_words(_name(line)) for _, line in run) <= len(run)


def _are_known(run: Sequence[tuple[Block, "regex.Match[str]"]]) -> bool:
    """Two thirds of them begin with a given name that lists have: what several people are called tells the others."""
    return 3 * sum(is_listed_name(_name(line).split()[0]) for _, line in run) >= 2 * len(run)


def _runs(blocks: Iterable[Block]) -> Iterator[list[tuple[Block, "regex.Match[str]"]]]:
    """Several such lines after each other, of one kind and below one heading; an address says whose a line is without its neighbours."""
    run: list[tuple[Block, regex.Match[str]]] = []
    for block in blocks:
        short = block.kind in ("item", "paragraph") and len(block.text) <= LONGEST and "@" not in block.text
        line = _NAMED.fullmatch(block.text) if short else None
        is_one = (
            line is not None and not block.text.endswith(":") and is_person(_name(line)) and not leads_elsewhere(block, line.start("name"))
        )
        if run and not (is_one and (block.kind, block.headings) == (run[-1][0].kind, run[-1][0].headings)):
            yield from [run] if len(run) >= SEVERAL else []
            run = []
        run += [(block, line)] if is_one and line else []
    yield from [run] if len(run) >= SEVERAL else []
