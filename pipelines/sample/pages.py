"""PDF files with text, scans, and pictures of text. The fonts are those inside reportlab, so pictures are the same on every machine."""

import io
import random
from html import escape
from pathlib import Path
from typing import Any

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from pipelines.sample.markup import Block, blocks, plain
from pipelines.sample.source import Item, Organisation
from pipelines.sample.words import full_body

FONT = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
PASSWORD = "two signatures"
GRID = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.grey), ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke)])


def pdf(item: Item, org: Organisation, *, encrypted: bool = False) -> bytes:
    out = io.BytesIO()
    # 128-bit RC4: the stronger scheme draws random salts, and the file must be the same each time.
    lock = StandardEncryption(PASSWORD, strength=128) if encrypted else None
    report = SimpleDocTemplate(out, pagesize=A4, title=item.title, author=org.name(item.by[0]), invariant=1, encrypt=lock)
    styles = getSampleStyleSheet()
    flow: list[Flowable] = [part for block in blocks(full_body(item, org)) for part in (_flowable(block, styles), Spacer(1, 5))]
    report.build(flow, onFirstPage=lambda canvas, _: _date(canvas, item))
    return out.getvalue()


def _date(canvas: Canvas, item: Item) -> None:
    """Invariant mode writes the year 2000 as the date of every file; the item's own is as fixed and true. reportlab has no public way."""
    canvas._doc._timeStamp.YMDhms = (item.last.year, item.last.month, item.last.day, 12, 0, 0)  # type: ignore[attr-defined]


def _flowable(block: Block, styles: Any) -> Flowable:
    if block.kind == "table":
        return Table([[plain(cell) for cell in row] for row in block.rows], style=GRID, hAlign="LEFT")
    words = escape(plain(block.text), quote=False)
    if block.kind == "heading":
        return Paragraph(words, styles[f"Heading{block.level}"])
    if block.kind == "item":
        return Paragraph(words, styles["BodyText"], bulletText="\u2022")
    return Paragraph(words, styles["BodyText"])


def scan(item: Item) -> bytes:
    """A PDF whose only page is a photograph of paper, a little askew."""
    width, height = 1240, 1754
    paper = _paper(item.body, width, height, 30).rotate(0.6, fillcolor=250, resample=Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (width, height), random.Random(item.path).randbytes(width * height))
    jpeg = io.BytesIO()
    Image.blend(paper, grain, 0.06).save(jpeg, "JPEG", quality=70)
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    _date(canvas, item)
    canvas.drawImage(ImageReader(jpeg), 0, 0, *A4)
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def picture(item: Item) -> bytes:
    """PNG or JPEG of the words; `rotated` is turned by 90 degrees, `noisy` is grey with grain like an old fax."""
    lines = item.body.strip().splitlines()
    image = _paper(item.body, 1300, 160 + 62 * len(lines), 40)
    if item.render == "rotated":
        image = image.rotate(90, expand=True)
    if item.render == "noisy":
        grain = Image.frombytes("L", image.size, random.Random(item.path).randbytes(image.width * image.height))
        image = Image.blend(image, grain, 0.25)
    out = io.BytesIO()
    if item.kind == "png":
        image.save(out, "PNG")
    else:
        image.save(out, "JPEG", quality=88)
    return out.getvalue()


def _paper(body: str, width: int, height: int, size: int) -> Image.Image:
    image = Image.new("L", (width, height), 250)
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(str(FONT), size)
    for number, line in enumerate(body.strip().splitlines()):
        draw.text((90, 80 + number * int(size * 1.55)), line, font=font, fill=25)
    return image
