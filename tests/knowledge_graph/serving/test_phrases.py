"""Words for reasons, months and matches."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.serving.phrases import filled_months, month_name, months_phrase, plain, reason_phrase, split_matches
from knowledge_graph.serving.views import Reason


@pytest.mark.parametrize(
    ("reason", "phrase"),
    [
        (Reason("wrote", 4, "2024-03-07"), "wrote 4 documents, last Mar 2024"),
        (Reason("owner", 1, "2024-03-07"), "owner in 1 document, Mar 2024"),
        (Reason("attended", 2, ""), "attended 2 documents"),
        (Reason("owner", 2, "2024-03-07", belongs_to="SIG Node"), "owner in 2 documents about SIG Node, last Mar 2024"),
    ],
)
def test_reasons_read_as_a_person_would_say_them(reason: Reason, phrase: str) -> None:
    assert reason_phrase(reason) == phrase


@pytest.mark.parametrize(
    ("day", "name"), [("2024-03-07", "Mar 2024"), ("2024-03", "Mar 2024"), ("2024", "2024"), ("", ""), ("soon", "soon")]
)
def test_month_names(day: str, name: str) -> None:
    assert month_name(day) == name


def test_silent_months_are_filled_and_nonsense_left_out() -> None:
    assert filled_months({"2023-12": 1, "2024-02": 2, "2024-13": 9, "": 3}) == [("2023-12", 1), ("2024-01", 0), ("2024-02", 2)]
    assert months_phrase({"2023-12": 1, "2024-02": 2}) == "3 documents from Dec 2023 to Feb 2024, most in Feb 2024 (2)"
    assert months_phrase({}) == ""


@given(st.text(alphabet="ab\x02\x03 "))
def test_marks_never_reach_a_reader_and_no_word_is_lost(snippet: str) -> None:
    pieces = split_matches(snippet)
    assert "".join(text for _, text in pieces) == plain(snippet)
    assert not {"\x02", "\x03"} & set(plain(snippet))
