"""Blocks become passages: marks tile the text, spans hold what they name, nothing is lost."""

import unicodedata
from collections import Counter
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from extractors.limits import Limits
from extractors.passages import TARGET_WORDS, Passages, Runs, cell_reference, weight
from knowledge_graph.model.records import Segment

BLOCK_KINDS = {"heading", "paragraph", "item", "cell", "codeblock", "caption", "quote"}
words = st.text(st.sampled_from("abcdefgh .!?\n\t\u00a0\u200b\u202e\x00\ud800\u4e2d\u6587e\u0301"), max_size=400)
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 60))
blocks = st.lists(
    st.one_of(
        st.tuples(st.just("heading"), words, st.integers(1, 6)),
        st.tuples(st.sampled_from(["paragraph", "item", "quote", "codeblock"]), long_words, st.just(0)),
        st.tuples(st.just("row"), st.lists(words, max_size=4), st.just(0)),
        st.tuples(st.just("page"), st.just(""), st.integers(1, 9)),
    ),
    max_size=12,
)


def filled(chosen) -> Passages:
    passages = Passages(Limits())
    for kind, text, number in chosen:
        if kind == "heading":
            passages.heading(number, text)
        elif kind == "row":
            passages.row([(cell, cell_reference(column, 0)) for column, cell in enumerate(text)])
        elif kind == "page":
            passages.page = number
        else:
            runs = Runs(keep_space=kind == "codeblock")
            half = len(text) // 2
            runs.add(text[:half])
            start = runs.position
            runs.add(text[half:])
            runs.mark(start, "link", "target")
            passages.add(kind, runs)
    return passages


def assert_well_formed(segment: Segment) -> None:
    tiles = [mark for mark in segment.marks if mark.kind in BLOCK_KINDS]
    assert tiles[0].start == 0
    assert tiles[-1].end == len(segment.text)
    for before, after in pairwise(tiles):
        assert after.start == before.end + 1
        assert segment.text[before.end] in "\n\t"
    for mark in segment.marks:
        assert 0 <= mark.start < mark.end <= len(segment.text)
        assert segment.text[mark.start : mark.end].strip() == segment.text[mark.start : mark.end] or mark.kind == "codeblock"
        if mark.kind not in BLOCK_KINDS:
            assert any(tile.start <= mark.start and mark.end <= tile.end for tile in tiles)
    assert not set(segment.text) & set("\x00\u200b\u202e\ud800\u00a0\r")


@given(blocks)
def test_marks_tile_every_passage_and_spans_stay_inside(chosen):
    segments = filled(chosen).segments()
    assert [segment.position for segment in segments] == list(range(len(segments)))
    for segment in segments:
        assert_well_formed(segment)


@given(blocks)
def test_no_letter_is_lost_and_the_same_blocks_give_the_same_passages(chosen):
    segments = filled(chosen).segments()
    before = "".join(text if isinstance(text, str) else "".join(text) for _, text, _ in chosen)
    after = unicodedata.normalize("NFD", "".join(segment.text for segment in segments))
    assert Counter(letter for letter in after if letter in "abcdefgh") == Counter(letter for letter in before if letter in "abcdefgh")
    assert segments == filled(chosen).segments()


@given(long_words)
def test_passages_stay_near_their_target(text):
    passages = Passages(Limits())
    passages.add("paragraph", text)
    for segment in passages.segments():
        assert weight(segment.text) <= 2 * TARGET_WORDS


def test_headings_form_the_path_and_open_the_passage():
    passages = Passages(Limits())
    passages.heading(1, "Falcon")
    passages.heading(2, "Goals")
    passages.add("paragraph", "Ship it.")
    passages.heading(2, "Risks")
    passages.add("paragraph", "None.")
    first, second = passages.segments()
    assert (first.text, first.headings) == ("Falcon\nGoals\nShip it.", ("Falcon", "Goals"))
    assert (second.text, second.headings) == ("Risks\nNone.", ("Falcon", "Risks"))


def test_a_table_names_its_columns_in_every_passage_after_the_first():
    passages = Passages(Limits())
    passages.row([("Owner", "A1"), ("Status", "B1")])
    passages.table_head("Owner | Status")
    for number in range(150):
        passages.row([(f"Person {number}", f"A{number + 2}"), ("green", f"B{number + 2}")])
    first, *others = passages.segments()
    assert first.headings == ()
    assert others
    assert all(segment.headings == ("Owner | Status",) for segment in others)


def test_a_wall_of_letters_without_spaces_is_cut_quickly():
    passages = Passages(Limits())
    passages.add("paragraph", "x" * 1_000_000)
    assert sum(len(segment.text) for segment in passages.segments()) == 1_000_000


def test_cell_references():
    assert [cell_reference(column, 0) for column in (0, 25, 26, 701, 702)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
