"""`sources.yaml`: the sources of an installation, written by a person or by `engram ingest`.

```yaml
- name: handbook             # a-z, 0-9 and -; names the source everywhere
  kind: folder               # folder, git, or directory for files of people and groups
  path: /srv/handbook        # absolute, from ~, or relative to this file
  access: [everyone]         # who may open what says nothing itself; left out = nobody
  deny: [group:contractors]
  sidecar: handbook.jsonl
  include: ["*.md"]          # patterns as in .gitignore
  exclude: [drafts/]
  schedule: "@daily"         # cron or preset; none = only by hand
  retention: 3y              # what is older goes: a number and d, w, m or y; left out = everything stays
- {name: code, kind: git, path: ~/code, ref: main, access: [group:engineering]}
```

Adding and removing an entry leave every other line, comments included, as it is.
"""

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, cast

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from pipelines.connectors.base import Connector, SourceSettings
from pipelines.connectors.errors import SourceMisconfigured
from pipelines.yaml_lines import YamlProblem, check, compose, line_of

PRESETS = ("@hourly", "@daily", "@weekly", "@monthly", "@quarterly", "@yearly")
BY_HAND = "none"
_KINDS = ("folder", "git", "directory")
DIRECTORY_SUFFIXES = (".csv", ".yaml", ".yml", ".ldif", ".ldf")


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], BeforeValidator(_one_or_many)]


Kind = Literal["folder", "git", "directory"]


class Source(BaseModel):
    """One entry. Paths are absolute once it is loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    kind: Kind
    path: Path
    ref: str = "HEAD"
    access: Words | None = None
    deny: Words = ()
    sidecar: Path | None = None
    schedule: str = "@daily"
    include: Words = ()
    exclude: Words = ()
    retention: str = ""

    @field_validator("name")
    @classmethod
    def _name(cls, name: str) -> str:
        if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", name):
            raise ValueError(f"'{name}' is no name for a source: a-z, 0-9 and - inside, at most 64")
        return name

    @field_validator("kind", mode="before")
    @classmethod
    def _kind(cls, kind: object) -> object:
        if kind not in _KINDS:
            raise ValueError(f"unknown kind '{kind}'; known: {', '.join(_KINDS)}")
        return kind

    @field_validator("path", "sidecar", mode="before")
    @classmethod
    def _absolute(cls, path: object, info: ValidationInfo) -> object:
        if isinstance(path, str) and not path.strip():
            raise ValueError(f"'{info.field_name}' is empty")
        return None if path is None else Path(os.path.abspath(_base(info) / Path(str(path)).expanduser()))

    @field_validator("ref")
    @classmethod
    def _ref(cls, ref: str) -> str:
        if not ref or ref.startswith("-") or re.search(r"[\s:?*\[\\^~\x00-\x1f]|\.\.", ref):
            raise ValueError(f"'{ref}' is no name of a branch, tag or commit")
        return ref

    @field_validator("schedule")
    @classmethod
    def _schedule(cls, schedule: str) -> str:
        from croniter import croniter  # type: ignore[import-untyped]  # an eighth of a second that only installations with sources pay

        if schedule in (*PRESETS, BY_HAND) or (len(schedule.split()) == 5 and croniter.is_valid(schedule)):
            return schedule
        raise ValueError(f"'{schedule}' is no schedule; five cron fields, {', '.join(PRESETS)} or {BY_HAND}")

    @field_validator("include", "exclude")
    @classmethod
    def _patterns(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        from pipelines.connectors.access_files import compile_patterns

        compile_patterns(patterns)
        return patterns

    @field_validator("retention")
    @classmethod
    def _retention(cls, retention: str) -> str:
        from pipelines.keeping.periods import days_of

        days_of(retention)
        return retention

    def settings(self) -> SourceSettings:
        return SourceSettings(self.name, self.path, self.ref, self.access, self.deny, self.sidecar, self.include, self.exclude)

    def connector(self) -> Connector:
        """The source, ready to be listed and read; raises SourceMisconfigured or SourceUnavailable when it is used."""
        from pipelines.connectors.registry import open_connector

        return open_connector(self.kind, self.settings())


@dataclass(frozen=True, slots=True)
class _Entry:
    source: Source
    node: yaml.Node


def detect(path: Path) -> Kind:
    """What a path is: the top of a work tree or a bare repository is git, any other folder a folder, a table of people a directory."""
    if not path.exists():
        raise SourceMisconfigured(f"{path} does not exist")
    if path.is_file() and path.suffix.lower() in DIRECTORY_SUFFIXES:
        return "directory"
    if not path.is_dir():
        raise SourceMisconfigured(f"{path} is not a folder; name the folder that holds it")
    bare = (path / "HEAD").is_file() and (path / "objects").is_dir() and (path / "refs").is_dir()
    return "git" if bare or (path / ".git").exists() else "folder"


def load(file: Path) -> tuple[Source, ...]:
    """The sources in the file's order; none where there is no file. A wrong entry is refused with its line and the reason."""
    return tuple(entry.source for entry in _entries(_text(file), file))


def find(file: Path, name: str) -> Source:
    sources = load(file)
    for source in sources:
        if source.name == name:
            return source
    known = ", ".join(source.name for source in sources) or "none yet"
    raise SourceMisconfigured(f"no source is named '{name}'; known: {known}")


