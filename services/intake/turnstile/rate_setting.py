"""How a rate is written in a setting: ``300/60`` for 300 in 60 seconds, ``off`` for none."""

import re
from typing import Annotated, Final

from pydantic import BeforeValidator

from services.intake.turnstile.bucket import Rate

_WRITTEN: Final = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})")
_OFF: Final = "off"


def rate_of(written: object) -> object:
    """Return the rate that a setting names, or None of ``off``; what is no text goes on as it is.

    Raises:
        ValueError: the text is neither.
    """
    if not isinstance(written, str):
        return written
    if written.strip() == _OFF:
        return None
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise ValueError("write a rate as count/seconds, for example 300/60, or off")
    return Rate(int(match[1]), int(match[2]))


RateSetting = Annotated[Rate | None, BeforeValidator(rate_of)]
