"""Words for what the records count, the same on the portal and on the command line."""

import re
from collections.abc import Mapping
from datetime import date

from knowledge_graph.serving.views import Heir, Reason

MATCH_START, MATCH_END = "\x02", "\x03"
_MATCH = re.compile(f"{MATCH_START}([^{MATCH_START}{MATCH_END}]*){MATCH_END}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_MARKS = re.compile(f"[{MATCH_START}{MATCH_END}]")

_DID = {
    "answered": "answered in",
    "asked": "was asked in",
    "decided": "decided in",
    "mentioned": "named in",
    "owner": "owner in",
    "tagged": "tagged in",
    "took": "took an action in",
}


def plural(count: int, noun: str, many: str = "") -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def month_name(day: str) -> str:
    """`2024-03-07` or `2024-03` as `Mar 2024`; anything else as it is."""
    try:
        return date.fromisoformat(f"{day[:7]}-01").strftime("%b %Y")
    except ValueError:
        return day


def reason_phrase(reason: Reason) -> str:
    """`wrote 4 documents, last Mar 2024`; `owner in 1 document about SIG Node, Mar 2024`."""
    phrase = f"{_DID.get(reason.kind, reason.kind)} {plural(reason.count, 'document')}"
    phrase += f" about {reason.belongs_to}" if reason.belongs_to else ""
    if not reason.last:
        return phrase
    return f"{phrase}, {'last ' if reason.count > 1 else ''}{month_name(reason.last)}"


def split_matches(snippet: str) -> list[tuple[bool, str]]:
    """The snippet cut into (is a match, text); marks that do not pair up, as a document's own text may hold, are dropped."""
    pieces: list[tuple[bool, str]] = []
    position = 0
    for match in _MATCH.finditer(snippet):
        pieces.append((False, _MARKS.sub("", snippet[position : match.start()])))
        pieces.append((True, match.group(1)))
        position = match.end()
    pieces.append((False, _MARKS.sub("", snippet[position:])))
    return [(matched, text) for matched, text in pieces if text]


def filled_months(months: Mapping[str, int]) -> list[tuple[str, int]]:
    """Every month from the first to the last that has a count, the silent ones between them with 0; what is no month is left out."""
    counts = {month: count for month, count in months.items() if _MONTH.fullmatch(month) and count > 0}
    if not counts:
        return []
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (min(counts), max(counts)))
    names = [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in range(first, last + 1)]
    return [(name, counts.get(name, 0)) for name in names]


def months_phrase(months: Mapping[str, int]) -> str:
    """`42 documents from Jan 2022 to Nov 2023, most in May 2022 (7)`."""
    slots = filled_months(months)
    if not slots:
        return ""
    total = plural(sum(count for _, count in slots), "document")
    if len(slots) == 1:
        return f"{total} in {month_name(slots[0][0])}"
    top, most = max(slots, key=lambda slot: slot[1])
    return f"{total} from {month_name(slots[0][0])} to {month_name(slots[-1][0])}, most in {month_name(top)} ({most:,})"


def plain(snippet: str) -> str:
    """The snippet without the marks around its matched words."""
    return _MARKS.sub("", snippet)


def left_phrase(left: str, heir: Heir | None) -> str:
    """That somebody has left, and whom to ask instead."""
    gone = f"left on {left}"
    return f"{gone}; ask {heir.name} ({heir.why})" if heir else gone
