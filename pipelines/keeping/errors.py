"""What keeping and forgetting can refuse.

KeepingError(EngramError)
├── Held            stop: a hold protects this; the message names it and how to release it
├── NotForgettable  stop: what was named cannot be taken out by itself; the message says what can
└── KeyLost         stop: the installation's secret is missing or another one, so nothing already forgotten would be recognised
"""

from knowledge_graph.errors import EngramError


class KeepingError(EngramError):
    """Base of what this package raises."""


class Held(KeepingError):
    """A hold protects it."""


class NotForgettable(KeepingError):
    """It cannot be taken out by itself."""


class KeyLost(KeepingError):
    """The secret that marks what was forgotten is not there."""
