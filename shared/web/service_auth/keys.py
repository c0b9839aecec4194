"""The keys by which services know each other: one Ed25519 key a service, its public half for all to read.

They lie in one folder: ``notifier.key`` is the notifier's own and nobody else's to read; by
``notifier.public.json`` the others check it. Whoever is asked can so tell who asks, and cannot pose as them.
"""

import base64
import json
import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.keyfiles import load_or_create_key
from shared.settings import ServiceSettings

_PRIVATE: Final = ".key"
_PUBLIC: Final = ".public.json"


def signing_key(settings: ServiceSettings, name: str) -> OKPKey:
    """Return a service's own key, from the settings or its file, and see that its public half lies beside.

    Args:
        settings: where keys are.
        name: the service.

    Raises:
        OSError: the folder cannot be written or the key cannot be read.
        ValueError: what is set or kept is no key of 32 bytes.
    """
    folder, setting = settings.service_key_folder, settings.service_key
    if setting is None:
        source = str(folder / (name + _PRIVATE))
        secret = load_or_create_key(folder / (name + _PRIVATE))
    else:
        source, secret = "ISTEK_SERVICE_KEY", _decoded(setting.get_secret_value())
    try:
        key = OKPKey.import_key(Ed25519PrivateKey.from_private_bytes(secret))
    except ValueError:
        raise ValueError(f"{source} holds no Ed25519 key of 32 bytes") from None
    _publish(folder / (name + _PUBLIC), key)
    return key


class PublicKeys:
    """Public halves in a folder. One that is new or was replaced counts at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[str, tuple[tuple[int, int], OKPKey]] = {}

    def of(self, name: str) -> OKPKey | None:
        """Return a service's public key, or None where there is none that can be read.

        Args:
            name: the service; one that the caller knows, since a file is looked for under it.
        """
        path = self._folder / (name + _PUBLIC)
        try:
            now = path.stat()
            seen = (now.st_ino, now.st_mtime_ns)
            known = self._known.get(name)
            if known is None or known[0] != seen:
                known = seen, OKPKey.import_key(json.loads(path.read_text(encoding="utf-8")))
                self._known[name] = known
        except (OSError, ValueError, JoseError):
            return None
        return known[1]


def _publish(path: Path, key: OKPKey) -> None:
    """Lay the public half down unless it is there: a folder that is filled beforehand may be read-only."""
    text = json.dumps(key.as_dict(private=False))
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""
