import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.intake.channels import DOORS, RefusedError
from services.intake.channels.web import WebRequest
from shared.contracts.requests import RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime
from shared.web.field_messages import field_problem
from tests.unit.intake.doors import ADMISSION, NEEDED, NOW, refusals, take

HERE = {"lat": 41.03, "lon": 28.98}
STAFF = (Channel.CALL, Channel.VATANDAS_BASKAN, Channel.RECEPTION)
every_channel = pytest.mark.parametrize("channel", list(Channel))


@every_channel
def test_a_few_words_are_enough(channel: Channel) -> None:
    taken = take(channel)
    assert taken.event.description == "Çöp taşıyor"
    assert taken.event.channel is channel
    assert taken.event.request_id == ADMISSION.request_id
    assert taken.event.receipt_number == ADMISSION.receipt_number
    assert taken.event.received_at == NOW
    assert taken.event.applicant.media == (Medium.TRACKING_PAGE,)
    assert taken.confidential == {}


@every_channel
def test_the_language_of_the_words_is_not_that_of_the_answer(channel: Channel) -> None:
    russian = take(channel, description="На нашей улице уже три дня не вывозят мусор", language="en").event
    assert (russian.text_language, russian.applicant.language) == ("ru", "en")
    assert take(channel, description="lamba yanmiyor").event.text_language is None


@pytest.mark.parametrize("channel", list(Channel))
def test_when_it_was_seen_is_told_on_every_channel_and_is_never_ahead(channel: Channel) -> None:
    assert take(channel).event.observed_at is None
    seen = take(channel, observed_at="2026-11-12T14:30:00+03:00").event.observed_at
    assert seen == datetime(2026, 11, 12, 11, 30, tzinfo=UTC)
    ahead = (NOW + timedelta(minutes=6)).isoformat()
    assert refusals(channel, observed_at=ahead) == {"/observed_at": "observed_at_future"}
    assert refusals(channel, observed_at="2026-11-12T14:30:00") == {"/observed_at": "timezone_aware"}


@every_channel
def test_examples_are_taken(channel: Channel) -> None:
    door = DOORS[channel]
    assert door.examples
    for example in door.examples.values():
        door.normalise(door.model.model_validate_json(json.dumps(example)), ADMISSION)


@every_channel
def test_contact_data_stays_out_of_the_event(channel: Channel) -> None:
    applicant = {
        "name": "Ayşe Örnek",
        "phone": "0532 000 00 00",
        "email": "ayse@example.com",
        "address": "Ağa Hamamı Sokak 7",
    }
    taken = take(channel, applicant=applicant)
    assert taken.confidential == {**applicant, "phone": "+905320000000"}
    written = taken.event.model_dump_json()
    assert not [text for text in taken.confidential.values() if text in written]
    assert taken.event.applicant.named
    assert taken.event.applicant.media == (Medium.EMAIL, Medium.SMS, Medium.TRACKING_PAGE)


@every_channel
def test_a_phone_number_in_the_words_is_masked_and_kept_for_the_vault(channel: Channel) -> None:
    words = "Beni 0532 000 00 00 numarasından arayın"
    taken = take(channel, description=words, place={"address": "Kapıda 0532 000 00 00 yazıyor"})
    assert "532" not in taken.event.model_dump_json()
    assert taken.confidential["description"] == words
    assert taken.confidential["place_address"] == "Kapıda 0532 000 00 00 yazıyor"


def test_masks_never_make_a_text_too_long_for_the_event() -> None:
    words = ("a@b.co " * 570)[:3999].strip()
    assert len(take(Channel.WEB, description=words).event.description) <= 4000


@pytest.mark.parametrize(
    ("channel", "kind"),
    [
        (Channel.WEB, Kind.REQUEST),
        (Channel.CALL, Kind.REQUEST),
        (Channel.MOBILE, Kind.COMPLAINT),
        (Channel.VATANDAS_BASKAN, Kind.REQUEST),
        (Channel.RECEPTION, Kind.PETITION),
    ],
)
def test_each_channel_has_its_usual_kind(channel: Channel, kind: Kind) -> None:
    assert take(channel).event.kind is kind


