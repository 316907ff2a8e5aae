"""Errors by what the caller should do.

EngramError
├── NotFound        answer 404: absent, or not this reader's (the two are never told apart)
├── BadQuery        answer 400: the request is wrong and says how
└── StoreUnavailable  answer 503, retry later: Elasticsearch does not answer
"""


class EngramError(Exception):
    """A message for a person: what, where, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(EngramError):
    pass


class BadQuery(EngramError):
    pass


class StoreUnavailable(EngramError):
    pass
