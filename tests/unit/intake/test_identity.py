"""Identity numbers: taken where the law asks, refused elsewhere, never in the event."""

from typing import Any

import pytest

from services.intake.channels import DOORS
from shared.contracts.vocabulary import Channel
from tests.unit.intake.doors import refusals, take

NUMBER = "10000000146"
WHO = {"name": "Ayşe Örnek", "address": "Ağa Hamamı Sokak 7"}


@pytest.mark.parametrize(
    ("channel", "kind", "further"),
    [
        (Channel.WEB, "information", {}),
        (Channel.WEB, "data_subject", {}),
        (Channel.MOBILE, "information", {}),
        (Channel.RECEPTION, "data_subject", {"signed": True}),
        (Channel.RECEPTION, "information", {"source": "email"}),
        (Channel.RECEPTION, "information", {"source": "kep"}),
    ],
)
def test_where_the_law_asks_the_number_goes_to_the_vault_alone(
    channel: Channel, kind: str, further: dict[str, Any]
) -> None:
    taken = take(channel, kind=kind, applicant={**WHO, "national_id": "100 000 001 46"}, **further)
    assert taken.confidential["national_id"] == NUMBER
    assert NUMBER not in taken.event.model_dump_json()
    assert "kimlik_no" not in taken.event.elements_missing
    assert taken.event.elements_missing == ()


@pytest.mark.parametrize(
    ("channel", "kind", "further"),
    [
        *((channel, kind, {}) for channel in Channel for kind in ("request", "complaint", "petition")),
        (Channel.RECEPTION, "information", {}),
        (Channel.RECEPTION, "information", {"source": "post"}),
        (Channel.CALL, "information", {}),
    ],
)
def test_elsewhere_the_number_is_refused(channel: Channel, kind: str, further: dict[str, Any]) -> None:
    assert refusals(channel, kind=kind, applicant={**WHO, "national_id": NUMBER}, **further) == {
        "/applicant/national_id": "national_id_not_asked"
    }


@pytest.mark.parametrize("number", ["10000000147", "1000000014", "00000000000", "1000000014A", "١٠٠٠٠٠٠٠١٤٦"])
def test_a_number_with_a_mistake_is_refused(number: str) -> None:
    refused = refusals(Channel.WEB, kind="data_subject", applicant={**WHO, "national_id": number})
    assert refused == {"/applicant/national_id": "national_id"}


def test_an_empty_number_is_none() -> None:
    taken = take(Channel.WEB, kind="data_subject", applicant={**WHO, "national_id": " ", "passport": ""})
    assert taken.event.elements_missing == ("kimlik_no",)


def test_a_foreigner_gives_passport_and_nationality() -> None:
    foreigner = {**WHO, "passport": "c01x 0006h", "nationality": "DE"}
    taken = take(Channel.WEB, kind="data_subject", applicant=foreigner)
    assert taken.confidential["passport"] == "C01X0006H"
    assert taken.confidential["nationality"] == "DE"
    assert "C01X0006H" not in taken.event.model_dump_json()
    assert taken.event.elements_missing == ()


@pytest.mark.parametrize(
    ("kind", "applicant", "expected"),
    [
        ("data_subject", {"passport": "C01X0006H"}, {"/applicant/nationality": "passport_incomplete"}),
        ("data_subject", {"nationality": "DE"}, {"/applicant/passport": "passport_incomplete"}),
        (
            "information",
            {"passport": "C01X0006H", "nationality": "DE"},
            {
                "/applicant/passport": "passport_not_asked",
                "/applicant/nationality": "nationality_not_asked",
            },
        ),
        (
            "data_subject",
            {"passport": "no", "nationality": "Almanya"},
            {"/applicant/passport": "passport", "/applicant/nationality": "string_pattern_mismatch"},
        ),
    ],
)
def test_a_passport_is_whole_or_refused(
    kind: str, applicant: dict[str, str], expected: dict[str, str]
) -> None:
    assert refusals(Channel.WEB, kind=kind, applicant={**WHO, **applicant}) == expected


def test_a_refusal_repeats_no_number() -> None:
    door = DOORS[Channel.WEB]
    request = door.model.model_validate({"description": "x", "applicant": {"national_id": NUMBER}})
    assert NUMBER not in repr(refusals(Channel.WEB, applicant={"national_id": NUMBER}))
    assert request.applicant.national_id == NUMBER
