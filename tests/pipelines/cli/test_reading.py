"""The reading commands over a mined organisation: the JSON that others script against, and what a terminal shows."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from api.settings import settings_from_env
from api.tokens import verify
from pipelines.home import Home

Engram = Callable[..., Result]
FINANCE = "dalia@larkspur.example"


@pytest.fixture
def ask(engram: Engram, larkspur: Home) -> Callable[..., Any]:
    def asked(*arguments: str) -> Any:
        result = engram(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    return asked


def test_search(ask: Callable[..., Any]) -> None:
    answer = ask("search", "ledger writer", "--limit", "5")
    assert {"total", "hits"} <= set(answer)
    assert len(answer["hits"]) == 5
    for hit in answer["hits"]:
        assert {"kind", "id", "title", "snippet", "score"} <= set(hit)
        assert not {"\x02", "\x03"} & set(hit["snippet"])
    assert any(hit["document"] for hit in answer["hits"])


def test_topics(ask: Callable[..., Any]) -> None:
    topics = ask("topics")["topics"]
    assert {"key", "name", "aliases", "score", "documents", "people", "why", "type"} == set(topics[0])
    names = {topic["name"] for topic in topics}
    assert "Project Falcon" in names
    assert not any("Osprey" in name for name in names)
    assert len(ask("topics", "--limit", "1")["topics"]) == 1


def test_card(ask: Callable[..., Any]) -> None:
    card = ask("card", "project falcon")
    assert (card["kind"], card["key"]) == ("topic", "projectfalcon")
    assert {"names", "summary", "experts", "documents", "related", "months"} <= set(card)
    citation = card["summary"][0]["citations"][0]
    assert {"document", "segment", "start", "end", "quote"} <= set(citation)


def test_experts_and_person(ask: Callable[..., Any]) -> None:
    first = ask("experts", "ledger writer")["experts"][0]
    assert {"id", "name", "emails", "score", "reasons"} <= set(first)
    assert {"kind", "count", "last"} <= set(first["reasons"][0])
    assert ask("person", first["id"])["names"][0] == first["name"] == "Bo Okafor"


def test_document_neighbours_and_path(ask: Callable[..., Any]) -> None:
    document = ask("document", "larkspur/engineering/falcon-charter.md")
    assert document["passages"][0]["text"]
    assert ask("document", document["id"], "--limit", "1")["passages"] == document["passages"][:1]
    assert ask("neighbours", "Project Falcon", "--relation", "knows")["edges"]
    assert ask("path", "Project Falcon", "bo@larkspur.example")["nodes"]


def test_as_reads_with_the_groups_of_those_principals(ask: Callable[..., Any], engram: Engram) -> None:
    assert ask("card", "Project Osprey", "--as", FINANCE)["names"][0] == "Project Osprey"
    hidden, absent = engram("card", "Project Osprey"), engram("card", "Project Heron")
    assert (hidden.exit_code, hidden.stdout, hidden.stderr) == (absent.exit_code, absent.stdout, absent.stderr)
    assert hidden.exit_code == 1
    assert len(hidden.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        *(["search", "ledger writer"], ["topics"], ["card", "Project Falcon"], ["person", "bo@larkspur.example"]),
        *(["document", "larkspur/engineering/terminal.txt"], ["neighbours", "Project Falcon"], ["path", "Project Falcon", "Ledger writer"]),
    ],
    ids=lambda arguments: arguments[0],
)
def test_answers_read_well_and_hold_no_control_characters(engram: Engram, larkspur: Home, arguments: list[str]) -> None:
    result = engram(*arguments)
    assert result.exit_code == 0, result.output
    assert re.search("Falcon|ledger|Bo Okafor", result.stdout)
    assert not {"\x1b", "\x9b", "\x02", "\x03", "\u202e"} & set(result.stdout)


def test_a_card_looks_like_a_card(engram: Engram, larkspur: Home) -> None:
    text = engram("card", "Project Falcon").stdout
    assert text.startswith("╭─ Project Falcon ")
    for part in ("billing engine that replaces", "[1]", "People who know", "Ann Lindqvist", "Documents", "most in"):
        assert part in text


def test_export_formats_hold_the_readers_graph(engram: Engram, larkspur: Home, tmp_path: Path) -> None:
    linked = json.loads(engram("export", "--format", "jsonld").stdout)
    topics = {node["prefLabel"] for node in linked["@graph"] if node["@type"] == "skos:Concept"}
    people = {node["name"]: node for node in linked["@graph"] if node["@type"] == "schema:Person"}
    assert "Project Falcon" in topics
    assert "urn:engram:topic:projectfalcon" in people["Ann Lindqvist"]["knowsAbout"]

    file = tmp_path / "graph.graphml"
    assert engram("export", "--format", "graphml", "-o", str(file)).stdout == ""
    nodes = ET.parse(file).getroot().iter("{http://graphml.graphdrawing.org/xmlns}node")
    assert {"projectfalcon", "email:ann@larkspur.example"} <= {node.get("id") for node in nodes}

    rows = list(csv.DictReader(io.StringIO(engram("export", "--format", "csv").stdout, newline="")))
    assert {"projectfalcon"} <= {row["source"] for row in rows}
    assert not any("Osprey" in row["source_name"] for row in rows)


def test_status_accounts_for_every_item(engram: Engram, larkspur: Home) -> None:
    state = json.loads(engram("status", "--json").stdout)
    assert state["servers"]["elasticsearch"]["state"] == "up"
    for counts in (*state["sources"].values(), state["total"]):
        assert counts["crawled"] == sum(count for name, count in counts.items() if name != "crawled")
    assert state["sources"]["larkspur"]["published"] >= 11
    assert "larkspur" in engram("status").stdout


def test_digest_is_stable(engram: Engram, larkspur: Home) -> None:
    first = engram("digest", "--json")
    assert set(json.loads(first.stdout)) == {"digest", "tables", "indexes"}
    assert engram("digest", "--json").stdout == first.stdout
    assert json.loads(first.stdout)["digest"] in engram("digest").stdout


def test_a_token_speaks_for_its_principals_in_this_installation(engram: Engram, larkspur: Home) -> None:
    token = engram("token", "--as", "ann@larkspur.example, group:a", "--view", "Finance=group:finance").stdout.strip()
    key = settings_from_env({}, home=larkspur.path, store=larkspur.store).key
    identity = verify(key, token)
    assert identity.principals == ["ann@larkspur.example", "group:a"]
    assert [view.name for view in identity.views] == ["Finance"]
