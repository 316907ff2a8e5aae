"""The reader's graph: filtered reads of the edges, with ends that are topics and people for this reader."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from knowledge_graph.errors import NotFound
from knowledge_graph.model.relations import Relation
from knowledge_graph.serving.cards import Shelf, title_of
from knowledge_graph.serving.indexes import Body, Found
from knowledge_graph.serving.people import BRIEF, People, Person, name_of
from knowledge_graph.serving.topics import Topic, Topics
from knowledge_graph.serving.views import GraphEdge, GraphNode, Subgraph
from knowledge_graph.text.words import fold, topic_key

FRONTIER = 400
"""Nodes a path search follows from one side and step, strongest edges first: shortest paths of an organisation run through them."""
NO_NODE = "There is no such topic or person, or you may not open it."


@dataclass(frozen=True, slots=True)
class Graph:
    topics: Topics
    people: People

    def neighbours(self, key: str, relation: str, limit: int) -> Subgraph:
        node, keys = self._node(key)
        edges = self._edges(keys, relation)
        nodes, finished = self._finish(edges)
        links = [edge for edge in self._joined(finished, nodes) if node.id in (edge.source, edge.target)][:limit]
        kept = {node.id, *(edge.source for edge in links), *(edge.target for edge in links)}
        return Subgraph(tuple(nodes[key] for key in sorted(kept) if key in nodes) or (node,), tuple(links))

    def path(self, a: str, b: str, max_length: int) -> Subgraph:
        """A shortest path; among equals the one with the smallest ids."""
        import networkx as nx  # 0.1 s at the start of every command otherwise, and only paths need it

        start, start_keys = self._node(a)
        goal, goal_keys = self._node(b)
        edges: dict[str, Found] = {}
        sides = [set(start_keys), set(goal_keys)]
        seen = [set(start_keys), set(goal_keys)]
        for step in range(max_length):
            side = step % 2
            # Finished before the cut, so that keys which are topics for other readers only take no place in it.
            _, kept = self._finish(self._edges(sides[side], ""))
            found = [hit for _, _, hit in kept][: FRONTIER * 10]
            edges |= {hit.id: hit for hit in found}
            ends = dict.fromkeys(end for hit in found for end in (hit.fields["source"], hit.fields["target"]))
            sides[side] = set([end for end in ends if end not in seen[side]][:FRONTIER])
            seen[side] |= sides[side]
            if seen[0] & seen[1]:
                break
        nodes, finished = self._finish(list(edges.values()))
        graph: nx.Graph[str] = nx.Graph()
        links = self._joined(finished, nodes)
        graph.add_edges_from((edge.source, edge.target) for edge in links)
        try:
            route = min(nx.all_shortest_paths(graph, start.id, goal.id))
        except (nx.NetworkXNoPath, nx.NodeNotFound) as exc:
            raise NotFound(f"No path of at most {max_length} steps leads from one to the other in what you may open.") from exc
        if len(route) - 1 > max_length:
            raise NotFound(f"No path of at most {max_length} steps leads from one to the other in what you may open.")
        steps = {frozenset(pair) for pair in pairwise(route)}
        return Subgraph(tuple(nodes.get(key, start) for key in route), tuple(e for e in links if frozenset((e.source, e.target)) in steps))

    def everything(self) -> Subgraph:
        """All topics and people of the reader and the edges between them, for an export."""
        ends, finished = self._finish(list(self.topics.store.read_all("edges", self.topics.reader)))
        links = self._joined(finished, ends)
        # An end whose every other end is no topic of this reader tells that somebody else's documents made it one.
        kept = {end for link in links for end in (link.source, link.target)}
        nodes = {key: node for key, node in ends.items() if key in kept}
        nodes |= {topic.key: GraphNode("topic", topic.key, topic.name) for topic in self.topics.ranked(None, 1_000_000)}
        nodes |= {person.id: _person_node(person) for person in self.people.all()}
        return Subgraph(tuple(nodes[key] for key in sorted(nodes)), tuple(links))

    def _node(self, key: str) -> tuple[GraphNode, tuple[str, ...]]:
        wanted = topic_key(key)
        topic = self.topics.finish([wanted]).get(wanted) if wanted and "@" not in key and ":" not in key else None
        if topic is not None:
            return GraphNode("topic", topic.key, topic.name), topic.keys
        text = fold(key.strip())
        person = next(iter(self.people.finish([text, f"email:{text}", f"handle:{text}", key.strip()], BRIEF).values()), None)
        if person is None:
            raise NotFound(NO_NODE)
        return _person_node(person), person.identities

    def _edges(self, keys: Iterable[str], relation: str) -> list[Found]:
        """Strongest first."""
        ends = [{"terms": {end: sorted(keys)}} for end in ("source", "target")]
        clauses: list[Body] = [{"term": {"relation": relation}}] if relation else []
        query: Body = {"bool": {"filter": clauses, "should": ends, "minimum_should_match": 1}}
        fields = ["source", "target", "relation", "weight", "documents"]
        found = self.topics.store.read_all("edges", self.topics.reader, query, fields)
        return sorted(found, key=lambda hit: (-hit.fields["weight"], hit.id))

    def _finish(self, edges: list[Found]) -> tuple[dict[str, GraphNode], list[tuple[str, str, Found]]]:
        """Nodes by id, and the edges between the topics and people that their ends finish to."""
        ends = {end for hit in edges for end in (hit.fields["source"], hit.fields["target"])}
        papers = {hit.fields["target"] for hit in edges if hit.fields["relation"] == Relation.DECIDED_IN}
        topics = self.topics.at_ends(sorted(end for end in ends - papers if ":" not in end))
        people = self.people.at_ends(sorted(end for end in ends if ":" in end))
        known = {end: _person_node(person) for end, person in people.items() if not person.is_bot}
        ids = {end: topic.key for end, topic in topics.items()} | {end: node.id for end, node in known.items()}
        nodes = {topic.key: GraphNode("topic", topic.key, topic.name) for topic in topics.values()}
        nodes |= {node.id: node for node in known.values()}
        shelf = Shelf.fetch(self.topics.store, self.topics.reader, papers) if papers else Shelf({}, {})
        nodes |= {paper: GraphNode("document", paper, title_of(hit)) for paper, hit in shelf.documents.items()}
        ids |= {paper: paper for paper in shelf.documents}
        kept = []
        for hit in edges:
            source, target = hit.fields["source"], hit.fields["target"]
            if source in ids and target in ids and ids[source] != ids[target] and not self._refused(hit, topics, people):
                kept.append((ids[source], ids[target], hit))
        return nodes, kept

    def _refused(self, edge: Found, topics: Mapping[str, Topic], people: Mapping[str, Person]) -> bool:
        """Whether a verdict says that this person is no expert of this topic, or that these two topics are not the same."""
        rulings, source, target = self.topics.rulings, edge.fields["source"], edge.fields["target"]
        for topic, person in ((source, target), (target, source)):
            if topic in topics and person in people:
                return not rulings.not_experts(topics[topic].keys).isdisjoint(people[person].accounts)
        return edge.fields["relation"] == "alias" and rulings.parted(topics[source].keys, topics[target].keys)

    @staticmethod
    def _joined(edges: list[tuple[str, str, Found]], nodes: dict[str, GraphNode]) -> list[GraphEdge]:
        """One edge for each pair and relation, strongest first."""
        totals: dict[tuple[str, str, str], tuple[float, int]] = {}
        for source, target, hit in edges:
            key = (source, target, hit.fields["relation"])
            weight, documents = totals.get(key, (0.0, 0))
            totals[key] = (round(weight + hit.fields["weight"], 4), documents + int(hit.fields["documents"]))
        rows = [
            GraphEdge(source, target, relation, weight, documents) for (source, target, relation), (weight, documents) in totals.items()
        ]
        return sorted((row for row in rows if row.source in nodes), key=lambda e: (-e.weight, e.source, e.target, e.relation))


CONCEPT_RELATED = 8
"""Related topics of a concept, strongest first: more would say nothing."""


def concept_links(graph: Subgraph) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """For each topic what is broader and what is related; SKOS lets no pair be both."""
    broader: defaultdict[str, set[str]] = defaultdict(set)
    related: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for edge in graph.edges:
        if edge.relation == Relation.BROADER:
            broader[edge.source].add(edge.target)
    told = sorted(
        (edge for edge in graph.edges if edge.relation in (Relation.SEE_ALSO, "related")), key=lambda edge: edge.relation == "related"
    )
    for edge in told:
        pair = (edge.source, edge.target)
        apart = pair[1] not in broader[pair[0]] and pair[0] not in broader[pair[1]]
        if apart and (edge.relation == Relation.SEE_ALSO or max(len(related[end]) for end in pair) < CONCEPT_RELATED):
            related[pair[0]][pair[1]] = related[pair[1]][pair[0]] = None
    return (
        {key: tuple(sorted(others)) for key, others in broader.items()},
        {key: tuple(sorted(others)) for key, others in related.items()},
    )


def _person_node(person: Person) -> GraphNode:
    """One node for a full name that documents have alone, whichever they are: its card is one, too."""
    name = name_of(person.id)
    return GraphNode("person", f"name:{name}" if " " in name else person.id, person.names[0])
