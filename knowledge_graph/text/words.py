"""The one word analyser: index, query, topic keys and people's names all pass through here, so they always agree."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import NamedTuple, Protocol

import regex
import Stemmer

MAX_TERM = 64
"""Longer runs are hashes and base64: Elasticsearch would store them, nobody would type them."""
MAX_KEY = 160
"""Keys are parts of Elasticsearch ids, which end at 512 bytes; three bytes a character at most after folding."""

K1 = 1.2
B = 0.75
MEAN_LENGTH = 120.0
"""A constant instead of the collection's mean, which would make one document's weight depend on the others (law 4).
Segments are cut at about 200 words and headings cut them earlier: 120 is the middle of what parsing produces."""

RAREST = 7.0
COMMONEST = 2.0

_KINDS = """
team teams group groups working wg sig project initiative module modules area committee board program programme service subteam subproject
department squad guild chapter library tool product
"""
KIND_WORDS = frozenset(_KINDS.split())
"""Words that say what kind of thing a name is for."""

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Scripts written without spaces (Thai, Lao, Burmese, Khmer, kana, Han): cut into overlapping pairs of characters."""
_TOKEN = regex.compile(
    rf"(?P<unspaced>[{_UNSPACED}]+)|(?V1)[[\w]--[_{_UNSPACED}]][[\w\p{{M}}]--[_{_UNSPACED}]]*"
    rf"(?:['\u2019\uff07][[\w]--[_{_UNSPACED}]][[\w\p{{M}}]--[_{_UNSPACED}]]*)*(?:\+\+(?!\w)|(?<=\b\w)\#(?!\w))?"
)
_ASCII_TOKEN = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*(?:\+\+(?!\w)|(?<=\b[A-Za-z0-9])#(?!\w))?")
_FOREIGN = r"[^\s\x80-\U0010ffff]*+[^\x00-\x7f]\S*"
_NOT_ASCII = re.compile(rf"(?<!\S){_FOREIGN}(?:\s++{_FOREIGN})*+")
"""What stands between spaces and is not all ASCII, with what follows that is not either."""
_JOINT = regex.compile(r"(?<=[\p{Ll}\d])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})")
_KEEP = regex.compile(r"[\w\p{M}+#]+")
_ARTICLE = re.compile(r"^\W*(?:the|an?)\s+(?=\w)", re.IGNORECASE)
_POSSESSIVE = re.compile(r"'s(?!\w)")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>")
HONORIFICS = "mr|mrs|ms|miss|dr|prof|professor|sir|mme|herr|frau"
"""Before a name and no part of it."""
_HONORIFIC = re.compile(rf"^(?:{HONORIFICS})\.?\s+(?=\w{{2}})", re.IGNORECASE)
# Letters that carry their stroke inside: decomposition leaves them alone, people type them without.
_STROKES = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "\u0131": "i",
        "ŧ": "t",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\u2019": "'",
        "\uff07": "'",
    }
)
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


class Token(NamedTuple):
    """A word or a pair of unspaced characters, as written, with its place."""

    text: str
    start: int
    end: int


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...


_stemmer_lock = Lock()
"""A Snowball stemmer keeps the word it works on in itself; the API stems from many threads."""


def tokens(text: str) -> list[Token]:
    """Words of any script in order: underscores and hyphens separate, inner apostrophes do not."""
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    for start, end, is_ascii in _stretches(text):
        if is_ascii:
            yield from (Token(match.group(), *match.span()) for match in _ASCII_TOKEN.finditer(text, start, end))
        else:
            yield from _cut(text, start, end)


def _stretches(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and whether all is ASCII: few words of most texts are not, and theirs is by far the slower expression."""
    at = 0
    for found in () if text.isascii() else _NOT_ASCII.finditer(text):
        yield at, found.start(), True
        yield *found.span(), False
        at = found.end()
    yield at, len(text), True


def _cut(text: str, start: int, end: int) -> Iterator[Token]:
    for found in _TOKEN.finditer(text, start, end):
        run, first, last = found.group(), found.start(), found.end()
        if found.group("unspaced") is None or len(run) <= 2:
            yield Token(run, first, last)
        else:
            yield from (Token(run[i : i + 2], first + i, first + i + 2) for i in range(len(run) - 1))


def terms(text: str, language: str = "en") -> list[str]:
    """The search terms of a text; `language` is an ISO 639-1 code, and a language without a stemmer is only folded."""
    words: list[str] = []
    for start, end, is_ascii in _stretches(text):
        words += _ASCII_TOKEN.findall(text, start, end) if is_ascii else (token.text for token in _cut(text, start, end))
    return [term for word in words for term in _analyse(word, language)]


def name_terms(name: str) -> list[str]:
    """The search terms of a name and of the words it runs together (`InPlaceResize`)."""
    apart = _JOINT.sub(" ", name)
    return terms(name) if apart == name else [*terms(name), *terms(apart)]


@lru_cache(maxsize=1 << 17)
def _analyse(word: str, language: str) -> tuple[str, ...]:
    folded = fold(word)
    # Elsewhere than in English the apostrophe ends an article (l'avion, dell'arte), a word of its own.
    parts = [_POSSESSIVE.sub("", folded).replace("'", "")] if language == "en" else folded.split("'")
    kept = (run for part in parts for run in _KEEP.findall(part))
    return tuple(stem for stem in (_stem(run, language)[:MAX_TERM] for run in kept) if stem)


def _stem(word: str, language: str) -> str:
    stemmer = _stemmer(language)
    if stemmer is None or len(word) > MAX_TERM or not word.isalpha():
        return word
    with _stemmer_lock:
        return stemmer.stemWord(word)


@lru_cache(maxsize=64)
def _stemmer(language: str) -> _Stemmer | None:
    algorithm = _ALGORITHMS.get(language)
    if algorithm is None:
        return None
    stemmer: _Stemmer = Stemmer.Stemmer(algorithm)
    return stemmer


def fold(text: str) -> str:
    """Text without case, accents and compatibility forms; marks that spell vowels (Devanagari, Thai) stay."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_STROKES)
    bare = "".join(c for c in unicodedata.normalize("NFD", folded) if not "\u0300" <= c <= "\u036f")
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 18)
def topic_key(name: str) -> str:
    """The key a name shares with its other spellings, `""` for a name without a letter or digit.

    Words are joined, so `Project-Falcons`, `project falcon` and `ProjectFalcon` are one key.
    """
    key = _key_of(name)
    if key.isalnum():
        return key
    # Joining may take a sign away from the letter that gave it a meaning (`0:0#`): what a key's own key drops is no part of it.
    while key != (again := _key_of(key)):
        key = again
    return key


