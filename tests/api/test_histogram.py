"""The month histogram's numbers."""

from hypothesis import given
from hypothesis import strategies as st

from api.histogram import BASE, WIDTH, histogram

MONTHS = st.dictionaries(st.builds("{:04d}-{:02d}".format, st.integers(1970, 2100), st.integers(1, 12)), st.integers(0, 10_000))


@given(MONTHS)
def test_bars_stay_in_the_box_and_none_is_lost(months: dict[str, int]) -> None:
    chart = histogram(months)
    if not any(months.values()):
        assert chart is None
        return
    assert chart
    assert sum(bar.count for bar in chart.bars) == sum(months.values())
    for bar in chart.bars:
        assert bar.width > 0
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 0.1
        assert 0 <= bar.y <= BASE - bar.height + 0.1


def test_caption_says_what_the_picture_shows() -> None:
    chart = histogram({"2023-11": 2, "2024-02": 5, "unknown": 9})
    assert chart
    assert chart.caption == "7 documents from Nov 2023 to Feb 2024, most in Feb 2024 (5)"
    assert [bar.label for bar in chart.bars] == ["Nov 2023: 2 documents", "Feb 2024: 5 documents"]


def test_long_histories_are_drawn_by_year() -> None:
    chart = histogram({"1980-05": 1, "2020-06": 3})
    assert chart
    assert [bar.label for bar in chart.bars] == ["1980: 1 document", "2020: 3 documents"]
