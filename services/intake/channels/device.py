"""What devices in the street tell besides the words."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field

from services.intake.channels.fields import Code
from services.intake.channels.refusal import RefusedError
from shared.web.problems import FieldProblem

PHOTO_LIMIT = 10
CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a device's clock may run ahead of ours."""

DeviceTime = Annotated[AwareDatetime, Field(description="The device's own clock, with its time zone")]
Photos = Annotated[
    tuple[Code, ...],
    Field(max_length=PHOTO_LIMIT, description="The device's own ids of the photos it announces"),
]


def check_device_time(name: str, stated: datetime | None, now: datetime) -> None:
    """Refuse a time in the future.

    Args:
        name: the member of the body that states it.
        stated: by a device's clock.
        now: the present instant.

    Raises:
        RefusedError: it is more than the tolerance ahead of ``now``.
    """
    if stated is not None and stated > now + CLOCK_TOLERANCE:
        raise RefusedError(
            FieldProblem(
                f"/{name}",
                "Bu zaman henüz gelmedi. Cihazın saatini düzeltin.",
                "This time has not come yet. Set the device's clock right.",
                f"{name}_future",
            )
        )
