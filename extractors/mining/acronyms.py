"""Short forms that a text spells out: `Financial Status Report (FSR)`."""

import regex
from rapidfuzz.distance import LCSseq

SHORT = r"[\p{L}\d][\p{L}\d.&/+-]{1,9}(?:\ [\p{L}\d][\p{L}\d]{0,5})?"
_BEGINNING = regex.compile(r"(?<!\p{L})\p{L}|\p{Lu}")
_SPELLED_OUT = regex.compile(rf"(?P<long>.+?)\s+\((?P<short>{SHORT})\)")


def acronym_of(title: str) -> str:
    """The acronym in brackets behind a title that is its long form, else `""`."""
    found = _SPELLED_OUT.fullmatch(title)
    return found["short"] if found and long_form_start(found["short"], found["long"]) == 0 else ""


def long_form_start(short: str, before: str) -> int | None:
    """Where the long form of an acronym begins in the text before it, None where there is none.

    A. Schwartz and M. Hearst, A simple algorithm for identifying abbreviation definitions in biomedical text (PSB 2003):
    the acronym's letters are matched from the right, its first at a word's beginning, within min(n+5, 2n) words.
    """
    letters = [c for c in short.casefold().removesuffix("s" if short[-1:] == "s" and short[:-1].isupper() else "") if c.isalnum()]
    if not 2 <= len(letters) <= 10 or not any(map(str.isalpha, letters)) or sum(map(str.isupper, short)) < 2:
        return None
    text = before.rstrip().casefold()
    if len(text) != len(before.rstrip()) or not text:
        return None
    at = len(text) - 1
    for position in range(len(letters) - 1, -1, -1):
        while at >= 0 and (text[at] != letters[position] or (position == 0 and at > 0 and text[at - 1].isalnum())):
            at -= 1
        if at < 0:
            return None
        at -= 1
    start = at + 1
    long = before[start:].rstrip()
    words = regex.findall(r"[\w'\u2019]+", long)
    within = 1 < len(words) <= min(len(letters) + 5, 2 * len(letters)) and len(long) > len(short)
    plain = not regex.search(r"[.;:!?()\[\]\n\t]", long) and short.casefold() not in map(str.casefold, words)
    return start if within and plain and _begins_words(short, long) else None


def _begins_words(short: str, long: str) -> bool:
    """Whether all capitals of an acronym, or of three and more all but one, begin words of its long form or are capitals there.

    Letters from inside words are the rule in medicine; elsewhere they pair `CPU` with `consumption of first-class resources`.
    """
    capitals = "".join(filter(str.isupper, short)).casefold()
    beginnings = "".join(_BEGINNING.findall(long)).casefold()
    return LCSseq.similarity(capitals, beginnings) >= len(capitals) - (len(capitals) > 2)
