"""YAML that a person wrote, checked by a pydantic model, refused with the line and the reason.

Scalars stay strings (`no`, `1.10` and dates mean what they look like), a key given twice and aliases are refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Place = tuple[int | str, ...]
Model = TypeVar("Model", bound=BaseModel)


class YamlProblem(ValueError):
    """Text that is not what it should be; the message starts with the file and the line."""

    def __init__(self, message: str) -> None:
        super().__init__(message)


class _PlainLoader(yaml.BaseLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not accepted", problem_mark=self.get_mark())
        return super().compose_node(parent, index)


def compose(text: str, name: str) -> yaml.Node | None:
    """The tree of nodes with their places, None for an empty text."""
    try:
        loader = _PlainLoader(text)
        try:
            return loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        raise YamlProblem(f"{name} line {mark.line + 1 if mark else 1}: {exc.problem or exc.context}") from exc
    except yaml.reader.ReaderError as exc:
        line = text.count("\n", 0, exc.position) + 1
        raise YamlProblem(f"{name} line {line}: a character that YAML does not allow") from exc
    except RecursionError as exc:
        raise YamlProblem(f"{name} line 1: nested too deeply") from exc


def plain(node: yaml.Node, name: str) -> object:
    """The value of a node: dict, list or string."""
    if isinstance(node, yaml.SequenceNode):
        return [plain(child, name) for child in node.value]
    if not isinstance(node, yaml.MappingNode):
        return str(node.value)
    values: dict[str, object] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise YamlProblem(f"{name} line {line_of(key)}: a setting's name must be a word")
        if key.value in values:
            raise YamlProblem(f"{name} line {line_of(key)}: '{key.value}' is given twice")
        values[key.value] = plain(value, name)
    return values


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def check(model: type[Model], node: yaml.Node, name: str, context: dict[str, Path] | None = None) -> Model:
    """The node's value as a model, validated in the context; every fault is named, one a line."""
    data = plain(node, name)
    if not isinstance(data, dict):
        raise YamlProblem(f"{name} line {line_of(node)}: expected settings, one `name: value` a line")
    try:
        return model.model_validate(data, context=context)
    except ValidationError as exc:
        lines = dict(_lines(node, ()))
        known = [field.alias or key for key, field in model.model_fields.items()]
        raise YamlProblem("\n".join(f"{name} line {_line(lines, e['loc'])}: {_words(e, known)}" for e in exc.errors())) from exc


def _lines(node: yaml.Node, place: Place) -> Iterator[tuple[Place, int]]:
    yield place, line_of(node)
    if isinstance(node, yaml.SequenceNode):
        for index, child in enumerate(node.value):
            yield from _lines(child, (*place, index))
    elif isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            yield from _lines(child, (*place, str(key.value)))
            yield (*place, str(key.value)), line_of(key)


def _line(lines: dict[Place, int], place: Place) -> int:
    while place not in lines:
        place = place[:-1]
    return lines[place]


def _words(error: ErrorDetails, known: list[str]) -> str:
    setting = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "extra_forbidden":
        return f"unknown setting '{setting}'; known: {', '.join(known)}"
    if error["type"] == "missing":
        return f"'{setting}' is missing"
    message = error["msg"].removeprefix("Value error, ")
    return f"{setting}: {message}" if setting and error["type"] != "value_error" else message
