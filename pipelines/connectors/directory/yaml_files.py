"""YAML: `people`, a list of entries, and `groups`, lists of members by name.

```yaml
people:
  - {id: ann, name: Ann Lee, email: [ann@x.example, lee@x.example], handle: ann-lee, manager: bo, department: Finance}
  - {id: cy, name: Cy Doe, email: cy@x.example, start: 2019-04-01, end: 2024-03-31}
groups:
  group:finance: [ann, group:controlling, dee@x.example]
  role:curator: [ann]
```
"""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from pipelines.connectors.directory.draft import FIELDS, PLURALS, Draft
from pipelines.connectors.errors import SourceMisconfigured
from pipelines.yaml_lines import YamlProblem, check, compose


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


Texts = Annotated[list[str], BeforeValidator(_one_or_many)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    people: list[object] = []
    groups: dict[str, object] = {}


class _Values(BaseModel):
    """The values of one person, or under `member` the members of one group."""

    values: dict[str, Texts]


def read_yaml(name: str, text: str, draft: Draft) -> None:
    try:
        node = compose(text, name)
        file = _File() if node is None else check(_File, node, name)
    except YamlProblem as exc:
        raise SourceMisconfigured(str(exc)) from exc
    for number, entry in enumerate(file.people, start=1):
        place = f"{name} person {number}"
        values = _values(entry)
        unknown = sorted(values.keys() - set(FIELDS)) if values else []
        if values is None:
            draft.unreadable.append(f"{place}: expected `name: value` pairs")
        elif unknown:
            draft.unreadable.append(f"{place}: unknown '{unknown[0]}'; known: {', '.join(FIELDS)}")
        else:
            draft.add_person(place, values)
    for group, members in file.groups.items():
        held = _values({"member": members})
        if held is None:
            draft.unreadable.append(f"{name} group {group}: expected a list of members")
        else:
            draft.add_group(f"{name} group {group}", group, held["member"])


def _values(entry: object) -> dict[str, Sequence[str]] | None:
    if not isinstance(entry, Mapping):
        return None
    try:
        found = _Values.model_validate({"values": entry}).values
    except ValidationError:
        return None
    return {PLURALS.get(key, key): texts for key, texts in found.items()}
