"""A controlled vocabulary in SKOS: one passage a concept, its labels and notes marked as what they are.

Turtle, N-Triples, RDF/XML and JSON-LD say the same graph in any order, so concepts are written by label. Nothing is fetched: a JSON-LD
file whose context lies elsewhere is refused.
"""

import json
import posixpath
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from extractors.characters import clean, decode
from extractors.errors import Unreadable
from extractors.facts import iso_date
from extractors.formats import markup, plain
from extractors.limits import Limits
from extractors.passages import Passages, Runs
from knowledge_graph.model.records import Parsed

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_MIMES = {
    "ttl": "text/turtle", "nt": "application/n-triples", "jsonld": "application/ld+json", "rdf": "application/rdf+xml",
    "skos": "application/rdf+xml", "owl": "application/rdf+xml", "xml": "application/rdf+xml",
}  # fmt: skip
_FETCHED = "Unsupported: its JSON-LD context lies at another address, and nothing is fetched; save it with the context written out"
_BROKEN = "Damaged: it is no {kind} that a parser reads ({reason}); check it with the program that wrote it"


class _Line(NamedTuple):
    """What a concept says in one line of its passage; `role` is the SKOS property."""

    role: str
    before: str
    text: str


class _Concept(NamedTuple):
    label: str
    lines: tuple[_Line, ...]
    id: str


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A SKOS file; one that only mentions SKOS and names no concept is read as the text that it is."""
    suffix = posixpath.splitext(name.lower())[1].lstrip(".")
    mime = _MIMES[suffix]
    graph = _graph(mime, content)
    concepts = sorted(set(_concepts(graph)))
    if not concepts:
        return markup.read(name, content, limits) if mime.endswith("+xml") else plain.read_code(name, content, limits)
    passages = Passages(limits)
    title = _title(graph)
    if title:
        passages.heading(1, title)
    for concept in concepts:
        label = Runs()
        label.add(concept.label)
        label.mark(0, "term", "prefLabel")
        passages.heading(2, label)
        for line in concept.lines:
            runs = Runs()
            runs.add(line.before)
            start = runs.position
            runs.add(line.text)
            runs.mark(start, "term", line.role)
            passages.add("paragraph" if line.role == "definition" else "item", runs)
    created, modified = (_date(graph, term) for term in ("created", "modified"))
    return Parsed("vocabulary", mime, title, "", created, modified, segments=passages.segments())


def _graph(mime: str, content: bytes) -> "Graph":
    from rdflib import Graph

    text = decode(content)
    if mime == "application/ld+json":
        _refuse_fetching(_json(text))
    elif mime == "application/rdf+xml" and "<!ENTITY" in text and ("SYSTEM" in text or "PUBLIC" in text):
        raise Unreadable("unsupported", _FETCHED.replace("JSON-LD context lies", "entities lie"))
    graph = Graph()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7.6 reads JSON-LD with a class of its own that it deprecates
            graph.parse(data=text, format=mime, publicID="urn:engram:vocabulary:")
    except Exception as error:  # each of rdflib's parsers raises errors of its own and of what it stands on
        kind = mime.rpartition("/")[2]
        raise Unreadable("damaged", _BROKEN.format(kind=kind, reason=" ".join(str(error).split())[:150])) from error
    return graph


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Unreadable("damaged", _BROKEN.format(kind="JSON", reason=error)) from error


def _refuse_fetching(value: Any) -> None:
    """Contexts may stand at any depth; one that is an address, or imports one, would be fetched."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            context = one.get("@context")
            if any(isinstance(each, str) for each in (context if isinstance(context, list) else [context])) or "@import" in one:
                raise Unreadable("unsupported", _FETCHED)
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _concepts(graph: "Graph") -> Iterator[_Concept]:
    from rdflib import RDF, SKOS, URIRef

    labels = {node: _labels(graph, node) for node in {*graph.subjects(SKOS.prefLabel), *graph.subjects(RDF.type, SKOS.Concept)}}
    named = {node: found[0] for node, found in labels.items() if found and not _groups(graph, node)}
    for node, label in named.items():
        rows = [
            *(_Line("definition", "", text) for text in _definitions(graph, node)),
            *(_Line("altLabel", "Also called: ", text) for text in labels[node][1:]),
            *(_Line("hiddenLabel", "Also found as: ", text) for text in _texts(graph, node, SKOS.hiddenLabel) if text not in labels[node]),
            *(_Line("notation", "Notation: ", text) for text in _texts(graph, node, SKOS.notation)),
            *(_Line("type", "Type: ", text) for text in _types(graph, node)),
        ]
        for role, before, others in (
            ("broader", "Broader: ", {*graph.objects(node, SKOS.broader), *graph.subjects(SKOS.narrower, node)}),
            ("narrower", "Narrower: ", {*graph.objects(node, SKOS.narrower), *graph.subjects(SKOS.broader, node)}),
            ("related", "See also: ", {*graph.objects(node, SKOS.related), *graph.subjects(SKOS.related, node)}),
        ):
            rows += [_Line(role, before, text) for text in sorted({named[other] for other in others if other in named} - {label})]
        yield _Concept(label, tuple(dict.fromkeys(rows)), str(node) if isinstance(node, URIRef) else "")


