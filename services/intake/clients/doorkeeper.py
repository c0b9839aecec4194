"""Asks whoever comes to a channel's door for its key (RFC 6750, or ``X-Api-Key``)."""

from typing import Final

import structlog
from starlette.datastructures import Headers

from services.intake.clients.grants import ANONYMOUS, Client, ClientOf
from shared.contracts.vocabulary import Channel
from shared.web.problems import Problem

HEADER: Final = "X-Api-Key"
_OWN_HEADER: Final = HEADER.lower().encode()
_AUTHORIZATION: Final = b"authorization"
_SHOWN_IN: Final = frozenset({_OWN_HEADER, _AUTHORIZATION})
_BEARER: Final = b"bearer"
_CHALLENGE: Final = 'Bearer realm="istek"'

_log = structlog.get_logger(__name__)


class Doorkeeper:
    """Lets a client in at the doors that its key opens."""

    def __init__(self, client_of: ClientOf, *, required: bool) -> None:
        """Take what it decides by.

        Args:
            client_of: who holds a key.
            required: False lets callers without a key in, all under one name. A wrong key is always refused.
        """
        self._client_of = client_of
        self._required = required

    async def announce(self) -> None:
        """Say at the start, so that nobody misses it, when the doors stand open."""
        if not self._required:
            _log.warning("api_keys_not_required", repair="a deployment sets ISTEK_INTAKE_KEYS=required")

    def admit(self, headers: Headers, channel: Channel) -> str:
        """Return the id of the client that stands at the door of ``channel``.

        Args:
            headers: the request's.
            channel: the door.

        Raises:
            Problem: 401, there is no key or it does not count; 403, it is for other channels.
        """
        client = self._client(headers)
        if client is None:
            if self._required:
                raise _missing()
            return ANONYMOUS
        if channel not in client.channels:
            raise _elsewhere(client.channels)
        return client.id

    def admit_for(self, headers: Headers, department: str) -> str:
        """Return the id of the client that acts for a directorate. Without a key nobody does, anywhere.

        Args:
            headers: the request's.
            department: the directorate's slug.

        Raises:
            Problem: 401, there is no key or it does not count; 403, it is for others.
        """
        client = self._client(headers)
        if client is None:
            raise _missing()
        if department not in client.departments:
            raise _for_others(client.departments)
        return client.id

    def _client(self, headers: Headers) -> Client | None:
        """Return who shows a key, or None where none is shown.

        Raises:
            Problem: 401, the key does not count.
        """
        key = key_in(headers)
        if key is None:
            return None
        client = self._client_of(key)
        if client is None:
            raise _unknown()
        return client


def key_in(headers: Headers) -> str | None:
    """Return the key that a request shows, as it was sent, or None if it shows none."""
    shown: dict[bytes, bytes] = {}
    # Most show none: one look at all headers is cheaper than two that find nothing.
    for name, value in headers.raw:
        if name in _SHOWN_IN:
            shown.setdefault(name, value)
    scheme, _, credentials = shown.get(_AUTHORIZATION, b"").partition(b" ")
    key = credentials if scheme.lower() == _BEARER else shown.get(_OWN_HEADER)
    return None if key is None else key.decode("latin-1").strip()


def _missing() -> Problem:
    return Problem(
        401,
        "api-key-missing",
        "API anahtarı eksik",
        "The API key is missing",
        detail_tr="Anahtarı Authorization: Bearer ya da X-Api-Key başlığında gönderin.",
        detail_en="Send the key in the header Authorization: Bearer or X-Api-Key.",
        headers={"WWW-Authenticate": _CHALLENGE},
    )


def _unknown() -> Problem:
    return Problem(
        401,
        "api-key-unknown",
        "Bu API anahtarı geçerli değil",
        "This API key is not valid",
        detail_tr="Yanlış yazılmış, süresi bitmiş, iptal edilmiş olabilir. Belediyeden yenisini isteyin.",
        detail_en="It may be mistyped, expired or revoked. Ask the municipality for a new one.",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="invalid_token"'},
    )


def _elsewhere(channels: frozenset[Channel]) -> Problem:
    names = ", ".join(sorted(channels))
    return Problem(
        403,
        "api-key-other-channel",
        "Bu API anahtarı bu kanala açılmadı",
        "This API key is not for this channel",
        detail_tr=f"Anahtarın kanalları: {names}",
        detail_en=f"The key's channels: {names}",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope"'},
    )


def _for_others(departments: frozenset[str]) -> Problem:
    names = ", ".join(sorted(departments)) or "-"
    return Problem(
        403,
        "api-key-other-department",
        "Bu API anahtarı bu müdürlüğe açılmadı",
        "This API key is not for this directorate",
        detail_tr=f"Anahtarın müdürlükleri: {names}",
        detail_en=f"The key's directorates: {names}",
        headers={"WWW-Authenticate": f'{_CHALLENGE}, error="insufficient_scope"'},
    )
