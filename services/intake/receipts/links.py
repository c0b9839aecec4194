"""The receipt of a request: number, code, and the link that carries both."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.intake.receipts.secrets import TrackingCodes
from services.intake.records import RequestRecord


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the applicant gets in hand.

    Attributes:
        request_id: of the request.
        number: of the receipt; anybody may know it.
        code: proves that the receipt is one's own.
        tracking_url: where the request is followed.
        page_url: the receipt as a page.
        pdf_url: the receipt to print and to keep, signed.
        received_at: when the authority had the request.
    """

    request_id: UUID
    number: str
    code: str
    tracking_url: str
    page_url: str
    pdf_url: str
    received_at: datetime


class Receipts:
    """Makes the receipt of a request, the same one each time."""

    def __init__(self, codes: TrackingCodes, public_url: str) -> None:
        self._codes = codes
        self._public_url = public_url

    def of(self, record: RequestRecord) -> Receipt:
        """Return the receipt of an accepted request."""
        code = self._codes.code_of(record.request_id)
        address = f"{self._public_url}/t/{record.receipt_number}"
        return Receipt(
            request_id=record.request_id,
            number=record.receipt_number,
            code=code,
            tracking_url=f"{address}?s={code}",
            page_url=f"{address}/receipt?s={code}",
            pdf_url=f"{address}/receipt.pdf?s={code}",
            received_at=record.received_at,
        )

    def proves(self, typed_code: str, request_id: UUID) -> bool:
        """Tell, in constant time, whether the code is this request's."""
        return self._codes.proves(typed_code, request_id)
