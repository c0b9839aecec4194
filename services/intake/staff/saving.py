"""Saving what a colleague typed: through the same model, normaliser and acceptance as every request."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from services.intake.acceptance import Acceptance
from services.intake.channels import DOORS, RefusedError
from services.intake.channels.problems import field_problems
from services.intake.form_tokens import FORM_CLIENT
from services.intake.idempotency import (
    KeyInFlightError,
    KeyMalformedError,
    KeyMissingError,
    KeyReusedError,
    OriginReusedError,
    read_key,
)
from services.intake.metrics import REFUSED
from services.intake.records import RequestRecord
from shared.contracts.vocabulary import Channel
from shared.outcomes import UnavailableError
from shared.telemetry.tracing import span
from shared.web.problems import FieldProblem

_CONFLICT, _INVALID, _AWAY = 409, 422, 503


@dataclass(frozen=True, slots=True)
class NotSaved:
    """Why nothing was saved, and what the page says.

    Attributes:
        problems: what is wrong, field by field.
        notice: a sentence for the whole page.
        status: of the answer.
        keep_token: the same form may be sent again; otherwise what is sent next is another request.
    """

    problems: tuple[FieldProblem, ...] = ()
    notice: str = ""
    status: int = _INVALID
    keep_token: bool = True


_OLD_FORM: Final = NotSaved(notice="Form eskidi. Yazdıklarınız duruyor; yeniden kaydedin.", keep_token=False)


async def save(
    acceptance: Acceptance, channel: Channel, body: Mapping[str, Any], token: str | None
) -> RequestRecord | NotSaved:
    """Return the durable request, the same one for the same token, or why there is none.

    Args:
        acceptance: the one way in.
        channel: whose model ``body`` follows.
        body: as the channel's API takes it.
        token: the form's.
    """
    try:
        with span(f"accept {channel} form"):
            request = DOORS[channel].model.model_validate_json(json.dumps(body))
            accepted = await acceptance.accept(channel, request, client=FORM_CLIENT, key=read_key(token))
    except ValidationError as error:
        return _refused(channel, field_problems(error))
    except RefusedError as refused:
        return _refused(channel, refused.problems)
    except OriginReusedError as error:
        return NotSaved(
            notice=f"Kaynaktaki bu numara başka içerikle kayıtlı: {error.receipt_number}. "
            "Numarayı kontrol edin."
        )
    except tuple(REASONS) as error:
        return REASONS[type(error)]
    return accepted.record


def _refused(channel: Channel, problems: Sequence[FieldProblem]) -> NotSaved:
    REFUSED.labels(channel.value, "form").inc()
    return NotSaved(problems=tuple(problems))


REASONS: Final[Mapping[type[Exception], NotSaved]] = {
    KeyMissingError: _OLD_FORM,
    KeyMalformedError: _OLD_FORM,
    KeyReusedError: NotSaved(
        notice="Bu form başka içerikle kaydedilmiş. Yazdıklarınız yeni bir başvuruysa yeniden kaydedin.",
        keep_token=False,
    ),
    KeyInFlightError: NotSaved(
        notice="Başvuru kaydediliyor. Birkaç saniye sonra yeniden kaydedin; iki kez kaydedilmez.",
        status=_CONFLICT,
    ),
    UnavailableError: NotSaved(
        notice="Kaydedilemedi: veri tabanına ulaşılamıyor. Yazdıklarınız duruyor; "
        "yeniden kaydedin, iki kez kaydedilmez.",
        status=_AWAY,
    ),
}
"""What is told of faults that are not the form's."""
