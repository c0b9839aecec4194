"""What the turnstile answers to those it does not let in."""

from services.intake.turnstile.bucket import Rate, Taken
from shared.web.problems import Problem


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


def too_often(name: str, rate: Rate, taken: Taken) -> Problem:
    """Return the 429 of a caller who comes too often."""
    return _come_later(
        name, rate, taken, "{wait} saniye sonra yeniden deneyin.", "Try again in {wait} seconds."
    )


def too_many_at_once(name: str, rate: Rate, taken: Taken, items: int) -> Problem:
    """Return the 429 of a batch that holds more than its caller may send now."""
    return _come_later(
        name,
        rate,
        taken,
        f"{items} kaydın hiçbiri alınmadı. {{wait}} saniye sonra aynısını yeniden gönderin.",
        f"None of the {items} items was taken. Send the same again in {{wait}} seconds.",
    )


def overloaded(wait_s: int) -> Problem:
    """Return the 503 of a door that carries all it can; nothing of the request has been read."""
    return Problem(
        503,
        "overloaded",
        "Şu an yoğunuz",
        "We are busy just now",
        detail_tr=f"Hiçbir şey kaydedilmedi. {wait_s} saniye sonra aynı şeyi yeniden gönderin.",
        detail_en=f"Nothing was recorded. Send the same again in {wait_s} seconds.",
        headers={"Retry-After": str(wait_s)},
    )


def _come_later(name: str, rate: Rate, taken: Taken, tr: str, en: str) -> Problem:
    wait = max(taken.wait_s, 1)
    return Problem(
        429,
        "too-often",
        "Çok sık denediniz",
        "You have tried too often",
        detail_tr=tr.format(wait=wait),
        detail_en=en.format(wait=wait),
        headers={"Retry-After": str(wait), **rate_headers(name, rate, taken)},
    )
