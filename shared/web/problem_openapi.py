"""How problems stand in an OpenAPI document."""

from collections.abc import Mapping
from typing import Any, Final

from shared.web.problems import MEDIA_TYPE

PROBLEM: Final[Mapping[str, Any]] = {
    "type": "object",
    "title": "Problem",
    "description": "RFC 9457, in the language of Accept-Language with the other beside it",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "in", "message_tr", "message_en", "code"],
                "properties": {
                    "field": {"type": "string", "description": "JSON pointer into the body"},
                    "in": {"type": "string", "enum": ["body", "query", "path", "header", "cookie"]},
                    "message_tr": {"type": "string"},
                    "message_en": {"type": "string"},
                    "code": {"type": "string"},
                },
            },
        },
    },
}


def problem_response_of(description: str) -> dict[str, Any]:
    """Return the entry of an answer that is a problem."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": PROBLEM}}}


ANY_REFUSAL: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": problem_response_of("Refused; the problem says what to do"),
    "5XX": problem_response_of("A fault on our side; try again"),
}
"""What every route may answer besides what it says of itself."""
