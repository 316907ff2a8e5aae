"""Errors by what the caller should do.

EngramError
└── ApiError
    ├── InvalidToken   answer 401: no token, or one that this installation does not accept
    └── UnsafeSetup    do not start: the message says what to change
"""

from knowledge_graph.errors import EngramError


class ApiError(EngramError):
    pass


class InvalidToken(ApiError):
    pass


class UnsafeSetup(ApiError):
    pass
