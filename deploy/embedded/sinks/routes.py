"""The JSON side of the sinks: the SMS gateway, the fault plans, and what tests ask."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, ConfigDict, Field

from deploy.embedded.sinks.faults import FaultPlan, Faults, SmtpFaultPlan
from deploy.embedded.sinks.mailbox import Mailbox
from deploy.embedded.sinks.smsbox import ReusedIdError, Smsbox


class SmsRequest(BaseModel):
    """A short message to send; ``id`` is the sender's and makes repeats harmless."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1, max_length=100)
    to: str = Field(min_length=3, max_length=20)
    text: str = Field(min_length=1, max_length=2000)


class SmsAccepted(BaseModel):
    """The gateway's answer; the same for every repeat."""

    id: str
    accepted_at: str
    parts: int


def gateway_routes(
    smsbox: Smsbox, sms_faults: Faults[FaultPlan], smtp_faults: Faults[SmtpFaultPlan]
) -> APIRouter:
    """Return the SMS gateway and the fault plans of both sinks."""
    router = APIRouter()

    @router.post("/sms/v1/messages", status_code=202)
    async def accept(sms: SmsRequest) -> SmsAccepted:
        if await sms_faults.strike():
            raise HTTPException(503)
        try:
            accepted = smsbox.accept(sms.id, sms.to, sms.text)
        except ReusedIdError:
            raise HTTPException(409) from None
        return SmsAccepted(id=accepted.id, accepted_at=accepted.accepted_at, parts=accepted.parts)

    @router.get("/sms/v1/faults")
    async def sms_plan() -> FaultPlan:
        return sms_faults.plan

    @router.put("/sms/v1/faults")
    async def plan_sms_faults(plan: FaultPlan) -> FaultPlan:
        sms_faults.replace(plan)
        return plan

    @router.get("/smtp/v1/faults")
    async def smtp_plan() -> SmtpFaultPlan:
        return smtp_faults.plan

    @router.put("/smtp/v1/faults")
    async def plan_smtp_faults(plan: SmtpFaultPlan) -> SmtpFaultPlan:
        smtp_faults.replace(plan)
        return plan

    return router


def inspection_routes(mailbox: Mailbox, smsbox: Smsbox) -> APIRouter:
    """Return the lists that tests and tools read and empty."""
    router = APIRouter()

    @router.get("/api/mails")
    async def mails() -> list[dict[str, Any]]:
        return [asdict(mail) for mail in mailbox.newest_first()]

    @router.delete("/api/mails", status_code=204)
    async def delete_mails() -> None:
        mailbox.clear()

    @router.get("/api/mails/{mail_id}")
    async def mail_source(mail_id: str) -> Response:
        mail = mailbox.find(mail_id)
        if mail is None:
            raise HTTPException(404)
        return Response(mailbox.source(mail), media_type="message/rfc822")

    @router.get("/api/sms")
    async def messages() -> list[dict[str, Any]]:
        return [asdict(sms) for sms in smsbox.newest_first()]

    @router.delete("/api/sms", status_code=204)
    async def delete_messages() -> None:
        smsbox.clear()

    @router.get("/readyz")
    async def ready() -> dict[str, str]:
        return {"status": "ready"}

    return router
