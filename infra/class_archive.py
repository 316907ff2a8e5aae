"""Where the Java classes of a server are kept as the JVM has them in memory, so that it starts in a fraction of the time.

`pipelines.class_archive` makes the files, in the Python environment. A JVM that finds one made by another Java or for other jars goes on
without it.
"""

import hashlib
import sys
from pathlib import Path

FOLDER = Path("share") / "engram"


def place(name: str, *made_of: str) -> Path:
    """The file for a server of this name, whose Java and jars `made_of` tells apart."""
    digest = hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]
    server, _, ending = name.partition(".")
    return Path(sys.prefix) / FOLDER / f"{server}-{digest}.{ending}"
