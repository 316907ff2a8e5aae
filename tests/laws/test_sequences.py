"""The laws on random histories: whatever was done to the sources on the way, each reader gets what their documents say, and no more.

After each step the answers of one reader, chosen at random, are compared with plain counting over the documents that this reader may
open, and with the answers of an installation that was made from those documents alone. Parsing, mining, partials and finishing are pure
functions and run here as they are, with a real Elasticsearch and the real API behind; `test_pipeline_sequences.py` shows that the
pipeline publishes the same rows.

`LAW_STEPS=50000` makes it long, `LAW_SEED` repeats a run; the seed is printed.
"""

import os
import random
import sys
import uuid
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from knowledge_graph.model.access import Access
from tests.laws import organisations as org
from tests.laws.installation import Installation, Reply, differences, installation, requests
from tests.laws.oracle import CHECKS, Shelf, a_document_opens_if_and_only_if_it_is_mine
from tests.laws.organisations import Content, Organisation, Written
from tests.laws.plain import Known, index_rows, known

STEPS = int(os.environ.get("LAW_STEPS", "1000"))
SEED = int(os.environ.get("LAW_SEED") or random.randrange(2**32))
STEPS_PER_HISTORY = 40
REQUESTS_A_STEP = 1
pytestmark = pytest.mark.timeout(max(1800, STEPS * 2))

NAMES = "abcdefghijkl"
URLS = requests(
    topics=[*org.TOPICS, "CDP", "Ledger Pump", "Slow Bird"],
    people=[*dict.fromkeys(edit.email for edit in org.PEOPLE), "dee@x.example"],
    documents=[],
    texts=["harbour ledger", "option boxes", "Night Harbour", "ann", "CDP"],
)


class World:
    """What the steps have in common: the installation under test, one for `alone`, and how much was done."""

    def __init__(self, everything: Installation, alone: Installation) -> None:
        self.everything, self.alone = everything, alone
        self.steps = self.compared = 0


