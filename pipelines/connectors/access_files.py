"""`.engram.yaml`: who may open a folder, who owns it, what in it is ignored. The same rules hold in a folder and in a git tree.

```yaml
allow: [everyone]            # principals: everyone, group:finance, an e-mail address
deny: [group:contractors]
owner: ann@x.example
ignore: ["*.tmp"]            # as in .gitignore, relative to this folder
groups: {group:engineering: [group:platform, ben@x.example]}   # in the top folder only
```

The nearest folder upwards that sets `allow` decides who may open an item, and the nearest that sets `owner` who owns it;
`deny` adds up over all folders upwards and the source's own. A file that cannot be understood closes its folder and
everything below it to everybody until it is mended, and is listed with its fault. Groups are taken from the top folder
alone: whoever may write somewhere below could otherwise put themselves into any group.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore import GitIgnorePatternError
from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator

from knowledge_graph.model.access import NOBODY, Access, normalise_principal
from knowledge_graph.model.records import Contribution
from pipelines.connectors.base import SourceSettings
from pipelines.connectors.errors import GroupsUnreadable
from pipelines.yaml_lines import YamlProblem, check, compose

ACCESS_FILE = ".engram.yaml"
_NEAR_MISSES = {ACCESS_FILE, ".engram.yml"}
_SIZE_LIMIT = 65_536  # a larger one is not written by a person and would be read for every listing

# Never documents: version control, what desktops and editors leave behind, half-finished downloads, installed packages.
_BUILT_IN = (
    *(".git", ".hg/", ".svn/", ".DS_Store", "._*", "Thumbs.db", "desktop.ini", "~$*", ".~lock.*#", "*~", "*.swp", "*.swo", ".#*", "\\#*#"),
    *("*.part", "*.crdownload", "__pycache__/", "node_modules/", ".venv/"),
)


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _principals(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(normalise_principal(value) for value in values):
        raise ValueError("a principal is empty")
    return values


Words = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class AccessFile(BaseModel):
    """The content of one `.engram.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: Words | None = None
    deny: Words = ()
    owner: Words = ()
    ignore: Words = ()
    groups: dict[str, Words] = {}

    @field_validator("allow", "deny", "owner")
    @classmethod
    def _named(cls, values: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return values if values is None else _principals(values)

    @field_validator("ignore")
    @classmethod
    def _patterns(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        compile_patterns(values)
        return values

    @field_validator("groups")
    @classmethod
    def _groups(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for group, members in groups.items():
            if not normalise_principal(group).startswith("group:"):
                raise ValueError(f"a group's name starts with 'group:', '{group}' does not")
            _principals(members)
        return groups


def compile_patterns(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    try:
        return GitIgnoreSpec.from_lines(patterns)
    except GitIgnorePatternError as exc:
        raise ValueError(f"not a pattern as in .gitignore: {exc}") from exc


@dataclass(frozen=True, slots=True)
class Rule:
    """Ignore patterns, the folder they are relative to, and where they are written."""

    folder: str
    spec: GitIgnoreSpec
    origin: str

    def decides(self, path: str) -> tuple[bool, str] | None:
        """Whether the last pattern that matches excludes the path, and in which words; None when none matches."""
        result = self.spec.check_file(path[len(self.folder) + 1 :] if self.folder else path)
        if result.include is None or result.index is None:
            return None
        return result.include, f"ignored by `{getattr(self.spec.patterns[result.index], 'pattern', '?')}` in {self.origin}"


_BUILT_IN_RULE = Rule("", compile_patterns(_BUILT_IN), "the built-in rules")


@dataclass(frozen=True, slots=True)
class Scope:
    """What holds for everything directly in one folder."""

    folder: str
    allow: tuple[str, ...] | None
    deny: tuple[str, ...]
    rules: tuple[Rule, ...]
    include: GitIgnoreSpec | None
    owners: tuple[str, ...] = ()
    left_out: str = ""
    """Why the whole folder is excluded."""
    faulty_file: str = ""
    """The access file that could not be understood, in this folder or above."""
    fault: str = ""

    @classmethod
    def top(cls, settings: SourceSettings) -> "Scope":
        """Above the top folder: what the installation says about the source."""
        rules = (Rule("", compile_patterns(settings.exclude), "the source's `exclude`"),) if settings.exclude else ()
        include = compile_patterns(settings.include) if settings.include else None
        return cls("", settings.allow, settings.deny, rules, include)

    def enter(self, folder: str, found: Mapping[str, bytes | str]) -> "Scope":
        """The scope of a folder below, given the access files found in it: their bytes, or in words why there are none."""
        scope = replace(self, folder=folder)
        if self.fault:
            return scope
        for name, content in sorted(found.items()):
            path = f"{folder}/{name}" if folder else name
            try:
                scope = scope._with(_parse(content, path, name), path)
            except YamlProblem as exc:
                return replace(scope, faulty_file=path, fault=f"nobody may open this folder until its access file is mended: {exc}")
        return scope

    def _with(self, file: AccessFile, path: str) -> "Scope":
        if file.groups and self.folder:
            raise YamlProblem(f"{path}: `groups` may only stand in the top folder's {ACCESS_FILE}")
        rule = (Rule(self.folder, compile_patterns(file.ignore), path),) if file.ignore else ()
        return replace(
            self,
            allow=self.allow if file.allow is None else file.allow,
            deny=self.deny + file.deny,
            owners=file.owner or self.owners,
            rules=self.rules + rule,
        )

    def excluded(self, path: str) -> str:
        """The rule that leaves out a file or, with a slash at its end, a folder of this scope; `""` when it is taken."""
        if self.left_out:
            return self.left_out
        for rule in (_BUILT_IN_RULE, *reversed(self.rules)):
            decision = rule.decides(path)
            if decision is not None:
                return decision[1] if decision[0] else ""
        if self.include is not None and not path.endswith("/") and not self.include.match_file(path):
            return "matches nothing in the source's `include`"
        return ""

    def access(self, allow: tuple[str, ...] | None = None, deny: tuple[str, ...] = ()) -> Access:
        """Who may open an item here; `allow` of the item itself replaces the folder's, its `deny` adds to it."""
        chosen = self.allow if allow is None else allow
        if self.fault or chosen is None:
            return NOBODY
        return Access.of(chosen, (*self.deny, *deny))

    def owner_people(self) -> tuple[Contribution, ...]:
        return tuple(_owner(name) for name in self.owners)


def is_access_file(name: str) -> bool:
    """Also what was surely meant as one: passing over `.engram.yml` in silence could open a folder to everybody."""
    return name.casefold() in _NEAR_MISSES


def top_groups(found: Mapping[str, bytes | str]) -> dict[str, tuple[str, ...]]:
    """The groups that the top folder's access file defines, normalised; raises GroupsUnreadable where it cannot be understood."""
    groups: dict[str, set[str]] = {}
    for name, content in found.items():
        try:
            file = _parse(content, name, name)
        except YamlProblem as exc:
            raise GroupsUnreadable(f"its groups stay as they were until its access file is mended: {exc}") from exc
        for group, members in file.groups.items():
            groups.setdefault(normalise_principal(group), set()).update(map(normalise_principal, members))
    return {group: tuple(sorted(members)) for group, members in sorted(groups.items())}


def _parse(content: bytes | str, path: str, name: str) -> AccessFile:
    if name != ACCESS_FILE:
        raise YamlProblem(f"{path}: an access file is named {ACCESS_FILE}")
    if isinstance(content, str):
        raise YamlProblem(f"{path}: {content}")
    if len(content) > _SIZE_LIMIT:
        raise YamlProblem(f"{path}: larger than {_SIZE_LIMIT} bytes")
    try:
        node = compose(content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as exc:
        raise YamlProblem(f"{path}: not UTF-8 text") from exc
    return AccessFile() if node is None else check(AccessFile, node, path)


def _owner(name: str) -> Contribution:
    name = name.strip()
    if name.startswith("@"):
        return Contribution("owner", handle=name[1:])
    return Contribution("owner", email=name.lower()) if "@" in name else Contribution("owner", name=name)
