"""A reader's topics as a SKOS concept scheme, for other programs and other installations. The same topics give the same bytes."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import canonicalize

from knowledge_graph.serving.views import Concept

SCHEME = "urn:engram:topics"


def write_skos(concepts: Sequence[Concept], format: str) -> str:
    """`format` is rdflib's: turtle, nt, pretty-xml or json-ld. The same concepts, in whatever order, give the same bytes."""
    from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

    class Ordered(Graph):
        """rdflib writes and nests XML in the order of a set, which is another in each process."""

        def triples(self, triple: Any) -> Any:
            return iter(sorted(super().triples(triple)))

    graph = Ordered() if format == "pretty-xml" else Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    scheme = URIRef(SCHEME)
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, DCTERMS.title, Literal("Topics")))
    nodes = {concept.key: URIRef(f"urn:engram:topic:{quote(concept.key, safe='')}") for concept in concepts}
    for concept in concepts:
        node = nodes[concept.key]
        graph.add((node, RDF.type, SKOS.Concept))
        graph.add((node, SKOS.inScheme, scheme))
        graph.add((node, SKOS.prefLabel, Literal(concept.name)))
        for alias in concept.aliases:
            graph.add((node, SKOS.altLabel, Literal(alias)))
        if concept.type:
            graph.add((node, DCTERMS.type, Literal(concept.type)))
        if concept.definition:
            graph.add((node, SKOS.definition, Literal(concept.definition)))
        if concept.source:
            document = URIRef(f"urn:engram:document:{quote(concept.source.document, safe='')}")
            graph.add((node, DCTERMS.source, document))
            graph.add((document, DCTERMS.title, Literal(concept.source.title)))
        for relation, others in ((SKOS.broader, concept.broader), (SKOS.related, concept.related)):
            for other in others:
                if other in nodes:
                    graph.add((node, relation, nodes[other]))
    text: str = graph.serialize(format=format)
    return _settled(text, format)


def _settled(text: str, format: str) -> str:
    """In one order, where rdflib writes in that of a set."""
    if format == "pretty-xml":
        return canonicalize(text) + "\n"
    if format == "json-ld":
        nodes = sorted(json.loads(text), key=lambda node: node["@id"])
        return json.dumps(nodes, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    return "".join(sorted(text.splitlines(keepends=True))) if format == "nt" else text
