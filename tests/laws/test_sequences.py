"""The laws on random histories: whatever was done to the sources on the way, each reader gets what their documents say, and no more.

Documents come, change, move and go, access and groups change, people give verdicts and take them back. After each step the answers of
one reader, chosen at random, are compared with plain counting over the documents that this reader may open and the verdicts that speak
to them, and with the answers of an installation that was made from those documents and verdicts alone. Parsing, mining, partials and
finishing are pure functions and run here as they are, with a real Elasticsearch, a real log and the real API behind;
`test_pipeline_sequences.py` shows that the pipeline publishes the same rows.

One commit always gets one answer: `LAW_SEED=$RANDOM` looks elsewhere, `LAW_STEPS=50000` further; the seed is printed.
"""

import os
import random
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from knowledge_graph.curation.database import Database
from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.model.access import EVERYONE, Access
from tests.laws import organisations as org
from tests.laws.installation import CLASS, Installation, Reply, differences, installation, requests
from tests.laws.oracle import CHECKS, Shelf, a_document_opens_if_and_only_if_it_is_mine
from tests.laws.organisations import Content, Groups, Organisation, Written
from tests.laws.plain import Known, Rows, index_rows, known
from tests.laws.said import Told, told

STEPS = int(os.environ.get("LAW_STEPS", "2000"))
SEED = int(os.environ.get("LAW_SEED", "1"))
STEPS_PER_HISTORY = 40
REQUESTS_A_STEP = 1
pytestmark = pytest.mark.timeout(max(1800, STEPS * 2))

Token = tuple[str, ...]
NAMES = "abcdefghijkl"
URLS = requests(
    topics=[*org.TOPICS, *org.TYPED, "Ledger Pump", "Slow Bird"],
    people=[*dict.fromkeys(edit.email for edit in org.PEOPLE), "dee@x.example"],
    documents=[],
    texts=["harbour ledger", "option boxes", "Night Harbour", "ann", "CDP"],
)


CURATORS = tuple((*token, "role:curator") for token in org.READERS[1:])
names = st.sampled_from([*org.TOPICS, "CDP", "Ledger Pump", "option boxes"])
typed = st.sampled_from(org.TYPED)
curators = st.sampled_from(CURATORS)
people = st.sampled_from(sorted({edit.email for edit in org.PEOPLE if "[bot]" not in edit.name}))
audiences = st.sampled_from(([EVERYONE], ["group:crew"], ["group:office"], []))
"""Beside whoever gives the verdict."""
denials = st.sampled_from(([], [], [], ["group:night"]))


class World:
    """What the steps have in common: the installation under test, one for each reader's own documents, and how much was done."""

    def __init__(self, everything: Installation, alone: Mapping[Token, Installation], place: Path) -> None:
        self.everything, self.alone, self._place = everything, alone, place
        self.steps = self.compared = 0
        self.verdicts: Counter[str] = Counter()
        """Given, by kind; and refused."""
        self._held: dict[str, object] = {}
        with Database(CurationSettings(place / "empty.sqlite")).reading():
            pass

    def hold(self, there: Installation, documents: Sequence[Known], groups: Groups, decided: frozenset[str]) -> None:
        """Publish, unless just this was published there last: most verdicts change no row."""
        wanted = (tuple(documents), tuple(sorted(groups.items())), decided)
        if there.held is None or self._held.get(there.settings.store.prefix) != wanted:
            there.hold(index_rows(documents, groups, decided=decided))
            self._held[there.settings.store.prefix] = wanted

    def fresh_log(self) -> VerdictLog:
        """An empty log: a copy of one, because making the tables takes longer than a step."""
        self._place.joinpath("log.sqlite").unlink(missing_ok=True)
        shutil.copy(self._place / "empty.sqlite", self._place / "log.sqlite")
        return VerdictLog(CurationSettings(self._place / "log.sqlite"))


