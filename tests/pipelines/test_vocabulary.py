"""Vocabularies in an installation: for whom they act, what they leave when they go, and what `vocabulary.yaml` says."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import SKOS, Graph
from typer.testing import CliRunner, Result

from knowledge_graph.graph.skos import write_skos
from knowledge_graph.serving.indexes import StoreSettings
from knowledge_graph.serving.store import SearchStore
from knowledge_graph.serving.views import Concept
from pipelines.cli import app
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.vocabulary import BadVocabulary, load

Engram = Callable[..., Result]
NOTES = {
    "crane.md": "# Crane rota\n\nAuthor: Ann Lee <ann@x.example>\n\nThe quay crane was down on Monday. OPS-7 tells why.\n",
    "gate.md": "# Gate\n\nAuthor: Bo Ek <bo@x.example>\n\nLorries wait for the ship-to-shore crane. OPS-7 is open.\n",
    ".engram.yaml": "allow: [everyone]\n",
}
TERMS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
<x:crane> skos:prefLabel "Quay Crane" ; skos:altLabel "ship-to-shore crane" ;
  skos:hiddenLabel "kwai crane" ; skos:broader <x:gear> ; dcterms:type "equipment" ;
  skos:definition "A quay crane lifts containers off a ship." .
<x:gear> skos:prefLabel "Lifting gear" .
"""
ODD = 'C\\12 "x" ü'
SECRET = TERMS.replace("A quay crane lifts", "The quay crane that we shall sell lifts").replace("equipment", "asset")


