"""Hostile and ordinary office files of other projects' test suites, through the sandbox: a fixed sample of them."""

import contextlib
import json
import re
import unicodedata
from pathlib import Path

import pytest

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.sandbox import Sandbox

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "office"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="the public office files are not beside this checkout (../shared/data/office)")

# Not a file's words: a script, deleted words, a mail header, a phonetic hint, a form's placeholder, the HTML twin of a plain text.
NOT_ITS_WORDS = {"cool", "frog", "body 2", "We have always been at war with OceaniaEurasia", "Click or tap to enter a date"}
NOT_ITS_WORDS |= {"29 Jan 2009 19:17:10.0163 (UTC) FILETIME=[2ED25E30:01C98246]", "\u65e5\u672c\u30aa\u30e9\u30af\u30eb \u30cb\u30db\u30f3"}
# Called encrypted by their names; the files themselves carry no encryption mark and no text.
NOT_MARKED = {"unstructured/28d1ab_fake-encrypted.msg", "tika/c69863_testZip_with_DataDescriptor2.zip"}


def rows():
    return [json.loads(line) for line in (CORPUS / "manifest.jsonl").read_text().splitlines()]


def folded(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


@pytest.fixture(scope="module")
def box():
    with Sandbox(Limits(time_s=60)) as one:
        yield one


def everything(box: Sandbox, name: str, content: bytes) -> list[str]:
    """Title, people and text of a file and of what is inside it."""
    parsed = box.parse(name, content)
    found = [parsed.title, *(segment.text for segment in parsed.segments), *(one.name for one in parsed.people)]
    for child in parsed.children:
        try:
            found += everything(box, f"{name}!/{child.name}", child.content)
        except Unreadable:
            found.append(child.name)
    return found


def test_every_confirmed_string_is_found(box):
    wanted = [row for row in rows() if row["class"] == "ok" and row.get("confirmed")]
    missing = {}
    for row in wanted:
        text = folded("\n".join(everything(box, row["file"], (CORPUS / "files" / row["file"]).read_bytes())))
        lost = [one for one in row["confirmed"] if folded(one) not in text and one not in NOT_ITS_WORDS]
        if lost:
            missing[row["file"]] = lost
    assert missing == {}


def test_encrypted_files_are_reported_as_such(box):
    wrong = {}
    for row in rows():
        if row["class"] == "encrypted" and row["file"] not in NOT_MARKED:
            try:
                box.parse(row["file"], (CORPUS / "files" / row["file"]).read_bytes())
                wrong[row["file"]] = "read"
            except Unreadable as failure:
                if failure.reason_class != "encrypted":
                    wrong[row["file"]] = failure.reason_class
    assert wrong == {}


def test_broken_bombs_and_entities_do_no_harm(box):
    for row in rows():
        if row["class"] not in ("bomb", "broken", "xxe", "suspect", "empty"):
            continue
        content = (CORPUS / "files" / row["file"]).read_bytes()
        if row["class"] == "bomb":
            with pytest.raises(Unreadable):
                box.parse(row["file"], content)
            continue
        with contextlib.suppress(Unreadable):
            assert "root:" not in "\n".join(everything(box, row["file"], content))
    assert box.parse("a.txt", b"still here").segments
