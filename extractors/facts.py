"""Dates and people as files write them, in the shape of the shared records."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from email.utils import parsedate_to_datetime

from extractors.characters import clean
from knowledge_graph.model.records import Contribution

_MONTH_NAMES = """
jan gen ene jän / feb fev fév / mar mär mrt maa / apr abr avr / may mai mei mag maj / jun juin giu / jul juil lug / aug aoû aou ago /
sep set / oct okt ott out / nov / dec dez déc dic
"""
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.split("/"), 1) for name in names.split()}
"""How the names of months begin in English, German, French, Spanish, Italian, Portuguese, Dutch and the Scandinavian languages."""
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_PACKED = re.compile(r"^(?:D:)?(\d{4})(\d{2})(\d{2})(?:\d{0,6}|T\d{4,6})(?=[Z+\-']|$)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er)?[\s.-]+(?:de )?([^\W\d_]{3,})\.?,?[\s-]+(?:de )?(\d{4})(?!\d)")
_MONTH_FIRST = re.compile(
    r"\b((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.IGNORECASE
)
_YEAR_LAST = re.compile(r"(?<![\d.])(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_EMAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_SPELLED_AT = re.compile(r"<\s*([\w.+-]{1,64}) at ([\w-]+(?:\.[\w-]+)+)\s*>")
"""`Ann Lee <ann at x.org>`, so that no program finds the address."""
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9](?:[\w-]{0,38}[A-Za-z0-9])?)")
_AROUND_NAME = re.compile(r"[<>()\[\]\"]|mailto:|\?\w+=\S*|https?://\S+")
_BETWEEN_PEOPLE = re.compile(r"\s*,(?!\s*(?:Jr|Sr|II|III|PhD|MD)\b)\s*")
_LAST_FIRST = re.compile(r"([^\W\d_][\w'\u2019-]+), ([^\W\d_][\w'\u2019.-]*(?: [^\W\d_][\w'\u2019.-]*){0,2})")
"""`Lee, Ann B.`, as directories and address books write one person; two people with a word each are written so far less often."""
NAMES, ACCOUNTS = ("name", "fullname", "full-name", "full_name"), ("github", "gitlab", "handle", "username", "login", "nick", "irc")
"""Fields of a person's own."""
_NOBODY_LINES = """
administrator / admin / user / unknown / owner / author / anonymous / none / office / tbd / n/a / na / root / default / test user
unknown author / document author / windows user / win user / office user / microsoft office user / microsoft / microsoft corporation
apache poi / openpyxl / python-docx / python-pptx / libreoffice / benutzer / windows-benutzer / microsoft office-anwender / utilisateur
utilisateur windows / utilisateur de microsoft office / usuario / usuario de windows / usuario de microsoft office / windows ユーザー
"""
_NOBODY = frozenset(name.strip() for line in _NOBODY_LINES.splitlines() for name in line.split(" / "))
"""What programs write into the author field when nobody is known."""


def iso_date(text: object) -> str:
    """The day a date text names as `YYYY-MM-DD`; `""` where it names none or an impossible one."""
    if isinstance(text, datetime):
        return text.date().isoformat()
    if isinstance(text, date):
        return text.isoformat()
    words = str(text or "").strip()[:100]
    for pattern, order in ((_PACKED, (1, 2, 3)), (_ISO, (1, 2, 3)), (_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2))):
        found = pattern.search(words)
        if found and (day := _day(*(found[group] for group in order))):
            return day
    found = _YEAR_LAST.search(words)
    return _year_last(*found.groups()) if found else ""


def _year_last(first: str, mark: str, second: str, year: str) -> str:
    """`31.10.2022`, `10/31/2022`; which is the month of `2/10/2022` depends on who wrote it."""
    days = {day for day in (_day(year, second, first), mark != "." and _day(year, first, second)) if day}
    return days.pop() if len(days) == 1 else ""


def mail_date(text: str) -> str:
    """The day of an RFC 5322 date as its writer saw it; lenient where the header is not."""
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError, IndexError, OverflowError):
        return iso_date(text)


