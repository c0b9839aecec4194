import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from faststream.specification.asyncapi.v3_0_0.schema import ApplicationSchema
from jsonschema import Draft202012Validator

from shared.contracts import asyncapi
from shared.contracts.asyncapi import DIRECTORATE, DOCUMENTS, documents, stale
from shared.contracts.topics import declarations

Json = dict[str, Any]
NAMES = ("intake", "router", "notifier", "sla_monitor", DIRECTORATE)


@pytest.fixture(params=NAMES)
def document(request: pytest.FixtureRequest) -> Json:
    content: Json = json.loads((DOCUMENTS / f"{request.param}.json").read_text(encoding="utf-8"))
    return content


def test_committed_documents_are_what_is_declared() -> None:
    assert stale() == []
    assert set(documents()) == set(NAMES)


def test_a_document_has_the_shape_of_asyncapi_3(document: Json) -> None:
    assert document["asyncapi"] == "3.0.0"
    # Another project's reading of the specification.
    ApplicationSchema.model_validate(document)


def test_every_reference_leads_somewhere(document: Json) -> None:
    for reference in references(document):
        target: Any = document
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


def test_every_operation_speaks_of_messages_of_its_channel(document: Json) -> None:
    for operation in document["operations"].values():
        assert operation["action"] in {"send", "receive"}
        assert operation["messages"]
        for message in operation["messages"]:
            assert message["$ref"].startswith(operation["channel"]["$ref"] + "/messages/")


def test_every_payload_is_described_and_its_examples_fit(document: Json) -> None:
    for message in document["components"]["messages"].values():
        validator = Draft202012Validator({**message["payload"], "components": document["components"]})
        assert len(message["examples"]) >= 2
        assert [e.message for x in message["examples"] for e in validator.iter_errors(x["payload"])] == []
        assert not validator.is_valid({})


def test_what_one_sends_another_receives_on_the_same_terms() -> None:
    all_documents = documents()
    sent = {name: c for d in all_documents.values() for name, c in channels(d, "send")}
    received = {name: c for d in all_documents.values() for name, c in channels(d, "receive")}
    assert received.items() <= sent.items()
    assert len(sent) == len(declarations())


@pytest.mark.parametrize(
    ("name", "sends", "receives"),
    [
        (
            "intake",
            ["intake.emergencies.v1", "intake.requests.v1", "requests.commands.applicants.v1"],
            ["requests.lifecycle.v1"],
        ),
        ("notifier", ["notifications.outcomes.v1"], ["requests.lifecycle.v1"]),
        (
            DIRECTORATE,
            ["requests.commands.{department}.v1"],
            ["requests.refusals.v1", "requests.routed.{department}.v1"],
        ),
    ],
)
def test_a_document_says_who_sends_and_who_receives(name: str, sends: list[str], receives: list[str]) -> None:
    document = documents()[name]
    assert sorted(c["address"] for _, c in channels(document, "send")) == sends
    assert sorted(c["address"] for _, c in channels(document, "receive")) == receives


def test_a_topic_per_directorate_names_the_directorates() -> None:
    channel = documents()[DIRECTORATE]["channels"]["requests.routed.v1"]
    assert "temizlik" in channel["parameters"]["department"]["enum"]
    assert channel["bindings"]["kafka"]["topicConfiguration"]["cleanup.policy"] == ["compact"]


def test_a_document_that_is_not_up_to_date_is_named_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncapi.write(tmp_path)
    (tmp_path / "router.json").write_text("{}", encoding="utf-8")
    (tmp_path / "nobody.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(asyncapi.stale, "__defaults__", (tmp_path,))
    assert asyncapi.main(["check"]) == 1
    assert capsys.readouterr().out.count("not up to date") == 2
    assert asyncapi.write(tmp_path) == ["nobody.json", "router.json"]
    assert asyncapi.main(["check"]) == 0
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(NAMES)


def test_anything_else_is_answered_with_the_usage() -> None:
    assert asyncapi.main(["wirte"]) == 2


def references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def channels(document: Json, action: str) -> list[tuple[str, Json]]:
    names = [
        operation["channel"]["$ref"].removeprefix("#/channels/")
        for operation in document["operations"].values()
        if operation["action"] == action
    ]
    return [(name, document["channels"][name]) for name in names]
