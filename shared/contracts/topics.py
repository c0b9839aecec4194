"""The topics, read from ``topics.yaml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field

from shared.contracts.base import Part
from shared.contracts.departments import departments

_FILE = Path(__file__).with_name("topics.yaml")
_DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""A dead letter is the largest record the broker takes, and its cause in headers on top."""
_DAY_MS = 24 * 60 * 60 * 1000

REQUESTS = "intake.requests.v1"
EMERGENCIES = "intake.emergencies.v1"
LIFECYCLE = "requests.lifecycle.v1"
REFUSALS = "requests.refusals.v1"
OUTCOMES = "notifications.outcomes.v1"
ESCALATIONS = "requests.escalations.v1"
APPLICANTS = "applicants"
"""Sender of what applicants ask for: intake alone writes their commands topic."""
COMMANDS_PATTERN = r"^requests\.commands\.[a-z-]+\.v1$"


class _Keeping(Part):
    partitions: Annotated[int, Field(ge=1)]
    retention: Annotated[str, Field(pattern=r"^\d+d$")]
    cleanup: Literal["delete", "compact"]


class TopicDeclaration(_Keeping):
    """One entry of ``topics.yaml``; its name may stand for a topic per directorate."""

    name: str
    owner: str
    readers: tuple[str, ...]
    events: tuple[str, ...]
    about: str


class _File(Part):
    topics: tuple[TopicDeclaration, ...]
    dead_letters: _Keeping


class TopicSpec(Part):
    """A concrete topic to create."""

    name: str
    partitions: int
    config: dict[str, str]


@cache
def _file() -> _File:
    return _File.model_validate(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


def declarations() -> tuple[TopicDeclaration, ...]:
    """Return the entries of ``topics.yaml``."""
    return _file().topics


def all_topics() -> list[TopicSpec]:
    """Return every concrete topic: one per directorate where the name says so, and the dead letters."""
    specs = []
    for declared in declarations():
        for name in _names(declared.name):
            specs.append(_spec(name, declared))
            specs.extend(_dead_letters(group, name) for group in declared.readers)
    return specs


def dead_letter_topic(service: str, topic: str) -> str:
    """Return where ``service`` parks records of ``topic`` that can never succeed."""
    return f"dlq.{service}.{topic}"


def routed_topic(department: str) -> str:
    """Return the topic that a directorate reads its requests from."""
    return f"requests.routed.{department}.v1"


def commands_topic(sender: str) -> str:
    """Return the topic that a directorate writes its commands to, or intake those of `APPLICANTS`."""
    return f"requests.commands.{sender}.v1"


def sender_of(topic: str) -> str:
    """Return who speaks on a commands topic: the slug of a directorate, or `APPLICANTS`."""
    return topic.removeprefix("requests.commands.").removesuffix(".v1")


def _names(declared: str) -> list[str]:
    if "{department}" not in declared:
        return [declared]
    return [declared.format(department=slug) for slug in sorted({d.slug for d in departments()})]


def _dead_letters(group: str, topic: str) -> TopicSpec:
    spec = _spec(dead_letter_topic(group, topic), _file().dead_letters)
    return spec.model_copy(update={"config": spec.config | {"max.message.bytes": str(_DEAD_LETTER_BYTES)}})


def _spec(name: str, keeping: _Keeping) -> TopicSpec:
    retention_ms = int(keeping.retention.removesuffix("d")) * _DAY_MS
    config: dict[str, str] = {"cleanup.policy": keeping.cleanup}
    if keeping.cleanup == "delete":
        config["retention.ms"] = str(retention_ms)
    else:
        config["delete.retention.ms"] = str(retention_ms)
    return TopicSpec(name=name, partitions=keeping.partitions, config=config)
