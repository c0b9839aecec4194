"""What a service shows another: a signed statement, good for a minute, of who asks and who is asked (JWT)."""

from collections.abc import Callable, Collection
from typing import Final

from joserfc import jws, jwt
from joserfc.errors import ClaimError, ExpiredTokenError, JoseError
from joserfc.jwk import OKPKey

ALGORITHM: Final = "Ed25519"
TYPE: Final = "istek-service+jwt"
"""Says in the signed header what is signed, so that nothing else signed by a key passes for a token."""

LIFE_S: Final = 60
_SKEW_S: Final = 10
"""What two machines' clocks may differ."""

PublicKeyOf = Callable[[str], OKPKey | None]


class TokenError(Exception):
    """A token that proves nothing; the message says why, for logs."""


def sign(name: str, audience: str, key: OKPKey, now: int) -> str:
    """Return the token by which ``name`` asks ``audience``, from ``now`` on, in seconds since 1970."""
    claims = {"iss": name, "aud": audience, "iat": now, "exp": now + LIFE_S}
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": name}, claims, key, algorithms=[ALGORITHM])


def asker(token: str, audience: str, known: Collection[str], key_of: PublicKeyOf, now: int) -> str:
    """Return the name of the service that a token proves.

    Args:
        token: as it was shown.
        audience: who is asked.
        known: names that can be meant at all.
        key_of: the public key of a name.
        now: the present, in seconds since 1970.

    Raises:
        TokenError: it proves nothing here and now.
    """
    try:
        said = jws.extract_compact(token.encode()).headers()
        name = said.get("kid")
        key = key_of(name) if isinstance(name, str) and name in known else None
        if key is None or said.get("typ") != TYPE:
            raise TokenError("signed by nobody known")
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
        _registry(str(name), audience, now).validate(claims)
    except ExpiredTokenError:
        raise TokenError("expired") from None
    except ClaimError as error:
        raise TokenError(f"claim {error.claim} is not as it must be") from None
    except (JoseError, ValueError) as error:
        raise TokenError(type(error).__name__) from None
    if claims["exp"] - claims["iat"] > LIFE_S:
        raise TokenError("made to last too long")
    return str(name)


def _registry(name: str, audience: str, now: int) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=now,
        leeway=_SKEW_S,
        iss={"essential": True, "value": name},
        aud={"essential": True, "value": audience},
        iat={"essential": True},
        exp={"essential": True},
    )
