"""A JSON Lines file beside a source that says about its items what the files themselves do not: people, dates, title, access.

One object a line. `id` is the item's path; everything else may be missing, other fields are passed over:
`{"id": "a/b.md", "title": "…", "created": "2020-01-31", "modified": "2021-02-01",
"people": [{"name": "…", "email": "…", "commits": 2, "first": "2020-01-31", "last": "2021-02-01"}],
"access": {"allow": ["group:x"], "deny": []}}`.
A line that cannot be understood refuses the whole file, because it may have been the one that closes an item.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from knowledge_graph.model.records import Contribution, Item
from pipelines.connectors.access_files import Scope
from pipelines.connectors.errors import SourceMisconfigured, SourceUnavailable
from pipelines.connectors.people import edits, wrote

Date = Annotated[str, StringConstraints(pattern=r"^(\d{4}-\d{2}-\d{2}.*)?$")]


class _Person(BaseModel):
    name: str = ""
    email: str = ""
    handle: str = ""
    commits: int = 1
    first: Date = ""
    last: Date = ""


class _Access(BaseModel):
    model_config = ConfigDict(extra="forbid")
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()


class _Line(BaseModel):
    id: str
    title: str = ""
    created: Date = ""
    modified: Date = ""
    people: tuple[_Person, ...] = ()
    access: _Access = _Access()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about an item from elsewhere."""

    title: str = ""
    created: str = ""
    modified: str = ""
    people: tuple[Contribution, ...] = ()
    allow: tuple[str, ...] | None = None
    deny: tuple[str, ...] = ()


class Sidecar:
    """The facts by item id; ids compare in Unicode's composed form, because file systems differ in it."""

    def __init__(self, path: Path | None) -> None:
        self._facts: dict[str, Facts] = {}
        if path is not None:
            self._read(path)

    def of(self, item_id: str) -> Facts:
        return self._facts.get(unicodedata.normalize("NFC", item_id), _NOTHING)

    def _read(self, path: Path) -> None:
        try:
            with path.open(encoding="utf-8") as lines:
                self._add(path, lines)
        except UnicodeDecodeError as exc:
            raise SourceMisconfigured(f"the sidecar {path} is not UTF-8 text") from exc
        except FileNotFoundError as exc:
            raise SourceMisconfigured(f"the sidecar {path} does not exist") from exc
        except OSError as exc:
            raise SourceUnavailable(f"the sidecar {path} cannot be read: {exc.strerror}") from exc

    def _add(self, path: Path, lines: Iterable[str]) -> None:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                parsed = _Line.model_validate_json(line)
            except ValidationError as exc:
                fault = exc.errors()[0]
                place = ".".join(map(str, fault["loc"]))
                raise SourceMisconfigured(f"{path.name} line {number}: {f'{place}: ' if place else ''}{fault['msg']}") from exc
            key = unicodedata.normalize("NFC", parsed.id)
            if key in self._facts:
                raise SourceMisconfigured(f"{path.name} line {number}: '{parsed.id}' is given twice")
            self._facts[key] = _facts(parsed)


_NOTHING = Facts()


def _facts(line: _Line) -> Facts:
    edited = edits((p.name, p.email, p.handle, p.commits, p.first[:10], p.last[:10]) for p in line.people)
    return Facts(line.title, line.created[:10], line.modified[:10], wrote(edited) + edited, line.access.allow, line.access.deny)


def taken(source: str, path: str, fingerprint: str, size: int, scope: Scope, facts: Facts) -> Item:
    """An item that is taken, with the access and the owner of its folder and what else is known about it."""
    access = scope.access(facts.allow, facts.deny)
    people = scope.owner_people() + facts.people
    return Item(source, path, fingerprint, size, access, facts.title, facts.created, facts.modified, people)
