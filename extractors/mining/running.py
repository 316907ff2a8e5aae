"""Names in running text that no capital shows: coined words, groups (`the release team`) and phrases a document keeps saying."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import regex

from extractors.mining.blocks import Block
from extractors.mining.vocabulary import STOP
from knowledge_graph.text.words import public_zipf

MIN_REPEATS = 3
"""A phrase in small letters is a name of its document where the document says it again."""
_LONGEST = 3
COINED_ZIPF = 2.0
"""Below it public English hardly knows a word: one mention is worth counting (`kubelet`, `asyncio`)."""
UNCOMMON_ZIPF = 3.5
"""Below it a single word is worth counting where the document says it again (`linker`, `allocator`)."""
_GROUP_WORDS = (
    r"team|sub-?team|working\ group|work\ group|project\ group|interest\ group|user\ group|task\ force|committee|council|squad|guild"
    r"|department|initiative|sub-?project|project|wg|sig"
)
_GROUP_PREFIXES = (
    r"SIG|WG|UG|Team|Project|Squad|Department|Committee|Working\ Group"
    r"|Projet|P\u00f4le|\u00c9quipe|Groupe\ de\ travail|GT|Comit\u00e9|Projekt|AG|AK|Arbeitsgruppe|Arbeitskreis|Ausschuss|Abteilung|Referat"
    r"|Fachgruppe|Proyecto|Equipo|Grupo\ de\ trabajo|Comisi\u00f3n|Progetto|Gruppo\ di\ lavoro|Commissione|Werkgroep|Commissie|Arbetsgrupp"
)
_AFTER_GROUP = regex.compile(rf"^(?P<core>.+?)[ -](?:{_GROUP_WORDS})$", regex.IGNORECASE)
_BEFORE_GROUP = regex.compile(rf"^(?:(?:{_GROUP_PREFIXES})\ |(?:sig|wg|ug|team|squad|project)-)(?P<core>\S.*)$")
_GROUP = regex.compile(rf"(?P<before>(?:(?<![\w/@#.-])[^\W_][\w.+#'\u2019-]*\ ){{1,4}})(?:{_GROUP_WORDS})(?![\w-])", regex.IGNORECASE)
_NEXT_CAPITAL = regex.compile(r"\ \p{Lu}")
_GROUP_HINT = regex.compile(
    r"team|group|force|committee|council|squad|guild|department|initiative|project|\bwg\b|\bsig\b", regex.IGNORECASE
)
_RUN = re.compile(r"(?<![\w@/#.\\<&-])[^\W\d_][\w'\u2019-]*(?: [^\W\d_][\w'\u2019-]*)*(?![\w@/\\]|\.\w)")
_GROUP_NAME_WORDS = 3


class Mention(NamedTuple):
    """A name and where it stands in its block."""

    block: Block
    start: int
    end: int
    times: int = 1
    nested: bool = False

    @property
    def name(self) -> str:
        return self.block.text[self.start : self.end]


@lru_cache(maxsize=1 << 16)
def group_core(name: str) -> str:
    """What a group is about: `Node` of `SIG Node`, `release` of `release team`, `traits` of `wg-traits`; `""` for other names."""
    found = _BEFORE_GROUP.match(name) or _AFTER_GROUP.match(name)
    core = found["core"].strip() if found else ""
    return core if core and core.casefold() not in STOP else ""


def groups_in(block: Block) -> Iterator[Mention]:
    """`the release team`: the words between an article and a group's word; without an article, one word or capitals."""
    if not _GROUP_HINT.search(block.text):
        return
    for found in _GROUP.finditer(block.text):
        words = [(word.start(), word.end()) for word in regex.finditer(r"\S+", found["before"])]
        kept: list[tuple[int, int]] = []
        for start, end in reversed(words):
            if found["before"][start:end].casefold() in STOP:
                break
            kept.insert(0, (start, end))
        if len(kept) == len(words):  # no article in reach: only what is written like a name, or the one word before
            while len(kept) > 1 and not found["before"][kept[0][0]].isupper():
                kept.pop(0)
        if kept and len(kept) <= _GROUP_NAME_WORDS and not _begins_a_name(block.text, found, found["before"][kept[-1][0] :]):
            yield Mention(block, found.start("before") + kept[0][0], found.end())


