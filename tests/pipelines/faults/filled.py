"""`engram run` on a disk that is full from a stage's start on, and again with room: `unshare --mount python filled.py STAGE`.

The disk is a file system in memory that stands where the installation was and that nobody else sees. The second run's digest is printed.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.cli import main
from pipelines.digest import digest
from pipelines.home import Home
from pipelines.progress import Reporter
from pipelines.run import Run, run

STAGE, SIZE_MB = sys.argv[1], 512
home = Home.from_env(os.environ)
listed = home.sources_file.read_bytes()
subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", str(home.path)], check=True)
home.sources_file.write_bytes(listed)
ballast = home.path / "ballast"


def fill(place: Path) -> None:
    with place.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1_000_000))
        except OSError:
            return


def filling(inner: Any) -> Any:
    def stage(self: Run, stage: Any, *arguments: Any, **options: Any) -> Any:
        if stage == STAGE:
            fill(ballast)
        return inner(self, stage, *arguments, **options)

    return stage


inner, Run.stage = Run.stage, filling(Run.stage)  # type: ignore[method-assign]
sys.argv = ["engram", "run"]
status: Any = None
try:
    main()
except SystemExit as exc:
    status = exc.code
if status != 1 or not ballast.exists():
    sys.exit(f"the run on a full disk ended with {status}")
ballast.unlink()
Run.stage = inner  # type: ignore[method-assign]
run(home, reporter=Reporter(quiet=True))
sys.stdout.write(f"\n{digest(home)['digest']}\n")
