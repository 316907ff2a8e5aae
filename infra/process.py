"""Child processes that outlive the command that started them: `<home>/run/<name>.json` says who, `<home>/logs/<name>.log` what they said.

A pid alone proves nothing after kill -9 or a restart of the machine, so the file also holds when the process began; both must match.
"""

import json
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import psutil

from infra.errors import PortTaken, StartFailed

LOOPBACK = "127.0.0.1"
LAST_LINES = 12
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Children speak plain HTTP; reading the machine's certificates for each question took a fifth of a core while Elasticsearch started."""


@dataclass(frozen=True, slots=True)
class Running:
    """One live child process."""

    name: str
    pid: int
    began: float
    port: int

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


def log_path(home: Path, name: str) -> Path:
    """Where a child's output goes."""
    return home / "logs" / f"{name}.log"


def _pid_path(home: Path, name: str) -> Path:
    return home / "run" / f"{name}.json"


def require_free_port(port: int, variable: str, patience_s: float = 3) -> None:
    """Raises PortTaken, naming the setting that moves us; waits a little, because a killed server gives its port back a moment later."""
    deadline = time.monotonic() + patience_s
    while not _bindable(port):
        if time.monotonic() > deadline:
            raise PortTaken(f"Port {port} is in use by another program; stop it or set {variable} to a free port.")
        time.sleep(0.1)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def _bindable(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _alive(pid: int, began: float) -> psutil.Process | None:
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if abs(process.create_time() - began) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def running(home: Path, name: str) -> Running | None:
    """The live child of that name, or None; a pid file left by a dead one is removed."""
    path = _pid_path(home, name)
    try:
        found = Running(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        path.unlink(missing_ok=True)  # half-written when the machine went down
        return None
    if _alive(found.pid, found.began):
        return found
    path.unlink(missing_ok=True)
    return None


def spawn(home: Path, name: str, command: Sequence[str], *, port: int, env: Mapping[str, str]) -> Running:
    """Starts a child in a session of its own, so it survives this command and its terminal; the previous log is kept as `.1`."""
    log = log_path(home, name)
    for folder in (log.parent, _pid_path(home, name).parent):
        folder.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_suffix(".log.1"))
    with log.open("ab") as output:  # appending, so that emptying a log in use leaves no hole
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=home,
            env={**os.environ, **env},
        )
    child.returncode = 0  # it is meant to outlive us: no ResourceWarning when this object goes
    found = Running(name=name, pid=child.pid, began=psutil.Process(child.pid).create_time(), port=port)
    draft = _pid_path(home, name).with_suffix(".part")
    draft.write_text(json.dumps(asdict(found)), encoding="utf-8")
    draft.replace(_pid_path(home, name))
    return found


def wait_ready(home: Path, child: Running, ready: Callable[[], bool], timeout_s: float) -> None:
    """Returns once `ready` says so; raises StartFailed with the child's last words if it ends or the time is up."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if not _alive(child.pid, child.began):
            raise StartFailed(f"{child.name} ended while starting.{_last_words(home, child.name)}")
        if ready():
            return
        time.sleep(0.2)
    raise StartFailed(f"{child.name} did not answer on port {child.port} within {timeout_s:.0f} s.{_last_words(home, child.name)}")


def answers(url: str) -> bool:
    """Whether a child answers a GET there with 200."""
    try:
        return httpx.get(url, timeout=2, trust_env=False, verify=NO_AUTHORITIES).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def _last_words(home: Path, name: str) -> str:
    log = log_path(home, name)
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:] if log.exists() else []
    return "\n".join((f" Its log is {log}", *lines))


def stop(home: Path, name: str, timeout_s: float = 30) -> bool:
    """Asks the child to end, kills it if it does not; False when none was running."""
    found = running(home, name)
    process = _alive(found.pid, found.began) if found else None
    if process:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            try:
                process.wait(timeout_s)
            except psutil.TimeoutExpired:
                process.kill()
                process.wait(timeout_s)
    _pid_path(home, name).unlink(missing_ok=True)
    return process is not None
