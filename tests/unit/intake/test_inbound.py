"""What came by another way: its source, its number there, and the day on which the clock starts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.channels import RefusedError
from services.intake.channels.inbound import OLDEST, reached_at
from services.intake.idempotency import request_id_of
from shared.clock import ISTANBUL
from shared.contracts.vocabulary import Channel, Source
from tests.unit.intake.doors import NOW, refusals, request, take

CIMER = {"source": "cimer", "foreign_reference": "2604711234"}


@pytest.mark.parametrize("source", list(Source))
def test_source_and_number_are_facts_of_the_event(source: Source) -> None:
    facts = take(Channel.RECEPTION, source=source, foreign_reference="2026/E-4711").event.facts
    assert (facts.source, facts.foreign_reference) == (source, "2026/E-4711")


def test_the_counter_itself_is_no_source() -> None:
    facts = take(Channel.RECEPTION).event.facts
    assert (facts.source, facts.foreign_reference) == (None, None)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"source": "cimer"}, {"/foreign_reference": "foreign_reference_required"}),
        ({"source": "acik_kapi"}, {"/foreign_reference": "foreign_reference_required"}),
        ({"foreign_reference": "1"}, {"/source": "source_required"}),
        ({"source": "telepathy"}, {"/source": "enum"}),
        (
            {"source": "cimer", "foreign_reference": "10000000146"},
            {"/foreign_reference": "foreign_reference_personal"},
        ),
    ],
)
def test_a_number_without_its_source_and_the_like_are_refused(
    body: dict[str, str], expected: dict[str, str]
) -> None:
    assert refusals(Channel.RECEPTION, **body) == expected


@pytest.mark.parametrize(
    "reference", ["", " ", "a b", "ayse@example.com", "<1@example.com>", "1\n", "x" * 101]
)
def test_a_number_has_no_spaces_and_no_addresses(reference: str) -> None:
    assert refusals(Channel.RECEPTION, source="email", foreign_reference=reference) == {
        "/foreign_reference": "string_pattern_mismatch"
    }


@pytest.mark.parametrize("channel", [c for c in Channel if c is not Channel.RECEPTION])
@pytest.mark.parametrize("member", ["source", "foreign_reference", "received_on"])
def test_only_the_counter_enters_what_came_by_another_way(channel: Channel, member: str) -> None:
    assert refusals(channel, **{member: "cimer"}) == {f"/{member}": "extra_forbidden"}


def test_what_has_reached_the_authority_is_recorded_whatever_it_lacks() -> None:
    taken = take(Channel.RECEPTION, kind="information", source="email")
    assert taken.event.elements_missing == ("ad", "kimlik_no", "adres")
    assert refusals(Channel.RECEPTION, kind="information").keys() == {"/applicant/name", "/applicant/address"}


def test_one_number_of_one_source_is_one_request_under_any_key() -> None:
    def its_id(key: str, client: str = "desk", **body: str) -> object:
        origin = request(Channel.RECEPTION, **body).origin
        return request_id_of(Channel.RECEPTION, client, key, origin=origin)

    assert its_id("a", **CIMER) == its_id("b", client="other", **CIMER)
    assert its_id("a", **CIMER) != its_id("a", **{**CIMER, "source": "acik_kapi"})
    assert its_id("a", **CIMER) != its_id("a", **{**CIMER, "foreign_reference": "2604711235"})
    assert its_id("a", source="post") != its_id("b", source="post")
    assert its_id("a") == request_id_of(Channel.RECEPTION, "desk", "a")


def test_the_clock_starts_on_the_day_the_authority_had_it() -> None:
    taken = take(Channel.RECEPTION, received_on="2026-11-20")
    assert taken.event.received_at == datetime(2026, 11, 20, tzinfo=ISTANBUL)
    assert take(Channel.RECEPTION, received_on="2026-11-23").event.received_at == NOW
    assert take(Channel.RECEPTION).event.received_at == NOW


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-11-24", "received_on_future"),
        ((date(2026, 11, 23) - OLDEST - timedelta(days=1)).isoformat(), "received_on_old"),
        ("2025-11-20", "received_on_old"),
        ("0001-01-01", "received_on_old"),
        ("9999-12-31", "received_on_future"),
    ],
)
def test_a_day_to_come_or_long_past_is_refused(day: str, code: str) -> None:
    assert refusals(Channel.RECEPTION, received_on=day) == {"/received_on": code}


def test_today_is_istanbuls() -> None:
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert reached_at(date(2026, 11, 24), late) == late
    assert reached_at(date(2026, 11, 23), late) == datetime(2026, 11, 22, 21, tzinfo=UTC)


@given(st.dates(date(2026, 1, 1), date(2028, 1, 1)), st.integers(0, 2 * 365 * 24 * 60))
def test_a_stated_day_never_moves_the_clock_forward(day: date, minute: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    try:
        at = reached_at(day, now)
    except RefusedError:
        return
    assert at <= now
    assert at.astimezone(ISTANBUL).date() == day
    assert now - at <= OLDEST + timedelta(days=1)
