"""What the OpenAPI document says of a channel. The route reads its body itself, so this describes it."""

from collections.abc import Mapping
from typing import Any, Final

from services.intake.attachments.limits import MOST_FILES
from services.intake.channels import Door
from services.intake.clients import doorkeeper
from services.intake.idempotency import HEADER, REPLAYED_HEADER
from shared.contracts.vocabulary import Channel
from shared.web.problem_openapi import PROBLEM, problem_response_of

PHOTOS: Final = frozenset({Channel.MOBILE})
"""Channels whose requests may come together with their photos."""

_RECEIPT_EXAMPLE = {
    "request_id": "5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3a",
    "receipt_number": "BB-2026-0012345-L",
    "tracking_url": "http://127.0.0.1:8000/t/BB-2026-0012345-L?s=7K4P-9M2X",
    "tracking_code": "7K4P-9M2X",
    "receipt_url": "http://127.0.0.1:8000/t/BB-2026-0012345-L/receipt?s=7K4P-9M2X",
    "receipt_pdf_url": "http://127.0.0.1:8000/t/BB-2026-0012345-L/receipt.pdf?s=7K4P-9M2X",
    "received_at": "2026-11-23T11:32:00.000Z",
}
_RECEIPT = {
    "type": "object",
    "title": "Receipt",
    "required": list(_RECEIPT_EXAMPLE),
    "properties": {
        "request_id": {"type": "string", "format": "uuid"},
        "receipt_number": {"type": "string", "description": "With a check character"},
        "tracking_url": {"type": "string", "format": "uri", "description": "Number and code in one link"},
        "tracking_code": {"type": "string", "description": "Proves that the receipt is one's own"},
        "receipt_url": {"type": "string", "format": "uri", "description": "The receipt as a page"},
        "receipt_pdf_url": {
            "type": "string",
            "format": "uri",
            "description": "The signed receipt to print; &paper=a4, a5 (without it) or 80mm",
        },
        "received_at": {
            "type": "string",
            "format": "date-time",
            "description": "The law's clock starts here",
        },
    },
}
API_KEY = {
    "name": doorkeeper.HEADER,
    "in": "header",
    "required": False,
    "description": "The frontend's API key, here or as `Authorization: Bearer`; a deployment may require it",
    "schema": {"type": "string"},
}
_REFUSALS = {
    400: "The key is missing or malformed, or the body is no JSON",
    401: "The API key is missing or does not count",
    403: "The API key is for other channels",
    408: "The body came too slowly; try again with the same key",
    409: "The first request with this key is still being recorded, or the foreign number has another content",
    413: "The body is over the limit",
    415: "The body is not declared as JSON",
    422: "A field is wrong, or the key was used for another body",
    429: "Too many requests of this client or address; try again after Retry-After seconds",
    503: "The database is away, or the door is full; try again with the same key after Retry-After seconds",
}


KEY_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": HEADER,
        "in": "header",
        "required": True,
        "description": "Unique for each new request, 1 to 255 visible ASCII characters",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    },
    API_KEY,
]
"""The headers that whoever sends something new shows."""


def refusals(why: Mapping[int, str]) -> dict[int, dict[str, Any]]:
    """Return the answers to what is not taken: ``why``, by status."""
    return {status: problem_response_of(reason) for status, reason in why.items()}


def operation(channel: Channel, door: Door) -> dict[str, Any]:
    """Return FastAPI's route arguments that document ``POST /v1/{channel}/requests``."""
    schema = door.model.model_json_schema(mode="validation")
    return {
        "summary": f"Submit a request through the channel {channel}",
        "description": (
            "Answered once the request is durable. Sent again under the same key, it is recorded once "
            "and answered with the same receipt."
        ),
        "responses": {
            201: {
                "description": "Recorded",
                "headers": {
                    "Location": {"schema": {"type": "string"}, "description": "The tracking page"},
                    REPLAYED_HEADER: {
                        "schema": {"type": "string", "enum": ["true"]},
                        "description": "Present when the request had been recorded before",
                    },
                },
                "content": {"application/json": {"schema": _RECEIPT, "example": _RECEIPT_EXAMPLE}},
            },
            **refusals(_REFUSALS),
        },
        "openapi_extra": {
            "parameters": KEY_PARAMETERS,
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": _inlined(schema, schema.get("$defs", {})),
                        "examples": {
                            name: {"summary": name, "value": dict(value)}
                            for name, value in door.examples.items()
                        },
                    },
                    **(_with_photos(_inlined(schema, schema.get("$defs", {}))) if channel in PHOTOS else {}),
                },
            },
        },
    }


def _with_photos(request: dict[str, Any]) -> dict[str, Any]:
    """Return the other way to send a request: together with its photos."""
    photos = {"type": "array", "maxItems": MOST_FILES, "items": {"type": "string", "format": "binary"}}
    parts = {"request": request, "photo": photos}
    return {
        "multipart/form-data": {
            "schema": {"type": "object", "required": ["request"], "properties": parts},
            "encoding": {"request": {"contentType": "application/json"}},
        }
    }


def batch_operation(door: Door) -> dict[str, Any]:
    """Return FastAPI's route arguments that document the batches of field teams."""
    schema = door.model.model_json_schema(mode="validation")
    item = {
        "type": "object",
        "required": ["key", "request"],
        "properties": {
            "key": {"type": "string", "description": "As `Idempotency-Key` of a request sent alone"},
            "request": _inlined(schema, schema.get("$defs", {})),
        },
    }
    result = {
        "type": "object",
        "required": ["key", "status"],
        "properties": {
            "key": {"type": ["string", "null"]},
            "status": {
                "type": "integer",
                "description": "201 recorded, 200 had been recorded, otherwise as for a request sent alone",
            },
            "receipt": _RECEIPT,
            "problem": PROBLEM,
        },
    }
    examples = [
        {"key": f"saha-07-{n}", "request": dict(value)} for n, value in enumerate(door.examples.values())
    ]
    return {
        "summary": "Submit what a field team gathered offline",
        "description": "Each item is settled by itself. Any batch may be sent again, whole or in part.",
        "responses": {
            200: {
                "description": "Settled, item by item, in the order of the batch",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["recorded", "results"],
                            "properties": {
                                "recorded": {"type": "integer"},
                                "results": {"type": "array", "items": result},
                            },
                        }
                    }
                },
            },
            **{
                status: problem_response_of(_REFUSALS[status])
                for status in (400, 401, 403, 408, 413, 415, 422, 429, 503)
            },
        },
        "openapi_extra": {
            "parameters": [API_KEY],
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "required": ["items"],
                            "properties": {"items": {"type": "array", "minItems": 1, "items": item}},
                        },
                        "example": {"items": examples},
                    }
                },
            },
        },
    }


def _inlined(part: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON schema without references, since it stands inside another document."""
    if isinstance(part, list):
        return [_inlined(item, definitions) for item in part]
    if not isinstance(part, dict):
        return part
    if "$ref" in part:
        target = definitions[part["$ref"].rpartition("/")[2]]
        siblings = {name: value for name, value in part.items() if name != "$ref"}
        return _inlined({**target, **siblings}, definitions)
    return {name: _inlined(value, definitions) for name, value in part.items() if name != "$defs"}
