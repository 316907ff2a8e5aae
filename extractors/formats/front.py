"""What stands before a page's text: its fields (YAML or a code block of lines), and whom and what they name."""

import re

import regex
import yaml

from extractors.facts import ACCOUNTS, iso_date, merged, people, spoken
from extractors.labels import LABELS
from extractors.passages import Passages
from knowledge_graph.model.records import Contribution

_YAML = re.compile(r"\A\ufeff?---[ \t]*\n(.{0,65536}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCED = re.compile(r"\A\ufeff?\s*```[ \t]*\n((?:[A-Z][\w -]{0,30}:[^\n]*\n){2,40})```[ \t]*(?:\n|\Z)")
_ROLES = {
    "author": "wrote", "authors": "wrote", "creator": "wrote", "by": "wrote", "posted-by": "wrote", "written-by": "wrote",
    "submitted-by": "wrote", "created-by": "wrote", "published-by": "wrote",
    "editor": "edited", "editors": "edited", "maintainers": "owner", "owner": "owner", "owners": "owner",
    "approvers": "decided", "approver": "decided", "decision-makers": "decided", "deciders": "decided",
    "presenter": "presented", "presenters": "presented", "speakers": "presented",
    "attendees": "attended", "participants": "attended",
    "reviewers": "mentioned", "prr-approvers": "decided", "contributors": "edited", "reporter": "asked",
}  # fmt: skip
_CONTACTS = ("contact", "contacts")
_EDITED_WITH = frozenset(("markdown", "ckeditor", "wysiwyg", "html", "code", "asciidoc", "visual", "tinymce"))
"""What a wiki says that its pages are edited with (`editor: markdown`)."""
_PERSONAL = re.compile(r"[a-z]{2,}\.(?:[a-z]\.)?[a-z-]{2,}@")
"""`ann.lee@`; most addresses for contact are an office's."""
_FULL_NAME = regex.compile(
    r"\p{Lu}[\w.'\u2019-]*(?:\ (?:[\w.'\u2019-]{1,3}|\p{Lu}[\w.'\u2019-]*)){0,3}\ (?:\p{Ll}['\u2019])?\p{Lu}[\w'\u2019-]+"
)
_OWN_ACCOUNT = re.compile(r"(?:https?://[^/\s]+/|@)?[\w.-]+/?")
"""A place on a code host of two parts is a project's."""
_CREATED = ("creation-date", "created", "date", "published", "pubdate")
_MODIFIED = ("last-updated", "updated", "lastmod", "modified", "last_modified", "date-modified")
_STATED = (
    "status", "stage", "owning-sig", "owning-team", "parent", "part-of", "depends-on", "requires", "replaces", "supersedes", "replaced-by",
    "superseded-by", "fullname", "role", "teams", "projects", "products",
)  # fmt: skip
_DESCRIBING, _DESCRIBING_WORDS = ("description", "summary", "abstract", "overview", "excerpt"), 4
_NO_WORK, _SHORT = frozenset(("tags", "categories", "keywords", "aliases", "badges", "languages", "redirect-from", "redirect_from")), 60
_LONGEST_LINE = 300


def split(text: str) -> tuple[dict[str, object], str]:
    """The fields that a text begins with, by lower-case names with hyphens, and the rest of it."""
    head, fenced = _YAML.match(text), _FENCED.match(text)
    if head:
        return _loaded(head[1]), text[head.end() :]
    return (_lines(fenced[1]), text[fenced.end() :]) if fenced else ({}, text)


def _loaded(text: str) -> dict[str, object]:
    """`{}` where it is no mapping."""
    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(key).lower().replace("_", "-"): value for key, value in loaded.items()} if isinstance(loaded, dict) else {}


def _lines(text: str) -> dict[str, object]:
    """Of a head in a code block (`EIP: 170`, a line each)."""
    return {key.strip().lower().replace(" ", "-"): value.strip() for key, _, value in (line.partition(":") for line in text.splitlines())}


def title(facts: dict[str, object]) -> str:
    """What a document's head fields call it: by its title, or whose page it is."""
    said = facts.get("title") or _whose(facts).get("name")
    return said.strip() if isinstance(said, str) else ""


