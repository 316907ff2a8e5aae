"""Images: nothing to parse, one scan for each frame to be read by OCR."""

import io
import warnings
from typing import Any

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.notes import left_out
from knowledge_graph.model.records import Parsed, Scan

# Below this an embedded picture is a logo, an icon or a rule: on 300 office files nothing smaller held a sentence.
_MIN_SIDE_PX = 120
_MIN_AREA_PX = 60_000
_MAX_PIXELS = 120_000_000  # an A0 poster at 300 dpi; beyond it decoding alone takes gigabytes
_MAX_FRAMES = 200


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A picture, or a TIFF of several pages."""
    from PIL import Image

    with _opened(content) as image:
        mime = Image.MIME.get(image.format or "", "image/unknown")
        held = getattr(image, "n_frames", 1)
        frames = min(held, _MAX_FRAMES)
        if held > frames and image.format == "TIFF":
            left_out(f"Only the first {_MAX_FRAMES} of its {held:,} pages are read; split it.")
        if frames == 1 or image.format != "TIFF":  # the frames of a GIF or WebP are an animation, not pages
            return Parsed("image", mime, scans=(Scan(1, content),))
        return Parsed("image", mime, scans=tuple(_frame(image, number) for number in range(frames)))


def worth_reading(content: bytes) -> bool:
    """Whether an embedded picture is large enough to hold text and of a kind that can be opened."""
    try:
        with _opened(content) as image:
            width, height = image.size
    except Unreadable:
        return False
    return bool(min(width, height) >= _MIN_SIDE_PX and width * height >= _MIN_AREA_PX)


def _opened(content: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content))
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unreadable("damaged", "Damaged: this picture cannot be opened; save it again as PNG or JPEG") from error
    except Image.DecompressionBombError as error:
        raise Unreadable("too large", f"Too large: a picture of more than {_MAX_PIXELS:,} pixels; save a smaller copy") from error
    if image.size[0] * image.size[1] > _MAX_PIXELS:
        raise Unreadable("too large", f"Too large: a picture of more than {_MAX_PIXELS:,} pixels; save a smaller copy")
    return image


def _frame(image: Any, number: int) -> Scan:
    image.seek(number)
    out = io.BytesIO()
    image.convert("L").save(out, "PNG", compress_level=1)
    return Scan(number + 1, out.getvalue())
