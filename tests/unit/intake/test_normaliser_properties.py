"""What holds of every channel's normaliser, whatever a valid request says.

Requests are drawn over all members of all channels. What nobody but the vault may have carries a mark,
`SECRET`, or is a number that nothing else in the request can contain, so that one look at the event finds it.
"""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from services.intake.channels import DOORS, Normalised, RefusedError
from services.intake.channels.elements import asked_of
from shared.contracts.requests import RequestReceived
from shared.contracts.schemas import schema_of
from shared.contracts.vocabulary import Channel, Kind, Source, Stage
from shared.places import neighbourhoods
from shared.text.masking import mask_personal
from tests.unit.intake.doors import ADMISSION, NEEDED, NOW

SECRET = "ꙮ"
SCHEMA = Draft202012Validator(schema_of(RequestReceived))

# Digits and the mark are left to what must stay at home.
words = st.text(
    st.characters(exclude_categories=["Cs", "Nd"], exclude_characters=SECRET + "@＠"), min_size=1, max_size=60
)
secret_words = words.map(lambda text: f"{text[:20]}{SECRET}{text[20:]}")
phones = st.sampled_from(["0532 123 45 67", "+90 (212) 243 22 51", "+49 151 23456789", "905321234567"])
addresses = st.sampled_from(["ayse@example.com", "a.b+c@örnek.com.tr", "AYSE@EXAMPLE.COM"])
national_ids = st.sampled_from(["10000000146", "100 000 001 46", "99999999990"])
codes = st.from_regex(r"\A[A-Za-z./-]{1,20}\Z")
personal = phones | addresses | national_ids
spoken = st.lists(words | personal, min_size=1, max_size=5).map(" ".join)

places = st.fixed_dictionaries(
    {},
    optional={
        "address": spoken,
        "neighbourhood": st.sampled_from([n.name for n in neighbourhoods()]) | st.just(" "),
    },
) | st.fixed_dictionaries({"lat": st.floats(40.8, 41.6), "lon": st.floats(28, 29.9)})
applicants = st.fixed_dictionaries(
    {},
    optional={
        "name": secret_words,
        "address": secret_words,
        "phone": phones,
        "email": addresses,
        "national_id": national_ids,
        "passport": st.just("C01X0006H"),
        "nationality": st.sampled_from(["DE", "SY"]),
    },
)
device_times = st.sampled_from(["2026-11-23T14:31:20+03:00", "2026-11-23T11:36:00Z", "1999-01-01T00:00:00Z"])
common = {
    "place": places,
    "applicant": applicants,
    "kind": st.sampled_from([kind.value for kind in Kind]),
    "language": st.sampled_from(["tr", "en"]),
    "observed_at": device_times,
}
photos = st.lists(codes, max_size=10)
file_ids = st.sampled_from([str(UUID(int=n)) for n in (1, 2)])
own: dict[Channel, dict[str, st.SearchStrategy[Any]]] = {
    Channel.WEB: {"call_back": st.booleans(), "joins": st.uuids().map(str)},
    Channel.CALL: {
        "operator": codes,
        "caller_number": phones,
        "call_back": st.booleans(),
        "hand_over_note": secret_words,
        "danger": st.booleans(),
        "joins": st.uuids().map(str),
    },
    Channel.MOBILE: {
        "gps": st.fixed_dictionaries(
            {"lat": st.floats(40.8, 41.6), "lon": st.floats(28, 29.9)},
            optional={"accuracy_m": st.floats(0, 100_000)},
        ),
        "device_time": device_times,
        "photos": photos,
    },
    Channel.VATANDAS_BASKAN: {
        "team": codes,
        "device_time": device_times,
        "photos": photos,
        "resolved_on_site": st.booleans(),
        "attachments": st.lists(file_ids, unique=True),
        "photo_stages": st.dictionaries(file_ids, st.sampled_from([stage.value for stage in Stage])),
        "danger": st.booleans(),
    },
    Channel.RECEPTION: {
        "operator": codes,
        "petition_number": codes,
        "signed": st.booleans(),
        "elements": st.lists(st.sampled_from(["ad", "adres", "kimlik_no"]), max_size=3),
        "danger": st.booleans(),
        "source": st.sampled_from([source.value for source in Source]),
        "foreign_reference": codes,
        "received_on": st.dates(NOW.date().replace(year=2025)).map(str),
    },
}


@st.composite
def requests(draw: Callable[[Any], Any]) -> tuple[Channel, dict[str, Any]]:
    channel = draw(st.sampled_from(list(Channel)))
    members = draw(st.fixed_dictionaries({"description": spoken}, optional={**common, **own[channel]}))
    return channel, {**NEEDED[channel], **members}


def normalise(channel: Channel, body: dict[str, Any]) -> Normalised | None:
    """Return the outcome of a request; None if it is refused, which is the only other end it may have."""
    door = DOORS[channel]
    try:
        taken = door.normalise(door.model.model_validate_json(json.dumps(body)), ADMISSION)
    except (ValidationError, RefusedError) as refused:
        event(f"refused: {type(refused).__name__}")
        return None
    event("taken")
    return taken


@given(requests())
def test_what_is_taken_is_a_valid_event(sent: tuple[Channel, dict[str, Any]]) -> None:
    if (taken := normalise(*sent)) is None:
        return
    written = taken.event.model_dump_json(exclude_none=True)
    assert RequestReceived.model_validate_json(written) == taken.event
    assert SCHEMA.is_valid(json.loads(written))
    assert taken.event.channel is sent[0]
    assert taken.event.received_at <= NOW


@given(requests())
def test_nothing_that_belongs_to_the_vault_is_in_the_event(sent: tuple[Channel, dict[str, Any]]) -> None:
    if (taken := normalise(*sent)) is None:
        return
    written = taken.event.model_dump_json()
    assert SECRET not in written
    assert json.dumps(SECRET)[1:-1] not in written
    for name in {"phone", "email", "national_id", "passport", "caller_number"} & taken.confidential.keys():
        assert taken.confidential[name] not in written, name


@given(requests())
def test_free_text_enters_the_event_masked_and_the_vault_as_it_was(
    sent: tuple[Channel, dict[str, Any]],
) -> None:
    if (taken := normalise(*sent)) is None:
        return
    description = taken.event.description
    assert mask_personal(description) == description
    assert not set("@＠") & set(description)
    if "gizlendi]" in description:
        assert taken.confidential["description"] != description


@given(requests())
def test_equal_requests_become_equal_events(sent: tuple[Channel, dict[str, Any]]) -> None:
    assert normalise(*sent) == normalise(*sent)


@given(requests())
def test_the_laws_elements_are_all_accounted_for(sent: tuple[Channel, dict[str, Any]]) -> None:
    if (taken := normalise(*sent)) is None:
        return
    of = {*taken.event.elements_present, *taken.event.elements_missing}
    assert of in ({*asked_of(taken.event.kind, electronic=e)} for e in (True, False))
    assert not set(taken.event.elements_present) & set(taken.event.elements_missing)
    if "national_id" in taken.confidential:
        assert "kimlik_no" in taken.event.elements_present


@pytest.mark.parametrize("channel", list(Channel))
def test_every_member_of_a_channel_is_drawn(channel: Channel) -> None:
    drawn = {"description", *common, *own[channel], *NEEDED[channel]}
    assert DOORS[channel].model.model_fields.keys() - drawn <= {
        "attachments",  # ids of files, checked against the cabinet and not by the normaliser
        "media_url",
        "stated_category",
    }
