"""The gold of an organisation: topics with their names and people, graded judgements, related pairs.

A folder holds `topics.json`, `queries.tsv`, `qrels.expert.txt`, `related.json`, `people.json`; every file but the first is optional.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge_graph.text.words import fold, fold_name, topic_key
from pipelines.evaluation.errors import BadGold
from pipelines.evaluation.metrics import Qrels


class Topic(BaseModel):
    model_config = ConfigDict(frozen=True)

    id: str
    kind: str
    name: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    docs: tuple[str, ...] = ()
    subprojects: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(filter(None, map(topic_key, self.names)))


class Relation(BaseModel):
    source: str
    relation: str
    target: str


class Person(BaseModel):
    handle: str
    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


_TOPICS = TypeAdapter(dict[str, Topic])
_RELATIONS = TypeAdapter(list[Relation])
_PEOPLE = TypeAdapter(dict[str, Person])


def _read(adapter: TypeAdapter[Any], file: Path) -> Any:
    try:
        return adapter.validate_json(file.read_bytes())
    except ValidationError as exc:
        first = exc.errors()[0]
        raise BadGold(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from exc


def topics(folder: Path) -> dict[str, Topic]:
    found: dict[str, Topic] = _read(_TOPICS, folder / "topics.json")
    return found


def related(folder: Path) -> list[Relation]:
    found: list[Relation] = _read(_RELATIONS, folder / "related.json")
    return found


def qrels(file: Path) -> Qrels:
    """TREC judgements: query, 0, item, grade in each line."""
    judged: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            try:
                query, _, item, grade = line.split()
                judged[query][item] = int(grade)
            except ValueError as exc:
                raise BadGold(f"{file} line {number}: expected `query 0 item grade`, not {line!r}") from exc
    return dict(judged)


def queries(file: Path) -> dict[str, str]:
    """`id<TAB>...<TAB>text`: the first and the last column."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
    return {row[0]: row[-1] for row in rows}


def record(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found


def records(file: Path) -> list[dict[str, Any]]:
    """JSON Lines."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


@dataclass(frozen=True, slots=True)
class Directory:
    """Who a found person is in the gold: by e-mail address, handle, or a name that only one person has."""

    by_address: dict[str, tuple[str, ...]]
    """More than one where the gold gives an address to several of its people."""
    by_name: dict[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Directory":
        people: dict[str, Person] = _read(_PEOPLE, folder / "people.json") if (folder / "people.json").exists() else {}
        addresses: defaultdict[str, list[str]] = defaultdict(list)
        named: defaultdict[str, set[str]] = defaultdict(set)
        for id, person in people.items():
            for address in dict.fromkeys((fold(id), fold(person.handle), *map(fold, person.emails))):
                addresses[address].append(id)
            for name in (*person.names, person.handle):
                named[fold_name(name)].add(id)
        return cls(
            {address: tuple(ids) for address, ids in addresses.items()},
            {name: next(iter(ids)) for name, ids in named.items() if len(ids) == 1},
        )

    def who(self, id: str, names: Iterable[str], emails: Iterable[str], handles: Iterable[str] = (), wanted: Container[str] = ()) -> str:
        """The gold's id of a found person; the found id where the gold knows nobody so called.

        The first account or address that the gold knows decides, accounts before the addresses that the gold joins to them: whoever was
        joined from two people counts as one of them. Of several of the gold's people who have that address it is the first who is wanted:
        nothing tells them apart.
        """
        for address in (*handles, *emails, id.partition(":")[2]):
            handle = fold(address).removesuffix("@users.noreply.github.com").rpartition("+")[2]
            found = self.by_address.get(fold(address)) or self.by_address.get(handle)
            if found:
                return next((each for each in found if each in wanted), found[0])
        return next((self.by_name[name] for name in map(fold_name, names) if name in self.by_name), id)
