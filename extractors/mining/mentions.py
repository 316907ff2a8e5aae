"""Mentions of topics gathered over one document: one row for each key and place."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from extractors.labels import LABELS
from extractors.mining.name_lists import is_full_name
from extractors.mining.names import MAX_WORDS, is_plain, shape, usable
from extractors.mining.running import COINED_ZIPF, MIN_REPEATS, UNCOMMON_ZIPF, group_core
from extractors.mining.vocabulary import VAGUE
from knowledge_graph.model.records import Evidence
from knowledge_graph.text.words import tokens, topic_key, zipf_in

OUTSIDE = -1
"""The segment of what stands outside the text: title, path, the source's list of people."""


@dataclass(slots=True)
class _Row:
    value: str
    segment: int
    start: int
    end: int
    confidence: float
    count: int = 0
    standalone: int = 0
    sentence: int = 0
    opening: int = 0
    first: str = ""
    last: str = ""
    context: str = ""
    flags: set[str] = field(default_factory=set)


_PRODUCT = re.compile(r"[A-Z]\w*\.js")
_NAMING = frozenset({"title", "path", "folder", "code", "link"})
"""Places where also everyday words name something."""
_USUAL, _FUNCTION, _OF_SENTENCES = 4.5, 5.5, 6.2
"""Zipf frequencies from which a word with a capital says nothing, and from which it is one of the language's function words, or nearly."""
_WORD = re.compile(r"\S+")
_ELIDED = re.compile(r"^[^\W\d_]{1,2}['\u2019]")
"""`l'avion`, `d'hier`"""
_NOUNS_HAVE_CAPITALS = frozenset({"de"})


