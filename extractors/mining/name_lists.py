"""Which words are anybody's names, by the lists that Faker (MIT) has of some ninety countries, and what is written like a full name."""

import pkgutil
from collections.abc import Container, Iterator
from functools import cache, lru_cache
from importlib import import_module

import regex

from knowledge_graph.text.languages import is_listed
from knowledge_graph.text.words import KIND_WORDS, fold_name, public_zipf

_COINED = 2.5
"""Rarer than three in ten million words: names that no list has (`Lior`), and hardly a team (`Marketing`)."""

_SHORT = 3
"""Letters that any syllable has: short names are words of some language as often as not."""
UNCOMMON = 3.0
"""Zipf frequency below which a word behind a given name is more likely a surname."""
_PART = r"(?:\p{Lu}\p{Ll}{1,2})?\p{Lu}\p{Ll}*(?:['\u2019]\p{Lu}\p{Ll}+)?(?:-\p{Lu}\p{Ll}+)*"
_FULL = regex.compile(rf"\p{{Lu}}\p{{Ll}}+(?:-\p{{Lu}}\p{{Ll}}+)?(?:\ (?:\p{{Lu}}\.?|{_PART})){{0,2}}\ {_PART}(?:\ \([^()]*\))?")
EVERYDAY = 3.5
"""Zipf frequency from which a word that no list has as a name is none (`Node`, `Update`); names that the lists lack are rarer."""


def is_given_name(word: str) -> bool:
    """One that is listed, or hardly a word of any language: where a list of people has no more of somebody (`Owner: Peter`)."""
    return is_listed_name(word) or (public_zipf(word) < _COINED and not is_listed(word))


def is_listed_name(word: str) -> bool:
    """By the lists alone: in running text anything may be no word."""
    return fold_name(word) in _listed("first_")


def is_listed_surname(word: str) -> bool:
    return fold_name(word) in _listed("last_")


@lru_cache(maxsize=1 << 16)
def is_full_name(name: str) -> bool:
    """Whether it is written like somebody's: a given name that is listed, and a surname that is listed or hardly a word of English.

    Kubernetes, Rust and Python have 700 such names; of the 24 that were read nobody wants a card.
    """
    if not _FULL.fullmatch(name):
        return False
    first, *_, last = name.partition(" (")[0].split(" ")
    return is_listed_name(first) and last.casefold() not in KIND_WORDS and (is_listed_surname(last) or public_zipf(last) < UNCOMMON)


def second_name(name: str) -> int:
    """Where another full name begins in one that lacks a comma (`Ann Lee Bo Ek`), 0 where it is one; a given name that is a surname as well
    (`Ana García Martín`) begins none.
    """
    words = name.split(" ")
    if len(words) != 4 or not (is_listed_name(words[0]) and is_listed_name(words[2])):
        return 0
    either = is_listed_name(words[1]) or is_listed_surname(words[2])
    return 0 if either else len(f"{words[0]} {words[1]} ")


def is_made_of_words(name: str, small: Container[str] = ()) -> bool:
    """Whether everyday words make a name (`Zoom Automation`), or it begins or ends with one that is among `small` (`Update Elekto`), and
    the lists have no word of it as anybody's.
    """
    words = name.casefold().split()
    if name[0].islower() or any(is_listed_name(word) or is_listed_surname(word) for word in words) or max(map(len, words)) <= _SHORT:
        return False
    everyday = [public_zipf(word) >= EVERYDAY for word in words]
    return all(everyday) or any(everyday[at] and words[at] in small for at in (0, -1))


@cache
def _listed(kind: str) -> frozenset[str]:
    from faker.providers import person

    modules = (import_module(f"{person.__name__}.{found.name}") for found in pkgutil.iter_modules(person.__path__) if found.ispkg)
    return frozenset(fold_name(name) for module in modules for name in _names(module.Provider, kind))


def _names(provider: type, kind: str) -> Iterator[str]:
    """A provider has them in `first_names`, `first_names_female` and the like; Japanese ones with how they are read."""
    for attribute in dir(provider):
        listed = getattr(provider, attribute) if attribute.startswith(kind) else ()
        if isinstance(listed, (tuple, list, dict)):
            yield from (part for name in listed for part in ((name,) if isinstance(name, str) else name))
