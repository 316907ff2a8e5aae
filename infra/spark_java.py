"""Finds a Java that Spark can run on: 17 or newer, with the incubating vector module (Linux distributions' OpenJDK has it)."""

import os
import re
import shutil
from functools import cache
from pathlib import Path

from infra.errors import MissingTool

OLDEST = 17
VECTOR_MODULE = "jdk.incubator.vector"
DISTRIBUTION_HOMES = Path("/usr/lib/jvm")


def java_version(home: Path) -> int:
    """The major version that a Java home declares in its `release` file; 0 when it declares none."""
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


def serves_spark(home: Path) -> bool:
    """Whether this Java home has what Spark needs; reads its `release` file, starts nothing."""
    if java_version(home) < OLDEST or not os.access(home / "bin" / "java", os.X_OK):
        return False
    return VECTOR_MODULE in (home / "release").read_text(encoding="utf-8")


def _candidates(java_home_variable: str | None) -> list[Path]:
    found = [Path(java_home_variable)] if java_home_variable else []
    if program := shutil.which("java"):
        found.append(Path(program).resolve().parent.parent)
    if DISTRIBUTION_HOMES.is_dir():
        # Lowest version first: Spark is released against the oldest one that it supports.
        found += sorted((h for h in DISTRIBUTION_HOMES.iterdir() if h.is_dir()), key=lambda h: (java_version(h), h.name))
    return found


@cache
def java_home() -> Path:
    """The Java for Spark: JAVA_HOME if it will do, else the one on PATH, else a distribution's."""
    for home in _candidates(os.environ.get("JAVA_HOME")):
        if serves_spark(home):
            return home
    advice = "Install one (apt-get install openjdk-17-jre-headless) or point JAVA_HOME at it."
    raise MissingTool(f"Spark needs Java {OLDEST} or newer with {VECTOR_MODULE}. {advice}")
