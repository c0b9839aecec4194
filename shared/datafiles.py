"""Knowledge files in YAML, checked against a model, with errors that name file, line and field."""

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
Location = tuple[int | str, ...]

_TIMESTAMP = "tag:yaml.org,2002:timestamp"


class _Loader(yaml.SafeLoader):
    """Leaves dates to the model: YAML's own reading of an impossible one fails without saying where."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - declared so by the base class
        first: [(tag, pattern) for tag, pattern in resolvers if tag != _TIMESTAMP]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


class DataFileError(Exception):
    """A knowledge file cannot be used. The message names file, line and field."""


def load(path: Path, model: type[M]) -> M:
    """Return the content of a YAML file as ``model``.

    Raises:
        DataFileError: the file is missing, is no YAML, or does not fit the model.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read: {error.strerror}") from error
    try:
        root = yaml.compose(text, Loader=_Loader)
        content = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise DataFileError(f"{path}:{line}: is no YAML: {error.problem}") from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DataFileError("\n".join(_place(path, root, fault) for fault in error.errors())) from None


def _place(path: Path, root: yaml.Node | None, fault: ErrorDetails) -> str:
    location = fault["loc"]
    field = ".".join(map(str, location)) or "(file)"
    return f"{path}:{_line(root, location)}: {field}: {fault['msg']}"


def _line(node: yaml.Node | None, location: Location) -> int:
    """Return the line of the deepest part of ``location`` that the file has."""
    line = node.start_mark.line + 1 if node else 1
    for part in location:
        node = _child(node, part)
        if node is None:
            break
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node | None, part: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item
    return None
