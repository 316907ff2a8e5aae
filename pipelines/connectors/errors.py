"""What can go wrong with a source, named by what the caller does next.

ConnectorError
├── ItemGone              skip this item: it is no longer there; the next listing says so too
├── ItemUnreadable        skip this item: record the message as its reason, go on with the others
├── GroupsUnreadable      keep the groups known before, record the message: a deny that names one of them must not be lost
├── SourceUnavailable     stop this source now; the same call may succeed later, so a retry makes sense
└── SourceMisconfigured   stop this source; only a person can mend it, a retry cannot
"""

from knowledge_graph.errors import EngramError


class ConnectorError(EngramError):
    """Base of everything a connector raises; the message is one a person can act on."""


class ItemGone(ConnectorError):
    """The item is not in the source any more."""


class ItemUnreadable(ConnectorError):
    """The item is there and its bytes cannot be had."""


class GroupsUnreadable(ConnectorError):
    """The source is there and says nothing that can be understood about who is in which group."""


class SourceUnavailable(ConnectorError):
    """The source cannot be reached now. Never read as "everything was deleted"."""


class SourceMisconfigured(ConnectorError):
    """What the installation says about the source is wrong."""
