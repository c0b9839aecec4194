"""``/open311``: the standard's addresses, each with the format as its ending or by the Accept header."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from services.intake.idempotency import HEADER
from services.intake.open311.catalogue import category_of, service_definition, services
from services.intake.open311.discovery import Endpoint, discovery
from services.intake.open311.errors import NOT_FOUND, Open311Error, from_problem, refused
from services.intake.open311.query import asked_ids, search_of
from services.intake.open311.reading import PublicView
from services.intake.open311.rendering import Content, Format, render
from services.intake.open311.sent import Sent, posted, sent_of
from services.intake.open311.taking import Taking
from shared.clock import Clock
from shared.outcomes import UnavailableError
from shared.web.problem_catalogue import standard_problem, unavailable
from shared.web.problems import Problem, accepted_types

PREFIX: Final = "/open311"
VERSION: Final = "/v2"
_OPEN: Final = {
    # What is public here is public to the pages of other sites, too.
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept",
}
_STEADY: Final = {"Cache-Control": "public, max-age=300"}


class GeoReport:
    """The standard's methods over HTTP."""

    def __init__(
        self, taking: Taking, view: PublicView, endpoint: Endpoint, *, jurisdiction: str, clock: Clock
    ) -> None:
        """Take what it works with.

        Args:
            taking: takes requests.
            view: shows them.
            endpoint: what discovery says.
            jurisdiction: the one ``jurisdiction_id`` there is; a request need not name it.
            clock: tells what the last 90 days are.
        """
        self._taking = taking
        self._view = view
        self._endpoint = endpoint
        self._jurisdiction = jurisdiction
        self._clock = clock

    def routes(self) -> APIRouter:
        """Return the routes, each with and without an ending."""
        router = APIRouter(prefix=PREFIX, route_class=_Open311Route, include_in_schema=False)
        for method, path, answer in (
            ("GET", "/discovery", self.discovery),
            ("GET", f"{VERSION}/discovery", self.discovery),
            ("GET", f"{VERSION}/services", self.services),
            ("GET", f"{VERSION}/services/{{name}}", self.service_definition),
            ("POST", f"{VERSION}/requests", self.post_request),
            ("GET", f"{VERSION}/requests", self.requests),
            ("GET", f"{VERSION}/requests/{{name}}", self.request),
            ("GET", f"{VERSION}/tokens/{{name}}", self.token),
        ):
            router.add_api_route(f"{path}.{{ending}}", answer, methods=[method])
            router.add_api_route(path, answer, methods=[method])
        router.add_api_route("/{rest:path}", self.nothing, methods=["GET", "POST"])
        return router

    async def discovery(self, request: Request) -> Response:
        """Where the endpoint is."""
        return _answer(request, "discovery", discovery(self._endpoint), _STEADY)

    async def services(self, request: Request) -> Response:
        """GET Service List."""
        self._in_address(request)
        return _answer(request, "services", services(), _STEADY)

    async def service_definition(self, request: Request) -> Response:
        """GET Service Definition."""
        self._in_address(request)
        category = category_of(request.path_params["name"])
        return _answer(request, "service_definition", service_definition(category), _STEADY)

    async def post_request(self, request: Request) -> Response:
        """POST Service Request."""
        async with posted(request) as sent:
            content = await self._taking.take(self._ours(sent), idempotency_key=request.headers.get(HEADER))
        return _answer(request, "service_requests", content)

    async def requests(self, request: Request) -> Response:
        """GET Service Requests; a list of numbers overrides all other parameters."""
        sent = self._in_address(request)
        ids = asked_ids(sent)
        found = await (
            self._view.find(search_of(sent, self._clock())) if ids is None else self._view.asked(ids)
        )
        return _answer(request, "service_requests", found)

    async def request(self, request: Request) -> Response:
        """GET Service Request."""
        self._in_address(request)
        return _answer(request, "service_requests", await self._view.one(request.path_params["name"]))

    async def token(self, request: Request) -> Response:
        """GET service_request_id from a token."""
        self._in_address(request)
        return _answer(request, "service_requests", await self._view.of_token(request.path_params["name"]))

    async def nothing(self, request: Request) -> Response:  # noqa: ARG002 - what a handler is given
        """Refuse what the standard does not know."""
        raise refused(NOT_FOUND, "Bu adreste bir şey yok.", "There is nothing at this address.")

    def _in_address(self, request: Request) -> Sent:
        return self._ours(sent_of(request.query_params.multi_items()))

    def _ours(self, sent: Sent) -> Sent:
        stated = sent.get("jurisdiction_id")
        if stated is not None and stated.casefold() != self._jurisdiction.casefold():
            raise refused(
                NOT_FOUND,
                f"jurisdiction_id bulunamadı; burası {self._jurisdiction}.",
                f"The jurisdiction_id was not found; this is {self._jurisdiction}.",
            )
        return sent


class _Open311Route(APIRoute):
    """Answers what ends a request early in the standard's own form."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Open311Error as error:
                return _refusal(request, error)
            except Problem as problem:
                return _refusal(request, from_problem(problem))
            except UnavailableError:
                return _refusal(request, from_problem(unavailable()))
            except HTTPException as error:
                headers = dict(error.headers or {})
                return _refusal(request, from_problem(standard_problem(error.status_code, headers=headers)))

        return answer


def refusal_of(request: Request, problem: Problem) -> Response:
    """Return what is answered below ``PREFIX`` to a request that was refused before it came here."""
    return _refusal(request, from_problem(problem))


def _answer(request: Request, root: str, content: Content, headers: dict[str, str] | None = None) -> Response:
    form = _format(request)
    return Response(render(form, root, content), headers=_OPEN | (headers or {}), media_type=form.media_type)


def _refusal(request: Request, error: Open311Error) -> Response:
    # By the path itself: who was refused before the routes has no parameters of one.
    _, dot, ending = request.url.path.rpartition(".")
    form = Format(ending) if dot and ending in set(Format) else _accepted(request)
    return Response(
        render(form, "errors", error.content),
        error.status,
        _OPEN | error.headers,
        media_type=form.media_type,
    )


def _format(request: Request) -> Format:
    ending = request.path_params.get("ending")
    if ending is None:
        return _accepted(request)
    if ending not in set(Format):
        raise refused(NOT_FOUND, "Biçim xml ya da json olmalı.", "The format must be xml or json.")
    return Format(ending)


def _accepted(request: Request) -> Format:
    """Return the format that Accept prefers; XML, which the standard asks of every server, on a tie."""
    weights = accepted_types(request)
    xml = max(weights.get("text/xml", 0.0), weights.get("application/xml", 0.0))
    return Format.JSON if weights.get("application/json", 0.0) > xml else Format.XML
