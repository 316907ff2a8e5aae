"""Words read from pictures of pages, order aside, against tesseract as it comes."""

import io
from collections import Counter
from pathlib import Path

from knowledge_graph.text.words import fold
from pipelines.evaluation.bootstrap import mean
from pipelines.evaluation.metrics import f1_of
from pipelines.evaluation.results import ALL, Case, Figure, Measured
from pipelines.evaluation.suite import Given, Suite


def measure(given: Given) -> Measured:
    from extractors.ocr import read_page

    pages = [page for page in sorted(given.folder.glob("*.png")) if page.with_suffix(".txt").exists()]
    kinds = {page: page.stem.rpartition("_")[0] or page.stem for page in pages}
    texts = {page: page.with_suffix(".txt").read_text(encoding="utf-8") for page in pages}
    read = {page: "\n".join(segment.text for segment in read_page(page.read_bytes(), 1)) for page in pages}
    ours = {page: word_f1(texts[page], read[page]) for page in pages}
    plain = {page: word_f1(texts[page], _tesseract(page)) for page in pages}
    figures = []
    for kind in (ALL, *sorted(set(kinds.values()))):
        of_kind = [page for page in pages if kind in (ALL, kinds[page])]
        baselines = {"tesseract": mean(plain[page] for page in of_kind)}
        figures.append(Figure("word F1", mean(ours[page] for page in of_kind), kind, baselines))
    order = sorted(pages, key=lambda page: (ours[page], page.name))[:10]
    return Measured(tuple(figures), tuple(Case(page.stem, ours[page], texts[page][:60], read[page][:60], kinds[page]) for page in order))


def word_f1(wanted: str, found: str) -> float:
    """Of the words as bags: on forms and tables the order of reading is anybody's choice."""
    a, b = (Counter("".join(c if c.isalnum() or c == "_" else " " for c in fold(text)).split()) for text in (wanted, found))
    return f1_of((float((a & b).total()), float(b.total()), float(a.total())))


def _tesseract(page: Path) -> str:
    import pytesseract
    from PIL import Image

    with Image.open(io.BytesIO(page.read_bytes())) as picture:
        return str(pytesseract.image_to_string(picture))


SUITE = Suite("ocr", "words read from pictures of pages", ("*.png",), measure, folder="ocr")
