"""How strongly a place ties a name to its document."""

import math
from collections.abc import Mapping

OWN_PLACES = frozenset({"title", "path"})
"""A document with the name in its title or path is about it."""

VOCABULARY = "vocabulary"
"""A controlled vocabulary names it: somebody's word that this is a name, and no sign of who works on it or what else it goes with."""

# Measured on three open-source organisations: titles and paths carry ten times what a heading does; see `engram eval experts`.
PLACE_WEIGHT: Mapping[str, float] = {
    "title": 10.0,
    "path": 10.0,
    "heading": 1.0,
    "item": 0.6,
    "link": 0.6,
    "strong": 0.5,
    "code": 0.4,
    "cell": 0.4,
    "prose": 0.3,
    "speech": 0.3,
}


def strength(counts: Mapping[str, int]) -> float:
    """Sum over places of weight x ln(1 + mentions), rounded so that it prints and compares the same everywhere."""
    return round(sum(PLACE_WEIGHT.get(place, 0.3) * math.log1p(count) for place, count in counts.items()), 4)


def place_class(places: Mapping[str, int]) -> str:
    """own, heading or body: the strongest kind of place a name has in one document."""
    if OWN_PLACES.intersection(places):
        return "own"
    return "heading" if "heading" in places else "body"
