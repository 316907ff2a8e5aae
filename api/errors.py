"""Errors by what the caller should do.

EngramError
└── ApiError
    ├── Forbidden      answer 403: the caller is known and lacks the role that this needs
    ├── InvalidToken   answer 401: no token, or one that this installation does not accept
    ├── KeysUnavailable answer 503, retry later: the identity provider does not answer, so nobody can be told apart
    └── UnsafeSetup    do not start: the message says what to change
"""

from knowledge_graph.errors import EngramError


class ApiError(EngramError):
    pass


class Forbidden(ApiError):
    pass


class InvalidToken(ApiError):
    pass


class KeysUnavailable(ApiError):
    pass


class UnsafeSetup(ApiError):
    pass
