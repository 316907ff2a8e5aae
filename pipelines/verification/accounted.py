"""After a publish: is every item accounted for, and which knowledge is served?"""

from dataclasses import dataclass

from knowledge_graph.errors import EngramError
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.status import status


class Unaccounted(EngramError):
    """Stop and look: items stand in no final state, though nothing is running. The next run takes them up again."""


@dataclass(frozen=True, slots=True)
class Verified:
    digest: str
    counts: dict[str, int]


def verify(home: Home) -> Verified:
    """The digest of what is served and the items by state; raises Unaccounted where some are neither published nor set aside."""
    with home.exclusive():
        states = status(home)
        if states["elasticsearch"] != "answers":
            raise Unaccounted(f"Elasticsearch does not answer at {home.store.url}, so nothing can be verified.")
        counts: dict[str, int] = states["total"]
        if counts["pending"]:
            waiting = ", ".join(f"{each['pending']} of {name}" for name, each in states["sources"].items() if each["pending"])
            raise Unaccounted(f"{counts['pending']} of {counts['crawled']} items wait to be published: {waiting}. Run `engram run`.")
        return Verified(digest(home)["digest"], counts)
