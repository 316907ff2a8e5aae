"""Taking a person out of the log: what they said, what was said of them, and texts that name them."""

import re
from collections.abc import Collection

from knowledge_graph.curation.log import VerdictLog
from knowledge_graph.model.verdicts import Verdict

SHORTEST = 3
"""A name of one or two letters stands in texts about others, too."""


def forget_people(log: VerdictLog, identities: Collection[str], names: Collection[str]) -> int:
    """Erases every field that tells of them, beyond recovery, and returns how many; the chain stays whole. What is left says less."""
    addresses = {identity.partition(":")[2] for identity in identities} - {""}
    told = [re.escape(word) for word in {*addresses, *names} if len(word) >= SHORTEST]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(told)})(?!\w)", re.IGNORECASE) if told else None
    return log.erase({each.id: _fields(each, frozenset({*identities, *addresses}), pattern) for each in log.verdicts()})


def _fields(verdict: Verdict, known: frozenset[str], pattern: re.Pattern[str] | None) -> list[str]:
    single = {name: getattr(verdict, name) for name in ("actor", "subject", "other", "text", "why")}
    many = {"keys": verdict.keys, "allow": verdict.access.allow, "deny": verdict.access.deny}
    gone = [name for name, value in single.items() if value in known or (pattern and pattern.search(value))]
    return gone + [name for name, values in many.items() if not known.isdisjoint(values)]
