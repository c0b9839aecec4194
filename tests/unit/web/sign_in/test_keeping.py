"""What a browser keeps: sealed content, and how long a session holds."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.web.sign_in.sealing import Sealer
from shared.web.sign_in.sessions import Lifetime, Session, session_from
from shared.web.sign_in.staff import Staff

OLD, NEW = b"o" * 32, b"n" * 32
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
STAFF = Staff("e.demir", "Elif Demir", frozenset({"triage", "directorate:fen"}))
SESSION = Session(STAFF, "https://id.example", began=NOW, seen=NOW)
LIFETIME = Lifetime(absolute=timedelta(hours=10), idle=timedelta(hours=1))


def test_what_is_sealed_shows_nothing_and_opens_again() -> None:
    sealed = Sealer([NEW]).seal("session", {"code": "e.demir"})
    assert "demir" not in sealed
    assert Sealer([NEW]).open("session", sealed) == {"code": "e.demir"}


def test_a_retired_key_still_opens_and_an_unknown_one_does_not() -> None:
    sealed = Sealer([OLD]).seal("session", {"a": 1})
    assert Sealer([NEW, OLD]).open("session", sealed) == {"a": 1}
    assert Sealer([NEW]).open("session", sealed) is None


@pytest.mark.parametrize("broken", ["", "x", "a.b.c.d.e", "ş", "....", "e30..a.b.c"])
def test_what_was_never_sealed_does_not_open(broken: str) -> None:
    assert Sealer([NEW]).open("session", broken) is None


def test_what_was_changed_or_meant_for_something_else_does_not_open() -> None:
    sealer = Sealer([NEW])
    sealed = sealer.seal("attempt", {"a": 1})
    assert sealer.open("session", sealed) is None
    header, *rest = sealed.split(".")
    as_session = sealer.seal("session", {}).split(".")[0]
    assert sealer.open("session", ".".join([as_session, *rest])) is None
    assert sealer.open("attempt", f"{header}.{'.'.join(rest)}"[:-4] + "AAAA") is None


def test_a_session_survives_its_cookie() -> None:
    assert session_from(SESSION.as_json()) == SESSION


@pytest.mark.parametrize(
    ("began", "seen", "holds"),
    [(9.99, 0.99, True), (10, 0.1, False), (3, 1, False), (0, 0, True)],
)
def test_a_session_ends_ten_hours_after_it_began_and_an_hour_after_the_last_act(
    began: float, seen: float, holds: bool
) -> None:
    session = Session(STAFF, "x", began=NOW - timedelta(hours=began), seen=NOW - timedelta(hours=seen))
    assert LIFETIME.holds(session, NOW) is holds


def test_being_at_work_is_noted_once_a_minute() -> None:
    assert not LIFETIME.worth_noting(SESSION, NOW + timedelta(seconds=59))
    assert LIFETIME.worth_noting(SESSION, NOW + timedelta(seconds=60))
    assert SESSION.seen_at(NOW + timedelta(hours=2)).began == NOW
