"""The merge algebra and the bound, on generated partials."""

from dataclasses import replace
from functools import reduce
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.closure import Join, close
from knowledge_graph.fold.features import traits
from knowledge_graph.fold.partial import (
    BEST_DOCUMENTS,
    CONTEXTS,
    OF_A_VALUE,
    DocumentRef,
    SentenceRef,
    StatementRef,
    TopicPartial,
    merge_topics,
    smallest,
)
from knowledge_graph.fold.score import SHIPPED, bound, is_candidate, is_topic, score, why

counts = st.dictionaries(
    st.sampled_from(["title", "path", "heading", "item", "link", "prose", "alias:acronym", "vocabulary"]), st.integers(1, 9)
)
flags = st.dictionaries(
    st.sampled_from(["standalone", "sentence", "camel", "person", "file", "folder", "number", "lower", "team", "record"]), st.integers(1, 9)
)
names = st.dictionaries(st.sampled_from(["Falcon", "project falcon", "the", "KubeFed"]), st.integers(1, 9), min_size=1)
references = st.builds(
    DocumentRef, st.sampled_from("abcdefgh"), st.floats(0, 9).map(lambda x: round(x, 4)), st.just("2024-05-01"), st.integers(0, 3)
)
sentences = st.builds(
    SentenceRef,
    st.just("definition"),
    st.text("xyz", max_size=3),
    st.floats(0, 1),
    st.just(""),
    st.sampled_from("ab"),
    *[st.integers(0, 3)] * 3,
)
statements = st.builds(
    StatementRef,
    st.sampled_from(["launch", "owner"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(["", "2024-01-01", "2025-01-01"]),
    st.sampled_from("abcdefgh"),
    *[st.integers(0, 3)] * 3,
)
partials = st.builds(
    TopicPartial,
    documents=st.integers(1, 9),
    places=counts,
    flags=flags,
    names=names,
    mentions=st.dictionaries(st.sampled_from(["prose", "heading", "speech"]), st.integers(1, 99)),
    contexts=st.lists(st.integers(0, 2**32 - 1), max_size=2 * CONTEXTS).map(smallest),
    months=st.dictionaries(st.sampled_from(["2024-01", "2024-02"]), st.integers(1, 5)),
    best=st.lists(references, max_size=5, unique_by=lambda r: r.document).map(lambda rs: tuple(sorted(rs, key=lambda r: r.order))),
    sentences=st.lists(sentences, max_size=3, unique=True).map(lambda rs: tuple(sorted(rs, key=lambda r: r.order))),
    statements=st.lists(statements, max_size=4).map(lambda refs: merge_topics([TopicPartial(statements=tuple(refs))]).statements),
    types=st.dictionaries(st.sampled_from(["system", "ticket"]), st.integers(1, 3)),
    first=st.sampled_from(["", "2023-01-01", "2024-01-01"]),
    last=st.sampled_from(["", "2024-02-01", "2025-01-01"]),
)


@given(partials, partials, partials)
def test_merge_is_associative_and_commutative_with_an_identity(a: TopicPartial, b: TopicPartial, c: TopicPartial) -> None:
    assert a.merge(b).merge(c) == a.merge(b.merge(c))
    assert a.merge(b) == b.merge(a)
    assert a.merge(TopicPartial()).to_json() == TopicPartial().merge(a).to_json()


@given(st.lists(partials, min_size=1, max_size=4))
def test_no_merge_scores_above_the_sum_of_its_bounds(parts: list[TopicPartial]) -> None:
    assert score(merge_topics(parts)) <= sum(map(bound, parts)) + 1e-6


@given(partials)
def test_json_round_trip(partial: TopicPartial) -> None:
    assert TopicPartial.from_json(partial.to_json()) == partial


@given(st.lists(references, max_size=3 * BEST_DOCUMENTS))
def test_cutting_the_best_documents_early_loses_none(refs: list[DocumentRef]) -> None:
    single = [TopicPartial(best=(ref,)) for ref in refs]
    halves = reduce(TopicPartial.merge, single[::2], TopicPartial()).merge(reduce(TopicPartial.merge, single[1::2], TopicPartial()))
    assert halves.best == tuple(sorted(set(refs), key=lambda ref: ref.order)[:BEST_DOCUMENTS])


@given(st.lists(statements, max_size=80), st.integers(1, 7))
def test_cutting_statements_early_loses_none(refs: list[StatementRef], parts: int) -> None:
    """The newest of each value, of each attribute and in all are those of the whole, however it was cut before."""
    whole = merge_topics([TopicPartial(statements=tuple(refs))]).statements
    cut = [merge_topics([TopicPartial(statements=tuple(refs[start::parts]))]) for start in range(parts)]
    assert reduce(TopicPartial.merge, cut, TopicPartial()).statements == whole
    assert all(sum(ref.value == each.value and ref.attribute == each.attribute for ref in whole) <= OF_A_VALUE for each in whole)


def test_a_name_met_once_in_running_text_is_no_topic() -> None:
    once = TopicPartial(documents=1, places={"prose": 1}, flags={"camel": 1, "standalone": 1, "sentence": 1}, names={"KubeFed": 1})
    assert not is_candidate(once)
    assert is_candidate(once.merge(once))


def test_a_name_met_once_in_a_column_of_things_of_one_kind_is_one() -> None:
    cell = TopicPartial(documents=1, places={"cell": 1}, flags={"listed": 1, "standalone": 1, "two-capitals": 1}, names={"Cubic Lamps": 1})
    cell = replace(cell, contexts=(1,))
    assert is_topic(cell)
    assert not is_candidate(replace(cell, flags={"standalone": 1}))
    assert not is_candidate(replace(cell, places={"item": 1})), "an agenda's items are not"


def test_what_only_folders_are_called_is_no_topic() -> None:
    folders = TopicPartial(documents=9, places={"folder": 9}, names={"telcons": 9})
    assert not is_candidate(folders)
    assert is_candidate(folders.merge(TopicPartial(documents=1, places={"prose": 1}, names={"telcons": 1})))
    team = TopicPartial(documents=1, places={"folder": 1, "prose": 1}, flags={"folder": 1, "record": 1}, names={"Lamps": 1})
    assert is_candidate(team), "texts speak of what `teams/` holds"
    assert not is_candidate(replace(team, flags={"folder": 1}))


def _seen(documents: int, **given: Any) -> TopicPartial:
    return replace(
        TopicPartial(documents=documents, flags={"standalone": documents, "sentence": documents}, contexts=tuple(range(documents))), **given
    )


def test_a_product_is_a_topic_and_a_heading_of_a_template_is_none() -> None:
    places = {"title": 1, "path": 1, "heading": 4, "prose": 19, "link": 3}
    product = _seen(20, places=places, names={"KubeFed": 20}, mentions={"prose": 60})
    template = _seen(20, places={"heading": 20}, names={"Motivation": 20}, mentions={"heading": 20}, contexts=(7,))
    assert is_topic(product)
    assert not is_topic(template)


def test_the_reason_is_told_in_words() -> None:
    partial = TopicPartial(documents=31, places={"title": 14, "heading": 1, "prose": 30}, names={"Swap": 31}, first="2021-03-01")
    assert why(partial, 31, 9) == "in 31 documents, 14 titles, 1 heading, 9 people, since 2021"


def test_an_acronym_with_two_long_forms_joins_neither() -> None:
    joins = [
        Join("projectfalcon", "pf", "acronym", 3),
        Join("paymentfloor", "pf", "acronym", 2),
        Join("customerdataplatform", "cdp", "acronym", 1),
    ]
    closure = close(joins)
    assert closure.of("pf") == ("pf",)
    assert closure.meanings["pf"] == ("paymentfloor", "projectfalcon")
    assert closure.of("cdp") == ("cdp", "customerdataplatform")


def test_a_stray_long_form_does_not_cost_an_acronym_its_meaning() -> None:
    closure = close([Join("dynamicresourceallocation", "dra", "acronym", 29), Join("deviceresourceassignment", "dra", "acronym", 1)])
    assert closure.of("dra") == ("dra", "dynamicresourceallocation")
    assert closure.meanings["dra"] == ("deviceresourceassignment", "dynamicresourceallocation")


def test_a_number_of_two_records_names_neither() -> None:
    joins = [Join("newlogin", "12345", "number", 1), Join("payroll", "12345", "number", 1), Join("payroll", "adr12345", "number", 1)]
    closure = close(joins)
    assert closure.of("newlogin") == ("newlogin",)
    assert closure.of("payroll") == ("adr12345", "payroll")
    assert closure.meanings["12345"] == ("newlogin", "payroll")


def test_a_number_of_two_names_that_a_folder_joins_is_one_records() -> None:
    joins = [
        Join("newlogin", "signinrework", "title-folder", 1),
        Join("newlogin", "rfc7", "number", 1),
        Join("signinrework", "rfc7", "number", 1),
    ]
    assert close(joins).of("rfc7") == ("newlogin", "rfc7", "signinrework")
    assert close(joins).meanings == {}


def test_a_subject_may_have_several_names() -> None:
    joins = [Join("storage", name, "field", 1) for name in ("fastmount", "slowmount", "remount")]
    assert close(joins).of("storage") == ("fastmount", "remount", "slowmount", "storage")


def test_a_name_that_is_a_subject_itself_is_no_other_subjects_name() -> None:
    joins = [Join("fastmount", "kep7", "number", 1), Join("storagesurvey", "fastmount", "field", 1)]
    assert close(joins).of("storagesurvey") == ("storagesurvey",)
    assert close(joins).of("fastmount") == ("fastmount", "kep7")


def test_a_title_with_two_numbers_is_a_heading_of_two_records() -> None:
    spelled = [Join("overview", number, "number", 1) for number in ("pep0589", "pep589")]
    assert close(spelled).of("overview") == ("overview", "pep0589", "pep589")
    another = Join("overview", "pep705", "number", 1)
    assert close([*spelled, another]).of("overview") == ("overview",)


def test_a_hub_of_links_joins_nothing() -> None:
    hub = [Join("here", other, "link", 1) for other in ("a1", "b1", "c1")]
    assert close(hub).of("here") == ("here",)


def test_a_vocabulary_gives_a_term_any_number_of_names_and_a_shared_name_to_none() -> None:
    named = [Join("quaycrane", other, "vocabulary", 1) for other in ("c12", "kaikran", "ship", "shiptoshorecrane", "sts")]
    assert close(named).of("sts") == ("c12", "kaikran", "quaycrane", "ship", "shiptoshorecrane", "sts")
    shared = [*named, Join("tokenservice", "sts", "vocabulary", 9)]
    assert close(shared).of("sts") == ("sts",)
    assert close(shared).meanings == {"sts": ("quaycrane", "tokenservice")}
    assert close(shared).of("ship") == ("c12", "kaikran", "quaycrane", "ship", "shiptoshorecrane")


def test_what_a_vocabulary_names_holds_before_what_texts_name() -> None:
    given = [Join("purchaserequisition", "purchaserequest", "vocabulary", 1)]
    short = [Join("purchaserequest", "pr", "acronym", 30)]
    assert close([*given, *short]).of("pr") == ("pr", "purchaserequest", "purchaserequisition")
    written = [Join("purchaserequisition", "pr", "acronym", 1), Join("purchaserequest", "pr", "acronym", 1)]
    assert close(written).of("pr") == ("pr",)
    assert close([*given, *written]).of("pr") == ("pr", "purchaserequest", "purchaserequisition")


def test_what_a_vocabulary_or_a_pattern_names_is_a_topic_however_weak() -> None:
    weak = _seen(2, places={"cell": 2}, names={"Rope": 2}, flags={"lower": 2})
    assert not is_topic(weak)
    assert is_topic(replace(weak, places={"cell": 1, "vocabulary": 1}))
    assert is_topic(replace(weak, types={"system": 1}))
    assert not is_topic(replace(weak, documents=1, types={"system": 1})), "met once, in passing"


@given(st.permutations([Join(a, b, "acronym", 1) for a, b in (("ab", "alphabeta"), ("alphabeta", "xy"), ("cd", "gammadelta"))]))
def test_closure_does_not_depend_on_order(joins: list[Join]) -> None:
    assert close(joins) == close(sorted(joins, key=repr))


def test_few_documents_ask_less_of_a_name_that_several_of_them_say() -> None:
    said = TopicPartial(
        2, names={"nbviewer": 2}, places={"prose": 2}, mentions={"prose": 3}, contexts=(1, 2), flags={"sentence": 2, "standalone": 2}
    )
    assert is_topic(said, among=30)
    assert not is_topic(said, among=1000)
    assert not is_topic(replace(said, documents=1, places={"prose": 1, "heading": 1}), among=30), "one of thirty is no more than one"
    about = replace(said, documents=1, places={"path": 1, "says:summary": 1, "prose": 1})
    assert is_topic(about, among=30)
    assert not is_topic(about, among=1000)
    assert SHIPPED.needed(0) == SHIPPED.needed(30) < SHIPPED.needed(300) < SHIPPED.needed(1000) == SHIPPED.needed(50_000)


@pytest.mark.parametrize(
    ("name", "is_group"), [("Streams Working Group", 1.0), ("WG Streams", 1.0), ("Working Group", 0.0), ("Streams", 0.0)]
)
def test_a_group_of_people_shows_in_its_name(name: str, is_group: float) -> None:
    assert dict(traits(name))["group"] == is_group
