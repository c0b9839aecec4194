"""What pydantic says about a field, in words that tell the repair, in Turkish and English."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from shared.web.problems import FieldProblem

MOST_TOLD: Final = 50
"""Problems that one answer tells: nobody mends more at a time, and answers stay shorter than questions."""

_MAX_KEY = 64

# Placeholders are limits that the model states (`ctx` of the error), never the value that was sent.
_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "missing": ("Bu alan gerekli.", "This field is required."),
    "extra_forbidden": ("Böyle bir alan yok; kaldırın.", "There is no such field; remove it."),
    "invalid_key": ("Alan adı metin olmalı.", "Field names must be text."),
    "json_invalid": ("Geçerli JSON değil.", "This is not valid JSON."),
    "none_required": ("Boş bırakın (null).", "Leave this empty (null)."),
    "recursion_loop": ("Kendini içeren veri olamaz.", "Data must not contain itself."),
    "greater_than": ("{gt} sayısından büyük olmalı.", "Must be greater than {gt}."),
    "greater_than_equal": ("En az {ge} olmalı.", "Must be at least {ge}."),
    "less_than": ("{lt} sayısından küçük olmalı.", "Must be less than {lt}."),
    "less_than_equal": ("En çok {le} olmalı.", "Must be at most {le}."),
    "multiple_of": ("{multiple_of} sayısının katı olmalı.", "Must be a multiple of {multiple_of}."),
    "finite_number": ("Sonlu bir sayı yazın.", "Give a finite number."),
    "too_short": ("En az {min_length} öğe olmalı.", "Give at least {min_length} items."),
    "too_long": ("En çok {max_length} öğe olabilir.", "Give at most {max_length} items."),
    "string_too_short": ("En az {min_length} karakter yazın.", "Write at least {min_length} characters."),
    "string_too_long": ("En çok {max_length} karakter yazın.", "Write at most {max_length} characters."),
    "bytes_too_short": ("En az {min_length} bayt olmalı.", "Give at least {min_length} bytes."),
    "bytes_too_long": ("En çok {max_length} bayt olabilir.", "Give at most {max_length} bytes."),
    "string_pattern_mismatch": ("İstenen biçimde yazın.", "Write this in the required form."),
    "string_unicode": ("Metin UTF-8 olmalı.", "Text must be UTF-8."),
    "string_not_ascii": ("Yalnızca ASCII karakter kullanın.", "Use ASCII characters only."),
    "bytes_invalid_encoding": ("Kodlaması bozuk.", "The encoding is broken."),
    "enum": ("Şunlardan biri olmalı: {expected}", "Must be one of: {expected}"),
    "literal_error": ("Şunlardan biri olmalı: {expected}", "Must be one of: {expected}"),
    "union_tag_invalid": (
        "Türü şunlardan biri olmalı: {expected_tags}",
        "Its kind must be one of: {expected_tags}",
    ),
    "union_tag_not_found": ("Türünü belirtin.", "State its kind."),
    "int_from_float": ("Tam sayı yazın.", "Give a whole number."),
    "int_parsing_size": ("Bu kadar büyük bir sayı olamaz.", "The number is too large."),
    "date_past": ("Geçmiş bir gün yazın.", "Give a day in the past."),
    "date_future": ("Gelecek bir gün yazın.", "Give a day in the future."),
    "datetime_past": ("Geçmiş bir zaman yazın.", "Give a time in the past."),
    "datetime_future": ("Gelecek bir zaman yazın.", "Give a time in the future."),
    "timezone_naive": ("Saat dilimi yazmayın.", "Give no time zone."),
    "timezone_aware": ("Saat dilimini de yazın, örneğin +03:00.", "Add the time zone, for example +03:00."),
    "timezone_offset": ("Saat dilimi uymuyor.", "The time zone does not fit."),
    "decimal_max_digits": ("En çok {max_digits} basamak olabilir.", "Give at most {max_digits} digits."),
    "decimal_max_places": (
        "Virgülden sonra en çok {decimal_places} basamak.",
        "At most {decimal_places} decimals.",
    ),
    "decimal_whole_digits": (
        "Virgülden önce en çok {whole_digits} basamak.",
        "At most {whole_digits} whole digits.",
    ),
    "url_scheme": (
        "Adres şöyle başlamalı: {expected_schemes}",
        "The address must start with: {expected_schemes}",
    ),
    "url_too_long": (
        "Adres en çok {max_length} karakter olabilir.",
        "The address may have {max_length} characters.",
    ),
    "uuid_version": (
        "UUID sürümü {expected_version} olmalı.",
        "Must be a UUID of version {expected_version}.",
    ),
    "set_item_not_hashable": (
        "Listede yalnızca tekil değerler olabilir.",
        "Only plain values may be in this list.",
    ),
    "value_error": ("Bu değer kurala uymuyor.", "This value breaks a rule."),
    "assertion_error": ("Bu değer kurala uymuyor.", "This value breaks a rule."),
}

# For `<kind>_type`, `<kind>_parsing` and the like, what the field wants is all there is to say.
_KINDS: Final[dict[str, tuple[str, str]]] = {
    "string": ("Metin olmalı.", "Must be text."),
    "int": ("Tam sayı olmalı.", "Must be a whole number."),
    "float": ("Sayı olmalı.", "Must be a number."),
    "decimal": ("Ondalık sayı olmalı.", "Must be a decimal number."),
    "fraction": ("Kesir olmalı.", "Must be a fraction."),
    "complex": ("Karmaşık sayı olmalı.", "Must be a complex number."),
    "bool": ("true ya da false olmalı.", "Must be true or false."),
    "bytes": ("Bayt dizisi olmalı.", "Must be bytes."),
    "datetime": (
        "Tarih ve saat olmalı, örneğin 2026-11-23T14:32:00+03:00.",
        "Must be a date with time, ISO 8601.",
    ),
    "date": ("Tarih olmalı, örneğin 2026-11-23.", "Must be a date, for example 2026-11-23."),
    "time_delta": ("Süre olmalı, örneğin PT30M.", "Must be a duration, for example PT30M."),
    "time": ("Saat olmalı, örneğin 14:32.", "Must be a time of day, for example 14:32."),
    "uuid": ("UUID olmalı.", "Must be a UUID."),
    "url": ("Web adresi olmalı.", "Must be a web address."),
    "json": ("JSON metni olmalı.", "Must be JSON text."),
    "list": ("Liste olmalı.", "Must be a list."),
    "tuple": ("Liste olmalı.", "Must be a list."),
    "set": ("Liste olmalı.", "Must be a list."),
    "frozen_set": ("Liste olmalı.", "Must be a list."),
    "deque": ("Liste olmalı.", "Must be a list."),
    "iterable": ("Liste olmalı.", "Must be a list."),
    "dict": ("Nesne olmalı.", "Must be an object."),
    "frozen_dict": ("Nesne olmalı.", "Must be an object."),
    "mapping": ("Nesne olmalı.", "Must be an object."),
    "model": ("Nesne olmalı.", "Must be an object."),
    "dataclass": ("Nesne olmalı.", "Must be an object."),
}

GENERAL: Final = ("Bu değer kabul edilmedi.", "This value was not accepted.")


class FieldError(ValueError):
    """Raise it in a pydantic validator: the words reach the caller in both languages.

    Args:
        message_tr: the repair, in Turkish; must not repeat the value.
        message_en: the same in English.
        code: stable name of the rule.
    """

    def __init__(self, message_tr: str, message_en: str, code: str) -> None:
        super().__init__(message_en)
        self.message_tr = message_tr
        self.message_en = message_en
        self.code = code


def field_problem(error: Mapping[str, Any]) -> FieldProblem:
    """Return the words for one entry of `ValidationError.errors()`; its `input` is not looked at."""
    code: str = error["type"]
    limits: Mapping[str, Any] = error.get("ctx") or {}
    location, *path = error["loc"] or ("body",)
    field = "" if code == "json_invalid" else json_pointer(path)
    cause = limits.get("error")
    if isinstance(cause, FieldError):
        return FieldProblem(field, cause.message_tr, cause.message_en, cause.code, str(location))
    message_tr, message_en = message(code, limits)
    return FieldProblem(field, message_tr, message_en, code, str(location))


def message(code: str, limits: Mapping[str, Any]) -> tuple[str, str]:
    """Return the Turkish and English sentence for a pydantic error type."""
    words = _MESSAGES.get(code)
    if words is None:
        # datetime_ before date_ and time_delta_ before time_: the table is in that order.
        kind = next((kind for kind in _KINDS if code.startswith(f"{kind}_")), "")
        words = _KINDS.get(kind, GENERAL)
    shown = {name: _plain(value) for name, value in limits.items()}
    return words[0].format_map(_Limits(shown, "ya da")), words[1].format_map(_Limits(shown, "or"))


def json_pointer(path: Sequence[str | int]) -> str:
    """Return an RFC 6901 pointer; names the caller chose are cut at 64 characters."""
    return "".join("/" + str(step)[:_MAX_KEY].replace("~", "~0").replace("/", "~1") for step in path)


class _Limits(dict[str, str]):
    """Fills a sentence with what the model states; pydantic's English "or" follows the sentence."""

    def __init__(self, shown: Mapping[str, str], last_joint: str) -> None:
        super().__init__({name: value.replace(" or ", f" {last_joint} ") for name, value in shown.items()})

    def __missing__(self, name: str) -> str:
        return "…"


def _plain(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(sorted(str(item) for item in value))
    return str(value)
