"""People as a text writes them: names with addresses, handles, links to accounts, names called with an at sign."""

import re
from collections.abc import Iterator
from itertools import dropwhile

import regex

from extractors.labels import LABELS as LABELLED
from extractors.mining.blocks import Block, sentences
from extractors.mining.identities import Identity, is_list, is_organisation
from extractors.mining.name_lists import EVERYDAY, is_listed_name
from extractors.mining.vocabulary import GIVEN_NAMES_TOO, LABELS, STOP
from knowledge_graph.text.languages import is_listed
from knowledge_graph.text.words import fold_name, public_zipf

_EMAIL = regex.compile(r"(?<![\w.+-])[\w+-](?:[\w.+'-]{0,62}[\w+-])?@[\w-]+(?:\.[\w-]+)+")
_HANDLE = regex.compile(r"(?<![\w@./:])@_?([A-Za-z0-9](?:[A-Za-z0-9_-]{0,37}[A-Za-z0-9])?)(?![\w@]|[./:]\w)")
# A stop ends initials and what is shortened (`J.-P.`, `Mohd.`); after a longer word it ends the sentence. `APIs` is nobody.
_PART = r"(?!\p{Lu}{2,}s\b)(?:(?:\p{Lu}\p{L}{0,3}\.-?)+|\p{Lu}(?:[\p{L}'\u2019-]*[\p{L}'\u2019])?(?:\.-?\p{Lu}[\p{L}'\u2019-]*)*)"
PERSON = rf"{_PART}(?:\ (?:(?:(?:van|von)\ (?:der|den|de)|van|von|v\.|de|den|da|di|du|dos|la|le|ter|bin|al|el)\ )*{_PART}){{1,3}}"
_PARTICLE = re.compile(r"van|von|de[rn]?|d[aiu]|dos|l[ae]|te[nr]?|zur?|vom|af", re.IGNORECASE)
_GIVEN = regex.compile(r"\p{Lu}\p{Ll}[\p{L}'\u2019-]*")
_GIVEN_SMALL = regex.compile(r"\p{Ll}+\ \p{Lu}\p{Ll}[\p{L}'\u2019-]+")
_GIVEN_NAME = r"\p{Lu}\p{Ll}+(?:-\p{Lu}\p{Ll}+)?"
_GIVEN_ITEM = regex.compile(rf"\W{{0,2}}({_GIVEN_NAME})\W{{0,2}}(?:$|:)")
_GIVEN_BEHIND = regex.compile(rf"\(({_GIVEN_NAME}(?:(?:,|\ &|\ and)\ {_GIVEN_NAME}){{0,3}})\)\W{{0,2}}$")
_DEGREE = r",\ \p{Lu}{2,4}\b"
"""`Ann Lee, RN`"""
_NAMED_ADDRESS = regex.compile(
    rf"({PERSON}(?={_DEGREE})|{PERSON}|\p{{Lu}}[\p{{L}}'-]+,\ \p{{Lu}}[\p{{L}}'. -]+?)(?:{_DEGREE})?\**(?:\s*\[[\w ]{{1,20}}\])?"
    rf"\s*[<(\[]\s*(?:(?P<account>@?[\w.-]{{1,38}})[,;]\s)?(?:mailto:)?(?P<email>{_EMAIL.pattern})\s*(?:[>)\]]|[,;][^()<>\n]{{0,40}}[>)\]])"
)
"""`Ann Lee <ann@x.org>`, `Lee, Ann (ann@x.org)`, `Ann Lee (ann-l, ann@x.org)`"""
_NAME_BEFORE_ADDRESS = regex.compile(rf"({PERSON})\s*[<(:,-]?\s*\Z")
_BEFORE_NAME = re.compile(r"[ \t]*([a-z0-9][\w-]*)[ \t]+")
"""The account that a line of a list begins with: `ann-l  Ann Lee <ann@x.org>`."""
_ACCOUNT_ADDRESS = regex.compile(rf"(?<![\w@./-])@?([a-z0-9][\w-]*)\s*[<(]\s*(?:mailto:)?({_EMAIL.pattern})\s*[>)]")
"""`ann-l <ann@x.org>`"""
_WHERE = r"(?:irc|nick(?:name)?|slack|matrix|github|gitlab|launchpad|gerrit|account)"
_BESIDE_ADDRESS = regex.compile(
    rf"({PERSON})\s*(?:[;,]\s*@?[\w-]+\s*\((?i:{_WHERE})\)\s*)?(?:[|:;,\u2013\u2014-]|\t)\s*({_EMAIL.pattern})"
    rf"(?:\s*[/;]\s*({_EMAIL.pattern}))?"
)
"""Nothing but the address itself says that it is theirs; there may be two."""
_ACCOUNT_SAID = regex.compile(
    rf"({PERSON})\s*(?:[;,]\s*@?(?P<account>[\w-]+)\s*\((?i:{_WHERE})\)|[(\[]\s*(?i:{_WHERE})\s*:\s*@?(?P<account>[\w-]+)\s*[)\]])"
)
"""`Ann Lee (IRC: ann)`, `Ann Lee, ann (irc)`"""
_SOMEWHERE = re.compile(rf"\({_WHERE}\b", re.IGNORECASE)
_CITED = re.compile(r"[\[ ]@[A-Za-z][\w-]*?(?:1[89]|20)\d\d[a-z]?(?:[\]]|;\ @|,\ p)")
"""`[@Lee_2020]`, `[@Lee2020; @Ek2021]`"""
_NAMED_HANDLE = regex.compile(rf"({PERSON})\s*(?:[(\[,]\s*{_HANDLE.pattern}|[\u2013\u2014-]\s*{_HANDLE.pattern}(?=\s*(?:$|[^\w\s])))")
"""A dash may stand before anything that somebody did: `Change of Chairs - @ann replaced @bo`."""
_OPENER = re.compile(
    r"^(?:ask|contact|e-?mail|mail|ping|call|see|meet|thanks?|tell|dear|hi|hello|hey|please|cc|via)\s+(?=\w)", re.IGNORECASE
)
"""What a sentence begins with before it names somebody (`Contact Ann Lee <ann@x.org>`)."""
_HANDLE_NAMED = regex.compile(rf"{_HANDLE.pattern}\s*[(\[]\s*({PERSON})\s*[)\]]")
_CALLED = regex.compile(
    r"(?<![\w@./:])@_?(\p{Lu}\p{Ll}[\p{L}'\u2019-]*(?:\ (?:(?:van|von|de|der|den|da|di)\ )*\p{Lu}[\p{L}'\u2019.-]+){1,2})"
    r"(?:\ \(([A-Za-z0-9][\w-]{1,37})\))?"
)
"""`@Ann Lee`, as chats export their mentions, some with the account behind it (`@Ann Lee (ann-l)`); a handle has no space."""
_CALLED_TURNED = regex.compile(r"(?<![\w@./:])@((?:\p{L}{2,4}\ ){0,2}\p{Lu}[\p{L}'\u2019-]+,\ \p{Lu}\p{Ll}[\p{L}'\u2019-]*)")
"""`@Lee, Ann`, as office programs export theirs."""
_NAME_BEFORE = regex.compile(rf"(?<![@_\w]){PERSON}\s$")
_INNER_CAPITAL = regex.compile(r"\b(?!(?:Ann|Del|Fitz|Jean|Lee|Mac|Mary|San|Sha|Van|Von)\p{Lu})\p{Lu}\p{Ll}{2,}\p{Lu}")
"""`GitHub Issue`; McLean, DeVito, LaToya, KeShawn and VanDyke are people."""
_BEHIND = regex.compile(rf"\s*[:\u2013\u2014-]\s*\**({PERSON})\**(?=\s*(?:$|[,(;\n]))")
_PAGE_OF_PEOPLE = re.compile(
    r"(?:^|/)(?:team|people|staff|authors?|bios?|biographies|employees|members|profiles?|persons?)(?:\.\w+)?$", re.IGNORECASE
)
_PERSON_NAME = regex.compile(rf"^{PERSON}$")
_ACCOUNT = re.compile(
    r"^https?://(?:www\.)?(?:(?:github|gitlab)\.com/|codeberg\.org/|bitbucket\.org/|launchpad\.net/~)([A-Za-z0-9][A-Za-z0-9-]{0,38})/?$",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"^https?://(?:\w+\.)?(?:linkedin\.com/in|orcid\.org|scholar\.google\.\w+|xing\.com/profile)/\S")
