"""What a table says of people row by row: who holds a role, and which name, address and handle are one person's."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.labels import AWAY, DOER, LABELS
from extractors.mining.blocks import Block
from extractors.mining.identities import Identity, is_list
from extractors.mining.names import MAX_TITLE_WORDS, bare, usable
from extractors.mining.roles import heading_label, heads_actions, label_alone, pieces, role_word
from extractors.mining.written import in_order, is_address, is_given, is_person, leads_elsewhere, spells, turned_round
from knowledge_graph.text.words import fold_name

_REFERENCE = re.compile(r"^([A-Z]{1,3})(\d{1,7})$")
_DRIVER = re.compile(r"^\W*drivers?\W*$", re.IGNORECASE)
"""Who drives a decision; as a column of a table it is software far more often."""
MAX_HEADER_WORDS = 4
_IDENTITIES = {
    "name": (
        "name", "full name", "display name", "employee", "person", "naam", "namen", "namn", "navn", "nom", "nombre", "nome",
        "imię i nazwisko", "имя", "фио",
    ),
    "email": ("email", "e-mail", "mail", "email address", "e-mail address"),
    "handle": (
        "handle", "username", "user name", "login", "account", "account name", "nickname", "nick", "irc", "irc nick", "irc handle", "slack",
        "slack handle", "slack id", "launchpad id", "github", "github handle", "github id",
    ),
}  # fmt: skip
"""Headers of the columns of a directory."""
_GIVEN = re.compile(r"first name|given name|forename|voornaam|vorname|prénom|nombre|nome|fornavn|förnamn|imię|имя")
_SURNAME = re.compile(
    r"last name|surname|family name|achternaam|nachname|familienname|nom(?: de famille)?|apellidos?|cognome|sobrenome|apelido|efternavn"
    r"|efternamn|etternavn|nazwisko|фамилия"
)
"""Headers of two columns that are one name."""
_KIND_OF_COLUMN = {header: kind for kind, headers in _IDENTITIES.items() for header in headers}
Table = Mapping[tuple[int, int], Block]
_PATH = re.compile(r"(?:[\w.*-]*/)+?([A-Za-z][\w.-]*[A-Za-z0-9])(?:/?\W*|-?\*+/?)")
"""A path's last part, without what stands for many: `/plugins/lamps/**`."""
_HANDLE = re.compile(r"@?(?=[\w.-]*[A-Za-z])([A-Za-z0-9][\w.-]{0,38})")


@dataclass(frozen=True, slots=True)
class Held:
    """A cell that names who holds `role` for `topic` (a key, `""` where the row names none) in the table's row."""

    block: Block
    role: str
    topic: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of a directory: one person, and the cells that say who it is, the name first."""

    who: Identity
    cells: tuple[Block, ...]


def listed_people(blocks: Sequence[Block]) -> Iterator[Listed]:
    """Rows with columns for two of name, address and handle, where they name one person each: by the header, or by what they hold.

    A name in two columns, or with the surname first, is one as well.
    """
    for table in tables(blocks):
        spelled = _spelled(table)
        kinds = _columns_by_head(table) if spelled else _columns_of_people(table)
        rows = sorted({row for row, _ in table if row > 1}) if len(kinds) > 1 or spelled else []
        cells = {
            row: {kind: table[row, kinds[kind]] for kind in _IDENTITIES if kind in kinds and (row, kinds[kind]) in table} for row in rows
        }
        words = {row: {kind: cell.text.strip() for kind, cell in of_row.items()} for row, of_row in cells.items()}
        shared = _shared_handles(words.values())
        for row in rows:
            name, parts = spelled.get(row, ("", ()))
            who = _identity(words[row] | {"name": name} if name else words[row])
            who = replace(who, handle="") if who.handle in shared else who
            told = (*parts, *(cell for kind, cell in cells[row].items() if getattr(who, kind) and cell not in parts))
            if len(told) > 1 or name:
                yield Listed(who, told)


def _shared_handles(rows: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """What stands for an account beside several names (`Person`, `n/a`) is nobody's."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for words in rows:
        names[words.get("handle", "")].add(fold_name(words.get("name", "")))
    return frozenset(handle.removeprefix("@") for handle, beside in names.items() if len(beside) > 1)


def _spelled(table: Table) -> dict[int, tuple[str, tuple[Block, ...]]]:
    """By row the full name that stands in two columns (`Surname | First name`), or in one with the surname first (`Lee, Ann`), and its
    cells.
    """
    heads = {label_of(cell): column for (row, column), cell in table.items() if row == 1}
    given, surname = (next((column for head, column in heads.items() if part.fullmatch(head)), 0) for part in (_GIVEN, _SURNAME))
    rows = sorted({row for row, _ in table if row > 1})
    if given and surname and given != surname:
        pairs = {row: (table[row, given], table[row, surname]) for row in rows if (row, given) in table and (row, surname) in table}
        names = {row: (in_order(last.text, first.text), (first, last)) for row, (first, last) in pairs.items()}
        return {row: told for row, told in names.items() if told[0]}
    for column in sorted(set(heads.values())):
        cells = {row: table[row, column] for row in rows if (row, column) in table}
        turned = {row: name for row, cell in cells.items() if (name := turned_round(cell.text))}
        if len(turned) > 1 and 2 * len(turned) >= len(cells):  # then whatever else has a comma is one that no list knows
            parts = {row: cell.text.strip().split(", ") for row, cell in cells.items()}
            turned |= {row: name for row, words in parts.items() if len(words) == 2 and (name := in_order(*words))}
            return {row: (name, (cells[row],)) for row, name in turned.items()}
    return {}


