"""Whom a given name alone means to a reader, where a text has no more of somebody (`Owners: Ann, Bo L`, `Ann mended it`).

The one person of that name who has a part in a document of the same folder, else of the folder above, and so on up to the source's own.
Two of them in the nearest such folder mean nobody: further away there may be more, and none is likelier than those.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from knowledge_graph.fold.experts import Deed
from knowledge_graph.model.paths import folder_of
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.people import People, is_name, name_of

MOST_FOLDERS, MOST_NAMES = 100, 200
"""Folders looked into, and given names looked for; others stay as they are."""

MOST_FULL, _IN_PATTERN = 200, 25
"""Full names fetched of a folder for so many given names; a pattern may have a thousand characters."""
MOST_DOERS = 10_000
_INITIAL_BEHIND = re.compile(r" \w$")

Place = tuple[str, str]
"""A source and a folder in it, `""` for all of it."""


def in_full(people: People, deeds: Mapping[str, Sequence[Deed]]) -> dict[str, list[Deed]]:
    """The deeds by identity, those of given names alone, or with an initial, by the identities of whom the names mean.

    Where that is nobody, a name that its document tells for somebody's (`name:ann@document`) stays; what may be any word does not.
    """
    alone = {identity for identity in deeds if is_given_alone(identity) or _INITIAL_BEHIND.search(name_of(identity))}
    found = {identity: list(done) for identity, done in deeds.items() if identity not in alone}
    if not alone:
        return found
    borne = _borne(people)
    may_mean = sorted(identity for identity in alone if name_of(identity).partition(" ")[0] in borne)
    folders = _folders(people, {deed.document for identity in may_mean for deed in deeds[identity]}) if may_mean else {}
    around = list(dict.fromkeys(place for levels in folders.values() for place in levels))[:MOST_FOLDERS]
    often = Counter({name_of(identity): len(deeds[identity]) for identity in may_mean})
    called = _called(people, around, [name for name, _ in often.most_common(MOST_NAMES)]) if around else {}
    meant: dict[str, list[Deed]] = {}
    for identity in sorted(alone):
        for deed in deeds[identity]:
            names = next(filter(None, (called.get((place, name_of(identity))) for place in folders.get(deed.document, ()))), [])
            if len(names) == 1:
                meant.setdefault(f"name:{names[0]}", []).append(deed)
            elif not is_name(identity):
                found.setdefault(identity, []).append(deed)
    known = people.finish(meant)
    for name, done in meant.items():
        found.setdefault(known[name].identities[-1] if name in known else name, []).extend(done)
    return found


def is_given_alone(identity: str) -> bool:
    return bool(name_of(identity)) and " " not in name_of(identity)


def _borne(people: People) -> frozenset[str]:
    """The given names of whoever has a part in some document: of any other word nobody has it in full."""
    doers: Body = {"doers": {"terms": {"field": "doers", "size": MOST_DOERS}}}
    answer = people.store.read("documents", people.reader, size=0, aggs=doers)
    return frozenset(given for bucket in answer.aggregations["doers"]["buckets"] for given in _given_in(bucket["key"]))


def _given_in(full: str) -> tuple[str, ...]:
    """The given names that a full name may begin with: its first word, or two that a hyphen joins (`tae-hyun kim`, folded)."""
    words = full.split(" ")
    return (words[0], "-".join(words[:2])) if len(words) > 2 else (words[0],)


def _folders(people: People, documents: set[str]) -> dict[str, list[Place]]:
    """For each document the folders that it lies in, the nearest first, and its whole source."""
    wanted = sorted(documents)[:1000]
    fields = ["source", "path"]
    hits = people.store.read("documents", people.reader, {"ids": {"values": wanted}}, size=len(wanted), source=fields).hits
    return {hit.id: [(hit.fields["source"], folder) for folder in _upwards(hit.fields["path"])] for hit in hits}


def _upwards(path: str) -> Iterator[str]:
    while path := folder_of(path):
        yield path
    yield ""


def _called(people: People, places: Sequence[Place], given: Sequence[str]) -> dict[tuple[Place, str], list[str]]:
    """Full names of whoever has a part in the documents of each folder, by the folder and the given name that they begin with.

    Where a folder has more full names with these given names than are fetched, each given name may have several owners: then two that
    are `""`.
    """
    filters: dict[str, Body] = {
        str(number): {"bool": {"filter": [{"term": {"source": source}}, *([{"prefix": {"path": f"{folder}/"}}] if folder else [])]}}
        for number, (source, folder) in enumerate(places)
    }
    parts = [given[at : at + _IN_PATTERN] for at in range(0, len(given), _IN_PATTERN)]
    begun = {
        str(number): {"terms": {"field": "doers", "size": MOST_FULL, "include": "|".join(map(_beginning, part))}}
        for number, part in enumerate(parts)
    }
    answer = people.store.read("documents", people.reader, size=0, aggs={"folders": {"filters": {"filters": filters}, "aggs": begun}})
    found: defaultdict[tuple[Place, str], list[str]] = defaultdict(list)
    wanted = set(given)
    for place, folder in answer.aggregations["folders"]["buckets"].items():
        for number, part in enumerate(parts):
            names = [bucket["key"] for bucket in folder[str(number)]["buckets"]]
            for full in names:
                first, _, rest = full.partition(" ")
                for name in wanted.intersection((*_given_in(full), f"{first} {rest[:1]}")):
                    found[places[int(place)], name].append(full)
            if folder[str(number)]["sum_other_doc_count"]:
                for name in part:
                    found[places[int(place)], name] += ["", ""]
    return found


def _beginning(given: str) -> str:
    words = re.escape(given.replace("-", " "))
    return f"{words}{'' if _INITIAL_BEHIND.search(given) else ' '}[^ ].*"