@pytest.mark.parametrize(
    ("kind", "regime"),
    [
        ("request", Regime.PETITION_3071),
        ("complaint", Regime.PETITION_3071),
        ("petition", Regime.PETITION_3071),
        ("information", Regime.INFORMATION_4982),
        ("data_subject", Regime.DATA_SUBJECT_6698),
    ],
)
def test_the_kind_decides_whose_clock_runs(kind: str, regime: Regime) -> None:
    applicant = {"name": "Ayşe Örnek", "address": "Ağa Hamamı Sokak 7"}
    assert take(Channel.WEB, kind=kind, applicant=applicant).event.regime is regime


@pytest.mark.parametrize("kind", ["information", "data_subject"])
def test_what_the_law_does_not_allow_anonymously_asks_for_name_and_address(kind: str) -> None:
    assert refusals(Channel.WEB, kind=kind) == {
        "/applicant/name": "name_required",
        "/applicant/address": "address_required",
    }


def test_an_information_request_on_the_web_lacks_the_number_that_the_law_asks_for() -> None:
    taken = take(Channel.WEB, kind="information", applicant={"name": "Ayşe Örnek", "address": "Ağa Hamamı 7"})
    assert taken.event.elements_present == ("ad", "adres")
    assert taken.event.elements_missing == ("kimlik_no",)


def test_a_petition_on_the_web_lacks_its_signature() -> None:
    taken = take(Channel.WEB, kind="petition", applicant={"name": "Ayşe Örnek", "address": "Ağa Hamamı 7"})
    assert taken.event.elements_missing == ("imza",)


def test_the_counter_says_what_the_paper_shows() -> None:
    assert take(Channel.RECEPTION).event.elements_missing == ("ad", "imza", "adres")
    complete = take(Channel.RECEPTION, signed=True, elements=["ad", "adres"], petition_number="2026/4711")
    assert complete.event.elements_missing == ()
    assert complete.event.facts.petition_number == "2026/4711"
    assert not complete.event.applicant.named


def test_a_plain_request_needs_no_elements() -> None:
    assert take(Channel.WEB, kind="complaint").event.elements_missing == ()


def test_a_call_keeps_the_caller_reachable_and_the_note_at_home() -> None:
    taken = take(
        Channel.CALL, caller_number="0532 000 00 00", call_back=True, hand_over_note="Kapıcıya sorun"
    )
    assert taken.event.facts.operator == "cm-014"
    assert taken.event.facts.call_back
    assert taken.event.applicant.media == (Medium.SMS, Medium.TRACKING_PAGE)
    assert taken.confidential["phone"] == "+905320000000"
    assert taken.confidential["hand_over_note"] == "Kapıcıya sorun"
    assert "Kapıcıya" not in taken.event.model_dump_json()


def test_who_asks_for_a_call_on_the_web_gets_no_sms_and_the_number_stays_at_home() -> None:
    both = {"phone": "0532 000 00 00", "email": "ayse@example.com"}
    taken = take(Channel.WEB, call_back=True, applicant=both)
    assert taken.event.facts.call_back
    assert taken.event.applicant.media == (Medium.EMAIL, Medium.TRACKING_PAGE)
    assert taken.confidential["phone"] == "+905320000000"
    assert not take(Channel.WEB, applicant=both).event.facts.call_back


def test_a_call_needs_a_number() -> None:
    assert refusals(Channel.WEB, call_back=True) == {"/applicant/phone": "phone_required"}


def test_the_number_an_applicant_states_wins_over_the_one_the_call_came_from() -> None:
    taken = take(Channel.CALL, caller_number="0532 000 00 00", applicant={"phone": "0533 000 00 00"})
    assert taken.confidential["phone"] == "+905330000000"
    assert taken.confidential["caller_number"] == "+905320000000"


