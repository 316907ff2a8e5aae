"""Dates and people as files write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import iso_date, mail_date, merged, people, person
from knowledge_graph.model.records import Contribution


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-05", "2021-03-05"),
        ("2021-03-05T10:00:00Z", "2021-03-05"),
        ("D:20210305101112+01'00'", "2021-03-05"),
        ("20210305T101112Z", "2021-03-05"),
        ("5 March 2021", "2021-03-05"),
        ("05-Mar-2021", "2021-03-05"),
        ("March 5th, 2021", "2021-03-05"),
        ("6. März 2019", "2019-03-06"),
        ("1er juillet 2020", "2020-07-01"),
        ("6 de marzo de 2019", "2019-03-06"),
        ("3 maggio 2020", "2020-05-03"),
        ("Gen 12 2020", ""),  # no month where the month stands first: that is English
        ("31.10.2022", "2022-10-31"),
        ("10/31/2022", "2022-10-31"),
        ("31-10-2022 notes.md", "2022-10-31"),
        ("02.10.2022", "2022-10-02"),
        ("2/10/2022", ""),  # of February or of October
        ("32.1.2022", ""),
        ("2021-02-30", ""),
        ("1899-12-31", ""),
        ("soon", ""),
        (None, ""),
    ],
)
def test_days(text, day):
    assert iso_date(text) == day


def test_a_mail_date_is_the_writers_day():
    assert mail_date("Fri, 05 Mar 2021 23:30:00 -0800") == "2021-03-05"
    assert mail_date("no date at all") == ""


@given(st.text(max_size=60))
def test_any_text_gives_a_real_day_or_none(text):
    assert iso_date(text) == "" or len(iso_date(text)) == 10
    assert mail_date(text) == "" or len(mail_date(text)) == 10


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Example <Ann@X.org>", ("Ann Example", "ann@x.org", "")),
        ("Ann Example <ann.e at x.org>", ("Ann Example", "ann.e@x.org", "")),
        ("Ann at Example", ("Ann at Example", "", "")),
        ("@ann-e", ("", "", "ann-e")),
        ("Ann Example (@ann)", ("Ann Example", "", "ann")),
        ("ann@x.org", ("", "ann@x.org", "")),
        ("Ann Example", ("Ann Example", "", "")),
    ],
)
def test_one_person(text, found):
    one = person("wrote", text)
    assert one is not None
    assert (one.name, one.email, one.handle) == found


@pytest.mark.parametrize("text", ["", "Administrator", "TBD", "---", "42", "Windows-Benutzer", "python-pptx", "Windows ユーザー", "N/A"])
def test_nobody(text):
    assert person("wrote", text) is None


def test_fields_with_several_people():
    assert [one.name for one in people("wrote", "Ann Example, Bo Other and Cy Third")] == ["Ann Example", "Bo Other", "Cy Third"]
    assert [one.handle for one in people("wrote", ["@ann", "@bo"])] == ["ann", "bo"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Allison, Timothy B.", ["Timothy B. Allison"]),
        ("O'Neill-Smith, Jean-Luc", ["Jean-Luc O'Neill-Smith"]),
        ("Lee, Ann; Ek, Bo", ["Ann Lee", "Bo Ek"]),
        ("Ann Lee, Bo Ek", ["Ann Lee", "Bo Ek"]),
        ("Ann, Bo, Cy", ["Ann", "Bo", "Cy"]),
        ("Ann Lee, Jr.", ["Ann Lee, Jr."]),
    ],
)
def test_a_family_name_that_comes_first_is_no_second_person(text, names):
    assert [one.name for one in people("wrote", text)] == names


def test_merging_sums_and_spans_whatever_the_order():
    rows = [
        Contribution("edited", "Ann", first="2021-02-01", last="2021-02-01"),
        Contribution("edited", "Ann", first="2020-01-01", last="2020-01-01"),
    ]
    assert merged(rows) == merged(rows[::-1]) == (Contribution("edited", "Ann", count=2, first="2020-01-01", last="2021-02-01"),)
