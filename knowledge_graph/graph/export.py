"""A reader's graph in formats that other programs read. The same graph gives the same bytes."""

import csv
import io
import json
import re
from typing import Any
from urllib.parse import quote

from knowledge_graph.model.relations import Relation
from knowledge_graph.serving.views import GraphEdge, GraphNode, Subgraph

CONTEXT: dict[str, Any] = {
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "schema": "https://schema.org/",
    "name": "schema:name",
    "prefLabel": "skos:prefLabel",
    "email": "schema:email",
    "related": {"@id": "skos:related", "@type": "@id"},
    "broader": {"@id": "skos:broader", "@type": "@id"},
    "exactMatch": {"@id": "skos:exactMatch", "@type": "@id"},
    "knowsAbout": {"@id": "schema:knowsAbout", "@type": "@id"},
    "sameAs": {"@id": "schema:sameAs", "@type": "@id"},
    "dcterms": "http://purl.org/dc/terms/",
    "isPartOf": {"@id": "dcterms:isPartOf", "@type": "@id"},
    "requires": {"@id": "dcterms:requires", "@type": "@id"},
    "isReplacedBy": {"@id": "dcterms:isReplacedBy", "@type": "@id"},
    "owns": {"@id": "schema:owns", "@type": "@id"},
    "memberOf": {"@id": "schema:memberOf", "@type": "@id"},
    "subjectOf": {"@id": "schema:subjectOf", "@type": "@id"},
    "contributor": {"@id": "schema:contributor", "@type": "@id"},
}
# The term for each relation, and whether it points from target to source.
_TERMS = {
    "knows": ("knowsAbout", True),
    "related": ("related", False),
    "alias": ("exactMatch", False),
    "same": ("sameAs", False),
    Relation.PART_OF: ("isPartOf", False),
    Relation.OWNED_BY: ("owns", True),
    Relation.DEPENDS_ON: ("requires", False),
    Relation.REPLACED_BY: ("isReplacedBy", False),
    Relation.MEMBER_OF: ("memberOf", False),
    Relation.DECIDED_IN: ("subjectOf", False),
    Relation.ACTION_OF: ("contributor", False),
    Relation.BROADER: ("broader", False),
    Relation.SEE_ALSO: ("related", False),
}
_TYPES = {"topic": "skos:Concept", "person": "schema:Person", "document": "schema:CreativeWork"}
# XML 1.0 has no way to write these.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _ordered(graph: Subgraph) -> tuple[list[GraphNode], list[GraphEdge]]:
    nodes = sorted(graph.nodes, key=lambda node: (node.kind, node.id))
    edges = sorted(graph.edges, key=lambda edge: (edge.source, edge.relation, edge.target, edge.weight, edge.documents))
    return nodes, edges


def write_jsonld(graph: Subgraph) -> str:
    """Topics as skos:Concept, people as schema:Person, documents as schema:CreativeWork; an edge is a property of one of its nodes."""
    nodes, edges = _ordered(graph)
    written: dict[str, dict[str, Any]] = {}
    for node in nodes:
        label = {"prefLabel": node.name} if node.kind == "topic" else {"name": node.name}
        written[node.id] = {"@id": _iri(node), "@type": _TYPES[node.kind], **label}
        if node.id.startswith("email:"):
            written[node.id]["email"] = node.id.removeprefix("email:")
    for edge in edges:
        if edge.source in written and edge.target in written:
            term, backwards = _TERMS[edge.relation]
            start, end = (edge.target, edge.source) if backwards else (edge.source, edge.target)
            written[start].setdefault(term, []).append(written[end]["@id"])
    return json.dumps({"@context": CONTEXT, "@graph": list(written.values())}, ensure_ascii=False, indent=2) + "\n"


def _iri(node: GraphNode) -> str:
    return f"urn:engram:{node.kind}:{quote(node.id, safe='')}"


def write_graphml(graph: Subgraph) -> str:
    """GraphML for Gephi, yEd and the like; every edge has its relation, weight and number of documents."""
    import networkx as nx

    made: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    nodes, edges = _ordered(graph)
    for node in nodes:
        made.add_node(_xml(node.id), kind=node.kind, name=_xml(node.name))
    for edge in edges:
        made.add_edge(_xml(edge.source), _xml(edge.target), relation=edge.relation, weight=edge.weight, documents=edge.documents)
    out = io.BytesIO()
    nx.write_graphml_xml(made, out, encoding="utf-8", prettyprint=True)
    return out.getvalue().decode("utf-8") + "\n"


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)


def write_csv(graph: Subgraph) -> str:
    """One line an edge, with the names of both ends; a node without edges stands on a line of its own."""
    nodes, edges = _ordered(graph)
    by_id = {node.id: node for node in nodes}
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")  # RFC 4180; with "\n" alone a carriage return in a name would not be quoted
    rows.writerow(["source", "source_kind", "source_name", "relation", "target", "target_kind", "target_name", "weight", "documents"])
    alone = set(by_id)
    for edge in edges:
        ends = [by_id.get(end, GraphNode("", end, "")) for end in (edge.source, edge.target)]
        alone -= {edge.source, edge.target}
        source, target = ([_cell(node.id), node.kind, _cell(node.name)] for node in ends)
        rows.writerow([*source, edge.relation, *target, edge.weight, edge.documents])
    for node in nodes:
        if node.id in alone:
            rows.writerow([_cell(node.id), node.kind, _cell(node.name), "", "", "", "", "", ""])
    return out.getvalue()


def _cell(text: str) -> str:
    """Spreadsheets run a cell that begins like a formula; a name from a document must stay a name."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
