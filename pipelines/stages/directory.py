"""crawl of a directory: what its files say now into the database where it acts at the next request."""

from knowledge_graph.directory.store import Directory
from knowledge_graph.model.access import Access
from pipelines.connectors.directory.connector import DirectoryConnector
from pipelines.sources import Source
from pipelines.stages.result import StageResult


def crawl_directory(url: str, source: Source) -> StageResult:
    """Nothing derived depends on it, so nothing is parsed, mined or folded again."""
    listing = DirectoryConnector(source.settings()).listing()
    access = Access.of(source.access or (), source.deny)
    with Directory(url) as directory:
        changed = directory.replace(source.name, listing, access)
        problems = tuple(f"{p.source}: {p.kind}: {p.text}" for p in directory.problems() if source.name in p.source.split(", "))
    counts = {"people": len(listing.people), "groups": len(listing.groups), "changed": int(changed), "directory_problems": len(problems)}
    return StageResult("crawl", counts, problems=problems)