def _columns_of_people(table: Table) -> dict[str, int]:
    kinds = _columns_by_head(table)
    if kinds and "name" not in kinds:  # `Lieutenant | IRC nick`
        named = next((column for column in sorted({column for _, column in table}) if _names_people(table, column)), 0)
        kinds |= {"name": named} if named else {}
    return kinds if len(kinds) > 1 else _names_beside_addresses(table)


def _columns_by_head(table: Table) -> dict[str, int]:
    header = {column: _KIND_OF_COLUMN.get(label_of(cell), "") for (row, column), cell in table.items() if row == 1}
    return {kind: column for column, kind in reversed(header.items()) if kind}


def _names_beside_addresses(table: Table) -> dict[str, int]:
    """The columns of names and of addresses that are made of them, whatever their heads are called (`Assigned | Contact`)."""
    rows: dict[int, dict[int, str]] = {}
    for (row, column), cell in table.items():
        if row > 1:
            rows.setdefault(row, {})[column] = cell.text.strip()
    found: Counter[tuple[int, int]] = Counter()
    for cells in rows.values():
        for at, address in cells.items():
            if is_address(address):
                found.update((column, at) for column, name in cells.items() if is_person(name) and spells(address, name))
    best = next((columns for columns, count in found.most_common(1) if 2 * count >= len(rows)), None)
    return {"name": best[0], "email": best[1]} if best else {}


_MADE = frozenset({"wrote", "edited", "decided"})
_VERSION = "version ver ver. revision rev rev. edition date datum fassung änderung versión fecha versione versie"
_VERSIONS = frozenset(_VERSION.split())
"""First columns of the history of a document: whoever stands below `Author` in any other table wrote what the row is about."""


def deeds(blocks: Sequence[Block]) -> Iterator[tuple[Block, str]]:
    """Cells that name who did what: who came, below the header `Attendees` or in a list that is headed so; who presented, below `Speaker`;
    whoever stands below `Author` in the history of a document, or beside it (`Approved by | Ann Lee`)."""
    for table, label in _labelled(blocks):
        first = table[min(table)]
        yield from ((cell, "attended") for cell in _came(table, LABELS.kinds.get(label) == "attended"))
        is_history = label_of(first) in _VERSIONS
        for (row, column), cell in table.items():
            told = table.get((1, column) if is_history else (row, 1))
            kind = LABELS.kinds.get(label_of(told), "") if told and (is_history or column == 2) else ""
            if kind in _MADE and is_person(_name(cell)):
                yield cell, kind
            head = table.get((1, column)) if row > 1 else None
            if head and LABELS.kinds.get(label_of(head)) == "presented" and is_person(_name(cell)):
                yield cell, "presented"


def _labelled(blocks: Sequence[Block]) -> Iterator[tuple[Table, str]]:
    """Tables with the label of the line, or else of the heading, that they stand below."""
    lead = {(block.segment, block.start): label_alone(before) for before, block in pairwise(blocks) if block.kind == "cell" != before.kind}
    for table in tables(blocks):
        first = table[min(table)]
        yield table, lead.get((first.segment, first.start)) or heading_label(first)


def _came(table: Table, listed: bool) -> Iterator[Block]:
    """`listed` says that the table is one of those who came. Marks in columns like `Present` and `Absent` say it of each row."""
    head = {column: label_of(cell) for (row, column), cell in table.items() if row == 1}
    there = {column for column, text in head.items() if LABELS.kinds.get(text) == "attended"}
    if not there and not listed:
        return
    people = {column for column in head if _names_people(table, column)}
    headless = is_person(_name(table[min(table)]))
    names = (there & people) or {column for column in people if headless or _KIND_OF_COLUMN.get(head[column]) == "name"}
    spelled = {parts[0] for _, parts in _spelled(table).values()}
    marks, away = there - people, {column for column, text in head.items() if AWAY.search(text)}
    for (row, column), cell in table.items():
        marked = {other for other in marks | away if (row, other) in table and table[row, other].text.strip()}
        came = marked.isdisjoint(away) and (bool(marked) or not marks)
        if came and (cell in spelled or (not spelled and column in names and is_person(_name(cell)))):
            yield cell