_HOSTS = frozenset(("github", "gitlab", "codeberg", "bitbucket", "launchpad"))
_BEHIND_NAME = re.compile(
    rf"\s*[(<\[]\s*(?P<said>{_WHERE}\s*:\s*)?@?(?P<account>[A-Za-z0-9][\w-]{{1,38}})\s*(?:[(,]?\s*{_WHERE}\)?\s*)?[)>\]]",
    re.IGNORECASE,
)
"""`Ann Lee (ann-l)`, `Ann Lee (IRC: ann)`, `Ann Lee <ann-l>`"""
_NAME_BEHIND = regex.compile(rf"\s*[(<\[]\s*({PERSON})\s*[)>\]]")
# Addresses of code hosts, mentions of everybody, and words of whoever explains mentions.
_NOT_PEOPLE = """mention mentions mentioned everyone everybody here channel all team features about pricing orgs marketplace topics settings
login join sponsors kubernetes kubernetes-sigs person staff template templates user users username wg"""
_NOT_ACCOUNTS = frozenset(_NOT_PEOPLE.split())
_GROUP = re.compile(
    r"^(?:sig|wg|ug|team|mods)-|-(?:foundation|initiative|labs?|lang|org|project)$"
    r"|(?:^|-)(?:admins|approvers|authors|chairs|contributors|leads|maintainers|managers|members|moderators|owners|reviewers|reviews)$"
)
GIVEN_TOO = frozenset({"will", "may", "an", "my", "do", "so", "no", "like", "long"})
"""Function words of English that are given names as well: Will, May, and many short ones from Asia."""
_FUNCTION_WORDS = """
das die der ein eine les une los las gli het een mit für nach zum zur aus über unter wir ich dans pour avec chez nous vous para por
action todo task
"""
_NO_BEGINNING = frozenset(_FUNCTION_WORDS.split())
"""Words of other languages that no name begins with, and what labels actions."""
_NOBODY = frozenset(("nil", "none", "nobody", "niemand", "keine", "keiner", "aucun", "aucune", "personne", "nadie", "ninguno", "nessuno"))
"""What stands in a list of people where there are none."""
_SURNAMES_TOO = frozenset({"page", "link", "list"})
_PAGE_WORDS = "home web wiki front landing main start project team help man product status mailing task check short to-do"
_KINDS_OF_PAGES = frozenset(_PAGE_WORDS.split())
_BARE_HANDLE = re.compile(r"^[A-Za-z0-9](?:[A-Za-z0-9_-]{2,37}[A-Za-z0-9])$")
_BEGINNING = 6
_EMPLOYER_BEHIND = regex.compile(r"(?<=^\S+\ \S+)(?<=\p{Ll})\ (?:\p{Lu}{2,4}|\p{Lu}+\d+)(?:\ .*)?$")
"""`Ann Lee IGN`: surnames in capitals are hardly ever so short."""
_UNLIKE_WORDS = re.compile(r"[\d_-]")
_COINED = 1.5
"""Rarer than one in thirty million words: nobody writes it but as a name."""

