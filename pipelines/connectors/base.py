"""The contract between a source and the pipeline.

Every listing names every item once, with what a rule leaves out marked as excluded in words, so that the sum of
states equals the crawl. A connector keeps nothing on disk and writes nothing to its source; what was known before
lives in the pipeline's `items` table. Unknown access is nobody's.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Self

from knowledge_graph.model.records import Item


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """What a connector is told about its source. `allow` is None where the installation gives no default access."""

    name: str
    path: Path
    ref: str = "HEAD"
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()
    sidecar: Path | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the state that a cursor stands for.

    `complete` says that `items` is the full listing: whatever the caller holds that is not in it was deleted, and what
    is in it may be unchanged. Otherwise `items` are the added and changed ones only and `deleted` names the rest.
    `items` is read once; keep `cursor` after the last of them was stored, not before.
    """

    items: Iterable[Item]
    deleted: frozenset[str]
    cursor: str
    complete: bool = False


class Connector(ABC):
    """One source. Built inside the process that uses it; reading is safe from several threads."""

    kind: str

    def __init__(self, settings: SourceSettings) -> None:
        self.settings = settings

    @abstractmethod
    def items(self) -> Iterator[Item]:
        """Everything in the source, in a stable order, with what a rule excludes marked as such."""

    @abstractmethod
    def changes(self, cursor: str) -> Changes:
        """What changed since `cursor`; a cursor that is empty, foreign or too old gives a complete listing."""

    @abstractmethod
    def ids(self) -> Iterator[str]:
        """The ids that `items` would list, without the cost of people, dates and access."""

    @abstractmethod
    def read(self, item_id: str) -> bytes:
        """The item's bytes as they are now; raises ItemGone or ItemUnreadable."""

    @abstractmethod
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Group principal to member principals, which may be groups themselves; raises GroupsUnreadable."""

    def close(self) -> None:  # noqa: B027  most connectors hold nothing open
        """Let go of what reading holds open; the connector can still be used."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def state_token(kind: str, lines: Iterable[str]) -> str:
    """A cursor for sources that can only be listed: equal listings give equal tokens."""
    digest = sha256()
    for line in lines:
        digest.update(line.encode("utf-8", "backslashreplace") + b"\0")
    return f"{kind}:{digest.hexdigest()}"
