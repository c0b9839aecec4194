"""Is this receipt genuine? Answered by the file and the published keys alone."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from joserfc import jws
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from pydantic import ValidationError

from services.intake.receipts.sealing import attached, unsealed
from services.intake.receipts.signing import ALGORITHM, TYPE
from services.intake.receipts.statement import Statement, sha256

LARGEST: Final = 512 * 1024
"""Bytes of the largest file that is looked at; a receipt has a tenth of it."""

_DOTS: Final = 2
_FLATTENED: Final = {"protected", "payload", "signature"}


class Fault(StrEnum):
    """Why a file is no genuine receipt."""

    NO_SIGNATURE = "no_signature"
    UNKNOWN_KEY = "unknown_key"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        fault: what is wrong, or None with a genuine receipt.
        statement: what is signed. It may be there in spite of a fault: then these words are genuine and what
            stands around them is not, so that a reader can compare.
    """

    fault: Fault | None
    statement: Statement | None = None


def check(content: bytes, keys: KeySet) -> Finding:
    """Return what is to be thought of a file: a PDF, a compact JWS or a flattened one (RFC 7515, 7.2.2)."""
    if content.lstrip().startswith(b"%PDF-"):
        return _check_pdf(content, keys)
    token = _token_of(content.strip())
    return _check_token(token, keys) if token else Finding(Fault.NO_SIGNATURE)


def _check_pdf(pdf: bytes, keys: KeySet) -> Finding:
    rest, seal = unsealed(pdf)
    token = seal or attached(pdf)
    if token is None:
        return Finding(Fault.NO_SIGNATURE)
    found = _check_token(token, keys)
    if found.statement is None or (seal and found.statement.document == sha256(rest)):
        return found
    return Finding(Fault.CHANGED, found.statement)


def _check_token(token: str, keys: KeySet) -> Finding:
    try:
        signed = jws.deserialize_compact(token, keys, algorithms=[ALGORITHM])
    except InvalidKeyIdError:
        return Finding(Fault.UNKNOWN_KEY)
    except (JoseError, ValueError):
        return Finding(Fault.CHANGED)
    if signed.headers().get("typ") != TYPE or not _is_canonical(token):
        return Finding(Fault.CHANGED)
    try:
        return Finding(None, Statement.model_validate_json(signed.payload))
    except ValidationError:
        return Finding(Fault.CHANGED)


def _is_canonical(token: str) -> bool:
    """Tell whether the signature is written as it was made: its last letter has four bits to spare."""
    signature = token.rpartition(".")[2]
    return urlsafe_b64encode(urlsafe_b64decode(signature + "==")).rstrip(b"=").decode() == signature


def _token_of(content: bytes) -> str | None:
    text = content.decode(errors="replace")
    if text.startswith("{"):
        return _compact(text)
    return text if text.count(".") == _DOTS and not any(map(str.isspace, text)) else None


def _compact(flattened: str) -> str | None:
    try:
        parts = json.loads(flattened)
    except (ValueError, RecursionError):
        return None
    if set(parts) != _FLATTENED or not all(isinstance(part, str) for part in parts.values()):
        return None
    return f"{parts['protected']}.{parts['payload']}.{parts['signature']}"
