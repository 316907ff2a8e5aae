"""What an installation learned from its verdicts, kept beside them as `learned.json` until it is learned anew or reset.

The fold reads it; publishing puts it with the index, so that every server weighs by what the index was made with.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from knowledge_graph.errors import EngramError
from knowledge_graph.fold.score import SHIPPED, Weighing

_WEIGHING = TypeAdapter(Weighing)


class BadLearning(EngramError):
    """Stop this run: `learned.json` is damaged; a person resets it."""


def load(file: Path) -> Weighing:
    """The shipped weighing where nothing was learned."""
    try:
        return _WEIGHING.validate_json(file.read_bytes())
    except FileNotFoundError:
        return SHIPPED
    except (OSError, ValidationError) as exc:
        raise BadLearning(f"{file} cannot be read as weights. Take it away with `engram learn --reset`.") from exc


def save(file: Path, weighing: Weighing) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    written = file.with_suffix(".new")
    written.write_text(json.dumps(asdict(weighing), indent=1, sort_keys=True) + "\n", encoding="utf-8")
    os.replace(written, file)
