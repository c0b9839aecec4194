import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.channels.fields import e164, mail_address, takes_sms
from shared.web.field_messages import FieldError


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0532 000 00 00", "+905320000000"),
        ("5320000000", "+905320000000"),
        ("+90 (532) 000-00-00", "+905320000000"),
        ("0212 252 10 00", "+902122521000"),
        ("+49 30 901820", "+4930901820"),
    ],
)
def test_phones_are_kept_in_e164(typed: str, number: str) -> None:
    assert e164(typed) == number


@pytest.mark.parametrize("typed", ["5xx 000 00", "112", "12345", "", "+", "beni arayın", "0532 000 00 0"])
def test_what_is_no_phone_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(FieldError) as refused:
        e164(typed)
    assert "5xx 000 00 00" in refused.value.message_tr


def test_only_numbers_that_take_messages_are_reached_by_sms() -> None:
    assert takes_sms("+905320000000")
    assert not takes_sms("+902122521000")


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("ayse@example.com", "ayse@example.com"),
        (" Ayse.O+x@Example.COM ", "Ayse.O+x@example.com"),
        ("bilgi@beyoğlu.example", "bilgi@xn--beyolu-65a.example"),
    ],
)
def test_mail_addresses_keep_their_name_and_get_an_ascii_domain(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "ayse",
        "ayse@",
        "@example.com",
        "ayse@localhost",
        "a..b@example.com",
        ".a@example.com",
        "a b@example.com",
        "a@b@example.com",
        "ayse@-example.com",
        "ayse@example..com",
        "x" * 65 + "@example.com",
        "ayşe\n@example.com",
        "a@example.com\r\nBcc: b@example.com",
    ],
)
def test_what_is_no_mail_address_is_refused(typed: str) -> None:
    with pytest.raises(FieldError):
        mail_address(typed)


@given(st.text(max_size=80))
def test_no_text_breaks_the_address_check(typed: str) -> None:
    for check in (e164, mail_address):
        try:
            check(typed)
        except FieldError:
            continue