def person(kind: str, text: str, day: str = "") -> Contribution | None:
    """One person from `Ann Example <ann@x.org>`, `Ann Example (@ann)`, `@ann` or a bare name; None where nobody is named."""
    words = _SPELLED_AT.sub(r"<\1@\2>", clean(text).strip()[:300])
    email = _EMAIL.search(words)
    rest = words.replace(email[0], " ") if email else words
    handle = _HANDLE.search(rest)
    rest = rest.replace(handle[0], " ") if handle else rest
    name = " ".join(_AROUND_NAME.sub(" ", rest).split()).strip(" ,;-'|")
    if name.casefold() in _NOBODY or not any(letter.isalpha() for letter in name) or len(name) > 100:
        name = ""
    if not (name or email or handle):
        return None
    return Contribution(kind, name, email[0].lower().strip("'") if email else "", handle[1] if handle else "", first=day, last=day)


def people(kind: str, values: object, day: str = "") -> tuple[Contribution, ...]:
    """The people of a field that holds one text, or a list of texts, or texts with separators."""
    each = (_without_employer(value, _separate(value)) for value in spoken(values))
    return tuple(found for texts in each for text in texts if (found := person(kind, text, day)))


def _without_employer(text: str, parts: Sequence[str]) -> Sequence[str]:
    """`Ann Lee, Acme` is one person, `Ann Lee; Bo` and `Ann Lee and Bo` are two."""
    return parts[:1] if len(parts) == 2 and " " in parts[0] and parts[1].isalpha() and text.count(",") == 1 else parts


def merged(found: Iterable[Contribution]) -> tuple[Contribution, ...]:
    """One row for each kind and person, counts summed, dates spanned, in a fixed order."""
    rows: dict[tuple[str, str, str, str], Contribution] = {}
    for one in found:
        key = (one.kind, one.email, one.handle, one.name)
        before = rows.get(key)
        rows[key] = one if before is None else _joined(before, one)
    return tuple(rows[key] for key in sorted(rows))


def _joined(one: Contribution, other: Contribution) -> Contribution:
    firsts = [day for day in (one.first, other.first) if day]
    last = max(one.last, other.last)
    return Contribution(one.kind, one.name, one.email, one.handle, one.count + other.count, min(firsts, default=""), last)


def spoken(values: object) -> list[str]:
    """Each person of a field as a text would name them: `Ann Lee <ann@x.org> (@ann)` where fields of their own say so."""
    if isinstance(values, dict):
        told = {str(key).lower(): value.strip() for key, value in values.items() if isinstance(value, str)}
        name = next((told[key] for key in NAMES if told.get(key)), "")
        account = next((told[key].rstrip("/").rpartition("/")[2].lstrip("@") for key in ACCOUNTS if told.get(key)), "")
        address, called = f"<{told['email']}>" if told.get("email") else "", f"@{account}" if account else ""
        parts = [part for part in (name, address, f"({called})" if called and name else called) if part]
        return [" ".join(parts)] if parts else []
    if isinstance(values, list | tuple):
        return [text for value in values for text in spoken(value)]
    return [values] if isinstance(values, str) else []


def _separate(text: str) -> list[str]:
    parts: list[str] = []
    for several in re.split(r"[;\n]", text):
        one = _LAST_FIRST.fullmatch(several.strip())
        parts += [f"{one[2]} {one[1]}"] if one else [part for part in _BETWEEN_PEOPLE.split(several) if part]
    joined_by_and = [piece for part in parts for piece in re.split(r"(?:^|\s+)(?:and|&)\s+", part) if piece]
    return joined_by_and[:200]


def _day(year: str, month: str, day: str) -> str:
    try:
        number = int(month) if month.isdigit() else _MONTHS.get(month[:4].lower()) or _MONTHS[month[:3].lower()]
        found = date(int(year), number, int(day))
    except (ValueError, KeyError):
        return ""
    return found.isoformat() if 1970 <= found.year <= 2100 else ""