def add(file: Path, source: Source) -> None:
    """Write one more entry; the same entry again changes nothing, another of its name is refused."""
    text = _text(file)
    entries = _entries(text, file)
    same = [entry.source for entry in entries if entry.source.name == source.name]
    if same == [source]:
        return
    if same:
        raise SourceMisconfigured(f"a source named '{source.name}' already exists and is another one: {same[0].kind} {same[0].path}")
    _check_there(source)
    block = _block(source, _indent(text, entries))
    kept = text if not text or text.endswith("\n") else text + "\n"
    _replace(file, kept + block, [*(e.source for e in entries), source])


def remove(file: Path, name: str) -> Source:
    """Take an entry out of the file and return it."""
    source = find(file, name)
    _rewrite(file, name, None)
    return source


def exclude(file: Path, name: str, item_id: str) -> Source:
    """Leave one item, or with a slash at its end one folder, out of a source from now on."""
    source = find(file, name)
    pattern = "/" + re.sub(r"([\\*?\[\]!#\s])", r"\\\1", item_id)
    if pattern in source.exclude:
        return source
    changed = source.model_copy(update={"exclude": (*source.exclude, pattern)})
    _rewrite(file, name, changed)
    return changed


def _rewrite(file: Path, name: str, changed: Source | None) -> None:
    """Put another entry, or none, in an entry's place."""
    text = _text(file)
    entries = _entries(text, file)
    starts = [line_of(entry.node) - 1 for entry in entries]
    index = [entry.source.name for entry in entries].index(name)
    lines = text.splitlines(keepends=True)
    end = starts[index + 1] if index + 1 < len(starts) else len(lines)
    while end > starts[index] + 1 and lines[end - 1].lstrip().startswith(("#", "\n")):
        end -= 1  # a comment above the next entry belongs to that one
    block = _block(changed, _indent(text, entries)) if changed else ""
    expected = [changed if entry.source.name == name else entry.source for entry in entries]
    _replace(file, "".join([*lines[: starts[index]], block, *lines[end:]]), [source for source in expected if source])


def _entries(text: str, file: Path) -> list[_Entry]:
    try:
        node = compose(text, file.name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise YamlProblem(f"{file.name} line {line_of(node)}: expected a list of sources, each starting with `- name: `")
        return _unique([_Entry(_at(file, child), child) for child in node.value], file.name)
    except YamlProblem as exc:
        raise SourceMisconfigured(str(exc)) from exc


def _at(file: Path, node: yaml.Node) -> Source:
    return check(Source, node, file.name, {"base": file.parent})


def _unique(entries: list[_Entry], name: str) -> list[_Entry]:
    lines: dict[str, int] = {}
    for entry in entries:
        line = line_of(entry.node)
        if entry.source.name in lines:
            raise YamlProblem(
                f"{name} line {line}: a second source named '{entry.source.name}'; the first is in line {lines[entry.source.name]}"
            )
        lines[entry.source.name] = line
    return entries


def _base(info: ValidationInfo) -> Path:
    context = cast("dict[str, Path] | None", info.context)
    return context["base"] if context else Path.cwd()


def _check_there(source: Source) -> None:
    kind = detect(source.path)
    if kind == "directory" and source.kind != kind:
        raise SourceMisconfigured(f"{source.path} is not a folder; name the folder that holds it")
    if source.kind == "git" and kind != "git":
        raise SourceMisconfigured(f"{source.path} is neither the top of a git work tree nor a bare repository")
    if source.sidecar is not None and not source.sidecar.is_file():
        raise SourceMisconfigured(f"the sidecar {source.sidecar} does not exist")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as exc:
        raise SourceMisconfigured(f"{file} is not UTF-8 text") from exc
    except OSError as exc:
        raise SourceMisconfigured(f"{file} cannot be read: {exc.strerror}") from exc


def _indent(text: str, entries: list[_Entry]) -> str:
    """The spaces before the dash of the entries that are there."""
    if not entries:
        return ""
    line = text.splitlines()[line_of(entries[-1].node) - 1]
    return line[: len(line) - len(line.lstrip())]


def _block(source: Source, indent: str) -> str:
    """The entry with what differs from the defaults, a line each."""
    values = source.model_dump(mode="json", exclude_defaults=True)
    lines = [f"{key}: {_written(value)}" for key, value in values.items()]
    return "".join(f"{indent}{'  ' if number else '- '}{line}\n" for number, line in enumerate(lines))


def _written(value: object) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9/._-]+", value):
        return value
    return yaml.safe_dump(value, default_style='"', default_flow_style=True, allow_unicode=True, width=sys.maxsize).strip()


def _replace(file: Path, text: str, expected: Sequence[Source]) -> None:
    """Put the text in the file's place at once. Written anew from its entries where the lines cannot simply be cut (`[{…}]`)."""
    try:
        whole = [entry.source for entry in _entries(text, file)] == list(expected)
    except SourceMisconfigured:
        whole = False
    if not whole:
        text = "".join(_block(source, "") for source in expected)
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".sources-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        os.chmod(name, file.stat().st_mode & 0o777 if file.exists() else 0o644)
        os.replace(name, file)
    finally:  # there is none where it took its place
        Path(name).unlink(missing_ok=True)
