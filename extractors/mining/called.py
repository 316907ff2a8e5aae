"""Where a text calls people by names that are known already, whatever else those words may mean, and what else looks like a full name.

Names of people do not come by way of the names of topics: what a name is made of (a plural's `s`, a hyphen, a function word, letters
that a recogniser knows less well) must not decide whether somebody was named.
"""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import regex

from extractors.mining.name_lists import EVERYDAY, is_listed_name
from extractors.mining.names import is_date_word, is_everyday, opens_sentence
from extractors.mining.vocabulary import GIVEN_NAMES_TOO, STOP
from extractors.mining.written import GIVEN_TOO, PERSON, is_person
from knowledge_graph.text.words import fold, fold_name, public_zipf

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*(?:['\u2019](?!s\b)\p{L}+)*")
_CAPITAL = regex.compile(r"(?<![\w@/.#-])\p{Lu}")
_GIVEN = regex.compile(rf"{_WORD.pattern}(?:-\p{{L}}[\p{{L}}\p{{M}}]*){{0,2}}(?![\w@-])")
_WITHIN = re.compile(r"[ \u00a0\n-]|\. ?")
"""Between the words of one name."""
_WORD_BEFORE = regex.compile(r"(\p{L}[\p{L}\p{M}'\u2019-]*) $")
_DATED_BEFORE = re.compile(r"(?:\d[\w.,]*|\b(?:in|since|until|till|last|next|early|mid|late|this|every|during|end of))[ -]$", re.IGNORECASE)
_PLACED_BEFORE = re.compile(r"\b(?:in|near|the|an?|our|this|that)[ \n]$", re.IGNORECASE)
_MAY_NAME = regex.compile(r"(?!\p{Lu}+s?$)(?!.*['\u2019]\p{Ll})(?!\p{Lu}\p{Ll}{2,}\p{Lu})\p{Lu}.*")
"""No acronym, `We'll` or `GitHub`."""
_ANY_WORD = regex.compile(r"\b\p{L}[\p{L}\p{M}'\u2019]+")
_TOLD = regex.compile(r"\b(?i:the|an?|our|your|their|its|this|that|these|those|each|every|any|no)\ (\p{Lu}[\p{L}\p{M}]+)")
_DATED_BEHIND = re.compile(r"[ ,.-]{1,2}\d")
_FULL = regex.compile(rf"(?<![\w@.-]){PERSON}(?![\w-])")
_ACRONYM = regex.compile(r"(?<!\p{L})\p{Lu}{2,4}(?!\p{L})")
_FUNCTION = STOP - GIVEN_TOO
_INITIAL = regex.compile(r"\p{Lu}\.")
_OWNS = regex.compile(r"['\u2019]s?$")
_ADDRESSED = regex.compile(r"(?:\ \([^()\n]{1,60}\)|\ (?:in|from|at)\ \p{Lu}\p{L}+)?\s*(?:[,:!]|$|\n)")
"""What stands behind a name that somebody is called by (`Mark, please look`, `Mark (Finance): ...`, `Mark in Finance, you are in copy`)."""

_GOES_ON = re.compile(r"\ (?:we|you|they|the|it|this|that|these|those|I|he|she|there|an?|our|your|their|all|any)\b")


@dataclass(frozen=True, slots=True)
class Name:
    """A name by its folded words; `person` is whom it means. One that is `given` alone is less sure, unless minutes list who is `there`."""

    words: tuple[str, ...]
    person: str
    given: bool = False
    there: bool = False

    @classmethod
    def of(cls, written: str, person: str, *, given: bool = False, there: bool = False) -> "Name":
        return cls(tuple(fold_name(written).split()), person, given, there)


class Called:
    """Finds these names; of two that begin at one place the longer."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_first: dict[str, list[Name]] = {}
        for name in sorted(set(names), key=lambda name: (-len(name.words), name.words)):
            if name.words:
                self._by_first.setdefault(name.words[0], []).append(name)

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """(start, end, person) of each, in reading order."""
        if not self._by_first:
            return
        behind = 0
        for capital in _CAPITAL.finditer(text):
            start = capital.start()
            if start < behind:
                continue
            first = _WORD.match(text, start)
            known = self._by_first.get(_folded(first[0])) if first else None
            for name in known or ():
                end = _end(name.words, text, start)
                if end and not (name.given and _doubtful(text, start, end, there=name.there)):
                    yield start, end, name.person
                    behind = end
                    break


def full_names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of what is written like a full name, without the end of a sentence or the function words before it."""
    for found in _FULL.finditer(text):
        words = found[0].split(" ")
        begin = max((place for place, word in enumerate(words[:-1], 1) if word.endswith(".") and len(word) > 2), default=0)
        while begin < len(words) - 1 and words[begin].casefold() in (_FUNCTION if begin == len(words) - 2 else STOP):
            begin += 1
        name = " ".join(words[begin:])
        written = _OWNS.sub("", name.rstrip("."))
        told = [word for word in words[begin:] if not _INITIAL.fullmatch(word)]
        if is_person(written) and not STOP.issuperset(map(str.casefold, told)) and not _ACRONYM.search(written):
            yield found.end() - len(name), found.end() - len(name) + len(written)


def given_in_text(text: str, things: Container[str]) -> Iterator[tuple[int, int]]:
    """Spans of what may be a given name alone in running text (`Paolo fixed it`): no place (`in Austin`), no thing (`the Julia package`).

    Lists know the names of some origins better than those of others, so any word that is not everyday may be one, but for what the
    document itself has as a thing (`things`, as written); whoever reads knows people of that name or does not.
    """
    for capital in _CAPITAL.finditer(text):
        found = _GIVEN.match(text, capital.start())
        word = found[0] if found else ""
        if not (found and len(word) > 2 and _MAY_NAME.fullmatch(word)):
            continue
        if not is_listed_name(word) and (word in things or public_zipf(word) >= EVERYDAY or word.casefold() in STOP):
            continue
        start, end = found.span()
        placed = _PLACED_BEFORE.search(text, max(0, start - 8), start)
        if not placed and not _doubtful(text, start, end, there=False):
            yield start, end


def things_in(texts: Iterable[str]) -> frozenset[str]:
    """Words with a capital that a document has in small letters as well, or behind an article or the like."""
    small: set[str] = set()
    capital: set[str] = set()
    told: set[str] = set()
    for text in texts:
        words = _ANY_WORD.findall(text)
        small.update(word for word in words if word[0].islower())
        capital.update(word for word in words if word[0].isupper())
        told.update(_TOLD.findall(text))
    return frozenset(told | {word for word in capital if word.casefold() in small})


def _folded(word: str) -> str:
    return fold(word).replace("'", "").replace("\u2019", "")


def _end(words: tuple[str, ...], text: str, start: int) -> int:
    """Where a name that begins here ends, 0 where it is another."""
    at = start
    for number, word in enumerate(words):
        between = _WITHIN.match(text, at) if number else None
        if number and not between:
            return 0
        found = _WORD.match(text, between.end() if between else at)
        if not found or _folded(found[0]) != word:
            return 0
        at = found.end()
    following = text[at : at + 1]
    return 0 if following in ("@", "-", "_") or following.isalnum() else at


def _doubtful(text: str, start: int, end: int, *, there: bool) -> bool:
    """A given name that is part of a longer one, a month of a date, or a word with a sentence's capital. Minutes open with whoever was
    there as often as with anybody (`Frank will ask`), but for what only the word does (`Will we ship?`)."""
    word = text[start:end]
    if is_date_word(word) and (_DATED_BEFORE.search(text, max(0, start - 20), start) or _DATED_BEHIND.match(text, end)):
        return True
    opens = opens_sentence(text, start)
    is_word = word.casefold() in GIVEN_NAMES_TOO and not _ADDRESSED.match(text, end)
    if opens and is_word and (not there or _GOES_ON.match(text, end)):
        return True
    before = None if opens else _WORD_BEFORE.search(text, max(0, start - 40), start)
    if before and _is_of_a_name(before[1]) and not (opens_sentence(text, before.start()) and is_everyday(before[1].casefold())):
        return True
    behind = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return behind is not None and _is_of_a_name(behind[0])


def _is_of_a_name(word: str) -> bool:
    return word[0].isupper() and word.casefold() not in STOP and not is_date_word(word)
