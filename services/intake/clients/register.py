"""The register of keys as a door has it: whole in memory, read again every few seconds.

There are some dozens of keys, so all of them are cheaper to read now and then than one to look up for each
request; and a key that nobody holds costs no query, however often it is tried.
"""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Final

from services.intake.clients.api_keys import hash_of, is_well_formed
from services.intake.clients.grants import Client, Grant
from services.intake.clients.store import GrantStore
from shared.clock import ISTANBUL, Clock

REFRESH_S: Final = 5.0
"""How long a new key may be unknown and a revoked one go on, at most."""


class Register:
    """Tells who holds a key; see `ClientOf`."""

    def __init__(self, store: GrantStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._grants: Mapping[str, Grant] = {}
        self._shown: dict[str, date] = {}

    def client_of(self, api_key: str) -> Client | None:
        """Return the client that holds ``api_key``, or None if it is no key or does not count any more."""
        if not is_well_formed(api_key):
            return None
        # A look into a dictionary may tell by its time how a hash begins, which helps nobody to find the key.
        grant = self._grants.get(hash_of(api_key))
        today = self._today()
        if grant is None or not grant.holds_on(today):
            return None
        if grant.last_used_on != today:
            self._shown[grant.key_hash] = today
        return Client(grant.client, grant.channels, grant.departments)

    async def refresh(self) -> None:
        """Read all keys, and write down on which day keys were last shown.

        Raises:
            UnavailableError: the database is away; the keys known so far go on counting.
        """
        # Taken out only once written, and only as it was written: more may be shown meanwhile.
        shown = dict(self._shown)
        for day in set(shown.values()):
            await self._store.used([key for key, on in shown.items() if on == day], day)
        self._grants = {grant.key_hash: grant for grant in await self._store.all()}
        self._shown = {key: on for key, on in self._shown.items() if shown.get(key) != on}

    async def run(self) -> None:
        """Refresh until cancelled.

        Raises:
            UnavailableError: the database is away; call again.
        """
        while True:
            await asyncio.sleep(REFRESH_S)
            await self.refresh()

    def _today(self) -> date:
        return self._clock().astimezone(ISTANBUL).date()
