"""Drafts of the web form: personal data of people who have sent nothing yet, so we cannot read them.

A draft is sealed under a key derived from the form's token, which the browser alone holds, and found by
another value derived from it. It goes when it is sent, or a day after the last answer.
"""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.intake.form_tokens import TOKEN_LENGTH
from services.intake.pages.form import Draft, Step
from services.intake.vault.keyring import decrypt, encrypt
from shared.clock import Clock
from shared.storage import Database, Document

LIFETIME: Final = timedelta(hours=24)
_KEY_BYTES: Final = 32
_KNOWN: Final = b"known"


def is_token(text: str) -> bool:
    """Tell whether this can be a token of ours; a shorter one would be a weak key."""
    return len(text) == TOKEN_LENGTH and text.isascii() and text.replace("-", "").replace("_", "").isalnum()


class Drafts:
    """The drafts that wait. Every method may raise `UnavailableError`."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._drafts = database.collection("drafts")
        self._clock = clock

    async def ensure_indexes(self) -> None:
        """Let the database remove what nobody touched for a day."""
        await self._drafts.ensure_index([("expires_at", 1)], name="expiry", expire_after_s=0)

    async def load(self, token: str) -> Draft | None:
        """Return the draft of this form; None if there is none, or its day is over."""
        return self._opened(await self._drafts.get(_id_of(token)), token)

    async def save(self, token: str, draft: Draft) -> None:
        """Keep the draft for another day, in the stead of what was kept under this token.

        What was offered was offered on other answers, so it is forgotten.
        """
        change = {"sealed": _sealed(draft, token), "expires_at": self._clock() + LIFETIME}
        await self._drafts.update(
            {"_id": _id_of(token)}, {"$set": change, "$unset": {"known": ""}}, upsert=True
        )

    async def exchange(self, token: str, before: Draft | None, after: Draft) -> bool:
        """Keep ``after`` for another day if the draft is ``before`` as it was loaded; tell whether it was.

        What was offered stays offered: files do not change what a request is about.
        """
        document = await self._drafts.get(_id_of(token))
        if self._opened(document, token) != before:
            return False
        fresh = {"sealed": _sealed(after, token), "expires_at": self._clock() + LIFETIME}
        if document is None:
            return bool(await self._drafts.insert_new([{"_id": _id_of(token), **fresh}]))
        as_seen = {"_id": document["_id"], "sealed": document["sealed"]}
        return bool(await self._drafts.update(as_seen, {"$set": fresh}))

    async def offer(self, token: str, known: UUID | None) -> None:
        """Keep which request the applicant is offered to be added to; the answers stay as they are."""
        change: Document = {"$unset": {"known": ""}}
        if known:
            change = {"$set": {"known": encrypt(_cipher(token), known.bytes, _KNOWN)}}
        await self._drafts.update({"_id": _id_of(token)}, change)

    async def remove(self, token: str) -> None:
        """Forget the draft: what it said is a request now."""
        await self._drafts.remove({"_id": _id_of(token)})

    def _opened(self, document: Document | None, token: str) -> Draft | None:
        # The database looks for what is over once in a while only.
        if document is None or document["expires_at"] <= self._clock():
            return None
        draft = _unsealed(document["sealed"], token)
        known = document.get("known")
        return replace(draft, known=UUID(bytes=decrypt(_cipher(token), known, _KNOWN))) if known else draft


def _sealed(draft: Draft, token: str) -> bytes:
    said = {"slug": draft.slug, "answers": dict(draft.answers), "settled": sorted(draft.settled)}
    return encrypt(_cipher(token), json.dumps(said, ensure_ascii=False).encode(), b"")


def _unsealed(sealed: bytes, token: str) -> Draft:
    said = json.loads(decrypt(_cipher(token), sealed, b""))
    return Draft(said["slug"], said["answers"], frozenset(map(Step, said["settled"])))


def _cipher(token: str) -> AESGCM:
    return AESGCM(_derived(token, "seal"))


def _id_of(token: str) -> str:
    return _derived(token, "find").hex()


def _derived(token: str, use: str) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"istek draft {use}".encode()).derive(token.encode())
