"""What can go wrong while reading a file, named by what the caller does about it.

ExtractError
└── Unreadable    quarantine this item and say why; the rest of the batch goes on
"""

from typing import Literal

ReasonClass = Literal["encrypted", "damaged", "too large", "unsupported", "empty", "timed out", "out of memory", "too deep"]


class ExtractError(Exception):
    """Base of everything this package raises on purpose."""


class Unreadable(ExtractError):
    """This item gives no text; `reason_class` is for counting, the message is a sentence a person can act on."""

    def __init__(self, reason_class: ReasonClass, message: str) -> None:
        super().__init__(message)
        self.reason_class: ReasonClass = reason_class
        self.message = message

    def __reduce__(self) -> tuple[type["Unreadable"], tuple[ReasonClass, str]]:
        return Unreadable, (self.reason_class, self.message)
