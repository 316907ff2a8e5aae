"""One page of minutes says the same whether it comes as Markdown, Word, OpenDocument, HTML or PDF."""

import shutil
from collections.abc import Callable, Iterator

import pypandoc
import pytest
from playwright.sync_api import sync_playwright

from extractors.limits import Limits
from extractors.mining import mine
from extractors.parse import parse
from knowledge_graph.model.records import Document, Evidence

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
STYLE = "<style>th, td {padding: 2px 12px}</style>"
MINUTES = """# Harbour meeting

## Attendees

| Surname | First name | Company |
|---------|------------|---------|
| Lee | Ann | Acme |
| van der Berg | Martin | Oil Works |
| Ek | Bo | Acme |

Chair: Ann Lee

## Night Lamps

Night Lamps is a programme that keeps the lamps of the northern depot burning.

- Owner: Martin van der Berg
- What it costs stands in the [Blue Ledger](https://example.org/ledger) of the harbour
    - the Blue Ledger is kept by [Bo Ek](https://github.com/bo-ek)
- **Status:** done

Ann mended the Night Lamps, and Martin paid for the `wick-trimmer` of the Night Lamps.

## Actions

- Bo Ek to buy oil for the Night Lamps
- Ann Lee to ask about the Blue Ledger

## Maintainers

| Part | Maintainer |
|------|------------|
| Wick Trimmer | Bo Ek |
| Gate Watch | Ann Lee |
"""
KINDS = ("contribution", "role", "definition", "action", "same", "called")


def said(rows: tuple[Evidence, ...]) -> set[tuple[str, str, str, str]]:
    people = {(row.kind, row.subject.partition("@")[0], row.place, row.other) for row in rows if row.kind in KINDS}
    return people | {(row.kind, row.subject, row.place, "") for row in rows if row.kind == "mention" and row.place != "path"}


def read(name: str, content: bytes) -> Document:
    parsed = parse(name, content, Limits())
    return Document("one", "test", f"minutes/{name}", parsed.kind, parsed.title, "2026-03-01", "2026-03-01", segments=parsed.segments)


@pytest.fixture(scope="module")
def printed() -> Iterator[Callable[[bool], bytes]]:
    if CHROMIUM is None:
        pytest.skip("needs chromium: apt-get install chromium")
    html = "<title>Harbour meeting</title>" + STYLE + pypandoc.convert_text(MINUTES, "html", format="gfm")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(html)
        yield lambda tagged: page.pdf(tagged=tagged, margin={"top": "90px", "bottom": "90px"})
        browser.close()


@pytest.mark.parametrize("form", ["docx", "odt", "html"])
def test_minutes_say_the_same_in_office_formats(form: str, tmp_path) -> None:
    file = tmp_path / f"march.{form}"
    pypandoc.convert_text(
        MINUTES, form, format="gfm", outputfile=str(file), extra_args=["--standalone", "--metadata=title:Harbour meeting"]
    )
    assert said(mine(read(file.name, file.read_bytes()))) == said(mine(read("march.md", MINUTES.encode())))


@pytest.mark.parametrize("tagged", [True, False])
def test_minutes_say_the_same_in_print(tagged: bool, printed: Callable[[bool], bytes]) -> None:
    told = said(mine(read("march.md", MINUTES.encode())))
    assert said(mine(read("march.pdf", printed(tagged)))) == told
