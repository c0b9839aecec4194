"""The router with its mind made up: what it costs to take, record, publish and commit, without deciding."""

from collections.abc import Sequence

from fastapi import FastAPI

from services.router.app import create_app as create_router
from services.router.classify.judging import request_of
from services.router.deciding import Decider
from services.router.domain.verdicts import Assigned, Verdict
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel
from tests.bench.visits import visits

_LOOKED_AT = 50


def create_app() -> FastAPI:
    """Return the router that sends every request to one directorate, with one decision as large as any."""
    requests = [request_of(str(visit["description"]), Channel.WEB) for visit in visits(_LOOKED_AT)]
    verdict = next(v for v in Decider.load()(requests) if isinstance(v, Assigned))

    def decide(requests: Sequence[RequestReceived]) -> list[Verdict]:
        return [verdict] * len(requests)

    return create_router(decide)
