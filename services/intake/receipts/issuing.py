"""Issues receipts: what is known of a request now, stated, signed, printed."""

import asyncio

from services.intake.receipts.links import Receipts
from services.intake.receipts.printing import Paper, Printer
from services.intake.receipts.signing import SigningKeys
from services.intake.receipts.statement import Statement, statement_of
from services.intake.records import RequestRecord
from services.intake.store import IntakeStore
from services.intake.tracking.dates import Clocks
from services.intake.tracking.story import tell


class ReceiptOffice:
    """Makes the receipt of a request whenever somebody wants it. Nothing of it is stored."""

    def __init__(
        self,
        store: IntakeStore,
        receipts: Receipts,
        keys: SigningKeys,
        printer: Printer,
        *,
        clocks: Clocks,
        issuer: str,
    ) -> None:
        """Take what it works with.

        Args:
            store: knows what became of a request.
            receipts: number, code and links.
            keys: sign.
            printer: makes the PDF.
            clocks: know the dates; a receipt does without where they cannot be told.
            issuer: address of this installation.
        """
        self._store = store
        self._receipts = receipts
        self._printer = printer
        self._clocks = clocks
        self._issuer = issuer
        self.keys = keys

    async def statement(self, record: RequestRecord) -> Statement:
        """Return what can be stated of an accepted request now.

        Raises:
            UnavailableError: the database is away.
        """
        timeline = await self._store.timeline(record.request_id)
        dates = await self._clocks.dates(record.request_id) if timeline else None
        return statement_of(record, tell(record, timeline), dates, self._issuer)

    async def token(self, record: RequestRecord) -> str:
        """Return the signed statement alone, which may be given to anybody: it does not hold the code."""
        return self.keys.sign(await self.statement(record))

    async def pdf(self, record: RequestRecord, paper: Paper) -> bytes:
        """Return the receipt to print."""
        statement = await self.statement(record)
        return await asyncio.to_thread(self._printer.pdf, self._receipts.of(record), statement, paper)
