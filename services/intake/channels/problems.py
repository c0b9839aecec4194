"""What the door answers when it does not take a request, in Turkish and English."""

from collections.abc import Iterable

from pydantic import ValidationError

from services.intake import idempotency
from services.intake.channels.refusal import RefusedError
from services.intake.metrics import REFUSED
from shared.contracts.vocabulary import Channel
from shared.web.field_messages import MOST_TOLD, field_problem
from shared.web.problem_catalogue import standard_problem
from shared.web.problems import FieldProblem, Problem

KEY_PROBLEMS: dict[type[Exception], tuple[int, str, str, str, str, str]] = {
    idempotency.KeyMissingError: (
        400,
        "idempotency-key-missing",
        "Idempotency-Key başlığı eksik",
        "The Idempotency-Key header is missing",
        "Her yeni başvuru için benzersiz bir anahtar üretip bu başlıkta gönderin.",
        "Make a unique key for each new request and send it in this header.",
    ),
    idempotency.KeyMalformedError: (
        400,
        "idempotency-key-malformed",
        "Idempotency-Key başlığı okunamadı",
        "The Idempotency-Key header could not be read",
        "Anahtar 1–255 görünür ASCII karakter olmalı, örneğin bir UUID.",
        "The key must be 1 to 255 visible ASCII characters, for example a UUID.",
    ),
    idempotency.KeyReusedError: (
        422,
        "idempotency-key-reused",
        "Bu anahtar başka bir başvuruda kullanıldı",
        "This key was used for another request",
        "Yeni bir başvuru için yeni bir anahtar üretin.",
        "Make a new key for a new request.",
    ),
    idempotency.OriginReusedError: (
        409,
        "foreign-reference-reused",
        "Bu numarayla başka bir içerik kayıtlı",
        "This number is recorded with another content",
        "Aynı başvuru {receipt_number} numarasıyla kayıtlı. Yeni bir başvuruysa numarasını kontrol edin.",
        "It is recorded as {receipt_number}. If this is another application, check its number.",
    ),
    idempotency.KeyInFlightError: (
        409,
        "idempotency-key-in-flight",
        "Bu anahtarla gönderilen başvuru şu anda kaydediliyor",
        "The request with this key is being recorded",
        "Bir iki saniye sonra aynı anahtarla yeniden deneyin.",
        "Try again with the same key in a second or two.",
    ),
}


def problem_of(error: Exception, channel: str) -> Problem:
    """Return the problem for what ended a request at the door of ``channel``, and count it.

    Raises:
        Exception: ``error`` itself, if it is none of the door's own.
    """
    problem = _problem_of(error)
    if problem is None:
        raise error
    REFUSED.labels(str(channel), problem.slug).inc()
    return problem


def field_problems(error: ValidationError) -> tuple[FieldProblem, ...]:
    """Return what is wrong with the body, field by field."""
    return tuple(
        field_problem({**entry, "loc": ("body", *entry["loc"])})
        for entry in error.errors(include_url=False, include_input=False)[:MOST_TOLD]
    )


def unknown_channel(mounted: Iterable[Channel]) -> Problem:
    """Return the 404 for a channel that does not exist, or not here."""
    names = ", ".join(mounted)
    return Problem(
        404,
        "unknown-channel",
        "Böyle bir kanal yok",
        "There is no such channel",
        detail_tr=f"Kanal şunlardan biri olmalı: {names}",
        detail_en=f"The channel must be one of: {names}",
        errors=[
            FieldProblem(
                "/channel",
                f"Şunlardan biri olmalı: {names}",
                f"Must be one of: {names}",
                "unknown_channel",
                "path",
            )
        ],
    )


def _problem_of(error: Exception) -> Problem | None:
    if isinstance(error, ValidationError):
        problems = field_problems(error)
        problem = standard_problem(400 if any(p.code == "json_invalid" for p in problems) else 422)
        problem.errors = problems
        return problem
    if isinstance(error, RefusedError):
        problem = standard_problem(422)
        problem.errors = error.problems
        return problem
    if words := KEY_PROBLEMS.get(type(error)):
        status, slug, title_tr, title_en, detail_tr, detail_en = words
        known = vars(error)
        return Problem(
            status,
            slug,
            title_tr,
            title_en,
            detail_tr=detail_tr.format_map(known),
            detail_en=detail_en.format_map(known),
        )
    return None
