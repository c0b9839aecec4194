"""The keys' MongoDB use: collection ``api_keys``, one document per key, its hash as the id."""

from collections.abc import Iterable
from datetime import date

from services.intake.clients.grants import Grant
from shared.contracts.vocabulary import Channel
from shared.storage import Database, Document


class GrantStore:
    """All grants. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database) -> None:
        self._keys = database.collection("api_keys")

    async def add(self, grant: Grant) -> None:
        """Return once the grant is durable."""
        await self._keys.insert_new([_document(grant)])

    async def all(self) -> list[Grant]:
        """Return every grant, revoked and expired ones included, in order of client and day."""
        return [_grant(d) for d in await self._keys.find({}, sort=(("client", 1), ("created_on", 1)))]

    async def revoke(self, key_hash: str, day: date) -> None:
        """Take a key back from ``day`` on."""
        await self._keys.update({"_id": key_hash}, {"$set": {"revoked_on": day.isoformat()}})

    async def used(self, key_hashes: Iterable[str], day: date) -> None:
        """Remember that keys were shown on ``day``."""
        change = {"$set": {"last_used_on": day.isoformat()}}
        await self._keys.update_by_id(dict.fromkeys(key_hashes, change))


def _document(grant: Grant) -> Document:
    return {
        "_id": grant.key_hash,
        "client": grant.client,
        "channels": sorted(channel.value for channel in grant.channels),
        "departments": sorted(grant.departments),
        "created_on": grant.created_on.isoformat(),
        "expires_on": grant.expires_on.isoformat() if grant.expires_on else None,
    }


def _grant(document: Document) -> Grant:
    return Grant(
        key_hash=document["_id"],
        client=document["client"],
        channels=frozenset(map(Channel, document["channels"])),
        created_on=date.fromisoformat(document["created_on"]),
        expires_on=_day(document.get("expires_on")),
        revoked_on=_day(document.get("revoked_on")),
        last_used_on=_day(document.get("last_used_on")),
        # Keys of before directorates had any do not say.
        departments=frozenset(document.get("departments", ())),
    )


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None