def test_a_phone_app_sends_its_position_and_photos() -> None:
    taken = take(
        Channel.MOBILE,
        gps={"lat": 41.03, "lon": 28.98, "accuracy_m": 12},
        photos=["a", "b"],
        device_time="2026-11-23T14:31:00+03:00",
    )
    assert (taken.event.place.lat, taken.event.place.lon, taken.event.place.accuracy_m) == (41.03, 28.98, 12)
    assert taken.event.facts.photo_count == 2
    assert taken.event.facts.device_time == NOW - timedelta(minutes=1)


def test_a_place_chosen_by_hand_wins_over_the_position_of_the_device() -> None:
    taken = take(
        Channel.MOBILE,
        gps={"lat": 41.03, "lon": 28.98, "accuracy_m": 12},
        place={"lat": 41.04, "lon": 28.97},
    )
    assert (taken.event.place.lat, taken.event.place.accuracy_m) == (41.04, None)


@pytest.mark.parametrize(
    ("channel", "body", "located_by"),
    [
        (Channel.WEB, {}, None),
        (Channel.WEB, {"place": {"neighbourhood": "Cihangir"}}, "neighbourhood"),
        (Channel.WEB, {"place": {"neighbourhood": "Cihangir", "address": "Akarsu Yokuşu"}}, "address"),
        (Channel.WEB, {"place": {"lat": 41.03, "lon": 28.98, "address": "Akarsu Yokuşu"}}, "point"),
        (Channel.MOBILE, {"gps": HERE, "place": {"address": "Akarsu"}}, "gps"),
        (
            Channel.MOBILE,
            {"gps": HERE, "place": {"lat": 41.04, "lon": 28.97}},
            "point",
        ),
    ],
)
def test_a_place_says_how_it_is_known(channel: Channel, body: dict[str, Any], located_by: str | None) -> None:
    assert take(channel, **body).event.place.located_by == located_by


def test_a_field_team_says_what_it_already_fixed() -> None:
    taken = take(Channel.VATANDAS_BASKAN, resolved_on_site=True, photos=["once", "sonra"])
    assert taken.event.facts.team == "saha-07"
    assert taken.event.facts.resolved_on_site
    assert taken.event.facts.photo_count == 2


@pytest.mark.parametrize("channel", STAFF)
def test_staff_may_mark_danger(channel: Channel) -> None:
    assert take(channel, danger=True).event.danger_reported
    assert not take(channel).event.danger_reported


@pytest.mark.parametrize("channel", [Channel.WEB, Channel.MOBILE])
def test_applicants_describe_danger_in_words_and_mark_nothing(channel: Channel) -> None:
    assert refusals(channel, danger=True) == {"/danger": "extra_forbidden"}


@pytest.mark.parametrize("channel", [Channel.MOBILE, Channel.VATANDAS_BASKAN])
def test_a_device_clock_may_run_five_minutes_ahead_and_no_more(channel: Channel) -> None:
    take(channel, device_time=(NOW + timedelta(minutes=5)).isoformat())
    ahead = (NOW + timedelta(minutes=5, seconds=1)).isoformat()
    assert refusals(channel, device_time=ahead) == {"/device_time": "device_time_future"}
    assert refusals(channel, device_time="2026-11-23T14:31:00") == {"/device_time": "timezone_aware"}


def test_a_neighbourhood_is_kept_in_its_official_spelling() -> None:
    assert take(Channel.WEB, place={"neighbourhood": "  asmalımescit mah. "}).event.place.neighbourhood == (
        "Asmalı Mescit"
    )


