"""One request through one door, as the tests of the doors need it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from services.intake.channels import DOORS, Admission, ChannelRequest, Normalised, RefusedError
from shared.contracts.vocabulary import Channel
from shared.web.field_messages import field_problem

NOW = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
ADMISSION = Admission(UUID("5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3a"), "BB-2026-0012345-K", NOW)
NEEDED: dict[Channel, dict[str, Any]] = {
    Channel.WEB: {},
    Channel.CALL: {"operator": "cm-014"},
    Channel.MOBILE: {},
    Channel.VATANDAS_BASKAN: {"team": "saha-07"},
    Channel.RECEPTION: {},
}


def request(channel: Channel, **body: object) -> ChannelRequest:
    sent = {"description": "Çöp taşıyor", **NEEDED[channel], **body}
    return DOORS[channel].model.model_validate_json(json.dumps(sent))


def take(channel: Channel, **body: object) -> Normalised:
    return DOORS[channel].normalise(request(channel, **body), ADMISSION)


def refusals(channel: Channel, **body: object) -> dict[str, str]:
    """Return the code of what is wrong, by field."""
    try:
        take(channel, **body)
    except ValidationError as error:
        problems = [field_problem({**e, "loc": ("body", *e["loc"])}) for e in error.errors()]
    except RefusedError as error:
        problems = list(error.problems)
    else:
        raise AssertionError("it was taken")
    assert all(p.message_tr and p.message_en for p in problems)
    return {p.field: p.code for p in problems}
