"""Intake reads what the router answers to a first look, and asks as the router understands it."""

from datetime import UTC, datetime
from uuid import UUID

from services.intake.channels.normalised import place_of
from services.intake.channels.parts import PlaceInput
from services.intake.first_look import FirstLook as Read
from services.router.desk.first_look import AlikeView, DangerView, JoinableView, Told
from services.router.desk.first_look import FirstLook as Answered
from shared.contracts.vocabulary import State


def test_the_answer_is_read_whole() -> None:
    alike = AlikeView(
        receipt_number="BB-2026-0000007-M",
        state=State.REOPENED,
        holder="Temizlik İşleri Müdürlüğü",
        words=None,
        distance_m=None,
        lat=41.0321,
        lon=28.9838,
        received_at=datetime(2026, 11, 23, 8, tzinfo=UTC),
    )
    danger = DangerView(title="Gaz kaçağı", phone="187", words="gaz kokusu")
    known = JoinableView(
        request_id=UUID(int=7),
        receipt_number=alike.receipt_number,
        subject="Çöp konteyneri",
        distance_m=38.2,
        received_at=alike.received_at,
    )
    answered = Answered(dangers=[danger], alike=[alike], joinable=known)
    read = Read.model_validate_json(answered.model_dump_json())
    assert [seen.model_dump() for seen in read.dangers] == [danger.model_dump()]
    assert [found.model_dump() for found in read.alike] == [alike.model_dump()]
    assert read.joinable is not None
    assert read.joinable.model_dump() == known.model_dump()


def test_a_router_that_knows_nobody_to_be_added_to_is_read() -> None:
    assert Read.model_validate_json(Answered(dangers=[], alike=[]).model_dump_json()).joinable is None
    assert Read.model_validate_json('{"dangers": [], "alike": []}').joinable is None


def test_a_place_of_the_door_is_one_of_the_router() -> None:
    place = place_of(PlaceInput(lat=41.03, lon=28.98, address="Akarsu Yokuşu", neighbourhood="cihangir"))
    told = Told.model_validate(
        {"description": "x", "place": place.model_dump(mode="json", exclude_none=True)}
    )
    assert told.place == place
