"""Index mappings, of what Elasticsearch's core has. A change of mapping or of MAPPING_VERSION builds a new index beside the old."""

from typing import Any

from knowledge_graph.model.ids import canonical_json, stable_id

MAPPING_VERSION = "2"
VECTOR_DIMENSIONS = 384
MULTILINGUAL_DIMENSIONS = 512

KEYWORD: dict[str, Any] = {"type": "keyword"}
STORED: dict[str, Any] = {"type": "object", "enabled": False}
COLUMN: dict[str, Any] = {"index": False}
"""Read and summed, never sought."""
_EXACT: dict[str, Any] = {"index_options": {"type": "flat"}}
"""What is found by vectors depends on no other document: neither a graph of neighbours nor a scale fitted to all of them."""

_WORDS: dict[str, Any] = {"type": "text", "analyzer": "standard", "norms": False}

_GUARDED: dict[str, Any] = {"allow": KEYWORD, "deny": KEYWORD, "audience": {"type": "long"}, "basis": KEYWORD | COLUMN}
_PLACED: dict[str, Any] = {
    "document": KEYWORD,
    "source": KEYWORD,
    "path": KEYWORD,
    "type": KEYWORD,
    "date": {"type": "date", "format": "strict_date", "ignore_malformed": True},
    "people": KEYWORD,
    "called": KEYWORD,
}

INDEXES: dict[str, dict[str, Any]] = {
    "segments": {
        **_GUARDED,
        **_PLACED,
        "named": KEYWORD,
        "heading": _WORDS,
        "position": {"type": "integer"},
        "page": {"type": "integer", **COLUMN},
        "text": _WORDS,
        "impacts": {"type": "sparse_vector"},
        "vector": {"type": "dense_vector", "dims": VECTOR_DIMENSIONS, "similarity": "dot_product", **_EXACT},
        "multilingual": {"type": "dense_vector", "element_type": "byte", "dims": MULTILINGUAL_DIMENSIONS, "similarity": "cosine", **_EXACT},
        "english": {"type": "boolean"},
        "body": STORED,
    },
    "documents": {
        **_GUARDED,
        **_PLACED,
        "doers": KEYWORD,
        "parent": KEYWORD,
        "topics": KEYWORD,
        "linked": KEYWORD,
        "impacts": {"type": "sparse_vector"},
        "body": STORED,
    },
    "subjects": {
        **_GUARDED,
        "subject": KEYWORD,
        "kind": KEYWORD,
        "names": KEYWORD,
        "name_keys": KEYWORD,
        "terms": KEYWORD,
        "types": KEYWORD,
        "bound": {"type": "double", **COLUMN},
        "payload": STORED,
    },
    "edges": {
        **_GUARDED,
        "source": KEYWORD,
        "target": KEYWORD,
        "relation": KEYWORD,
        "weight": {"type": "double", **COLUMN},
        "documents": {"type": "long", **COLUMN},
        "payload": STORED,
    },
    "groups": {"basis": KEYWORD | COLUMN, "principal": KEYWORD, "members": KEYWORD},
}


def mapping_of(index: str) -> dict[str, Any]:
    return {"dynamic": "strict", "properties": INDEXES[index]}


def mapping_id(index: str) -> str:
    return stable_id("mapping", MAPPING_VERSION, canonical_json(mapping_of(index)))[:8]
