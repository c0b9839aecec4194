"""Past decisions are looked at again without what says who asked."""

from services.router.deciding import Decider
from services.router.domain.past import PastDecision, decision_made, impersonal, past_decision
from shared.contracts.requests import ChannelFacts, Place
from tests.unit.router.samples import NOW, SHIPPED, after, assigned, request, sent_on, triaged


def test_a_decision_is_counted_by_its_first_choice() -> None:
    made = decision_made(assigned().last)
    assert made.category_code == "TEM-TOP"
    assert made.at == NOW.replace(microsecond=123000)


def test_nothing_says_who_asked_or_exactly_where() -> None:
    asked = request(
        place=Place(lat=41.03178, lon=28.97912, accuracy_m=5, address="Akarsu Yokuşu 14/3"),
        facts=ChannelFacts(operator="op-7", petition_number="2026/17"),
    )
    seen = impersonal(asked, SHIPPED)
    text = seen.model_dump_json()
    for personal in ("Akarsu", "41.03178", "op-7", "2026/17", asked.receipt_number):
        assert personal not in text
    assert seen.description == asked.description


def test_a_main_artery_in_the_address_is_kept_for_it_decides() -> None:
    for artery in SHIPPED.arteries:
        asked = request(place=Place(address=f"{artery.name} No 12/4"))
        assert impersonal(asked, SHIPPED).place.address == artery.name
        assert SHIPPED.artery_in(artery.name) == artery.name


def test_it_decides_as_the_whole_request_does() -> None:
    decide = Decider.load()
    asked = [
        request(description=text, place=place)
        for text in ("Yolda çukur var", "Çöpler alınmadı, sokak kokuyor", "Su patlağı var")
        for place in (
            Place(),
            Place(address="Akarsu Yokuşu 14"),
            Place(address="Tarlabaşı Bulvarı 12"),
            Place(lat=41.03178, lon=28.97912),
        )
    ]
    assert decide([impersonal(r, SHIPPED) for r in asked]) == decide(asked)


def test_what_stands_behind_a_privacy_wall_is_not_looked_at_again() -> None:
    seen = past_decision(assigned(), SHIPPED)
    assert seen is not None
    assert PastDecision.model_validate_json(seen.model_dump_json()) == seen
    walled = next(c for c in SHIPPED.categories if SHIPPED.handling.wall_of(c.code))
    event = sent_on(triaged(), walled.destinations[0].body, code=walled.code, knowledge=SHIPPED)
    assert past_decision(after(triaged(), event), SHIPPED) is None
