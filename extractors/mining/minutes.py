"""What minutes and speech say of people: who speaks, whom given names and short names mean, and who is to do what."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import regex

from extractors.labels import MINUTES
from extractors.mining.actions import Action, Doer, Taken, actions, listed
from extractors.mining.agenda import raised
from extractors.mining.blocks import UNSTRUCTURED_KINDS, Block
from extractors.mining.called import Called, Name
from extractors.mining.identities import Identity, Register
from extractors.mining.ledger import Ledger
from extractors.mining.name_lists import is_listed_name
from extractors.mining.names import COMMON_ZIPF, is_everyday
from extractors.mining.roster import SEVERAL
from extractors.mining.shortened import Shortened
from extractors.mining.vocabulary import LABELS as WORDS_OF_LABELS
from extractors.mining.written import PERSON, is_given, is_person, leads_elsewhere
from knowledge_graph.model.records import Document
from knowledge_graph.text.words import HONORIFICS, fold_name, zipf_in

_BETWEEN_WORDS = regex.compile(r"(?<=\p{Ll})(?=\p{Lu})")
"""`MeetingNotes`"""
_QUESTION = re.compile(r"\?\s*[\"')\]]*$")
_SPEAKS = regex.compile(rf"({PERSON})\s*:\s+(?!\w+://|\S+@)\S")
_GIVEN_SPEAKS = regex.compile(r"(\p{Lu}[\p{L}'\u2019-]+)\s*:\s+(?!\w+://)\S")
_ACCOUNT_SPEAKS = regex.compile(r"@?([A-Za-z0-9][\w-]+)\s*:\s+(?!\w+://)\S")
_ADDRESSED = regex.compile(rf"(?<!\w)(?i:{HONORIFICS})\.?\ (\p{{Lu}}[\p{{L}}'\u2019-]+)(?!\ \p{{Lu}}\p{{Ll}})")
"""`Mr. Lee`"""


def is_minutes(document: Document) -> bool:
    return bool(MINUTES.search(_BETWEEN_WORDS.sub(" ", f"{document.path} {document.title}")))


def speakers(ledger: Ledger, blocks: Sequence[Block]) -> None:
    """Who speaks in a transcript, who asks and who answers."""
    asked_by = ""
    for block in blocks:
        for mark in block.inline:
            if mark.kind != "speaker" or not mark.value.strip():
                continue
            name = mark.value.strip()
            ledger.register.add(Identity(name))
            key = ledger.register.means(fold_name(name))
            ledger.count(key, "attended", name, block.segment, block.start, block.end).dated(block.date)
            if asked_by and asked_by != key:
                ledger.count(key, "answered", name, block.segment, block.start, block.end).dated(block.date)
            asks = bool(_QUESTION.search(block.text))
            if asks:
                ledger.count(key, "asked", name, block.segment, block.start, block.end).dated(block.date)
            asked_by = key if asks else ""


def spoken(ledger: Ledger, blocks: Sequence[Block], language: str) -> Shortened:
    """Who speaks, in a transcript or in minutes of this language, and the short names that minutes give people."""
    speakers(ledger, blocks)
    if not is_minutes(ledger.document):
        return Shortened()
    ledger.sure = frozenset(key for key, kind, _ in ledger.counts if kind != "mentioned")
    written_speakers(ledger, blocks, language)
    shortened = Shortened.of(blocks)
    introduced(ledger, shortened)
    return shortened


def written_speakers(ledger: Ledger, blocks: Sequence[Block], language: str) -> None:
    """Minutes written as `Ann Lee: we ship on Monday`, `ann-l: yes` or `[ann] ship`; elsewhere a label of two capitalised words is no
    speaker, nor is one that begins with an everyday word of the language (`Huidige Toegang: ...`).
    """
    for block, (start, end, who) in [*raised(blocks, ledger.register.handles)]:
        if not ledger.is_counted(block.segment, block.start + start, block.start + end):
            ledger.seen(block, who, "attended", block.start + start, block.start + end)
    to_do, came = listed(blocks), _listed_in(ledger)
    lines = [block for block in blocks if block.kind in ("paragraph", "item") and not speaker_end(block)]
    for block in lines:
        found = _SPEAKS.match(block.text) if (block.segment, block.start) not in to_do else None
        if found and leads_elsewhere(block, found.start(1)):  # `[Lamp Plan: the second part](plans/lamps)`
            continue
        if not found or _begins_with_a_word(found[1], language):
            continue
        if is_person(found[1]) and WORDS_OF_LABELS.isdisjoint(found[1].casefold().split()) and came(found[1]):
            ledger.seen(block, Identity(found[1]), "attended", block.start + found.start(1), block.start + found.end(1))
    given, parts = given_names(ledger.register), _by_word(ledger.register, ledger.register.full_names())
    for block in lines:
        found = _GIVEN_SPEAKS.match(block.text)
        if found:
            word = fold_name(found[1])
            by_surname = "" if is_everyday(word) else parts.get(word, "")
            ledger.call(given.get(word) or by_surname, "attended", block, *found.span(1))
        account = _ACCOUNT_SPEAKS.match(block.text)
        if account and account[1].casefold() in ledger.register.handles and not is_everyday(account[1]):
            ledger.call(f"handle:{account[1].casefold()}", "attended", block, *account.span(1))


def _begins_with_a_word(label: str, language: str) -> bool:
    first = label.split()[0]
    return bool(language) and zipf_in(first, language) >= COMMON_ZIPF and not is_listed_name(first)


def _listed_in(ledger: Ledger) -> Callable[[str], bool]:
    """Whether a name has a word of somebody whom the minutes list: where they list several, other labels are what is spoken of."""
    there = [folded for folded, keys in ledger.register.by_name.items() if not ledger.sure.isdisjoint(keys)]
    words = {word for folded in there for word in folded.split()}
    return lambda name: len(there) < SEVERAL or not words.isdisjoint(fold_name(name).split())


def introduced(ledger: Ledger, shortened: Shortened) -> None:
    """Who is introduced with a short name was there, and said what stands behind it."""
    for one in shortened.introduced:
        if not ledger.is_counted(one.block.segment, one.start, one.end):
            ledger.seen(one.block, Identity(one.name), "attended", one.start, one.end)
    for block, start, end, short in shortened.speaking:
        ledger.call(_meant(ledger.register, shortened, short), "attended", block, start, end)


def taken(ledger: Ledger, blocks: Sequence[Block], shortened: Shortened) -> list[Taken]:
    """Who took which action, called by whatever is theirs alone in this document.

    Where all items of a list begin with a full name and one of them is known, the others are people's as well.
    """
    words = _by_word(ledger.register, ledger.register.by_name)
    every = list(actions(blocks, minutes=is_minutes(ledger.document)))
    found = {action: _taken(ledger, shortened, action, words) for action in every}
    lists = {action.block.headings for action, known in found.items() if known and action.block.kind == "item"}
    lists -= {block.headings for block in blocks if block.kind == "item" and not _SPEAKS.match(block.text)}
    for action, known in found.items():
        if not known and action.block.headings in lists:
            begins = tuple(tuple(replace(doer, new=True) for doer in way if doer.start == action.start) for way in action.doers)
            found[action] = _taken(ledger, shortened, replace(action, doers=begins), words)
    return [one for known in found.values() for one in known]


def _taken(ledger: Ledger, shortened: Shortened, action: Action, words: Mapping[str, str]) -> list[Taken]:
    ways = (
        [(doer, key) for doer in doers if (key := _doer(ledger, shortened, doer, words, given=action.is_listed))] for doers in action.doers
    )
    return [
        Taken(action, key, doer.name, doer.block.segment, doer.block.start + doer.start, doer.block.start + doer.end)
        for doer, key in next(filter(None, ways), ())
    ]


def named(ledger: Ledger, blocks: Sequence[Block], shortened: Shortened) -> None:
    """Counts where the text calls somebody who is known in this document; what was counted with an address or a role is."""
    register = ledger.register
    full = [Name(tuple(folded.split()), folded) for folded in register.full_names()]
    given = _given_names(ledger) if ledger.document.kind in UNSTRUCTURED_KINDS or is_minutes(ledger.document) else ()
    called = Called((*full, *given))
    surnames = _by_word(register, register.full_names())
    for block in blocks:
        if block.kind in ("heading", "codeblock"):
            continue
        addressed = [(*one.span(), surnames.get(fold_name(one[1]), "")) for one in _ADDRESSED.finditer(block.text)]
        for start, end, key in (*((start, end, register.means(folded)) for start, end, folded in called.find(block.text)), *addressed):
            if start >= speaker_end(block):
                ledger.call(key, "mentioned", block, start, end)
    for block, start, end, short in shortened.mentions(blocks):
        ledger.call(_meant(register, shortened, short), "mentioned", block, start, end)


def speaker_end(block: Block) -> int:
    """Where the name ends that says who speaks here: nobody mentions whoever they are."""
    return max((end for start, end in block.labels() if start == 0), default=0)


def _meant(register: Register, shortened: Shortened, short: str) -> str:
    name = fold_name(shortened.names[short])
    return register.means(name) if name in register.by_name else ""


def given_names(register: Register) -> dict[str, str]:
    """Whom a given name means here, where only one person has it, alone or before another."""
    return _of_one((folded.partition(" ")[0], register.means(folded)) for folded in register.by_name)


def _by_word(register: Register, names: Iterable[str]) -> dict[str, str]:
    """Whom a given name, a surname or `Ann L` means here, where it is in one person's name alone."""
    parts = ((words, register.means(folded)) for folded in names for words in [folded.split()])
    return _of_one((part, key) for words, key in parts for part in (words[0], words[-1], f"{words[0]} {words[-1][0]}"))


