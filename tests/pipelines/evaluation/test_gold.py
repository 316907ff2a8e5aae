"""Reading gold, recognising its people, counting joins, drawing samples: what the figures over an installation rest on."""

import json
from pathlib import Path

import pytest

from knowledge_graph.fold.closure import Join
from pipelines.evaluation import gold as reading
from pipelines.evaluation import verdicts
from pipelines.evaluation.errors import BadGold
from pipelines.evaluation.suites import aliases, related


def test_found_people_are_recognised(gold: Path) -> None:
    directory = reading.Directory.read(gold)
    assert directory.who("email:ann@larkspur.example", ["A. Lindqvist"], ["ann@larkspur.example"]) == "ann"
    assert directory.who("handle:bo", ["bo"], []) == "bo"
    assert directory.who("email:7+bo@users.noreply.github.com", [], ["7+bo@users.noreply.github.com"]) == "bo"
    assert directory.who("name:x", ["Lindqvist, Ann"], []) == "ann"
    assert directory.who("email:cy@larkspur.example", ["Cy Moor"], ["cy@larkspur.example"]) == "email:cy@larkspur.example"


def test_a_name_of_two_people_says_nothing(tmp_path: Path) -> None:
    people = {handle: {"handle": handle, "names": ["Ann Bell"]} for handle in ("ann1", "ann2")}
    (tmp_path / "people.json").write_text(json.dumps(people))
    assert reading.Directory.read(tmp_path).who("name:x", ["Ann Bell"], []) == "name:x"


def test_an_address_of_two_people_is_whoever_is_wanted(tmp_path: Path) -> None:
    people = {handle: {"handle": handle, "names": [], "emails": ["ann@x.example"]} for handle in ("ann1", "ann2")}
    (tmp_path / "people.json").write_text(json.dumps(people))
    directory = reading.Directory.read(tmp_path)
    assert directory.who("email:ann@x.example", ["Ann"], ["ann@x.example"], wanted={"ann2": 3}) == "ann2"
    assert directory.who("email:ann@x.example", ["Ann"], ["ann@x.example"], wanted={"bo": 3}) == "ann1"


def test_who_was_joined_from_two_people_counts_as_one_of_them(gold: Path) -> None:
    joined = ["bo@larkspur.example", "ann@larkspur.example"]
    assert reading.Directory.read(gold).who("email:bo@larkspur.example", [], joined, wanted={"ann": 3}) == "bo"


def test_gold_that_cannot_be_read_is_refused_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "topics.json").write_text('{"a": {"id": "a", "kind": "team"}}')
    with pytest.raises(BadGold, match=r"topics\.json: a\.name: Field required"):
        reading.topics(tmp_path)
    (tmp_path / "qrels.txt").write_text("a 0 ann 3\n\na 0 bo\n")
    with pytest.raises(BadGold, match=r"qrels\.txt line 3"):
        reading.qrels(tmp_path / "qrels.txt")


def test_joins_are_counted_by_pairs_of_names() -> None:
    wanted = {"Falcon": ["falcon", "projectfalcon", "pf"], "Pathfinder": ["pathfinder", "pf2"]}
    joined = dict.fromkeys(("falcon", "projectfalcon", "pathfinder"), "one")
    found = aliases.compare(wanted, lambda key: joined.get(key, key))
    # Of falcon, projectfalcon and pathfinder one pair of three is right; of Falcon's three pairs one is found, of Pathfinder's none.
    assert [row for row in found.right if row[1]] == [(1, 3)]
    assert found.found == [(1, 3), (0, 1)]
    assert "Falcon, Pathfinder" in {case.got for case in found.wrong}


def test_every_join_is_the_plain_closure() -> None:
    cluster = aliases.components([Join("a", "b", "link", 1), Join("b", "c", "acronym", 1)])
    assert cluster("a") == cluster("c") != cluster("d")


def test_relations_are_read_both_ways(gold: Path) -> None:
    judged = related.partners(reading.related(gold), reading.topics(gold))
    assert judged == {"writer": {"falcon": 1}, "falcon": {"writer": 1}}
    assert related.kinds(judged, reading.topics(gold)) == {"part": {"project"}, "project": {"part"}}


def test_a_sample_stays_the_same_when_subjects_come_and_go() -> None:
    subjects = [f"topic{number}" for number in range(200)]
    drawn = verdicts.sample(subjects, 20)
    assert drawn == verdicts.sample(reversed(subjects), 20)
    assert len(set(drawn) & set(verdicts.sample(subjects[:190], 20))) >= 15


def test_what_has_no_verdict_bounds_the_share() -> None:
    judged = verdicts.judge(["a", "b", "c", "d"], {"a": True, "b": False, "other": True})
    assert (judged.share.value, judged.share.cases, judged.bounds) == (0.5, 2, (0.25, 0.75))
    assert (judged.refused, judged.unread) == (("b",), ("c", "d"))
    assert "2 have no verdict yet" in judged.note("First")
    assert verdicts.judge(["a"], {"a": True}).note("First") == ""
