"""Keeps forms of other sites out of pages that residents fill in without signing in.

The form's token makes sure that a form counts once; it does not say which site showed it. Pages where the
applicant's code is sent along need none of this: no other site knows the code.
"""

from fastapi import APIRouter, Depends, Request

from shared.web.sign_in.guarding import foreign_form
from shared.web.sign_in.origin import comes_from_elsewhere


def own_forms(*routers: APIRouter) -> APIRouter:
    """Return ``routers`` as one that answers 403 to what a page of another site sends."""
    around = APIRouter(dependencies=[Depends(_refuse_foreign_form)])
    for router in routers:
        around.include_router(router)
    return around


async def _refuse_foreign_form(request: Request) -> None:
    own_origin = f"{request.url.scheme}://{request.url.netloc}"
    # Not from browsers alone: what says nothing of where it comes from is no browser that another site uses.
    if comes_from_elsewhere(request.method, request.headers, own_origin, browsers_only=False):
        raise foreign_form()
