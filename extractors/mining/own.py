"""What a document is itself called: by its title, its file and, for an index page, its folder."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from extractors.labels import MINUTES_ELSEWHERE
from extractors.mining.acronyms import acronym_of
from extractors.mining.names import DAY, MAX_TITLE_WORDS, bare, cut_number, is_everyday, usable
from extractors.mining.running import group_core
from extractors.mining.written import is_person
from knowledge_graph.model.paths import INDEX_NAMES
from knowledge_graph.model.records import Document
from knowledge_graph.text.words import fold_name, topic_key

_EXTENSION = re.compile(r"(?<=.)\.[A-Za-z][A-Za-z0-9]{0,7}$")
_LEAD_WORDS = 4
_LEADING_NUMBER = re.compile(r"^(\d{1,6})[-_. ]+(?=\D)")
_YEAR = re.compile(r"^(?:19\d\d|20[0-3]\d)$")
COUNTS = re.compile(rf"^\d{{1,2}}$|{_YEAR.pattern}|^[\d.]*\.[\d.]*$")
"""Numbers that order or date a title instead of naming it: chapters and years."""
_SERIES = re.compile(r"^([A-Za-z]{2,8})[-_ ]?0*(\d{1,6})$")
_SERIES_PREFIX = re.compile(r"^([A-Za-z]{2,8})[-_ ]?0*(\d{1,6})[-_. ]+(?=\D)")
_SERIES_FOLDER = re.compile(r"^[A-Za-z]{3,5}$")
_DATED = re.compile(rf"^(?:{DAY}|\d{{8}}|\d{{4}}[-_]\d{{2}})[-_ ]*")
_BY_DEFAULT = re.compile(
    r"(?:(?:powerpoint[- ])?pr[e\u00e9\u00e4]sentation|document|dokument|untitled.*|unbenannt.*|sans titre.*|ole ?object"
    r"|slide ?(?:layout|master)|new (?:microsoft )?(?:word |excel |powerpoint )?(?:document|worksheet|presentation|text document)"
    r"|screen ?shot.*|(?:microsoft[ _])?(?:word|excel|powerpoint)[ _](?:document|(?:work)?sheet|presentation|slide|chart)"
    r"|(?:doc|(?:work)?book|mappe|classeur|libro|(?:work)?sheet|slide|folie|image|img|picture|photo|dsc|scan|attachment)(?=[ _-]*\(?\d))"
    r"[ _-]*\(?\d*\)?",
    re.IGNORECASE,
)
"""What programs call a document that nobody named, and its parts."""
_SERIES_OF_RECORDS = frozenset(
    ("specs", "rfc", "rfcs", "rfd", "rfds", "requests-for-comments", "adr", "adrs", "decisions", "proposals", "design-proposals",
     "design-docs", "blueprints", "postmortems", "post-mortems", "incidents", "incident-reports")
)  # fmt: skip
_COLLECTIONS = frozenset(
    ("teams", "small-teams", "squads", "guilds", "projects", "products", "services", "sigs", "wgs", "working-groups", "initiatives",
     "programs", "programmes", "startups")
)  # fmt: skip
"""Folders whose members, files or folders, are things of a kind."""
_KINDS = (
    r"(?:product|initiative|project) (?:brief|outline)|research plan|launch plan|(?:team|project) charter|design doc(?:ument)?"
    r"|post-?mortem|incident report"
)
_KINDS_APART = rf"rfcs?|requests? for comments?|proposal|design|specification|project|epic|{_KINDS}"
"""Those that a colon or dash sets apart from what they are about."""
_KIND_BEFORE = re.compile(rf"(?:\[draft\] ?)?(?:(?:{_KINDS_APART}) ?[:\u2013\u2014] ?|(?:{_KINDS}) (?:for|of|on) )(?=\S)", re.IGNORECASE)
_SIGNED = re.compile(r"(.+?)(?:,| [&\u2013\u2014-]| by) ([^,]+)")
_KIND_BEHIND = re.compile(rf"(?:(?: ?[:\u2013\u2014]| -) ?(?:{_KINDS_APART})| (?:{_KINDS}))$", re.IGNORECASE)
"""What kind of document a title says it is: no part of what it is about (`Night Harbour \u2013 Product Brief`)."""
_OF_THE_SERIES = re.compile(
    r"(?<![a-z])(?:readme|template|index|process|policy|priorities|overview|changes|changelog|contributing)(?![a-z])", re.IGNORECASE
)
_PART_OF_ONE = re.compile(
    r"goals|objectives|okrs?|ideas|roadmap|archive|history|faq|guidelines?|members|meetings|minutes|list", re.IGNORECASE
)
"""What a file beside the things of a folder is called that is none of them."""
_DATED_BEHIND = re.compile(rf"(?<=\w)[-_ ]+{DAY}$")
_OCCASION = re.compile(
    rf"(?=.*\d).*(?<![^\W_])(?:meetings?|minutes|(?:meeting|call)notes|calls?|sync|stand-?up|retro|{MINUTES_ELSEWHERE})(?![^\W_]).*",
    re.IGNORECASE,
)
"""One of many meetings: `Core Devs Meeting 35 Notes`."""


@dataclass(frozen=True, slots=True)
class Own:
    """The names a document answers to; every part may be empty."""

    title: str
    title_number: str
    file: str
    """The file's name, or the folder's where the file is an index page."""
    number: str
    """The number before the name of the file or of its folder (`1287-in-place-update`), or the id that is its whole name (`pep-0008`)."""
    folders: tuple[str, ...]
    """The enclosing folders' names, outermost first, without the one that `file` stands for."""
    is_index: bool
    short: str = ""
    """The acronym that stands in brackets behind the title."""
    is_filed: bool = False
    """Whether it lies in a folder that is called after such a series (`specs/2025.1/secure-boot.rst`), with or without a number."""
    collected: frozenset[str] = frozenset()
    """Those of its names that a folder of things of a kind holds: `teams/lamps/goals.md`, `products/night-harbour.md`."""
    author: str = ""
    """Whom the title names as such: `Proposal: Night Harbour, Ann Lee`."""

    @property
    def is_record(self) -> bool:
        """One of a series (proposals, decisions, tickets): a number names it that is no chapter, year or version, or its folder says so."""
        return self.is_filed or any(number and not COUNTS.match(number) for number in (self.number, self.title_number))

    @property
    def is_titled(self) -> bool:
        """Whether the title names it even where it reads like a sentence: a record has no other name."""
        return self.is_record and not lead(self.title)

    @property
    def series(self) -> tuple[str, ...]:
        """Its number with the series that a folder names before it, as people write it: `kep 1287` for `keps/.../1287-in-place-update`."""
        if not self.number.isdigit() or COUNTS.match(self.number):
            return ()
        return tuple(f"{series} {int(self.number)}" for series in _series_of(self.folders))

    @property
    def keys(self) -> tuple[str, ...]:
        """Topic keys of the document itself: the folder of an index page first, then the title, then the file."""
        titles = (self.title, lead(self.title))
        names = (self.file, *titles) if self.is_index else (*titles, self.file)
        return tuple(dict.fromkeys(key for name in names if (key := usable(name, MAX_TITLE_WORDS, titled=self.is_titled))))


