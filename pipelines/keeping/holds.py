"""Legal holds: what must not be forgotten, removed or expire until somebody releases it. `holds.jsonl` says what, why and since when."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pipelines.keeping.errors import Held, KeepingError
from pipelines.keeping.keys import read_lines, write_lines

Kind = Literal["item", "source", "person"]


@dataclass(frozen=True, slots=True)
class Hold:
    """`name` is `source/path`, a source's name, or an identity of a person."""

    kind: Kind
    name: str
    why: str
    since: str

    @property
    def sentence(self) -> str:
        option = {"item": "", "source": "--source ", "person": "--person "}[self.kind]
        return f"is on hold since {self.since}: {self.why}. Release it first: `engram release {option}{self.name}`."


def holds(home: Path) -> tuple[Hold, ...]:
    """What is on hold now, in the order in which it was put there."""
    return tuple(Hold(**record) for record in read_lines(_file(home)))


def hold(home: Path, added: Hold) -> None:
    """Put on hold; a second hold of the same thing is refused, so that releasing one never releases another's."""
    now = holds(home)
    for each in now:
        if (each.kind, each.name) == (added.kind, added.name):
            raise KeepingError(f"{added.name} is already on hold since {each.since}: {each.why}.")
    write_lines(_file(home), [asdict(each) for each in (*now, added)])


def release(home: Path, kind: Kind, name: str) -> Hold:
    now = holds(home)
    found = next((each for each in now if (each.kind, each.name) == (kind, name)), None)
    if found is None:
        raise KeepingError(f"No hold on {kind} {name}. `engram holds` lists them.")
    write_lines(_file(home), [asdict(each) for each in now if each is not found])
    return found


@dataclass(frozen=True, slots=True)
class HeldNames:
    """Answers quickly whether something is held."""

    items: frozenset[str]
    sources: frozenset[str]

    def item(self, source: str, item: str) -> bool:
        return source in self.sources or f"{source}/{item}" in self.items


def held(home: Path) -> HeldNames:
    now = holds(home)
    return HeldNames(frozenset(h.name for h in now if h.kind == "item"), frozenset(h.name for h in now if h.kind == "source"))


def refuse_held(home: Path, items: list[tuple[str, str]], people: list[str] | None = None) -> None:
    """Raises Held, naming the first hold in the way."""
    named = {f"{source}/{item}" for source, item in items}
    sources = {source for source, _ in items}
    for each in holds(home):
        if each.kind == "item" and each.name in named:
            raise Held(f"{each.name} {each.sentence}")
        if each.kind == "source" and each.name in sources:
            raise Held(f"The source {each.name} {each.sentence}")
        if each.kind == "person" and each.name in (people or ()):
            raise Held(f"{each.name} {each.sentence}")


def _file(home: Path) -> Path:
    return home / "holds.jsonl"
