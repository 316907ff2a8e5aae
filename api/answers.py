"""Lists as the API answers them: a named list, so that an answer can grow fields without breaking its readers."""

from dataclasses import dataclass

from knowledge_graph.curation.views import VerdictRow
from knowledge_graph.serving.views import ClassRow, DoubtfulPair, Expert, PersonRow, Suggestion, TopicRow


@dataclass(frozen=True, slots=True)
class Suggestions:
    suggestions: tuple[Suggestion, ...]


@dataclass(frozen=True, slots=True)
class Topics:
    """`types` counts the names in the reader's documents by type, whatever the filter."""

    topics: tuple[TopicRow, ...]
    types: dict[str, int]


@dataclass(frozen=True, slots=True)
class People:
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class Experts:
    experts: tuple[Expert, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    classes: tuple[ClassRow, ...]


@dataclass(frozen=True, slots=True)
class Verdicts:
    verdicts: tuple[VerdictRow, ...]


@dataclass(frozen=True, slots=True)
class Review:
    pairs: tuple[DoubtfulPair, ...]


@dataclass(frozen=True, slots=True)
class Health:
    status: str


@dataclass(frozen=True, slots=True)
class Me:
    """`actor` is the name that what the caller does is recorded under; `principals` are all that access lists are compared with."""

    actor: str
    role: str
    principals: tuple[str, ...]
