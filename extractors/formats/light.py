"""Light mark-up of wikis and manuals, read by pandoc: AsciiDoc, MediaWiki, DokuWiki, Creole, Textile, Org, LaTeX, notebooks.

pandoc is a program of its own. It is told to read no file but the text, and its HTML is read as any page is. What it cannot read is kept
as plain text, and a note says so.
"""

import re
from dataclasses import replace
from html import escape

import pypandoc

from extractors.characters import decode
from extractors.facts import merged
from extractors.formats import front, html, plain
from extractors.limits import Limits
from extractors.notes import left_out
from knowledge_graph.model.records import Parsed

_MADE = ["--standalone", "--wrap=none", "--shift-heading-level-by=1", "--quiet"]
_HEADED = ("asciidoc", "org", "textile")
"""Those that programs for web sites put YAML fields before."""
_BEFORE_READING = re.compile(
    r"^(?P<kept>(-{4,}|\.{4,})\n(?:.*\n)*?\2$)|^(?:(/{4,})\n(?:.*\n)*?\3$|//(?!/).*|(?:ifn?def|ifeval|endif|include)::.*)\n?", re.MULTILINE
)
"""Comments, conditions and inclusions, which AsciiDoc resolves before it reads anything, outside code; pandoc takes them for text."""


def read(language: str, name: str, content: bytes, limits: Limits) -> Parsed:
    """A file in one of `sniff.LIGHT`."""
    text = decode(content).replace("\r\n", "\n")
    facts, body = front.split(text) if language in _HEADED else ({}, text)
    if language == "asciidoc":
        body = _BEFORE_READING.sub(lambda found: found["kept"] or "", body)
    try:
        page = pypandoc.convert_text(body, "html5", language, extra_args=_MADE, sandbox=True, verify_format=False)
    except RuntimeError as error:
        reason = " ".join(str(error).split()).removeprefix("Pandoc died with ")
        left_out(f"pandoc cannot read this as {language} ({reason[:200]}): it is read as plain text")
        return plain.read(name, content, limits)
    page = page.replace("<title>-</title>", "")  # what pandoc calls a text without a title
    told = "".join(f"<p>{escape(line)}</p>" for line in (*front.lines(facts).splitlines(), *front.described(facts)))
    parsed = html.read(name, page.replace("<body>", f"<body>{told}", 1).encode(), limits)
    created, modified = front.dates(facts)
    return replace(
        parsed,
        mime=f"text/x-{language}",
        title=front.title(facts) or parsed.title,
        created=created or parsed.created,
        modified=modified or parsed.modified,
        people=merged((*parsed.people, *front.named(facts, modified))),
    )
