"""Office files and PDF, made here with the libraries that write them."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document
from docx.shared import Pt
from openpyxl import Workbook
from PIL import Image, ImageDraw
from pptx import Presentation
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.parse import parse


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(width=600, height=300) -> bytes:
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).text((20, 20), "A picture of words", fill="black")
    return saved_png(image)


def saved_png(image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def marks(parsed, kind):
    return [(segment.text[mark.start : mark.end], mark.value) for segment in parsed.segments for mark in segment.marks if mark.kind == kind]


def test_word_keeps_headings_lists_tables_pictures_and_people():
    document = Document()
    document.core_properties.author, document.core_properties.title = "Ann Example", "Falcon plan"
    document.core_properties.last_modified_by = "Bo Other"
    document.add_heading("Falcon", 1)
    paragraph = document.add_paragraph("We ")
    paragraph.add_run("ship").bold = True
    paragraph.add_run(" it.")
    document.add_paragraph("an item", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "Alpha", "Ann"
    document.add_picture(io.BytesIO(picture()))
    document.sections[0].header.paragraphs[0].text = "Internal"
    parsed = parse("plan.docx", saved(document), Limits())
    assert parsed.title == "Falcon plan"
    assert {(one.kind, one.name) for one in parsed.people} == {("wrote", "Ann Example"), ("edited", "Bo Other")}
    assert parsed.segments[0].text == "Falcon\nWe ship it.\nan item\nAlpha\tAnn"
    assert marks(parsed, "strong") == [("ship", "")]
    assert marks(parsed, "item") == [("an item", "")]
    assert marks(parsed, "cell") == [("Alpha", "A1"), ("Ann", "B1")]
    assert any(segment.text == "Internal" for segment in parsed.segments)
    assert not [segment for segment in parsed.segments if "python-docx" in segment.text], "what the program filed it under"
    assert [child.content[:4] for child in parsed.children] == [b"\x89PNG"]


def test_slides_have_numbers_titles_and_notes():
    deck = Presentation()
    for title in ("Falcon", "Risks"):
        slide = deck.slides.add_slide(deck.slide_layouts[1])
        slide.shapes.title.text = title
        slide.placeholders[1].text = f"{title} body"
        slide.notes_slide.notes_text_frame.text = f"{title} spoken"
    parsed = parse("deck.pptx", saved(deck), Limits())
    assert parsed.kind == "slides"
    first = [segment for segment in parsed.segments if segment.page == 1]
    assert [segment.text for segment in first] == ["Falcon\nFalcon body", "Notes\nFalcon spoken"]
    assert [segment.headings[0] for segment in parsed.segments if segment.page == 2] == ["Risks", "Risks"]


def test_sheets_have_references_and_dates():
    import datetime

    book: Any = Workbook()
    book.active.title = "Plan"
    book.active.append(["Name", "Due", "Days"])
    book.active.append(["Alpha", datetime.date(2021, 3, 5), 2.5])
    parsed = parse("plan.xlsx", saved(book), Limits())
    assert parsed.kind == "table"
    assert parsed.segments[0].headings == ("Plan",)
    assert marks(parsed, "cell") == [("Name", "A1"), ("Due", "B1"), ("Days", "C1"), ("Alpha", "A2"), ("2021-03-05", "B2"), ("2.5", "C2")]


def test_long_sheets_stop_at_the_limit():
    book: Any = Workbook()
    for number in range(50):
        book.active.append([f"name {number}", number])
    parsed = parse("plan.xlsx", saved(book), Limits(max_table_rows=10))
    assert len(marks(parsed, "cell")) == 20


def open_document(content: str, mime="text") -> bytes:
    names = "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table"))
    body = f"<office:document-content{names}><office:body><office:{mime}>{content}</office:{mime}></office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{mime}")
        archive.writestr("content.xml", body)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def test_open_document_text():
    content = '<text:h text:outline-level="1">Falcon</text:h><text:p>We<text:s/>ship.</text:p>'
    content += "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
    parsed = parse("a.odt", open_document(content), Limits())
    assert parsed.segments[0].text == "Falcon\nWe ship.\none"
    assert marks(parsed, "item") == [("one", "1")]


def test_encrypted_open_document_says_what_to_do():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "scrambled")
        archive.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>")
    with pytest.raises(Unreadable, match="password") as failure:
        parse("a.odt", out.getvalue(), Limits())
    assert failure.value.reason_class == "encrypted"


def pdf(draw, **options) -> bytes:
    out = io.BytesIO()
    page = canvas.Canvas(out, pagesize=A4, invariant=1, **options)
    draw(page)
    page.save()
    return out.getvalue()


def test_pdf_pages_headings_paragraphs_and_running_heads():
    def draw(page):
        page.setTitle("Falcon plan")
        page.setAuthor("Ann Example")
        for number in range(1, 5):
            page.setFont("Helvetica", 9)
            page.drawString(72, 810, f"Confidential - page {number}")
            page.setFont("Helvetica-Bold", 18)
            page.drawString(72, 760, f"Chapter {'ABCD'[number - 1]}")
            page.setFont("Helvetica", 11)
            page.drawString(72, 720, "Falcon replaces the old sorting ma-")
            page.drawString(72, 706, "chine in the northern depot and it saves")
            page.drawString(72, 692, "the night shift two hours.")
            page.drawString(72, 640, "A second paragraph stands alone.")
            page.showPage()

    parsed = parse("plan.pdf", pdf(draw), Limits())
    assert (parsed.title, [one.name for one in parsed.people]) == ("Falcon plan", ["Ann Example"])
    assert [segment.page for segment in parsed.segments] == [1, 2, 3, 4]
    first = parsed.segments[0]
    assert first.headings == ("Chapter A",)
    assert first.text == (
        "Chapter A\nFalcon replaces the old sorting machine in the northern depot and it saves the night shift two hours.\n"
        "A second paragraph stands alone."
    )
    assert not parsed.scans


def test_pages_without_a_text_layer_become_scans():
    def draw(page):
        page.drawString(72, 700, "This page has a text layer with enough words to be read.")
        page.showPage()
        page.drawImage(ImageReader(io.BytesIO(picture(1200, 1600))), 0, 0, *A4)
        page.showPage()

    parsed = parse("scan.pdf", pdf(draw), Limits())
    assert [segment.page for segment in parsed.segments] == [1]
    assert [scan.page for scan in parsed.scans] == [2]
    assert Image.open(io.BytesIO(parsed.scans[0].image)).size[0] > 1_500


def test_encrypted_pdf_is_reported_and_one_without_user_password_is_read():
    from reportlab.lib.pdfencrypt import StandardEncryption

    def draw(page):
        page.drawString(72, 700, "Hidden words that nobody may read")

    with pytest.raises(Unreadable) as failure:
        parse("a.pdf", pdf(draw, encrypt=StandardEncryption("secret")), Limits())
    assert failure.value.reason_class == "encrypted"
    assert parse("a.pdf", pdf(draw, encrypt=StandardEncryption("", "owner")), Limits()).segments


def test_too_many_pages_are_refused():
    def draw(page):
        for _ in range(4):
            page.drawString(72, 700, "words")
            page.showPage()

    with pytest.raises(Unreadable, match="4 pages"):
        parse("a.pdf", pdf(draw), Limits(max_pages=3))


def test_a_picture_is_a_scan_and_a_tiff_has_pages():
    assert [scan.page for scan in parse("a.png", picture(), Limits()).scans] == [1]
    out = io.BytesIO()
    frames = [Image.new("L", (300, 300), shade) for shade in (255, 200)]
    frames[0].save(out, "TIFF", save_all=True, append_images=frames[1:])
    assert [scan.page for scan in parse("a.tif", out.getvalue(), Limits()).scans] == [1, 2]


def test_rich_text_through_the_foreign_reader():
    parsed = parse("a.rtf", rb"{\rtf1\ansi We {\b ship} Falcon.\par Second one.{\shp{\*\shpinst{\shptxt In a box.\par}}}}", Limits())
    text = "\n".join(segment.text for segment in parsed.segments)
    assert "We ship Falcon." in text
    assert "In a box." in text


def test_word_without_styles_has_headings_by_their_looks_and_items_have_a_depth():
    def put(text: str, size: int = 0, bold: bool = False) -> None:
        run = document.add_paragraph().add_run(text)
        run.font.size, run.bold = Pt(size) if size else None, bold or None

    document = Document()
    put("Falcon weekly", 20)
    put("Attendees:", bold=True)
    put("Ann Lee, Bo Ek")
    put("Night Lamps", 14, bold=True)
    put("The lamps of the northern depot burn all night, and somebody trims them.")
    put("What comes next", bold=True)
    put("We buy oil for the winter.")
    put("All of this is bold, and it is a whole sentence.", bold=True)
    item = document.add_paragraph("trim the wicks")
    properties: Any = item._p.get_or_add_pPr()
    numbering = properties.get_or_add_numPr()
    numbering.get_or_add_ilvl().val, numbering.get_or_add_numId().val = 1, 1
    parsed = parse("weekly.docx", saved(document), Limits())
    assert marks(parsed, "heading") == [("Falcon weekly", "1"), ("Night Lamps", "2"), ("What comes next", "3")]
    assert marks(parsed, "item") == [("trim the wicks", "2")]
    assert parsed.title == "Falcon weekly"
    document.add_heading("Falcon", 1)
    assert marks(parse("weekly.docx", saved(document), Limits()), "heading") == [("Falcon", "1")], "styles say which they are"


def test_a_word_file_that_is_all_bold_has_no_headings():
    document = Document()
    for text in ("Night lamps", "Oil for the winter", "Wicks"):
        document.add_paragraph().add_run(text).bold = True
    assert not marks(parse("bold.docx", saved(document), Limits()), "heading")
