"""What people, broken programs and attackers send, each with the answer it must get."""

import gzip
import json
from dataclasses import dataclass, field
from typing import Final

LIMIT: Final = 4_000
"""Characters of a description."""

REFUSED_EMPTY: Final = "empty"
REFUSED_LONG: Final = "string_too_long"


@dataclass(frozen=True, slots=True)
class Text:
    """A description.

    Attributes:
        sent: what is sent, as a JSON string.
        kept: what is recorded of it; None if it is refused.
        code: of the refusal.
    """

    sent: str
    kept: str | None = None
    code: str = ""


def _kept(text: str) -> Text:
    return Text(text, text)


TEXTS: Final[dict[str, Text]] = {
    # --- characters that no text needs
    "NUL": Text("çöp\0 taşıyor", "çöp taşıyor"),
    "controls": Text("\x07çöp\x1b[31m\x7f\x9b", "çöp[31m"),
    "right-to-left override": Text("fatura\u202egpj.exe", "faturagpj.exe"),
    "zero width space": Text("ç\u200böp\u2060\ufeff", "çöp"),
    "line breaks of every kind": Text("a\r\nb\rc\u2028d\u2029e\x85f\x0bg", "a\nb\nc\nd\ne\nf\ng"),
    "nothing but what is not seen": Text("\u200b\u202e\0\ufeff \n", code=REFUSED_EMPTY),
    "empty": Text("", code=REFUSED_EMPTY),
    # --- characters that are rare and somebody's own
    "emoji of four bytes": _kept("çöp 😡🗑️ 👨‍👩‍👧‍👦 🏳️‍🌈 🇹🇷"),
    "right to left": _kept("لا يوجد ماء في منزلنا"),
    "letters with their accents apart": Text("c\u0327o\u0308p", "çöp"),
    "combining marks to the limit": Text("a" + "\u0301" * (LIMIT - 1), "á" + "\u0301" * (LIMIT - 2)),
    "a ligature that composes to more": Text("\ufb2c" * LIMIT, ("\u05e9\u05bc\u05c1" * LIMIT)[:LIMIT]),
    "noncharacters and private use": _kept("çöp \ufffe\uffff\ue000\U0010ffff"),
    "tags nobody sees": _kept("çöp\U000e0041\U000e007f"),
    # --- words that something might obey
    "script": _kept("<script>alert(1)</script>"),
    "markup that closes a text area": _kept("</textarea><img src=x onerror=alert(1)>"),
    "markup that closes an attribute": _kept("\"'><svg/onload=alert(1)>"),
    "template": _kept("{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %>"),
    "format": _kept("{0} {description.__class__} %s %n %(name)s \\{"),
    "lookup": _kept("${jndi:ldap://127.0.0.1/a}"),
    "query": _kept('\'; DROP TABLE requests; -- {"$where": "sleep(1)"}'),
    "formula": _kept("=HYPERLINK(A1)"),
    "path": _kept("../../etc/passwd\\..\\..\\"),
    "log line": Text("a\r\n2026-01-01 [info] accepted", "a\n2026-01-01 [info] accepted"),
    # --- too much
    "as long as may be": _kept("ç" * LIMIT),
    "one more": Text("ç" * (LIMIT + 1), code=REFUSED_LONG),
    "a megabyte of spaces, nearly": Text(" " * 1_000_000, code=REFUSED_LONG),
    "half a megabyte of combining marks": Text("\u0301" * 500_000, code=REFUSED_LONG),
}


@dataclass(frozen=True, slots=True)
class Body:
    """A request body.

    Attributes:
        content: the bytes.
        status: what it is answered with.
        headers: beside the usual ones, or instead of them; an empty one is left out.
    """

    content: bytes
    status: int
    headers: dict[str, str] = field(default_factory=dict)


def _json(text: str) -> bytes:
    return text.encode()


def _typed(content_type: str, status: int) -> Body:
    return Body(b'{"description": "x"}', status, {"content-type": content_type})


