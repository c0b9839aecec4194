"""What an ID token must prove before it is believed (OpenID Connect Core 1.0, section 3.1.3.7). Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.web.sign_in.access import AccessTable
from shared.web.sign_in.settings import SignInSettings
from shared.web.sign_in.staff import Staff

# The provider's public keys must suffice: neither `none` nor a shared secret.
_ALGORITHMS: Final = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "Ed25519", "EdDSA"),
)
_LEEWAY_S: Final = 30
_LONGEST_CODE, _LONGEST_NAME = 50, 80


class NotProvenError(Exception):
    """The provider's answer does not prove who somebody is; the message says why and names nobody."""


class SignatureNotProvenError(NotProvenError):
    """No key at hand made the signature: it is forged, or the provider has new keys."""


def verified_claims(
    token: str, keys: KeySet, *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of an ID token.

    Args:
        token: the token as it came.
        keys: the provider's public keys.
        issuer: who must have issued it.
        client_id: for whom it must be.
        nonce: of the attempt that it must answer.
        now: the present instant.

    Raises:
        SignatureNotProvenError: none of the keys made the signature, or not by an algorithm we take.
        NotProvenError: it is for another client, of another issuer or attempt, expired, or incomplete.
    """
    try:
        claims: dict[str, Any] = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
    except (JoseError, ValueError) as error:
        raise SignatureNotProvenError(f"signature: {type(error).__name__}") from error
    expected = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=_LEEWAY_S,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        expected.validate(claims)
    except JoseError as error:
        raise NotProvenError(f"claims: {error.error}: {getattr(error, 'claim', '')}") from error
    # A token for several is ours only if it was issued to us.
    if claims.get("azp", client_id) != client_id or (len(_listed(claims["aud"])) > 1 and "azp" not in claims):
        raise NotProvenError("claims: azp: issued to another client")
    return claims


def staff_from(claims: Mapping[str, Any], settings: SignInSettings, access: AccessTable) -> Staff:
    """Return the person whom verified claims speak of.

    Raises:
        NotProvenError: they hold no staff code of 1 to 50 characters.
    """
    code = _at(claims, settings.staff_claim)
    if not isinstance(code, str) or not 0 < len(code.strip()) <= _LONGEST_CODE:
        raise NotProvenError(f"claims: {settings.staff_claim}: holds no staff code of 1 to 50 characters")
    name = _at(claims, settings.name_claim)
    roles = [role for role in _listed(_at(claims, settings.roles_claim)) if isinstance(role, str)]
    shown = name.strip()[:_LONGEST_NAME] if isinstance(name, str) else ""
    return Staff(code.strip(), shown or code.strip(), access.roles_of(roles))


def _at(claims: Mapping[str, Any], path: str) -> object:
    """Return what is at a path with dots; a claim whose very name has dots goes first."""
    if path in claims:
        return claims[path]
    found: object = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
