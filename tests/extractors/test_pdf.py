"""PDF as programs save it: with tags, printed without them, and tables that go on on the next page."""

import io
import shutil
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from playwright.sync_api import Browser, sync_playwright
from reportlab.pdfgen import canvas

from extractors.formats import pdf_tags, pdf_text
from extractors.limits import Limits
from extractors.parse import parse
from knowledge_graph.model.records import Parsed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium: apt-get install chromium")

MINUTES = """<html lang="en"><head><title>Falcon weekly</title>
<style>th, td {padding: 2px 12px}</style></head><body>
<h1>Falcon weekly</h1>
<p><strong>Goal:</strong> move the <code>sorter</code> to the <a href="https://example.org/ann">northern depot</a>, at the latest when the
new hall is open and the old one has been given back to the town that owns it.</p>
<h2>Attendees</h2>
<ul><li>Ann Lee</li><li>Bo Ek<ul><li>for the night shift</li></ul></li></ul>
<h2>Owners</h2>
<table><tr><th>Part</th><th>Lead</th><th>Account</th></tr>
<tr><td>Night Lamps</td><td>Cy Ohm</td><td>cyohm</td></tr>
<tr><td>Sorter, with the belt that feeds it from the gate and its scales</td><td>Di Fox</td><td>difox</td></tr></table>
<p>Place: hall five<br>Chair: Ann Lee<br>Minutes: Bo Ek</p>
<pre>sorter --start</pre>
</body></html>"""


GOAL = (
    "Goal: move the sorter to the northern depot, at the latest when the new hall is open and the old one has been given back to the town "
    "that owns it."
)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def printed(browser: Browser, html: str, tagged: bool, **options) -> bytes:
    page = browser.new_page()
    page.set_content(html)
    content = page.pdf(tagged=tagged, **options)
    page.close()
    return content


def drawn(draw) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, invariant=1)
    draw(page)
    page.save()
    return out.getvalue()


def blocks(parsed: Parsed) -> list[tuple[str, str, str]]:
    return [(mark.kind, mark.value, segment.text[mark.start : mark.end]) for segment in parsed.segments for mark in segment.marks]


def cells(parsed: Parsed) -> list[tuple[str, str]]:
    return [(value, text) for kind, value, text in blocks(parsed) if kind == "cell"]


OWNERS = [
    ("A1", "Part"), ("B1", "Lead"), ("C1", "Account"), ("A2", "Night Lamps"), ("B2", "Cy Ohm"), ("C2", "cyohm"),
    ("A3", "Sorter, with the belt that feeds it from the gate and its scales"), ("B3", "Di Fox"), ("C3", "difox"),
]  # fmt: skip


@needs_chromium
def test_a_tagged_file_says_what_its_parts_are(browser):
    parsed = parse("falcon.pdf", printed(browser, MINUTES, tagged=True), Limits())
    assert parsed.title == "Falcon weekly"
    assert [one for one in blocks(parsed) if one[0] != "cell"] == [
        ("heading", "1", "Falcon weekly"),
        ("paragraph", "", GOAL),
        ("strong", "", "Goal:"),
        ("code", "", "sorter"),
        ("link", "https://example.org/ann", "northern depot"),
        ("heading", "2", "Attendees"),
        ("item", "1", "Ann Lee"),
        ("item", "1", "Bo Ek"),
        ("item", "2", "for the night shift"),
        ("heading", "2", "Owners"),
        ("paragraph", "", "Place: hall five\nChair: Ann Lee\nMinutes: Bo Ek"),
        ("codeblock", "", "sorter --start"),
    ]  # fmt: skip
    assert cells(parsed) == OWNERS


@needs_chromium
def test_without_tags_looks_and_places_say_it(browser):
    found = blocks(parsed := parse("falcon.pdf", printed(browser, MINUTES, tagged=False), Limits()))
    assert [text for kind, _, text in found if kind == "heading"] == ["Falcon weekly", "Attendees", "Owners"]
    assert ("link", "https://example.org/ann", "northern depot") in found
    assert ("paragraph", "", "Ann Lee\nBo Ek\nfor the night shift") in found
    assert ("paragraph", "", "Place: hall five\nChair: Ann Lee\nMinutes: Bo Ek") in found
    assert ("codeblock", "", "sorter --start") in found
    assert cells(parsed) == OWNERS


