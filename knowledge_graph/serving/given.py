"""Whom a part of a name means to a reader, where a text has no more of somebody (`Owners: Ann, Bo L`, `Ann mended it`).

The one person of that name who has a part in a document of the same folder, else of the folder above, and so on up to the source's own.
Two of them in the nearest such folder mean nobody: further away there may be more, and none is likelier than those.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from knowledge_graph.fold.experts import Deed
from knowledge_graph.model.paths import folder_of
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.people import REACHABLE, People, is_name, name_of
from knowledge_graph.serving.topics import Topics
from knowledge_graph.text.words import topic_key

MOST_FOLDERS, MOST_NAMES = 100, 200
"""Folders looked into, and given names looked for; others stay as they are."""

MOST_FULL, _IN_PATTERN = 200, 25
"""Full names fetched of a folder for so many given names; a pattern may have a thousand characters."""
MOST_DOERS = 10_000
_INITIAL_BEHIND = re.compile(r" \w$")

Place = tuple[str, str]
"""A source and a folder in it, `""` for all of it."""


def in_full(people: People, topics: Topics, deeds: Mapping[str, Sequence[Deed]]) -> dict[str, list[Deed]]:
    """The deeds by identity, those of given names alone, with an initial, or of what a longer name begins with (`Ann Lee`, where nobody but
    Ann Lee Ohm is called so), by the identities of whom the names mean; so those of a full name in a sentence, of whoever did something
    under that name elsewhere.

    Where that is nobody, a name that its document tells for somebody's (`name:ann@document`) stays; what may be any word does not, and
    means nobody where the reader has it as a topic (`Kubernetes`, which an account `kubernetes-archive` seems to bear).
    """
    parts = {identity for identity in deeds if is_given_alone(identity) or _INITIAL_BEHIND.search(name_of(identity))}
    full = {identity: name for identity in deeds if identity not in parts and " " in (name := name_of(identity))}
    if not parts and not full:
        return {identity: list(done) for identity, done in deeds.items()}
    doers = _doers(people)
    begun = frozenset(words for name in doers for words in _beginnings(name))
    known = {name for name in full.values() if name in begun or name in doers}
    known -= people.bearing(known, REACHABLE).keys()
    parts |= {identity for identity, name in full.items() if name in known & begun}
    meant = {identity: list(deeds[identity]) for identity, name in full.items() if is_name(identity) and name in known - begun}
    found = {identity: list(done) for identity, done in deeds.items() if identity not in parts | meant.keys()}
    may_mean = {identity: deeds[identity] for identity in sorted(parts) if name_of(identity).partition(" ")[0] in begun}
    nearest = _nearest(people, may_mean)
    told = {name for (_, name), names in nearest.items() if len(names) == 1}
    words = {identity: topic_key(name_of(identity)) for identity in may_mean if is_name(identity) and name_of(identity) in told}
    things = topics.at_ends(key for identity, key in words.items() if is_given_alone(identity))
    for identity in sorted(parts):
        for deed in deeds[identity] if words.get(identity) not in things else ():
            name = name_of(identity)
            names = nearest.get((deed.document, name), ())
            if len(names) == 1:
                meant.setdefault(f"name:{names[0]}", []).append(deed)
            elif " " in name and name in doers and is_name(identity):
                meant.setdefault(identity, []).append(deed)
            elif not is_name(identity):
                found.setdefault(identity, []).append(deed)
    persons = people.finish(meant)
    for name, done in meant.items():
        found.setdefault(persons[name].identities[-1] if name in persons else name, []).extend(done)
    return found


def _nearest(people: People, deeds: Mapping[str, Sequence[Deed]]) -> dict[tuple[str, str], list[str]]:
    """By document and part of a name, whoever has it in full in the nearest folder of the document that has somebody."""
    if not deeds:
        return {}
    folders = _folders(people, {deed.document for done in deeds.values() for deed in done})
    around = list(dict.fromkeys(place for levels in folders.values() for place in levels))[:MOST_FOLDERS]
    often = Counter({name_of(identity): len(done) for identity, done in deeds.items()})
    called = _called(people, around, [name for name, _ in often.most_common(MOST_NAMES)])
    wanted = {(deed.document, name_of(identity)) for identity, done in deeds.items() for deed in done}
    return {(document, name): _first([called.get((place, name), []) for place in folders.get(document, ())]) for document, name in wanted}


def _first(levels: Sequence[list[str]]) -> list[str]:
    """Of the names at each level the nearest; one with an initial (`Ann L`) is whoever further up has it in full."""
    nearest = next(filter(None, levels), [])
    if len(nearest) != 1 or not _INITIAL_BEHIND.search(nearest[0]):
        return nearest
    return next(filter(None, ([name for name in names if _begins(nearest[0], name)] for names in levels)), nearest)


def is_given_alone(identity: str) -> bool:
    return bool(name_of(identity)) and " " not in name_of(identity)


def _doers(people: People) -> frozenset[str]:
    """The names of whoever has a part in some document: what none of them is or begins with is nobody's."""
    doers: Body = {"doers": {"terms": {"field": "doers", "size": MOST_DOERS}}}
    answer = people.store.read("documents", people.reader, size=0, aggs=doers)
    return frozenset(bucket["key"] for bucket in answer.aggregations["doers"]["buckets"])


def _beginnings(full: str) -> Iterator[str]:
    """What a name may begin with, shortest first: its first words, and its given name where a hyphen joins two (`tae-hyun kim`, folded)."""
    words = full.split(" ")
    yield from (" ".join(words[:end]) for end in range(1, len(words)))
    if len(words) > 2:
        yield "-".join(words[:2])


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
                for name in wanted.intersection((*_beginnings(full), f"{first} {rest[:1]}")) - {full}:
                    found[places[int(place)], name].append(full)
            if folder[str(number)]["sum_other_doc_count"]:
                for name in part:
                    found[places[int(place)], name] += ["", ""]
    return _longest(people, found)


def _longest(people: People, found: Mapping[tuple[Place, str], Sequence[str]]) -> dict[tuple[Place, str], list[str]]:
    """Without names that only begin one of the others (`Ann Lee` of `Ann Lee Ohm`, `Ann L`), unless somebody with an address bears them."""
    short = {key: {name for name in names if any(_begins(name, other) for other in names)} for key, names in found.items()}
    borne = people.bearing({name for names in short.values() for name in names}, REACHABLE)
    return {key: [name for name in names if name in borne or name not in short[key]] for key, names in found.items()}


def _begins(name: str, full: str) -> bool:
    return full.startswith(f"{name} ") or (bool(_INITIAL_BEHIND.search(name)) and full != name and full.startswith(name))


def _beginning(given: str) -> str:
    words = re.escape(given.replace("-", " "))
    return f"{words}{'' if _INITIAL_BEHIND.search(given) else ' '}[^ ].*"
