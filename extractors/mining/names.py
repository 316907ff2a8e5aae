"""What a name looks like: number prefixes, junk, shapes, and names found in running text by how they are written."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from extractors.mining.vocabulary import OF_DOCUMENTS, STOP, TRADE
from knowledge_graph.text.words import public_zipf, topic_key

MAX_WORDS = 6
MAX_TITLE_WORDS = 12
"""Proposals are named by their titles, which are longer than anything worth counting in prose."""
COMMON_ZIPF = 4.0
"""A capital at a sentence's start says nothing about a word this common (`Running Kubernetes`, `Every Node`)."""
COINED_ZIPF = 3.0

_CONNECTOR = r"(?:of|for|of\ the|for\ the|de|du|von|der)"
_CAPITAL = r"\p{Lu}\w*(?:['\u2019\-/&.+]\w+)*+(?:\+\+|#(?!\w))?"
_MIXED = r"(?:\p{Ll}+\p{Lu}\w*(?:-\w+)*|\w+(?:-\w+)+|\p{Ll}+\d\w*)"
_ATOM = rf"(?:{_CAPITAL}|{_MIXED})"
_NAME = regex.compile(
    rf"(?<![\w@#/.\\<-]){_ATOM}(?:\ (?:{_CONNECTOR}\ )?(?:{_ATOM}|\d+(?:\.\d+)*)(?![\w])){{0,5}}(?![\w@/\\])", regex.VERSION1
)
_URL = re.compile(r"\b(?:https?://|ftp://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\S+")
_OUTER = re.compile(r"^[^\w.@#]+|(?<![+#\w)])[^\w)+#]+$|[^\w)+#]+$")
_QUOTED = re.compile(r"(?<!\w)(?:\"[^\"]+\"|\u201c[^\u201c\u201d]+\u201d)")
_TRAILING_BRACKET = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")
_LEADING_BRACKET = re.compile(r"^\s*(?:\[[^\[\]\n]{0,30}\]\s+)+(?=\w)")
"""`[WIP] Milestones`, `[x] Ann Lee`"""
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?"
    "|dec(?:ember)?)"
)
_PERIOD = r"(?:(?:fy ?)?(?:\d{4}|\d\d(?=\W?[qh][1-4]))\W?[qh][1-4]|[qh][1-4]\W?(?:fy ?)?(?:19|20)\d\d|q[1-4])"
"""`2023 Q1`, `FY22Q4`, `Q1`"""
DAY = r"(?:(?:19|20)\d\d[-_.]\d{1,2}[-_.]\d{1,2}|\d{1,2}[-_.]\d{1,2}[-_.](?:19|20)\d\d|\d{1,2}-(?:19|20)\d\d|(?:19|20)\d{6})"
"""`2023-04-16`, `12-2-2022`, `6-2024`"""
_MONTHS_ELSEWHERE = """
januar februar märz april mai juni juli august september oktober november dezember janvier février mars avril juin juillet août septembre
octobre novembre décembre enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile
maggio giugno luglio settembre ottobre dicembre januari februari maart augustus janeiro fevereiro março maio junho julho setembro outubro
dezembro
"""
_DATED_ELSEWHERE = re.compile(
    rf"(?:\d{{1,2}}\.?\s+)?(?:de\s+)?(?:{'|'.join(_MONTHS_ELSEWHERE.split())})\s+(?:de\s+)?\d{{2,4}}", re.IGNORECASE
)
"""`März 2019`; a month alone may be a name of something else."""
_ID = r"[A-Z]{2,6}[- ]?#?\d+(?!\.?\d)"
_MARKED_ID = r"[A-Z]{2,6}(?:[- ]?#|-)\d+"
_MARK = r"[:.)\u2013\u2014_-]"
_ROMAN = r"(?:i{2,3}|iv|vi{0,3}|ix)"
_NUMBERED = re.compile(
    rf"^\s*(?:\[?(?:{_MONTH}\s\d{{1,4}}|{_PERIOD}|{DAY})\]?(?:\s*{_MARK}\s*|\s+(?=[^\W\d_]))"
    # An id is cut where something parts it from the title, or a capital follows a marked one (`KEP-752 Slices`); else it is part of a
    # name: `EC2 instances`, `ISO 9001 audit`, `COVID-19 response`.
    rf"|\[({_ID})\](?:\s*{_MARK}\s*|\s+)|\[?({_ID})(?:\s*[:.)\u2013\u2014]\s*|\s*[_-]\s+)|({_MARKED_ID})\s+(?=(?-i:[A-Z]))"
    rf"|\[?(#?\d+(?:\.(?:\d+|(?:{_ROMAN}|[a-i])(?!\w)))*)(?!\.(?:\d|[a-z](?!\w)))\]?(?:\s*{_MARK}\s*|\s+(?=[^\W\d_])))(?=\S)"
    rf"|^(?!v\b){_ROMAN}[.)]\s+"
    rf"|^(?:step|chapter|part|appendix|section|agenda item)\s+\w{{1,3}}\s*[:.\u2013-]\s*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"\w#\d")
_CITED = re.compile(r"\s+[\w./-]*#\d+(?:\s+[\w./-]*#\d+)*$")
_VOTE = re.compile(r"[A-Z]{1,3}\s?\+\s?[01]")
"""`AL+1`, as minutes note who is for it."""
_MEASURE = re.compile(r"\d[\d.,:\u2013-]*(?:mins?|hours?|hrs?|secs?|ms|[kmgt]i?b|px|[ap]m|x)|0x[0-9a-f]+", re.IGNORECASE)
_TIME = re.compile(r"\b\d{1,2}(?::\d\d)? ?(?:AM|PM)\b|^(?:AM|PM) [A-Z]{2,4}$")
"""`11 AM ET`, and its end where the number stands in a line of its own."""
_HEX = re.compile(r"[0-9a-f]{7,40}")
_CHANGES = re.compile(r"[a-f](?=\d)|\d(?=[a-f])")
_IDENTIFIER = re.compile(r"^(?:[A-Za-z]{1,6}[- ]?)?#?\d+$")
_FILE = re.compile(
    r"^[\w./-]+\.(?:md|go|py|ya?ml|json|txt|sh|proto|html?|pdf|docx?|xlsx?|pptx?|csv|png|jpe?g|svg|js|ts|rs|java|c|h|cpp|toml|cfg|ini|conf"
    r"|rst|xml|sql|zip|gz|tar)$",
    re.IGNORECASE,
)
_DATE_WORD = re.compile(
    rf"(?:{_MONTH}"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?|q[1-4]|\d{1,2}(?:st|nd|rd|th)?|(?:19|20)\d\d|\d{8}"
    r"|\d{1,4}(?:[-/.:]\d{1,4})+|[ap]m|utc|gmt)[.,]?",
    re.IGNORECASE,
)


_WHEN = re.compile(rf"{_PERIOD}|{DAY}", re.IGNORECASE)
_ARTICLES = frozenset(("Der", "Die", "Das", "Ein", "Eine", "Het", "Een"))


class Found(NamedTuple):
    """A name in running text; `opens` is true where a sentence begins with it."""

    start: int
    end: int
    opens: bool


def cut_number(title: str) -> tuple[str, str]:
    """The number that stands before a title (`KEP-1287: Swap`, `12-swap`, `3.1 Swap`) and the rest; a date is cut, too, and no number."""
    found = _NUMBERED.match(title)
    if not found or not any(map(str.isalpha, title[found.end() :])):
        return "", title.strip()
    return next(filter(None, found.groups()), ""), title[found.end() :].strip()


def bare(name: str) -> str:
    """A heading, title or list item as a name: no number, no trailing bracket or reference to an issue, no outer punctuation."""
    name = _CITED.sub("", cut_number(_LEADING_BRACKET.sub("", name))[1])
    without = _TRAILING_BRACKET.sub("", name)
    cut = _OUTER.sub("", without or name).strip()
    quoted = _QUOTED.search(without or name)  # `"Lamp" plan` keeps both marks
    return cut if quoted is None or quoted[0] in cut or quoted[0][1:-1] == cut else (without or name).strip(" .,;:!?*-")


def span_of(text: str, name: str, start: int) -> tuple[int, int]:
    """Where a part of `text` that starts at `start` stands."""
    at = text.find(name)
    return start + at, start + at + len(name)


@lru_cache(maxsize=1 << 17)
def usable(name: str, words: int = MAX_WORDS, *, titled: bool = False) -> str:
    """The key of a name worth counting, else `""`: no sentence, number, measure, time of day, kind of document, hash, reference to an
    issue, address, single letter or lone function word of the language or of the trade.

    `titled` takes what reads like a sentence, too: the title of a proposal or a ticket is its name (`Make the GIL Optional, Again`).
    """
    parts = name.split()
    if (
        not parts
        or "\n" in name
        or "\t" in name
        or len(parts) > words
        or len(name) > 100
        or "://" in name
        or "@" in name
        or _REFERENCE.search(name)
        or _MEASURE.fullmatch(name)
        or _VOTE.fullmatch(name)
        or is_hash(name)
        or is_kind_of_document(name)
        or _TIME.search(name)
        or name[0] in "#$%-=<>/\\{}"
    ):
        return ""
    if not titled and (
        any(mark in name for mark in ("; ", ". ", "? ", "! ", ": ", ", "))
        or name[-1] in "?!;,"
        or (parts[0].casefold() in STOP and parts[0].casefold() not in ("a", "an", "the", "new"))
        or parts[-1].casefold() in STOP
    ):
        return ""
    key = topic_key(name)
    return key if len(key) >= 2 and any(map(str.isalpha, key)) and len(key) <= 80 else ""


def is_kind_of_document(name: str) -> bool:
    """Whether a name says no more than what kind of document it is (`team-charter`, `Meetings and Decisions`)."""
    words = name.casefold().replace("-", " ").replace("_", " ")
    parts = words.split()
    return words in TRADE or (len(parts) > 1 and OF_DOCUMENTS.issuperset(parts))


def is_hash(name: str) -> bool:
    """A commit (`c66c3d9fa`) and no name of letters and a number (`ed25519`)."""
    return bool(_HEX.fullmatch(name)) and len(_CHANGES.findall(name)) >= 2


@lru_cache(maxsize=1 << 17)
def shape(name: str) -> tuple[str, ...]:
    """Flags of how a name is written: camel caps hyphen two-capitals, and what disqualifies it: number date url file."""
    words = name.split()
    flags = {
        "camel": any(re.search(r"[a-z][A-Z]", word) for word in words),
        "caps": any(sum(map(str.isupper, word)) >= 2 and word.rstrip("s").isupper() for word in words),
        "hyphen": "-" in name.strip("-") and not name[0].isdigit() and _is_coined(name),
        "two-capitals": sum(word[0].isupper() for word in words) >= 2,
        "number": bool(_IDENTIFIER.match(name)),
        "date": bool(_DATED_ELSEWHERE.fullmatch(name)) or (all(map(_DATE_WORD.fullmatch, words)) and any(map(str.isalnum, name))),
        "file": bool(_FILE.match(name)) or name.count("/") >= 2,
        "url": "://" in name or name.startswith("www."),
    }
    return tuple(flag for flag, present in flags.items() if present)


def _is_coined(name: str) -> bool:
    """False for everyday compounds (up-to-date, user-facing, non-negligible), which any text hyphenates."""
    if any(c.isupper() or c.isdigit() for c in name[1:]):
        return True
    return any(public_zipf(part) < COINED_ZIPF for part in re.split(r"[-\s]", name) if len(part) > 1)


def is_plain(word: str) -> bool:
    """True for a word whose only capital is its first letter, which a sentence's start explains."""
    return word.isalpha() and word[1:].islower()


def names_in(text: str) -> Iterator[Found]:
    """Names in running text: capitalised runs, CamelCase, ALLCAPS, hyphenated and numbered words, function words cut off."""
    addresses = [found.span() for found in _URL.finditer(text)] if "://" in text or "@" in text or "www." in text else []
    for found in _NAME.finditer(text):
        start, end = found.span()
        if any(start < stop and end > begin for begin, stop in addresses):
            continue
        trimmed = _trim(text, start, end)
        if trimmed:
            yield Found(*trimmed, opens=opens_sentence(text, trimmed[0]))


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    words = [(start + word.start(), start + word.end()) for word in _WORD.finditer(text[start:end])]
    while words and (_is_stop(text[slice(*words[0])]) or (len(words) > 1 and _names_nothing(text, *words[0]))):
        words.pop(0)
    while words and _is_stop(text[slice(*words[-1])]):
        words.pop()
    if not words or (len(words) == 1 and words[0][1] - words[0][0] < 2):
        return None
    last = text[slice(*words[-1])]
    return words[0][0], words[-1][0] + len(without_possessive(last))


def without_possessive(name: str) -> str:
    return name[:-2] if name.endswith(("'s", "\u2019s")) else name


def _is_stop(word: str) -> bool:
    return word.partition("'")[0].casefold() in STOP


def _names_nothing(text: str, start: int, end: int) -> bool:
    """A quarter or a day (`Q1 Review`), and an article that begins a sentence where names have one (`Das Werksportal ist ...`)."""
    return bool(_WHEN.fullmatch(text, start, end)) or (text[start:end] in _ARTICLES and opens_sentence(text, start))


def is_date_word(word: str) -> bool:
    return bool(_DATE_WORD.fullmatch(word))


def opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 6) : start].rstrip(" \"'(\u201c*_[")
    return (not before and start <= 6) or before.endswith((".", "!", "?", ":", ";", "\n", "\u2022", "-", "\u2013", "\u2014"))


@lru_cache(maxsize=1 << 14)
def is_everyday(word: str) -> bool:
    return public_zipf(word) >= COMMON_ZIPF
