"""Errors as people and programs read them: RFC 9457 problem details in Turkish and English.

No answer repeats what was sent: a value may be personal data, and answers end in other people's logs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.web.formats import Lang

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "urn:istek:problem:"

PROBLEMS = Counter("istek_http_problems_total", "Requests answered with a problem", ["type", "status"])


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field.

    Attributes:
        field: JSON pointer (RFC 6901) into the body; empty for the body as a whole.
        message_tr: the repair, in Turkish.
        message_en: the same in English.
        code: stable name of the rule that was broken.
        location: `body`, `query`, `path`, `header` or `cookie`.
    """

    field: str
    message_tr: str
    message_en: str
    code: str
    location: str = "body"

    def as_json(self) -> dict[str, str]:
        """Return the member of `errors` that stands for this field."""
        return {
            "field": self.field,
            "in": self.location,
            "message_tr": self.message_tr,
            "message_en": self.message_en,
            "code": self.code,
        }


class Problem(Exception):  # noqa: N818 the word of RFC 9457
    """Ends a request with a problem.

    Args:
        status: HTTP status code.
        slug: stable name of the kind of problem; the `type` is `urn:istek:problem:<slug>`.
        title_tr: what happened, the same words for every problem of this kind.
        title_en: the same in English.
        detail_tr: what this caller does about it.
        detail_en: the same in English.
        errors: the fields at fault.
        headers: further headers, e.g. `Retry-After` in seconds.
    """

    def __init__(
        self,
        status: int,
        slug: str,
        title_tr: str,
        title_en: str,
        *,
        detail_tr: str = "",
        detail_en: str = "",
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {slug}")
        self.status = status
        self.slug = slug
        self.title = {"tr": title_tr, "en": title_en}
        self.detail = {"tr": detail_tr, "en": detail_en}
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def as_json(self, lang: Lang) -> dict[str, Any]:
        """Return the body, with `title` and `detail` in `lang` and the other language beside them."""
        other: Lang = "en" if lang == "tr" else "tr"
        body: dict[str, Any] = {
            "type": TYPE_PREFIX + self.slug,
            "title": self.title[lang],
            f"title_{other}": self.title[other],
            "status": self.status,
        }
        if self.detail[lang]:
            body |= {"detail": self.detail[lang], f"detail_{other}": self.detail[other]}
        if self.errors:
            body["errors"] = [error.as_json() for error in self.errors]
        return body


def problem_response(problem: Problem, lang: Lang) -> JSONResponse:
    """Return `problem` as application/problem+json and count it."""
    count(problem)
    headers = {
        "Content-Language": lang,
        "Vary": "Accept-Language",
        "Cache-Control": "no-store",
        **problem.headers,
    }
    return JSONResponse(
        problem.as_json(lang), problem.status, headers | problem.headers, media_type=MEDIA_TYPE
    )


def count(problem: Problem) -> None:
    """Count a problem that is being answered."""
    PROBLEMS.labels(problem.slug, str(problem.status)).inc()


def preferred_language(request: Request) -> Lang:
    """Return the language that Accept-Language prefers, Turkish if it asks for neither."""
    weights = {"tr": 0.0, "en": 0.0}
    for wish, weight in _weighted(request.headers.get("accept-language", "")):
        language = wish.split("-")[0]
        if language in weights:
            weights[language] = max(weights[language], weight)
    return "en" if weights["en"] > weights["tr"] else "tr"


def prefers_html(request: Request) -> bool:
    """Tell whether the caller is a browser that opens a page, by its Accept header."""
    weights = accepted_types(request)
    json_weight = max(weights.get("application/json", 0.0), weights.get(MEDIA_TYPE, 0.0))
    return weights.get("text/html", 0.0) > json_weight


def accepted_types(request: Request) -> dict[str, float]:
    """Return the media types that the Accept header names, each with its weight."""
    return dict(_weighted(request.headers.get("accept", "")))


def _weighted(header: str) -> list[tuple[str, float]]:
    wishes = []
    for part in header.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        try:
            wishes.append((name, float(quality)))
        except ValueError:
            wishes.append((name, 0.0))
    return wishes
