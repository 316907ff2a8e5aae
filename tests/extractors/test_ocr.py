"""OCR on pictures of text drawn here."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw, ImageFont

from extractors.errors import Unreadable
from extractors.ocr import read_page

pytestmark = pytest.mark.skipif(not shutil.which("tesseract"), reason="tesseract is not installed")

LINES = [
    "Falcon replaces the old sorting machine",
    "in the northern depot. The night shift",
    "saves two hours on every working day,",
    "and nobody has to carry parcels by hand.",
    "Ann Example leads the project since May.",
    "The steering group meets on Mondays.",
]


def page(turn=0) -> bytes:
    image = Image.new("L", (1400, 1000), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=44)
    for number, line in enumerate(LINES):
        draw.text((120, 120 + number * 110), line, fill="black", font=font)
    out = io.BytesIO()
    image.rotate(turn, expand=True).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180])
def test_words_have_true_spans_boxes_and_confidence(turn):
    segments = read_page(page(turn), 3)
    text = " ".join(segment.text for segment in segments)
    assert len(set(" ".join(LINES).split()) & set(text.split())) >= 0.9 * len(set(" ".join(LINES).split()))
    for segment in segments:
        assert segment.page == 3
        assert 0.7 < segment.confidence <= 1
        for box in segment.words:
            assert segment.text[box.start : box.end].split() == [segment.text[box.start : box.end]]
            assert 0 <= box.x0 < box.x1 <= 1
            assert 0 <= box.y0 < box.y1 <= 1
        assert segment.marks[0].start == 0
        assert segment.marks[-1].end == len(segment.text)


def test_boxes_lie_on_the_page_as_it_was_given():
    upright, sideways = read_page(page(), 1), read_page(page(90), 1)
    first = next(box for segment in upright for box in segment.words if segment.text[box.start : box.end] == "Falcon")
    turned = next(box for segment in sideways for box in segment.words if segment.text[box.start : box.end] == "Falcon")
    assert (turned.x0, turned.y1) == pytest.approx((first.y0, 1 - first.x0), abs=0.02)


def test_a_blank_page_has_no_words():
    out = io.BytesIO()
    Image.new("L", (800, 600), "white").save(out, "PNG")
    assert read_page(out.getvalue(), 1) == ()


def test_what_is_no_picture_is_damaged():
    with pytest.raises(Unreadable) as failure:
        read_page(b"no picture", 1)
    assert failure.value.reason_class == "damaged"
