"""Pages that a document links to, by the names those pages go by."""

from collections.abc import Iterable, Iterator

from extractors.mining.blocks import Block
from extractors.mining.names import MAX_TITLE_WORDS, usable
from extractors.mining.own import Own, target_name
from knowledge_graph.model.records import Evidence, Mark

_NO_PAGE = ("#", "mailto:", "tel:", "javascript:", "data:")
_PAGE_ENDINGS = (".md", "/", ".rst", ".html")
_HOSTS = ("git.", "github.", "gitlab.", "docs.", "wiki.", "confluence.")
_DEEP = ("issues", "pull", "pulls", "commit", "compare", "watch", "d", "search")


def linked_page(target: str) -> str:
    """The name of the page or folder that a link's target leads to, wherever on that page; `""` where it leads to something else."""
    path = target.partition("#")[0]
    if not path or target.startswith(_NO_PAGE) or "?" in target:
        return ""
    parts = path.split("://", 1)[-1].split("/")
    if "://" in target and (len(parts) < 3 or any(part in _DEEP for part in parts[1:]) or not parts[0].startswith(_HOSTS)):
        return ""
    return target_name(target) if path.endswith(_PAGE_ENDINGS) or "." not in parts[-1] else ""


def references(blocks: Iterable[Block], own: Own) -> Iterator[Evidence]:
    """One row for each page linked to: the first link's text, and how many links lead there."""
    found: dict[str, tuple[Block, Mark]] = {}
    times: dict[str, int] = {}
    for block in blocks:
        for mark in block.inline:
            key = usable(linked_page(mark.value), MAX_TITLE_WORDS) if mark.kind == "link" else ""
            if key and key not in own.keys:
                found.setdefault(key, (block, mark))
                times[key] = times.get(key, 0) + 1
    for key, (block, mark) in found.items():
        text = block.text[mark.start - block.start : mark.end - block.start]
        yield Evidence(
            "reference", key, "link", text, segment=block.segment, start=mark.start, end=mark.end, count=times[key], date=block.date,
            confidence=block.confidence,
        )  # fmt: skip
