"""What somebody asks to be forgotten, found in the lake, and what would go with it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge_graph.directory.model import Person
from knowledge_graph.errors import NotFound
from knowledge_graph.fold.closure import Join, close
from knowledge_graph.text.words import fold_name
from pipelines.item_names import ItemName, find_item
from pipelines.keeping.blocks import PREFIX
from pipelines.keeping.errors import NotForgettable
from pipelines.lake import Lake
from pipelines.sources import Source

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """Items with everything inside them; identities of people with the names that they were written with."""

    items: tuple[ItemName, ...] = ()
    documents: tuple[str, ...] = ()
    """Ids of the items and of what is inside them."""
    contents: tuple[str, ...] = ()
    """Digests of the items' bytes, where all copies are to go."""
    copies: tuple[ItemName, ...] = ()
    """Items that hold the same bytes and stay."""
    identities: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    mentions: int = 0
    """Documents that stay and name a forgotten person in their text or among their people."""
    in_access: int = 0
    """Items whose access lists name a forgotten person: those stay, because they may keep somebody out."""
    in_directory: int = 0
    """Entries of directories about a forgotten person: those decide who may log in, and are taken out where they are kept."""
    inside: dict[str, int] = field(default_factory=dict)


def find(
    lake: Lake, known: Sequence[Source], listed: Sequence[Person], items: Sequence[str], people: Sequence[str], *, copies: bool
) -> Request:
    """Raises UnknownItem, NotFound or NotForgettable where a name means nothing, or nothing that can go by itself."""
    named = tuple(dict.fromkeys(_forgettable(find_item(lake, text, known, live=False)) for text in items))
    rows = list(lake.rows("items", ["source", "item", "document", "content", "deleted", "allow", "deny"]))
    chosen = [row for row in rows if ItemName(row["source"], row["item"]) in named]
    contents = {row["content"] for row in chosen if row["content"]}
    alike = [row for row in rows if row["content"] in contents and row not in chosen and not row["deleted"]]
    if copies:
        chosen, alike = chosen + alike, []
    roots = {row["document"] for row in chosen}
    held = [row for row in lake.rows("documents", ["document", "root", "path", "parent", "kind"]) if row["root"] in roots]
    identities, names = _people(lake, listed, people)
    addresses = {identity.partition(":")[2] for identity in identities}
    return Request(
        items=tuple(sorted((ItemName(row["source"], row["item"]) for row in chosen), key=str)),
        documents=tuple(sorted({*roots, *(row["document"] for row in held)})),
        contents=tuple(sorted(contents)) if copies else (),
        copies=tuple(sorted((ItemName(row["source"], row["item"]) for row in alike), key=str)),
        identities=identities,
        names=names,
        mentions=_mentions(lake, {*identities, *_alone(names)}, {row["document"] for row in held}) if identities else 0,
        in_access=sum(bool(addresses.intersection((*row["allow"], *row["deny"]))) for row in rows if row["document"] not in roots),
        in_directory=sum(not set(person.keys).isdisjoint(identities) for person in listed),
        inside=dict(sorted(Counter(row["kind"] or "unreadable" for row in held if row["parent"]).items())),
    )


def _forgettable(item: ItemName) -> ItemName:
    if item.item.startswith(PREFIX):
        raise NotForgettable(f"{item} is forgotten already.")
    return item


def _people(lake: Lake, listed: Sequence[Person], wanted: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """All identities that any evidence or directory joins to the wanted ones, with their names. Not for a reader."""
    if not wanted:
        return (), ()
    partials = [row for row in lake.rows("partials", ["subject", "kind", "names"]) if row["kind"] == "person"]
    subjects = {row["subject"] for row in partials}
    edges = [row for row in lake.rows("edges", ["source", "target", "relation"]) if row["relation"] == "same"]
    joins = [Join(row["source"], row["target"], "same", 1) for row in edges]
    joins += [Join(person.keys[0], key, "directory", 1) for person in listed for key in person.keys[1:]]
    closure = close(joins, same_person=True)
    found: set[str] = set()
    for text in wanted:
        keys = {text, f"email:{text.lower()}", f"handle:{text.lower().lstrip('@')}"} & (subjects | closure.clusters.keys())
        if not keys:
            raise NotFound(f"Nobody is called {text!r}. Say an address, or an id as `engram person` shows it.")
        found |= {member for key in keys for member in closure.of(key)}
    names = {name for row in partials if row["subject"] in found for name in row["names"]}
    names |= {name for person in listed if not found.isdisjoint(person.keys) for name in person.names}
    return tuple(sorted(found)), tuple(sorted(names))


def _alone(names: Sequence[str]) -> set[str]:
    """As what prose calls people by these full names."""
    return {f"name:{folded}" for folded in map(fold_name, names) if " " in folded}


def _mentions(lake: Lake, identities: set[str], going: set[str]) -> int:
    rows = lake.rows("evidence", ["document", "evidence"])
    return sum(row["document"] not in going and any(seen["subject"] in identities for seen in row["evidence"]) for row in rows)
