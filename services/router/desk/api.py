"""The desk by HTTP: what waits for a person, where a person sends it, and a request as it stands."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from services.router.desk.acts import Act, Acts
from services.router.desk.explanation import may_read
from services.router.domain.by_hand import ReasonCode
from services.router.domain.cases import Case
from services.router.domain.lifecycle import Refusal
from services.router.domain.matters import Knowledge
from services.router.store import RouterStore
from shared.contracts.base import Instant
from shared.contracts.decisions import Decision
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import State
from shared.web.problem_catalogue import standard_problem
from shared.web.problems import Problem
from shared.web.sign_in.staff import may_act, staff_of

_HIDDEN: Final = "Yalnız görevlisi açar"
NDJSON = "application/x-ndjson"


class CaseView(BaseModel):
    """A request as the desk sees it: no contact data, text masked at the door.

    Behind a privacy wall the applicant's words are shown as the page shows them: at the desk, to who decides.
    """

    request: RequestReceived
    state: State
    sequence: int
    holder: str | None
    decision: Decision
    reason: str | None = Field(description="Why a person has to decide, while it is at the desk")
    asked: bool = Field(description="The applicant was asked and has not replied yet; a person may decide")
    hidden: bool = Field(description="The applicant's words and the address are behind a privacy wall")
    reply: str | None = Field(description="What the applicant replied when asked, masked")
    since: Instant = Field(description="When it came to the desk or, elsewhere, into this state")


class TriageList(BaseModel):
    """Requests that wait for a person, longest wait first."""

    items: list[CaseView]
    next_after: Instant | None = Field(description="Value of `after` for the next page; absent on the last")


class DestinationView(BaseModel):
    """A body that a request can be sent to."""

    body: str = Field(description="What an assignment names")
    name: str = Field(description="The body's name, as decisions show it")
    kind: Literal["department", "authority", "nobody"]


class Assignment(BaseModel):
    """Where a person sends a request."""

    model_config = ConfigDict(extra="forbid")

    body: Annotated[str, Field(max_length=100, description="Id of the body; a directorate's slug is its id")]
    category_code: Annotated[str, Field(max_length=20)]
    staff: Annotated[
        str,
        Field(
            min_length=1,
            max_length=50,
            description="Staff code of who decides; whoever is signed in decides under their own",
        ),
    ]
    reason_code: Annotated[ReasonCode, Field(description="What was found of the router's first choice")]
    reason: Annotated[str, Field(min_length=1, max_length=500)]


def desk_routes(store: RouterStore, acts: Acts, knowledge: Knowledge) -> APIRouter:
    """Return the desk's routes."""
    router = APIRouter(prefix="/v1", tags=["desk"])

    @router.get("/destinations")
    async def destinations() -> list[DestinationView]:
        """Every body that can be competent, as the knowledge of this version has it."""
        return [DestinationView(body=b.id, name=b.name, kind=b.kind) for b in knowledge.bodies]

    @router.get("/triage")
    async def triage(
        http: Request,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        after: Annotated[datetime | None, Query()] = None,
    ) -> TriageList:
        cases = await store.triage(limit, after)
        views = [_view(case, decides=may_act(http)) for case in cases]
        return TriageList(items=views, next_after=views[-1].since if len(views) == limit else None)

    @router.post("/triage/{request_id}/assignment", status_code=201)
    async def assign(
        http: Request,
        request_id: UUID,
        assignment: Assignment,
        idempotency_key: Annotated[str, Header(min_length=1, max_length=255)],
    ) -> CaseView:
        signed_in = staff_of(http)
        outcome = await acts.assign(
            Act(request_id, signed_in.code if signed_in else assignment.staff, idempotency_key),
            body=assignment.body,
            code=assignment.category_code,
            reason_code=assignment.reason_code,
            reason=assignment.reason,
        )
        if outcome is None:
            raise standard_problem(404)
        if isinstance(outcome, Refusal):
            raise Problem(
                409,
                outcome.code.replace("_", "-"),
                "Bu işlem şu an yapılamaz",
                "This cannot be done now",
                detail_tr=outcome.reason,
                detail_en="Load the request again: it has changed, the destination is not on record, "
                "or the reason does not fit.",
            )
        return _view(outcome, decides=True)

    @router.get("/requests/{request_id}")
    async def request(http: Request, request_id: UUID) -> CaseView:
        case = (await store.cases([request_id])).get(request_id)
        if case is None:
            raise standard_problem(404)
        return _view(case, decides=may_act(http))

    return router


def books_routes(store: RouterStore) -> APIRouter:
    """Return the router's page of the books: where every request is."""
    router = APIRouter(prefix="/internal/v1", tags=["internal"])

    @router.get("/books")
    async def books() -> StreamingResponse:
        async def lines() -> AsyncIterator[bytes]:
            async for request_id, state in store.states():
                yield to_json({"request_id": request_id, "state": state}) + b"\n"

        return StreamingResponse(lines(), media_type=NDJSON)

    return router


def chain_routes(store: RouterStore) -> APIRouter:
    """Return all histories as they are linked, for who checks them."""
    router = APIRouter(prefix="/internal/v1", tags=["internal"])

    @router.get("/chain")
    async def chain() -> StreamingResponse:
        async def lines() -> AsyncIterator[bytes]:
            async for value in store.chain():
                yield value.encode() + b"\n"

        return StreamingResponse(lines(), media_type=NDJSON)

    return router


def _view(case: Case, *, decides: bool) -> CaseView:
    left, open_to = case.left_to_a_person, may_read(case, decides=decides)
    return CaseView(
        request=case.request if open_to else _without_words(case.request),
        state=case.state,
        sequence=case.sequence,
        holder=case.holder,
        decision=case.decision,
        reason=left.data["reason"] if left else None,
        asked=case.state is State.AWAITING_APPLICANT,
        hidden=not open_to,
        reply=case.reply if open_to else None,
        since=(case.at_the_desk or (case.last,))[0].data["occurred_at"],
    )


def _without_words(request: RequestReceived) -> RequestReceived:
    place = request.place.model_copy(update={"address": None})
    return request.model_copy(update={"description": _HIDDEN, "place": place})