@pytest.fixture
def place(tmp_path: Path, elasticsearch_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """An installation of two notes and no vocabulary."""
    home = Home(tmp_path / "home", StoreSettings(elasticsearch_url, prefix=f"terms-{uuid.uuid4().hex[:8]}"))
    for name, value in (
        ("ENGRAM_HOME", str(home.path)),
        ("ENGRAM_ELASTICSEARCH_URL", home.store.url),
        ("ENGRAM_INDEX_PREFIX", home.store.prefix),
        ("ENGRAM_EMBEDDINGS", "off"),
    ):
        monkeypatch.setenv(name, value)
    for path, text in NOTES.items():
        (tmp_path / "notes").mkdir(exist_ok=True)
        (tmp_path / "notes" / path).write_text(text, encoding="utf-8")
    yield Home.from_env(
        {"ENGRAM_HOME": str(home.path), "ENGRAM_ELASTICSEARCH_URL": home.store.url, "ENGRAM_INDEX_PREFIX": home.store.prefix}
    )
    with SearchStore.open(home.store) as store:
        store.drop()


def engram(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output + result.stderr
    return result


def read(*arguments: str) -> Any:
    return json.loads(engram(*arguments, "--json").stdout)


def test_a_vocabulary_acts_for_those_who_may_read_it_and_leaves_nothing(place: Home, tmp_path: Path) -> None:
    engram("ingest", str(tmp_path / "notes"), "--json")
    (place.path / "vocabulary.yaml").write_text('- {type: ticket, pattern: "OPS-\\\\d+"}\n', encoding="utf-8")
    engram("run", "--json")
    before = {kind: engram(*command).stdout for kind, command in PUBLIC.items()}
    empty = digest(place)
    assert CliRunner().invoke(app, ["card", "Quay Crane"]).exit_code == 1
    ticket = read("card", "OPS-7")
    assert (ticket["type"], ticket["evidence"]["documents"]) == ("ticket", 2)

    (tmp_path / "terms.ttl").write_text(SECRET, encoding="utf-8")
    engram("vocabulary", "import", str(tmp_path / "terms.ttl"), "--access", "group:board", "--name", "plans", "--json")
    assert {kind: engram(*command).stdout for kind, command in PUBLIC.items()} == before, "not theirs to read"
    mine = read("card", "ship-to-shore crane", "--as", "group:board")
    assert mine["names"] == ["Quay Crane", "ship-to-shore crane"]
    assert read("card", "Kwai Crane", "--as", "group:board") == mine, "found by, not shown"
    assert mine["type"] == "asset"
    first = mine["summary"][0]
    assert (first["text"], first["kind"]) == ("The quay crane that we shall sell lifts containers off a ship.", "vocabulary")
    assert first["citations"][0]["quote"] == first["text"]
    assert {row["path"] for row in mine["documents"]} >= {"crane.md", "gate.md"}, "what says it in plain words"

    (tmp_path / "terms.ttl").write_text(TERMS, encoding="utf-8")
    engram("vocabulary", "import", str(tmp_path / "terms.ttl"), "--access", "everyone", "--json")
    card = read("card", "Quay Crane")
    assert (card["type"], card["summary"][0]["text"]) == ("equipment", "A quay crane lifts containers off a ship.")
    rows = {row["name"]: row for row in read("vocabulary")["terms"]}
    assert (rows["Quay Crane"]["said"], rows["Lifting gear"]["documents"], rows["Lifting gear"]["said"]) == (2, 0, 0)
    assert "Without evidence beside the vocabulary: Lifting gear" in engram("vocabulary").stdout
    assert [row["name"] for row in read("topics", "--type", "Equipment")["topics"]] == ["Quay Crane"]
    edges = read("neighbours", "Quay Crane", "--relation", "broader")["edges"]
    assert [(edge["source"], edge["target"]) for edge in edges] == [("quaycrane", "liftinggear")]

    engram("vocabulary", "export", str(tmp_path / "out.ttl"))
    graph = Graph().parse(tmp_path / "out.ttl")
    crane = next(graph.subjects(SKOS.prefLabel, None), None)
    assert crane is not None
    told = {str(label) for node in graph.subjects(SKOS.broader, None) for label in graph.objects(node, SKOS.prefLabel)}
    assert told == {"Quay Crane"}

    engram("remove", "vocabularies/terms/terms.ttl", "--json")
    assert {kind: engram(*command).stdout for kind, command in PUBLIC.items()} == before
    assert read("card", "Quay Crane", "--as", "group:board")["type"] == "asset"
    engram("vocabulary", "import", str(tmp_path / "terms.ttl"), "--access", "everyone", "--json")
    assert read("card", "Quay Crane")["type"] == "equipment", "what was removed may come again"
    engram("remove", "--source", "vocabularies", "--json")
    assert not list(place.path.glob("vocabularies/**/*.ttl"))
    assert {kind: engram(*command).stdout for kind, command in PUBLIC.items()} == before
    after = digest(place)
    assert after == empty


PUBLIC = {
    "topics": ("topics", "--json"),
    "card": ("card", "OPS-7", "--json"),
    "search": ("search", "quay crane", "--json"),
    "export": ("export", "--format", "jsonld"),
    "vocabulary": ("vocabulary", "--json"),
}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("- {type: ticket}\n", "line 1: give either a pattern or names"),
        ('- type: a\n  pattern: "("\n', "line 2: '(' is no regular expression"),
        ('- type: a\n  pattern: "x*"\n', "line 2: 'x*' matches nothing at all as well"),
        ("- type: a\n  names: [b]\n  colour: red\n", "line 3: unknown setting 'colour'"),
        ("type: a\n", "expected a list"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "vocabulary.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadVocabulary) as refused:
        load(file)
    assert told in refused.value.message
    assert load(tmp_path / "none.yaml") == ()


def test_what_is_no_vocabulary_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <x:y> skos:note 'n' .", encoding="utf-8")
    (tmp_path / "a.docx").write_bytes(b"PK")
    for name, told in (("a.ttl", "names no SKOS concept"), ("a.docx", "no SKOS file by its name"), ("b.ttl", "cannot be read")):
        result = CliRunner().invoke(app, ["vocabulary", "import", str(tmp_path / name), "--access", "everyone"])
        assert result.exit_code == 2
        assert told in result.stderr
    assert not (home / "sources.yaml").exists()


def test_an_export_is_the_same_in_every_process() -> None:
    """Sets of texts are in another order in each."""
    code = (
        "from knowledge_graph.graph.skos import write_skos; from knowledge_graph.serving.views import Concept;"
        "made = [Concept(key, key.title(), (key * 2, key * 3, key * 4), 'x', f'It is {key}.', None, ('a', 'c'), ('b', 'd', 'e'))"
        " for key in 'abcdefgh'];"
        "print([write_skos(made, form) for form in ('turtle', 'nt', 'pretty-xml', 'json-ld')])"
    )
    seeds = [{**os.environ, "PYTHONHASHSEED": str(seed)} for seed in range(1, 5)]
    assert len({subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=True).stdout for env in seeds}) == 1


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by rdflib itself
@pytest.mark.parametrize("format", ["turtle", "nt", "pretty-xml", "json-ld"])
def test_an_export_reads_back_as_it_was(format: str) -> None:
    concepts = [
        Concept("quaycrane", "Quay Crane", ("ship-to-shore crane", ODD), "equipment", "It lifts.\nAnd sets down.", None, ("gear",)),
        Concept("gear", "Gear & <Co>", related=("quaycrane", "gone")),
    ]
    text = write_skos(concepts, format)
    assert text == write_skos(concepts[::-1], format), "the same topics give the same bytes"
    graph = Graph().parse(data=text, format={"pretty-xml": "xml"}.get(format, format))
    labels = {str(node): str(label) for node, label in graph.subject_objects(SKOS.prefLabel)}
    assert labels == {"urn:engram:topic:quaycrane": "Quay Crane", "urn:engram:topic:gear": "Gear & <Co>"}
    assert {str(name) for name in graph.objects(None, SKOS.altLabel)} == {"ship-to-shore crane", ODD}
    assert [tuple(map(str, pair)) for pair in graph.subject_objects(SKOS.broader)] == [
        ("urn:engram:topic:quaycrane", "urn:engram:topic:gear")
    ]
