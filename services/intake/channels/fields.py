"""Types of the fields that people fill in: cleaned, limited, and refused in words that tell the repair.

Refusals are `FieldError`, which reaches the caller in Turkish and English and never repeats what was typed.
"""

import re
from difflib import get_close_matches
from typing import Annotated

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType
from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.categories import categories_by_code
from shared.places import neighbourhoods, resolve_neighbourhood
from shared.text.folding import clean, fold
from shared.text.identity import is_national_id
from shared.web.field_messages import FieldError

HOME_REGION = "TR"
DESCRIPTION_LIMIT = 4000

# The address form that browsers accept (HTML, "valid e-mail address"), with a dot in the domain.
_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PASSPORT = re.compile(r"[A-Z0-9]{5,20}")
_WEB_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_LOCAL_LIMIT, _ADDRESS_LIMIT = 64, 254


def e164(typed: str) -> str:
    """Return a phone number as ``+905320000000``; without a country code it is a Turkish one.

    Raises:
        FieldError: nobody can have this number.
    """
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except NumberParseException:
        raise _no_phone() from None
    if not phonenumbers.is_valid_number(number):
        raise _no_phone()
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def takes_sms(number: str) -> bool:
    """Tell whether a number in E.164 is one that receives text messages."""
    kind = phonenumbers.number_type(phonenumbers.parse(number))
    return kind in {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mail_address(typed: str) -> str:
    """Return an e-mail address with its domain in ASCII and small letters.

    Raises:
        FieldError: it is none.
    """
    local, _, domain = typed.strip().rpartition("@")
    try:
        host = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise _no_mail() from None
    labels = host.split(".")
    fits = len(local) <= _LOCAL_LIMIT and len(local) + 1 + len(host) <= _ADDRESS_LIMIT
    if not (fits and _LOCAL_PART.fullmatch(local) and len(labels) > 1 and all(map(_LABEL.fullmatch, labels))):
        raise _no_mail()
    return f"{local}@{host}"


def _written(text: str) -> str:
    written = clean(text)
    if not written:
        raise FieldError("Ne olduğunu yazın.", "Tell us what happened.", "empty")
    return written


def _neighbourhood(typed: str) -> str | None:
    if not (name := clean(typed)):
        return None
    if known := resolve_neighbourhood(name):
        return known
    raise _unknown_neighbourhood(name)


def _unknown_neighbourhood(typed: str) -> FieldError:
    names = {fold(n.name): n.name for n in neighbourhoods()}
    near = get_close_matches(fold(typed), names, n=1, cutoff=0.0)[0]
    return FieldError(
        f"Beyoğlu’nda böyle bir mahalle yok; en yakını: {names[near]}. Bilmiyorsanız yalnızca adresi yazın.",
        f"Beyoğlu has no such neighbourhood; the nearest name is {names[near]}. "
        "If you do not know it, write the address alone.",
        "neighbourhood_unknown",
    )


def _no_phone() -> FieldError:
    return FieldError(
        "Telefon numarasını 10 haneli yazın, örneğin 212 000 00 00 ya da 5xx 000 00 00.",
        "Write the phone number with its 10 digits, for example 212 000 00 00 or 5xx 000 00 00.",
        "phone",
    )


def _no_mail() -> FieldError:
    return FieldError(
        "E-posta adresinizi ad@ornek.com biçiminde yazın.",
        "Write the e-mail address like name@example.com.",
        "email",
    )


def _national_id(text: str) -> str | None:
    if not (digits := "".join(clean(text).split())):
        return None
    if not (digits.isascii() and is_national_id(digits)):
        raise FieldError(
            "T.C. kimlik numarası 11 hanelidir; bu numarada bir yanlış var.",
            "A national identity number has 11 digits; there is a mistake in this one.",
            "national_id",
        )
    return digits


def _passport(text: str) -> str | None:
    if not (number := "".join(clean(text).split()).upper()):
        return None
    if not _PASSPORT.fullmatch(number):
        raise FieldError(
            "Pasaport numarasını pasaporttaki gibi harf ve rakamla yazın.",
            "Write the passport number as in the passport, in letters and figures.",
            "passport",
        )
    return number


def _category(typed: str) -> str:
    if typed in categories_by_code():
        return typed
    raise FieldError(
        "Böyle bir konu kodu yok; listeden seçin ya da boş bırakın.",
        "There is no category of this code; choose one of the list or leave it out.",
        "category_unknown",
    )


def _web_address(typed: str) -> str:
    if _WEB_ADDRESS.fullmatch(typed):
        return typed
    raise FieldError(
        "Adres http:// ya da https:// ile başlamalı.",
        "The address must begin with http:// or https://.",
        "web_address",
    )


def _or_none(text: str) -> str | None:
    return clean(text) or None


def _phone(text: str) -> str | None:
    return e164(typed) if (typed := clean(text)) else None


def _mail(text: str) -> str | None:
    return mail_address(typed) if (typed := clean(text)) else None


Description = Annotated[
    str,
    StringConstraints(max_length=DESCRIPTION_LIMIT),
    AfterValidator(_written),
    Field(
        description="Ne oldu? What happened, in the applicant's own words", json_schema_extra={"minLength": 1}
    ),
]
Name = Annotated[str, StringConstraints(max_length=200), AfterValidator(_or_none)]
Address = Annotated[str, StringConstraints(max_length=500), AfterValidator(_or_none)]
Note = Annotated[str, StringConstraints(max_length=1000), AfterValidator(_or_none)]
Phone = Annotated[str, StringConstraints(max_length=40), AfterValidator(_phone)]
MailAddress = Annotated[str, StringConstraints(max_length=_ADDRESS_LIMIT), AfterValidator(_mail)]
NationalId = Annotated[str, StringConstraints(max_length=40), AfterValidator(_national_id)]
Passport = Annotated[str, StringConstraints(max_length=40), AfterValidator(_passport)]
Nationality = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""
Neighbourhood = Annotated[str, StringConstraints(max_length=100), AfterValidator(_neighbourhood)]
CategoryCode = Annotated[str, StringConstraints(max_length=20), AfterValidator(_category)]
WebAddress = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_web_address)]
Code = Annotated[str, StringConstraints(pattern=r"^[\w./-]{1,40}$")]
"""A short identifier of ours, such as a staff or team code."""
