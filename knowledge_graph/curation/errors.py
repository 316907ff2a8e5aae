"""Errors by what the caller should do.

EngramError
├── CurationError
│   ├── NotAllowed   answer 403: the role, or the person, is not one who may say this
│   └── Conflict     answer 409: somebody else decided meanwhile; look at what they said, then say it again
└── StoreUnavailable
    └── LogUnavailable  answer 503, retry later: without the log nobody knows what was hidden, so nothing is shown
"""

from collections.abc import Sequence

from knowledge_graph.errors import EngramError, StoreUnavailable
from knowledge_graph.model.verdicts import Verdict


class CurationError(EngramError):
    pass


class NotAllowed(CurationError):
    pass


class Conflict(CurationError):
    """`revision` is what to base the verdict on after looking at `since`."""

    def __init__(self, revision: str, since: Sequence[Verdict]) -> None:
        self.revision = revision
        self.since = tuple(since)
        told = "; ".join(f"{each.actor} said {each.kind}{f' {each.text!r}' if each.text else ''} at {each.at}" for each in since)
        super().__init__(
            f"Somebody else decided meanwhile: {told or 'the revision is not one of this card'}. "
            f"Nothing was recorded; look again, then base it on {revision or 'nothing'}."
        )


class LogUnavailable(StoreUnavailable):
    pass
