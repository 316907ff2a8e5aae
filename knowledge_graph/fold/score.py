"""How much a key behaves like a topic for one reader: a sum of terms over that reader's merged partial.

The terms and weights follow the measured recipe for organisations with and without structure: where a name stands says more
than how often. `bound` sums the terms that can only raise the score; a sum of the partials' bounds is never below the score of
their merge, because every term is subadditive, which is what lets `topics` stop early and stay exact.
"""

import math
from functools import lru_cache

from knowledge_graph.fold.partial import Counts, TopicPartial
from knowledge_graph.text.words import COMMONEST, RAREST, public_zipf, tokens, topic_key

TOPIC_THRESHOLD = 4.6
"""Below it a name is not a topic. On three organisations the first names under it are page names and everyday phrases."""

FOLD_VERSION = "fold-2"
"""Changes when a partial would come out differently from the same evidence."""

_TELLING = ("title", "path", "heading")

_LOG6 = math.log(6)


def _log(counts: Counts, name: str, weight: float, cap: float) -> float:
    return min(weight * math.log1p(counts.get(name, 0)), cap)


def _has(counts: Counts, name: str, weight: float) -> float:
    return weight if counts.get(name, 0) else 0.0


def main_name(names: Counts) -> str:
    """The commonest name as written; ties go to the one with more capitals, then alphabetically."""
    return min(names, key=lambda name: (-names[name], -sum(map(str.isupper, name)), name), default="")


def _evidence(partial: TopicPartial) -> float:
    places, flags = partial.places, partial.flags
    return (
        _has(places, "title", 1.2)
        + min(2.0, _has(places, "path", 1.0) + _has(flags, "folder", 1.0))
        + _log(places, "item", 0.8, 2.0)
        + _log(places, "link", 0.6, 2.0)
        + _has(places, "heading", 0.4)
        + _has(places, "code", 0.4)
        + _has(places, "alias:acronym", 0.5)
        + _has(places, "alias:also-known-as", 0.3)
        + _has(places, "alias:formerly", 0.5)
        + _has(places, "says:definition", 0.5)
        + 0.4 * math.log1p(partial.documents)
        + min(1.0, math.log1p(flags.get("sentence", 0)) / _LOG6)
    )


def _shape(partial: TopicPartial) -> float:
    return 1.2 if any(partial.flags.get(flag, 0) for flag in ("camel", "caps", "hyphen", "two-capitals")) else 0.0


@lru_cache(maxsize=1 << 17)
def rarity(name: str) -> float:
    """8 minus the mean Zipf frequency of a name's words in public English, cut to 2 (everyday) .. 7 (unseen)."""
    zipfs = [public_zipf(token.text) for token in tokens(name)]
    return min(RAREST, max(COMMONEST, 8.0 - sum(zipfs) / len(zipfs))) if zipfs else COMMONEST


def bound(partial: TopicPartial) -> float:
    """At least what this partial can add to the score of any merge that holds it."""
    return round(_evidence(partial) + _shape(partial) + 0.35 * max(map(rarity, partial.names), default=0.0) + 1.0, 4)


def score(partial: TopicPartial) -> float:
    """Points of evidence that the merged key is a topic; compare with TOPIC_THRESHOLD."""
    documents = max(1, partial.documents)
    name = main_name(partial.names)
    places, flags = partial.places, partial.flags

    def share(count: int) -> float:
        return count / documents

    total = _evidence(partial) + _shape(partial) + 0.35 * rarity(name) + share(flags.get("standalone", 0))
    total -= 2.5 * share(flags.get("boilerplate", 0))
    total -= 2.0 if share(places.get("heading", 0)) > 0.6 and "title" not in places else 0.0
    total -= 1.5 if share(places.get("cell", 0)) > 0.6 else 0.0
    total -= 1.5 if places.get("title", 0) >= 4 and share(places.get("title", 0)) > 0.6 else 0.0
    # The title of one document, said nowhere else, is a page's name more often than a topic's.
    total -= 1.5 if partial.documents == 1 and not any(":" in place for place in places) else 0.0
    total -= _plainness(name, partial)
    total -= 3.0 * share(flags.get("file", 0) + flags.get("url", 0) + flags.get("date", 0))
    total -= 6.0 if share(flags.get("person", 0)) >= 0.5 else 0.0
    total -= 6.0 if share(flags.get("number", 0)) >= 0.5 else 0.0
    return round(total, 4)


def _plainness(name: str, partial: TopicPartial) -> float:
    """Everyday words make poor names unless they are written like names."""
    if _shape(partial):
        return 0.0
    zipf = 8.0 - rarity(name)
    if " " not in name and zipf >= 3.3:
        return 2.0 * (zipf - 3.0)
    return 1.0 if zipf >= 4.5 else 0.0


def names_in_order(partial: TopicPartial) -> tuple[str, ...]:
    """One name as written for each distinct spelling key, commonest first."""
    seen: dict[str, str] = {}
    for name in sorted(partial.names, key=lambda n: (-partial.names[n], n)):
        seen.setdefault(topic_key(name), name)
    return tuple(seen.values())


def is_topic(partial: TopicPartial) -> bool:
    """Whether a reader's merged partial is a topic. A name met once, in running text, is none: the fold publishes no such key."""
    telling = any(place in _TELLING or ":" in place for place in partial.places)
    return (telling or partial.documents > 1) and score(partial) >= TOPIC_THRESHOLD
