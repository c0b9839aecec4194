"""The pure parts of the Open311 endpoint; tests/integration/test_open311_conformance.py walks the whole."""

import json
from datetime import UTC, datetime, timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from services.intake.open311.errors import Open311Error
from services.intake.open311.facts import facts_of
from services.intake.open311.listing import Listing, ListingHandler
from services.intake.open311.posting import retry_keys, web_request
from services.intake.open311.query import search_of
from services.intake.open311.rendering import Format, render, w3c
from services.intake.open311.sent import sent_of
from shared.contracts.categories import categories_by_code
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import State
from shared.outcomes import PoisonError
from shared.storage import Database
from tests.support.lifecycle import decided

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ROAD = categories_by_code()["FEN-YOL"]
PLACE = ("address_string", "Galata Kulesi")


def request() -> RequestReceived:
    return RequestReceived.model_validate(
        {
            "request_id": "0197c9a0-0000-7000-8000-000000000001",
            "receipt_number": "BB-2026-0000001-X",
            "channel": "web",
            "kind": "request",
            "regime": "petition_3071",
            "description": "Çukur",
            "place": {},
            "applicant": {"named": False, "media": ["tracking_page"]},
            "received_at": NOW,
        }
    )


@given(st.text())
def test_any_text_can_be_written_as_xml_and_read_again(text: str) -> None:
    root: Element = fromstring(render(Format.XML, "discovery", {"contact": text}))
    read = root.findtext("contact") or ""
    kept = [
        c
        for c in text
        if c in "\t\n\r" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe") or c > "\uffff"
    ]
    assert read == "".join(kept).replace("\r\n", "\n").replace("\r", "\n")


def test_a_list_of_one_is_a_list_in_both_formats_and_nothing_is_an_empty_element_or_null() -> None:
    content = [{"token": None, "account_id": True}]
    assert json.loads(render(Format.JSON, "service_requests", content)) == content
    assert render(Format.XML, "service_requests", content).splitlines()[1] == (
        b"<service_requests><request><token /><account_id>true</account_id></request></service_requests>"
    )


def test_instants_are_written_in_istanbul_with_their_offset() -> None:
    assert w3c(NOW) == "2026-11-25T12:00:00+03:00"


def test_fields_are_read_as_clients_write_them() -> None:
    sent = sent_of(
        [
            (" lat ", " 41 "),
            ("email", ""),
            ("attribute[a][]", "1"),
            ("attribute[a][1]", "2"),
            ("attribute[b]", " "),
        ]
    )
    assert dict(sent.fields) == {"lat": "41"}
    assert dict(sent.attributes) == {"a": ("1", "2")}


def test_equal_reports_within_the_window_have_a_key_in_common_and_later_ones_have_not() -> None:
    sent = sent_of([("description", "a"), ("api_key", "x"), PLACE])
    same = sent_of([PLACE, ("description", "a"), ("api_key", "renewed")])
    for minutes in range(11):
        assert retry_keys(sent, (), NOW)[0] in retry_keys(same, (), NOW + timedelta(minutes=minutes))
    assert retry_keys(sent, (), NOW)[0] not in retry_keys(same, (), NOW + timedelta(minutes=20))
    assert retry_keys(sent, (), NOW)[0] not in retry_keys(sent_of([PLACE, ("description", "b")]), (), NOW)
    assert retry_keys(sent, (), NOW)[0] not in retry_keys(sent, ("digest of a picture",), NOW)


def test_a_name_is_put_together_and_a_missing_description_is_the_services_title() -> None:
    asked = web_request(sent_of([("first_name", "Ayşe"), ("last_name", "Örnek"), PLACE]), ROAD)
    assert (asked.applicant.name, asked.description) == ("Ayşe Örnek", "Yol bozukluğu")
    assert asked.stated_category == "FEN-YOL"


@pytest.mark.parametrize("degrees", ["nan", "inf", "1e999", "41°"])
def test_a_coordinate_that_is_no_number_is_refused(degrees: str) -> None:
    with pytest.raises(Open311Error) as refused:
        web_request(sent_of([("lat", degrees), ("long", "28.9")]), ROAD)
    assert [fault.code for fault in refused.value.faults] == [400]


def test_every_parameter_at_fault_is_named_at_once() -> None:
    with pytest.raises(Open311Error) as refused:
        search_of(sent_of([("page", "x"), ("status", "done"), ("start_date", "x")]), NOW)
    assert len(refused.value.faults) == 3


def test_a_bare_day_is_taken_whole() -> None:
    search = search_of(sent_of([("start_date", "2026-11-20"), ("end_date", "2026-11-20")]), NOW)
    assert (w3c(search.since), w3c(search.until)) == (
        "2026-11-20T00:00:00+03:00",
        "2026-11-20T23:59:59+03:00",
    )


async def test_what_is_no_lifecycle_event_is_parked_not_passed_over() -> None:
    class Unreadable:
        value = b"{}"
        headers = ()

    database = Database.connect("mongodb://127.0.0.1:1", "nowhere")
    with pytest.raises(PoisonError):
        await ListingHandler(Listing(database)).prepare([Unreadable()])
    await database.close()


def test_a_request_nobody_decided_on_is_open_and_not_public() -> None:
    facts = facts_of(NOW, [])
    assert (facts.state, facts.closed, facts.public) == (State.RECEIVED, False, False)


def test_the_public_sees_a_matter_of_public_space_and_nothing_behind_a_wall() -> None:
    assert facts_of(NOW, [decided(request(), code="FEN-YOL")]).public
    assert not facts_of(NOW, [decided(request(), code="FEN-YOL", wall="saglik")]).public
    assert not facts_of(NOW, [decided(request(), code="ZAB-GRL")]).public
    assert not facts_of(NOW, [decided(request(), code="NEW-ONE")]).public


def test_every_state_has_words_and_is_open_or_closed() -> None:
    for state in State:
        event = decided(request(), code="FEN-YOL").model_copy(update={"state": state})
        assert " / " in facts_of(NOW, [event]).notes