def own_names(document: Document) -> Own:
    """The names of a document from its title and path alone."""
    # `!/` stands between an archive or mail and its member: the carrier's name is a folder like any other.
    parts = [part for part in document.path.replace("!/", "/").split("/") if part]
    stems = [_EXTENSION.sub("", part) for part in parts]
    names = [spoken(part) for part in parts[:-1]]
    stem = stems[-1] if stems else ""
    is_index = stem.casefold() in INDEX_NAMES and bool(names)
    file = names.pop() if is_index else spoken(stem)
    raw = parts[-2] if is_index else stem
    subject, author = _subject(_real_title(document.title, parts[-1] if parts else ""))
    number, title = cut_number(subject)
    if number and group_core(f"x {title}") == "x":  # `RFC 2229 Working Group` is named by its number
        number, title = "", f"{number} {title}"
    leading = _LEADING_NUMBER.match(raw)
    series, prefix = _SERIES.match(spoken(raw)), _SERIES_PREFIX.match(raw)
    own = leading[1] if leading else ""
    if series and (not _YEAR.match(series[2]) or _is_told(series, number, names)):
        own = spoken(raw)
    if prefix and _is_told(prefix, number, names):
        own, file = raw[: prefix.end(2)], spoken(raw[prefix.end() :])
    if own and topic_key(title) in map(topic_key, names):  # `KEP` above a proposal in `keps/` names them all
        title = ""
    if document.kind == "mail" or _BY_DEFAULT.fullmatch(file) or topic_key(file) in INDEX_NAMES:
        file = ""  # a mail is called by its subject; a program named its file, and what lies outermost stands for no folder
    is_filed = not (is_index or _OF_THE_SERIES.search(stem)) and not _SERIES_OF_RECORDS.isdisjoint(parts[:-1])
    if (
        _OCCASION.fullmatch(stem if _DATED_BEHIND.search(stem) else spoken(stem))
        or _OCCASION.fullmatch(document.title)
        or _is_of_somebody(document)
    ):
        title = number = own = file = ""
        is_filed = False
    short = acronym_of(title.partition(": ")[0].strip())
    title = bare(title) or title
    collected = [inner for outer, inner in pairwise(names) if _is_collection(outer)]
    if names and file and _is_collection(names[-1]) and (is_index or not (_OF_THE_SERIES.search(stem) or _PART_OF_ONE.fullmatch(stem))):
        collected += [title, file]
    in_collections = frozenset(map(topic_key, collected)) - {""}
    return Own(title, number, file, own, tuple(names), is_index, short, is_filed, in_collections, author)


