"""Ids are hashes of content and keys, so the same input gives the same id on every machine and in every order."""

import hashlib
import json
from typing import Any


def stable_id(*parts: str) -> str:
    """96-bit hexadecimal id of an ordered list of strings; parts are length-prefixed, so ("ab", "c") and ("a", "bc") differ."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:24]


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: equal values give equal text; bytes as hex."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=bytes.hex)


def document_id(source: str, path: str) -> str:
    """Id of the document at `path` of `source`; a child's path is `parent path` + `!/` + `name`."""
    return stable_id("document", source, path)
