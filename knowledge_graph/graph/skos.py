"""A reader's topics as a SKOS concept scheme, for other programs and other installations. The same topics give the same bytes."""

from collections.abc import Sequence
from urllib.parse import quote

from knowledge_graph.serving.views import Concept

SCHEME = "urn:engram:topics"


def write_skos(concepts: Sequence[Concept], format: str) -> str:
    """`format` is rdflib's: turtle, nt, pretty-xml or json-ld."""
    from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef

    graph = Graph()
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
    return "".join(sorted(text.splitlines(keepends=True))) if format == "nt" else text
