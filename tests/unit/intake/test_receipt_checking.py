import json
import zlib
from functools import cache
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey
from pypdf import PdfReader, PdfWriter

from services.intake.receipts.checking import Fault, Finding, check
from services.intake.receipts.printing import Paper, Printer
from services.intake.receipts.signing import SigningKeys
from tests.unit.intake.receipt_samples import RECEIPTS, STATEMENT, record


def key(seed: bytes) -> OKPKey:
    private = Ed25519PrivateKey.from_private_bytes(seed * 32)
    return OKPKey.import_key(private, {"kid": "2026-1", "use": "sig", "alg": "Ed25519"})


KEYS = SigningKeys(key(b"a"))
TOKEN = KEYS.sign(STATEMENT)


@cache
def pdf() -> bytes:
    printer = Printer(KEYS, municipality="Beyoğlu Belediyesi", unit="Müdürlük")
    return printer.pdf(RECEIPTS.of(record()), STATEMENT, Paper.A5)


def checked(content: bytes) -> Finding:
    return check(content, KEYS.published)


def flattened() -> dict[str, str]:
    protected, payload, signature = TOKEN.split(".")
    return {"protected": protected, "payload": payload, "signature": signature}


def test_what_was_signed_is_genuine_in_every_form() -> None:
    for content in (TOKEN.encode(), f"\n{TOKEN}\r\n".encode(), json.dumps(flattened(), indent=2).encode()):
        assert checked(content) == Finding(None, STATEMENT)
    found = checked(pdf())
    assert found.fault is None
    assert found.statement is not None
    assert found.statement.model_copy(update={"document": None}) == STATEMENT


def test_any_bit_changed_anywhere_in_the_signed_statement_is_noticed() -> None:
    for place in range(len(TOKEN)):
        for bit in range(8):
            changed = bytearray(TOKEN.encode())
            changed[place] ^= 1 << bit
            found = checked(bytes(changed))
            assert found.fault is not None, (place, bit)
            assert found.statement is None


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_byte_changed_anywhere_in_the_pdf_is_noticed(place: int, change: int) -> None:
    changed = bytearray(pdf())
    changed[place % len(changed)] ^= change
    assert checked(bytes(changed)).fault is not None


@pytest.mark.parametrize(
    "more", [b"\n", b"%", b"%istek-receipt x\n", b"\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF"]
)
def test_what_is_written_after_or_before_the_document_is_noticed(more: bytes) -> None:
    assert checked(pdf() + more).fault is Fault.CHANGED
    start, end = pdf()[:9], pdf()[9:]
    assert checked(start + more + end).fault is Fault.CHANGED


def test_a_document_with_a_changed_word_still_tells_what_was_signed() -> None:
    changed = pdf().replace(b"/Title", b"/Tilte", 1)
    found = checked(changed)
    assert changed != pdf()
    assert found.fault is Fault.CHANGED
    assert found.statement is not None
    assert found.statement.number == STATEMENT.number


@pytest.mark.parametrize("compressed", [True, False])
def test_a_document_that_another_program_wrote_anew_is_changed_and_tells_what_was_signed(
    *, compressed: bool
) -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    if compressed:
        writer.compress_identical_objects()
    written = BytesIO()
    writer.write(written)
    found = checked(written.getvalue())
    assert found == Finding(Fault.CHANGED, STATEMENT)


def test_a_deflated_attachment_is_read_and_a_bomb_is_not() -> None:
    attached = b"%PDF-1.7\n1 0 obj<<>>stream\r\n" + zlib.compress(TOKEN.encode()) + b"\nendstream"
    assert checked(attached) == Finding(Fault.CHANGED, STATEMENT)
    bomb = b"%PDF-1.7\n1 0 obj<<>>stream\r\n" + zlib.compress(bytes(50_000_000)) + b"\nendstream"
    assert checked(bomb).fault is Fault.NO_SIGNATURE


def test_a_statement_without_a_digest_seals_no_document() -> None:
    line = pdf().index(b"%istek-receipt ")
    forged = pdf()[:line] + b"%istek-receipt " + TOKEN.encode() + pdf()[pdf().index(b"\n", line) :]
    assert checked(forged) == Finding(Fault.CHANGED, STATEMENT)


def test_another_key_of_the_same_name_is_not_ours() -> None:
    assert checked(SigningKeys(key(b"b")).sign(STATEMENT).encode()).fault is Fault.CHANGED


def test_something_else_that_our_key_signed_is_no_receipt() -> None:
    header = {"alg": "Ed25519", "kid": "2026-1", "typ": "JWT"}
    payload = STATEMENT.model_dump_json()
    other = jws.serialize_compact(header, payload, key(b"a"), algorithms=["Ed25519"])
    assert checked(other.encode()).fault is Fault.CHANGED


@pytest.mark.parametrize("algorithm", ["none", "HS256", "EdDSA"])
def test_the_header_does_not_choose_the_algorithm(algorithm: str) -> None:
    _, payload, signature = TOKEN.split(".")
    header = json.dumps({"alg": algorithm, "kid": "2026-1", "typ": "istek-receipt+jws"})
    encoded = jws.serialize_compact(  # borrows the library's base64
        {"alg": "Ed25519"}, header, key(b"a"), algorithms=["Ed25519"]
    ).split(".")[1]
    for last in (signature, ""):
        assert checked(f"{encoded}.{payload}.{last}".encode()).fault is not None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"one. two. three",
        b"%PDF-1.7\nnothing here",
        b"{}",
        b"[]",
        b'{"protected": 1, "payload": "", "signature": ""}',
        b'{"a":' * 100_000,
        bytes(range(256)),
        json.dumps({**flattened(), "header": {}}).encode(),
    ],
)
def test_a_file_without_a_signature_is_told_apart(content: bytes) -> None:
    assert checked(content).fault is Fault.NO_SIGNATURE


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_no_file_breaks_the_check(content: bytes) -> None:
    for start in (b"", b"%PDF-1.7\n", b"{", b"%PDF-1.7\n%istek-receipt ", b"eyJ."):
        assert checked(start + content).fault is not None