class Histories(RuleBasedStateMachine):
    """One organisation through one history."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.now = Organisation({}, org.GROUPS)
        self.chance = random.Random(SEED + self.world.steps)
        self.fresh = False
        self.gone: list[str] = []

    # Steps

    @initialize(
        first=st.lists(
            st.tuples(st.sampled_from(org.SOURCES), st.sampled_from(NAMES), org.contents(), org.accesses), min_size=4, max_size=8
        )
    )
    def begin(self, first: list[tuple[str, str, Content, Access]]) -> None:
        for source, name, content, access in first:
            self._write(source, name, content, access)
        self._publish()

    @rule(source=st.sampled_from(org.SOURCES), name=st.sampled_from(NAMES), content=org.contents(), access=org.accesses)
    def add(self, source: str, name: str, content: Content, access: Access) -> None:
        self._write(source, name, content, access)
        self._publish()

    @precondition(lambda self: self.now.documents)
    @rule(data=st.data(), text=org.texts(), modified=st.sampled_from(org.DATES))
    def edit(self, data: st.DataObject, text: str, modified: str) -> None:
        place = self._pick(data)
        held = self.now.documents[place]
        changed = Content(text, modified, held.content.edits, held.content.attached, held.content.subject)
        self.now = self.now.with_document(place, Written(changed, held.access))
        self._publish()

    @precondition(lambda self: self.now.documents)
    @rule(data=st.data(), source=st.sampled_from(org.SOURCES), name=st.sampled_from(NAMES))
    def move(self, data: st.DataObject, source: str, name: str) -> None:
        place = self._pick(data)
        held = self.now.documents[place]
        self.now = self.now.without(place).with_document(org.renamed(place, source, name), held)
        self._publish()

    @precondition(lambda self: self.now.documents)
    @rule(data=st.data(), access=org.accesses)
    def re_access(self, data: st.DataObject, access: Access) -> None:
        place = self._pick(data)
        self.now = self.now.with_document(place, Written(self.now.documents[place].content, access))
        self._publish()

    @precondition(lambda self: self.now.documents)
    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        place = self._pick(data)
        self.gone += [each.id for each in known(Organisation({place: self.now.documents[place]}))]
        self.now = self.now.without(place)
        self._publish()

    @rule(groups=org.groups)
    def regroup(self, groups: org.Groups) -> None:
        self.now = Organisation(self.now.documents, groups)
        self._publish()

    @rule(data=st.data())
    def re_deliver_in_another_order(self, data: st.DataObject) -> None:
        """The same documents again, in any order: nothing is written."""
        documents = known(self.now)
        self.chance.shuffle(documents)
        assert self.world.everything.hold(index_rows(documents, self.now.groups)) == 0
        self.fresh = True

    @rule(
        written=st.integers(0, 40),
        source=st.sampled_from(org.SOURCES),
        name=st.sampled_from(NAMES),
        content=org.contents(),
        access=org.accesses,
    )
    def crash_and_retry(self, written: int, source: str, name: str, content: Content, access: Access) -> None:
        self._write(source, name, content, access)
        self.world.everything.hold(self._rows(), killed_after=written)
        self._publish()

    def _write(self, source: str, name: str, content: Content, access: Access) -> None:
        self.now = self.now.with_document(org.place_of(source, name, content), Written(content, access))

    def _pick(self, data: st.DataObject) -> org.Place:
        return data.draw(st.sampled_from(sorted(self.now.documents)), label="place")

    def _rows(self) -> dict[str, dict[str, dict[str, object]]]:
        return index_rows(known(self.now), self.now.groups)

    def _publish(self) -> None:
        self.world.everything.hold(self._rows())
        self.fresh = True

    # What must hold after each

    @invariant()
    def each_reader_gets_what_their_documents_say(self) -> None:
        if not self.fresh:
            return
        self.fresh = False
        self.world.steps += 1
        token = self.chance.choice(org.READERS)
        mine = self.now.seen_by(self.now.principals_of(token))
        held = known(mine)
        self._count(token, held)
        self.world.alone.hold(index_rows(held, mine.groups))
        self._compare(token, self.chance.sample(URLS, REQUESTS_A_STEP))

    def teardown(self) -> None:
        """At the end of a history one reader is asked every question there is."""
        if sys.exc_info()[0] is None and self.now.documents:
            token = self.chance.choice(org.READERS)
            mine = self.now.seen_by(self.now.principals_of(token))
            self.world.alone.hold(index_rows(known(mine), mine.groups))
            ids = [each.id for each in known(self.now)]
            self._compare(token, self.chance.sample(URLS, 12) + requests([], [], [*ids, *self.gone][-4:], []))

    def _count(self, token: tuple[str, ...], mine: list[Known]) -> None:
        shelf = Shelf.of(mine)
        check, words = self.chance.choice(CHECKS)
        check(lambda url: self._get(url, token), shelf, self.chance.choice(words))
        everyones = [each.id for each in known(self.now)] + self.gone
        if everyones:
            a_document_opens_if_and_only_if_it_is_mine(lambda url: self._get(url, token), shelf, self.chance.choice(everyones))

    def _get(self, url: str, token: tuple[str, ...]) -> Reply:
        self.world.compared += 1
        return self.world.everything.get(url, token)

    def _compare(self, token: tuple[str, ...], urls: list[str]) -> None:
        self.world.compared += len(urls)
        found = differences(self.world.everything, self.world.alone, urls, token)
        assert not found, f"{token} gets something else than from their own documents alone: {found}"


@pytest.fixture(scope="module")
def world(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, run = tmp_path_factory.mktemp("home"), uuid.uuid4().hex[:8]
    with (
        installation(elasticsearch_url, f"law-all-{run}", home) as everything,
        installation(elasticsearch_url, f"law-one-{run}", home) as alone,
    ):
        yield World(everything, alone)


def test_every_reader_gets_exactly_what_their_documents_say(world: World) -> None:
    sys.stdout.write(f"\nLAW_SEED={SEED} LAW_STEPS={STEPS}\n")
    Histories.world = world
    phases = (Phase.generate, Phase.shrink) if STEPS > 10_000 else (Phase.generate,)
    while world.steps < STEPS:
        histories = settings(
            max_examples=max(1, (STEPS - world.steps) // STEPS_PER_HISTORY),
            stateful_step_count=STEPS_PER_HISTORY,
            phases=phases,
            suppress_health_check=list(HealthCheck),
            database=None,
            deadline=None,
        )
        run_state_machine_as_test(seed(SEED + world.steps)(Histories), settings=histories)
    sys.stdout.write(f"{world.steps} steps, {world.compared} answers compared\n")
