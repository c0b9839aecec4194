"""The committed JSON Schemas of all events and commands: written from the models, guarded against breaking.

``python -m shared.contracts.schemas write`` brings ``schemas/`` up to date and refuses what would break a
reader or a message of the same version; ``check`` says what is not up to date.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from shared.contracts.base import TYPE_PREFIX, Contract
from shared.contracts.compatibility import Schema, breaking_changes
from shared.contracts.registry import CONTRACTS

SCHEMAS = Path(__file__).with_name("schemas")
EXAMPLES = Path(__file__).with_name("examples")

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SUFFIX = ".schema.json"


def short_name(ce_type: str) -> str:
    """Return a type without the authority's prefix, as ``topics.yaml`` and the file names have it."""
    return ce_type.removeprefix(f"{TYPE_PREFIX}.")


def schema_of(model: type[Contract]) -> dict[str, Any]:
    """Return the JSON Schema of what may travel under the model's type."""
    return {
        "$schema": _DIALECT,
        "$id": f"urn:istek:schema:{model.ce_type}",
        **model.model_json_schema(mode="validation"),
    }


def generated() -> dict[str, dict[str, Any]]:
    """Return the schemas of all contracts by short name."""
    return {short_name(ce_type): schema_of(model) for ce_type, model in CONTRACTS.items()}


def committed(folder: Path = SCHEMAS) -> dict[str, Schema]:
    """Return the schemas that others rely on, by short name.

    That is what the last commit holds. Where there is none (no repository, or a file not committed yet), it
    is the file in ``folder``.
    """
    found = {path.name.removesuffix(_SUFFIX): _read(path) for path in sorted(folder.glob(f"*{_SUFFIX}"))}
    return found | _at_last_commit(folder)


def problems(old: Mapping[str, Schema], new: Mapping[str, Schema]) -> list[str]:
    """Return what ``new`` would break of ``old``, type by type; empty if nothing."""
    found = [
        f"{name}: its model is gone. Readers may still meet such messages"
        for name in sorted(old.keys() - new.keys())
    ]
    for name in sorted(old.keys() & new.keys()):
        found += [f"{name}: {change}" for change in breaking_changes(old[name], new[name])]
    return found


def stale(folder: Path = SCHEMAS) -> list[str]:
    """Return the names of files that differ from what the models say, are missing, or have no model."""
    wanted = {f"{name}{_SUFFIX}": _text(schema) for name, schema in generated().items()}
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob(f"*{_SUFFIX}")}
    return sorted(n for n in wanted.keys() | present.keys() if wanted.get(n) != present.get(n))


def write(folder: Path = SCHEMAS) -> list[str]:
    """Write the schemas that are not up to date and return their file names.

    Raises:
        ValueError: that would break a version in use; nothing was written.
    """
    schemas = generated()
    if broken := problems(committed(folder), schemas):
        raise ValueError("\n".join(broken))
    folder.mkdir(exist_ok=True)
    names = stale(folder)
    for name in names:
        (folder / name).write_text(_text(schemas[name.removesuffix(_SUFFIX)]), encoding="utf-8")
    return names


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    if arguments == ["write"]:
        try:
            names = write()
        except ValueError as error:
            sys.stderr.write(f"{error}\nA change that breaks is a new version: give the type a new .vN\n")
            return 1
        sys.stdout.write(f"schemas: {len(names)} written, {len(CONTRACTS) - len(names)} up to date\n")
        return 0
    if arguments == ["check"]:
        found = problems(committed(), generated()) + [
            f"{n}: not up to date, run make schemas" for n in stale()
        ]
        sys.stdout.write("\n".join(found or [f"schemas: {len(CONTRACTS)} up to date"]) + "\n")
        return 1 if found else 0
    sys.stderr.write("usage: python -m shared.contracts.schemas write|check\n")
    return 2


def _at_last_commit(folder: Path) -> dict[str, Schema]:
    listing = _git(folder, "ls-tree", "--name-only", "HEAD", "./")
    names = [name for name in listing.splitlines() if name.endswith(_SUFFIX)]
    return {name.removesuffix(_SUFFIX): json.loads(_git(folder, "show", f"HEAD:./{name}")) for name in names}


def _git(folder: Path, *command: str) -> str:
    if not folder.is_dir():
        return ""
    try:
        run = subprocess.run(["git", *command], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607
    except FileNotFoundError:
        return ""
    return run.stdout.decode() if run.returncode == 0 else ""


def _read(path: Path) -> Schema:
    schema: Schema = json.loads(path.read_text(encoding="utf-8"))
    return schema


def _text(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
