"""How much a key behaves like a topic for one reader: a weighted sum of what that reader's merged partial shows.

The sum is the log-odds that a reader wants a card with this name. It saturates: among names that are sure, the ones that more
documents speak of come first. The weights are fitted to verdicts on several organisations (`tests/quality/fit_topics.py`), never to
one alone.

`bound` sums the terms that can only raise the score; a sum of the partials' bounds is never below the score of their merge, which is
what lets `topics` stop early and stay exact: a count of a merge is at most the sum of its parts' counts, a share at most the greatest
of its parts' shares, and a trait is that of one of the merged names.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace

from knowledge_graph.fold.features import counts, highest_traits, shares, traits
from knowledge_graph.fold.partial import Counts, TopicPartial
from knowledge_graph.fold.places import VOCABULARY
from knowledge_graph.fold.weights import BY_DOCUMENTS, BY_SIZE, CEILING, THRESHOLD, WEIGHTS
from knowledge_graph.model.ids import canonical_json, stable_id
from knowledge_graph.text.words import topic_key

SMALL, LARGE = 30, 1000
"""Documents below and above which it makes no difference how many there are."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What an installation weighs evidence by; below `threshold` a name is not a topic among LARGE documents."""

    weights: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    threshold: float = THRESHOLD
    ceiling: float = CEILING
    by_documents: float = BY_DOCUMENTS
    by_size: float = BY_SIZE

    def needed(self, documents: int) -> float:
        """The score of a topic among so many documents: being spoken of in two of thirty says more than in two of a thousand."""
        return round(self.threshold + self.by_size * math.log(min(LARGE, max(SMALL, documents)) / LARGE), 4)

    @property
    def id(self) -> str:
        """What it is known by where something is made with it; `""` for the shipped one."""
        return "" if self == SHIPPED else self.digest

    @property
    def digest(self) -> str:
        return stable_id("weighing", canonical_json(asdict(self)))


SHIPPED = Weighing()

PARTIAL_VERSION = "fold-7"
"""Raise it when a partial would come out differently from the same evidence."""
FOLD_VERSION = f"{PARTIAL_VERSION} {SHIPPED.digest}"
"""What folded rows are made with: their bounds, and which names are published at all, follow from the shipped weights."""

_TELLING = ("title", "path", "heading", VOCABULARY)
"""Places where one mention is enough to make a name a candidate."""

_CALLED = ("title", "path", "folder", "heading")
FEW_CALLED = 0.05
"""Share of its documents up to which a name is only spoken of, though a title or heading has it now and then."""

_WHY = (("title", "title"), ("heading", "heading"), ("says:definition", "definition"), ("link", "link"), ("item", "list"))


def main_name(names: Counts) -> str:
    """The commonest name as written; ties go to one that is not shouted, then to more capitals, then alphabetically."""
    return min(names, key=lambda name: (-names[name], " " in name and name.isupper(), -sum(map(str.isupper, name)), name), default="")


def features(partial: TopicPartial) -> dict[str, float]:
    """All that the score weighs. In speech and mail, where the parser finds names, a phrase of everyday words is no bad sign."""
    found = {**counts(partial), **shares(partial), **dict(traits(main_name(partial.names)))}
    return {**found, "everyday": found["everyday"] * (1.0 - found["parsed"])}


def score(partial: TopicPartial, by: Weighing = SHIPPED) -> float:
    """Points of evidence that the merged key is a topic; compare with the threshold."""
    odds = sum(by.weights.get(name, 0.0) * value for name, value in features(partial).items())
    return round(min(odds, by.ceiling) + by.by_documents * math.log1p(partial.documents), 4)


def as_somebody(partial: TopicPartial) -> TopicPartial:
    """The partial of a name that is a person's for this reader, whichever document says so: that counts in all that speak of it.

    A part of a person's name means the person unless it is an acronym or documents are called so, or parts of them.
    """
    name = main_name(partial.names)
    called = max((partial.places.get(place, 0) for place in _CALLED), default=0)
    if " " not in name and (name.isupper() or called > FEW_CALLED * partial.documents):
        return partial
    return replace(partial, flags={**partial.flags, "person": partial.documents})


