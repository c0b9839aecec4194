"""Seals the contents of one request under a data key of their own, which a master key wraps.

Whoever destroys the wrapped key has destroyed the contents, in every copy that is under another roof.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic_core import to_json

from services.intake.vault.keyring import Keyring, MasterKey, decrypt, encrypt

_BITS: Final = 256
_PERSON_FIELDS: Final = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Sealed:
    """Contents that only a master key opens.

    Attributes:
        key_id: the master key that wrapped the data key and hashed the contacts.
        wrapped: the data key.
        contents: ciphertext.
        persons: keyed hashes of the contacts within; equal ones tell the same person.
    """

    key_id: str
    wrapped: bytes
    contents: bytes
    persons: tuple[str, ...]


def seal(ring: Keyring, binding: bytes, contents: Mapping[str, str]) -> Sealed:
    """Return the contents sealed under a new data key, readable only where ``binding`` is the same."""
    data_key, master = AESGCM.generate_key(_BITS), ring.current
    text = to_json(contents)
    return Sealed(
        key_id=master.id,
        wrapped=master.wrap(data_key, binding),
        contents=encrypt(AESGCM(data_key), text, binding),
        persons=persons_of(contents, master),
    )


def unseal(ring: Keyring, binding: bytes, sealed: Sealed) -> dict[str, str]:
    """Return the contents.

    Raises:
        UnknownKeyError: their master key is not at hand.
        DamagedError: something was changed, or stands at another's place.
    """
    return _open(_data_key(ring, binding, sealed), binding, sealed)


def rewrap(ring: Keyring, binding: bytes, sealed: Sealed) -> Sealed:
    """Return the same contents under the master key that wraps now; their data key stays.

    Raises:
        UnknownKeyError: their master key is not at hand.
        DamagedError: something was changed, or stands at another's place.
    """
    data_key = _data_key(ring, binding, sealed)
    return replace(
        sealed,
        key_id=ring.current.id,
        wrapped=ring.current.wrap(data_key, binding),
        persons=persons_of(_open(data_key, binding, sealed), ring.current),
    )


def persons_of(contents: Mapping[str, str], master: MasterKey) -> tuple[str, ...]:
    """Return the hashes that tell whose contents these are; none where nobody can be told apart."""
    return tuple(
        # The door has written them in one form; that mail boxes ignore case is all that is left to do.
        master.hash_of(f"{field}:{contents[field].casefold()}")
        for field in _PERSON_FIELDS
        if field in contents
    )


def _data_key(ring: Keyring, binding: bytes, sealed: Sealed) -> bytes:
    return ring.key(sealed.key_id).unwrap(sealed.wrapped, binding)


def _open(data_key: bytes, binding: bytes, sealed: Sealed) -> dict[str, str]:
    opened: dict[str, str] = json.loads(decrypt(AESGCM(data_key), sealed.contents, binding))
    return opened
