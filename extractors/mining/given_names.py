"""Whether one word is somebody's given name, where a list of people has no more of them (`Owner: Peter`)."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib import import_module

from knowledge_graph.text.languages import is_listed
from knowledge_graph.text.words import fold_name, public_zipf

_COINED = 2.5
"""Rarer than three in ten million words: names that no list has (`Lior`), and hardly a team (`Marketing`)."""


def is_given_name(word: str) -> bool:
    """By the given names that Faker knows of some ninety countries, or because it is hardly a word of any language."""
    return is_listed_name(word) or (public_zipf(word) < _COINED and not is_listed(word))


def is_listed_name(word: str) -> bool:
    """By the lists alone: in running text anything may be no word."""
    return fold_name(word) in _listed()


@cache
def _listed() -> frozenset[str]:
    from faker.providers import person

    modules = (import_module(f"{person.__name__}.{found.name}") for found in pkgutil.iter_modules(person.__path__) if found.ispkg)
    return frozenset(fold_name(name) for module in modules for name in _names(module.Provider))


def _names(provider: type) -> Iterator[str]:
    """A provider has them in `first_names`, `first_names_female` and the like; Japanese ones with how they are read."""
    for attribute in dir(provider):
        listed = getattr(provider, attribute) if attribute.startswith("first_") else ()
        if isinstance(listed, (tuple, list, dict)):
            yield from (part for name in listed for part in ((name,) if isinstance(name, str) else name))