def _key_of(name: str) -> str:
    words = [_POSSESSIVE.sub("", fold(token)).replace("'", "") for token in _spelled(_ARTICLE.sub("", name))]
    joined = "".join(run for word in words for run in _KEEP.findall(word)).strip("_")
    if not any(map(str.isalnum, joined)):
        return ""
    return _singular(joined[:MAX_KEY])


def _spelled(name: str) -> Iterator[str]:
    pattern = _ASCII_TOKEN if name.isascii() else _TOKEN
    return (match.group() for match in pattern.finditer(name))


def _singular(word: str) -> str:
    """The S-stemmer of D. Harman, How effective is suffixing? (JASIS 42(1), 1991), and `-sses`, `-xes` (process, index).

    Three letters stay as they are (DNS, AWS, CMS).
    """
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes")):
        return word[:-2]
    if word.endswith(("us", "ss")):
        return word
    return word[:-1]


@lru_cache(maxsize=1 << 16)
def fold_name(name: str) -> str:
    """A person's name to compare by: `Dr. Müller, Jürgen (Sales)` gives `jurgen muller`."""
    plain = _HONORIFIC.sub("", _BRACKETED.sub(" ", name).strip())
    family, comma, given = plain.partition(",")
    if comma and "," not in given and given.strip() and len(family.split()) <= 3:
        plain = f"{_HONORIFIC.sub('', given.strip())} {family}"
    return " ".join(_KEEP.findall(fold(plain).replace("'", ""))).replace("_", " ").strip()


def impacts(text_terms: Iterable[str], mean_length: float = MEAN_LENGTH) -> dict[str, float]:
    """BM25 weight of each term in one text, without its idf: that belongs to the reader and comes with the query."""
    counts = Counter(text_terms)
    norm = K1 * (1 - B + B * counts.total() / mean_length)
    return {term: round(tf * (K1 + 1) / (tf + norm), 4) for term, tf in sorted(counts.items())}


def public_rarity(term: str) -> float:
    """How rare a term of `terms` is in public English: 2 (the) to 7 (unseen), 8 minus its Zipf frequency."""
    zipf = max(_stem_zipf(term[:2]).get(term, 0.0), public_zipf(term))
    return min(RAREST, max(COMMONEST, 8.0 - zipf))


def public_zipf(word: str) -> float:
    """Zipf frequency (log10 per billion words) of a word as written; 0 where the background does not know it."""
    return _zipf(_frequencies("large").get(fold(word), 0.0))


def zipf_in(word: str, language: str) -> float:
    """The same in another language that has a public list (ISO 639-1), by the spelling of that list (`gemäß` stands there as `gemäss`)."""
    return _zipf(_frequencies("best", language).get(word.casefold(), 0.0))


def _zipf(frequency: float) -> float:
    return round(math.log10(frequency * 1e9), 3) if frequency else 0.0


@lru_cache(maxsize=8)
def _frequencies(wordlist: str, language: str = "en") -> dict[str, float]:
    from wordfreq import get_frequency_dict  # loads its lists on import: 0.3 s that the command line need not pay

    frequencies: dict[str, float] = get_frequency_dict(language, wordlist)
    return frequencies


@lru_cache(maxsize=4096)
def _stem_zipf(beginning: str) -> dict[str, float]:
    """Zipf frequency by stem over the commonest words with these two first letters, which a stem keeps.

    29,000 words: rarer ones rarely share a stem. All of them take over a second to stem, which a single question need not pay.
    """
    sums: dict[str, float] = {}
    for word in _common_words().get(beginning, ()):
        for term in terms(word):
            sums[term] = sums.get(term, 0.0) + _frequencies("small")[word]
    return {term: round(math.log10(total * 1e9), 3) for term, total in sums.items()}


@lru_cache(maxsize=1)
def _common_words() -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for word in _frequencies("small"):
        words.setdefault(fold(word)[:2], []).append(word)
    return words
