"""What a controlled vocabulary says of its terms: names, other names, definitions, kinds and what is broader.

Its words are names because somebody wrote them down as such: no threshold, shape or public frequency is asked.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from extractors.mining.blocks import sentences
from extractors.mining.names import shape
from knowledge_graph.model.records import Document, Evidence
from knowledge_graph.model.relations import Relation
from knowledge_graph.text.words import fold, topic_key

PLACE = "vocabulary"
MAX_KEY, MAX_TYPE = 80, 40
MAX_WORDS = 80
"""A longer definition is shown by its first sentences."""
_OTHER_NAMES = frozenset({"altLabel", "hiddenLabel", "notation"})
_RELATIONS = {"broader": Relation.BROADER, "narrower": Relation.BROADER, "related": Relation.SEE_ALSO}


@dataclass(frozen=True, slots=True)
class _Term:
    """A marked text and where it stands."""

    role: str
    text: str
    segment: int
    start: int
    end: int

    @property
    def key(self) -> str:
        found = topic_key(self.text)
        return found if 2 <= len(found) <= MAX_KEY and any(map(str.isalpha, found)) else ""


@dataclass(slots=True)
class _Concept:
    label: _Term
    told: list[_Term] = field(default_factory=list)


def concepts(document: Document) -> tuple[Evidence, ...]:
    """All evidence of a document of kind `vocabulary`."""
    found = [_of_concept(concept, document.modified) for concept in _concepts(document)]
    return tuple(dict.fromkeys(row for rows in found for row in rows))


def _concepts(document: Document) -> list[_Concept]:
    """Marks in reading order; a concept may go on in the next passage."""
    found: list[_Concept] = []
    for segment in document.segments:
        for mark in segment.marks:
            if mark.kind == "term":
                term = _Term(mark.value, segment.text[mark.start : mark.end], segment.position, mark.start, mark.end)
                if term.role == "prefLabel":
                    found.append(_Concept(term))
                elif found:
                    found[-1].told.append(term)
    return [concept for concept in found if concept.label.key]


def _of_concept(concept: _Concept, date: str) -> Iterator[Evidence]:
    label, key = concept.label, concept.label.key
    types = tuple(sorted({f"type:{fold(term.text)[:MAX_TYPE]}" for term in concept.told if term.role == "type"}))
    yield _mention(label, date, ("preferred", *types))
    for term in concept.told:
        if term.role in _OTHER_NAMES and term.key not in ("", key):
            yield _mention(term, date, (*(["hidden"] if term.role == "hiddenLabel" else []), *types))
            yield _evidence("alias", key, PLACE, term, date, term.key)
        elif term.role in _RELATIONS and term.key not in ("", key):
            yield from _relation(key, label, term, date)
    yield from _definitions(key, (term for term in concept.told if term.role == "definition"), date)


def _mention(term: _Term, date: str, told: tuple[str, ...]) -> Evidence:
    return _evidence("mention", term.key, PLACE, term, date, features=tuple(sorted((*shape(term.text), "standalone:1", *told))))


def _relation(key: str, label: _Term, term: _Term, date: str) -> Iterator[Evidence]:
    """From the narrower to the broader; what is related is said in one direction, by the smaller key."""
    place = _RELATIONS[term.role].value
    if term.role == "broader" or (term.role == "related" and key < term.key):
        yield _evidence("relation", key, place, term, date, term.key, (PLACE,))
    else:
        yield _evidence("relation", term.key, place, term, date, key, (PLACE,))


def _definitions(key: str, told: Iterable[_Term], date: str) -> Iterator[Evidence]:
    """The first definition, by its first sentences where it is long."""
    for term in told:
        end = 0
        for _, stop in sentences(term.text):
            if end and len(term.text[:stop].split()) > MAX_WORDS:
                break
            end = stop
        text = term.text[:end].rstrip()
        yield _evidence("definition", key, PLACE, _Term(term.role, text, term.segment, term.start, term.start + len(text)), date)
        return


def _evidence(kind: str, key: str, place: str, term: _Term, date: str, other: str = "", features: tuple[str, ...] = ()) -> Evidence:
    return Evidence(kind, key, place, term.text, other, term.segment, term.start, term.end, date=date, last=date, features=features)
