"""What the turnstile answers to those it does not let in."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypedDict

from services.intake.turnstile.bucket import Rate, Taken
from shared.web.problems import Problem

_Words = tuple[str, str]
"""Turkish and English."""
_BUSY: Final = ("Şu an yoğunuz", "We are busy just now")
_FORM_STAYS: Final = (
    (
        "Yazdıklarınız duruyor. {wait} saniye sonra bu sayfayı yenileyin; tarayıcınız sorarsa yeniden "
        "göndermesine izin verin. İki kez kaydedilmez."
    ),
    (
        "What you wrote is not lost. Reload this page in {wait} seconds; if your browser asks, let it send "
        "the form again. Nothing is recorded twice."
    ),
)


def rate_headers(name: str, rate: Rate, taken: Taken) -> dict[str, str]:
    """Return ``RateLimit-Policy`` and ``RateLimit`` (draft-ietf-httpapi-ratelimit-headers).

    Args:
        name: name of the limit.
        rate: the limit.
        taken: how much of it this caller has used.
    """
    return {
        "RateLimit-Policy": f'"{name}";q={rate.count};w={rate.seconds}',
        "RateLimit": f'"{name}";r={taken.left};t={taken.full_in_s}',
    }


def too_often(name: str, rate: Rate, taken: Taken, *, form: bool = False) -> Problem:
    """Return the 429 of a caller who comes too often; with ``form``, for a page of the form.

    Many residents may share one address, so to who fills in the form it is we who are busy.
    """
    if form:
        return _come_later(name, rate, taken, _FORM_STAYS, title=_BUSY)
    return _come_later(
        name, rate, taken, ("{wait} saniye sonra yeniden deneyin.", "Try again in {wait} seconds.")
    )


def too_many_at_once(name: str, rate: Rate, taken: Taken, items: int) -> Problem:
    """Return the 429 of a batch that holds more than its caller may send now."""
    return _come_later(
        name,
        rate,
        taken,
        (
            f"{items} kaydın hiçbiri alınmadı. {{wait}} saniye sonra aynısını yeniden gönderin.",
            f"None of the {items} items was taken. Send the same again in {{wait}} seconds.",
        ),
    )


def overloaded(wait_s: int, *, form: bool = False) -> Problem:
    """Return the 503 of a door that carries all it can, to a page of the ``form`` or to others.

    Nothing of what was sent has been read.
    """
    detail = (
        "Hiçbir şey kaydedilmedi. {wait} saniye sonra aynı şeyi yeniden gönderin.",
        "Nothing was recorded. Send the same again in {wait} seconds.",
    )
    return Problem(503, "overloaded", *_BUSY, **_later(wait_s, _FORM_STAYS if form else detail))


def _come_later(
    name: str,
    rate: Rate,
    taken: Taken,
    detail: _Words,
    *,
    title: _Words = ("Çok sık denediniz", "You have tried too often"),
) -> Problem:
    later = _later(max(taken.wait_s, 1), detail, rate_headers(name, rate, taken))
    return Problem(429, "too-often", *title, **later)


class _Later(TypedDict):
    detail_tr: str
    detail_en: str
    headers: dict[str, str]


def _later(wait_s: int, detail: _Words, headers: Mapping[str, str] = MappingProxyType({})) -> _Later:
    tr, en = (words.format(wait=wait_s) for words in detail)
    return {"detail_tr": tr, "detail_en": en, "headers": {"Retry-After": str(wait_s), **headers}}
