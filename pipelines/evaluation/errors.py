"""Errors by what the caller should do.

EngramError
├── NothingToScore  stop: the folder holds nothing in the suite's format, or nothing is mined
└── BadGold         stop: a line of the gold or of the verdicts cannot be read
"""

from knowledge_graph.errors import EngramError


class NothingToScore(EngramError):
    pass


class BadGold(EngramError):
    pass