def cells_beside(blocks: Sequence[Block], people: Set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Where the other cells of tables stand that have cells of people: what else is said of these (`Organisation`)."""
    told = [[(cell.segment, cell.start) for cell in table.values()] for table in tables(blocks)]
    return {place for places in told if not people.isdisjoint(places) for place in places if place not in people}


def label_of(cell: Block) -> str:
    """What stands in the head of a column or a row, without its emphasis and colon."""
    return cell.text.strip(" *:").casefold().replace("(s)", "s")


def _name(cell: Block) -> str:
    return next((name for name, _ in pieces(cell.text)), "")


def _names_people(table: Table, column: int) -> bool:
    cells = [cell for (row, at), cell in table.items() if at == column and row > 1]
    return bool(cells) and 2 * sum(is_person(_name(cell)) for cell in cells) >= len(cells)


def _identity(told: dict[str, str]) -> Identity:
    name, email, handle = (told.get(kind, "") for kind in _IDENTITIES)
    found = _HANDLE.fullmatch(handle)
    return Identity(
        name if is_person(name) else "", email.lower() if is_address(email) and not is_list(email) else "", found[1] if found else ""
    )


def held_roles(blocks: Sequence[Block]) -> Iterator[Held]:
    """Cells below a header that is a role, or beside a cell that is one (`Ann Lee | Lead`), and names in a table that is headed so."""
    for table, label in _labelled(blocks):
        if columns_of_actions(table):  # whoever owns an action owns nothing else by that
            continue
        named = _columns_by_head(table).get("name", 0)
        named = named if named and _names_people(table, named) else 0
        if named and label in LABELS.roles:
            yield from (Held(cell, LABELS.roles[label], "") for (row, column), cell in table.items() if column == named and row > 1)
        header = {column: role_word(cell.text) for (row, column), cell in table.items() if row == 1 and not _DRIVER.match(cell.text)}
        columns = [column for column, role in header.items() if role and not _holds_roles(table, column)]
        # `Maintainer | Company | GitHub`: its rows are about people.
        is_roster = bool(columns) and min(columns) == min(header) and len(_columns_of_people(table)) > 1
        rows: dict[int, dict[int, Block]] = {}
        for (row, column), cell in table.items():
            if row > 1 or not columns:
                rows.setdefault(row, {})[column] = cell
        for cells in rows.values():
            topic = "" if is_roster else _topic(cells, columns)
            for column in columns:
                if column in cells:
                    yield Held(cells[column], header[column], topic)
            if not columns:
                known = named if named > 1 else 0  # `Role | Name | Affiliation`
                told = {column: cell for column, cell in cells.items() if not known or column in (1, known)}
                yield from _beside(told, "member" if _holds_roles(table, 1) else "")


def columns_of_actions(table: Table) -> tuple[int, int] | None:
    """The columns that say what is to be done and by whom."""
    head = {column: label_of(cell) for (row, column), cell in table.items() if row == 1}
    what = next((column for column, text in head.items() if text and heads_actions(text)), 0)
    who = next((column for column, text in head.items() if text in DOER or LABELS.roles.get(text) == "owner"), 0)
    if heads_actions(table[min(table)].section):  # whatever a head is called: the last column of nothing but names
        who = who or next((column for column in sorted(head, reverse=True) if _all_named(table, column)), 0)
    if not what and who and heads_actions(table[min(table)].section):
        what = next((column for column in sorted(head) if column != who and len(head[column]) > 1), 0)
    return (what, who) if what and who else None


def _all_named(table: Table, column: int) -> bool:
    cells = [cell for (row, at), cell in table.items() if at == column and row > 1]
    return bool(cells) and all(is_person(name) or is_given(name) for cell in cells for name, _ in pieces(cell.text))


def tables(blocks: Sequence[Block]) -> Iterator[dict[tuple[int, int], Block]]:
    """The cells of each table by row and column, both from 1; a table begins where a row number falls."""
    table: dict[tuple[int, int], Block] = {}
    last = 0
    for block in blocks:
        reference = _REFERENCE.match(block.value) if block.kind == "cell" else None
        row = int(reference[2]) if reference else 0
        if (row < last or reference is None) and table:
            yield table
            table = {}
        if reference:
            table.setdefault((row, _column(reference[1])), block)
        last = row
    if table:
        yield table


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _topic(cells: dict[int, Block], people: Sequence[int]) -> str:
    """What a row is about: its first cell that holds a name and nobody's role."""
    for column in sorted(cells):
        if column not in people and len(cells[column].text.split()) <= MAX_TITLE_WORDS:
            path = _PATH.fullmatch(cells[column].text.strip())
            return usable(path[1] if path else bare(cells[column].text), MAX_TITLE_WORDS)
    return ""


def _holds_roles(table: Table, column: int) -> bool:
    """Whether the cells below are roles as well: then none of them is the head of a column."""
    below = [role_word(cell.text) for (row, at), cell in table.items() if at == column and row > 1]
    return 2 * sum(map(bool, below)) >= len(below) > 0


def _beside(cells: dict[int, Block], else_: str) -> Iterator[Held]:
    """Who stands beside a role; in a column of roles other words are what a member of the team does (`Engineer | Ann Lee`)."""
    roles = {column: role_word(cell.text) for column, cell in cells.items()}
    said = next((role for _, role in sorted(roles.items()) if role), "") or else_
    if said:
        yield from (Held(cell, said, "") for column, cell in sorted(cells.items()) if not (roles[column] or leads_elsewhere(cell, 0)))


def is_owning(role: str) -> bool:
    return role in LABELS.owning