@needs_chromium
@pytest.mark.parametrize("tagged", [True, False])
def test_a_table_goes_on_on_the_next_page(browser, tagged):
    rows = "".join(f"<tr><td>Belt {number}</td><td>Lead {number}</td></tr>" for number in range(2, 90))
    table = (
        f"<style>th, td {{padding: 2px 12px}}</style><table><thead><tr><th>Part</th><th>Lead</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    parsed = parse(
        "owners.pdf",
        printed(browser, f"<p>Who owns what.</p>{table}", tagged, format="A4", margin={"top": "80px", "bottom": "80px"}),
        Limits(),
    )
    assert len({segment.page for segment in parsed.segments}) > 1
    assert cells(parsed)[:2] == [("A1", "Part"), ("B1", "Lead")]
    assert [one for one in cells(parsed) if one[0] == f"B{one[1].removeprefix('Lead ')}"] == [
        (f"B{number}", f"Lead {number}") for number in range(2, 90)
    ]
    assert {segment.headings for segment in parsed.segments[1:]} == {("Part | Lead",)}


@needs_chromium
def test_what_stands_in_every_margin_is_kept_once(browser):
    text = "<p>Falcon replaces the old machine.</p>" * 120
    options = {"display_header_footer": True, "header_template": "<p style='font-size:9px'>Acme, internal</p>", "margin": {"top": "80px"}}
    parsed = parse("a.pdf", printed(browser, text, tagged=True, format="A4", **options), Limits())
    assert len({segment.page for segment in parsed.segments}) > 2
    assert "\n".join(segment.text for segment in parsed.segments).count("Acme, internal") == 1


@needs_chromium
def test_tags_that_leave_out_text_are_not_believed(browser):
    page = pdfium.PdfDocument(printed(browser, MINUTES, tagged=True)).get_page(0)
    lines = pdf_text.lines(page)
    outside = [pdf_text.Line((word._replace(text=f"stamped {word.text}" * 9, look=pdf_text.Look()),)) for word in lines[0].words]
    assert pdf_tags.tagged(page, lines).tagged
    assert pdf_tags.tagged(page, [*lines, *outside]).tagged is None


def test_a_row_that_fills_its_column_is_cut_where_the_next_begins():
    rows = [("Ann Lee", "Acme"), ("Bo Ek", "Oil"), ("Maximiliane van der Berg", "Lamps"), ("Cy Ohm", "Acme")]

    def draw(page):
        page.setFont("Helvetica", 10)
        for number, row in enumerate(rows):
            for left, text in zip((60, 182), row, strict=True):
                page.drawString(left, 700 - 14 * number, text)

    parsed = parse("came.pdf", drawn(draw), Limits())
    assert [text for _, text in cells(parsed)] == [text for row in rows for text in row]


def test_columns_of_prose_are_no_table():
    left = ["the", "sorter", "of", "our", "northern", "depot", "has", "run"] * 3
    right = ["night", "shift", "says", "that", "it", "is", "louder", "than"] * 3

    def draw(page):
        page.setFont("Helvetica", 10)
        for number in range(10):
            text = page.beginText(60, 700 - 12 * number)
            text.textOut(" ".join(left[number : number + 7]))
            text.setTextOrigin(320, 700 - 12 * number)
            text.textOut(" ".join(right[number : number + 7]))
            page.drawText(text)

    assert not cells(parse("paper.pdf", drawn(draw), Limits()))


def test_a_wide_gap_in_one_line_is_no_table():
    def draw(page):
        page.setFont("Helvetica", 10)
        page.drawString(60, 700, "Acme Depot")
        page.drawString(400, 700, "3 May 2026")
        page.drawString(60, 686, "Falcon replaces the old sorting machine in the northern depot and it saves much.")
        for number, text in enumerate(("Sort the letters", "Weigh the parcels")):
            page.drawString(60, 640 - 14 * number, f"{number + 1}.")
            page.drawString(100, 640 - 14 * number, text)

    parsed = parse("letter.pdf", drawn(draw), Limits())
    assert not cells(parsed)
    assert "Acme Depot 3 May 2026" in parsed.segments[0].text
    assert [text for kind, _, text in blocks(parsed) if kind == "item"] == ["1. Sort the letters", "2. Weigh the parcels"]


def test_a_long_address_keeps_the_hyphen_at_which_it_was_broken():
    def draw(page):
        page.setFont("Helvetica", 10)
        page.drawString(60, 700, "The plan is kept at https://example.org/falcon/plans-")
        page.drawString(60, 688, "for-the-spring with all that was said about it since then, and more.")

    assert "https://example.org/falcon/plans-for-the-spring" in parse("a.pdf", drawn(draw), Limits()).segments[0].text


def test_hostile_sizes_do_not_hang(tmp_path: Path):
    def draw(page):
        page.setFont("Helvetica", 6)
        for number in range(110):
            page.drawString(20, 820 - 7 * number, "   ".join(f"a{column}" for column in range(40)))

    assert parse("grid.pdf", drawn(lambda page: [draw(page) or page.showPage() for _ in range(20)]), Limits()).segments
