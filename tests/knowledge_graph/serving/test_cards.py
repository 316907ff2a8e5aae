from hypothesis import given
from hypothesis import strategies as st

from knowledge_graph.serving.cards import QUOTE_CHARS, sentence_around


def _quote(text: str, name: str) -> str:
    at = text.index(name)
    start, end = sentence_around(text, at, at + len(name))
    return text[start:end]


def test_a_name_is_quoted_with_its_sentence_and_nothing_of_the_next():
    text = "First one. The Falcon project, e.g. version 2, is late! Next\n\nA heading"
    assert _quote(text, "Falcon") == "The Falcon project, e.g. version 2, is late!"
    assert _quote(text, "First") == "First one."
    assert _quote(text, "heading") == "A heading"


def test_a_long_sentence_is_cut_at_spaces_around_the_name():
    quote = _quote("left " * 100 + "Falcon" + " right" * 100, "Falcon")
    assert len(quote) <= QUOTE_CHARS
    assert set(quote.split()) == {"left", "Falcon", "right"}


@given(st.text("ab. \n!", max_size=900), st.integers(0, 900), st.integers(1, 300))
def test_the_quote_always_holds_the_name(text, start, length):
    end = min(len(text), start + length)
    start = min(start, end)
    first, last = sentence_around(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
    assert last - first <= max(QUOTE_CHARS, end - start) + 1
