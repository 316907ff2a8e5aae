"""Light mark-up of wikis and manuals, as pandoc reads it, also within the sandbox."""

import json

import pytest

from extractors.limits import Limits
from extractors.parse import parse
from extractors.sandbox import Sandbox
from extractors.sniff import LIGHT
from knowledge_graph.model.records import Parsed

NOTEBOOK = {
    "cells": [
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": ["# Blue Ledger\n", "\n", "## Owners\n", "\n", "- [Ann Lee](https://x.org/ann)\n"],
        },
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": ["tide(3)"]},
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
TEXTS = {
    "asciidoc": ("a.adoc", "= Blue Ledger\n\n== Owners\n\n* https://x.org/ann[Ann Lee]\n\n----\ntide(3)\n----\n"),
    "creole": ("a.creole", "= Blue Ledger =\n\n== Owners ==\n\n* [[https://x.org/ann|Ann Lee]]\n\n{{{\ntide(3)\n}}}\n"),
    "dokuwiki": (
        "a.dokuwiki",
        "====== Blue Ledger ======\n\n===== Owners =====\n\n  * [[https://x.org/ann|Ann Lee]]\n\n<code>\ntide(3)\n</code>\n",
    ),
    "ipynb": ("a.ipynb", json.dumps(NOTEBOOK)),
    "latex": (
        "a.tex",
        "\\documentclass{article}\\title{Blue Ledger}\\begin{document}\\maketitle\\section{Owners}\\begin{itemize}"
        "\\item \\href{https://x.org/ann}{Ann Lee}\\end{itemize}\\begin{verbatim}\ntide(3)\n\\end{verbatim}\\end{document}\n",
    ),
    "mediawiki": ("a.mediawiki", "= Blue Ledger =\n\n== Owners ==\n\n* [https://x.org/ann Ann Lee]\n\n<pre>tide(3)</pre>\n"),
    "org": ("a.org", "#+title: Blue Ledger\n\n* Owners\n\n- [[https://x.org/ann][Ann Lee]]\n\n#+begin_src\ntide(3)\n#+end_src\n"),
    "textile": ("a.textile", 'h1. Blue Ledger\n\nh2. Owners\n\n* "Ann Lee":https://x.org/ann\n\nbc. tide(3)\n'),
}  # fmt: skip


def marked(parsed: Parsed, *kinds: str) -> list[tuple[str, str, str]]:
    return [
        (mark.kind, segment.text[mark.start : mark.end], mark.value)
        for segment in parsed.segments
        for mark in segment.marks
        if mark.kind in kinds
    ]


def test_every_language_has_its_sample() -> None:
    assert set(TEXTS) == set(LIGHT)


def test_headings_lists_links_and_code_are_what_they_are() -> None:
    with Sandbox() as sandbox:
        for language, (name, text) in TEXTS.items():
            parsed = sandbox.parse(name, text.encode())
            found = marked(parsed, "heading", "item", "link", "codeblock")
            assert (parsed.title, parsed.mime, parsed.notes) == ("Blue Ledger", f"text/x-{language}", ()), language
            assert [text for kind, text, _ in found if kind == "heading"] == ["Blue Ledger", "Owners"], language
            assert ("link", "Ann Lee", "https://x.org/ann") in found, language
            assert [(kind, text.strip()) for kind, text, _ in found if kind in ("item", "codeblock")] == [
                ("item", "Ann Lee"), ("codeblock", "tide(3)"),
            ], language  # fmt: skip
            first, second = (int(value) for kind, _, value in found if kind == "heading")
            assert first < second, language


def test_the_head_of_an_asciidoc_page_says_who_wrote_it_and_when() -> None:
    told = "= Blue Ledger\nAnn Lee <ann@x.org>; Bo Ek <bo@x.org>\nv1.0, 2024-03-02\n\nIt counts tides.\n"
    parsed = parse("a.adoc", told.encode(), Limits())
    assert {(one.kind, one.name) for one in parsed.people} == {("wrote", "Ann Lee"), ("wrote", "Bo Ek")}
    assert parsed.created == "2024-03-02"


def test_fields_before_an_asciidoc_page_are_read() -> None:
    told = "---\ntitle: Blue Ledger\nauthor: Ann Lee\ndate: 2024-03-02\nstatus: active\n---\n= Ignored\n\nIt counts tides.\n"
    parsed = parse("a.adoc", told.encode(), Limits())
    assert (parsed.title, parsed.created) == ("Blue Ledger", "2024-03-02")
    assert [(one.kind, one.name) for one in parsed.people] == [("wrote", "Ann Lee")]
    assert ("paragraph", "Status: active", "") in marked(parsed, "paragraph")


def test_comments_and_conditions_of_asciidoc_are_no_text_and_those_of_code_are_code() -> None:
    told = (
        "= Blue Ledger\nifdef::env-github[]\n:tip-caption: x\nendif::[]\n\n// a note to self\n\n== Abstract\n\nIt counts tides.\n\n"
        '////\nnever said\n////\n\n.Metadata\n[cols="1h,1"]\n|===\n| Sponsor\n| https://x.org/ann[Ann Lee]\n//| Later\n\n'
        "| Status\n| Draft\n|===\n\n"
        "include::secret.txt[]\n\n----\n// why\ntide(3)\n----\n"
    )  # fmt: skip
    parsed = parse("a.adoc", told.encode(), Limits())
    text = "\n".join(segment.text for segment in parsed.segments)
    assert not any(word in text for word in ("note to self", "never said", "Later", "ifdef", "endif", "secret"))
    assert "// why" in text
    assert ("heading", "Abstract", "2") in marked(parsed, "heading")
    assert [text for _, text, _ in marked(parsed, "cell")] == ["Sponsor", "Ann Lee", "Status", "Draft"]


@pytest.mark.parametrize(("name", "text"), [("a.tex", "\\def\\x{\\x}\\x Blue Ledger"), ("a.ipynb", '{"cells": [Blue Ledger')])
def test_what_pandoc_cannot_read_is_kept_as_text_and_said(name: str, text: str) -> None:
    parsed = parse(name, text.encode(), Limits())
    assert "Blue Ledger" in parsed.segments[0].text
    assert len(parsed.notes) == 1
    assert "read as plain text" in parsed.notes[0]


def test_no_other_file_is_read_for_it() -> None:
    parsed = parse("a.tex", b"\\input{/etc/hostname}\\include{/etc/passwd} Blue Ledger\n", Limits())
    assert [segment.text.strip() for segment in parsed.segments] == ["Blue Ledger"]
