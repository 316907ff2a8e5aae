"""The graph for other programs: whatever a name holds, the file stays well-formed and inert."""

import csv
import io
import json
import xml.etree.ElementTree as ET

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge_graph.graph.export import write_csv, write_graphml, write_jsonld
from knowledge_graph.model.relations import DERIVED, STATED
from knowledge_graph.serving.views import GraphEdge, GraphNode, Subgraph

NODES = st.builds(GraphNode, st.sampled_from(["topic", "person", "document"]), st.text(min_size=1, max_size=8), st.text(max_size=12))
RELATIONS = st.sampled_from([*DERIVED, *STATED])


@st.composite
def graphs(draw: st.DrawFn) -> Subgraph:
    nodes = draw(st.lists(NODES, min_size=1, max_size=5, unique_by=lambda node: node.id))
    ends = st.sampled_from([node.id for node in nodes])
    edges = draw(st.lists(st.builds(GraphEdge, ends, ends, RELATIONS, st.floats(0, 9), st.integers(1, 9)), max_size=6))
    return Subgraph(tuple(nodes), tuple(edges))


@settings(deadline=None)  # the first example imports networkx
@given(graphs())
def test_every_node_and_edge_is_in_every_format(graph: Subgraph) -> None:
    linked = json.loads(write_jsonld(graph))["@graph"]
    assert len(linked) == len(graph.nodes)
    terms = (
        "knowsAbout",
        "related",
        "exactMatch",
        "sameAs",
        "isPartOf",
        "owns",
        "requires",
        "isReplacedBy",
        "memberOf",
        "subjectOf",
        "contributor",
        "broader",
    )
    assert sum(len(node.get(term, [])) for node in linked for term in terms) == len(graph.edges)
    edges = list(ET.fromstring(write_graphml(graph).encode()).iter("{http://graphml.graphdrawing.org/xmlns}edge"))
    assert len(edges) == len(graph.edges)
    rows = list(csv.DictReader(io.StringIO(write_csv(graph), newline="")))
    assert len([row for row in rows if row["relation"]]) == len(graph.edges)
    assert {row[end] for row in rows for end in ("source", "target")} - {""} >= {n.id for n in graph.nodes if n.id[0] not in "=+-@\t\r'"}


@settings(deadline=None)
@given(graphs())
def test_the_order_of_the_graph_does_not_matter(graph: Subgraph) -> None:
    turned = Subgraph(graph.nodes[::-1], graph.edges[::-1])
    for write in (write_csv, write_graphml, write_jsonld):
        assert write(turned) == write(graph)


def test_a_name_that_is_a_formula_is_no_formula_in_a_spreadsheet() -> None:
    graph = Subgraph((GraphNode("topic", "evil", '=HYPERLINK("http://x")'),), ())
    assert next(csv.DictReader(io.StringIO(write_csv(graph), newline="")))["source_name"] == '\'=HYPERLINK("http://x")'
