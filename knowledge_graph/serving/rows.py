"""From a lake row to an index row."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from knowledge_graph.fold.partial import ROLE
from knowledge_graph.model.access import Access
from knowledge_graph.text.words import KIND_WORDS, fold, fold_name, impacts, name_terms, terms, topic_key

ROWS_VERSION = "12"
"""Changes when the same lake row would make another index row."""

OPENING = 8
"""Passages at the beginning of a document by whose words it is classified: about 1,500 words, so that a book is as cheap as a letter.
The first 1,500 characters alone classify nearly as well as whole documents: F1 .62 against .63 over the kinds of k8s, rust and python."""
OPENING_LENGTH = 500.0

_PARTED = re.compile(r"[._-]+")
_IN_MEETINGS = frozenset({"attended", "asked", "answered"})

Row = Mapping[str, Any]
Body = dict[str, Any]


def _guards(row: Row) -> Body:
    access = Access(tuple(row["allow"]), tuple(row["deny"]))
    return {"allow": list(access.allow), "deny": list(access.deny), "audience": access.number, "basis": row["basis"]}


def _people(row: Row) -> list[str]:
    return sorted({person["subject"] for person in row["contributors"] or ()})


def _names_alone(row: Row) -> list[str]:
    """Full names that the document gives without an address, as `name:ann lee`."""
    subjects = {person["subject"].partition("@")[0] for people in (row["contributors"], row["called"]) for person in people or ()}
    return sorted(subject for subject in subjects if subject.startswith("name:") and " " in subject)


def _doers(row: Row) -> list[str]:
    """Who had a part in the document and was not only mentioned, each by the fullest name that it calls them: whoever has several
    addresses, or none in some documents, is counted once."""
    names: dict[str, set[str]] = {}
    doing = set()
    for person in row["contributors"] or ():
        if person["place"] != "mentioned":
            doing.add(person["subject"])
        if not person["place"].startswith("role:"):
            names.setdefault(person["subject"], set()).add(fold_name(person["value"]))
    return sorted({_called(subject, names.get(subject, ())) for subject in doing})


def _called(subject: str, names: Iterable[str]) -> str:
    kind, _, text = subject.partition(":")
    local = text.partition("@")[0]
    spelled = fold_name(_PARTED.sub(" ", local)) if kind == "email" else local if kind == "name" else ""
    full = sorted((name for name in (*names, spelled) if " " in name), key=lambda name: (-len(name), name))
    return full[0] if full else local if kind == "name" else text


def _placed(row: Row) -> Body:
    placed = {
        "document": row["document"],
        "source": row["source"],
        "path": row["path"],
        "type": row["kind"],
        "people": _people(row),
        "called": _names_alone(row),
        **_guards(row),
    }
    return placed | ({"date": row["date"]} if row["date"] else {})


def segment_row(row: Row) -> Body:
    """A passage: its impacts hold the words of its headings once more, because a heading names what its passage is about.

    `embedding` is its vector's little-endian float32 values, `multilingual` the other model's as bytes; none where nothing is embedded.
    """
    import numpy as np

    from knowledge_graph.text.languages import is_english

    segment = row["segment"]
    text = segment["text"]
    heard = terms(" ".join((row["title"] or "", *segment["headings"]))) if segment["headings"] or row["title"] else []
    body = {
        "text": text,
        "title": row["title"],
        "headings": list(segment["headings"]),
        "confidence": segment["confidence"],
        "named": [{name: one[name] for name in ("subject", "last", "start", "end")} for one in row["named"] or ()],
        "marks": [
            mark for mark in segment["marks"] if mark["kind"] in ("heading", "item", "codeblock", "cell", "speaker", "time", "quote")
        ],
    }
    weights = impacts([*terms(text), *heard])
    vector, multilingual = np.frombuffer(row["embedding"] or b"", "<f4"), np.frombuffer(row["multilingual"] or b"", np.int8)
    compared = {"vector": vector, "multilingual": multilingual, "english": is_english(text)} if vector.any() and multilingual.any() else {}
    return {
        **_placed(row),
        **compared,
        "named": sorted({one["subject"] for one in row["named"] or ()}),
        "position": segment["position"],
        "heading": segment["headings"][-1] if segment["headings"] else "",
        "page": segment["page"],
        "text": text,
        **({"impacts": weights} if weights else {}),
        "body": body,
    }


def document_row(row: Row) -> Body:
    body = {
        "title": row["title"],
        "mime": row["mime"],
        "created": row["created"],
        "modified": row["modified"],
        "passages": row["passages"],
        "contributors": list(row["contributors"] or ()),
        "called": list(row["called"] or ()),
    }
    subjects = {name: list(row[name] or ()) for name in ("topics", "linked")}
    weights = _opening(row)
    return {
        **_placed(row),
        "doers": _doers(row),
        "parent": row["parent"],
        **subjects,
        **({"impacts": weights} if weights else {}),
        "body": body,
    }


def _opening(row: Row) -> dict[str, float]:
    """The words of a document's title and first passages, as a vector of length 1."""
    texts = (row["title"] or "", *(text for segment in row["opening"] for text in (*segment["headings"], segment["text"])))
    weights = impacts(terms(" ".join(texts)), OPENING_LENGTH)
    length = math.hypot(*weights.values())
    return {term: round(weight / length, 6) for term, weight in weights.items()}


def subject_row(row: Row) -> Body:
    names = list(row["names"])
    payload = orjson.loads(row["payload"])
    return {
        **_guards(row),
        "subject": row["subject"],
        "kind": row["kind"],
        # A person is looked for by the folded name, too: without hyphens and apostrophes.
        "names": sorted({form(name) for name in names for form in ((fold, fold_name) if row["kind"] == "person" else (fold,))}),
        "name_keys": _name_keys(names, row["subject"], payload) if _is_somebody(row, payload) else [],
        "terms": sorted({term for name in names for term in name_terms(name)}),
        "types": sorted(payload.get("types", ())),
        "bound": row["bound"],
        "payload": payload,
    }


def _name_keys(names: Sequence[str], subject: str, payload: Body) -> list[str]:
    """Topic keys of full names, of the words in them and of their ends (`Ann M Lee`: M Lee), and of the account of whoever has one or holds
    a role; a team may have an address, too.
    """
    full = [name.split() for name in names if " " in name and KIND_WORDS.isdisjoint(name.casefold().split())]
    account = [subject.removeprefix("handle:")] if subject.startswith("handle:") and (full or ROLE in payload["kinds"]) else []
    parts = (*(part for words in full for part in (*_ends(words), *words)), *account)
    return sorted({topic_key(part) for part in parts if len(part) > 2} - {""})


def _ends(words: Sequence[str]) -> list[str]:
    """What two and more words begin or end a name with, and the name."""
    cuts = range(2, len(words) + 1)
    return [" ".join(part) for cut in cuts for part in (words[:cut], words[-cut:])]


def _is_somebody(row: Row, payload: Body) -> bool:
    """Whether it is sure to be a person: by an address, a handle or a part in a meeting. Authors and owners may be teams."""
    if row["kind"] != "person":
        return False
    return not row["subject"].startswith("name:") or not _IN_MEETINGS.isdisjoint(payload["kinds"])


def edge_row(row: Row) -> Body:
    return {
        **_guards(row),
        "source": row["source"],
        "target": row["target"],
        "relation": row["relation"],
        "weight": row["weight"],
        "documents": row["documents"],
        "payload": {"entries": orjson.loads(row["payload"])},
    }


def group_row(row: Row) -> Body:
    return {"basis": row["basis"], "principal": row["principal"], "members": list(row["members"])}