def _labels(graph: "Graph", node: "Node") -> list[str]:
    """The preferred label first: in English or no language where there is one; then every other label, those of other languages too."""
    from rdflib import SKOS, Literal

    preferred = sorted(
        (str(one.language or "").partition("-")[0].lower() not in ("", "en"), str(one.language or ""), _clean(one))
        for one in graph.objects(node, SKOS.prefLabel)
        if isinstance(one, Literal)
    )
    found = [text for text in (*(text for _, _, text in preferred), *_texts(graph, node, SKOS.altLabel)) if text]
    return list(dict.fromkeys(found)) if preferred else []


def _groups(graph: "Graph", node: "Node") -> bool:
    """Whether it is a scheme or a collection, which has a label and is no concept."""
    from rdflib import RDF, SKOS

    kinds = set(graph.objects(node, RDF.type))
    return not kinds.isdisjoint((SKOS.ConceptScheme, SKOS.Collection, SKOS.OrderedCollection)) and SKOS.Concept not in kinds


def _definitions(graph: "Graph", node: "Node") -> list[str]:
    """Definitions, scope notes where there is none, in English where they are given in several languages."""
    from rdflib import RDF, SKOS, Literal

    for term in (SKOS.definition, SKOS.scopeNote):
        notes = list(graph.objects(node, term))
        # SKOS lets a note be a node of its own, with the text as its value.
        notes += [value for note in notes if not isinstance(note, Literal) for value in graph.objects(note, RDF.value)]
        told = [note for note in notes if isinstance(note, Literal)]
        english = [note for note in told if str(note.language or "en").lower().startswith("en")]
        if found := sorted({text for note in english or told if (text := _clean(note))}):
            return found
    return []


def _types(graph: "Graph", node: "Node") -> list[str]:
    """What kind of thing it is: its dcterms:type, classes of the file's own, and the collections that hold it."""
    from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal

    found = {_clean(one) for one in graph.objects(node, DCTERMS.type) if isinstance(one, Literal)}
    own = [each for each in graph.objects(node, RDF.type) if not str(each).startswith((str(SKOS), str(RDF), str(RDFS), str(OWL)))]
    found |= {
        _clean(next(iter(_texts(graph, each, RDFS.label)), "") or str(each).rstrip("/").replace("#", "/").rpartition("/")[2])
        for each in own
    }
    found |= {labels[0] for each in graph.subjects(SKOS.member, node) if (labels := _labels(graph, each))}
    return sorted(found - {""})


def _texts(graph: "Graph", node: "Node", term: "Node") -> list[str]:
    from rdflib import Literal

    return sorted({text for one in graph.objects(node, term) if isinstance(one, Literal) and (text := _clean(one))})


def _title(graph: "Graph") -> str:
    from rdflib import DC, DCTERMS, RDF, RDFS, SKOS

    for scheme in sorted(graph.subjects(RDF.type, SKOS.ConceptScheme), key=str):
        for term in (DCTERMS.title, DC.title, SKOS.prefLabel, RDFS.label):
            if texts := _texts(graph, scheme, term):
                return texts[0]
    return ""


def _date(graph: "Graph", term: str) -> str:
    from rdflib import DCTERMS, RDF, SKOS

    days = [iso_date(str(day)) for scheme in graph.subjects(RDF.type, SKOS.ConceptScheme) for day in graph.objects(scheme, DCTERMS[term])]
    return max(days, default="")


def _clean(text: object) -> str:
    return " ".join(clean(str(text)).split())
