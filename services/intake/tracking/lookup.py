"""Finds the request whose receipt someone holds."""

from typing import Final
from uuid import UUID

from services.intake.receipts import ReceiptNumberError, parse_number
from services.intake.receipts.links import Receipts
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore

_NOBODY: Final = UUID(int=0)
_LONGEST: Final = 40


class Lookup:
    """Number and code in, the request out; which of the two is wrong, neither answer nor time tells."""

    def __init__(self, store: IntakeStore, receipts: Receipts) -> None:
        self._store = store
        self._receipts = receipts

    async def find(self, typed_number: str, typed_code: str) -> RequestRecord | None:
        """Return the request if both fit, else None.

        Raises:
            UnavailableError: the database is away.
        """
        record = await self._store.request_by_number(_canonical(typed_number))
        # Checked against nobody's code where there is no such request, so that every answer takes as long.
        proven = self._receipts.proves(typed_code, record.request_id if record else _NOBODY)
        return record if record and proven else None


def _canonical(typed: str) -> str:
    try:
        return parse_number(typed)
    except ReceiptNumberError:
        return typed[:_LONGEST]