Sighting = tuple[int, int, Identity]
"""Start and end in the block, who."""


def is_person(name: str) -> bool:
    """True for what is written like a full name."""
    first, _, rest = name.casefold().partition(" ")
    if (
        not _PERSON_NAME.match(name)
        or _INNER_CAPITAL.search(name)
        or (is_organisation(name) and not (rest in _SURNAMES_TOO and first not in _KINDS_OF_PAGES))
    ):
        return False
    if first in _NO_BEGINNING or first in LABELLED.roles or first in LABELLED.kinds:  # `Das Ergebnis`, `Versammlungsleiter Ann Lee`
        return False
    return first not in STOP or (first in GIVEN_TOO and " " not in rest)


def somebody(text: str, start: int, end: int) -> tuple[Identity, int] | None:
    """Whom a part of a list of people names, with the account or the name behind it, and where that ends; None where it is nobody."""
    name = _EMPLOYER_BEHIND.sub("", text[start:end])
    end = start + len(name)
    first, space, last = name.rpartition(" ")
    if is_person(name):
        behind = _BEHIND_NAME.match(text, end)
        if behind and (is_account_of(behind["account"], name) or (behind["said"] and not is_nobody(behind["account"]))):
            return Identity(name, handle=behind["account"]), behind.end()
        return Identity(name), end
    if space and is_person(first) and is_account_of(last, first):  # `Ann Lee ann-l`
        return Identity(first, handle=last), end
    if not is_bare_handle(name) or "/" in text[max(0, start - 1) : end + 1]:  # no part of a path
        return None
    owner = _NAME_BEHIND.match(text, end)
    return (Identity(owner[1], handle=name), owner.end()) if owner and is_person(owner[1]) else (Identity(handle=name), end)


