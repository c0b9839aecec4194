"""What a receipt states. Pure; these members, in this order, are what is signed."""

import hashlib
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from services.intake.records import RequestRecord
from services.intake.tracking.dates import Dates
from services.intake.tracking.story import Story
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Regime, Source

SUBJECT_TO_COME: Final = "Konusu belirleniyor"
"""Circular 2004/12 wants a subject on every receipt, and there is none before a request is classified."""


class Statement(BaseModel):
    """What the municipality states of one request.

    No member is personal data, so that whoever holds a receipt can show it to anybody. What is not known
    when the receipt is made is left out, and no instant of signing is in it: the same knowledge gives the
    same receipt, byte for byte.

    Attributes:
        iss: address of the installation that states this.
        number: the registration number.
        received_at: when the authority had the request: the law's clock starts here.
        subject: what it is about, as far as it is known.
        channel: the door it came through.
        source: how it had reached the authority before, where it was entered at the counter.
        kind: what was handed in.
        regime: the law whose clock runs.
        holder: the directorate or other authority that has it.
        target: until when the municipality aims to answer.
        last_day: until when the law wants an answer.
        fingerprint: SHA-256 of the request as it was recorded, masked. Who sees the record can tell whether
            it is still what this receipt was given for.
        document: SHA-256 of the PDF that carries this statement, without the line that carries it.
    """

    model_config = ConfigDict(frozen=True)

    iss: str
    number: str
    received_at: AwareDatetime
    subject: str
    channel: Channel
    source: Source | None = None
    kind: Kind
    regime: Regime
    holder: str | None = None
    target: AwareDatetime | None = None
    last_day: AwareDatetime | None = None
    fingerprint: str
    document: str | None = None


def statement_of(record: RequestRecord, story: Story, dates: Dates | None, issuer: str) -> Statement:
    """Return what can be stated of an accepted request by what became of it so far."""
    event = RequestReceived.model_validate_json(record.event)
    return Statement(
        iss=issuer,
        number=record.receipt_number,
        received_at=record.received_at,
        subject=" · ".join(story.matters) or story.subject or SUBJECT_TO_COME,
        channel=record.channel,
        source=event.facts.source,
        kind=event.kind,
        regime=event.regime,
        holder=_holder(story),
        target=dates.target if dates else None,
        last_day=dates.last_day if dates else None,
        fingerprint=sha256(record.event.encode()),
    )


def sha256(content: bytes) -> str:
    """Return the digest as receipts write it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def _holder(story: Story) -> str | None:
    if story.matters:
        # Each matter has a holder of its own; the tracking page tells them apart, one line cannot.
        return None
    return next((m.who for m in story.moments if m.key in {"assigned", "forwarded"}), None)
