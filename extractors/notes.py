"""What a reader left out of a file, for the person who wonders where it is: one sentence a cut, collected while one file is parsed."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_taken: ContextVar[dict[str, None] | None] = ContextVar("notes", default=None)
MOST = 20


def left_out(sentence: str) -> None:
    """Say that something of the file being parsed is not read."""
    notes = _taken.get()
    if notes is not None and len(notes) < MOST:
        notes[sentence] = None


@contextmanager
def collected() -> Iterator[dict[str, None]]:
    """The sentences said while the block runs, in their order."""
    notes: dict[str, None] = {}
    token = _taken.set(notes)
    try:
        yield notes
    finally:
        _taken.reset(token)
