from datetime import date

import pytest
from starlette.datastructures import Headers

from services.intake.clients import Client, Doorkeeper
from services.intake.clients.grants import Grant, is_client_name
from shared.contracts.vocabulary import Channel
from shared.web.problems import Problem

CALL_CENTRE = Client("cagri-merkezi", frozenset({Channel.CALL}))


def admit(headers: dict[str, str], *, required: bool = True, channel: Channel = Channel.CALL) -> str:
    doorkeeper = Doorkeeper({"istek_right": CALL_CENTRE}.get, required=required)
    return doorkeeper.admit(Headers(headers), channel)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer istek_right"},
        {"authorization": "bearer  istek_right "},
        {"X-Api-Key": "istek_right"},
        {"Authorization": "Basic eHg6eHg=", "X-Api-Key": "istek_right"},
    ],
)
@pytest.mark.parametrize("required", [True, False])
def test_the_client_of_a_key_is_let_in(headers: dict[str, str], required: bool) -> None:
    assert admit(headers, required=required) == "cagri-merkezi"


def test_without_a_key_the_setting_decides() -> None:
    assert admit({}, required=False) == "api"
    with pytest.raises(Problem) as refused:
        admit({})
    assert (refused.value.status, refused.value.slug) == (401, "api-key-missing")
    assert refused.value.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("key", ["istek_wrong", ""])
def test_a_wrong_key_is_refused_even_where_none_is_needed(key: str, required: bool) -> None:
    with pytest.raises(Problem) as refused:
        admit({"X-Api-Key": key}, required=required)
    assert (refused.value.status, refused.value.slug) == (401, "api-key-unknown")
    assert "istek_wrong" not in str(refused.value.as_json("tr"))


def test_only_a_key_of_a_directorate_acts_for_it_and_without_one_nobody_does() -> None:
    ebys = Client("ebys", frozenset(), frozenset({"temizlik"}))
    keys = {"istek_right": CALL_CENTRE, "istek_ebys": ebys}
    doorkeeper = Doorkeeper(keys.get, required=False)
    shown = Headers({"X-Api-Key": "istek_ebys"})
    assert doorkeeper.admit_for(shown, "temizlik") == "ebys"
    for headers, department, status in (
        (Headers({}), "temizlik", 401),
        (Headers({"X-Api-Key": "istek_wrong"}), "temizlik", 401),
        (shown, "fen", 403),
        (Headers({"X-Api-Key": "istek_right"}), "temizlik", 403),
    ):
        with pytest.raises(Problem) as refused:
            doorkeeper.admit_for(headers, department)
        assert refused.value.status == status
    with pytest.raises(Problem):
        doorkeeper.admit(shown, Channel.MOBILE)


def test_a_key_opens_the_doors_of_its_channels_only() -> None:
    with pytest.raises(Problem) as refused:
        admit({"X-Api-Key": "istek_right"}, channel=Channel.WEB)
    assert (refused.value.status, refused.value.slug) == (403, "api-key-other-channel")
    assert "call" in refused.value.detail["tr"]


def test_a_key_counts_through_its_last_day_and_until_it_is_revoked() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    grant = Grant("0" * 64, "mobil", frozenset({Channel.MOBILE}), first, last)
    assert grant.holds_on(last)
    assert not grant.holds_on(date(2026, 12, 1))
    revoked = Grant("0" * 64, "mobil", frozenset({Channel.MOBILE}), first, last, revoked_on=first)
    assert not revoked.holds_on(first)


@pytest.mark.parametrize(
    ("name", "allowed"),
    [("cagri-merkezi", True), ("a", True), ("api", False), ("form", False), ("-a", False), ("a/b", False)],
)
def test_names_of_clients(name: str, allowed: bool) -> None:
    assert is_client_name(name) is allowed