def add(passages: Passages, facts: dict[str, object]) -> None:
    """Adds what a document's head fields state of it, and what they describe it with."""
    passages.add("paragraph", lines(facts))
    for line in described(facts):
        passages.add("paragraph", line)


def described(facts: dict[str, object]) -> list[str]:
    """The sentences of a document's head that describe it."""
    told = (" ".join(value.split()) for key in _DESCRIBING if isinstance(value := facts.get(key), str))
    return list(dict.fromkeys(line for line in told if line.count(" ") >= _DESCRIBING_WORDS))


def lines(facts: dict[str, object], *more: str) -> str:
    """What a document's head fields state of it, a line each, so that there is a passage that says it."""
    told = {key: _words(facts.get(key)) for key in (*more, *_STATED)}
    stated = [f"{key.capitalize()}: {words}" for key, words in told.items() if words and "\n" not in words and len(words) < _LONGEST_LINE]
    roles = {key: facts[key] for key in facts if _means(key) not in ("", "sent", "received") and key not in (*_ROLES, *_CONTACTS)}
    named = {key: [one for one in spoken(value) if "\n" not in one] for key, value in roles.items()}
    others = {key: facts[key] for key in facts if key not in (*told, *roles, *_ROLES, *_CONTACTS)}
    works = _works(others) if _whose(facts) else {}
    several = {key.replace("-", " ").replace("_", " "): ", ".join(values) for key, values in {**named, **works}.items() if values}
    return "\n".join([*stated, *(f"{key.capitalize()}: {values}" for key, values in several.items())])


def _words(value: object) -> str:
    """A field's value in words; `""` for one of several levels."""
    values = value if isinstance(value, list) else [value]
    return ", ".join(map(str, values)) if value and not any(isinstance(one, dict | list) for one in values) else ""


def _works(facts: dict[str, object]) -> dict[str, list[str]]:
    """The lists of short texts in the head of somebody's own page, also a level below (`missions: [{ships: [lamp]}]`), by their field:
    what the person works on and can do.
    """
    several = (value if isinstance(value, list) else [value] for value in facts.values())
    below = [one for values in several for one in values if isinstance(one, dict)]
    found: dict[str, dict[str, None]] = {}
    for fields in (facts, *below):
        for key, value in fields.items():
            if isinstance(value, list) and str(key).lower() not in _NO_WORK:
                short = (one for one in value if isinstance(one, str) and len(one) <= _SHORT and "://" not in one and "\n" not in one)
                found.setdefault(str(key), {}).update((one.rstrip("/").rpartition("/")[2], None) for one in short)
    return {key: list(names) for key, names in found.items()}


def _means(field: str) -> str:
    """The role or the part in a document that the name of a field says somebody has, else `""`."""
    label = field.replace("-", " ")
    return next((words[name] for words in (LABELS.roles, LABELS.kinds) for name in (label, field) if name in words), "")


def _whose(facts: dict[str, object]) -> dict[str, object]:
    """The fields that say whose own page this is: a full name, or a name beside an account of its own."""
    name = facts.get("fullname") or facts.get("full-name") or facts.get("name")
    beside = {key: value for key in ACCOUNTS if isinstance(value := facts.get(key), str) and _OWN_ACCOUNT.fullmatch(value)}
    told = isinstance(name, str) and _FULL_NAME.fullmatch(name) and (beside or name != facts.get("name")) and not facts.get("title")
    return {"name": name, **beside} if told else {}


def dates(facts: dict[str, object]) -> tuple[str, str]:
    """The days a document's head fields say it was made and changed, ISO or `""`."""
    created = next((day for key in _CREATED if (day := iso_date(facts.get(key)))), "")
    return created, next((day for key in _MODIFIED if (day := iso_date(facts.get(key)))), "") or created


def named(facts: dict[str, object], day: str) -> tuple[Contribution, ...]:
    """Who a document's head fields name, by what they did."""
    by = {key: value for key in _ROLES if str(value := facts.get(key)).lower() not in _EDITED_WITH}
    told = (one for key, value in by.items() for one in people(_ROLES[key], value, day if _ROLES[key] == "wrote" else ""))
    own = people("wrote", _whose(facts), day)
    contacts = (one for key in _CONTACTS for one in people("owner", facts.get(key)) if one.name or _PERSONAL.match(one.email))
    return merged((*told, *own, *contacts))
