import pytest

from shared.web.sign_in.origin import comes_from_elsewhere

OWN = "https://masa.example"


@pytest.mark.parametrize(
    ("method", "headers", "elsewhere"),
    [
        ("GET", {"sec-fetch-site": "cross-site"}, False),
        ("POST", {"sec-fetch-site": "same-origin"}, False),
        ("POST", {"sec-fetch-site": "none"}, False),
        ("POST", {"sec-fetch-site": "cross-site"}, True),
        ("POST", {"sec-fetch-site": "same-site"}, True),
        ("POST", {"sec-fetch-site": "cross-site", "origin": OWN}, True),
        ("POST", {"origin": OWN}, False),
        ("POST", {"origin": "https://evil.example"}, True),
        ("POST", {"origin": "null"}, True),
        ("DELETE", {"origin": "https://masa.example.evil.example"}, True),
    ],
)
def test_a_form_of_another_site_is_known(method: str, headers: dict[str, str], elsewhere: bool) -> None:
    assert comes_from_elsewhere(method, headers, OWN, browsers_only=True) is elsewhere


def test_who_says_nothing_is_no_browser() -> None:
    assert comes_from_elsewhere("POST", {}, OWN, browsers_only=True)
    assert not comes_from_elsewhere("POST", {}, OWN, browsers_only=False)
