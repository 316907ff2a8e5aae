"""The chain that makes the log tamper-evident.

Each field of an event is sealed: a hash of a random salt and the field. The event's hash covers its place, its time, all seals and the
hash before it. To forget a field its text and its salt are erased; its seal stays, proves nothing about what stood there, and keeps
the chain whole.
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge_graph.model.ids import canonical_json

FIELDS = ("kind", "subject", "other", "text", "keys", "actor", "why", "allow", "deny", "based_on")
GENESIS = "0" * 64

Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it is stored: every field as text or None once it was erased, with its salt."""

    seq: int
    id: str
    at: str
    fields: Values
    salts: Mapping[str, str]
    seals: Mapping[str, str]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class ChainReport:
    """What a check found: how many events, the hash of the last, how many fields were erased, and each breach in words."""

    events: int
    head: str
    erased: int
    breaches: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return not self.breaches


def new_salts() -> dict[str, str]:
    return {name: secrets.token_hex(16) for name in FIELDS}


def seals_of(fields: Values, salts: Mapping[str, str]) -> dict[str, str]:
    """The seal of each field that is still there."""
    return {name: _hash(salts[name], value) for name, value in fields.items() if value is not None and name in salts}


def hash_of(seq: int, at: str, seals: Mapping[str, str], previous: str) -> str:
    return _hash(previous, str(seq), at, canonical_json(dict(seals)))


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def check_links(links: Iterable[Link], known: Sequence[tuple[int, str]] = ()) -> ChainReport:
    """Walks the whole log. `known` are (place, hash) that were noted before: a chain cut short or written anew does not hold them."""
    breaches: list[str] = []
    previous, last, erased = GENESIS, 0, 0
    hashes: dict[int, str] = {}
    for link in links:
        breaches += _breaches(link, last, previous)
        erased += sum(value is None for value in link.fields.values())
        previous, last = link.hash, link.seq
        hashes[link.seq] = link.hash
    breaches += [f"Event {seq} is not the one that was noted before." for seq, noted in known if hashes.get(seq) != noted]
    return ChainReport(len(hashes), previous, erased, tuple(breaches))


def _breaches(link: Link, last: int, previous: str) -> list[str]:
    found = []
    if link.seq != last + 1:
        found.append(f"Event {link.seq} follows event {last}: one is missing.")
    if link.previous != previous:
        found.append(f"Event {link.seq} does not follow the event before it.")
    if link.hash != hash_of(link.seq, link.at, link.seals, link.previous) or link.id != link.hash[:24]:
        found.append(f"Event {link.seq} is not what was written: its hash differs.")
    sealed = seals_of(link.fields, link.salts)
    wrong = [name for name in FIELDS if (link.fields[name] is not None) and sealed.get(name) != link.seals.get(name)]
    return [*found, *(f"Event {link.seq} was changed: its {name} is not what was sealed." for name in wrong)]