def is_account_of(word: str, name: str) -> bool:
    """Whether a word beside a name is that person's account, without its sign: made of the name, or by its digits and hyphens of no
    language."""
    return word == word.lower() and is_bare_handle(word) and (spells(word, name) or bool(_UNLIKE_WORDS.search(word)))


def is_given(word: str) -> bool:
    """True for one capitalised word, where a list of people is expected."""
    small = word.casefold()
    return bool(_GIVEN.fullmatch(word)) and small not in LABELS and small not in _NOBODY and (small not in STOP or small in GIVEN_TOO)


def is_written_small(name: str) -> bool:
    """True for a full name whose given name has no capital (`elf Lee`), where nothing but those who came is expected."""
    return bool(_GIVEN_SMALL.fullmatch(name)) and name.partition(" ")[0] not in STOP and not is_organisation(name)


def given_alone(block: Block) -> Iterator[tuple[int, int]]:
    """Given names that stand for whoever does what a line says: all of an item, before its colon, in brackets at its end or a heading's."""
    if block.kind in ("item", "heading"):
        found = (_GIVEN_ITEM.match(block.text) if block.kind == "item" else None) or _GIVEN_BEHIND.search(block.text)
        yield from (one.span() for one in _GIVEN.finditer(block.text, *found.span(1)) if is_given(one[0])) if found else ()


def is_bare_handle(word: str) -> bool:
    """True for an account's name without its sign, where a list of people is expected: no word of a language, no name or noun with its
    capital, nothing in capitals alone."""
    looks_so = bool(_BARE_HANDLE.match(word)) and any(map(str.islower, word)) and not (word.istitle() and word.isalpha())
    return looks_so and public_zipf(word) < _COINED and not is_listed(word) and not is_nobody(word)


def is_nobody(handle: str) -> bool:
    """True for a team, a role (`@wg-async`, `@approvers`) and a word of the sentence (`@the`), which an at sign makes nobody's account."""
    word = handle.casefold()
    said = word in _NOT_ACCOUNTS or ((word in STOP or word in LABELS) and word not in GIVEN_NAMES_TOO)
    return said or bool(_GROUP.search(word)) or is_organisation(word.replace("-", " ").replace("_", " "))


def is_address(text: str) -> bool:
    """True for an e-mail address and nothing else."""
    return bool(_EMAIL.fullmatch(text))


def in_links(block: Block, *, listed: bool = False) -> Iterator[Sighting]:
    """People mentioned, and links to a person's account, mail address or page; where people are `listed`, the name may stand behind the
    account.
    """
    for mark in block.inline:
        if mark.kind not in ("link", "person"):
            continue
        start, end = mark.start - block.start, mark.end - block.start
        text = block.text[start:end].strip("*_@ ")
        name = text if is_person(text) else ""
        if mark.kind == "person":
            yield start, end, Identity(name, handle=mark.value)
            continue
        if mark.value.startswith("mailto:") or is_address(mark.value):
            address = _EMAIL.match(mark.value.removeprefix("mailto:"))
            if address and not is_list(address.group()):
                yield _mailed(block.text, start, end, name, address.group().lower())
        elif (account := _ACCOUNT.match(mark.value)) and not is_nobody(account[1]):
            behind = _BEHIND.match(block.text, end) if listed and not name else None
            if behind and is_person(behind[1]):
                yield start, behind.end(1), Identity(behind[1], handle=account[1])
            else:
                yield from _account(block, start, end, name or (text if listed and is_given(text) else ""), account[1])
        elif name and (_is_page_of(name, mark.value) or _PROFILE.match(mark.value) or (listed and is_listed_name(name.split()[0]))):
            yield start, end, Identity(name)


def _mailed(text: str, start: int, end: int, name: str, email: str) -> Sighting:
    """Who has an address that is a link: whom its text names, else a name before it that the address is made of."""
    before = _NAME_BEFORE_ADDRESS.search(text, max(0, start - 60), start) if not name else None
    if before and spells(email, before[1]) and not _is_of_a_thing(before[1], email):
        return before.start(), end, Identity(before[1], email)
    return start, end, Identity(name, email)


