"""Reading a knowledge file so that a mistake in it is named by file, line and field."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import ValidationError

from services.router.domain.rows import Row

R = TypeVar("R", bound=Row)


class KnowledgeError(Exception):
    """A knowledge file cannot be used; the message says where and why."""


class Validity(Row):
    """What every knowledge file states about itself."""

    version: date
    valid_from: date
    valid_to: date | None = None


def read_yaml(path: Path, model: type[R]) -> R:
    """Return the file as ``model``.

    Raises:
        KnowledgeError: it is not there, not YAML, or does not fit.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
        return model.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(path, _line_of(root, first["loc"]), first["loc"], first["msg"])
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        _refuse(path, line, (), error.problem or "no YAML")
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from error


def read_csv(path: Path, model: type[R]) -> tuple[Validity, tuple[R, ...]]:
    """Return a table with its validity, which stands above the header as lines ``# member: value``.

    Raises:
        KnowledgeError: it is not there, or a row does not fit.
    """
    lines = _lines(path)
    head = [line for line in lines if line.startswith("#")]
    stated = dict(line.lstrip("# ").rstrip().split(": ", 1) for line in head if ": " in line)
    try:
        validity = Validity.model_validate(stated)
    except ValidationError as error:
        first = error.errors()[0]
        _refuse(path, 1, first["loc"], first["msg"])
    return validity, tuple(row for _, row in _rows(path, lines[len(head) :], model, above=len(head)))


def read_rows(path: Path, model: type[R]) -> list[tuple[int, R]]:
    """Return the rows of a plain table, each with the line it ends on.

    Raises:
        KnowledgeError: it is not there, or a row does not fit.
    """
    return list(_rows(path, _lines(path), model))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path}: cannot be read: {error}") from error


def _rows(path: Path, lines: Sequence[str], model: type[R], *, above: int = 0) -> Iterator[tuple[int, R]]:
    reader = csv.DictReader(lines)
    for row in reader:
        line = above + reader.line_num
        if None in row:
            _refuse(path, line, (), "more fields than the header has; put a text with commas in quotes")
        try:
            yield line, model.model_validate(row)
        except ValidationError as error:
            first = error.errors()[0]
            _refuse(path, line, first["loc"], first["msg"])


def _line_of(node: yaml.Node | None, place: Sequence[int | str]) -> int:
    """Return the line (from 1) of the deepest node on the way to ``place`` that the file has."""
    line = node.start_mark.line + 1 if node else 1
    if not place:
        return line
    child = _child(node, place[0])
    return line if child is None else _line_of(child, place[1:])


def _child(node: yaml.Node | None, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        entry: yaml.Node = node.value[step]
        return entry
    return None


def _refuse(path: Path, line: int, place: Sequence[Any], why: str) -> NoReturn:
    field = ".".join(map(str, place)) or "the file"
    raise KnowledgeError(f"{path}:{line}: {field}: {why}")
