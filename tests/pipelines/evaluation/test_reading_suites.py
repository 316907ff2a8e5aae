"""The suites that need no mined organisation, on gold written here."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app

ROWS = [
    {"id": 1, "article": "a", "text": "The northern depot was opened in March 2019 and sorts parcels by night."},
    {"id": 2, "article": "b", "text": "Ann Lindqvist leads the Falcon project, which replaces the sorting machine."},
    {"id": 3, "article": "c", "text": "Soup is free on Fridays, and the canteen opens at noon."},
]
QUERIES = {"q1": "When was the northern depot opened?", "q2": "Who leads the Falcon project?", "q3": "When is soup free?"}
FOREIGN = {"q1": "Wann wurde das Depot northern eröffnet?", "q2": "Wer leitet das Projekt Falcon?", "q3": "Wann ist Soup free?"}


def collection(folder: Path, queries: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "queries.tsv").write_text("".join(f"{id}\t{text}\n" for id, text in queries.items()))
    (folder / "qrels.txt").write_text("q1 0 1 1\nq2 0 2 1\nq3 0 3 1\n")


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, elasticsearch_url: str, tmp_path: Path) -> Path:
    monkeypatch.setenv("ENGRAM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_URL", elasticsearch_url)
    return tmp_path


def figures(result: Result) -> dict[tuple[str, str], float]:
    assert result.exit_code == 0, result.output
    return {(row["name"], row["kind"]): row["measured"]["value"] for row in json.loads(result.stdout)["figures"]}


def evaluated(suite: str, folder: Path) -> dict[tuple[str, str], float]:
    return figures(CliRunner().invoke(app, ["eval", suite, "--data", str(folder), "--json"]))


def test_search_and_answers(served: Path) -> None:
    folder = served / "xquad-en"
    collection(folder, QUERIES)
    assert evaluated("search", folder)["nDCG@10", "all"] == 1.0
    found = evaluated("answers", folder)
    assert found["best sentence in a right passage", "all"] == 1.0
    assert found["silent when it is removed", "all"] == 1.0


def test_another_language(served: Path) -> None:
    collection(served / "search" / "set-en", QUERIES)
    collection(served / "search" / "set-de", FOREIGN)
    found = evaluated("crosslang", served)
    assert found["MRR", "en"] == 1.0
    assert 0 < found["share of MRR in en", "de"] <= 1.0


def test_meetings(served: Path) -> None:
    lines = [f"Ann: The snapshot interval costs throughput in round {number}." for number in range(30)]
    lines += [f"Bo: The canteen menu lists soup number {number} on Friday." for number in range(30)]
    (served / "m.txt").write_text("\n".join(lines))
    questions = [{"query": "What was said about the canteen menu?", "answer": "Soup.", "relevant_text_span": [["30", "59"]]}]
    general = [{"query": "Summarize.", "answer": "The snapshot interval costs throughput."}]
    (served / "m.json").write_text(json.dumps({"id": "m", "topics": [], "general": general, "specific": questions}))
    found = evaluated("meetings", served)
    assert found["span recall", "all"] == 1.0
    assert found["ROUGE-1", "summary"] > 0


def test_classes_from_a_few_examples(served: Path) -> None:
    folder = served / "wiki"
    lines = []
    for kind, said in {"minutes": "Attendees and agenda of", "offer": "Price, quotation and delivery of"}.items():
        (folder / "corpus" / kind).mkdir(parents=True)
        for number in range(16):
            path = f"{kind}/{number}.md"
            (folder / "corpus" / path).write_text(f"# {kind} {number}\n\n{said} the part {number * 7 % 16} budget in hall {number}.\n")
            lines.append(json.dumps({"id": path, "kind": kind}))
    (folder / "corpus" / "odd.txt").write_text("Of no class.")
    (folder / "meta.jsonl").write_text("\n".join([*lines, json.dumps({"id": "odd.txt", "kind": "odd"})]) + "\n")
    found = evaluated("fewshot", folder)
    assert found["F1", "all"] >= 0.95
    assert {kind for _, kind in found} == {"all", "minutes", "offer"}


def test_names_and_key_phrases(tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text(
        "schema,name1,name2,is_match\nCompany,Siemens Aktiengesellschaft,Siemens AG,true\nPerson,Ann Lee,Bob Ray,false\n"
    )
    assert evaluated("names", tmp_path)["F1", "all"] == 1.0
    text = "The ledger writer appends to a journal. The ledger writer recovers from the journal."
    row = {"id": "1", "text": text, "keys": ["ledger writer", "journal"]}
    (tmp_path / "set.jsonl").write_text(json.dumps(row) + "\n")
    assert evaluated("keyphrases", tmp_path)["F1@10", "set"] > 0.3  # two right of ten


def test_entities(tmp_path: Path) -> None:
    words = ["Barack/PER", "Obama/PER", "visited/O", "the/O", "United/LOC", "Nations/LOC", "in/O", "Germany/LOC", "./O"]
    (tmp_path / "wikigold-dev.conll").write_text(
        "\n".join(f"{w.split('/')[0]}\t{w.split('/')[1].replace('PER', 'I-PER')}" for w in words) + "\n"
    )
    assert ("strict F1", "person") in evaluated("ner", tmp_path)


def test_what_is_not_installed_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"")
    result = CliRunner().invoke(app, ["eval", "asr", "--data", str(tmp_path)])
    assert result.exit_code == 0
    assert "faster-whisper" in result.output or find_spec("faster_whisper")


def test_a_wrong_folder_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["eval", "people", "--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "*.csv" in result.output
