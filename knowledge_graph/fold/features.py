"""What a merged partial shows of a key, as numbers: each a sum-safe count, a share of documents, or a trait of the name.

Nothing here looks beyond the partial and the public background, so a reader's merge decides alone. Three kinds, by what a merge
can do to them, which is what `score.bound` relies on:

* counts never exceed the sum of their parts' (a logarithm or a yes/no of an additive count);
* shares lie between 0 and 1 and never exceed the greatest of their parts' (`label` may: its weight is never positive);
* traits of the name are those of one of the merged names.
"""

import math
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from knowledge_graph.fold.partial import Counts, TopicPartial, distinct
from knowledge_graph.text.words import COMMONEST, KIND_WORDS, RAREST, public_zipf, tokens

EVERYDAY_ZIPF = 4.5
FEW = 4
"""A name given to this many documents as their title is a label (`Meeting notes`), not a name."""

SELDOM = 0.1
"""Share of its documents below which a name that stands alone is hardly one: it is a part of longer ones."""

MANY = 10
"""From so many documents on, what only headings and lists hold is part of a form."""

_GROUPS = {"team", "group", "wg", "sig", "committee", "council", "board", "department", "division", "office", "squad", "guild", "chapter"}
_WORDS_FOR_GROUPS = """
wg sig pôle équipe gt comité ag ak arbeitsgruppe arbeitskreis ausschuss abteilung referat fachgruppe equipo comisión commissione werkgroep
commissie arbetsgrupp
"""
_LEADING_GROUPS = frozenset(_WORDS_FOR_GROUPS.split())
"""Words for groups that stand before what they are about."""

_INNER = re.compile(
    r"\b(?:a|an|and|are|as|at|be|by|can|do|does|for|from|how|if|in|into|is|it|its|my|no|not|of|on|or|our|per|that|the|their|this|to|using|vs"
    r"|via|we|what|when|when|where|which|who|why|with|without|you|your)\b",
    re.IGNORECASE,
)
_LOGS = {
    "sentences": "sentence", "teams": "team", "kinds": "kind", "kinds-said": "said-kind",
}  # fmt: skip
_PLACES = ("heading", "item", "link", "code", "strong", "cell")
_SHAPES = ("camel", "caps", "hyphen", "two-capitals")


def counts(partial: TopicPartial) -> dict[str, float]:
    """Features that no merge raises above the sum of its parts'."""
    places, flags = partial.places, partial.flags
    found = {name: math.log1p(flags.get(flag, 0)) for name, flag in _LOGS.items()}
    found |= {f"{place}s": math.log1p(places.get(place, 0)) for place in _PLACES}
    return found | {
        "documents": math.log1p(partial.documents),
        "months": math.log1p(len(partial.months)),
        "said": math.log1p(partial.mentions.get("speech", 0)),
        "title": _has(places, "title"),
        "path": _has(places, "path"),
        "folder": _has(places, "folder"),
        "index": _has(flags, "folder") if "path" in places else 0.0,
        "record": _has(flags, "record"),
        "acronym": _has(places, "alias:acronym"),
        "other-name": _has(places, "alias:also-known-as", "alias:formerly"),
        "linked-name": _has(places, "alias:link"),
        "defined": math.log1p(places.get("says:definition", 0)),
        "decided": math.log1p(places.get("says:decision", 0)),
        "summarised": _has(places, "says:summary", "says:abstract"),
        "status": _has(places, "says:status"),
    }


