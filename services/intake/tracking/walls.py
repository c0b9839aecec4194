"""Whether a request, or one of its matters, stands behind a privacy wall. Pure."""

from collections.abc import Sequence

from pydantic import BaseModel

from services.intake.records import TimelineEntry


class _Wall(BaseModel):
    seen_only_by: str | None = None


class _Told(_Wall):
    decision: _Wall | None = None


def is_walled(timeline: Sequence[TimelineEntry]) -> bool:
    """Tell whether any fact of a request's life says that one directorate alone may see it."""
    told = (_Told.model_validate_json(entry.event) for entry in timeline)
    return any(fact.seen_only_by or (fact.decision and fact.decision.seen_only_by) for fact in told)
