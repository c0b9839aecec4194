"""What an applicant holds in hand: a number that can be read out, and a code that proves it is theirs."""

from services.intake.receipts.numbers import ReceiptNumberError, format_number, parse_number
from services.intake.receipts.secrets import TrackingCodes

__all__ = ["ReceiptNumberError", "TrackingCodes", "format_number", "parse_number"]
