"""The process that reads hostile files: one request at a time over an inherited socket, until the socket closes."""

import os
import signal
import socket
import sys
from typing import Any

from extractors import isolation, wire
from extractors.errors import Unreadable
from extractors.limits import Limits

_GRACE_S = 15.0


def main(descriptor: int) -> None:
    """Serves requests on the socket with this descriptor."""
    channel = socket.socket(fileno=descriptor)
    network = isolation.without_network()
    head, _ = wire.unframe(lambda size: _receive(channel, size))
    limits = Limits(**head["limits"])
    for module in head["preload"]:
        __import__(module)
    isolation.with_limits(limits.memory_mb, limits.max_child_bytes)
    _send(channel, wire.frame({"network": network, "pid": os.getpid()}))
    while True:
        try:
            head, blobs = wire.unframe(lambda size: _receive(channel, size))
        except EOFError:
            return
        seconds = limits.ocr_time_s if head["task"] == "read_page" else limits.time_s
        # The parent kills a slow worker; the alarm ends one whose parent is gone, whatever code it hangs in.
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE_S)
        pieces = _answer(head, blobs, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(channel, pieces)


def _answer(head: dict[str, Any], blobs: list[bytes], limits: Limits) -> list[bytes]:
    try:
        return _done(head, blobs, limits)
    except Unreadable as error:
        return wire.failure_frame(error)
    except MemoryError:
        return wire.failure_frame(out_of_memory(limits))
    except RecursionError:
        return wire.failure_frame(Unreadable("too deep", "Too deep: its parts are nested without end; save a simpler copy"))
    except Exception as error:  # noqa: BLE001  the item is quarantined with this reason; a reader's bug must not stop the batch
        name = type(error).__name__
        return wire.failure_frame(
            Unreadable("damaged", f"Damaged: reading it failed ({name}: {str(error)[:200]}); open it in its program and save it again")
        )


def _done(head: dict[str, Any], blobs: list[bytes], limits: Limits) -> list[bytes]:
    if head["task"] == "parse":
        from extractors.parse import parse

        return wire.parsed_frame(parse(head["name"], blobs[0], limits))
    if head["task"] == "read_page":
        from extractors.ocr import read_page

        return wire.segments_frame(read_page(blobs[0], head["page"], head["languages"], limits.ocr_time_s))
    raise ValueError(f"unknown task {head['task']!r}")


def out_of_memory(limits: Limits) -> Unreadable:
    """The reason for an item that needs more memory than one item may have."""
    return Unreadable(
        "out of memory", f"Out of memory: reading it takes more than {limits.memory_mb:,} MB; split it or save a simpler copy"
    )


def _receive(channel: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = channel.recv(min(size - len(parts), 1 << 20))
        if not part:
            raise EOFError
        parts += part
    return bytes(parts)


def _send(channel: socket.socket, pieces: list[bytes]) -> None:
    for piece in pieces:
        channel.sendall(piece)


if __name__ == "__main__":
    main(int(sys.argv[1]))
