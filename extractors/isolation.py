"""What a worker gives up before it reads its first hostile byte: the network, most memory, core dumps."""

import ctypes
import os
import resource
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_OPEN_FILES = 512
_MB = 1 << 20
_NETWORK_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "socket.sendmsg",
    "urllib.Request",
)


def without_network() -> str:
    """Moves this process into an empty network namespace where the system lets it; says by what means the network is shut.

    `namespace` holds for all code and children. `hook` is the fallback where namespaces are forbidden: it stops Python code only,
    which is all that opens sockets here (pdfium, kreuzberg's parsers and tesseract have no network code in use).
    """
    libc = ctypes.CDLL(None, use_errno=True)
    sys.addaudithook(_refuse_network)
    own = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWUSER | _CLONE_NEWNET
    isolated = any(libc.unshare(flags) == 0 for flags in (own, _CLONE_NEWUSER | _CLONE_NEWNET))
    return "namespace" if isolated else "hook"


def with_limits(memory_mb: int, file_bytes: int) -> None:
    """Sets the ceilings that the kernel holds; memory counts from what is mapped now."""
    ceiling = mapped_bytes() + memory_mb * _MB
    for kind, value in (
        (resource.RLIMIT_AS, ceiling),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, file_bytes),
    ):
        hard = resource.getrlimit(kind)[1]
        wanted = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (wanted, hard))


def mapped_bytes() -> int:
    """The address space in use."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[0]) * resource.getpagesize()


def _refuse_network(event: str, _arguments: tuple[object, ...]) -> None:
    if event in _NETWORK_EVENTS:
        raise PermissionError(f"{event} is refused: documents are read without a network")
