import pytest

from services.notifier.domain.results import Deferred, Delivered, Refused, Result, concluded
from tests.unit.notifier.samples import RECEIVED_AT, planned


@pytest.mark.parametrize(
    ("result", "outcome", "evidence"),
    [
        (Delivered("smtp 250 ok"), "delivered", "smtp 250 ok"),
        (Refused("smtp 550"), "failed", "smtp 550"),
        (Deferred("mailbox full"), "failed", "mailbox full"),
    ],
)
def test_the_event_says_how_it_ended_and_why(result: Result, outcome: str, evidence: str) -> None:
    event = concluded(planned(), result, attempts=2, at=RECEIVED_AT)
    assert (event.outcome, event.evidence, event.attempts) == (outcome, evidence, 2)


def test_the_event_names_the_moment_that_was_told() -> None:
    message = planned(purpose="final_answer", happening="answered", sequence=5)
    event = concluded(message, Delivered("x"), attempts=1, at=RECEIVED_AT)
    assert (event.message_id, event.event_id, event.request_id, event.sequence, event.purpose) == (
        message.id,
        message.event_id,
        message.request_id,
        5,
        "final_answer",
    )