def _is_page_of(name: str, address: str) -> bool:
    """Whether a link leads to the page or the paragraph of somebody of that name, among people: `../team/index.md#ann-lee-she-her`."""
    page, _, fragment = address.partition("?")[0].partition("#")
    path, _, file = page.rstrip("/").rpartition("/")
    slug = fold_name(name).replace(" ", "")
    told, where = (fragment, page) if fragment else (file.partition(".")[0], path)
    own = re.sub(r"[^a-z]", "", fold_name(told.replace("-", " ").replace("_", " ")))
    return own.startswith(slug) and bool(_PAGE_OF_PEOPLE.search(re.sub(r"/index\.\w+$", "", where)))


def leads_elsewhere(block: Block, start: int) -> bool:
    """Whether what begins here in the block is a link to something that is nobody's account: `[Lamp Plan](plans/lamps) @ann`."""
    links = (mark for mark in block.inline if mark.kind == "link" and mark.start <= block.start + start < mark.end)
    return any(not mark.value.startswith("mailto:") and not _ACCOUNT.match(mark.value) for mark in links)


def _account(block: Block, start: int, end: int, name: str, account: str) -> Iterator[Sighting]:
    text = block.text[start:end].strip("*_ ")
    if text.casefold() in _HOSTS or (not name and not text.startswith("@") and text.casefold() != account.casefold()):
        return
    before = regex.search(rf"({PERSON})\s*[(\[]\s*\**$", block.text[max(0, start - 60) : start]) if not name else None
    if not before and not name and block.kind == "item":
        before = regex.fullmatch(rf"\W*({PERSON})\ ", block.text[:start])  # `Ann Lee annlee`, where the account is a link
        before = before if before and is_person(before[1]) else None
    if before:
        yield start - len(before.group()), end, Identity(before[1], handle=account)
    else:
        yield start, end, Identity(name, handle=account)


def in_text(block: Block) -> Iterator[Sighting]:
    """Names with addresses and handles, then addresses, names and handles alone."""
    text = block.text
    for found in _ACCOUNT_SAID.finditer(text) if _SOMEWHERE.search(text) else ():
        if is_person(found[1]) and not is_nobody(found["account"]):
            yield found.start(1), found.end(), Identity(found[1], handle=found["account"])
    if "@" not in text:
        return
    yield from _addressed(text)
    for found in _ACCOUNT_ADDRESS.finditer(text):
        if is_bare_handle(found[1]):
            yield found.start(1), found.end(), Identity(email=found[2].lower(), handle=found[1])
    for found in _BESIDE_ADDRESS.finditer(text):
        name = _OPENER.sub("", found[1])
        for group in (2, 3):
            if found[group] and is_person(name) and spells(found[group], name) and not _is_of_a_thing(name, found[group]):
                yield found.end(1) - len(name), found.end(group), Identity(name, found[group].lower())
    named = [
        ((found.end(1) - len(name), found.end()), name, found[2] or found[3])
        for found in _NAMED_HANDLE.finditer(text)
        for name in [_OPENER.sub("", found[1])]
    ]
    named += [(found.span(), found[2], found[1]) for found in _HANDLE_NAMED.finditer(text)]
    named = [one for one in named if not leads_elsewhere(block, text.index(one[1], one[0][0]))]
    yield from ((*span, Identity(name, handle=handle)) for span, name, handle in named if not is_nobody(handle))
    code = [(mark.start - block.start, mark.end - block.start) for mark in block.inline if mark.kind == "code"]
    # A decorator or an annotation in code is nobody.
    yield from (one for one in _alone(text) if not any(start <= one[0] < end for start, end in code))


def _addressed(text: str) -> Iterator[Sighting]:
    """Names with an address behind them, and with the account that their line begins with."""
    for found in _NAMED_ADDRESS.finditer(text):
        name = _OPENER.sub("", found[1])
        start, email = found.end(1) - len(name), found["email"].lower()
        if _is_of_a_thing(name, email):
            continue
        account = _BEFORE_NAME.fullmatch(text, text.rfind("\n", 0, start) + 1, start)
        if account and (account[1] == email.partition("@")[0] or is_account_of(account[1], name)):
            yield account.start(1), found.end(), Identity(name, email, account[1])
        else:
            yield start, found.end(), Identity(name, email, (found["account"] or "").lstrip("@").casefold())


