"""What Engram needs from the machine besides Python packages; installs it as root, else says the one command that does.

`python -m infra.system demo|test [--before-install]`. Runs before any package is installed, so it uses the standard library only.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.errors import InfraError, MissingTool
from infra.postgres import programs
from infra.spark_java import java_home

# Measured: the environment with its cache takes 3 GB, with torch and its CUDA libraries 9 GB.
NEEDED_GB = {"demo": 4, "test": 10}
JAVA = ("openjdk-17-jre-headless", "openjdk-21-jre-headless", "default-jre-headless")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Part:
    """Something of the machine: what it does for us, how to see that it is there, what packages bring it (the first choice apt has)."""

    reason: str
    present: Callable[[], bool]
    choices: tuple[str, ...]


def _has_tesseract() -> bool:
    program = shutil.which("tesseract")
    if not program:
        return False
    listed = subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False)
    return {"osd", "eng"} <= set(listed.stdout.split())


def _has_java() -> bool:
    try:
        java_home()
    except MissingTool:
        return False
    return True


def _has_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _has_chromium() -> bool:
    return any(map(shutil.which, CHROMIUM))


def _has_postgresql() -> bool:
    return programs() is not None


def parts(purpose: str) -> tuple[Part, ...]:
    """What this purpose needs."""
    needed = (
        Part("makes .venv", _has_venv, (f"python3.{sys.version_info.minor}-venv", "python3-venv")),
        Part("reads scanned pages and images", _has_tesseract, ("tesseract-ocr tesseract-ocr-eng tesseract-ocr-osd",)),
        Part("Java 17 or newer, which Spark runs on", _has_java, JAVA),
    )
    if purpose == "demo":
        return needed
    browser = Part("tests the portal in a browser", _has_chromium, CHROMIUM[:2])
    return (*needed, browser, Part("tests the log of verdicts on PostgreSQL", _has_postgresql, ("postgresql",)))


def missing(purpose: str) -> tuple[Part, ...]:
    """What this purpose needs and the machine lacks."""
    return tuple(part for part in parts(purpose) if not part.present())


def _apt_has(packages: str) -> bool:
    env = {**os.environ, "LC_ALL": "C"}
    shown = subprocess.run(["apt-cache", "policy", *packages.split()], capture_output=True, text=True, check=False, env=env)
    return shown.stdout.count("Candidate: ") > shown.stdout.count("Candidate: (none)")


def _packages(lacking: Sequence[Part]) -> list[str]:
    return [name for part in lacking for name in next(filter(_apt_has, part.choices), part.choices[0]).split()]


def supply(lacking: Sequence[Part], root: bool) -> None:
    """Installs what is missing, or raises MissingTool with the command that a person with the right to do so can give."""
    reasons = "".join(f"\n  {part.choices[0]}: {part.reason}" for part in lacking)
    if not shutil.which("apt-get"):
        raise MissingTool(f"These parts of the system are missing (named as Debian does); install them:{reasons}")
    install = ["apt-get", "install", "-y", "--no-install-recommends"]
    if not root:
        command = f"sudo apt-get update && sudo {' '.join([*install, *_packages(lacking)])}"
        raise MissingTool(f"These parts of the system are missing:{reasons}\nInstall them, then start again:\n  {command}")
    _say(f"Installing parts of the system:{reasons}")
    _apt("update", "-q")
    _apt(*install[1:], "-q", *_packages(lacking))


def _apt(*arguments: str) -> None:
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=120", *arguments]
    # Its chatter is for the reader of an error only.
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if done.returncode:
        raise MissingTool(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr).strip()[-1500:]}")


def require_space(folder: Path, needed_gb: int) -> None:
    """Raises InfraError unless the folder's disk has that much left."""
    free_gb = shutil.disk_usage(folder).free / 2**30
    if free_gb < needed_gb:
        raise InfraError(f"The disk of {folder} has {free_gb:.1f} GB left; this needs {needed_gb} GB. Free some space and start again.")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def main(purpose: str, before_install: bool) -> int:
    """Checks and supplies; the exit status."""
    try:
        if lacking := missing(purpose):
            supply(lacking, root=os.geteuid() == 0)
            java_home.cache_clear()
        if still := missing(purpose):
            raise MissingTool(f"Still missing after the installation: {', '.join(part.choices[0] for part in still)}.")
        if before_install:
            require_space(Path.cwd(), NEEDED_GB[purpose])
    except InfraError as exc:
        _say(str(exc))
        return 1
    return 0


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in NEEDED_GB:
        sys.exit("usage: python -m infra.system demo|test [--before-install]")
    sys.exit(main(sys.argv[1], "--before-install" in sys.argv[2:]))
