"""Which verdicts teach, by which documents."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_graph.curation.teaching import examples
from knowledge_graph.fold.score import SHIPPED
from knowledge_graph.model.access import EVERYONE, Access, Reader
from knowledge_graph.model.verdicts import Kind, Verdict
from knowledge_graph.serving.topics import Topics
from tests.laws.installation import Installation, installation
from tests.laws.organisations import Content, Organisation, Written
from tests.laws.plain import index_rows, known

OPEN, BOARD, NOT_NIGHT = Access.of([EVERYONE]), Access.of(["group:board"]), Access.of([EVERYONE], ["group:night"])
NAMES = {"Blue Ledger": OPEN, "Night Harbour": OPEN, "Project Falcon": BOARD, "Grey Heron": NOT_NIGHT, "Harbour Crane": OPEN}


@pytest.fixture(scope="module")
def there(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    with installation(elasticsearch_url, f"teach-{uuid.uuid4().hex[:8]}", tmp_path_factory.mktemp("home")) as made:
        documents = {}
        for name, access in NAMES.items():
            for at in range(3):
                text = f"# {name}\n\n{name} is the system of part {at}. We compared {name} with option {at}.\n"
                documents["handbook", f"{name}-{at}.md"] = Written(Content(text, "2024-01-01"), access)
        made.hold(index_rows(known(Organisation(documents)), {}))
        yield made


def said(seq: int, kind: Kind, subject: str, access: Access = OPEN, other: str = "") -> Verdict:
    return Verdict(kind, subject, other, access=access, seq=seq, id=f"v{seq}", at="2026-01-01T00:00:00.000Z")


def test_only_what_everyone_may_know_teaches(there: Installation) -> None:
    log = [
        said(1, Kind.CONFIRM, "blueledger"),
        said(2, Kind.REJECT, "nightharbour"),
        said(3, Kind.CONFIRM, "nightharbour", BOARD),
        said(4, Kind.REJECT, "projectfalcon"),
        said(5, Kind.CONFIRM, "greyheron"),
        said(6, Kind.HIDE, "harbourcrane"),
        said(7, Kind.REJECT, "blueledger"),
        said(8, Kind.UNDO, "blueledger", other="v7"),
        said(9, Kind.CONFIRM, "nowhere"),
    ]
    found = examples(there.store, log)
    assert [(example.key, example.is_topic, example.documents) for example in found] == [
        ("blueledger", True, 3),
        ("nightharbour", False, 3),
    ]
    assert found[0].features["title"] == 1.0


def test_the_index_says_what_its_topics_are_weighed_by(there: Installation, tmp_path: Path) -> None:
    topics = Topics(there.store, Reader.of([]))
    assert there.store.weighing() == SHIPPED
    before = {topic.key: topic.score for topic in topics.ranked(None, 100)}
    assert {"blueledger", "nightharbour"} <= before.keys()
    raised = replace(SHIPPED, weights={**SHIPPED.weights, "title": 2.5}, threshold=SHIPPED.threshold + 1.0)
    there.store.describe(there.names["subjects"], raised)
    there.store._known.weighing = (0.0, SHIPPED)
    assert there.store.weighing() == raised
    after = {topic.key: topic.score for topic in topics.ranked(None, 100)}
    assert after["blueledger"] > before["blueledger"]
    there.store.describe(there.names["subjects"], replace(SHIPPED, threshold=99.0))
    there.store._known.weighing = (0.0, SHIPPED)
    assert topics.ranked(None, 100) == []
    there.store.describe(there.names["subjects"], SHIPPED)
    there.store._known.weighing = (0.0, SHIPPED)
    assert {topic.key: topic.score for topic in topics.ranked(None, 100)} == before
