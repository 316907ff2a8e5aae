"""Which language a text is in. Whether it is English decides the model that its meaning is compared with; in doubt it is.

The script decides where there is another than Latin. Else each word speaks for a language by how much more frequent it is there than in
English, by public word lists (wordfreq): names and code, which are about as frequent everywhere or nowhere listed, say little. Of 1,190
questions of XQuAD each, 1.5% in German, .4% in Spanish and none in Russian pass for English, and none in English, no query of Cranfield and
no topic of k8s, rust and python for another language.
"""

import math
import re
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import regex

LATIN = ("de", "es", "fr", "it", "nl", "pl", "pt", "tr")
"""The languages of the multilingual model in Latin script, beside English."""
_OTHERS = ("ca", "cs", "da", "fi", "hu", "nb", "ro", "sv")
_LANGUAGES = (*LATIN, *_OTHERS)
_BY_SCRIPT = {"ru": regex.compile(r"\p{Cyrillic}"), "el": regex.compile(r"\p{Greek}")}
"""The language whose words a text in this script is read by."""
LISTED = 3.5
"""Least Zipf frequency of a listed word. From 3.0 the lists would take twice the memory for a sixth fewer phrases of three words missed."""
UNLISTED = 2.5
"""What a word has in a language that does not list it."""
MOST = 3.5
"""What one word says at most, in powers of ten: "the" alone makes no text English."""
ENOUGH = 3.2
"""Of the topics "io" comes nearest with 2.9; "the El Centro" has 3.0, "vacaciones" and "Urlaub" 3.2."""
CHARACTERS, WORDS = 2000, 100
"""Read at most: the beginning of a passage says its language."""

_WORD = re.compile(r"(?<![\w./@])[^\W\d_]{2,}(?![\w/@]|\.\w)")
"""No part of an address, a path or a name in code."""
_OTHER_SCRIPT = regex.compile(r"[^\P{L}\p{Latin}]")
_LETTER = re.compile(r"[^\W\d_]")


def is_english(text: str) -> bool:
    """False where a quarter of the letters are not Latin, or the words are clearly another language's."""
    text = text[:CHARACTERS]
    return not _is_mostly(_OTHER_SCRIPT, text) and max(_sums(text)[: len(LATIN)], default=0.0) < ENOUGH


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language whose public word list knows the text best, `""` for a script without one, `en` in doubt."""
    text = text[:CHARACTERS]
    if _is_mostly(_OTHER_SCRIPT, text):
        return next((language for language, script in _BY_SCRIPT.items() if _is_mostly(script, text)), "")
    sums = _sums(text)
    best = max(range(len(sums)), key=sums.__getitem__, default=0)
    return _LANGUAGES[best] if sums and sums[best] >= ENOUGH else "en"


def is_listed(word: str) -> bool:
    """Whether a word is a common one of a language in Latin script other than English."""
    return word.casefold() in _listed()[0]


def _is_mostly(letters: "regex.Pattern[str]", text: str) -> bool:
    """Whether a quarter of a text's letters are of these."""
    return not text.isascii() and 4 * len(letters.findall(text)) > len(_LETTER.findall(text))


def _sums(text: str) -> list[float]:
    """How much a text's words speak for each language; empty where it has none."""
    words = dict.fromkeys(word.casefold() for word in _WORD.findall(text) if not word.isupper())
    return list(map(sum, zip(*map(_evidence, islice(words, WORDS)), strict=True)))


@lru_cache(maxsize=1 << 14)
def _evidence(word: str) -> tuple[float, ...]:
    """How much the word speaks for each language rather than for English."""
    places, zipfs = _listed()
    english = _zipf(word)
    absent = max(-MOST, min(0.0, UNLISTED - english))
    listed = zipfs[places[word]] if word in places else ()
    return tuple(max(-MOST, min(MOST, float(zipf) - english)) if zipf else absent for zipf in listed) or (absent,) * len(_LANGUAGES)


def _zipf(word: str) -> float:
    """In English, as written; 0 where it is not listed at all."""
    from wordfreq import get_frequency_dict

    frequency = get_frequency_dict("en", "large").get(word, 0.0)
    return math.log10(frequency * 1e9) if frequency else 0.0


@lru_cache(maxsize=1)
def _listed() -> tuple[dict[str, int], npt.NDArray[np.float32]]:
    """Rows by word, and in them the Zipf frequency in each language, 0 where it is rarer than `LISTED`."""
    from wordfreq import available_languages, read_cBpack

    lists = available_languages("small")
    rows: dict[str, int] = {}
    cells: list[tuple[int, int, float]] = []
    for column, language in enumerate(_LANGUAGES):
        by_frequency: list[list[Any]] = read_cBpack(lists[language])[: round(100 * (9 - LISTED))]
        for centibels, words in enumerate(by_frequency):  # below one, which no word is
            cells += ((rows.setdefault(word, len(rows)), column, 9 - centibels / 100) for word in words)
    zipfs = np.zeros((len(rows), len(_LANGUAGES)), np.float32)
    row, column_of, value = zip(*cells, strict=True)
    zipfs[list(row), list(column_of)] = value
    return rows, zipfs
