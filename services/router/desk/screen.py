"""The triage page put together: the work list, one request explained, and the form as it stands."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final
from urllib.parse import unquote
from uuid import UUID

from fastapi import Request
from fastapi.responses import HTMLResponse

from services.router.desk.calling import Call, may_call
from services.router.desk.choosing import ACT, STAFF
from services.router.desk.explanation import explanation, shown_text
from services.router.desk.files import DeskFiles, LinksOf, desk_files
from services.router.desk.joining import JoiningShown, joining_shown
from services.router.desk.opening import Opened, offered
from services.router.desk.parting import parting
from services.router.desk.texts import PRIORITIES, REASONS
from services.router.desk.worklist import entries, excerpt, neighbours, pressure_chip, short_number
from services.router.domain.alike import WITHIN, rank_alike
from services.router.domain.cases import Case
from services.router.domain.matters import Knowledge
from services.router.store import RouterStore
from shared.clock import Clock
from shared.contracts.vocabulary import Priority
from shared.web.pages import Pages
from shared.web.problem_catalogue import standard_problem
from shared.web.security import content_security_policy
from shared.web.sign_in.staff import may_act, staff_of

PLACE: Final = "/siniflandirma"
SENT: Final = "giden"
"""Query parameter with the id of the request that was sent on just before."""
STAFF_COOKIE: Final = "istek_staff"
_SHOWN: Final = 50
_ALIKE_SHOWN: Final = 5
_NOT_FOUND: Final = 404
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Form:
    """What was answered, what is wrong with it, and what stands against it."""

    answers: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for on the page: of these at most one."""

    form: Form | None = None
    call: Call | None = None
    opened: Opened | None = None

    @property
    def status(self) -> int:
        """Of the answer."""
        return next((told.status for told in (self.form, self.call, self.opened) if told), 200)


class Screen:
    """Renders the page from the store and the knowledge in force; ``links`` lead to files."""

    def __init__(
        self, store: RouterStore, knowledge: Knowledge, pages: Pages, clock: Clock, links: LinksOf
    ) -> None:
        self._store = store
        self._links = links
        self._knowledge = knowledge
        self._pages = pages
        self._clock = clock

    async def waiting(self) -> list[Case]:
        """Return as much of the work list as the page shows."""
        return await self._store.most_pressing(_SHOWN)

    async def case(self, request_id: UUID) -> Case:
        """Return the request as it is now.

        Raises:
            Problem: there is none of this id.
        """
        case = (await self._store.cases([request_id])).get(request_id)
        if case is None:
            raise standard_problem(_NOT_FOUND)
        return case

    async def whole(self, request: Request) -> HTMLResponse:
        """Return the work list with its first request; a narrow screen shows the list alone."""
        waiting = await self.waiting()
        return await self._render(request, waiting, waiting[0] if waiting else None, _Asked(), listed=True)

    async def item(
        self,
        request: Request,
        case: Case,
        form: Form | None = None,
        *,
        call: Call | None = None,
        opened: Opened | None = None,
    ) -> HTMLResponse:
        """Return the page with ``case`` on it, and what was asked for there.

        Args:
            request: who asks.
            case: the request.
            form: the decision as it was sent.
            call: whom to call.
            opened: what was opened of what intake keeps for itself.
        """
        return await self._render(
            request, await self.waiting(), case, _Asked(form, call, opened), listed=False
        )

    async def _render(
        self,
        request: Request,
        waiting: Sequence[Case],
        case: Case | None,
        asked: "_Asked",
        *,
        listed: bool,
    ) -> HTMLResponse:
        now = self._clock()
        total = await self._store.count_waiting() if len(waiting) == _SHOWN else len(waiting)
        files = await desk_files(request, case, self._links, opened=not listed) if case else DeskFiles()
        urgent = any(c.decision.priority is Priority.EMERGENCY for c in waiting)
        context: dict[str, Any] = {
            "place": PLACE,
            "now": now,
            "listed": listed,
            "queue": entries(waiting, now, PRIORITIES),
            "total": total,
            "sent": await self._sent(request),
            "menu": [
                {"label": "Sınıflandırma", "href": PLACE, "count": total, "urgent": urgent, "current": True}
            ],
            "it": None,
        }
        if case is None:
            context["directly"] = await self._store.count_sent_directly(now - _HOUR)
        else:
            previous, following = neighbours(waiting, case.request.request_id)
            others = await self._store.alike(case, now - WITHIN)
            form = asked.form or _fresh(request)
            context |= {
                "it": explanation(case, self._knowledge, decides=may_act(request)),
                "files": files,
                "may_call": may_call(request, case),
                "call": asked.call,
                "openings": offered(request, case),
                "opened": asked.opened,
                "chip": pressure_chip(case, now, PRIORITIES),
                "previous": previous,
                "following": following,
                "alike": rank_alike(case, others, _ALIKE_SHOWN),
                "joining": await self._joining(case),
                "added": await self._store.added_to(case.request.request_id),
                "shown_text": partial(shown_text, decides=may_act(request)),
                "excerpt": excerpt,
                "short_number": short_number,
                "form": form,
                "ready": self._knowledge.questions.ready,
                "parting": parting(case, form.answers, self._knowledge),
                "reasons": REASONS,
                "bodies": self._knowledge.bodies,
                "categories": self._knowledge.categories,
            }
        page = self._pages.render("triage.html", request, status_code=asked.status, **context)
        policy = content_security_policy(self._pages.settings.tile_host, *files.origins)
        page.headers["Content-Security-Policy"] = policy
        return page

    async def _joining(self, case: Case) -> JoiningShown | None:
        """Return what is shown of the applicant's wish to be added to another request."""
        joining = case.decision.joining
        known = await self._store.cases([joining.request_id]) if joining else {}
        return joining_shown(case, known.get(joining.request_id) if joining else None)

    async def _sent(self, request: Request) -> Case | None:
        """Return the request that the person has just sent on, as it is now."""
        try:
            request_id = UUID(request.query_params.get(SENT, ""))
        except ValueError:
            return None
        return (await self._store.cases([request_id])).get(request_id)


def _fresh(request: Request) -> Form:
    """Return an empty form with a key of its own, in the name of who signed in or filled in the last one."""
    staff = staff_of(request)
    code = staff.code if staff else unquote(request.cookies.get(STAFF_COOKIE, ""))
    return Form({ACT: secrets.token_urlsafe(24), STAFF: code})
