"""What a question asks for, and how well a sentence of a passage answers it: from the two texts and the asker's own word counts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge_graph.text.words import terms, tokens

Kind = Literal["number", "date", "person", "place", "reason", "other"]

_STOP = """
what which who whom whose when where why how many much is are was were do does did done the a an of in on at to for by with from and or
that this these those be been being has have had it its as into their his her they he she you i we our us can could should would may
might will there name tell please about than then so if not no any some besides also other most more after before during between
"""
_WORD_NUMBERS = """
two three four five six seven eight nine ten eleven twelve twenty thirty hundred thousand million billion half none first second third
"""
_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_NUMBER = re.compile(rf"\d|\b(?:{'|'.join(_WORD_NUMBERS.split())})\b", re.IGNORECASE)
_DATE = re.compile(
    rf"\b(?:1[0-9]|20)\d\d\b|\b(?:{_MONTH})\b\.? ?\d|\b\d+(?:st|nd|rd|th)? century"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][\w'-]+")
_REASON = re.compile(r"\b(?:because|due to|since|so that|in order to|reasons?|caused?|therefore|as a result|to \w+)\b", re.IGNORECASE)
_ASKED: Sequence[tuple[Kind, str]] = (
    ("number", r"how (?:many|much|old|long|far|large|big|high|often|fast|tall|deep)|what (?:percent|number|share|amount|year span)"),
    ("date", r"when|(?:what|which|in what) (?:year|date|day|month|century|decade|time)"),
    ("person", r"who(?:m|se)?"),
    ("place", r"where|(?:what|which) (?:city|country|place|state|town|region|continent|river|building)"),
    ("reason", r"why|what (?:reason|caused?)"),
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{words})\b", re.IGNORECASE)) for kind, words in _ASKED)
_ASKING = re.compile(r"(?:who|what|when|where|why|how|which|whose|is|are|was|were|does|do|did|can|should|may)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])[\"\u201d')\]]*\s+(?=[\"\u201c'(\[]?[A-Z0-9])|\n+")
_ABBREVIATED = re.compile(r"(?:\b[A-Z]|\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|No|Fig|al|Inc|Ltd|Co|Jr|Sr|U\.S))\.$")
LONGEST = 600
"""A passage without full stops is cut here."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question's words without those that only ask, and the kind of thing it asks for."""

    text: str
    terms: tuple[str, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a sentence as an answer, each 0 to 1."""

    words: float
    """Share of the question's words that stand in the sentence, rare ones counting more."""
    around: float
    """The same in the whole passage with its title and headings."""
    missing: float
    """How rare the rarest word of the question is that the passage lacks, beside the rarest in the question."""
    absent: float
    """Share of the question's words that the passage lacks."""
    kind: float
    """1 where the sentence holds something of the kind that is asked for and that the question does not say itself."""
    meaning: float
    """Cosine of question and sentence."""
    passage: float
    """Cosine of question and passage."""
    ahead: float
    """How far the passage is ahead of the next by its words."""
    pairs: float
    """Share of the question's neighbouring words that are near each other in the passage."""


def read_question(text: str) -> Question:
    kept = [term for token in tokens(text) if token.text.lower() not in _stop() for term in terms(token.text)]
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")
    return Question(text, tuple(dict.fromkeys(kept)), kind)


def asks(text: str) -> bool:
    """Whether somebody typed a question rather than words to look for."""
    return text.rstrip().endswith("?") or (len(text.split()) > 3 and bool(_ASKING.match(text.strip())))


@lru_cache(maxsize=1)
def _stop() -> frozenset[str]:
    return frozenset(_STOP.split())


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of a passage; headings and items are sentences of their own."""
    spans: list[tuple[int, int]] = []
    start = 0
    for cut in _SENTENCE.finditer(text):
        if "\n" not in cut.group() and _ABBREVIATED.search(text[max(0, cut.start() - 8) : cut.start()]):
            continue
        spans.append((start, cut.start()))
        start = cut.end()
    spans.append((start, len(text)))
    return [(begin, min(end, begin + LONGEST)) for begin, end in spans if text[begin:end].strip()]


def holds_kind(question: Question, sentence: str) -> bool:
    """Whether the sentence has a number, date, name ... that the question does not have."""
    known = {word.lower() for word in re.findall(r"\w+", question.text)}
    pattern = {"number": _NUMBER, "date": _DATE, "person": _NAME, "place": _NAME, "reason": _REASON}.get(question.kind)
    if pattern is None:
        return True
    if question.kind in ("person", "place"):
        return any(found.group().lower() not in known for found in pattern.finditer(sentence))
    return any(sentence[found.start() :].split()[0].strip(".,;:").lower() not in known for found in pattern.finditer(sentence))


def share(wanted: Sequence[str], held: frozenset[str], weight: Mapping[str, float]) -> float:
    """Weight of the wanted terms that are held, of all; 1 where nothing is wanted."""
    total = sum(weight[term] for term in wanted)
    return sum(weight[term] for term in wanted if term in held) / total if total else 1.0


def missing(question: Question, held: frozenset[str], weight: Mapping[str, float]) -> float:
    absent = [weight[term] for term in question.terms if term not in held]
    return max(absent, default=0.0) / max((weight[term] for term in question.terms), default=1.0)


def near_pairs(question: Question, passage: Sequence[str], within: int = 6) -> float:
    """Share of the question's neighbouring terms that stand within six words of each other in the passage."""
    places: dict[str, list[int]] = {}
    for at, term in enumerate(passage):
        places.setdefault(term, []).append(at)
    pairs = list(zip(question.terms, question.terms[1:], strict=False))
    near = sum(any(abs(x - y) <= within for x in places.get(a, ()) for y in places.get(b, ())) for a, b in pairs)
    return near / len(pairs) if pairs else 1.0
