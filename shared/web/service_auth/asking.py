"""How a service says who it is when it asks another."""

import time
from collections.abc import Callable, Generator

import httpx
from joserfc.jwk import OKPKey

from shared.settings import ServiceSettings
from shared.web.service_auth.keys import signing_key
from shared.web.service_auth.tokens import LIFE_S, sign

_RENEWED_AFTER_S = LIFE_S // 2


class ServiceTokens:
    """Signs what one service shows the others."""

    def __init__(self, name: str, key: OKPKey, clock: Callable[[], float] = time.time) -> None:
        self.name = name
        self._key = key
        self._clock = clock
        self._made: dict[str, tuple[float, str]] = {}

    def token(self, audience: str) -> str:
        """Return what proves to ``audience`` who asks; made anew before it grows old."""
        now = self._clock()
        made_at, token = self._made.get(audience, (0.0, ""))
        if not 0 <= now - made_at < _RENEWED_AFTER_S:
            token = sign(self.name, audience, self._key, int(now))
            self._made[audience] = now, token
        return token

    def at(self, audience: str) -> httpx.Auth:
        """Return what an HTTP client takes as ``auth`` to ask ``audience``."""
        return _Bearer(self, audience)


class _Bearer(httpx.Auth):
    def __init__(self, tokens: ServiceTokens, audience: str) -> None:
        self._tokens = tokens
        self._audience = audience

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Bearer {self._tokens.token(self._audience)}"
        yield request


def tokens_of(settings: ServiceSettings, name: str) -> ServiceTokens:
    """Return the tokens of a service; its key is made at the first start.

    Raises:
        OSError: the folder of the keys cannot be written or the key cannot be read.
        ValueError: what is set or kept is no key.
    """
    return ServiceTokens(name, signing_key(settings, name))
