"""`vocabulary.yaml`: how an installation's names look, and what kind of thing they name; and vocabularies that were imported.

```yaml
- type: ticket
  pattern: '[A-Z]{2,5}-\\d+'          # a regular expression for whole words
- type: system
  names: [Blue Ledger, Night Harbour]  # in any case
```

Imported vocabularies are a source like any other, a folder in the installation with one folder each, so that access, deletion and
forgetting are those of every item.
"""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Annotated

import regex
import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from extractors.errors import Unreadable
from extractors.limits import Limits
from extractors.mining.patterns import Pattern, compiled
from extractors.parse import parse
from knowledge_graph.errors import BadQuery, EngramError
from pipelines import sources
from pipelines.sources import Source
from pipelines.yaml_lines import YamlProblem, check, compose, line_of

SOURCE = "vocabularies"
SUFFIXES = (".ttl", ".nt", ".rdf", ".skos", ".owl", ".xml", ".jsonld")
Text = Annotated[str, Field(min_length=1, max_length=500)]


class BadVocabulary(EngramError):
    """Stop this run: `vocabulary.yaml` is not what it should be; the message names the line."""


class Entry(BaseModel):
    """One kind of names, by a pattern or by the names themselves."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: Annotated[str, Field(min_length=1, max_length=40)]
    pattern: str = ""
    names: tuple[Text, ...] = ()

    @field_validator("type")
    @classmethod
    def _type(cls, type: str) -> str:
        return type.strip().lower()

    @field_validator("pattern")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        try:
            found = compiled(Pattern("", pattern)) if pattern else None
        except regex.error as exc:
            raise ValueError(f"'{pattern}' is no regular expression: {exc}") from exc
        if found and found.fullmatch(""):
            raise ValueError(f"'{pattern}' matches nothing at all as well; make part of it obligatory")
        return pattern

    @model_validator(mode="after")
    def _one(self) -> "Entry":
        if bool(self.pattern) == bool(self.names):
            raise ValueError("give either a pattern or names")
        return self


def load(file: Path) -> tuple[Pattern, ...]:
    """The patterns in the file's order; none where there is no file."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, UnicodeDecodeError) as exc:
        raise BadVocabulary(f"{file} cannot be read as UTF-8 text.") from exc
    try:
        node = compose(text, file.name)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise YamlProblem(f"{file.name} line {line_of(node)}: expected a list, each entry starting with `- type: `")
        entries = [check(Entry, child, file.name) for child in node.value]
    except YamlProblem as exc:
        raise BadVocabulary(str(exc)) from exc
    return tuple(Pattern(entry.type, entry.pattern, tuple(" ".join(name.split()) for name in entry.names)) for entry in entries)


def discard(home: Path, items: Iterable[tuple[str, str]]) -> None:
    """Take the installation's own copies of imported vocabularies away, where any of these (source, item) are."""
    for source, item in items:
        if source == SOURCE and ".." not in PurePosixPath(item).parts:
            (home / SOURCE / item).unlink(missing_ok=True)


def add(home: Path, sources_file: Path, file: Path, name: str, allow: tuple[str, ...], deny: tuple[str, ...]) -> str:
    """Keep a copy of a SKOS file as an item of the source `vocabularies`, in place of an earlier one of that name; returns the item."""
    if file.suffix.lower() not in SUFFIXES:
        raise BadQuery(f"{file.name} is no SKOS file by its name; it ends in {', '.join(SUFFIXES)}.")
    try:
        content = file.read_bytes()
        parsed = parse(file.name, content, Limits())
    except OSError as exc:
        raise BadQuery(f"{file} cannot be read: {exc.strerror}.") from exc
    except Unreadable as exc:
        raise BadQuery(f"{file.name}: {exc.message}.") from exc
    if parsed.kind != "vocabulary":
        raise BadQuery(f"{file.name} names no SKOS concept with a preferred label.")
    slug = re.sub(r"[^a-z0-9]+", "-", (name or file.stem).lower()).strip("-") or "vocabulary"
    root = home / SOURCE
    folder = root / slug
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    access = {"allow": list(allow), "deny": list(deny)}
    (folder / ".engram.yaml").write_text(yaml.safe_dump(access, allow_unicode=True), encoding="utf-8")
    item = PurePosixPath(slug, f"{slug}{file.suffix.lower()}")
    (root / item).write_bytes(content)
    sources.add(sources_file, Source(name=SOURCE, kind="folder", path=root, schedule=sources.BY_HAND))
    return str(item)
