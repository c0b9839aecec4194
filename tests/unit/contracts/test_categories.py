"""What the doors call the kinds of matter is what the router calls them."""

from services.router.knowledge.loader import load_knowledge
from shared.contracts.categories import category_register


def test_codes_and_titles_are_those_of_the_routers_knowledge() -> None:
    known = {category.code: category.title for category in load_knowledge().categories}
    assert {c.code: c.title for c in category_register().categories} == known


def test_every_category_has_a_group_and_an_english_title() -> None:
    register = category_register()
    assert all(register.group_of(c).title_en and c.title_en for c in register.categories)


def test_nothing_behind_a_privacy_wall_is_public() -> None:
    handling = load_knowledge().handling
    public = [c.code for c in category_register().categories if c.public]
    assert public
    assert [code for code in public if handling.wall_of(code)] == []
