"""Days, amounts of money and lengths of time as texts write them, each in one form that can be compared."""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from extractors.facts import iso_date

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)} | {"eighteen": 18, "twenty-four": 24, "thirty": 30}
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = rf"(?:{_MONTHS})[a-z]*\.?"
_DATE = regex.compile(
    rf"(?<![\w-])(?:(?P<day>\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\ {_MONTH},?\ \d{{4}}"
    rf"|{_MONTH}\ \d{{1,2}}(?:st|nd|rd|th)?,?\ \d{{4}})"
    rf"|(?P<month>{_MONTH})\ (?P<year>(?:19|20)\d\d)|Q(?P<quarter>[1-4])[\ /-](?P<of>(?:19|20)\d\d))(?![\w-])",
    regex.I,
)
_NUMBER = r"\d{1,3}(?:[,\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_CURRENCY = {
    "\u20ac": "EUR",
    "euro": "EUR",
    "eur": "EUR",
    "$": "USD",
    "dollar": "USD",
    "usd": "USD",
    "\u00a3": "GBP",
    "pound": "GBP",
    "gbp": "GBP",
}
_MONEY = regex.compile(
    rf"(?<![\w.])(?:(?P<sign>[\u20ac$\u00a3]|(?:EUR|USD|GBP)\ )\ ?(?P<n1>{_NUMBER})(?:\ ?(?P<s1>thousand|million|billion|k|m|bn)\b)?"
    rf"|(?P<n2>{_NUMBER})\ (?:(?P<s2>thousand|million|billion)\ )?(?P<unit>euros?|dollars?|pounds?|EUR|USD|GBP)\b)",
    regex.I,
)
_TIME = regex.compile(
    rf"(?<![\w.-])(?P<number>\d{{1,4}}|{'|'.join(_NUMBERS)})[\ -](?P<unit>seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b(?!-)",
    regex.I,
)


class Value(NamedTuple):
    """`kind` is date, money or time; `value` its one form: `2025-03-01`, `2025-03`, `2025-Q1`, `1900 EUR`, `9 months`."""

    kind: str
    value: str
    start: int
    end: int


def values_in(text: str) -> Iterator[Value]:
    """All values in reading order of their kinds, without those that the text itself calls the former one."""
    for found in _dated(text):
        if not _is_former(text, found.start, found.end):
            yield found


def _dated(text: str) -> Iterator[Value]:
    for found in _DATE.finditer(text):
        if value := _date(found):
            yield Value("date", value, *found.span())
    for found in _MONEY.finditer(text):
        number = float(regex.sub(r"[,\u202f]", "", found["n1"] or found["n2"])) * _SCALE.get((found["s1"] or found["s2"] or "").lower(), 1)
        currency = _CURRENCY[(found["sign"] or found["unit"].lower().rstrip("s")).strip().lower()]
        yield Value("money", f"{number:.10g} {currency}", *found.span())
    for found in _TIME.finditer(text):
        said = found["number"].lower()
        number, unit = _NUMBERS.get(said) or int(said), found["unit"].lower().rstrip("s")
        if unit == "year":
            number, unit = number * 12, "month"
        elif unit == "week":
            number, unit = number * 7, "day"
        yield Value("time", f"{number} {unit}{'s' if number != 1 else ''}", *found.span())


def _date(found: "regex.Match[str]") -> str:
    if found["day"]:
        return iso_date(found["day"])
    if found["quarter"]:
        return f"{found['of']}-Q{found['quarter']}"
    return f"{found['year']}-{_MONTHS.split('|').index(found['month'][:3].lower()) + 1:02}"


_FORMER = regex.compile(
    r"\b(?:instead\ of|rather\ than|not|down\ from|up\ from|formerly|previously|no\ longer)\ (?:about\ |only\ )?$", regex.I
)
_FROM = regex.compile(r"\bfrom\ (?:about\ )?$", regex.I)
_TO = regex.compile(r"\ (?:up\ |down\ )?to\ ", regex.I)


def _is_former(text: str, start: int, end: int) -> bool:
    """`from A to B`, `B instead of A`: A holds no more."""
    before = text[max(0, start - 30) : start]
    return bool(_FORMER.search(before) or (_FROM.search(before) and _TO.match(text, end)))
