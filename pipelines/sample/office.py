"""Word, PowerPoint and Excel files."""

import datetime as dt
import io
from typing import Any

import openpyxl
from docx import Document
from openpyxl.styles import Font
from pptx import Presentation

from pipelines.sample.archives import settled
from pipelines.sample.markup import Block, blocks, plain
from pipelines.sample.source import Item, Organisation
from pipelines.sample.words import full_body


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12)


def _describe(properties: Any, item: Item, org: Organisation) -> None:
    properties.author = org.name(item.by[0])
    properties.last_modified_by = org.name(next(iter(item.edits), item.by[0]))
    properties.title = item.title
    properties.created = _noon(item.date)
    properties.modified = _noon(item.last)


def document(item: Item, org: Organisation) -> bytes:
    word = Document()
    _describe(word.core_properties, item, org)
    for block in blocks(full_body(item, org)):
        _word_block(word, block)
    out = io.BytesIO()
    word.save(out)
    return settled(out.getvalue(), item.last)


def _word_block(word: Any, block: Block) -> None:
    if block.kind == "heading":
        word.add_heading(plain(block.text), level=block.level)
    elif block.kind == "item":
        word.add_paragraph(plain(block.text), style="List Bullet")
    elif block.kind == "table":
        table = word.add_table(rows=0, cols=len(block.rows[0]), style="Table Grid")
        for row in block.rows:
            for cell, words in zip(table.add_row().cells, row, strict=True):
                cell.text = plain(words)
    else:
        word.add_paragraph(plain(block.text))


def slides(item: Item, org: Organisation) -> bytes:
    """The first heading is the title slide, each second-level heading a slide, notes go to the speaker."""
    deck = Presentation()
    _describe(deck.core_properties, item, org)
    slide: Any = None
    for block in blocks(item.body):
        if block.kind == "heading":
            slide = deck.slides.add_slide(deck.slide_layouts[0 if block.level == 1 else 1])
            slide.shapes.title.text = plain(block.text)
            if block.level == 1:
                slide.placeholders[1].text = f"{org.name(item.by[0])}, {item.date}"
        elif block.kind == "note":
            slide.notes_slide.notes_text_frame.text = plain(block.text)
        else:
            _bullet(slide.placeholders[1].text_frame, plain(block.text))
    out = io.BytesIO()
    deck.save(out)
    return settled(out.getvalue(), item.last)


def _bullet(frame: Any, words: str) -> None:
    (frame.paragraphs[0] if not frame.text else frame.add_paragraph()).text = words


def workbook(item: Item, org: Organisation) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = org.name(item.by[0])
    book.properties.lastModifiedBy = org.name(next(iter(item.edits), item.by[0]))
    book.properties.title = item.title
    book.properties.created = _noon(item.date)
    for name, rows in item.sheets.items():
        # 31 characters is the longest name that the format allows.
        sheet = book.create_sheet(name[:31])
        for row in rows:
            sheet.append(row)
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue(), item.last)
