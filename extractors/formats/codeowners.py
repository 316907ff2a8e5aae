"""CODEOWNERS: who owns which paths of a repository, as a table with a row a pattern; comments stay text."""

from extractors.characters import decode
from extractors.formats.sheets import add_rows
from extractors.limits import Limits
from extractors.passages import Passages
from knowledge_graph.model.records import Parsed

_HEAD = ("Path", "Owners")


def read(name: str, content: bytes, limits: Limits) -> Parsed:
    """A pattern without owners, which takes some away, is kept as text."""
    passages = Passages(limits)
    rows: list[list[str]] = []
    for line in decode(content).splitlines():
        pattern, _, owners = line.partition("#")[0].replace("\t", " ").strip().partition(" ")
        if owners:
            rows += [[*_HEAD]] if not rows else []
            rows.append([pattern, owners.strip()])
            continue
        if rows and line.strip():
            add_rows(passages, rows, limits)
            rows = []
        passages.add("paragraph", line.lstrip("# "))
    if rows:
        add_rows(passages, rows, limits)
    return Parsed("table", "text/plain", segments=passages.segments())
