"""SKOS files: one passage a concept, the same for the same graph however it is written, and nothing fetched."""

import random

import pytest
from rdflib import Graph

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.mining import mine
from extractors.parse import parse
from knowledge_graph.model.records import Document, Evidence, Parsed

HARBOUR = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix x: <https://harbour.example/terms/> .

x:scheme a skos:ConceptScheme ; dcterms:title "Harbour terms" ; dcterms:modified "2024-03-01" .
x:crane a skos:Concept ; skos:prefLabel "Quay Crane"@en, "Kaikran"@de ; skos:altLabel "ship-to-shore crane"@en, "STS" ;
  skos:definition "A quay crane lifts containers off a ship. It stands on rails."@en ; skos:broader x:gear ; skos:notation "C-12" ;
  dcterms:type "Equipment" .
x:gear a skos:Concept ; skos:prefLabel "Lifting gear" ; skos:narrower x:truck .
x:truck a skos:Concept ; skos:prefLabel "Reach Stacker" ; skos:related x:crane ; skos:hiddenLabel "reachstaker" ;
  skos:scopeNote "Used where no crane reaches." .
x:list a skos:Collection ; skos:prefLabel "Machines" ; skos:member x:truck .
"""
FORMATS = {"turtle": "ttl", "nt": "nt", "pretty-xml": "rdf", "json-ld": "jsonld"}


def read(content: str, name: str = "terms.ttl") -> Parsed:
    return parse(name, content.encode(), Limits())


def mined(parsed: Parsed) -> tuple[Evidence, ...]:
    return mine(Document("d", "s", "terms.ttl", parsed.kind, parsed.title, parsed.modified, segments=parsed.segments))


def test_a_concept_is_a_passage_that_says_what_it_says() -> None:
    parsed = read(HARBOUR)
    assert (parsed.kind, parsed.title, parsed.modified) == ("vocabulary", "Harbour terms", "2024-03-01")
    crane = next(segment for segment in parsed.segments if "Quay Crane" in segment.headings)
    assert crane.headings == ("Harbour terms", "Quay Crane")
    said = {(mark.value, crane.text[mark.start : mark.end]) for mark in crane.marks if mark.kind == "term"}
    assert said == {
        ("prefLabel", "Quay Crane"),
        ("definition", "A quay crane lifts containers off a ship. It stands on rails."),
        ("altLabel", "Kaikran"),
        ("altLabel", "STS"),
        ("altLabel", "ship-to-shore crane"),
        ("notation", "C-12"),
        ("type", "Equipment"),
        ("broader", "Lifting gear"),
        ("related", "Reach Stacker"),
    }
    assert "Machines" not in {segment.headings[-1] for segment in parsed.segments}, "a collection is no concept"


@pytest.mark.parametrize(("format", "suffix"), FORMATS.items())
def test_every_syntax_and_order_says_the_same(format: str, suffix: str) -> None:
    graph = Graph().parse(data=HARBOUR, format="turtle")
    triples = list(graph)
    random.shuffle(triples)
    shuffled = Graph()
    for triple in triples:
        shuffled.add(triple)
    parsed = read(shuffled.serialize(format=format), f"terms.{suffix}")
    assert parsed.segments == read(HARBOUR).segments


def test_every_fact_of_a_vocabulary_stands_in_its_span() -> None:
    parsed = read(HARBOUR)
    rows = mined(parsed)
    for row in rows:
        assert parsed.segments[row.segment].text[row.start : row.end] == row.value
    assert {(row.subject, row.other) for row in rows if row.kind == "alias"} == {
        ("quaycrane", "shiptoshorecrane"),
        ("quaycrane", "sts"),
        ("quaycrane", "kaikran"),
        ("quaycrane", "c12"),
        ("reachstacker", "reachstaker"),
    }
    assert {(row.subject, row.place, row.other) for row in rows if row.kind == "relation"} == {
        ("quaycrane", "broader", "liftinggear"),
        ("reachstacker", "broader", "liftinggear"),
        ("quaycrane", "see-also", "reachstacker"),
    }
    (gear,) = [row for row in rows if row.kind == "mention" and row.subject == "liftinggear"]
    assert "preferred" in gear.features
    assert [row.subject for row in rows if "hidden" in row.features] == ["reachstaker"]
    types = {row.subject: feature for row in rows if row.kind == "mention" for feature in row.features if feature.startswith("type:")}
    assert (types["quaycrane"], types["kaikran"], types["reachstacker"]) == ("type:equipment", "type:equipment", "type:machines")
    assert {row.subject: row.value for row in rows if row.kind == "definition"} == {
        "quaycrane": "A quay crane lifts containers off a ship. It stands on rails.",
        "reachstacker": "Used where no crane reaches.",
    }


def test_a_long_definition_is_shown_by_its_first_sentences_and_kept_whole() -> None:
    long = "A berth is a place for one ship. " + "It has bollards and a number on a board. " * 40
    parsed = read(f'@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <x:b> skos:prefLabel "Berth" ; skos:definition "{long}" .')
    assert sum(segment.text.count("bollards") for segment in parsed.segments) == 40
    (definition,) = [row for row in mined(parsed) if row.kind == "definition"]
    assert definition.value.startswith("A berth is a place for one ship. It has")
    assert len(definition.value.split()) <= 80


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jsonld", '{"@context": "https://skos.example/http://www.w3.org/2004/02/skos/core#", "a": 1}', "unsupported"),
        ("a.jsonld", '{"x": [{"@context": [{"y": {"@context": ["file:///x"]}}]}], "u": "www.w3.org/2004/02/skos/core#"}', "unsupported"),
        ("a.ttl", "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . x:y skos:prefLabel", "damaged"),
        (
            "a.rdf",
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            '<r xmlns:s="http://www.w3.org/2004/02/skos/core#">&e;</r>',
            "unsupported",
        ),
    ],
)  # fmt: skip
def test_what_would_be_fetched_or_is_broken_is_refused_in_words(name: str, content: str, reason: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(content, name)
    assert refused.value.reason_class == reason
    assert len(refused.value.message) > 30


def test_xml_that_only_mentions_skos_is_read_as_before() -> None:
    xml = '<?xml version="1.0"?><doc xmlns:s="http://www.w3.org/2004/02/skos/core#"><p>Plain words of a page.</p></doc>'
    parsed = read(xml, "page.xml")
    assert (parsed.kind, [segment.text for segment in parsed.segments]) == ("document", ["Plain words of a page."])
