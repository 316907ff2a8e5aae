"""Documents that are plain characters: Markdown, HTML, text and CSV; and the closing sections that minutes and records share."""

import csv
import html
import io
from pathlib import PurePosixPath

from pipelines.sample.markup import Block, blocks, plain
from pipelines.sample.source import Item, Organisation, Rows
from pipelines.sample.status import spoken


def full_body(item: Item, org: Organisation) -> str:
    """The body with its decisions and actions as closing sections, the form in which every written document shows them."""
    parts = [item.body.rstrip()]
    if item.decisions:
        parts.append("## Decision" if len(item.decisions) == 1 else "## Decisions")
        parts += [f"- **Decision:** {d.what} Owner: {org.name(d.who)}, {spoken(d.date or item.last)}." for d in item.decisions]
    if item.actions:
        parts.append("## Actions")
        parts += [f"- {org.name(a.who)}: {a.what}, by {spoken(a.due)}" for a in item.actions]
    return "\n\n".join(parts[:1]) + "\n" + "".join(f"\n{part}\n" if part.startswith("##") else f"{part}\n" for part in parts[1:])


def markdown(item: Item, org: Organisation) -> bytes:
    return full_body(item, org).encode()


def text(item: Item, org: Organisation) -> bytes:
    lines = full_body(item, org).splitlines()
    return "".join(plain(line.removeprefix("## ")) + "\n" for line in lines).encode()


def table(rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def page(item: Item, org: Organisation) -> bytes:
    """An HTML page as an intranet would serve it, with its navigation around the text."""
    author = org.name(item.by[0])
    folder = PurePosixPath(item.path).parent.name
    main = "\n".join(_html_blocks(blocks(full_body(item, org))))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{html.escape(item.title)}</title>
<meta name="author" content="{html.escape(author)}">
<meta name="date" content="{item.date}">
<style>body {{ font-family: sans-serif; max-width: 44em; margin: auto }}</style>
</head>
<body>
<nav><a href="/">{org.company.name}</a> / <a href="./">{html.escape(folder)}</a></nav>
<main>
{main}
</main>
<footer>Last changed {item.last} by {html.escape(author)}</footer>
</body>
</html>
""".encode()


def _html_blocks(found: list[Block]) -> list[str]:
    lines: list[str] = []
    for position, block in enumerate(found):
        opens = block.kind == "item" and (position == 0 or found[position - 1].kind != "item")
        closes = block.kind == "item" and (position + 1 == len(found) or found[position + 1].kind != "item")
        lines += ["<ul>"] * opens + [_html_block(block)] + ["</ul>"] * closes
    return lines


def _html_block(block: Block) -> str:
    words = html.escape(plain(block.text), quote=False)
    if block.kind == "heading":
        return f"<h{block.level}>{words}</h{block.level}>"
    if block.kind == "item":
        return f"<li>{words}</li>"
    if block.kind == "table":
        rows = ("".join(f"<td>{html.escape(plain(cell), quote=False)}</td>" for cell in row) for row in block.rows)
        return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"
    return f"<p>{words}</p>"
