"""A first look at what somebody is still telling: dangers, open requests like it, and one to be added to.

Operators ask while a caller speaks. The lexicon and the classifier that will decide the request afterwards
read it now; so this is a question to the router, and there is no copy of its knowledge elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.router.desk.explanation import shown_text
from services.router.desk.worklist import excerpt
from services.router.domain.alike import WITHIN, Alike, rank_alike
from services.router.domain.cases import Case
from services.router.domain.joining import joinable
from services.router.domain.lifecycle import opening_events
from services.router.domain.matters import Knowledge
from services.router.follow_ups import Decide, verdicts_on
from services.router.store import RouterStore
from shared.clock import Clock
from shared.contracts.base import Instant
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime, State
from shared.text.folding import located_words

_NOBODY: Final = UUID(int=0)
_ALIKE_SHOWN: Final = 5
_OPEN: Final = frozenset(
    {
        State.TRIAGE,
        State.AWAITING_APPLICANT,
        State.ASSIGNED,
        State.ACCEPTED,
        State.IN_PROGRESS,
        State.REOPENED,
    }
)


class Told(BaseModel):
    """What was told so far, masked at the door."""

    model_config = ConfigDict(extra="forbid")

    description: Annotated[str, Field(min_length=1, max_length=4000)]
    place: Place = Place()


class DangerView(BaseModel):
    """A sign of danger to life."""

    title: str = Field(description="Kind of danger, in Turkish")
    phone: str = Field(description="Number to call at once")
    words: str = Field(description="The words that tell of it")


class AlikeView(BaseModel):
    """An open request that may be the same work. No personal data; walled off, no words, point and files."""

    receipt_number: str
    state: State
    holder: str = Field(description="Name of the body that deals with it or is proposed")
    words: str | None
    distance_m: float | None = Field(description="Absent where the neighbourhood alone is the same")
    lat: float | None = None
    lon: float | None = None
    received_at: Instant
    files: int = Field(0, description="How many files came with it")


class JoinableView(BaseModel):
    """The open request that who tells it may be added to, by what anybody may know of it.

    The number is for staff alone, who see it among the similar ones.
    """

    request_id: UUID
    receipt_number: str
    subject: str = Field(description="Title of its category, in Turkish")
    distance_m: float
    received_at: Instant


class FirstLook(BaseModel):
    """What the router makes of it."""

    dangers: list[DangerView]
    alike: list[AlikeView]
    joinable: JoinableView | None = Field(None, description="Absent in danger: nobody waits for another then")


@dataclass(frozen=True, slots=True)
class FirstLooks:
    """Takes first looks.

    Args:
        store: where similar requests are found.
        decide: the router's own judgement.
        knowledge: the signs of danger.
        clock: how far back is far enough.
    """

    store: RouterStore
    decide: Decide
    knowledge: Knowledge
    clock: Clock

    async def at(self, told: Told) -> FirstLook:
        """Return what can be said so far. Raises `UnavailableError`."""
        now = self.clock()
        request = _as_request(told, now)
        (verdict,) = await verdicts_on([request], self.decide)
        case = opening_events(request, verdict, cause_id=_NOBODY, now=now)[-1]
        others = [c for c in await self.store.alike(case, now - WITHIN) if c.state in _OPEN]
        alike = rank_alike(case, others, len(others))
        dangers = dangers_in(told.description, self.knowledge)
        return FirstLook(
            dangers=dangers,
            alike=[_view(one) for one in alike[:_ALIKE_SHOWN]],
            joinable=None if dangers else _joinable_view(joinable(request, verdict, alike)),
        )


def first_look_routes(looks: FirstLooks) -> APIRouter:
    """Return the internal route: for services alone, unreachable from outside."""
    router = APIRouter(prefix="/internal/v1", tags=["internal"])

    @router.post("/first-look")
    async def first_look(told: Told) -> FirstLook:
        """Say what is dangerous about an unfinished report, and which open requests it may repeat."""
        return await looks.at(told)

    return router


def dangers_in(text: str, knowledge: Knowledge) -> list[DangerView]:
    """Return every sign of danger in ``text``, in the order of the lexicon.

    Unlike a decision it sorts out no figures of speech: half a sentence always looks calm, and who is
    listening needs only a glance to tell.
    """
    located = located_words(text)
    foreign = knowledge.languages.foreign(text) is not None
    return [
        DangerView(
            title=sign.danger.title,
            phone=sign.danger.phone,
            words=text[located[sign.first][1] : located[sign.end - 1][2]],
        )
        for sign in knowledge.danger_lexicon.signs_in(text, foreign=foreign)
    ]


def _as_request(told: Told, now: datetime) -> RequestReceived:
    return RequestReceived(
        request_id=_NOBODY,
        receipt_number="",
        channel=Channel.CALL,
        kind=Kind.REQUEST,
        regime=Regime.PETITION_3071,
        description=told.description,
        place=told.place,
        applicant=ApplicantReach(named=False, media=(Medium.TRACKING_PAGE,)),
        received_at=now,
    )


def _joinable_view(alike: Alike | None) -> JoinableView | None:
    if alike is None or alike.distance_m is None:
        return None
    return JoinableView(
        request_id=alike.case.request.request_id,
        receipt_number=alike.case.request.receipt_number,
        subject=alike.case.decision.chosen.category_title,
        distance_m=alike.distance_m,
        received_at=alike.case.request.received_at,
    )


def _view(alike: Alike) -> AlikeView:
    case: Case = alike.case
    walled = case.decision.seen_only_by is not None
    place = Place() if walled else case.request.place
    return AlikeView(
        receipt_number=case.request.receipt_number,
        state=case.state,
        holder=case.decision.chosen.body,
        words=None if walled else excerpt(shown_text(case)),
        distance_m=alike.distance_m,
        lat=place.lat,
        lon=place.lon,
        received_at=case.request.received_at,
        files=0 if walled else len(case.request.attachments),
    )