def shares(partial: TopicPartial) -> dict[str, float]:
    """Features between 0 and 1, whatever is merged."""
    documents = max(1, partial.documents)
    places, flags = partial.places, partial.flags
    named = sum(partial.names.values()) or 1

    def share(count: int) -> float:
        return min(1.0, count / documents)

    outside = max(places.get("title", 0), places.get("path", 0), places.get("folder", 0))
    found = {f"in-{place}": share(places.get(place, 0)) for place in _PLACES}
    found |= {shape: share(flags.get(shape, 0)) for shape in _SHAPES}
    return found | {
        "in-sentence": share(flags.get("sentence", 0)),
        "in-folder": share(places.get("folder", 0)),
        "standalone": share(flags.get("standalone", 0)),
        "nested": 1.0 if share(flags.get("standalone", 0)) < SELDOM else 0.0,
        "field": share(flags.get("field", 0)),
        "lower": share(flags.get("lower", 0)),
        "listed": math.sqrt(share(flags.get("listed", 0))),
        "person": share(flags.get("person", 0)),
        "number": 0.0 if "alias:number" in places else share(flags.get("number", 0)),
        "series": share(flags.get("number", 0)) if "alias:number" in places else 0.0,
        "address": share(flags.get("file", 0) + flags.get("url", 0) + flags.get("date", 0)),
        "once": 1.0 if partial.documents == 1 else 0.0,
        "lone": _lone(partial),
        "template": _template(partial) if documents >= MANY else 0.0,
        "label": 1.0 if places.get("title", 0) >= FEW and share(places.get("title", 0)) > 0.5 else 0.0,
        "varied": min(1.0, (distinct(partial.contexts) + outside) / documents),
        "dense": min(1.0, math.log(max(1.0, sum(partial.mentions.values()) / documents)) / 3),
        "parsed": share(flags.get("phrase", 0)),
        "spelled": sum(count for name, count in partial.names.items() if name[:1].isupper()) / named,
    }


def _lone(partial: TopicPartial) -> float:
    """Whether all there is of a name is one document's title, or files and folders: no text says it, not even the document's own, nor its
    own folder.
    """
    spoken = "prose" in partial.places or "record" in partial.flags or ("folder" in partial.flags and "path" in partial.places)
    filed = {place for place in partial.places if not place.startswith("says:")} <= {"path", "folder"}
    return float(not spoken and (filed or (partial.documents == 1 and "title" in partial.places)))


def _template(partial: TopicPartial) -> float:
    """How far a name stands where agendas and forms repeat it, and no sentence speaks of it, as a share of documents."""
    repeated = max(partial.places.get(place, 0) for place in _PLACES if place != "code")
    return max(0.0, min(1.0, (repeated - partial.places.get("prose", 0)) / max(1, partial.documents)))


@lru_cache(maxsize=1 << 17)
def traits(name: str) -> tuple[tuple[str, float], ...]:
    """Features of a name as written, each 0 or more."""
    words = [token.text for token in tokens(name)]
    rare = [rarity_of(word) for word in words] or [COMMONEST]
    return (
        ("rarity", sum(rare) / len(rare)),
        ("rarest", max(rare)),
        ("two-words", 1.0 if len(words) == 2 else 0.0),
        ("three-words", 1.0 if len(words) == 3 else 0.0),
        ("long", float(max(0, len(words) - 3))),
        ("plain", max(0.0, 8.0 - rare[0] - 3.0) if len(words) == 1 else 0.0),
        ("everyday", 1.0 if 8.0 - max(rare) >= EVERYDAY_ZIPF else 0.0),
        ("sentence-like", 1.0 if len(words) > 1 and _INNER.search(name) else 0.0),
        ("doing", 1.0 if len(words) > 1 and words[0].lower().endswith("ing") and rarity_of(words[0]) < 4.5 else 0.0),
        ("group", _is_group(words)),
        ("inflected", 1.0 if len(words) == 1 and name.islower() and name.endswith(("ed", "ly")) else 0.0),
        ("short", 1.0 if len(name) <= 2 else 0.0),
        ("digits", 1.0 if any(map(str.isdigit, name)) else 0.0),
    )


def _is_group(words: Sequence[str]) -> float:
    """Whether it names a group of people: `Streams Working Group`, `WG Streams`, and not `Working Group`."""
    folded = [word.lower() for word in words]
    at_an_end = bool(folded) and (folded[-1] in _GROUPS or folded[0] in _LEADING_GROUPS)
    return float(at_an_end and not KIND_WORDS.issuperset(folded))


@lru_cache(maxsize=1 << 16)
def rarity_of(word: str) -> float:
    """8 minus a word's Zipf frequency in public English, cut to 2 (everyday) .. 7 (unseen)."""
    return min(RAREST, max(COMMONEST, 8.0 - public_zipf(word)))


def highest_traits(names: Iterable[str]) -> dict[str, float]:
    """For each trait the most that one of these names has."""
    found: dict[str, float] = {}
    for name in names:
        for trait, value in traits(name):
            found[trait] = max(found.get(trait, 0.0), value)
    return found


def _has(counts: Counts, *names: str) -> float:
    return float(any(counts.get(name, 0) for name in names))
