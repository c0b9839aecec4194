import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from shared.contracts import schemas
from shared.contracts.chain import first_break, seal
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.registry import CONTRACTS
from shared.contracts.schemas import EXAMPLES, SCHEMAS, committed, generated, problems, short_name, stale
from shared.contracts.topics import declarations

MODELS = {short_name(ce_type): model for ce_type, model in CONTRACTS.items()}
FILES = sorted(EXAMPLES.glob("*/*.json"))
CASES = [pytest.param(path.parent.name, path, id=f"{path.parent.name}/{path.stem}") for path in FILES]

Json = dict[str, Any]


def read(path: Path) -> Json:
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


# ── schemas ────────────────────────────────────────────────────────────────────────────────────────────────


def test_committed_schemas_are_what_the_models_say() -> None:
    assert stale() == []


def test_no_committed_schema_is_broken() -> None:
    assert problems(committed(), generated()) == []


@pytest.mark.parametrize("name", MODELS)
def test_a_schema_is_a_schema_and_names_its_type(name: str) -> None:
    schema = read(SCHEMAS / f"{name}.schema.json")
    assert validator_for(schema) is Draft202012Validator
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:istek:schema:{MODELS[name].ce_type}"


def test_every_declared_event_has_a_model_and_every_model_travels_somewhere() -> None:
    declared = {event for topic in declarations() for event in topic.events}
    assert declared == set(MODELS)


# ── examples ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", MODELS)
def test_a_type_has_two_examples_at_least(name: str) -> None:
    assert len(list((EXAMPLES / name).glob("*.json"))) >= 2


def test_every_example_belongs_to_a_type() -> None:
    assert {path.parent.name for path in FILES} <= set(MODELS)


@pytest.mark.parametrize(("name", "path"), CASES)
def test_an_example_fits_the_committed_schema(name: str, path: Path) -> None:
    schema = read(SCHEMAS / f"{name}.schema.json")
    checker = Draft202012Validator.FORMAT_CHECKER
    errors = [e.message for e in Draft202012Validator(schema, format_checker=checker).iter_errors(read(path))]
    assert errors == []


@pytest.mark.parametrize(("name", "path"), CASES)
def test_an_example_survives_reading_and_writing(name: str, path: Path) -> None:
    model = MODELS[name]
    first = model.model_validate_json(path.read_bytes())
    assert model.model_validate_json(first.model_dump_json(exclude_none=True)) == first


@pytest.mark.parametrize(("name", "path"), CASES)
def test_an_example_has_no_member_that_readers_skip(name: str, path: Path) -> None:
    example = read(path)
    written = MODELS[name].model_validate(example).model_dump(mode="json")
    assert sorted(set(places(example)) - set(places(written))) == []


def test_every_optional_member_is_there_in_one_example_and_missing_in_another() -> None:
    present: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for path in FILES:
        schema = read(SCHEMAS / f"{path.parent.name}.schema.json")
        for owner, member, there in optional_members(schema, schema, read(path)):
            present[owner, member].add(there)
    assert present
    assert {place for place, seen in present.items() if seen != {True, False}} == set()


def test_examples_of_one_life_form_an_unbroken_chain() -> None:
    lives: dict[str, list[Json]] = defaultdict(list)
    for path in FILES:
        if issubclass(MODELS[path.parent.name], LifecycleEvent):
            event = read(path)
            lives[event["request_id"]].append(event)
    broken = {
        request: first_break(sorted(life, key=lambda e: e["sequence"])) for request, life in lives.items()
    }
    assert set(broken.values()) == {None}
    assert max(len(life) for life in lives.values()) >= 5


def test_a_sealed_example_notices_a_change() -> None:
    event = read(EXAMPLES / "request.assigned.v1" / "straight-to-the-directorate.json")
    assert seal(event | {"department": "zabita"}, event["previous_hash"])["hash"] != event["hash"]


# ── the guard ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose last commit holds today's schemas."""
    folder = tmp_path / "schemas"
    schemas.write(folder)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "-c", "user.name=t", "-c", "user.email=t@t.example", "commit", "-qm", "first")
    return folder


def git(folder: Path, *command: str) -> None:
    subprocess.run(["git", *command], cwd=folder, check=True)