def bodies(needed: dict[str, str]) -> dict[str, Body]:
    """Return the bodies for a channel that takes nothing without the ``needed`` members."""
    sound = json.dumps({"description": "çöp", **needed}, ensure_ascii=False)
    opened = sound.removesuffix("}")
    return {
        # --- no JSON
        "empty": Body(b"", 400),
        "spaces": Body(b" " * 1_000_000, 400),
        "cut off": Body(_json(opened), 400),
        "more behind it": Body(_json(sound + "x"), 400),
        "two of it": Body(_json(sound + sound), 400),
        "a comment": Body(_json("/* */" + sound), 400),
        "single quotes": Body(b"{'description': 'x'}", 400),
        "a lone surrogate": Body(b'{"description": "\\ud83d!"}', 400),
        "a raw NUL": Body(b'{"description": "x\0"}', 400),
        "nested ten thousand times": Body(b'{"place":' * 10_000, 400),
        "lists nested ten thousand times": Body(b"[" * 10_000 + b"]" * 10_000, 400),
        "a number of five thousand digits": Body(
            _json(f'{opened}, "place": {{"lat": {"9" * 5_000}}}}}'), 400
        ),
        # --- JSON in another encoding
        "Windows-1254": Body(sound.encode("cp1254"), 400),
        "UTF-16": Body(sound.encode("utf-16"), 400),
        "UTF-16, as its header says": Body(
            sound.encode("utf-16"), 400, {"content-type": "application/json; charset=utf-16"}
        ),
        "UTF-32": Body(sound.encode("utf-32"), 400),
        "a byte order mark": Body(b"\xef\xbb\xbf" + _json(sound), 400),
        "overlong UTF-8": Body(b'{"description": "\xc0\xaf"}', 400),
        "surrogates in UTF-8": Body(b'{"description": "\xed\xa0\x80"}', 400),
        "gzip": Body(gzip.compress(_json(sound)), 400, {"content-encoding": "gzip"}),
        # --- JSON of another form
        "null": Body(b"null", 422),
        "a list": Body(b"[]", 422),
        "a text": Body(b'"x"', 422),
        "a number": Body(b"1", 422),
        "nothing in it": Body(b"{}", 422),
        "no text": Body(_json('{"description": {"$gt": ""}}'), 422),
        "an unknown member": Body(_json(f'{opened}, "__proto__": {{"admin": true}}}}'), 422),
        "ten thousand unknown members": Body(
            _json(opened + "".join(f', "{n}": 0' for n in range(10_000)) + "}"), 422
        ),
        "NaN": Body(_json(f'{opened}, "place": {{"lat": NaN, "lon": 28.98}}}}'), 422),
        "Infinity": Body(_json(f'{opened}, "place": {{"lat": 41.03, "lon": -Infinity}}}}'), 422),
        "a number beyond floats": Body(_json(f'{opened}, "place": {{"lat": 1e999, "lon": 28.98}}}}'), 422),
        "the last of two": Body(_json(f'{opened}, "description": ""}}'), 422),
        # --- sound, if unusual
        "members twice": Body(_json('{"description": 7, ' + sound.removeprefix("{")), 201),
        "escapes for all": Body(json.dumps(json.loads(sound)).encode(), 201),
        "spaces around it": Body(b"\n\t " * 1_000 + _json(sound) + b"\r\n", 201),
        "a suffix of JSON": Body(_json(sound), 201, {"content-type": "application/vnd.istek+json"}),
        "capitals": Body(_json(sound), 201, {"content-type": "APPLICATION/JSON;CHARSET=UTF-8"}),
        # --- declared as something else
        "no type": Body(_json(sound), 415, {"content-type": ""}),
        "plain text": _typed("text/plain", 415),
        "a form": _typed("application/x-www-form-urlencoded", 415),
        "nearly JSON": _typed("application/jsonp", 415),
        "a type of type": _typed("text/html, application/json", 415),
        "spoilt": _typed("\x01/;;;=", 415),
        # --- headers
        "no key": Body(_json(sound), 400, {"idempotency-key": ""}),
        "a long key": Body(_json(sound), 400, {"idempotency-key": "k" * 256}),
        "a key with a space": Body(_json(sound), 400, {"idempotency-key": "a b"}),
        "a key in Turkish": Body(_json(sound), 400, {"idempotency-key": "anahtarım"}),
        "a key half quoted": Body(_json(sound), 201, {"idempotency-key": '"half-quoted'}),
        "a spoilt trace": Body(_json(sound), 201, {"traceparent": "00-zz-\x7f-01"}),
        "languages without end": Body(b"{}", 422, {"accept-language": "tr;q=nan," * 2_000}),
        # --- too much
        "over the limit": Body(_json(sound) + b" " * 1_100_000, 413),
    }
