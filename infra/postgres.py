"""A throw-away PostgreSQL cluster for tests: the distribution's programs, a folder in the temporary directory, a Unix socket in it.

The server refuses to run as root, so root starts it as `postgres`, or as `nobody` where no such user is. It listens on no port.
Standard library only: `infra.system` asks before any package is installed.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.errors import MissingTool, StartFailed

DEBIAN = Path("/usr/lib/postgresql")
NEEDED = ("initdb", "pg_ctl", "postgres")
USERS = ("postgres", "nobody")


def programs() -> Path | None:
    """The folder of the newest PostgreSQL's programs; Debian keeps them off the PATH. None where there is none."""
    versions = sorted(DEBIAN.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True) if DEBIAN.is_dir() else []
    on_path = shutil.which("postgres")
    folders = [*versions, *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in folders if all((folder / name).exists() for name in NEEDED)), None)


@contextmanager
def throwaway() -> Iterator[str]:
    """The address of a fresh database `engram`; the cluster is stopped and its folder removed at the end."""
    found = programs()
    if found is None:
        raise MissingTool("PostgreSQL is missing; install it: apt-get install postgresql.")
    place = Path(tempfile.mkdtemp(prefix="engram-postgres-"))
    try:
        if (user := _user()) is not None:
            shutil.chown(place, user)
        data, log = place / "data", place / "log"
        _run([found / "initdb", "-D", data, "-U", "engram", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"], place)
        # Nothing here outlives the test, so nothing need reach the disk.
        options = f"-c listen_addresses='' -c unix_socket_directories={place} -c fsync=off -c shared_buffers=16MB -c max_connections=30"
        _run([found / "pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start"], place)
        try:
            _run([found / "createdb", "-h", place, "-U", "engram", "engram"], place)
            yield f"postgresql://engram@/engram?host={place}"
        finally:
            _run([found / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _user() -> str | None:
    """Whom to run as: ourselves, or somebody else where we are root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in USERS if name in known)


def _run(command: Sequence[str | Path], place: Path) -> None:
    user = _user()
    group = pwd.getpwnam(user).pw_gid if user else None
    # pg_ctl hands its output on to the server, which would keep a pipe open for as long as it runs.
    with (place / "said").open("wb") as said:
        done = subprocess.run(
            list(map(str, command)), cwd=place, user=user, group=group, extra_groups=[] if user else None,
            stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, check=False, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
    if done.returncode:
        logged = [file.read_text(errors="replace").strip()[-1000:] for file in (place / "said", place / "log") if file.exists()]
        raise StartFailed(f"{Path(command[0]).name} failed: {' '.join(logged)}")
