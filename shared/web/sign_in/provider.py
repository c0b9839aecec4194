"""The OpenID provider over HTTP: where its pages are, its keys, and the token that a code stands for."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Generic, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from pydantic import AfterValidator, BaseModel, ValidationError

from shared.clock import Clock
from shared.web.sign_in.attempt import Attempt
from shared.web.sign_in.identity import NotProvenError, SignatureNotProvenError, verified_claims
from shared.web.sign_in.settings import SignInSettings, is_loopback, is_private_or_https

_KEPT_FOR: Final = timedelta(hours=1)
_OK: Final = 200
_SERVER_FAULT: Final = 500


class ProviderAwayError(Exception):
    """The provider does not answer, or not as one; the message says where."""


def _private(url: str) -> str:
    if not is_private_or_https(url):
        raise ValueError("is not an https:// address")
    return url


Endpoint = Annotated[str, AfterValidator(_private)]


class Metadata(BaseModel):
    """What the provider says of itself (OpenID Connect Discovery 1.0), as far as we need it."""

    issuer: str
    authorization_endpoint: Endpoint
    token_endpoint: Endpoint
    jwks_uri: Endpoint
    end_session_endpoint: Endpoint | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


T = TypeVar("T")


class _Kept(Generic[T]):
    """Something of the provider's that is fetched again when it is old."""

    def __init__(self, fetch: Callable[[], Awaitable[T]], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: tuple[datetime, T] | None = None

    async def get(self) -> T:
        if self._held and self._clock() - self._held[0] < _KEPT_FOR:
            return self._held[1]
        return await self.anew()

    async def anew(self) -> T:
        fetched = await self._fetch()
        self._held = (self._clock(), fetched)
        return fetched


class Provider:
    """One OpenID provider and this client of it. Nothing is asked before somebody signs in."""

    def __init__(self, settings: SignInSettings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        # A proxy of the environment stands between us and other machines, never before our own.
        away = not is_loopback(urlsplit(settings.issuer).hostname)
        self._client = httpx.AsyncClient(timeout=settings.timeout_s, trust_env=away)
        self._metadata = _Kept(self._fetch_metadata, clock)
        self._keys = _Kept(self._fetch_keys, clock)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def sign_in_url(self, attempt: Attempt, redirect_uri: str) -> str:
        """Return where a browser goes to sign in.

        Raises:
            ProviderAwayError: the provider does not say where.
        """
        return _with_query(
            (await self._metadata.get()).authorization_endpoint,
            response_type="code",
            client_id=self._settings.client_id,
            redirect_uri=redirect_uri,
            scope=self._settings.scopes,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=attempt.challenge,
            code_challenge_method="S256",
        )

    async def sign_out_url(self, back: str, state: str, id_token: str | None) -> str | None:
        """Return where a browser goes to sign out (RP-Initiated Logout 1.0); None if there is no such place.

        Args:
            back: where the provider leads on to.
            state: what it says there.
            id_token: of the session that ends; with it the provider need not ask whether the person means it.

        Raises:
            ProviderAwayError: the provider does not say where.
        """
        endpoint = (await self._metadata.get()).end_session_endpoint
        if endpoint is None:
            return None
        hint = {"id_token_hint": id_token} if id_token else {}
        return _with_query(
            endpoint, client_id=self._settings.client_id, post_logout_redirect_uri=back, state=state, **hint
        )

    async def redeem(self, code: str, attempt: Attempt, redirect_uri: str) -> tuple[str, dict[str, Any]]:
        """Exchange a code; return the ID token and its claims, verified.

        Raises:
            ProviderAwayError: the provider does not answer.
            NotProvenError: it refuses the code, or its token does not prove who somebody is.
        """
        token = await self._id_token(code, attempt, redirect_uri)
        try:
            claims = self._verified(token, await self._keys.get(), attempt)
        except SignatureNotProvenError:
            # Its keys may have turned since we fetched them.
            claims = self._verified(token, await self._keys.anew(), attempt)
        return token, claims

    def _verified(self, token: str, keys: KeySet, attempt: Attempt) -> dict[str, Any]:
        return verified_claims(
            token,
            keys,
            issuer=self._settings.issuer,
            client_id=self._settings.client_id,
            nonce=attempt.nonce,
            now=self._clock(),
        )

    async def _id_token(self, code: str, attempt: Attempt, redirect_uri: str) -> str:
        metadata = await self._metadata.get()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": attempt.verifier,
        }
        auth: httpx.Auth | None = None
        secret = self._settings.client_secret
        if secret and "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            # RFC 6749, section 2.3.1: both are form-encoded before they are joined.
            auth = httpx.BasicAuth(_encoded(self._settings.client_id), _encoded(secret.get_secret_value()))
        else:
            form["client_id"] = self._settings.client_id
            if secret:
                form["client_secret"] = secret.get_secret_value()
        answer = await self._json("POST", metadata.token_endpoint, data=form, auth=auth)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotProvenError("token endpoint: the answer holds no id_token")
        return token

    async def _fetch_metadata(self) -> Metadata:
        url = self._settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            metadata = Metadata.model_validate(await self._json("GET", url))
        except (ValidationError, NotProvenError) as error:
            raise ProviderAwayError(f"{url} is not the metadata of an OpenID provider") from error
        if metadata.issuer != self._settings.issuer:
            raise ProviderAwayError(f"{url} speaks for another issuer than ISTEK_OIDC_ISSUER")
        return metadata

    async def _fetch_keys(self) -> KeySet:
        url = (await self._metadata.get()).jwks_uri
        try:
            keys: Any = await self._json("GET", url)
            return KeySet.import_key_set(keys)
        except (JoseError, NotProvenError, KeyError, TypeError, ValueError) as error:
            raise ProviderAwayError(f"{url} holds no keys") from error

    async def _json(
        self, method: str, url: str, *, data: dict[str, str] | None = None, auth: httpx.Auth | None = None
    ) -> dict[str, Any]:
        """Return the JSON object at ``url``.

        Raises:
            ProviderAwayError: no answer, a fault of the server's own, or no JSON object.
            NotProvenError: the provider refuses.
        """
        try:
            response = await self._client.request(
                method, url, data=data, auth=auth, headers={"Accept": "application/json"}
            )
        except httpx.HTTPError as error:
            raise ProviderAwayError(f"{url}: {type(error).__name__}") from error
        if response.status_code >= _SERVER_FAULT:
            raise ProviderAwayError(f"{url}: answers {response.status_code}")
        if response.status_code != _OK:
            raise NotProvenError(f"{url}: answers {response.status_code}")
        try:
            content = response.json()
        except ValueError as error:
            raise ProviderAwayError(f"{url}: the answer is no JSON") from error
        if not isinstance(content, dict):
            raise ProviderAwayError(f"{url}: the answer is no JSON object")
        return content


def _with_query(endpoint: str, **parameters: str) -> str:
    return endpoint + ("&" if "?" in endpoint else "?") + urlencode(parameters)


def _encoded(text: str) -> str:
    return quote(text, safe="")
