"""The same organisation under other first names: in texts, addresses and handles alike."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from anyascii import anyascii

from pipelines.sample.source import Organisation, Person, load_yaml


def choices() -> dict[str, dict[str, list[str]]]:
    """First names to choose from, by origin and sex."""
    found: dict[str, dict[str, list[str]]] = load_yaml("first_names")
    return found


def first_name(person: Person) -> str:
    return person.name.split()[0]


def renamed(org: Organisation, first_names: Mapping[str, str]) -> Organisation:
    """Every person whose first name is a key is called by its value wherever the organisation speaks of them; keys and paths stay."""
    if not first_names:
        return org
    written = {old: new for person in org.people.values() for old, new in _written(person, first_names)}
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, written), key=len, reverse=True))})(?!\w)")
    return Organisation.model_validate(_in_all(org.model_dump(), pattern, written))


def _written(person: Person, first_names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The name itself, and the address and the handle that are made of it or of its initial."""
    old = first_name(person)
    if old not in first_names:
        return
    new = first_names[old]
    yield old, new
    for made in (person.email.partition("@")[0], person.handle):
        for part, instead in ((_plain(old), _plain(new)), (_plain(old)[0], _plain(new)[0])):
            if made.startswith(part):
                yield made, instead + made.removeprefix(part)
                break


def _plain(name: str) -> str:
    return anyascii(name).lower()


def _in_all(value: Any, pattern: re.Pattern[str], written: Mapping[str, str]) -> Any:
    match value:
        case str():
            return pattern.sub(lambda found: written[found[0]], value)
        case dict():
            return {key: each if key == "path" else _in_all(each, pattern, written) for key, each in value.items()}
        case list() | tuple():
            return [_in_all(each, pattern, written) for each in value]
        case _:
            return value
