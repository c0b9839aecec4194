"""What the world is told when a request's history grows."""

from datetime import datetime
from typing import Final

from services.router.domain.cases import Case, Sealed
from services.router.domain.lifecycle import routed_event
from shared.contracts import topics
from shared.contracts.cloudevents import CloudEvent, Record, record_of, to_record
from shared.contracts.commands import CommandRefused
from shared.ids import derived_id

SOURCE: Final = "/istek/router"


def records_of(event: Sealed, case: Case) -> list[Record]:
    """Return what ``event`` makes known: the fact itself, and to the directorates it concerns the request.

    These are the holder and, where the event took the request away, the holder before.

    Args:
        event: the event to publish, perhaps again.
        case: the request's whole history. What a directorate's compacted topic gets comes from the end of its
            part in it, so that publishing an old event again never takes the directorate back in time.
    """
    lifecycle = record_of(
        topics.LIFECYCLE,
        id=event.ce_id,
        source=SOURCE,
        type=event.ce_type,
        time=datetime.fromisoformat(event.data["occurred_at"]),
        subject=event.data["request_id"],
        value=event.value,
    )
    before = case.holders[event.sequence - 2] if event.sequence > 1 else None
    told = dict.fromkeys(slug for slug in (before, case.holder) if slug)
    return [lifecycle, *(_routed(case.known_to(slug), slug) for slug in told)]


def refusal_record(refusal: CommandRefused) -> Record:
    """Return the record that tells a directorate of its refused command."""
    return to_record(
        topics.REFUSALS,
        CloudEvent(
            id=derived_id(refusal.command_id, refusal.ce_type),
            source=SOURCE,
            time=refusal.refused_at,
            subject=refusal.request_id,
            data=refusal,
        ),
    )


def _routed(case: Case, department: str) -> Record:
    routed = routed_event(case, department)
    return to_record(
        topics.routed_topic(department),
        CloudEvent(
            id=derived_id(case.last.ce_id, routed.ce_type),
            source=SOURCE,
            time=routed.routed_at,
            subject=case.request.request_id,
            data=routed,
        ),
    )
