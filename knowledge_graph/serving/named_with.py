"""Who stands in one line, or below one heading, with a name of what is asked: in minutes and plans that is who works on it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from knowledge_graph.fold.experts import NAMED, Deed
from knowledge_graph.model.access import Reader
from knowledge_graph.serving.asked import without_kind
from knowledge_graph.serving.indexes import Body
from knowledge_graph.serving.store import SearchStore

NAMING = 50
"""Passages read that hold a name as it stands and name somebody: those with the longest form of it first, then the newest."""
LONGEST_LINE = 500
"""Characters. In a longer line whoever is named need not be named with what is asked."""
ROLL = 8
"""People on a line above which it lists who is there."""
LONGEST_NAME = 6
"""Words."""
FORMS = 8
"""Names of one topic that are looked for."""
_WORD = re.compile(r"\w+")
_JOINED = r"[\s\-_./]*"


def named_with(store: SearchStore, reader: Reader, names: Iterable[str]) -> dict[str, list[Deed]]:
    """By identity, whoever stands in one line, or below one heading, with one of the names."""
    written_so = (tuple(_WORD.findall(form)) for name in names for form in (name, without_kind(name)))
    forms = list(dict.fromkeys(words for words in written_so if _is_sought(words)))[:FORMS]
    if not forms:
        return {}
    said: list[Body] = [
        {"constant_score": {"filter": {"match_phrase": {field: " ".join(words)}}, "boost": len(words)}}
        for words in forms
        for field in ("text", "heading")
    ]
    best: Body = {"dis_max": {"queries": said}}
    query: Body = {"bool": {"filter": [{"exists": {"field": "named"}}], "must": [best]}}
    order = [{"_score": "desc"}, {"date": {"order": "desc", "missing": "_last"}}, {"document": "asc"}, {"position": "asc"}]
    fields = ["document", "date", "position", "body.text", "body.headings", "body.named"]
    joined = "|".join(_JOINED.join(map(re.escape, words)) for words in forms)
    written = re.compile(rf"(?<!\w)(?:{joined})s?(?!\w)", re.IGNORECASE)
    found: dict[str, list[Deed]] = {}
    for hit in store.read("segments", reader, query, size=NAMING, source=fields, sort=order).hits:
        document, date, position = hit.fields["document"], hit.fields.get("date", ""), int(hit.fields["position"])
        for one in _with_name(hit.fields["body"], written):
            place = (position, one["start"], one["end"])
            found.setdefault(one["subject"], []).append(Deed(NAMED, "line", document, one["last"] or date, 1, *place))
    return found


def _is_sought(words: Sequence[str]) -> bool:
    """Whether a name is one to look for in texts: a number alone and a whole question are none."""
    return 0 < len(words) <= LONGEST_NAME and len("".join(words)) > 2 and not "".join(words).isdigit()


def _with_name(passage: Body, name: re.Pattern[str]) -> list[Body]:
    """Everybody in a line with the name, or in a passage whose own heading has it."""
    text, headed = passage["text"], bool(name.search(passage["headings"][-1] if passage["headings"] else ""))
    lines: defaultdict[tuple[int, int], list[Body]] = defaultdict(list)
    for one in passage["named"]:
        line = (text.rfind("\n", 0, one["start"]) + 1, (text.find("\n", one["end"]) + 1 or len(text) + 1) - 1)
        lines[(0, len(text)) if headed else line].append(one)
    named = [line for line in lines if headed or (line[1] - line[0] <= LONGEST_LINE and name.search(text, *line))]
    return [one for line in named if len({one["subject"] for one in lines[line]}) <= ROLL for one in lines[line]]