def _of_one(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What means one identity alone, and is more than a letter."""
    owners: dict[str, set[str]] = {}
    for word, key in pairs:
        owners.setdefault(word, set()).add(key)
    return {word: next(iter(keys)) for word, keys in owners.items() if len(keys) == 1 and len(word) > 1}


def _given_names(ledger: Ledger) -> Iterator[Name]:
    """Given names that only one person here has: in mails and meetings people are called by them. In minutes only those of whoever is
    listed or has an address: what only stands before a colon may be a thing (`Release Notes: done`). Whether a name is a word as well
    decides nothing here, or some people would count less than others for theirs.
    """
    everybody = ledger.document.kind in UNSTRUCTURED_KINDS
    owners: dict[Name, set[str]] = {}
    for folded, written in ledger.register.full_names().items():
        # Folded, `Tae-hyun Kim` is three words.
        given = next((word for word in written.split() if folded.startswith(f"{fold_name(word)} ")), folded.partition(" ")[0])
        key = ledger.register.means(folded)
        if everybody or key in ledger.sure or not key.startswith("name:"):
            owners.setdefault(Name.of(given, "", given=True, there=not everybody), set()).add(folded)
    return (replace(name, person=next(iter(found))) for name, found in owners.items() if len(found) == 1 and len(name.words[0]) > 1)


def _doer(ledger: Ledger, shortened: Shortened, doer: Doer, words: Mapping[str, str], *, given: bool) -> str:
    """The identity of whoever is to do something, `""` where the word may be anything else; a `given` name that nobody has here may do."""
    register = ledger.register
    folded, handle = fold_name(doer.name), doer.name.lstrip("@").casefold()  # without `Mr.`
    if folded in register.by_name:
        return register.means(folded)
    if handle in register.handles:
        return f"handle:{handle}"
    if doer.name in shortened.names:
        return _meant(register, shortened, doer.name)
    if doer.name[:1].isupper() and folded in words:
        return words[folded]
    seen = None
    if doer.new and (is_person(doer.name) or (given and is_given(doer.name) and is_listed_name(doer.name))):
        seen = ledger.seen(doer.block, Identity(doer.name), "mentioned", doer.block.start + doer.start, doer.block.start + doer.end)
    return seen.key if seen else ""