def _begins_a_name(text: str, found: "regex.Match[str]", last: str) -> bool:
    """True of the group's word in `Ann owns Project Falcon`, where a capital stands on it and behind it, and none before."""
    return text[found.end("before")].isupper() and not last[0].isupper() and bool(_NEXT_CAPITAL.match(text, found.end()))


class Repeats:
    """Words and phrases in small letters that a document says again, counted over its running text at once."""

    def __init__(self) -> None:
        self.small: Counter[str] = Counter()
        self._phrases: Counter[str] = Counter()
        self._blocks: list[Block] = []
        self._starts: list[int] = []
        self._texts: list[str] = []
        self._length = 0

    def read(self, block: Block, covered: Iterable[tuple[int, int]]) -> None:
        """Takes a block without its links and code, whose names are counted as such."""
        text = block.text
        for start, end in covered:
            text = text[:start] + "\0" * (end - start) + text[end:]
        self._blocks.append(block)
        self._starts.append(self._length)
        self._texts.append(text)
        self._length += len(text) + 1

    def mentions(self) -> Iterator[Mention]:
        """Coined words, uncommon words said again, and phrases said again that are not always part of one longer phrase."""
        text = "\n".join(self._texts)
        for found in _RUN.finditer(text):
            words = found.group().split(" ")
            self.small.update(word for word in words if word.islower())
            self._count(words)
        lowered = text.lower()
        if len(lowered) != len(text):  # a letter whose small form is longer: offsets would be wrong
            return
        for name, count in (*self._words(), *self._repeated()):
            start = _whole(lowered, name)
            if start >= 0:
                at = bisect_right(self._starts, start) - 1
                yield Mention(self._blocks[at], start - self._starts[at], start - self._starts[at] + len(name), count)

    def _count(self, words: list[str]) -> None:
        run: list[str] = []
        for word in (*words, "the"):
            small = word.lower()
            if not _is_function_word(small):
                run.append(word)
                continue
            for first in range(len(run) - 1):
                for last in range(first + 2, min(first + _LONGEST, len(run)) + 1):
                    phrase = run[first:last]
                    if not all(part[0].isupper() for part in phrase):
                        self._phrases[" ".join(phrase).lower()] += 1
            run = []

    def _words(self) -> Iterator[tuple[str, int]]:
        for word, count in self.small.items():
            zipf = _zipf(word)
            if zipf < COINED_ZIPF or (zipf < UNCOMMON_ZIPF and count >= MIN_REPEATS):
                yield word, count

    def _repeated(self) -> Iterator[tuple[str, int]]:
        again = {phrase: count for phrase, count in self._phrases.items() if count >= MIN_REPEATS}
        inside: Counter[str] = Counter()
        for phrase, count in again.items():
            words = phrase.split(" ")
            if len(words) == _LONGEST:
                for part in (" ".join(words[1:]), " ".join(words[:-1])):
                    inside[part] = max(inside[part], count)
        return ((phrase, count) for phrase, count in again.items() if count > inside[phrase])


def _is_function_word(word: str) -> bool:
    """Contracted ones too: `don't`, `it's`."""
    return word in STOP or word.replace("\u2019", "'").partition("'")[0] in STOP or word.endswith(("n't", "n\u2019t"))


def _whole(text: str, name: str) -> int:
    """Where a name first stands as whole words, -1 where it does not."""
    start = text.find(name)
    while start >= 0 and (text[start - 1 : start].isalnum() or text[start + len(name) : start + len(name) + 1].isalnum()):
        start = text.find(name, start + 1)
    return start


@lru_cache(maxsize=1 << 16)
def _zipf(word: str) -> float:
    """Public frequency of a word of letters; that of a common one for what is no candidate."""
    return public_zipf(word) if len(word) >= 3 and word.isalpha() and word not in STOP else 9.0
