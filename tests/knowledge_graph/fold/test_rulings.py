"""What verdicts mean, without a store: which one decides, what an undo gives back, what joins and parts names."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.closure import Join, Link, close
from knowledge_graph.fold.rulings import replay
from knowledge_graph.model.access import Access, Reader
from knowledge_graph.model.verdicts import Kind, Verdict

KEYS = ("falcon", "pf", "osprey", "ledger")
FINANCE, EVERYONE = Access.of(["group:finance"]), Access.of(["everyone"])
READERS = (Reader.of([]), Reader.of(["group:finance"]))


def log_of(*verdicts: Verdict) -> list[Verdict]:
    return [replace(each, seq=seq, id=f"v{seq}") for seq, each in enumerate(verdicts, 1)]


def said(kind: Kind, subject: str, access: Access = EVERYONE, **fields: Any) -> Verdict:
    return Verdict(kind, subject, access=access, actor=fields.pop("actor", "ann"), **fields)


@st.composite
def verdict(draw: st.DrawFn) -> Verdict:
    kind = draw(st.sampled_from([kind for kind in Kind if kind != Kind.UNDO]))
    subject, other = draw(st.lists(st.sampled_from(KEYS), min_size=2, max_size=2, unique=True))
    access = draw(st.sampled_from([EVERYONE, FINANCE]))
    person = draw(st.sampled_from(["email:ann@x", "email:bo@x"]))
    if kind == Kind.OPT_OUT:
        return said(kind, person, access)
    beside = {Kind.MERGE: other, Kind.SPLIT: other}.get(kind, person if "person" in kind or kind == Kind.NOT_ME else "d1")
    return said(kind, subject, access, other=beside, text=draw(st.sampled_from(["Falcon", "PF", "Big Bird"])))


@given(st.lists(verdict(), max_size=12), verdict(), st.sampled_from(READERS))
def test_undo_is_the_inverse_of_any_verdict(before: list[Verdict], one: Verdict, reader: Reader) -> None:
    log = log_of(*before, one)
    undone = log_of(*before, one, said(Kind.UNDO, one.subject, one.access, other=log[-1].id))
    again = log_of(*undone, said(Kind.UNDO, one.subject, one.access, other=undone[-1].id))

    def effects(verdicts: list[Verdict]) -> tuple[object, ...]:
        rulings = replay(verdicts, reader)
        return rulings.by_subject, rulings.standings, rulings.opted_out, rulings.linked, rulings.examples

    assert effects(undone) == effects(log_of(*before))
    assert effects(again) == effects(log)


@given(st.lists(verdict(), max_size=8).flatmap(lambda log: st.tuples(st.just(log_of(*log)), st.permutations(log_of(*log)))))
def test_the_order_of_the_log_decides_not_the_order_of_reading(pair: tuple[list[Verdict], list[Verdict]]) -> None:
    for reader in READERS:
        assert replay(pair[0], reader) == replay(pair[1], reader)


@given(st.lists(verdict(), max_size=10), st.lists(verdict(), max_size=4))
def test_verdicts_for_others_are_as_if_they_did_not_exist(shown: list[Verdict], hidden: list[Verdict]) -> None:
    log = log_of(*shown, *(replace(each, access=Access.of(["group:board"])) for each in hidden))
    for reader in READERS:
        assert replay(log, reader) == replay(log[: len(shown)], reader)


def test_two_curators_at_odds_the_later_in_the_log_decides_whatever_the_clock_says() -> None:
    log = log_of(
        said(Kind.REJECT, "falcon", actor="ann", at="2026-02-01T00:00:00Z"),
        said(Kind.CONFIRM, "falcon", actor="bo", at="2026-01-01T00:00:00Z"),
    )
    assert replay(log, READERS[0]).is_confirmed("falcon")


def test_a_narrow_verdict_decides_for_its_audience_only() -> None:
    log = log_of(said(Kind.CONFIRM, "falcon"), said(Kind.HIDE, "falcon", FINANCE))
    assert [replay(log, reader).is_refused("falcon") for reader in READERS] == [False, True]


def test_names_given_added_and_taken_away() -> None:
    log = log_of(
        said(Kind.RENAME, "falcon", text="Falcon 2"),
        said(Kind.ADD_ALIAS, "falcon", text="Bird"),
        said(Kind.REMOVE_ALIAS, "falcon", text="PF"),
    )
    rulings = replay(log, READERS[0])
    assert rulings.names(["falcon"], ["Project Falcon", "PF"]) == ("Falcon 2", "Project Falcon", "Bird")
    assert rulings.names(["osprey"], ["Osprey"]) == ("Osprey",)
    assert rulings.named(["bird"]) == ["falcon"]
    assert rulings.beginning("falcon 2") == ["falcon"]


JOINS = [Join("falcon", "pf", "acronym", 3), Join("pf", "osprey", "link", 1)]


def test_a_split_keeps_names_apart_on_every_way_round() -> None:
    assert close(JOINS).of("falcon") == ("falcon", "osprey", "pf")
    parted = close(JOINS, links=[Link("falcon", "osprey", same=False)])
    assert parted.of("falcon") == ("falcon", "pf")
    assert parted.of("osprey") == ("osprey",)


def test_a_merge_stands_above_the_hub_rule() -> None:
    joins = [Join("projectfalcon", "pf", "acronym", 3), Join("paymentfloor", "pf", "acronym", 2)]
    closure = close(joins, links=[Link("pf", "projectfalcon", same=True)])
    assert closure.of("pf") == ("pf", "projectfalcon")
    assert closure.meanings == {}


def test_the_later_of_a_merge_and_a_split_decides() -> None:
    merge, split = said(Kind.MERGE, "falcon", other="osprey"), said(Kind.SPLIT, "osprey", other="falcon")
    for log, together in (([merge, split], False), ([split, merge], True)):
        links = replay(log_of(*log), READERS[0]).links(["falcon", "osprey"], ["falcon", "osprey"])
        assert (close([], links=links).of("falcon") == ("falcon", "osprey")) is together


@pytest.mark.parametrize(("held", "joined"), [(("falcon",), False), (("osprey",), False), (("falcon", "osprey"), True)])
def test_a_merge_needs_evidence_of_both(held: tuple[str, ...], joined: bool) -> None:
    links = replay(log_of(said(Kind.MERGE, "falcon", other="osprey")), READERS[0]).links(["falcon", "osprey"], held)
    assert bool(links) is joined


def test_a_verdict_that_lost_its_text_means_nothing() -> None:
    assert replay(log_of(said(Kind.RENAME, "falcon"), said(Kind.MERGE, "falcon"), said(Kind.CONFIRM, "")), READERS[0]).by_subject == {}
