import json
import stat
from pathlib import Path

import pytest
from joserfc import jws
from joserfc.jwk import KeySet

from services.intake.receipts.checking import Fault, check
from services.intake.receipts.signing import SigningKeys, load_or_create_keys, read_jwks, rotate
from tests.unit.intake.receipt_samples import STATEMENT


def outside(keys: SigningKeys) -> KeySet:
    """Return the keys as somebody who has but the published document."""
    return read_jwks(json.dumps(keys.jwks()))


def test_the_first_key_is_made_once_and_belongs_to_its_owner(tmp_path: Path) -> None:
    folder = tmp_path / "intake" / "receipt-keys"
    keys = load_or_create_keys(folder, 2026)
    assert keys.key_id == "2026-1"
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_create_keys(folder, 2027).sign(STATEMENT) == keys.sign(STATEMENT)


def test_a_receipt_is_a_compact_jws_whose_header_says_what_and_by_which_key(tmp_path: Path) -> None:
    keys = load_or_create_keys(tmp_path, 2026)
    signed = jws.deserialize_compact(keys.sign(STATEMENT), outside(keys), algorithms=["Ed25519"])
    assert signed.headers() == {"alg": "Ed25519", "kid": "2026-1", "typ": "istek-receipt+jws"}
    assert json.loads(signed.payload)["number"] == STATEMENT.number


def test_what_is_published_holds_no_private_key(tmp_path: Path) -> None:
    rotate(tmp_path, 2026)
    (signing, retired) = load_or_create_keys(tmp_path, 2026).jwks()["keys"]
    for key in (signing, retired):
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


def test_after_a_rotation_old_and_new_receipts_are_genuine(tmp_path: Path) -> None:
    before = load_or_create_keys(tmp_path, 2026)
    old = before.sign(STATEMENT)
    assert rotate(tmp_path, 2026) == "2026-2"
    assert rotate(tmp_path, 2027) == "2027-1"
    after = load_or_create_keys(tmp_path, 2027)
    new = after.sign(STATEMENT)
    assert after.key_id == "2027-1"
    assert [key["kid"] for key in after.jwks()["keys"]] == ["2027-1", "2026-1", "2026-2"]
    for token in (old, new):
        assert check(token.encode(), outside(after)).fault is None
    assert check(new.encode(), outside(before)).fault is Fault.UNKNOWN_KEY
    assert [path.name for path in tmp_path.glob("*.key")] == ["2027-1.key"]


def test_a_clock_that_went_back_makes_no_older_key(tmp_path: Path) -> None:
    load_or_create_keys(tmp_path, 2027)
    assert rotate(tmp_path, 2026) == "2027-2"
    for count in range(3, 12):
        assert rotate(tmp_path, 2026) == f"2027-{count}"


def test_a_rotation_that_was_cut_short_publishes_each_key_once(tmp_path: Path) -> None:
    private = tmp_path / "2026-1.key"
    load_or_create_keys(tmp_path, 2026)
    seed = private.read_bytes()
    rotate(tmp_path, 2026)
    private.write_bytes(seed)
    keys = load_or_create_keys(tmp_path, 2026)
    assert [key["kid"] for key in keys.jwks()["keys"]] == ["2026-2", "2026-1"]


def test_a_file_that_holds_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "2026-1.key").write_bytes(b"short")
    with pytest.raises(ValueError, match=r"2026-1\.key"):
        load_or_create_keys(tmp_path, 2026)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"keys": [{}]}', '{"keys": [{"kty": "oct", "k": "AA"}]}']
)
def test_what_is_no_key_set_is_refused(content: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json has words of its own
        read_jwks(content)
