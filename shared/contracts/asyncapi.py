"""AsyncAPI 3 documents, one for each service and one for directorates, from the topics and the models.

They come from the declarations, not from the running applications: a lane takes raw records, of which a
framework's generator knows no payload, and what nobody consumes here (a directorate's side) no application
of ours declares.

``python -m shared.contracts.asyncapi write`` brings ``docs/asyncapi/`` up to date; ``check`` says what is
not.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from shared.contracts.base import TYPE_PREFIX, Contract
from shared.contracts.cloudevents import CONTENT_TYPE
from shared.contracts.departments import department_slugs
from shared.contracts.registry import CONTRACTS
from shared.contracts.schemas import EXAMPLES
from shared.contracts.topics import REFUSALS, TopicDeclaration, all_topics, declarations

DOCUMENTS = Path(__file__).parents[2] / "docs" / "asyncapi"
DIRECTORATE = "directorate"
"""The document for the systems of directorates, who own the topics whose name has their slug."""

_SLUG = "{department}"
_ABOUT = {
    "intake": "Records what applicants bring, and shows them where it stands.",
    "router": "Decides where a request goes and keeps its life.",
    "notifier": "Tells applicants what became of their requests.",
    "sla_monitor": "Keeps the clocks and says what is late.",
    DIRECTORATE: "What a directorate's own system reads and writes.",
}
_HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0 in binary mode: the attributes are headers of the record.",
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {
            "type": "string",
            "format": "uuid",
            "description": "The same id twice means the same event",
        },
        "ce_source": {"type": "string"},
        "ce_type": {"type": "string"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_subject": {"type": "string", "format": "uuid", "description": "Id of the request, also the key"},
        "content-type": {"type": "string", "const": CONTENT_TYPE},
        "traceparent": {"type": "string", "description": "W3C Trace Context"},
    },
    "required": ["ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject"],
}


def documents() -> dict[str, dict[str, Any]]:
    """Return the AsyncAPI document of every participant, by its name."""
    return {name: document_of(name) for name in _ABOUT}


def document_of(participant: str) -> dict[str, Any]:
    """Return what ``participant`` sends and receives.

    Raises:
        KeyError: there is no such participant.
    """
    sends = [t for t in declarations() if _owner(t) == participant]
    receives = [t for t in declarations() if participant in _readers(t)]
    models = {CONTRACTS[f"{TYPE_PREFIX}.{e}"].__name__: e for t in (*sends, *receives) for e in t.events}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"İstek: {participant}", "version": "1.0.0", "description": _ABOUT[participant]},
        "defaultContentType": CONTENT_TYPE,
        "channels": {_id(t): _channel(t) for t in (*sends, *receives)},
        "operations": {
            **{f"send.{_id(t)}": _operation("send", t) for t in sends},
            **{f"receive.{_id(t)}": _operation("receive", t) for t in receives},
        },
        "components": {
            "messages": {name: _message(name, event) for name, event in sorted(models.items())},
            "schemas": _schemas(CONTRACTS[f"{TYPE_PREFIX}.{e}"] for e in models.values()),
        },
    }


def stale(folder: Path = DOCUMENTS) -> list[str]:
    """Return the names of files that differ from what is declared, are missing, or belong to nobody."""
    wanted = _texts()
    present = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
    return sorted(n for n in wanted.keys() | present.keys() if wanted.get(n) != present.get(n))


def write(folder: Path = DOCUMENTS) -> list[str]:
    """Write the documents that are not up to date, remove those of nobody, and return their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    names, texts = stale(folder), _texts()
    for name in names:
        if name in texts:
            (folder / name).write_text(texts[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return names


def main(arguments: list[str]) -> int:
    """Run the command line and return its exit status."""
    if arguments == ["write"]:
        sys.stdout.write(f"asyncapi: {len(write())} of {len(_ABOUT)} written\n")
        return 0
    if arguments == ["check"]:
        found = [f"{name}: not up to date, run make schemas" for name in stale()]
        sys.stdout.write("\n".join(found or [f"asyncapi: {len(_ABOUT)} up to date"]) + "\n")
        return 1 if found else 0
    sys.stderr.write("usage: python -m shared.contracts.asyncapi write|check\n")
    return 2


def _owner(topic: TopicDeclaration) -> str:
    return DIRECTORATE if topic.owner == _SLUG else topic.owner


def _readers(topic: TopicDeclaration) -> set[str]:
    for_directorates = _owner(topic) != DIRECTORATE and (_SLUG in topic.name or topic.name == REFUSALS)
    return {*topic.readers, *([DIRECTORATE] if for_directorates else [])}


def _id(topic: TopicDeclaration) -> str:
    return topic.name.replace(f".{_SLUG}", "")


def _channel(topic: TopicDeclaration) -> dict[str, Any]:
    names = [CONTRACTS[f"{TYPE_PREFIX}.{event}"].__name__ for event in topic.events]
    channel: dict[str, Any] = {
        "address": topic.name,
        "description": topic.about,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"kafka": _topic_binding(topic)},
    }
    if _SLUG in topic.name:
        slugs = sorted(department_slugs())
        channel["parameters"] = {"department": {"description": "Slug of the directorate", "enum": slugs}}
    return channel


def _topic_binding(topic: TopicDeclaration) -> dict[str, Any]:
    name = topic.name.replace(_SLUG, min(department_slugs()))
    spec = next(spec for spec in all_topics() if spec.name == name)
    settings = {key: int(value) for key, value in spec.config.items() if value.isdigit()}
    return {
        "partitions": spec.partitions,
        "topicConfiguration": {"cleanup.policy": [topic.cleanup], **settings},
        "bindingVersion": "0.5.0",
    }


def _operation(action: str, topic: TopicDeclaration) -> dict[str, Any]:
    channel = f"#/channels/{_id(topic)}"
    names = [CONTRACTS[f"{TYPE_PREFIX}.{event}"].__name__ for event in topic.events]
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _message(name: str, event: str) -> dict[str, Any]:
    model = CONTRACTS[f"{TYPE_PREFIX}.{event}"]
    return {
        "name": model.ce_type,
        "title": name,
        "summary": (model.__doc__ or "").strip().partition("\n")[0],
        "contentType": CONTENT_TYPE,
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"#/components/schemas/{name}"},
        "correlationId": {"location": "$message.header#/ce_subject", "description": "Id of the request"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}, "bindingVersion": "0.5.0"}},
        "examples": [
            {"name": path.stem, "payload": json.loads(path.read_text(encoding="utf-8"))}
            for path in sorted((EXAMPLES / event).glob("*.json"))
        ],
    }


def _schemas(models: Iterable[type[Contract]]) -> dict[str, Any]:
    inputs = [(model, "validation") for model in models]
    _, definitions = models_json_schema(inputs, ref_template="#/components/schemas/{model}")  # type: ignore[arg-type]
    return {"CloudEventHeaders": _HEADERS, **dict(sorted(definitions["$defs"].items()))}


def _texts() -> dict[str, str]:
    return {
        f"{name}.json": json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        for name, document in documents().items()
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
