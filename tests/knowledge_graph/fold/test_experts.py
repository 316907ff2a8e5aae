"""Who ranks first for what they did, and that nothing else about them matters."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.fold.experts import NAMED, Candidate, Deed, combine, rank_experts

NOW = "2024-01-01"


def order(*candidates: Candidate, documents: int = 100) -> list[str]:
    return [ranked.candidate.person for ranked in rank_experts(candidates, NOW, documents)]


def did(kind: str, place: str = "own", document: str = "a", date: str = "2023-06-01", count: int = 1, **more: float) -> Deed:
    return Deed(kind, place, document, date, count, **more)  # type: ignore[arg-type]


def test_who_wrote_comes_before_who_is_named() -> None:
    assert order(Candidate("ann", (did("wrote"),)), Candidate("bo", (did("mentioned"),))) == ["ann", "bo"]


def test_who_edits_everything_comes_after_who_edits_this() -> None:
    everywhere = Candidate("ann", (did("edited", count=2),), {"edited": 90})
    here = Candidate("bo", (did("edited", count=2),), {"edited": 3})
    assert order(everywhere, here) == ["bo", "ann"]


def test_a_folders_owner_comes_after_the_author_of_the_document() -> None:
    owner = Candidate("ann", (did("owner"),), {"owner": 80})
    author = Candidate("bo", (did("wrote"), did("edited", count=3)), {"wrote": 2, "edited": 5})
    assert order(owner, author) == ["bo", "ann"]


def test_who_is_named_in_the_passage_that_answers_comes_before_who_is_named_in_its_document() -> None:
    far = Candidate("ann", (did("mentioned", "answer", answers=1.0),))
    near = Candidate("bo", (did("mentioned", "answer", answers=1.0, near=0.7),))
    assert order(far, near) == ["bo", "ann"]


def test_who_is_named_with_it_again_and_again_comes_before_who_was_there_once_and_whoever_is_named_everywhere_comes_later() -> None:
    named = tuple(did(NAMED, "line", str(n)) for n in range(9))
    often, there = Candidate("ann", named), Candidate("bo", (did("mentioned", "heading"),), {"mentioned": 1})
    everywhere = Candidate("cy", named, {"mentioned": 90})
    assert order(there, everywhere, often) == ["ann", "cy", "bo"]


def test_recent_presence_comes_before_an_old_one_and_who_is_gone_last() -> None:
    old = Candidate("ann", (did("mentioned", date="2014-01-01"),), last="2014-01-01")
    recent = Candidate("bo", (did("mentioned"),), last="2023-12-01")
    gone = Candidate("cy", (did("edited", "folder"),), last="2015-01-01")
    here = Candidate("dee", (did("edited", "folder"),), last="2023-12-01")
    assert order(old, recent) == ["bo", "ann"]
    assert order(gone, here) == ["dee", "cy"]


def test_a_document_of_the_topic_says_more_than_one_below_its_folder_and_that_more_than_one_that_only_names_it() -> None:
    people = [Candidate(place, (did("edited", place),)) for place in ("body", "heading", "folder", "own")]
    assert order(*people) == ["own", "folder", "heading", "body"]


def test_of_two_who_did_the_same_the_one_comes_first_who_has_a_part_in_what_lies_beside_it() -> None:
    assert order(Candidate("ann", (did("edited"),)), Candidate("bo", (did("edited"),), beside=1.5)) == ["bo", "ann"]


def test_the_best_of_weak_signs_is_weak() -> None:
    faint = rank_experts([Candidate("ann", (did("mentioned", "body", date="2000-01-01"),))], NOW, 100)[0].score
    clear = rank_experts([Candidate("ann", (did("mentioned"),))], NOW, 100)[0].score
    assert 0 < faint < clear


def test_weak_signs_that_nobody_surpasses_do_not_outweigh_who_is_named_where_it_is_asked() -> None:
    """Nobody edits here: two old minutes that hold the name once are little beside a passage that answers."""
    wrote = Candidate("ann", (did("wrote", "body", "a"), did("wrote", "body", "b")), {"wrote": 2})
    named = Candidate("bo", (did("mentioned", "answer", "c", answers=1.0, near=0.7),), {"mentioned": 1})
    assert order(wrote, named) == ["bo", "ann"]


def test_where_nobody_edits_one_word_in_passing_does_not_outweigh_the_topics_own_minutes() -> None:
    called_a_lead = Candidate("ann", (did("owner", "answer", "x", answers=0.5), did("role:lead", "answer", "x")), {"owner": 1})
    in_its_minutes = Candidate("bo", tuple(did("attended", "folder", each, count=4) for each in "abc"), {"attended": 3})
    assert order(called_a_lead, in_its_minutes) == ["bo", "ann"]


def test_focus_is_the_share_of_all_documents_that_are_about_the_topic() -> None:
    done = (did("edited", "own", "a"), did("mentioned", "own", "a"), did("edited", "folder", "b"))
    people = (
        Candidate("ann", done, {"edited": 2, "mentioned": 1}),
        Candidate("bo", done, {"edited": 2, "mentioned": 41}),
        Candidate("cy", (did("edited", "heading", "c"), did("role:lead", "own", "a")), {"edited": 1}),
    )
    found = {ranked.candidate.person: ranked.score for ranked in rank_experts(people, NOW, 100, weights={"focus": 1.0})}
    assert found["ann"] > found["bo"] > found["cy"] == 0


def test_one_document_met_by_two_names_counts_once() -> None:
    edge = [did("edited", "heading", count=2), did("edited", "folder", "b")]
    both = combine([*edge, *edge, did("edited", "own", count=2), did("edited", "answer", count=2, answers=0.5)])
    assert both == (did("edited", count=2, answers=0.5), did("edited", "folder", "b"))


kinds = st.sampled_from(["wrote", "edited", "mentioned", "attended", "owner", "role:lead"])
places = st.sampled_from(["own", "heading", "folder", "body", "answer"])
deeds = st.builds(did, kinds, places, st.sampled_from("abc"), st.sampled_from(["2010-01-01", "2023-01-01", ""]), st.integers(1, 9))


@given(st.lists(st.lists(deeds, min_size=1, max_size=4), min_size=1, max_size=5), st.randoms())
def test_order_of_people_and_of_deeds_changes_nothing(rows: list[list[Deed]], random: object) -> None:
    people = [Candidate(f"p{number}", tuple(done)) for number, done in enumerate(rows)]
    shuffled = [Candidate(one.person, tuple(reversed(one.deeds))) for one in reversed(people)]
    assert [(r.candidate.person, r.score) for r in rank_experts(people, NOW, 50)] == [
        (r.candidate.person, r.score) for r in rank_experts(shuffled, NOW, 50)
    ]


@given(st.lists(st.lists(deeds, min_size=1, max_size=4), min_size=1, max_size=5))
def test_renaming_everybody_changes_no_score(rows: list[list[Deed]]) -> None:
    scores = [
        sorted(r.score for r in rank_experts([Candidate(f"{name}{n}", tuple(done)) for n, done in enumerate(rows)], NOW, 50))
        for name in ("email:ann", "handle:zoltan")
    ]
    assert scores[0] == scores[1]


def test_an_action_is_told_and_not_weighed() -> None:
    took = did("took", "line")
    ranked = rank_experts([Candidate("ann", (did("mentioned"), took), {"took": 9}), Candidate("bo", (did("mentioned"),))], NOW, 100)
    assert [one.score for one in ranked] == [ranked[0].score] * 2
    assert took in ranked[0].candidate.deeds
