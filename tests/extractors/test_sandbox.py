"""The sandbox: hostile items end in a reason, the parent and the next item never notice."""

import os
import subprocess
import textwrap
import time
from pathlib import Path

import pytest

from extractors.errors import ExtractError, Unreadable
from extractors.limits import Limits
from extractors.parse import parse
from extractors.sandbox import Sandbox

FAULTS = """
    import os, socket, time
    import extractors.parse
    honest = extractors.parse.parse

    def parse(name, content, limits):
        if name == "sleep": time.sleep(60)
        if name == "crash": os.abort()
        if name == "leave": os._exit(3)
        if name == "memory": bytearray(10_000_000_000)
        if name == "bug": raise KeyError("surprise")
        if name == "spin": return parse(name, content, limits)
        if name == "network": socket.create_connection(("127.0.0.1", int(content)), timeout=2)
        if name == "lookup": socket.getaddrinfo("example.org", 80)
        return honest(name, content, limits)

    extractors.parse.parse = parse
"""


def worker(box: Sandbox) -> "subprocess.Popen[bytes]":
    assert box._worker is not None
    return box._worker


@pytest.fixture
def faulty(tmp_path, monkeypatch):
    """A sandbox whose worker has faults injected, by the item's name."""
    (tmp_path / "injected_faults.py").write_text(textwrap.dedent(FAULTS))
    monkeypatch.syspath_prepend(str(tmp_path))
    with Sandbox(Limits(time_s=3, memory_mb=1024), preload=("injected_faults",)) as box:
        yield box


def test_a_sandboxed_parse_equals_a_direct_one():
    content = b"---\nauthor: Ann Example\n---\n# Falcon\n\nWe **ship**.\n"
    with Sandbox() as box:
        assert box.parse("a.md", content) == parse("a.md", content, Limits())
        assert box.network in ("namespace", "hook")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("sleep", "timed out"),
        ("crash", "damaged"),
        ("leave", "damaged"),
        ("memory", "out of memory"),
        ("bug", "damaged"),
        ("spin", "too deep"),
    ],
)
def test_a_fault_ends_in_a_reason_and_the_next_item_is_read(faulty, fault, reason):
    started = time.monotonic()
    with pytest.raises(Unreadable) as failure:
        faulty.parse(fault, b"words")
    assert failure.value.reason_class == reason
    assert time.monotonic() - started < 90
    assert faulty.parse("a.txt", b"words").segments[0].text == "words"


def test_a_worker_has_no_network(faulty):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        for fault in ("network", "lookup"):
            with pytest.raises(Unreadable):
                faulty.parse(fault, str(server.getsockname()[1]).encode())
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_killed_worker_is_replaced():
    with Sandbox() as box:
        box.parse("a.txt", b"one")
        os.kill(worker(box).pid, 9)
        assert box.parse("a.txt", b"two").segments[0].text == "two"


def test_a_worker_without_its_parent_ends():
    box = Sandbox()
    box.parse("a.txt", b"one")
    assert box._channel is not None
    box._channel.close()
    assert worker(box).wait(10) == 0
    box.close()


def test_closing_leaves_no_process():
    box = Sandbox()
    box.parse("a.txt", b"one")
    pid = worker(box).pid
    box.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    box.close()


def test_secrets_of_the_environment_stay_outside(monkeypatch):
    monkeypatch.setenv("ENGRAM_ELASTICSEARCH_API_KEY", "secret")
    with Sandbox() as box:
        box.parse("a.txt", b"one")
        environment = Path(f"/proc/{worker(box).pid}/environ").read_bytes()
    assert b"secret" not in environment


def test_a_worker_that_cannot_start_is_an_error_of_the_installation():
    with Sandbox(preload=("no_such_module",)) as box, pytest.raises(ExtractError, match="no_such_module"):
        box.parse("a.txt", b"one")
