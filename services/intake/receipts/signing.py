"""The keys that sign receipts: Ed25519, one that signs now, and the public halves of all that ever did.

They lie in one folder. ``2026-1.key`` is the first private key made in 2026, its name is the key id that a
receipt bears; ``2025-1.public.json`` is what remains of an older one. All replicas share the folder.
"""

import json
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeyParameters, KeySet, OKPKey

from services.intake.receipts.statement import Statement
from shared.keyfiles import load_or_create_key

ALGORITHM: Final = "Ed25519"
TYPE: Final = "istek-receipt+jws"
"""Says in the signed header what is signed, so that nothing else signed by a key passes for a receipt."""

KEYS_PATH: Final = "/.well-known/istek-receipt-keys.json"
"""Where an installation publishes its keys."""

_PRIVATE, _PUBLIC = ".key", ".public.json"


class SigningKeys:
    """Signs statements, and tells with which keys they can be checked."""

    def __init__(self, signing: OKPKey, retired: tuple[OKPKey, ...] = ()) -> None:
        self._signing = signing
        self.published = KeySet([_public(key) for key in (signing, *retired)])

    @property
    def key_id(self) -> str:
        """Name of the key that signs now."""
        return str(self._signing.kid)

    def sign(self, statement: Statement) -> str:
        """Return the statement as a compact JWS; Ed25519 gives the same one each time."""
        header = {"alg": ALGORITHM, "kid": self.key_id, "typ": TYPE}
        payload = statement.model_dump_json(exclude_none=True).encode()
        return jws.serialize_compact(header, payload, self._signing, algorithms=[ALGORITHM])

    def jwks(self) -> dict[str, Any]:
        """Return the published keys as a JSON Web Key Set, public halves only."""
        return {"keys": [key.as_dict(private=False) for key in self.published.keys]}


def load_or_create_keys(folder: Path, year: int) -> SigningKeys:
    """Return the keys of a folder, with a first one made at the first start.

    Args:
        folder: where they lie.
        year: the present one, which names a new key.

    Raises:
        OSError: the folder cannot be written or a key cannot be read.
        ValueError: a file holds no key.
    """
    if not any(folder.glob(f"*{_PRIVATE}")):
        load_or_create_key(folder / f"{year}-1{_PRIVATE}")
    *older, newest = sorted(folder.glob(f"*{_PRIVATE}"), key=_age)
    keys = {path.stem: _private_key(path) for path in (*older, newest)}
    retired = {
        name: OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))
        for path in sorted(folder.glob(f"*{_PUBLIC}"))
        if (name := path.name.removesuffix(_PUBLIC)) not in keys
    }
    signing = keys.pop(newest.stem)
    return SigningKeys(signing, (*keys.values(), *retired.values()))


def rotate(folder: Path, year: int) -> str:
    """Make a new signing key, keep only the public halves of the older ones, and return the new one's name.

    A process that runs signs with what it has read at its start until it is started anew.

    Raises:
        OSError: the folder cannot be written.
    """
    load_or_create_keys(folder, year)
    older = sorted(folder.glob(f"*{_PRIVATE}"), key=_age)
    last_year, last_count, _ = _age(older[-1])
    name = f"{last_year}-{last_count + 1}" if last_year >= year else f"{year}-1"
    load_or_create_key(folder / f"{name}{_PRIVATE}")
    for path in older:
        public = folder / f"{path.stem}{_PUBLIC}"
        draft = public.with_suffix(".draft")
        draft.write_text(json.dumps(_public(_private_key(path)).as_dict(private=False)), encoding="utf-8")
        draft.replace(public)
        path.unlink()
    return name


def read_jwks(content: str | bytes) -> KeySet:
    """Return the keys of a JSON Web Key Set.

    Raises:
        ValueError: it is none.
    """
    try:
        return KeySet([OKPKey.import_key(entry) for entry in json.loads(content)["keys"]])
    except (KeyError, TypeError, JoseError) as error:
        raise ValueError("this is no JSON Web Key Set of Ed25519 keys") from error


def _private_key(path: Path) -> OKPKey:
    try:
        key = Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} holds no Ed25519 key of 32 bytes") from error
    return OKPKey.import_key(key, _parameters(path.stem))


def _public(key: OKPKey) -> OKPKey:
    return OKPKey.import_key(key.public_key, _parameters(str(key.kid)))


def _parameters(name: str) -> KeyParameters:
    return {"kid": name, "use": "sig", "alg": ALGORITHM}


def _age(path: Path) -> tuple[int, int, str]:
    """Return what private keys are ordered by, oldest first; a name of another form comes before all."""
    year, _, count = path.stem.partition("-")
    return (int(year), int(count), "") if year.isdigit() and count.isdigit() else (0, 0, path.stem)