def _is_of_a_thing(name: str, email: str) -> bool:
    """`Harbour Lamps <harbourlamps@x.org>`, `Dark Quay <quay@x.org>`: an everyday word, which is nobody's given name, begins the name, and
    the address is all of it or its end.
    """
    first, *_, last = words = fold_name(name).split()
    spelled = re.sub(r"[^a-z]", "", email.partition("@")[0]) in (last, "".join(words))
    return spelled and not is_listed_name(first) and public_zipf(first) >= EVERYDAY


def turned_round(text: str) -> str:
    """The name that is written with its surname first (`Lee, Ann`, `Van der Berg, Bo`); `""` where the part behind the comma is no given
    name, or the one before it is one as well (`Ann, Bo`).
    """
    last, comma, first = text.strip().partition(", ")
    given = first.split(" ")[0]
    both = " " in first and sum(not _PARTICLE.fullmatch(word) for word in last.split()) > 1  # `Bo Ek, Ann Lee` are two
    told = comma and "," not in first and not both and is_listed_name(given) and not is_listed_name(last)
    return in_order(last, first) if told else ""


def in_order(surname: str, given: str) -> str:
    """A full name of its parts, with what belongs to a surname in small letters; `""` where it is none."""
    words = surname.split()
    small = len(words) - len([*dropwhile(_PARTICLE.fullmatch, words)])
    name = " ".join((*given.split(), *map(str.lower, words[:small]), *words[small:]))
    return name if is_person(name) else ""


def spells(address: str, name: str) -> bool:
    """Whether an address or account is made of a name: it holds a long word of it or how one begins, or begins with an initial before the
    surname's beginning.
    """
    local = re.sub(r"[^a-z]", "", fold_name(address.partition("@")[0]))
    words = fold_name(name).split()
    return any(len(word) > 2 and word[:_BEGINNING] in local for word in words) or local.startswith(words[0][0] + words[-1][:3])


def _alone(text: str) -> Iterator[Sighting]:
    for found in _EMAIL.finditer(text):
        if not is_list(found.group()):
            yield found.start(), found.end(), Identity(email=found.group().lower())
    taken = set()
    for found in _CALLED.finditer(text):
        if _NAME_BEFORE.search(text, max(0, found.start() - 60), found.start()):
            taken.add(found.start())  # an employer: `Ann Lee @Red Hat`
        elif is_person(found[1]):
            account = found[2] if found[2] and is_bare_handle(found[2]) else ""
            taken.add(found.start())
            yield found.start(), found.end() if account else found.end(1), Identity(found[1], handle=account)
    for found in _CALLED_TURNED.finditer(text):
        if name := turned_round(found[1]):
            taken.add(found.start())
            yield found.start(), found.end(), Identity(name)
    for found in _HANDLE.finditer(text):
        if not is_nobody(found[1]) and found.start() not in taken and not _CITED.match(text, max(0, found.start() - 1)):
            yield found.start(), found.end(), Identity(handle=found[1])


_THANKS = re.compile(
    r"\b(?:thank(?:s|ed|ing|ful)?|acknowledge(?:s|d|ments?)?|grateful|credits?|reviewed by|discussed with)\b", re.IGNORECASE
)
_THANKING = re.compile(rf"{_THANKS.pattern}|\bcontributors?\b", re.IGNORECASE)
"""As a heading; in a text contributors are as often told what to do."""
HEADING_WORDS = 4
_THANKED = regex.compile(
    rf"(?:^|[,;:\n]|\b(?:and|to|by|with|from)\b)\s*(?:and\s+)?({PERSON})(?=\s*(?:[,;.\n(]|$|\b(?:and|for|who|has|in|on)\b))"
)


def in_thanks(block: Block) -> Iterator[Sighting]:
    """Full names in an acknowledgement; elsewhere a list of capitalised names is as often one of products."""
    heads = len(block.section.split()) <= HEADING_WORDS and _THANKING.search(block.section)
    # Who is thanked may be a list: a new line ends no sentence.
    text = block.text.replace("\n", " ")
    thanking = [(0, len(text))] if heads else [place for place in sentences(text) if _THANKS.search(text, *place)]
    for found in _THANKED.finditer(block.text) if thanking else ():
        name = found[1].rstrip(".")
        if heads and found[0].startswith(":"):  # a field, as in `Type: Standards Track`
            continue
        if is_person(name) and any(start <= found.start(1) < end for start, end in thanking):
            yield found.start(1), found.start(1) + len(name), Identity(name)
