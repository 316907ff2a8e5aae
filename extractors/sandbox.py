"""Runs parsing and OCR in a child process that can be killed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from types import TracebackType
from typing import IO, Any, Self, get_args

from extractors import wire
from extractors.errors import ExtractError, ReasonClass, Unreadable
from extractors.limits import Limits
from extractors.worker import out_of_memory
from knowledge_graph.model.records import Parsed, Segment

_START_S = 60.0  # the libraries load in 2 s on an idle core and in 20 s on a crowded one
_ITEMS_PER_WORKER = 2_000  # a fresh worker gives back what the libraries leak
_KEPT_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TESSDATA_PREFIX", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
_OUT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"MemoryError", b"out of memory", b"Cannot allocate memory")


_CRASHED = "Damaged: the program that reads it crashed on it; open it in its own program and save it again"


class _Died(Exception):
    """The worker is gone in the middle of an item."""

    def __init__(self, out_of_memory: bool) -> None:
        super().__init__("the reading process died")
        self.out_of_memory = out_of_memory


class Sandbox:
    """One worker process with limits; an item that breaks them is `Unreadable` and the next gets a fresh worker.

    Not for several threads at once: each thread or Spark task has its own.
    """

    def __init__(self, limits: Limits | None = None, preload: tuple[str, ...] = ("extractors.formats.registry", "kreuzberg")) -> None:
        self.limits = limits or Limits()
        self.network = ""
        """How the worker's network is shut, `namespace` or `hook`; `""` before the first item."""
        self._preload = preload
        self._worker: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._errors: IO[bytes] | None = None
        self._items = 0

    def parse(self, name: str, content: bytes) -> Parsed:
        """`extractors.parse.parse` in the worker; raises `Unreadable`."""
        if len(content) > self.limits.max_bytes:
            raise Unreadable(
                "too large", f"Too large: {len(content):,} bytes, the limit is {self.limits.max_bytes:,}; split it or leave it out"
            )
        head, blobs = self._ask({"task": "parse", "name": name}, [content], self.limits.time_s)
        return wire.parsed_from(head, blobs)

    def read_page(self, image: bytes, page: int, languages: str = "eng") -> tuple[Segment, ...]:
        """`extractors.ocr.read_page` in the worker; raises `Unreadable`."""
        head, _ = self._ask({"task": "read_page", "page": page, "languages": languages}, [image], self.limits.ocr_time_s)
        return wire.segments_from(head["segments"])

    def close(self) -> None:
        """Ends the worker and whatever it started."""
        if self._worker is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._worker.pid, signal.SIGKILL)
            self._worker.wait()
        for one in (self._channel, self._errors):
            if one is not None:
                one.close()
        self._worker = self._channel = self._errors = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, head: dict[str, Any], blobs: list[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        try:
            answer, returned = self._tried(head, blobs, seconds)
        except _Died as death:
            if death.out_of_memory:
                raise out_of_memory(self.limits) from death
            try:  # once more: the system may have killed the worker for somebody else's sake
                answer, returned = self._tried(head, blobs, seconds)
            except _Died as again:
                raise Unreadable("damaged", _CRASHED) from again
        if "unreadable" in answer:
            reason, message = answer["unreadable"]
            raise Unreadable(_known(reason), str(message))
        return answer, returned

    def _tried(self, head: dict[str, Any], blobs: list[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        if self._worker is None or self._worker.poll() is not None or self._items >= _ITEMS_PER_WORKER:
            self.close()
            self._start()
        self._items += 1
        try:
            return self._exchange(wire.frame(head, blobs), seconds)
        except TimeoutError as error:
            self.close()
            raise Unreadable(
                "timed out", f"Timed out: reading it took more than {seconds:g} seconds; split it or save a simpler copy"
            ) from error
        except (OSError, EOFError, ValueError) as error:
            said = self._said()
            self.close()
            raise _Died(any(words in said for words in _OUT_OF_MEMORY)) from error
        except BaseException:
            self.close()  # an answer still under way must not be taken for the next item's
            raise

    def _start(self) -> None:
        ours, theirs = socket.socketpair()
        self._channel, self._errors = ours, tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the worker
        self._items = 0
        environment = {key: os.environ[key] for key in _KEPT_ENVIRONMENT if key in os.environ}
        environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "OMP_THREAD_LIMIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        with theirs:
            self._worker = subprocess.Popen(
                [sys.executable, "-P", "-m", "extractors.worker", str(theirs.fileno())],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors,
                pass_fds=(theirs.fileno(),), env=environment, start_new_session=True,
            )  # fmt: skip
        try:
            hello = {"limits": wire.limits_head(self.limits), "preload": list(self._preload)}
            answer, _ = self._exchange(wire.frame(hello), _START_S)
        except (OSError, EOFError, ValueError) as error:
            said = self._said()
            self.close()
            raise ExtractError(f"the reading process did not start: {said[-500:].decode('utf-8', 'replace').strip()}") from error
        self.network = str(answer["network"])

    def _exchange(self, pieces: list[bytes], seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        deadline = time.monotonic() + seconds
        channel = self._channel
        assert channel is not None

        def receive(size: int) -> bytes:
            parts = bytearray()
            while len(parts) < size:
                channel.settimeout(_left(deadline))
                part = channel.recv(min(size - len(parts), 1 << 20))
                if not part:
                    raise EOFError
                parts += part
            return bytes(parts)

        for piece in pieces:
            channel.settimeout(_left(deadline))
            channel.sendall(piece)
        head, blobs = wire.unframe(receive)
        if not isinstance(head, dict):
            raise ValueError("an answer is an object")
        return head, blobs

    def _said(self) -> bytes:
        if self._errors is None:
            return b""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 20_000))
        return self._errors.read()


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _known(reason: object) -> ReasonClass:
    return next((one for one in get_args(ReasonClass) if one == reason), "damaged")