def bound(partial: TopicPartial, by: Weighing = SHIPPED) -> float:
    """At least what this partial can add to the score of any merge that holds it."""
    found = {**counts(partial), **shares(partial), **highest_traits(partial.names)}
    if partial.contexts:
        found["varied"] = 1.0  # a sketch of a union may estimate more than its parts' sketches together
    positive = sum(by.weights[name] * value for name, value in found.items() if by.weights.get(name, 0.0) > 0)
    total = min(positive, by.ceiling) + by.by_documents * math.log1p(partial.documents)
    return math.ceil(total * 10_000) / 10_000


def names_in_order(partial: TopicPartial) -> tuple[str, ...]:
    """One name as written for each distinct spelling key, commonest first."""
    seen: dict[str, str] = {}
    for name in sorted(partial.names, key=lambda n: (-partial.names[n], n)):
        seen.setdefault(topic_key(name), name)
    return tuple(seen.values())


def is_topic(partial: TopicPartial, by: Weighing = SHIPPED, among: int = LARGE) -> bool:
    """Whether the merged partial of a reader of `among` documents is a topic.

    A name met once, in running text, is none: the fold publishes no such key. What one document mentions is no more where there are few,
    but for one that is called so or says what it is.
    """
    called = any(place in ("title", "path", "alias:acronym") or "says:" in place for place in partial.places)
    spoken_of = partial.documents > 1 or called or _is_one_of_a_kind(partial)
    needed = by.needed(among if spoken_of else LARGE)
    return is_candidate(partial) and (is_known(partial) or score(partial, by) >= needed)


def is_known(partial: TopicPartial) -> bool:
    """Whether a vocabulary, or a pattern of the installation, says that this is a name: then it needs no other evidence."""
    return VOCABULARY in partial.places or bool(partial.types)


def is_candidate(partial: TopicPartial) -> bool:
    """Whether there is more of a name than one mention, unless that is in a column of things of one kind (`Team`), and more than folders
    that are called so and of which no text speaks, unless they are one of a kind (`teams/lamps`).
    """
    in_column = "listed" in partial.flags and "cell" in partial.places
    telling = in_column or any(place in _TELLING or ":" in place for place in partial.places)
    told = bool(partial.names) and (partial.places.keys() != {"folder"} or "record" in partial.flags)
    return told and (telling or _is_one_of_a_kind(partial) or partial.documents > 1 or partial.mentions.get("speech", 0) > 1)


def _is_one_of_a_kind(partial: TopicPartial) -> bool:
    """Whether texts speak of what a folder of things of a kind holds (`teams/lamps/charter.md`)."""
    return "folder" in partial.places and "record" in partial.flags and "prose" in partial.places


def is_number(partial: TopicPartial) -> bool:
    """An id of a series (`RFC 2119`): a way to find a topic, its name only where nothing else names it."""
    return partial.flags.get("number", 0) * 2 > partial.documents


def is_hidden(partial: TopicPartial) -> bool:
    """A name that only vocabularies have, to be found by and not to be shown: a slip of the pen, as a rule."""
    return partial.flags.get("hidden", 0) >= partial.documents


def why(partial: TopicPartial, documents: int = 0, people: int = 0) -> str:
    """The evidence in words: `in 31 documents, 14 titles, 3 headings, 9 people, since 2021`."""
    found = [("document", documents or partial.documents)]
    found += [(word, partial.places.get(place, 0)) for place, word in _WHY]
    spoken = partial.mentions.get("speech", 0)
    said = [f"said {spoken:,} times"] if spoken > 1 else []
    told = [f"{count:,} {word}{'s' if count > 1 else ''}" for word, count in found if count]
    by = [f"{people:,} {'people' if people > 1 else 'person'}"] if people else []
    told += ["a vocabulary"] if VOCABULARY in partial.places else []
    since = [f"since {partial.first[:4]}"] if partial.first else []
    return "in " + ", ".join([*told, *said, *by, *since])
