"""Errors by what the caller should do.

EngramError
├── AccountClosed          answer 401: the directory says that this person has left
└── DirectoryUnavailable   answer 503, retry later: who belongs to what cannot be looked up, so nothing is shown
"""

from knowledge_graph.errors import EngramError


class AccountClosed(EngramError):
    pass


class DirectoryUnavailable(EngramError):
    pass
