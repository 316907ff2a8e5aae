"""The append-only log of verdicts in a database."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from knowledge_graph.curation.chain import FIELDS, GENESIS, ChainReport, Link, check_links, hash_of, new_salts, seals_of
from knowledge_graph.curation.database import Database
from knowledge_graph.curation.settings import CurationSettings
from knowledge_graph.fold.rulings import NO_RULINGS, Rulings, replay, spoken_of
from knowledge_graph.model.access import NOBODY, Access, Reader
from knowledge_graph.model.ids import canonical_json
from knowledge_graph.model.verdicts import Verdict

if TYPE_CHECKING:
    from sqlalchemy import Connection

REMEMBERED = 256
"""Readers differ in which verdicts they may see, not in who they are: this many sets of audiences are kept replayed."""

State = tuple[int, int]
"""The last place and the number of erased fields: what changes whenever the log does."""


@dataclass(frozen=True, slots=True)
class _Replayed:
    """The log as it was last read, and what it says to the sets of audiences that asked."""

    state: State
    verdicts: tuple[Verdict, ...]
    audiences: tuple[Access, ...]
    rulings: dict[frozenset[Access], Rulings]


class VerdictLog:
    """One installation's verdicts. Readers see an event from their next request on, whichever process wrote it."""

    def __init__(self, settings: CurationSettings) -> None:
        self._database = Database(settings)
        self._replayed = _Replayed((0, 0), (), (), {})
        self._lock = Lock()

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verdicts(self) -> tuple[Verdict, ...]:
        """All events, oldest first."""
        return self._current().verdicts

    def rulings(self, reader: Reader) -> Rulings:
        """What the log says to this reader."""
        current = self._current()
        if not current.verdicts:
            return NO_RULINGS
        open_to = frozenset(access for access in current.audiences if access.opens_to(reader))
        found = current.rulings.get(open_to)
        if found is None:
            found = replay(current.verdicts, reader)
            if len(current.rulings) < REMEMBERED:
                current.rulings[open_to] = found
        return found

    def topic_keys(self) -> frozenset[str]:
        """Keys that any verdict speaks of: the fold publishes what there is about them, however weak."""
        return frozenset(key for verdict in self.verdicts() for key in spoken_of(verdict) if ":" not in key)

    def append(self, at: str, decide: Callable[[Sequence[Verdict]], Verdict]) -> Verdict:
        """Writes the event that `decide` makes of all there are, while no other can come between; what it raises leaves the log as is."""
        from sqlalchemy import insert

        from knowledge_graph.curation.tables import VERDICTS

        with self._database.writing() as connection:
            link = _link(decide(self._read(connection).verdicts), at, _head(connection))
            stored = {"salts": canonical_json(dict(link.salts)), "seals": canonical_json(dict(link.seals)), "erased": 0}
            place = {"seq": link.seq, "id": link.id, "at": link.at, "previous": link.previous, "hash": link.hash}
            connection.execute(insert(VERDICTS).values(**place, **link.fields, **stored))
        return _verdict(link)

    def check_chain(self, known: Sequence[tuple[int, str]] = ()) -> ChainReport:
        """Whether every event is there, unchanged and in its place; `known` are (place, hash) noted earlier."""
        if not self._database.exists:
            return check_links((), known)
        with self._database.reading() as connection:
            return check_links(_links(connection), known)

    def erase(self, fields: Mapping[str, Iterable[str]]) -> int:
        """Forgets these fields of these events, by id, beyond recovery; the chain stays whole. Returns how many fields went."""
        from sqlalchemy import update

        from knowledge_graph.curation.tables import VERDICTS

        erased = 0
        if not self._database.exists:
            return erased
        with self._database.writing() as connection:
            if connection.dialect.name == "sqlite":
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for link in _links(connection):
                gone = {name for name in fields.get(link.id, ()) if link.fields[name] is not None}
                if gone:
                    kept = {name: salt for name, salt in link.salts.items() if name not in gone}
                    total = sum(value is None for value in link.fields.values()) + len(gone)
                    change: dict[str, Any] = {**dict.fromkeys(gone), "salts": canonical_json(kept), "erased": total}
                    connection.execute(update(VERDICTS).where(VERDICTS.c.seq == link.seq).values(change))
                    erased += len(gone)
        if erased:
            self._database.vacuum()
        return erased

    def _current(self) -> _Replayed:
        if not self._database.exists:
            return self._replayed
        with self._database.reading() as connection:
            return self._read(connection)

    def _read(self, connection: "Connection") -> _Replayed:
        """The log as it is now; of a log that was only added to, what was added is read and no more."""
        state, known = _state(connection), self._replayed
        if state == known.state:
            return known
        added = state[0] > known.state[0] and state[1] == known.state[1]
        links = _links(connection, after=known.state[0] if added else 0, last=state[0])
        verdicts = (known.verdicts if added else ()) + tuple(map(_verdict, links))
        fresh = _Replayed(state, verdicts, tuple({each.access for each in verdicts}), {})
        with self._lock:
            if state > self._replayed.state:
                self._replayed = fresh
        return fresh