def _is_collection(folder: str) -> bool:
    return folder.strip("_").casefold() in _COLLECTIONS


def _subject(title: str) -> tuple[str, str]:
    """A title without what says which kind of document it is, and whom it names behind that and a sign as its author."""
    before = _KIND_BEFORE.match(title)
    if before is None:
        behind = _KIND_BEHIND.search(title)
        return (title[: behind.start()] if behind and behind.start() else title), ""
    signed = _SIGNED.fullmatch(title, before.end())
    return (signed[1], signed[2]) if signed and is_person(signed[2]) else (title[before.end() :], "")


def _is_of_somebody(document: Document) -> bool:
    """Whether a page is called like the person who it says is its own: it is about whoever that is, and what they work on."""
    name = fold_name(document.title)
    return " " in name and any(name == fold_name(one.name) for one in document.people)


def _series_of(folders: Iterable[str]) -> list[str]:
    """The series that folders name (`keps`, `adr`); an everyday word names none."""
    return [folder.removesuffix("s") for folder in folders if _SERIES_FOLDER.match(folder) and not is_everyday(folder.lower())]


def _is_told(numbered: re.Match[str], number: str, folders: Iterable[str]) -> bool:
    """Whether the title (`ADR 16: OpenID Connect`) or a folder's name says that a file (`adr-016-oidc`) is one of a series."""
    return topic_key(short_number(number)) == topic_key(f"{numbered[1]} {numbered[2]}") or numbered[1] in _series_of(folders)


def short_number(number: str) -> str:
    """An id of a series as people say it: `pep 8` for `pep-0008`; other numbers stay."""
    found = _SERIES.match(number)
    return f"{found[1]} {found[2]}" if found else number


def lead(title: str) -> str:
    """What stands before the colon of a title, where it names the rest (`TypedDict: type hints for dictionaries`)."""
    before, colon, after = title.partition(": ")
    return (bare(before) or before.strip()) if colon and after.strip() and len(before.split()) <= _LEAD_WORDS else ""


def _real_title(title: str, file: str) -> str:
    """A title that only repeats the file's name is that name, and none where the file is an index page or a program gave it."""
    if _BY_DEFAULT.fullmatch(title):
        return ""
    if title.casefold() != file.casefold():
        return title
    stem = _EXTENSION.sub("", title)
    return "" if stem.casefold() in INDEX_NAMES else spoken(stem)


def spoken(part: str) -> str:
    """A file or folder name without its date, a leading number and the separators at its ends."""
    name = _LEADING_NUMBER.sub("", _DATED.sub("", _DATED_BEHIND.sub("", part))).strip(" ._-")
    return name if topic_key(name) else ""


def target_name(target: str) -> str:
    """The name a link's target goes by: its file, or its folder where the file is an index page; `""` where it has none."""
    if not target:
        return ""
    path = re.sub(r"^[a-z]+://[^/]+/", "/", target, flags=re.IGNORECASE).partition("#")[0].partition("?")[0].rstrip("/")
    parts = [part for part in path.split("/") if part not in ("", ".", "..")]
    if not parts:
        return ""
    stem = _EXTENSION.sub("", parts[-1])
    if stem.casefold() in INDEX_NAMES:
        return spoken(parts[-2]) if len(parts) > 1 else ""
    return spoken(stem)
