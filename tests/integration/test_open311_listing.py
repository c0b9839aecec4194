"""The public list is kept by what comes over a real broker."""

import uuid
from dataclasses import replace
from datetime import timedelta

from services.intake.open311.listing import LANE, Listing, ListingHandler, Search
from shared.clock import system_clock
from shared.contracts.cloudevents import CloudEvent, to_record
from shared.contracts.lifecycle import LifecycleEvent
from shared.contracts.requests import RequestReceived
from shared.messaging import Publisher
from shared.messaging.consumer import Consumers
from shared.storage import Database
from tests.support.lifecycle import decided
from tests.support.stack import MakeTopic
from tests.support.waiting import until


def request() -> RequestReceived:
    return RequestReceived.model_validate(
        {
            "request_id": uuid.uuid4(),
            "receipt_number": "BB-2026-0000001-X",
            "channel": "web",
            "kind": "request",
            "regime": "petition_3071",
            "description": "Çukur",
            "place": {},
            "applicant": {"named": False, "media": ["tracking_page"]},
            "received_at": system_clock(),
        }
    )


async def test_what_the_router_decides_and_tells_again_is_listed_once_and_what_is_private_never(
    kafka: str, mongodb: str, database_name: str, make_topic: MakeTopic
) -> None:
    topic = await make_topic(partitions=1)
    lane = replace(LANE, group=f"test-{uuid.uuid4().hex[:8]}", topics=(topic,))
    database = Database.connect(mongodb, database_name)
    listing = Listing(database)
    await listing.ensure_indexes()
    publisher = Publisher(kafka, client_id="test")
    await publisher.start()
    road, aid, last = request(), request(), request()
    told: list[LifecycleEvent] = [
        decided(road, code="FEN-YOL"),
        decided(aid, code="SOS-GDA", wall="sosyal-yardim"),
        decided(road, code="FEN-YOL"),
        decided(last, code="TEM-KNT"),
    ]
    consumers = Consumers(kafka, instance="0", publisher=publisher, lanes=[(lane, ListingHandler(listing))])
    await consumers.start()
    try:
        for event in told:
            envelope = CloudEvent(uuid.uuid4(), "router", event.occurred_at, event.request_id, event)
            await publisher.send(to_record(topic, envelope))

        async def both() -> bool:
            return len(await listing.find(everything())) > 1

        await until(both)
        found = await listing.find(everything())
    finally:
        await consumers.stop()
        await publisher.stop()
    assert {request_id for request_id, _ in found} == {last.request_id, road.request_id}
    assert [facts.agency for _, facts in found] == ["Temizlik İşleri Müdürlüğü"] * 2
    assert await database.collection("open311_listing").count({}) == 2
    await database.close()


def everything() -> Search:
    now = system_clock()
    return Search(now - timedelta(hours=1), now + timedelta(hours=1))
