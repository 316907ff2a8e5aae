"""What permissions cost: the same documents read through many audiences and groups, and as if everybody could read them, in one run.

The untrimmed side holds exactly the reader's documents under one audience, so both give the same answers and the difference is what
trimming costs: the filter of every query, and merging a partial for each audience instead of one. Ratios are of one run, taken in turns.
`BENCH_AUDIENCES=20,1000,100000` adds the largest, whose rows take minutes to make.
"""

import os
import random
import statistics
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from knowledge_graph.model.access import EVERYONE, Access, Reader
from knowledge_graph.model.ids import document_id
from knowledge_graph.model.records import Document, Evidence, Segment
from knowledge_graph.serving.library import Library
from knowledge_graph.serving.mappings import INDEXES
from knowledge_graph.serving.store import SearchStore, StoreSettings
from tests.laws.plain import Known, index_rows

AUDIENCES = [int(number) for number in os.environ.get("BENCH_AUDIENCES", "20,1000").split(",")]
GROUPS = (1, 100, 5000)
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "40"))
GOAL, CARD_GOAL_MS = 1.15, 100
DOCUMENTS = 2000
TOPICS = [
    f"{first} {second}" for first in ("Falcon", "Ledger", "Harbour", "Otter", "Crane", "Kite") for second in ("Scanner", "Board", "Plan")
]
PEOPLE = [f"person{number}@x.example" for number in range(40)]
pytestmark = pytest.mark.timeout(7200)


def generated(audiences: int) -> list[Known]:
    """Documents on few topics by few people, dealt out to the audiences; audience n is open to group n, modulo the number of groups."""
    chance = random.Random(7)
    return [_document(number, number % audiences, chance) for number in range(max(DOCUMENTS, audiences))]


def _document(number: int, audience: int, chance: random.Random) -> Known:
    own, other = chance.sample(TOPICS, 2)
    text = f"{own} is compared with {other} and chosen, says note {number} of the harbour."
    date = f"20{chance.randrange(15, 25)}-{chance.randrange(1, 13):02d}-11"
    identity = document_id("bench", f"{number}.md")
    person = chance.choice(PEOPLE)
    evidence = (
        Evidence("mention", own.replace(" ", "").lower(), "title", own, features=("two-capitals", "standalone:1")),
        Evidence("mention", own.replace(" ", "").lower(), "prose", own, segment=0, start=0, end=len(own), features=("two-capitals",)),
        Evidence(
            "mention", other.replace(" ", "").lower(), "heading", other, segment=0, start=len(own) + 18, end=len(own) + 18 + len(other)
        ),
        Evidence("definition", own.replace(" ", "").lower(), "definition", text, segment=0, start=0, end=len(text)),
        Evidence("contribution", f"email:{person}", "edited", person.partition("@")[0].title(), count=2, last=date),
    )
    document = Document(identity, "bench", f"{number}.md", "document", own, date, segments=(Segment(0, text, (own,)),))
    allow = [f"group:{audience % GROUPS[-1]}", f"group:only{audience}"]
    return Known(document, Access.of(allow), "text/markdown", "", 1, evidence)


def fill(store: SearchStore, documents: list[Known]) -> None:
    names = store.prepare()
    rows = index_rows(documents, {})
    for index in INDEXES:
        store.write(names[index], rows[index].items())
    store.refresh(names.values())


@pytest.fixture
def stores(elasticsearch_url: str) -> Iterator[Callable[[], SearchStore]]:
    opened: list[SearchStore] = []

    def make() -> SearchStore:
        opened.append(SearchStore.open(StoreSettings(elasticsearch_url, prefix=f"bench-{uuid.uuid4().hex[:8]}")))
        return opened[-1]

    yield make
    for store in opened:
        store.drop()
        store.close()


ASKED: dict[str, Callable[[Library], Any]] = {
    "card": lambda library: library.topic("Falcon Scanner"),
    "search": lambda library: library.search("harbour plan compared"),
    "suggest": lambda library: library.suggest("fal"),
    "topics": lambda library: library.topics(limit=20),
    "person": lambda library: library.person(PEOPLE[0]),
}


@pytest.mark.parametrize("audiences", AUDIENCES)
def test_trimmed_against_untrimmed(stores: Callable[[], SearchStore], audiences: int) -> None:
    documents = generated(audiences)
    trimmed = stores()
    fill(trimmed, documents)
    sys.stdout.write(f"\n{audiences:,} audiences, {len(documents):,} documents, {ROUNDS} rounds\n")
    for count in GROUPS:
        reader = Reader.of(f"group:{number}" for number in range(count))
        mine = [replace(each, access=Access.of([EVERYONE])) for each in documents if each.access.opens_to(reader)]
        whole = stores()
        fill(whole, mine)
        sides = (Library(trimmed, reader), Library(whole, Reader.of([])))
        for name, ask in ASKED.items():
            # What a person knows is weighed by months within an audience, which is no sum over audiences.
            assert name == "person" or ask(sides[0]) == ask(sides[1]), f"{name}: permissions change what is answered, not only how fast"
            _report(
                f"{count:>5,} groups, {len({each.access.audience for each in documents if each.access.opens_to(reader)}):>5,} audiences",
                name,
                sides,
                ask,
            )
        whole.drop()


def _report(who: str, name: str, sides: tuple[Library, Library], ask: Callable[[Library], Any]) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for side, library in enumerate(sides):
            times[side].append(_milliseconds(partial(ask, library)))
    (p50, p95, p99), (base50, _, base99) = map(_percentiles, times)
    missed = " GOAL MISSED" if p99 / base99 > GOAL or (name == "card" and p95 > CARD_GOAL_MS) else ""
    sys.stdout.write(
        f"  {who} {name:8} p50 {p50:6.1f} ms ({p50 / base50:.2f}x)  p95 {p95:6.1f} ms  p99 {p99:6.1f} ms ({p99 / base99:.2f}x){missed}\n"
    )


def _milliseconds(ask: Callable[[], Any]) -> float:
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def _percentiles(times: list[float]) -> tuple[float, float, float]:
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return cuts[49], cuts[94], cuts[98]
