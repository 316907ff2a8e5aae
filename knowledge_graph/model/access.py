"""Who may open what. An audience is the set of documents that share one normalised access list."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from knowledge_graph.model.ids import stable_id

EVERYONE = "everyone"


def normalise_principal(principal: str) -> str:
    """Principals compare without case, surrounding space or Unicode composition.

    Not `casefold`, which makes one of `Straße` and `Strasse`: a directory may hold both, with other members.
    """
    return unicodedata.normalize("NFC", principal).strip().lower()


def _normalise(principals: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({p for p in map(normalise_principal, principals) if p}))


@dataclass(frozen=True, slots=True)
class Reader:
    """A set of principals from a verified token; every reader is one of `everyone`."""

    principals: frozenset[str]

    @classmethod
    def of(cls, principals: Iterable[str]) -> "Reader":
        return cls(frozenset((*_normalise(principals), EVERYONE)))


@dataclass(frozen=True, slots=True)
class Access:
    """An access list, normalised by `of`. An empty `allow` opens to nobody; deny wins over allow."""

    allow: tuple[str, ...]
    deny: tuple[str, ...] = ()

    @classmethod
    def of(cls, allow: Iterable[str], deny: Iterable[str] = ()) -> "Access":
        return cls(_normalise(allow), _normalise(deny))

    @property
    def audience(self) -> str:
        return _audience(self.allow, self.deny)

    @property
    def number(self) -> int:
        """63 bits of the audience's id: quicker to filter by than names, but two audiences may share it."""
        return int(self.audience[:16], 16) >> 1

    def opens_to(self, reader: Reader) -> bool:
        return bool(reader.principals.intersection(self.allow)) and not reader.principals.intersection(self.deny)


@lru_cache(maxsize=1 << 16)
def _audience(allow: tuple[str, ...], deny: tuple[str, ...]) -> str:
    """Asked for with every row that is published; there are far fewer access lists than rows."""
    return stable_id("audience", *allow, "!", *deny)


NOBODY = Access(())
