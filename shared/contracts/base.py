"""What every message between services has in common."""

from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, PlainSerializer

TYPE_PREFIX = "tr.bel.beyoglu"


def _rfc3339(instant: AwareDatetime) -> str:
    return instant.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[AwareDatetime, PlainSerializer(_rfc3339, when_used="json")]
"""An aware instant, written as RFC 3339 with milliseconds."""


class Contract(BaseModel):
    """A frozen message. Readers skip members they do not know, so that a writer may add optional ones."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_enum_values=False)

    ce_type: ClassVar[str]
    """The CloudEvents type, ``tr.bel.beyoglu.<noun>.<past-participle>.v<N>``."""


class Part(BaseModel):
    """A piece of a message that never travels alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")


def ce_type(name: str, version: int = 1) -> str:
    """Return the CloudEvents type of the event ``name``, for example ``request.received``."""
    return f"{TYPE_PREFIX}.{name}.v{version}"
