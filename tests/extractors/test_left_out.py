"""What is not read of a file is said, in the item's notes or in the reason for its quarantine."""

import io

import pytest
from openpyxl import Workbook
from PIL import Image

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.parse import parse
from extractors.sandbox import Sandbox


def sheet(rows: int, columns: int = 2) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet("Stock")
    for number in range(rows):
        page.append([f"crate {number} in {column}" for column in range(columns)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_long_sheet_says_that_it_is_cut() -> None:
    cut = parse("stock.xlsx", sheet(12), Limits(max_table_rows=10))
    assert cut.notes == ("Only the first 10 rows of a sheet are read; split it if the rest is wanted.",)
    text = "\n".join(segment.text for segment in cut.segments)
    assert ("crate 9 " in text, "crate 10 " in text) == (True, False)
    assert parse("stock.xlsx", sheet(10), Limits(max_table_rows=10)).notes == ()


def test_a_long_list_of_values_and_a_wide_sheet_too() -> None:
    lines = "\n".join(f"crate {number};shelf {number}" for number in range(12))
    assert parse("stock.csv", lines.encode(), Limits(max_table_rows=10)).notes
    assert parse("wide.xlsx", sheet(2, 201), Limits()).notes == ("Only the first 200 columns of a sheet are read.",)


def test_the_note_comes_out_of_the_sandbox() -> None:
    with Sandbox(Limits(max_table_rows=10)) as sandbox:
        assert sandbox.parse("stock.xlsx", sheet(12)).notes[0].startswith("Only the first 10 rows")
        assert sandbox.parse("stock.xlsx", sheet(3)).notes == ()


def test_pages_of_a_picture_beyond_the_cap() -> None:
    out = io.BytesIO()
    page = Image.new("L", (20, 20), 255)
    page.save(out, "TIFF", save_all=True, append_images=[page] * 200)
    assert parse("fax.tif", out.getvalue(), Limits()).notes == ("Only the first 200 of its 201 pages are read; split it.",)


@pytest.mark.parametrize("name", ["notes.txt", "build.log", "README.md", "main.py"])
def test_a_text_full_of_control_characters_is_called_what_it_is(name: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse(name, b"ab\x00\x01\x02\x03" * 100, Limits())
    assert refused.value.reason_class == "damaged"
    assert "should be text, but it is full of control characters" in refused.value.message


def test_bytes_of_no_known_kind_stay_unsupported() -> None:
    with pytest.raises(Unreadable, match="is not a kind of file this reads"):
        parse("data.xyz", b"ab\x00\x01\x02\x03" * 100, Limits())
