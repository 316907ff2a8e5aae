"""Classes of documents: found from a few examples, and for each reader the work of examples and documents that they may open alone."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from knowledge_graph.model.access import Access
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving import classes
from tests.laws.installation import CLASS, Installation, Reply, address, installation
from tests.laws.kinds import BOARD, OPEN, documents, id_of, path
from tests.laws.organisations import Organisation, Written
from tests.laws.plain import index_rows, known
from tests.laws.said import NOTHING, Told

ROUTES = (
    "/classes",
    f"/classes/{CLASS}",
    address("/search", q="budget harbour"),
    address("/search", q="budget harbour", **{"class": CLASS}),
    address("/", q="budget", **{"class": CLASS}),
)


def said(kind: Kind, document: str, access: Access = OPEN, name: str = CLASS) -> Verdict:
    return Verdict(kind, document, text=name, actor="ann@x.example", access=access, at="2026-01-01T00:00:00.000Z")


def log_of(*verdicts: Verdict) -> Told:
    return Told(tuple(replace(each, seq=seq, id=f"v{seq}") for seq, each in enumerate(verdicts, 1)))


EXAMPLES = (*(said(Kind.EXAMPLE, id_of("minutes", number)) for number in range(5)), said(Kind.COUNTEREXAMPLE, id_of("guide", 0)))


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"classes-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        made.hold(index_rows(known(Organisation(documents())), {}))
        made.says_only(NOTHING)
        yield made


def card(there: Installation, *principals: str, name: str = CLASS) -> Any:
    reply = there.get(f"/classes/{name}?limit=100", principals)
    return reply.json() if reply.status == 200 else None


def members(found: Any) -> set[str]:
    return {each["document"] for each in found["documents"]}


def answers(there: Installation, log: Told, rows: dict[tuple[str, str], Written], principals: Sequence[str] = ()) -> dict[str, Reply]:
    there.hold(index_rows(known(Organisation(rows)), {}))
    there.says_only(log)
    return {url: there.get(url, principals) for url in ROUTES}


def test_five_examples_and_one_counterexample_find_the_others(there: Installation) -> None:
    answers(there, log_of(*EXAMPLES), documents())
    found = card(there)
    assert members(found) == {id_of("minutes", number) for number in range(10)}
    assert found["total"] == 10
    assert {"attende", "agenda"} & set(found["words"]), found["words"]
    assert "instal" not in found["words"], "a counterexample's words do not speak for the class"
    assert all(each["words"] for each in found["documents"])
    assert (found["held_out"]["examples"], found["held_out"]["found"], found["held_out"]["refused"]) == (5, 5, 1)
    assert [each["is_example"] for each in found["examples"]] == [True] * 5 + [False]


def test_a_class_is_a_filter_and_a_facet(there: Installation) -> None:
    offers = tuple(replace(each, text="offer", subject=id_of("offer", number)) for number, each in enumerate(EXAMPLES[:3]))
    answers(there, log_of(*EXAMPLES, *offers), documents())
    everything = there.get(address("/search", q="budget quotation", kind="document", limit=100), ()).json()
    assert everything["facets"]["class"] == {"minutes": 10, "offer": 10}
    for name, kinds in ((("Minutes",), {"minutes"}), (("offer", "minutes"), {"offer", "minutes"}), (("unheard of",), set())):
        held = there.get(address("/search", q="budget quotation", kind="document", limit=100, **{"class": name}), ()).json()
        assert {hit["path"].removeprefix("open/").rstrip("0123456789.md") for hit in held["hits"]} == kinds
        assert held["total"] == 10 * len(kinds)
    page = there.get(address("/", q="budget", **{"class": "minutes"}), ()).body.decode()
    assert "class: minutes" in page
    assert "<summary>Class</summary>" in page


def test_without_classes_no_facet_is_named(there: Installation) -> None:
    found = answers(there, NOTHING, documents())
    assert "class" not in found[address("/search", q="budget harbour")].json()["facets"]
    assert found["/classes"].json() == {"classes": []}
    assert found[f"/classes/{CLASS}"].status == 404


def test_what_a_reader_may_not_open_changes_no_class_of_theirs(there: Installation) -> None:
    """Others' documents, examples in others' documents, and examples that are said to others."""
    closed = documents("board", BOARD, "attendees agenda secret")
    theirs = [said(Kind.EXAMPLE, id_of("offer", number, "board")) for number in range(4)]
    theirs += [said(Kind.COUNTEREXAMPLE, id_of("minutes", number, "board")) for number in range(4)]
    theirs += [said(Kind.EXAMPLE, id_of("guide", 3), BOARD), said(Kind.COUNTEREXAMPLE, id_of("minutes", 2), BOARD)]
    theirs += [said(Kind.EXAMPLE, id_of("offer", 5, "board"), name="MINUTES"), said(Kind.EXAMPLE, id_of("offer", 1, "board"), name="deal")]
    log = log_of(*EXAMPLES, *theirs)
    alone = answers(there, Told(log.events[: len(EXAMPLES)]), documents())
    together = answers(there, log, {**documents(), **closed})
    assert together == alone
    assert [row["name"] for row in there.get("/classes", ("group:board",)).json()["classes"]] == ["MINUTES", "deal"]
    board = card(there, "group:board")
    assert board["words"] != card(there)["words"]
    there.says_only(log_of(*theirs))
    assert card(there) is None
    assert there.get("/classes/deal", ()) == there.get("/classes/unheard of", ())


def test_examples_that_a_reader_may_not_open_take_no_places(there: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "MEMBERS", len(EXAMPLES))
    theirs = [said(Kind.EXAMPLE, id_of(kind, number, "board")) for kind in ("offer", "guide") for number in range(10)]
    assert min(each.subject for each in theirs) < max(each.subject for each in EXAMPLES), "else they would come last in any case"
    alone = answers(there, log_of(*EXAMPLES), documents())
    together = answers(there, log_of(*EXAMPLES, *theirs), {**documents(), **documents("board", BOARD)})
    assert together == alone


def test_a_deleted_document_takes_its_example_along_and_order_is_nothing(there: Installation) -> None:
    place = ("handbook", path("minutes", 4))
    fewer = {key: written for key, written in documents().items() if key != place}
    gone = answers(there, log_of(*EXAMPLES), fewer)
    never = [each for each in log_of(*EXAMPLES).events if each.subject != id_of("minutes", 4)]
    assert gone == answers(there, Told(tuple(never)), fewer)
    assert card(there)["held_out"]["examples"] == 4
    whole = answers(there, log_of(*EXAMPLES), documents())
    there.hold({index: {} for index in index_rows([], {})})
    assert answers(there, log_of(*EXAMPLES), dict(reversed(documents().items()))) == whole


def test_the_last_word_on_a_document_decides_until_it_is_undone(there: Installation) -> None:
    log = log_of(*EXAMPLES, said(Kind.COUNTEREXAMPLE, id_of("minutes", 4)))
    answers(there, log, documents())
    assert [each["is_example"] for each in card(there)["examples"]] == [True] * 4 + [False] * 2
    undone = Verdict(Kind.UNDO, id_of("minutes", 4), "v7", actor="ann@x.example", access=OPEN, seq=8, id="v8")
    there.says_only(Told((*log.events, undone)))
    assert [each["is_example"] for each in card(there)["examples"]] == [True] * 5 + [False]