def _state(connection: "Connection") -> State:
    from sqlalchemy import func, select

    from knowledge_graph.curation.tables import VERDICTS

    row = connection.execute(select(func.coalesce(func.max(VERDICTS.c.seq), 0), func.coalesce(func.sum(VERDICTS.c.erased), 0))).one()
    return int(row[0]), int(row[1])


def _links(connection: "Connection", after: int = 0, last: int | None = None) -> list[Link]:
    """The events behind the place `after`, up to and with `last`."""
    from sqlalchemy import select

    from knowledge_graph.curation.tables import VERDICTS

    wanted = select(VERDICTS).where(VERDICTS.c.seq > after).order_by(VERDICTS.c.seq)
    rows = connection.execute(wanted if last is None else wanted.where(VERDICTS.c.seq <= last)).mappings()
    return [
        Link(
            row["seq"], row["id"], row["at"], {name: row[name] for name in FIELDS},
            json.loads(row["salts"]), json.loads(row["seals"]), row["previous"], row["hash"],
        )
        for row in rows
    ]  # fmt: skip


def _head(connection: "Connection") -> tuple[int, str]:
    """Place and hash of the last event."""
    from sqlalchemy import select

    from knowledge_graph.curation.tables import VERDICTS

    last = connection.execute(select(VERDICTS.c.seq, VERDICTS.c.hash).order_by(VERDICTS.c.seq.desc()).limit(1)).first()
    return (last[0], last[1]) if last else (0, GENESIS)


def _link(verdict: Verdict, at: str, head: tuple[int, str]) -> Link:
    seq, previous = head[0] + 1, head[1]
    fields: dict[str, str | None] = {
        "kind": str(verdict.kind),
        "subject": verdict.subject,
        "other": verdict.other,
        "text": verdict.text,
        "keys": canonical_json(list(verdict.keys)),
        "actor": verdict.actor,
        "why": verdict.why,
        "allow": canonical_json(list(verdict.access.allow)),
        "deny": canonical_json(list(verdict.access.deny)),
        "based_on": verdict.based_on,
    }
    salts = new_salts()
    seals = seals_of(fields, salts)
    digest = hash_of(seq, at, seals, previous)
    return Link(seq, digest[:24], at, fields, salts, seals, previous, digest)


def _verdict(link: Link) -> Verdict:
    fields = {name: value or "" for name, value in link.fields.items()}

    def many(name: str) -> tuple[str, ...]:
        return tuple(json.loads(fields[name] or "[]"))

    # An erased deny list must not let anybody in.
    access = NOBODY if link.fields["deny"] is None else Access(many("allow"), many("deny"))
    return Verdict(
        fields["kind"], fields["subject"], fields["other"], fields["text"], many("keys"), fields["actor"], fields["why"],
        access, fields["based_on"], link.at, link.seq, link.id,
    )  # fmt: skip
