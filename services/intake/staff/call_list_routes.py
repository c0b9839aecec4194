"""The call centre's list: whom to call, what to say, and how it went."""

from dataclasses import dataclass
from typing import Final

import phonenumbers
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from phonenumbers import PhoneNumberFormat

from services.intake.calls.listing import Calls
from services.intake.calls.paging import PAGE_SIZE, Page
from services.intake.calls.records import MOST_TRIES, CallState
from services.intake.calls.speech import Speech
from services.intake.tracking.replies import EmptyOrTooLongError
from shared.outcomes import UnavailableError
from shared.web.pages import Pages
from shared.web.sign_in.staff import may_act, staff_of

LIST: Final = "/cagri/aranacaklar"
_SCREEN: Final = "/cagri"
_MOST_FIELDS: Final = 10
_OK, _SEE_OTHER, _CONFLICT, _INVALID, _AWAY = 200, 303, 409, 422, 503
_SIGN_IN: Final = "Numarayı yalnız oturum açan görevli görür."
_GONE: Final = "Bu arama listeden çıktı: yanıtlandı ya da başka bir görevli kaydetti."
_NO_NUMBER: Final = "Numara kayıtlı değil ya da silindi. Başvuran aranamaz."
_BUSY: Final = "Şu anda kaydedemiyoruz. Birkaç dakika sonra yeniden deneyin."


def menu(current: str) -> list[dict[str, object]]:
    """Return the menu of the call centre's pages."""
    pages = (("Çağrı", _SCREEN), ("Aranacaklar", LIST))
    return [{"label": label, "href": href, "current": href == current} for label, href in pages]


def call_list_routes(calls: Calls, pages: Pages) -> APIRouter:
    """Return the list's routes."""
    router = APIRouter(include_in_schema=False)
    screen = _List(calls, pages)
    router.add_api_route(LIST, screen.show, methods=["GET"])
    router.add_api_route(LIST + "/{call_id}/numara", screen.number, methods=["POST"])
    router.add_api_route(LIST + "/{call_id}/sonuc", screen.conclude, methods=["POST"])
    return router


def _address(page: Page | None) -> str:
    return f"{LIST}?{page.query}" if page else LIST


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The call that is worked on.

    Attributes:
        speech: what to say; None where no call was chosen.
        number: in E.164, once it was asked for.
        note: what the colleague wrote who took the request down, shown with the number.
        typed: a reply that was not taken.
        error: what is wrong with it.
    """

    speech: Speech | None = None
    number: str = ""
    note: str = ""
    typed: str = ""
    error: str = ""

    @property
    def shown(self) -> str:
        """The number in groups, to read."""
        parsed = phonenumbers.parse(self.number)
        return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


_NOBODY: Final = _Chosen()


class _List:
    def __init__(self, calls: Calls, pages: Pages) -> None:
        self._calls = calls
        self._pages = pages

    async def show(self, request: Request, arama: str = "") -> Response:
        """Return the list, and one call of it opened."""
        speech = await self._calls.speech(arama) if arama else None
        return await self._page(request, _Chosen(speech), notice=_GONE if arama and not speech else "")

    async def number(self, request: Request, call_id: str) -> Response:
        """Return the page with the number; by POST, because each look is logged under the person's code."""
        staff = staff_of(request)
        if staff is None or not may_act(request):
            return await self._page(request, _NOBODY, notice=_SIGN_IN, status=_CONFLICT)
        speech = await self._calls.speech(call_id)
        if speech is None:
            return await self._page(request, _NOBODY, notice=_GONE, status=_CONFLICT)
        number = await self._calls.number(speech.call, staff.code)
        if number is None:
            return await self._page(request, _Chosen(speech), notice=_NO_NUMBER)
        note = await self._calls.note(speech, staff.code)
        return await self._page(request, _Chosen(speech, number, note))

    async def conclude(self, request: Request, call_id: str) -> Response:
        """Record how the call went and lead to the next one."""
        async with request.form(max_fields=_MOST_FIELDS, max_files=0) as form:
            tries, outcome, reply = (str(form.get(name, "")) for name in ("deneme", "sonuc", "yanit"))
        staff = staff_of(request)
        if staff is None or not may_act(request):
            return await self._page(request, _NOBODY, notice=_SIGN_IN, status=_CONFLICT)
        speech = await self._calls.speech(call_id)
        if speech is None or outcome not in {"ulasildi", "ulasilamadi"}:
            return await self._page(request, _NOBODY, notice=_GONE, status=_CONFLICT)
        try:
            counted = await self._calls.conclude(
                speech,
                int(tries) if tries.isascii() and tries.isdigit() else -1,
                by=staff.code,
                reached=outcome == "ulasildi",
                reply=reply,
            )
        except EmptyOrTooLongError as refused:
            wrong = _Chosen(speech, typed=reply, error=refused.problem.message_tr)
            return await self._page(request, wrong, status=_INVALID)
        except UnavailableError:
            return await self._page(request, _Chosen(speech, typed=reply), notice=_BUSY, status=_AWAY)
        if not counted:
            return await self._page(request, _NOBODY, notice=_GONE, status=_CONFLICT)
        return RedirectResponse(_address(Page.read(request.query_params)), status_code=_SEE_OTHER)

    async def _page(
        self, request: Request, chosen: _Chosen, *, notice: str = "", status: int = _OK
    ) -> Response:
        page = Page.read(request.query_params)
        return self._pages.render(
            "staff/calls.html",
            request,
            status_code=status,
            place=LIST,
            parts=await self._calls.listed(page),
            page=page,
            page_size=PAGE_SIZE,
            chosen=chosen,
            is_open=chosen.speech is not None and chosen.speech.call.state is CallState.OPEN,
            notice=notice,
            most_tries=MOST_TRIES,
            may_see=staff_of(request) is not None and may_act(request),
            menu=menu(LIST),
        )
