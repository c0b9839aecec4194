from typing import Final

import pytest

from services.intake.attachments.pictures import Offer
from services.intake.pages.form import FILES, SPOT, Draft, Step
from services.intake.pages.form_spots import Spot, spots_of, with_chosen, without_lost

HERE: Final = Offer(41.0312, 28.9843, 11.2)
NEAR_BY: Final = Offer(41.0313, 28.9843)
ELSEWHERE: Final = Offer(41.0402, 28.9801)
BERLIN: Final = Offer(52.517, 13.4)
SPOT_HERE: Final = Spot("a", 1, 41.0312, 28.9843, 12)
POSITION: Final = {"enlem": "41.031200", "boylam": "28.984300", "dogruluk": "12"}


def test_a_photo_offers_its_place_in_the_words_of_the_form() -> None:
    assert spots_of([("a", HERE)]) == [SPOT_HERE]
    assert SPOT_HERE.position == ("41.031200", "28.984300", "12")


@pytest.mark.parametrize("offer", [Offer(), BERLIN, Offer(41.03, 28.98, 250_000.0)])
def test_what_no_request_could_name_is_not_offered(offer: Offer) -> None:
    assert spots_of([("a", offer)]) == []


def test_the_first_two_places_that_differ_keep_the_numbers_of_their_photos() -> None:
    third = Offer(41.05, 28.97)
    offers = [("pdf", Offer()), ("a", HERE), ("b", NEAR_BY), ("c", ELSEWHERE), ("d", third)]
    assert [(spot.photo, spot.number) for spot in spots_of(offers)] == [("a", 2), ("c", 4)]


def test_the_position_of_the_chosen_photo_is_its_own_whatever_a_browser_says() -> None:
    typed = {"mahalle": "Cihangir", SPOT: "a", "enlem": "41.5", "boylam": "29.5", "dogruluk": "1"}
    assert with_chosen(typed, [SPOT_HERE]) == {"mahalle": "Cihangir", SPOT: "a", **POSITION}


def test_a_camera_that_was_not_sure_of_itself_leaves_no_accuracy_of_another_place() -> None:
    (spot,) = spots_of([("b", NEAR_BY)])
    assert with_chosen({SPOT: "b", "dogruluk": "5"}, [spot])["dogruluk"] == ""


def test_a_photo_that_is_not_on_offer_is_not_chosen() -> None:
    typed = {"adres": "Akarsu Yokuşu", "enlem": "", SPOT: "foreign"}
    assert with_chosen(typed, [SPOT_HERE]) == {"adres": "Akarsu Yokuşu", "enlem": ""}


def test_nothing_is_used_that_was_not_chosen() -> None:
    typed = {"mahalle": "Cihangir", **dict.fromkeys(POSITION, "")}
    assert with_chosen(typed, [SPOT_HERE]) == typed


def test_to_choose_no_photo_takes_its_position_away() -> None:
    assert with_chosen({"mahalle": "Cihangir", SPOT: "", **POSITION}, [SPOT_HERE]) == {"mahalle": "Cihangir"}


def test_a_photo_that_is_taken_out_takes_its_place_along() -> None:
    answers = {"ne": "Çöp", FILES: "a:1:p b:2:d", "adres": "Akarsu Yokuşu", SPOT: "a", **POSITION}
    draft = Draft("istek", answers, frozenset({Step.WHAT, Step.WHERE}))
    assert without_lost(draft) is draft
    lost = without_lost(draft.answered(Step.WHAT, {"ne": "Çöp", FILES: "b:2:d"}).settle(Step.WHAT))
    assert lost.answers == {"ne": "Çöp", FILES: "b:2:d", "adres": "Akarsu Yokuşu"}
    assert lost.next is Step.WHERE


def test_a_place_that_was_marked_stays_whatever_becomes_of_the_photos() -> None:
    draft = Draft("istek", {FILES: "", **POSITION}, frozenset({Step.WHERE}))
    assert without_lost(draft) is draft
