"""What every form at the door has: a one-time token, which is its idempotency key, under one client."""

import secrets
from typing import Final

FORM_CLIENT: Final = "form"
"""Whose idempotency keys the tokens are, and whose requests and files what is sent with them."""
TOKEN_LENGTH: Final = 32
_BYTES: Final = 24


def new_token() -> str:
    """Return a token that no form had before: 192 bits, in ``TOKEN_LENGTH`` characters."""
    return secrets.token_urlsafe(_BYTES)
