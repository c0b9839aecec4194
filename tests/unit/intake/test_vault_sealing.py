import time
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.vault.documents import binding_of
from services.intake.vault.keyfile import FixedKeys, KeyFile, RotationRunsError, key_source, secrets_from
from services.intake.vault.keyring import DamagedError, Keyring, UnknownKeyError
from services.intake.vault.sealing import Sealed, rewrap, seal, unseal

OLD, NEW = bytes(32), bytes(range(32))
RING, BOTH, AFTER = Keyring([OLD]), Keyring([NEW, OLD]), Keyring([NEW])
BINDING = binding_of(UUID(int=1), "entry")
AYSE = {"email": "Ayse@example.com", "phone": "+905320000000", "name": "Ayşe"}
texts = st.text(st.characters(exclude_categories=["Cs"]))
contents = st.dictionaries(st.sampled_from(["email", "phone", "name", "description"]), texts)


@given(contents)
def test_what_was_sealed_comes_out_as_it_was(kept: dict[str, str]) -> None:
    sealed = seal(RING, BINDING, kept)
    assert unseal(RING, BINDING, sealed) == kept
    moved = rewrap(BOTH, BINDING, sealed)
    assert unseal(AFTER, BINDING, moved) == kept
    assert moved.contents == sealed.contents


@given(st.data())
def test_any_flipped_byte_is_refused(data: st.DataObject) -> None:
    sealed = seal(RING, BINDING, AYSE)
    part = data.draw(st.sampled_from(["wrapped", "contents"]))
    stored = bytearray(getattr(sealed, part))
    at = data.draw(st.integers(0, len(stored) - 1))
    stored[at] ^= data.draw(st.integers(1, 255))
    damaged = replace(sealed, **{part: bytes(stored)})
    for attempt in (unseal, rewrap):
        with pytest.raises(DamagedError):
            attempt(RING, BINDING, damaged)


@pytest.mark.parametrize("part", ["wrapped", "contents"])
@pytest.mark.parametrize("length", [0, 5, 12, 20])
def test_what_was_cut_short_is_refused(part: str, length: int) -> None:
    sealed = seal(RING, BINDING, AYSE)
    with pytest.raises(DamagedError):
        unseal(RING, BINDING, replace(sealed, **{part: getattr(sealed, part)[:length]}))


def test_a_ciphertext_at_the_place_of_another_request_or_body_is_refused() -> None:
    sealed = seal(RING, BINDING, AYSE)
    for elsewhere in (binding_of(UUID(int=2), "entry"), binding_of(UUID(int=1), "other")):
        with pytest.raises(DamagedError):
            unseal(RING, elsewhere, sealed)
    other = seal(RING, BINDING, AYSE)
    with pytest.raises(DamagedError):
        unseal(RING, BINDING, replace(sealed, wrapped=other.wrapped))


def test_without_its_master_key_nothing_is_read_and_the_key_is_named() -> None:
    sealed = seal(RING, BINDING, AYSE)
    with pytest.raises(UnknownKeyError, match=sealed.key_id):
        unseal(AFTER, BINDING, sealed)


def test_nothing_personal_stands_beside_the_ciphertext() -> None:
    sealed = seal(RING, BINDING, AYSE)
    shown = repr(sealed) + sealed.contents.decode(errors="replace")
    assert not any(text in shown for text in (*AYSE.values(), "ayse", "532"))


def test_a_person_is_told_by_phone_or_mail_and_by_nothing_else() -> None:
    def persons(**kept: str) -> set[str]:
        return set(seal(RING, BINDING, kept).persons)

    both = persons(email="ayse@example.com", phone="+905320000000")
    assert persons(email="AYSE@example.com") | persons(phone="+905320000000") == both
    assert persons(name="Ayşe") == set()
    # A mail address that reads like a phone number is another person's.
    assert not persons(email="x") & persons(phone="x")
    assert not set(seal(AFTER, BINDING, AYSE).persons) & set(seal(RING, BINDING, AYSE).persons)


def test_every_data_key_is_its_own() -> None:
    seals: list[Sealed] = [seal(RING, BINDING, AYSE) for _ in range(50)]
    assert len({s.contents for s in seals}) == len({s.wrapped for s in seals}) == 50


# --- where keys come from ----------------------------------------------------------------------------------


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "intake" / "vault.key"
    first, second = KeyFile(path), KeyFile(path)
    assert first.ring().current.id == second.ring().current.id
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_process_notices_a_new_key_and_still_reads_what_the_old_one_wrapped(tmp_path: Path) -> None:
    running, command = KeyFile(tmp_path / "vault.key"), KeyFile(tmp_path / "vault.key")
    sealed = seal(running.ring(), BINDING, AYSE)
    assert command.begin()
    assert not command.begin()
    assert running.ring().current.id == command.ring().current.id != sealed.key_id
    assert unseal(running.ring(), BINDING, sealed) == AYSE
    assert not command.finish(), "somebody may not have noticed the new key yet"
    assert (tmp_path / "vault.key").stat().st_mode & 0o777 == 0o600


def test_what_is_sealed_is_under_the_new_key_within_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, command = KeyFile(tmp_path / "vault.key"), KeyFile(tmp_path / "vault.key")
    before = running.ring().current.id
    assert command.begin()
    assert running.recent_ring().current.id == before, "it looked a moment ago"
    a_second_later = time.monotonic() + 1.001
    monkeypatch.setattr(time, "monotonic", lambda: a_second_later)
    assert running.recent_ring().current.id == command.ring().current.id != before


def test_one_rotation_runs_at_a_time(tmp_path: Path) -> None:
    one, other = KeyFile(tmp_path / "vault.key"), KeyFile(tmp_path / "vault.key")
    with one.rotating(), pytest.raises(RotationRunsError), other.rotating():
        pass
    with other.rotating():
        pass


def test_keys_from_the_settings_go_before_the_file(tmp_path: Path) -> None:
    setting = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    keys = key_source(setting, tmp_path / "vault.key")
    assert isinstance(keys, FixedKeys)
    assert [k.id for k in keys.ring().keys] == [k.id for k in BOTH.keys]
    assert not (tmp_path / "vault.key").exists()


@pytest.mark.parametrize("setting", ["x", "AAAA", "AAAA,", ","])
def test_a_setting_that_holds_no_keys_is_refused(setting: str) -> None:
    with pytest.raises(ValueError, match=r"base64|32 bytes"):
        FixedKeys(secrets_from(setting))


def test_a_key_file_that_was_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "vault.key").write_bytes(bytes(33))
    with pytest.raises(ValueError, match="no whole number of keys"):
        KeyFile(tmp_path / "vault.key")
