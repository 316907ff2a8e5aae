"""Reads one page image with tesseract: turned upright first, each word with its box and confidence."""

import io
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extractors.characters import clean
from extractors.errors import Unreadable
from extractors.passages import TARGET_WORDS
from knowledge_graph.model.records import Mark, Segment, WordBox

EXTRACTOR_VERSION = "ocr-1"

_MIN_CONFIDENCE = 0.20  # measured on 29 office pages: below it more words are noise than text
_SURE = 0.70  # a page read upright scores 0.8 to 0.95 on average, one lying on its side 0.3 to 0.5
_MIN_TURN_CONFIDENCE = 1.0  # tesseract's orientation score; a turn is kept only if the page then reads better
_MAX_SIDE_PX = 6_000
_SMALL_SIDE_PX = 1_000  # a picture this small is enlarged: tesseract wants letters of about 30 pixels
_PAGE = "--psm 3"
_SCATTERED = "--psm 11"
_UNREAD_INK = 0.15  # of a page's dark pixels; pages read whole leave 0.02 to 0.12 (rules, dots, pictures)
_SCATTERED_CONFIDENCE = 0.60
_DARK = 128
_BLOCK = 10_000  # keeps the second reading's blocks apart from the first's


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    paragraph: tuple[int, int]
    line: int
    box: tuple[float, float, float, float]
    confidence: float


def read_page(image: bytes, page: int, languages: str = "eng", timeout_s: float = 60.0) -> tuple[Segment, ...]:
    """The paragraphs of a page image with a box and a confidence for every word; `()` for a page without words."""
    from PIL import ImageOps

    os.environ["OMP_THREAD_LIMIT"] = "1"  # tesseract's threads slow each other down; a process a core is 2 to 4 times faster
    with _opened(image) as picture:
        upright = ImageOps.exif_transpose(picture)
        grey = _sized(_flat(upright))
    words, turn = list(_words(grey, languages, _PAGE, timeout_s)), 0
    if _sureness(words) < _SURE and (found := _turn(grey, timeout_s)):
        turned = grey.rotate(-found, expand=True)
        again = list(_words(turned, languages, _PAGE, timeout_s))
        if sum(word.confidence for word in again) > sum(word.confidence for word in words):
            grey, words, turn = turned, again, found
    words += _left_over(grey, words, languages, timeout_s)
    return tuple(_segments(words, page, turn))


def _sureness(words: Sequence[_Word]) -> float:
    return sum(word.confidence for word in words) / len(words) if words else 0.0


def _left_over(grey: Any, words: Sequence[_Word], languages: str, timeout_s: float) -> list[_Word]:
    """Words in parts of the page that the first reading took for pictures or rules: tables, forms, labels."""
    from PIL import ImageDraw

    if not words:
        return list(_words(grey, languages, _SCATTERED, timeout_s))
    rest = grey.copy()
    draw = ImageDraw.Draw(rest)
    for word in words:
        x0, y0, x1, y1 = word.box
        draw.rectangle((x0 * grey.width - 2, y0 * grey.height - 2, x1 * grey.width + 2, y1 * grey.height + 2), fill=255)
    if _ink(rest) < _UNREAD_INK * max(_ink(grey), 1):
        return []
    found = _words(rest, languages, _SCATTERED, timeout_s)
    return [
        replace(word, paragraph=(word.paragraph[0] + _BLOCK, word.paragraph[1]))
        for word in found
        if word.confidence >= _SCATTERED_CONFIDENCE and any(letter.isalnum() for letter in word.text)
    ]


def _ink(grey: Any) -> int:
    return sum(grey.histogram()[:_DARK])


def _opened(image: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(image))
        picture.load()
    except Image.DecompressionBombError as error:
        raise Unreadable("too large", "Too large: a picture of too many pixels; save a smaller copy") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("damaged", "Damaged: this picture cannot be opened; save it again as PNG or JPEG") from error
    return picture


def _flat(picture: Any) -> Any:
    """Grey letters on white, whatever was transparent."""
    from PIL import Image

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(ground, picture)
    return picture.convert("L")


