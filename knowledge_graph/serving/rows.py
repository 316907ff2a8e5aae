"""From a lake row to an index row."""

import json
from collections.abc import Mapping
from typing import Any

from knowledge_graph.model.access import Access
from knowledge_graph.text.words import fold, impacts, name_terms, terms

ROWS_VERSION = "3"
"""Changes when the same lake row would make another index row."""

Row = Mapping[str, Any]
Body = dict[str, Any]


def _guards(row: Row) -> Body:
    access = Access(tuple(row["allow"]), tuple(row["deny"]))
    return {"allow": list(access.allow), "deny": list(access.deny), "audience": access.audience, "basis": row["basis"]}


def _people(row: Row) -> list[str]:
    return sorted({person["subject"] for person in row["contributors"] or ()})


def _placed(row: Row) -> Body:
    placed = {
        "document": row["document"],
        "source": row["source"],
        "path": row["path"],
        "type": row["kind"],
        "people": _people(row),
        **_guards(row),
    }
    return placed | ({"date": row["date"]} if row["date"] else {})


def segment_row(row: Row) -> Body:
    """A passage: its impacts hold the words of its headings once more, because a heading names what its passage is about."""
    segment = row["segment"]
    text = segment["text"]
    heard = terms(" ".join((row["title"] or "", *segment["headings"]))) if segment["headings"] or row["title"] else []
    body = {
        "text": text,
        "title": row["title"],
        "headings": list(segment["headings"]),
        "confidence": segment["confidence"],
        "marks": [
            mark for mark in segment["marks"] if mark["kind"] in ("heading", "item", "codeblock", "cell", "speaker", "time", "quote")
        ],
    }
    weights = impacts([*terms(text), *heard])
    vector = {"vector": row["vector"]} if row["vector"] and any(row["vector"]) else {}
    return {
        **_placed(row),
        **vector,
        "position": segment["position"],
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
    }
    return {**_placed(row), "parent": row["parent"], "topics": list(row["topics"] or ()), "linked": list(row["linked"] or ()), "body": body}


def subject_row(row: Row) -> Body:
    names = list(row["names"])
    payload = json.loads(row["payload"])
    return {
        **_guards(row),
        "subject": row["subject"],
        "kind": row["kind"],
        "names": sorted({fold(name) for name in names}),
        "terms": sorted({term for name in names for term in name_terms(name)}),
        "types": sorted(payload.get("types", ())),
        "bound": row["bound"],
        "payload": payload,
    }


def edge_row(row: Row) -> Body:
    return {
        **_guards(row),
        "source": row["source"],
        "target": row["target"],
        "relation": row["relation"],
        "weight": row["weight"],
        "documents": row["documents"],
        "payload": {"entries": json.loads(row["payload"])},
    }


def group_row(row: Row) -> Body:
    return {"basis": row["basis"], "principal": row["principal"], "members": list(row["members"])}