def test_an_unknown_neighbourhood_is_refused_with_the_nearest_one() -> None:
    door = DOORS[Channel.WEB]
    with pytest.raises(ValidationError) as refused:
        door.model.model_validate({"description": "x", "place": {"neighbourhood": "Cihangirr"}})
    (error,) = refused.value.errors()
    problem = field_problem({**error, "loc": ("body", *error["loc"])})
    assert problem.field == "/place/neighbourhood"
    assert "Cihangir" in problem.message_tr
    assert "Cihangir" in problem.message_en


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"lat": 39.93, "lon": 32.86}, {"/place": "place_outside"}),
        ({"lat": 28.98, "lon": 41.03}, {"/place": "place_outside"}),
        ({"lat": 41.03}, {"/place": "place_incomplete"}),
        ({"lat": 91, "lon": 28.98}, {"/place/lat": "less_than_equal"}),
        ({"lat": "41.03", "lon": 28.98}, {"/place/lat": "float_type"}),
    ],
)
@every_channel
def test_a_wrong_place_is_refused(channel: Channel, place: dict[str, Any], expected: dict[str, str]) -> None:
    assert refusals(channel, place=place) == expected


def test_a_place_in_another_district_is_taken_and_left_to_the_router() -> None:
    assert take(Channel.WEB, place={"lat": 40.99, "lon": 29.03}).event.place.lat == 40.99


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"description": "x" * 4001}, {"/description": "string_too_long"}),
        ({"description": ""}, {"/description": "empty"}),
        ({"description": " \u202e\n "}, {"/description": "empty"}),
        ({"description": 7}, {"/description": "string_type"}),
        ({"descripton": "x"}, {"/descripton": "extra_forbidden"}),
        ({"applicant": {"tckn": "1"}}, {"/applicant/tckn": "extra_forbidden"}),
        ({"applicant": {"phone": "5xx 000 00"}}, {"/applicant/phone": "phone"}),
        ({"applicant": {"email": "ayse@"}}, {"/applicant/email": "email"}),
        ({"kind": "wish"}, {"/kind": "enum"}),
    ],
)
@every_channel
def test_bad_input_is_refused_by_field(
    channel: Channel, body: dict[str, Any], expected: dict[str, str]
) -> None:
    assert refusals(channel, **body) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from(sorted({name for door in DOORS.values() for name in door.model.model_fields}))


@given(st.sampled_from(list(Channel)), st.dictionaries(members, json_values, max_size=4))
def test_any_json_is_either_taken_or_refused(channel: Channel, body: dict[str, Any]) -> None:
    door = DOORS[channel]
    try:
        request = door.model.model_validate_json(json.dumps({**NEEDED[channel], **body}))
        assert isinstance(door.normalise(request, ADMISSION).event, RequestReceived)
    except (ValidationError, RefusedError):
        pass


@given(st.sampled_from(list(Channel)), st.text(min_size=1, max_size=200))
def test_any_text_fits_the_event_or_is_refused(channel: Channel, words: str) -> None:
    try:
        taken = take(channel, description=words, place={"address": words}, applicant={"name": words})
    except (ValidationError, RefusedError):
        return
    assert 1 <= len(taken.event.description) <= 4000


def test_what_a_web_request_says_it_is_about_is_handed_on_and_the_picture_stays_at_home() -> None:
    body = {
        "description": "Çukur var",
        "stated_category": "FEN-YOL",
        "media_url": "https://foto.example/1.jpg",
    }
    taken = DOORS[Channel.WEB].normalise(WebRequest.model_validate(body), ADMISSION)
    assert taken.event.stated_category == "FEN-YOL"
    assert taken.confidential == {"media_url": "https://foto.example/1.jpg"}


@pytest.mark.parametrize(
    ("member", "value"),
    [("stated_category", "XXX-YYY"), ("media_url", "javascript:alert(1)"), ("media_url", "https:///x")],
)
def test_a_category_that_does_not_exist_and_an_address_that_is_none_are_refused(
    member: str, value: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        WebRequest.model_validate({"description": "Çukur var", member: value})
    assert [e["loc"] for e in refused.value.errors()] == [(member,)]