def _sized(grey: Any) -> Any:
    from PIL import Image

    longest = max(grey.size)
    scale = _MAX_SIDE_PX / longest if longest > _MAX_SIDE_PX else 2.0 if longest < _SMALL_SIDE_PX else 1.0
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    return grey if scale == 1.0 else grey.resize(size, Image.Resampling.LANCZOS)


def _turn(grey: Any, timeout_s: float) -> int:
    """By how many degrees clockwise the page must be turned to stand upright; 0 where tesseract is not sure."""
    import pytesseract

    try:
        found = pytesseract.image_to_osd(grey, config="--psm 0", output_type=pytesseract.Output.DICT, timeout=timeout_s)
    except (pytesseract.TesseractError, RuntimeError, ValueError):  # too few letters to tell
        return 0
    return int(found["rotate"]) if float(found["orientation_conf"]) >= _MIN_TURN_CONFIDENCE else 0


def _words(grey: Any, languages: str, config: str, timeout_s: float) -> Iterator[_Word]:
    import pytesseract

    try:
        found: Mapping[str, Sequence[Any]] = pytesseract.image_to_data(
            grey, languages, config, output_type=pytesseract.Output.DICT, timeout=timeout_s
        )
    except pytesseract.TesseractError as error:
        raise Unreadable("damaged", f"Damaged: tesseract cannot read this page ({str(error)[:100]})") from error
    except RuntimeError as error:
        raise Unreadable(
            "timed out", f"Timed out: reading this page took more than {timeout_s:g} seconds; scan it again at 200 to 300 dpi"
        ) from error
    for index, text in enumerate(found["text"]):
        confidence = float(found["conf"][index]) / 100
        word = "".join(clean(str(text)).split())
        if word and confidence >= _MIN_CONFIDENCE:
            left, top = found["left"][index] / grey.width, found["top"][index] / grey.height
            right, bottom = left + found["width"][index] / grey.width, top + found["height"][index] / grey.height
            box = (round(left, 5), round(top, 5), round(min(right, 1.0), 5), round(min(bottom, 1.0), 5))
            yield _Word(word, (found["block_num"][index], found["par_num"][index]), found["line_num"][index], box, round(confidence, 4))


def _segments(words: Sequence[_Word], page: int, turn: int) -> Iterator[Segment]:
    """Paragraphs packed into passages of at most about 200 words."""
    paragraphs: dict[tuple[int, int], list[_Word]] = {}
    for word in words:
        paragraphs.setdefault(word.paragraph, []).append(word)
    passage: list[list[_Word]] = []
    position = 0
    for paragraph in paragraphs.values():
        for start in range(0, len(paragraph), TARGET_WORDS):
            piece = paragraph[start : start + TARGET_WORDS]
            if passage and sum(map(len, passage)) + len(piece) > TARGET_WORDS:
                yield _segment(passage, position, page, turn)
                passage, position = [], position + 1
            passage.append(piece)
    if passage:
        yield _segment(passage, position, page, turn)


def _segment(passage: Sequence[Sequence[_Word]], position: int, page: int, turn: int) -> Segment:
    parts: list[str] = []
    marks: list[Mark] = []
    boxes: list[WordBox] = []
    at = 0
    for paragraph in passage:
        at += bool(parts)
        parts.append("\n" if parts else "")
        begin = at
        for index, word in enumerate(paragraph):
            separator = "" if index == 0 else " "
            at += len(separator)
            parts += [separator, word.text]
            boxes.append(WordBox(at, at + len(word.text), *_turned_back(word.box, turn), word.confidence))
            at += len(word.text)
        marks.append(Mark(begin, at, "paragraph"))
    confidence = round(sum(box.confidence for box in boxes) / len(boxes), 4)
    return Segment(position, "".join(parts), (), page, confidence, tuple(marks), tuple(boxes))


def _turned_back(box: tuple[float, float, float, float], turn: int) -> tuple[float, float, float, float]:
    """A box on the upright page as it lies on the page that was given, where a viewer draws it."""
    x0, y0, x1, y1 = box
    if turn == 90:
        return y0, round(1 - x1, 5), y1, round(1 - x0, 5)
    if turn == 180:
        return round(1 - x1, 5), round(1 - y1, 5), round(1 - x0, 5), round(1 - y0, 5)
    if turn == 270:
        return round(1 - y1, 5), x0, round(1 - y0, 5), x1
    return box
