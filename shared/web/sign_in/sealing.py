"""What a browser keeps for us but can neither read nor change: encrypted cookies (JWE, A256GCM)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_ALGORITHMS: Final = ("dir", "A256GCM")


class Sealer:
    """Seals with the first key and opens with any."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = tuple(OctKey.import_key(key) for key in keys)

    def seal(self, kind: str, content: Mapping[str, Any]) -> str:
        """Return ``content`` sealed; only who asks for the same ``kind`` can open it."""
        header = {"alg": "dir", "enc": "A256GCM", "typ": kind}
        return jwe.encrypt_compact(header, json.dumps(content).encode(), self._keys[0])

    def open(self, kind: str, sealed: str) -> dict[str, Any] | None:
        """Return what was sealed as ``kind``; None if it was not, not by these keys, or was changed."""
        for key in self._keys:
            try:
                opened = jwe.decrypt_compact(sealed, key, algorithms=_ALGORITHMS)
            except (JoseError, ValueError):
                continue
            if opened.headers().get("typ") != kind or opened.plaintext is None:
                return None
            content: dict[str, Any] = json.loads(opened.plaintext)
            return content
        return None