class Histories(RuleBasedStateMachine):
    """One organisation through one history."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.now = Organisation({}, org.GROUPS)
        self.chance = random.Random(SEED)
        self.fresh = False
        self.gone: list[str] = []
        self.log = self.world.fresh_log()
        self.world.everything.says_only(self.log)

    # Steps

    @initialize(
        first=st.lists(
            st.tuples(st.sampled_from(org.SOURCES), st.sampled_from(NAMES), org.contents(), org.accesses), min_size=4, max_size=8
        ),
        chance=st.integers(0, 2**32 - 1),
    )
    def begin(self, first: list[tuple[str, str, Content, Access]], chance: int) -> None:
        self.chance = random.Random(chance)  # drawn, so that a history that failed asks the same again
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
        assert self.world.everything.hold(index_rows(documents, self.now.groups, decided=self.log.topic_keys())) == 0
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

    # Verdicts: given through the API by somebody who reads there, and refused to who sees nothing of what it is about

    @rule(kind=st.sampled_from(("confirm", "reject", "hide")), key=names, who=curators, to=audiences, but=denials)
    def judge(self, kind: str, key: str, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key=key)

    @rule(key=names, text=typed, who=curators, to=audiences, but=denials)
    def rename(self, key: str, text: str, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind="rename", key=key, text=text)

    @rule(kind=st.sampled_from(("add-alias", "remove-alias")), key=names, text=typed | names, who=curators, to=audiences, but=denials)
    def change_alias(self, kind: str, key: str, text: str, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key=key, text=text)

    @rule(kind=st.sampled_from(("merge", "merge", "split")), key=names, other=names, who=curators, to=audiences, but=denials)
    def pair(self, kind: str, key: str, other: str, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key=key, other=other)

    @rule(kind=st.sampled_from(("merge", "split")), key=people, other=people, who=curators)
    def pair_people(self, kind: str, key: str, other: str, who: Token) -> None:
        self._say(who, [EVERYONE], [], kind=kind, key=key, other=other)

    @rule(kind=st.sampled_from(("pin-person", "unpin-person")), key=names, other=people, who=curators, to=audiences, but=denials)
    def pin_person(self, kind: str, key: str, other: str, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key=key, other=other)

    @precondition(lambda self: self.now.documents)
    @rule(kind=st.sampled_from(("pin-document", "unpin-document")), key=names, data=st.data(), who=curators, to=audiences, but=denials)
    def pin_document(self, kind: str, key: str, data: st.DataObject, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key=key, other="/".join(self._pick(data)))

    @rule(kind=st.sampled_from(("not-me", "not-me", "opt-out")), key=names, who=people)
    def not_me(self, kind: str, key: str, who: str) -> None:
        self._say((who,), [], [], kind=kind, **({"key": who} if kind == "opt-out" else {"key": key, "other": who}))

    @rule(kind=st.sampled_from(("describe", "type", "follow")), key=names, text=typed, who=curators, to=audiences)
    def describe(self, kind: str, key: str, text: str, who: Token, to: list[str]) -> None:
        self._say(who, to, [], kind=kind, key=key, text="" if kind == "follow" else text)

    @precondition(lambda self: self.now.documents)
    @rule(
        kind=st.sampled_from(("example", "example", "counterexample")),
        text=st.sampled_from((CLASS, CLASS, "letters")),
        data=st.data(),
        who=curators,
        to=audiences,
        but=denials,
    )
    def exemplify(self, kind: str, text: str, data: st.DataObject, who: Token, to: list[str], but: list[str]) -> None:
        self._say(who, to, but, kind=kind, key="/".join(self._pick(data)), text=text)

    @precondition(lambda self: self.log.verdicts())
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        event = data.draw(st.sampled_from(self.log.verdicts()), label="event")
        told = self.world.everything.post(f"/verdicts/{event.id}/undo", (event.actor, "role:curator"), {})
        assert told.status in (201, 400, 403, 404), told
        self.world.verdicts["undo" if told.status == 201 else "refused"] += 1
        self._publish()

    def _say(self, who: Token, to: list[str], but: list[str], **given: str) -> None:
        told = self.world.everything.post("/verdicts", who, {**given, "allow": [*to, who[0]], "deny": but})
        assert told.status in (201, 400, 404), told
        self.world.verdicts[given["kind"] if told.status == 201 else "refused"] += 1
        # A name that nothing spoke of is published once a verdict does.
        self._publish()

    def _write(self, source: str, name: str, content: Content, access: Access) -> None:
        self.now = self.now.with_document(org.place_of(source, name, content), Written(content, access))

    def _pick(self, data: st.DataObject) -> org.Place:
        return data.draw(st.sampled_from(sorted(self.now.documents)), label="place")

    def _rows(self) -> Rows:
        return index_rows(known(self.now), self.now.groups, decided=self.log.topic_keys())

    def _publish(self) -> None:
        self.world.hold(self.world.everything, known(self.now), self.now.groups, self.log.topic_keys())
        self.fresh = True

    # What must hold after each

    @invariant()
    def each_reader_gets_what_their_documents_say(self) -> None:
        if not self.fresh:
            return
        self.fresh = False
        self.world.steps += 1
        token = self.chance.choice(org.READERS)
        held, said = self._alone(token)
        self._count(token, Shelf.of(held, said))
        self._compare(token, self.chance.sample(URLS, REQUESTS_A_STEP))

    def teardown(self) -> None:
        """At the end of a history one reader is asked every question there is."""
        if sys.exc_info()[0] is None and self.now.documents:
            token = self.chance.choice(org.READERS)
            self._alone(token)
            ids = [each.id for each in known(self.now)]
            self._compare(token, self.chance.sample(URLS, 12) + requests([], [], [*ids, *self.gone][-4:], []))
        self.log.close()

    def _alone(self, token: Token) -> tuple[list[Known], Told]:
        """The reader's own documents and what is said to them, which their own installation then holds and nothing else."""
        principals = self.now.principals_of(token)
        mine = self.now.seen_by(principals)
        held = known(mine)
        said = told(self.log.verdicts(), principals, held)
        self.world.alone[token].says_only(said)
        self.world.hold(self.world.alone[token], held, mine.groups, said.topic_keys())
        return held, said

    def _count(self, token: Token, shelf: Shelf) -> None:
        check, words = self.chance.choice(CHECKS)
        check(lambda url: self._get(url, token), shelf, self.chance.choice(words))
        everyones = [each.id for each in known(self.now)] + self.gone
        if everyones:
            a_document_opens_if_and_only_if_it_is_mine(lambda url: self._get(url, token), shelf, self.chance.choice(everyones))

    def _get(self, url: str, token: Token) -> Reply:
        self.world.compared += 1
        return self.world.everything.get(url, token)

    def _compare(self, token: Token, urls: list[str]) -> None:
        self.world.compared += len(urls)
        # A curator is told of verdicts that wait for evidence, too: what shows history is compared without the role.
        history = [url for url in urls if url.startswith(("/verdicts", "/portal/topics/"))]
        plain = tuple(principal for principal in token if not principal.startswith("role:"))
        there, alone = self.world.everything, self.world.alone[token]
        found = differences(there, alone, [url for url in urls if url not in history], token)
        found |= differences(there, alone, history, plain)
        assert not found, f"{token} gets something else than from their own documents alone: {found}"


