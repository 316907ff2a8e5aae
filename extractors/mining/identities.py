"""Who somebody is: identity keys, and evidence that two identities are one person."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge_graph.model.records import Evidence
from knowledge_graph.resolve.programs import is_program
from knowledge_graph.text.words import fold_name

_NOREPLY = re.compile(r"^(?:\d+\+)?([\w-]+(?:\[bot\])?)@users\.noreply\.(?:github|gitlab)\.com$", re.IGNORECASE)
_NOWHERE = re.compile(r"^[^@]*$|@(?:localhost(?:\.localdomain)?|none|\(none\)|unknown|invalid)$|\.(?:invalid|localhost)$")
"""What is filled in where a history knows no address: many people's."""
JOBS = "manager|engineer|designer|analyst|officer|specialist|developer|consultant|director"
"""What people are, and no part of their names."""
_WHOLES_ELSEWHERE = (
    r"minist[eè]re|ministerium|ministerio|ministero|ministerie|direction|assemblée|mairie|préfecture|université|universität|universidad"
    r"|università|universiteit|département|région|agence|agentur|agencia|agenzia|association|caisse|équipe|groupe|comité|société|service"
    r"|amt|abteilung|verein|gesellschaft|stadtwerke|landkreis|gemeinde|dirección|ayuntamiento|sociedad|comune|regione|società|afdeling"
    r"|gemeente|vereniging|stichting|министерство|отдел|комитет"
)
_ORGANISATION = re.compile(
    rf"\b(?:team|group|committee|board|department|inc|ltd|gmbh|llc|corp|sig|list|support|bot|profile|page|link|linkedin|meeting|community"
    rf"|office|engineering|management|{JOBS}|channel|slack|project|university|everyone|all|anyone|volunteers?|foundation|council|institute|association"
    rf"|consortium|society|alliance|laborator(?:y|ies)|college|hospital|museum|participants|attendees|contributors|maintainers"
    rf"|{_WHOLES_ELSEWHERE})\b",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(r" (?:AB|AG|ASA|BV|KG|NV|PLC|SA|SE)$")
_LIST = re.compile(
    r"^(?:sig|wg|ug|team|list|all|public|everyone|info|contact|support|help|security|admin|office|hello|jobs|press|sales|announce|dev(?!\.)|users?"
    r"|abuse|billing|community|feedback|hostmaster|legal|marketing|media|noc|privacy|webmaster|mailer-daemon|postmaster|noreply|alpha|beta"
    r"|design|research|product|recruiting|careers|events|accounting|finance|it|hr|bonjour|accueil|recrutement|communication|presse"
    r"|secretariat|direction|equipe|animation|formation|kontakt|bewerbung|buchhaltung|einkauf|vertrieb|personal|verwaltung|sekretariat"
    r"|poststelle|zentrale|contacto|contatto|prensa|ventas|soporte|administracion|amministrazione|segreteria|comunicazione|redactie"
    r"|ops|board|foundation|membership|grants|secretar(?:ia|y)|treasurer|president|tesoreria|presidencia)\b"
    r"|\b(?:leads?|list|team|support|organi[sz]ers|board|council|(?<!\.)dev|announce|discuss|committee|group|chairs|managers|contributors|private"
    r"|admins?|members|owners|maintainers|reviewers|approvers|editors|alerts|requests?|patches|commits|bugs|subscribe|unsubscribe)$"
    r"|^[^a-z0-9]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Identity:
    """One observation of a person; `key` is the strongest of its identities."""

    name: str = ""
    email: str = ""
    handle: str = ""


def account_of(email: str) -> str:
    """The handle behind a code host's no-reply address, else `""`."""
    found = _NOREPLY.match(email)
    return found[1].lower() if found else ""


def keys_of(who: Identity, document: str) -> tuple[str, ...]:
    """Identity keys of an observation, strongest first; a name's key joins only inside its document."""
    email = who.email.strip().lower()
    if _NOWHERE.search(email):
        email = ""
    account = account_of(email) or who.handle.strip().lstrip("@").lower()
    keys = []
    if email and not account_of(email):
        keys.append(f"email:{email}")
    if account:
        keys.append(f"handle:{account}")
    if account_of(email):
        keys.append(f"email:{email}")
    folded = fold_name(who.name)
    if folded and not keys:
        keys.append(f"name:{folded}@{document}")
    return tuple(keys)


def is_bot(who: Identity) -> bool:
    """True for accounts that programs write with."""
    return any(map(is_program, (who.handle, account_of(who.email) or who.email.partition("@")[0], who.name)))


def is_list(email: str) -> bool:
    """True for addresses of many: mailing lists, teams, functions."""
    local, _, domain = email.partition("@")
    return bool(_LIST.search(local)) or domain.startswith(("googlegroups.", "lists.", "groups."))


def is_organisation(name: str) -> bool:
    return bool(_ORGANISATION.search(name) or _LEGAL_FORM.search(name))


@dataclass(slots=True)
class Register:
    """The people seen so far in one document: which names mean which identity here."""

    document: str
    by_name: dict[str, set[str]] = field(default_factory=dict)
    """Folded name -> primary identities that carry it."""
    written: dict[str, str] = field(default_factory=dict)
    """Folded name -> the name as first written."""
    begun: dict[str, list[str]] = field(default_factory=dict)
    """Folded names by their first word."""
    handles: set[str] = field(default_factory=set)
    """Accounts, in lower case."""

    def add(self, who: Identity) -> tuple[str, ...]:
        """Remembers an observation and returns its keys."""
        keys = keys_of(who, self.document)
        self.handles.update(key.removeprefix("handle:") for key in keys if key.startswith("handle:"))
        folded = fold_name(who.name)
        if keys and folded:
            if folded not in self.by_name:
                self.begun.setdefault(folded.partition(" ")[0], []).append(folded)
            self.by_name.setdefault(folded, set()).add(keys[0])
            self.written.setdefault(folded, who.name)
        return keys

    def whole(self, name: str) -> str:
        """The one longer name seen here that begins so, or that has these letters behind its first word (`Ann L`, `Ann DF` for `Ann Di
        Fabro`); else the name.
        """
        folded = fold_name(name)
        first, _, last = name.rpartition(" ")
        if not first or folded in self.by_name:
            return name
        letters = last.rstrip(".").casefold() if last.rstrip(".").isupper() else ""
        begin = f"{fold_name(first)} "
        longer = [known for known in self.begun.get(begin.partition(" ")[0], ()) if known.startswith(begin)]
        found = [known for known in longer if known.startswith(f"{folded} ") or (letters and _initials(known, first) == letters)]
        return self.written[found[0]] if len(found) == 1 else name

    def full_names(self) -> dict[str, str]:
        """Names of at least two words as written, by folded name."""
        return {folded: name for folded, name in self.written.items() if " " in folded}

    def accounts(self) -> set[str]:
        """Accounts whose owners have full names here, alone and behind these, as lists have them."""
        named = ((name, key) for folded, name in self.full_names().items() for key in self.by_name[folded])
        owned = [(name, key.removeprefix("handle:")) for name, key in named if key.startswith("handle:")]
        return {words for name, account in owned for words in (account, f"{name} {account}")}

    def means(self, folded: str) -> str:
        """The identity that a bare name means in this document: its one address where there is one, else the name itself."""
        keys = sorted(key for key in self.by_name.get(folded, ()) if not key.startswith("name:"))
        if len(keys) == 1 or (keys and _one_person(keys, folded)):
            return keys[0]
        return f"name:{folded}@{self.document}"

    def same(self) -> Iterator[Evidence]:
        """One full name on addresses of different domains is one person; on addresses of one domain it may be two."""
        for folded, found in sorted(self.by_name.items()):
            keys = sorted(key for key in found if not key.startswith("name:"))
            if not _one_person(keys, folded):
                continue
            name = self.written[folded]
            for other in keys[1:]:
                yield Evidence("same", keys[0], "commit", name, other)
            bare = f"name:{folded}@{self.document}"
            if bare in found:
                yield Evidence("same", keys[0], "address", name, bare)


def _initials(folded: str, first: str) -> str:
    """Those of the words behind the first ones of a name."""
    return "".join(word[0] for word in folded.split()[len(fold_name(first).split()) :])


def _one_person(keys: list[str], folded: str) -> bool:
    if len(keys) == 1:
        return True
    domains = [key.rpartition("@")[2] if key.startswith("email:") else "handle" for key in keys]
    return bool(keys) and " " in folded and len(set(domains)) == len(domains)


def joined(keys: tuple[str, ...], place: str, name: str, segment: int = -1, start: int = 0, end: int = 0) -> Iterator[Evidence]:
    """Evidence that the identities of one observation are one person."""
    for other in keys[1:]:
        yield Evidence("same", keys[0], place, name, other, segment, start, end)