class Mentions:
    """Collects mentions in reading order; the first of a key in a place gives the row its span."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], _Row] = {}
        self._spans: set[tuple[str, str, int, int]] = set()

    def add(
        self,
        name: str,
        place: str,
        segment: int = OUTSIDE,
        start: int = 0,
        end: int = 0,
        *,
        date: str = "",
        confidence: float = 1.0,
        standalone: bool = True,
        sentence: bool = False,
        words: int = MAX_WORDS,
        flags: Collection[str] = (),
        context: str = "",
        count: int = 1,
        titled: bool = False,
        opens: bool = False,
    ) -> str:
        """Counts one mention and returns its key, `""` where the name is not worth counting.

        `context` names the block around it: equal blocks of many documents are one template. `opens` says that all that makes it a name is
        a sentence's first capital.
        """
        key = usable(name, words, titled=titled)
        if not key or ((place == "speech" or "phrase" in flags) and VAGUE.issuperset(name.casefold().replace("-", " ").split())):
            return ""
        if segment != OUTSIDE:
            if (key, place, segment, start) in self._spans:  # the parser and the writing may both find a name
                return key
            self._spans.add((key, place, segment, start))
        row = self._rows.get((key, place))
        if row is None:
            row = self._rows[key, place] = _Row(name, segment, start, end, confidence, context=context, flags=set(_shape(name, place)))
        row.flags.update(flags)
        row.count += count
        row.standalone += count * standalone
        row.sentence += count * sentence
        row.opening += count * opens
        if date:
            row.first = min(row.first or date, date)
            row.last = max(row.last, date)
        if core := group_core(name):
            row.flags.add("team")
            at = start + name.find(core) if segment != OUTSIDE else start
            self.add(
                core, place, segment, at, at + len(core) if segment != OUTSIDE else end, date=date, confidence=confidence, standalone=False,
                sentence=sentence, words=words, flags={*flags, "team"}, context=context, count=count,
            )  # fmt: skip
        return key

    def keys(self, places: Collection[str]) -> set[str]:
        """Keys seen in any of these places."""
        return {key for key, place in self._rows if place in places}

    def flag_everyday(self, written_small: Mapping[str, int]) -> None:
        """Flags a word with a capital that the document writes without one at least as often: the capital names nothing."""
        for row in self._rows.values():
            if is_plain(row.value) and row.value[0].isupper() and written_small.get(row.value.lower(), 0) >= row.count:
                row.flags.add("lower")

    def forget_everyday(self, language: str) -> None:
        """Forgets what a text in another language than English says with its everyday words, which public English does not know, and
        the function words that a name there begins with (`Die Weberei`)."""
        if language in ("", "en"):
            return
        rows, self._rows = self._rows, {}
        titles = {key for key, place in rows if place == "title"}
        for (key, place), row in rows.items():
            lead = 0 if place in _NAMING or key in titles else _lead(row.value, language)
            if lead:
                row.value, row.start = row.value[lead:], row.start + lead
                key = usable(row.value)
            if key and not _is_everyday(row, place, language):
                self._merge(key, place, row)

    def _merge(self, key: str, place: str, row: _Row) -> None:
        held = self._rows.setdefault((key, place), row)
        if held is not row:
            held.count, held.standalone = held.count + row.count, held.standalone + row.standalone
            held.sentence, held.opening = held.sentence + row.sentence, held.opening + row.opening
            held.first, held.last = min(held.first or row.first, row.first or held.first), max(held.last, row.last)
            held.flags |= row.flags

    def evidence(self, people: Collection[str]) -> Iterator[Evidence]:
        """All rows; names of people known in this document, and what is written like one, are flagged."""
        keys = frozenset(map(topic_key, people))
        return (_evidence(key, place, row, keys) for (key, place), row in self._rows.items())


def _lead(name: str, language: str) -> int:
    """How many characters of a name are function words that it begins with."""
    at = 0
    for word in _WORD.finditer(name):
        if word.end() == len(name) or zipf_in(word[0], language) < _OF_SENTENCES:
            return at
        at = word.end() + 1
    return at


def _is_everyday(row: _Row, place: str, language: str) -> bool:
    """Whether a name in running text, an item or a heading is made of words that the language has everywhere, or of the kind that no
    capital sets apart: of those one that public lists hardly know counts, and a little known one that is said again, as in English.
    """
    if place in _NAMING or "team" in row.flags:
        return False
    if row.value.casefold() in LABELS.kinds or row.value.casefold() in LABELS.roles:
        return True
    words = [_ELIDED.sub("", token.text) for token in tokens(row.value)]
    known = [zipf_in(word, language) for word in words]
    if not row.value.islower() and not (len(words) == 1 and language in _NOUNS_HAVE_CAPITALS and is_plain(row.value)):
        if language in _NOUNS_HAVE_CAPITALS and max(known[1:-1], default=0.0) >= _OF_SENTENCES:  # `Ergebnis der Abstimmung`
            return known[0] >= UNCOMMON_ZIPF
        return bool(known) and min(known) >= (UNCOMMON_ZIPF if row.opening == row.count else _USUAL)
    if len(words) == 1:
        return known[0] >= UNCOMMON_ZIPF or (known[0] >= COINED_ZIPF and row.count < MIN_REPEATS)
    return bool(known) and (min(known) >= UNCOMMON_ZIPF or max(known[0], known[-1]) >= _FUNCTION)


def _shape(name: str, place: str) -> Collection[str]:
    """In paths hyphens stand for spaces: they say nothing about how the name is written. What people call `Node.js` is no file."""
    not_so = {"hyphen"} if place in ("path", "folder") else {"file"} if place != "code" and _PRODUCT.fullmatch(name) else ()
    return [flag for flag in shape(name) if flag not in not_so]


def _evidence(key: str, place: str, row: _Row, people: Collection[str]) -> Evidence:
    flags = sorted({*row.flags, "person"} if key in people or (place != "title" and is_full_name(row.value)) else row.flags)
    counted = [f"{name}:{count}" for name, count in (("sentence", row.sentence), ("standalone", row.standalone)) if count]
    return Evidence(
        kind="mention",
        subject=key,
        place=place,
        value=row.value,
        segment=row.segment,
        start=row.start,
        end=row.end,
        count=row.count,
        date=row.first,
        last=row.last,
        confidence=row.confidence,
        features=(*flags, *counted, *([f"context:{row.context}"] if row.context else [])),
    )
