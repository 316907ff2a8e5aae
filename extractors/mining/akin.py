"""Whether two names look like names of one thing: they share most of their telling words, or one is short for the other."""

from functools import lru_cache

from extractors.mining.names import COMMON_ZIPF
from extractors.mining.vocabulary import STOP
from knowledge_graph.text.words import fold, public_zipf, tokens, topic_key

AKIN = 0.6
"""Share of the words' weight that two names must have in common. Below it `Functions` would be `70 functions and types`."""
LINKED = 0.85
"""The same for a link's text, which is often said of a part or kind of what it leads to (`regex`: compile-time regexes)."""
_SHORTEST_PREFIX = 3
_KIND_WORDS = (
    """team group working wg sig project committee repository repo documentation doc docs guide page process policy proposal the"""
)
_KINDS = frozenset(_KIND_WORDS.split())
"""What kind of thing a name names: `Traits Working Group` is `traits`."""


@lru_cache(maxsize=1 << 14)
def akin(left: str, right: str, least: float = AKIN) -> bool:
    """Whether at least this share of the words' weight is common to both."""
    ours, theirs = _words(left), _words(right)
    if not ours or not theirs or _differ_in_kind(ours, theirs):
        return False
    if _initials(ours) == topic_key(right) or _initials(theirs) == topic_key(left):
        return True
    shared = sum(_weight(word) for word in ours if _among(word, theirs)) + sum(_weight(word) for word in theirs if _among(word, ours))
    return shared >= least * sum(map(_weight, (*ours, *theirs)))


def _differ_in_kind(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """True for a team or project and the everyday word it is called by (`Storage Team`, `storage`): the word names far more."""
    cores = {tuple(word for word in words if word not in _KINDS) for words in (ours, theirs)}
    return ours != theirs and len(cores) == 1 and any(len(core) == 1 and public_zipf(core[0]) >= COMMON_ZIPF for core in cores)


def _words(name: str) -> tuple[str, ...]:
    """Folded words without an owner's name (`rust-lang/cargo`) and without function words."""
    words = [fold(token.text) for token in tokens(name.rpartition("/")[2] or name)]
    return tuple(topic_key(word) or word for word in words if word not in STOP)


def _among(word: str, others: tuple[str, ...]) -> bool:
    """The word itself, or one that it begins or that begins it (`infra`, `infrastructure`)."""
    if word in others:
        return True
    return any(min(len(word), len(other)) >= _SHORTEST_PREFIX and (word.startswith(other) or other.startswith(word)) for other in others)


def _initials(words: tuple[str, ...]) -> str:
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def _weight(word: str) -> float:
    return 0.5 if word in _KINDS else max(1.0, 8.0 - public_zipf(word))