def with_models(monkeypatch: pytest.MonkeyPatch, **changed: Json | None) -> None:
    """Let the models say something else about some types; None takes a type away."""
    said = generated() | {name.replace("_", "."): schema for name, schema in changed.items()}
    monkeypatch.setattr(schemas, "generated", lambda: {n: s for n, s in said.items() if s is not None})


def accept_command(**members: Json) -> Json:
    schema: Json = json.loads(json.dumps(generated()["accept.commanded.v1"]))
    schema["properties"] |= members
    return schema


def test_a_member_that_may_be_left_out_is_written(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_models(monkeypatch, accept_commanded_v1=accept_command(note={"type": "string"}))
    assert schemas.write(repository) == ["accept.commanded.v1.schema.json"]
    assert "note" in read(repository / "accept.commanded.v1.schema.json")["properties"]


def test_a_breaking_change_is_refused_with_its_place_and_nothing_is_written(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_models(monkeypatch, accept_commanded_v1=accept_command(issued_at={"type": "integer"}))
    with pytest.raises(ValueError, match=r"accept\.commanded\.v1: \$\.issued_at: type string became integer"):
        schemas.write(repository)
    assert read(repository / "accept.commanded.v1.schema.json") == read(
        SCHEMAS / "accept.commanded.v1.schema.json"
    )


def test_removing_the_file_does_not_get_around_the_guard(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "accept.commanded.v1.schema.json").unlink()
    with_models(monkeypatch, accept_commanded_v1=accept_command(issued_at={"type": "integer"}))
    with pytest.raises(ValueError, match="issued_at"):
        schemas.write(repository)


def test_without_a_repository_the_file_itself_is_guarded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schemas.write(tmp_path)
    with_models(monkeypatch, accept_commanded_v1=accept_command(issued_at={"type": "integer"}))
    with pytest.raises(ValueError, match="issued_at"):
        schemas.write(tmp_path)


def test_a_new_version_is_written_beside_the_old_one(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_models(monkeypatch, accept_commanded_v2=accept_command(issued_at={"type": "integer"}))
    assert schemas.write(repository) == ["accept.commanded.v2.schema.json"]


def test_a_type_may_not_vanish(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_models(monkeypatch, accept_commanded_v1=None)
    with pytest.raises(ValueError, match=r"accept\.commanded\.v1: its model is gone"):
        schemas.write(repository)


def test_the_command_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with_models(monkeypatch, accept_commanded_v1=accept_command(issued_at={"type": "integer"}))
    assert schemas.main(["write"]) == 1
    assert "new .vN" in capsys.readouterr().err
    assert schemas.main(["check"]) == 1
    assert "$.issued_at" in capsys.readouterr().out
    assert schemas.main([]) == 2


def test_the_check_is_content_with_what_is_committed(capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas.main(["check"]) == 0
    assert f"{len(CONTRACTS)} up to date" in capsys.readouterr().out


# ── walking ────────────────────────────────────────────────────────────────────────────────────────────────


def places(value: object, path: str = "$") -> Iterator[str]:
    """Yield the path of every member within ``value``."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield f"{path}.{name}"
            yield from places(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from places(inner, f"{path}[*]")


def optional_members(root: Json, schema: Json, value: object) -> Iterator[tuple[str, str, bool]]:
    """Yield, for each object within ``value``, its kind, each optional member, and whether it is there."""
    schema = chosen(root, schema, value)
    if isinstance(value, list):
        for inner in value:
            yield from optional_members(root, schema.get("items", {}), inner)
    elif isinstance(value, dict):
        for name, inner in schema.get("properties", {}).items():
            if name not in schema.get("required", ()):
                yield schema["title"], name, name in value
            if name in value:
                yield from optional_members(root, inner, value[name])


def chosen(root: Json, schema: Json, value: object) -> Json:
    """Return the schema that ``value`` follows, references and alternatives resolved."""
    if "$ref" in schema:
        return chosen(root, root["$defs"][schema["$ref"].rpartition("/")[2]], value)
    for alternative in schema.get("anyOf", ()):
        if Draft202012Validator({**alternative, "$defs": root.get("$defs", {})}).is_valid(value):
            return chosen(root, alternative, value)
    return schema
