from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from services.intake.attachments.pictures import Offer
from services.intake.pages.form import FILES, OBSERVED, SHOT, Draft, Step
from services.intake.pages.form_body import body_of, request_of
from services.intake.pages.form_shots import Shot, shot_of, with_ticked
from shared.clock import ISTANBUL

NOW: Final = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
TAKEN: Final = datetime(2026, 11, 23, 14, 31, 20, tzinfo=ISTANBUL)
SHOT_THEN: Final = Shot("a", 1, TAKEN)


def taken(*instants: datetime | None) -> Shot | None:
    return shot_of([(name, Offer(taken_at=at)) for name, at in zip("abc", instants, strict=False)], NOW)


def test_the_earliest_photo_offers_its_time_under_its_own_number() -> None:
    assert taken(TAKEN) == SHOT_THEN
    assert taken(None, TAKEN + timedelta(hours=1), TAKEN) == Shot("c", 3, TAKEN)
    assert taken(None) is None


@pytest.mark.parametrize(
    "impossible", [NOW + timedelta(minutes=6), NOW - timedelta(days=367), datetime(1970, 1, 1, tzinfo=UTC)]
)
def test_a_clock_that_cannot_be_right_is_not_offered(impossible: datetime) -> None:
    assert taken(impossible) is None
    assert taken(impossible, TAKEN) == Shot("b", 2, TAKEN)


def test_the_time_of_a_ticked_photo_is_its_own_whatever_a_browser_says() -> None:
    sent = {SHOT: "a", OBSERVED: "1999-01-01T00:00:00Z"}
    assert with_ticked(sent, SHOT_THEN) == {SHOT: "a", OBSERVED: "2026-11-23T14:31:20+03:00"}


@pytest.mark.parametrize("sent", [{}, {OBSERVED: "2026-11-23T14:31:20+03:00"}, {SHOT: "foreign"}])
def test_nothing_is_used_that_was_not_ticked(sent: dict[str, str]) -> None:
    assert with_ticked(sent, SHOT_THEN) == {}
    assert with_ticked({SHOT: "a"}, None) == {}


def test_what_was_ticked_is_when_the_matter_was_seen() -> None:
    draft = Draft("istek", {"ne": "Çöp", "yersiz": "1", "ulasim": "yok", FILES: ""})
    assert "observed_at" not in body_of(draft, "tr")
    ticked = draft.answered(Step.CHECK, with_ticked({SHOT: "a"}, SHOT_THEN))
    assert request_of(ticked, "tr").observed_at == TAKEN
