"""What the desk reads of the wish to be added to another request."""

import pytest

from services.router.desk.joining import joining_shown
from services.router.domain.cases import Case
from shared.contracts.decisions import Joining
from tests.support.desk import decision, received, sent, waiting
from tests.unit.router.samples import NOW, SHIPPED
from tests.unit.router.test_joining import AGAINST, BINS, KNOWN_ID, known

WISH = Joining(
    request_id=KNOWN_ID, joined=False, department="temizlik", category_code="TEM-KNT", state="assigned"
)


def asked(joining: Joining | None, **changes: object) -> Case:
    return sent(received(2, "Çöp", NOW), decision([BINS], joining=joining, **changes))


def test_who_asked_for_nothing_is_not_spoken_of() -> None:
    assert joining_shown(asked(None), None) is None


def test_who_was_added_needs_no_reason() -> None:
    added = WISH.model_copy(update={"joined": True})
    there = known()
    for rule, settled in (("same-work", True), ("competent-directorate", False)):
        shown = joining_shown(asked(added, rule=rule), there)
        assert shown is not None
        assert (shown.known, shown.added, shown.settled, shown.why) == (there, True, settled, "")


@pytest.mark.parametrize("against", sorted({against for against, _ in AGAINST}))
def test_everything_that_speaks_against_it_has_its_words(against: str) -> None:
    shown = joining_shown(asked(WISH.model_copy(update={"against": against})), None)
    assert shown is not None
    assert not shown.added
    assert shown.why


def test_it_is_told_apart_whether_it_went_elsewhere_or_needs_a_look_of_its_own() -> None:
    there = joining_shown(waiting(received(2, "Çöp", NOW), decision([BINS], joining=WISH)), None)
    lamp = SHIPPED.candidate("FEN-YOL", "fen", 0.9)
    elsewhere = joining_shown(sent(received(2, "Yol", NOW), decision([lamp], joining=WISH)), None)
    assert there is not None
    assert elsewhere is not None
    assert "ayrıca bakılmalı" in there.why
    assert "birimi başka" in elsewhere.why
