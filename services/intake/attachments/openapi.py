"""What the OpenAPI document says of files. The route reads its body itself, so this describes it."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.attachments.limits import MOST_BYTES
from services.intake.attachments.parts import FILE_PART
from services.intake.channels.openapi import KEY_PARAMETERS, refusals
from services.intake.idempotency import REPLAYED_HEADER
from shared.contracts.vocabulary import Channel

_OFFERED: Final = "offered"
_EXAMPLE: Final = {
    "attachment_id": "0b7d4c1e-93a2-5f0c-8d4e-6a1f2b3c4d01",
    "media_type": "image/jpeg",
    "size": 2481093,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "width": 4032,
    "height": 3024,
    "offered": {
        "place": {"lat": 41.0325, "lon": 28.985, "accuracy_m": 12.0},
        "taken_at": "2026-11-23T14:31:20+03:00",
    },
    "url": "http://127.0.0.1:8000/dosya/0b7d4c1e-93a2-5f0c-8d4e-6a1f2b3c4d01/content?son=1795433480&imza=…",
    "thumbnail_url": "http://127.0.0.1:8000/dosya/0b7d4c1e-93a2-5f0c-8d4e-6a1f2b3c4d01/thumbnail?son=…&imza=…",
}
_SCHEMA: Final[Mapping[str, Any]] = {
    "type": "object",
    "title": "Attachment",
    "required": ["attachment_id", "media_type", "size", "sha256", "offered", "url"],
    "properties": {
        "attachment_id": {"type": "string", "format": "uuid", "description": "To be named by a request"},
        "media_type": {"type": "string", "enum": ["image/jpeg", "image/png", "application/pdf"]},
        "size": {"type": "integer", "description": "As it is kept"},
        "sha256": {"type": "string", "description": "As it is kept"},
        "width": {"type": "integer"},
        "height": {"type": "integer"},
        "offered": {
            "type": "object",
            "description": "What the camera told. Ask the applicant before it goes into a request",
            "properties": {
                "place": {
                    "type": "object",
                    "required": ["lat", "lon"],
                    "properties": {name: {"type": "number"} for name in ("lat", "lon", "accuracy_m")},
                },
                "taken_at": {"type": "string", "format": "date-time"},
            },
        },
        "url": {"type": "string", "format": "uri", "description": "Expires within minutes"},
        "thumbnail_url": {
            "type": "string",
            "format": "uri",
            "description": "Of pictures, and of a PDF whose first page can be drawn; 320 pixels",
        },
    },
}
_REFUSALS: Final = {
    400: "The key is missing or malformed",
    401: "The API key is missing or does not count",
    403: "The API key is for other channels",
    409: "The first file with this key is still being examined",
    413: f"The file is over {MOST_BYTES} bytes or has too many pixels",
    415: "The file is no JPEG, PNG, HEIC or PDF, whatever its name or type says",
    422: "The file is broken, encrypted, holds a program or a second file; or the key was used for another",
    503: "Database or scanner is away; try again with the same key after Retry-After seconds",
}


_EXAMINED: Final = (
    "Known by its content, examined, pictures written anew without what the camera wrote. Sent again "
    "under the same key, it is kept once."
)


def operation(channel: Channel) -> dict[str, Any]:
    """Return FastAPI's route arguments that document ``POST /v1/{channel}/attachments``."""
    return _operation(
        f"Send a file before its request through the channel {channel}",
        f"{_EXAMINED} Name the id in `attachments` of a request within 24 hours.",
        _SCHEMA,
        _EXAMPLE,
        _REFUSALS,
    )


def answer_operation() -> dict[str, Any]:
    """Return FastAPI's route arguments that document the files of directorates."""
    return _operation(
        "Send a file before the answer that names it, for a request that the directorate has",
        f"{_EXAMINED} Name the id in `attachments` of the command `answer` within seven days. It can be "
        "shown with that request alone; of a linked sub-request the path has what `part_of` says.",
        {
            **_SCHEMA,
            "required": [name for name in _SCHEMA["required"] if name != _OFFERED],
            "properties": {n: s for n, s in _SCHEMA["properties"].items() if n != _OFFERED},
        },
        {name: value for name, value in _EXAMPLE.items() if name != _OFFERED},
        {
            **_REFUSALS,
            403: "The API key is for other directorates",
            404: "There is no such request with this directorate",
        },
    )


def _operation(
    summary: str,
    description: str,
    schema: Mapping[str, Any],
    example: Mapping[str, Any],
    why_refused: Mapping[int, str],
) -> dict[str, Any]:
    content = {"type": "string", "format": "binary"}
    part = {"type": "object", "required": [FILE_PART], "properties": {FILE_PART: content}}
    kinds = ("image/jpeg", "image/png", "image/heic", "application/pdf")
    return {
        "summary": summary,
        "description": description,
        "responses": {
            201: {
                "description": "Kept",
                "headers": {
                    REPLAYED_HEADER: {
                        "schema": {"type": "string", "enum": ["true"]},
                        "description": "Present when the file had been kept before",
                    }
                },
                "content": {"application/json": {"schema": schema, "example": example}},
            },
            **refusals(why_refused),
        },
        "openapi_extra": {
            "parameters": KEY_PARAMETERS,
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {"schema": part},
                    **{kind: {"schema": content} for kind in kinds},
                },
            },
        },
    }
