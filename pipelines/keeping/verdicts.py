"""Forgotten items in the log of verdicts: fields go beyond recovery, events and their hash chain stay.

Gone with an item are verdicts about its documents, and about topics that nothing else speaks of; and what people typed that uses a name
which stands in no other document.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.model.verdicts import Verdict
from pipelines.home import Home
from pipelines.keeping.request import Request
from pipelines.lake import table_rows

SHORTEST = 4
"""A shorter name stands in texts about other things, too."""
_TYPED = ("text", "why")
_ABOUT = ("mention", "alias", "definition")


@dataclass(frozen=True, slots=True)
class Traces:
    """Documents and topics that go entirely, and what only they are called."""

    keys: frozenset[str]
    names: "re.Pattern[str] | None"

    def fields(self, verdict: Verdict) -> list[str]:
        """The fields of an event that tell of what goes; what was typed about it is about it, whatever its words."""
        found = [name for name in ("subject", "other") if getattr(verdict, name) in self.keys]
        found += ["keys"] if self.keys.intersection(verdict.keys) else []
        typed = _TYPED if found else [name for name in _TYPED if self.names and self.names.search(getattr(verdict, name))]
        return [*found, *typed]


def forget_items(home: Home, request: Request) -> int:
    """Erases what verdicts tell of the items, and returns how many fields went."""
    with VerdictLog(home.curation) as log:
        verdicts = log.verdicts()
        if not verdicts or not request.documents:
            return 0
        traces = _traces(home, request)
        return log.erase({verdict.id: traces.fields(verdict) for verdict in verdicts})


def _traces(home: Home, request: Request) -> Traces:
    going: dict[str, set[str]] = {}
    staying: set[str] = set()
    documents = frozenset(request.documents)
    for row in table_rows(home.lake, "evidence"):
        for seen in row["evidence"]:
            if seen["kind"] not in _ABOUT:
                continue
            if row["document"] in documents:
                going.setdefault(seen["subject"], set()).add(seen["value"] if seen["kind"] == "mention" else "")
            else:
                staying.update((seen["subject"], seen["other"]))
    gone = going.keys() - staying
    files = {PurePosixPath(item.item).name for item in request.items}
    stems = {PurePosixPath(name).stem for name in files}
    return Traces(documents | gone, _pattern({*files, *stems, *(name for key in gone for name in going[key])}))


def _pattern(names: Iterable[str]) -> "re.Pattern[str] | None":
    told = sorted(re.escape(name) for name in names if len(name) >= SHORTEST)
    return re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.IGNORECASE) if told else None