@pytest.fixture(scope="module")
def world(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, run = tmp_path_factory.mktemp("home"), uuid.uuid4().hex[:8]
    with ExitStack() as opened:
        everything = opened.enter_context(installation(elasticsearch_url, f"law-all-{run}", home))
        alone = {
            token: opened.enter_context(installation(elasticsearch_url, f"law-{number}-{run}", home))
            for number, token in enumerate(org.READERS)
        }
        yield World(everything, alone, home)


def test_an_end_of_an_edge_that_only_others_know_leads_nowhere(world: World) -> None:
    """A verdict may give a topic a name that only others' documents hold: a link to what that name stands for is no link to the topic."""
    Histories.world = world
    state, token = Histories(), ("dee@x.example", "role:curator")
    words = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n" + "\n".join(
        f'<x:{number}> a skos:Concept ; skos:prefLabel "{name}" .' for number, name in enumerate(("Blue Ledger", "Grey-Heron"))
    )
    linking = "# Blue Ledger\n\nBlue Ledger holds the accounts.\n\nMore is in [the notes](../central-dock-plan.md).\n"
    plan = "# Central Dock Plan\n\nCentral Dock Plan is the plan for the docks.\n"
    written = [("a", linking, "everyone"), ("b", words, "everyone"), ("c", plan, "group:night")]
    shelf = [("handbook", name, Content(text, "2024-05-17", (), (), ""), Access.of([allow])) for name, text, allow in written]
    state.begin(shelf, 1)
    state.change_alias(kind="add-alias", key="Grey-Heron", text="Central Dock Plan", who=token, to=[], but=[])
    assert world.everything.get("/topics/Central Dock Plan", token).status == 200
    state._alone(token)
    state._compare(token, [url for url in URLS if "Ledger" in url or "export" in url])
    state.log.close()


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
    sys.stdout.write(f"{world.steps} steps, {world.compared} answers compared, verdicts: {dict(world.verdicts)}\n")
