"""A small OpenID provider of one's own: real codes, tokens and keys, and ways to misbehave.

It is strict where a provider is: a code works once, for the client, address and verifier it was made for.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
from fastapi import Depends, FastAPI, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.middleware.base import RequestResponseEndpoint

from shared.web.sign_in.settings import SignInSettings
from tests.support.serving import served

CLIENT_ID = "istek"
CLIENT_SECRET = "gizli: bir / sözcük"
COOKIE_KEY = base64.b64encode(b"k" * 32).decode()

PEOPLE: dict[str, dict[str, Any]] = {
    "e.demir": {"name": "Elif Demir", "roles": ["istek-triage", "offline_access"]},
    "d.aslan": {"name": "Deniz Aslan", "roles": ["istek-auditor"]},
    "y.kaya": {"name": "Yusuf Kaya", "roles": ["istek-ops"]},
    "b.yeni": {"name": "Barış Yeni", "roles": []},
}


class OpenIdProvider:
    """The provider; change `evil` and `people`, call `rotate`, read `signed_out`.

    Ways to misbehave: wrong-nonce, wrong-audience, wrong-issuer, two-audiences, expired, from-tomorrow,
    alg-none, shared-secret, other-key, no-name, no-token, refuse-code, away.
    """

    def __init__(self) -> None:
        self.issuer = ""
        self.evil = ""
        self.ends_sessions = True
        self.auth_methods = ["client_secret_basic"]
        self.people = {code: dict(claims) for code, claims in PEOPLE.items()}
        self.signed_out: list[dict[str, str]] = []
        self.asked: list[dict[str, str]] = []
        self.keys_fetched = 0
        self._key = RSAKey.generate_key(2048, auto_kid=True)
        self._codes: dict[str, dict[str, str]] = {}
        self.app = FastAPI()
        self.app.middleware("http")(self._away)
        self.app.get("/.well-known/openid-configuration")(self.metadata)
        self.app.get("/authorize")(self.authorize)
        self.app.post("/authorize")(self.decide)
        self.app.post("/token")(self.token)
        self.app.get("/keys")(self.keys)
        self.app.get("/logout")(self.logout)

    def rotate(self) -> None:
        """Sign with a new key and publish no other."""
        self._key = RSAKey.generate_key(2048, auto_kid=True)

    async def metadata(self) -> dict[str, Any]:
        ends = {"end_session_endpoint": f"{self.issuer}/logout"} if self.ends_sessions else {}
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "token_endpoint_auth_methods_supported": self.auth_methods,
            **ends,
        }

    async def authorize(self, request: Request) -> Response:
        """The page where a person signs in: one button each."""
        asked = dict(request.query_params)
        self.asked.append(asked)
        fields = "".join(
            f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in asked.items()
        )
        buttons = "".join(f'<button name="person" value="{code}">{code}</button>' for code in self.people)
        return HTMLResponse(f'<title>Kimlik</title><form method="post">{fields}{buttons}</form>')

    async def decide(self, request: Request) -> Response:
        """Send the person back with a code."""
        form = {name: str(value) for name, value in (await request.form()).items()}
        if form["client_id"] != CLIENT_ID or form["code_challenge_method"] != "S256":
            raise HTTPException(400)
        code = secrets.token_urlsafe(16)
        self._codes[code] = form
        answer = {"code": code, "state": form["state"], "iss": self.issuer}
        return RedirectResponse(f"{form['redirect_uri']}?{urlencode(answer)}", 303)

    async def token(
        self,
        *,
        credentials: Annotated[HTTPBasicCredentials | None, Depends(HTTPBasic(auto_error=False))],
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
        client_id: Annotated[str, Form()] = "",
        client_secret: Annotated[str, Form()] = "",
    ) -> dict[str, str]:
        if credentials is not None:
            given = dict(parse_qsl(f"id={credentials.username}&secret={credentials.password}"))
            method, shown = "client_secret_basic", (given["id"], given["secret"])
        else:
            method = "client_secret_post" if client_secret else "none"
            shown = (client_id, client_secret or CLIENT_SECRET)
        if method not in self.auth_methods or shown != (CLIENT_ID, CLIENT_SECRET):
            raise HTTPException(401)
        asked = self._codes.pop(code, None)
        digest = _base64url(hashlib.sha256(code_verifier.encode()).digest())
        if (
            asked is None
            or asked["redirect_uri"] != redirect_uri
            or asked["code_challenge"] != digest.decode()
            or self.evil == "refuse-code"
        ):
            raise HTTPException(400)
        if self.evil == "no-token":
            return {"access_token": "x", "token_type": "Bearer"}
        return {"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked)}

    async def keys(self) -> Mapping[str, Any]:
        self.keys_fetched += 1
        return KeySet([self._key]).as_dict(private=False)

    async def logout(self, request: Request) -> Response:
        asked = dict(request.query_params)
        self.signed_out.append(asked)
        return RedirectResponse(
            f"{asked['post_logout_redirect_uri']}?{urlencode({'state': asked['state']})}", 303
        )

    def _signed(self, asked: Mapping[str, str]) -> str:
        now, code = int(time.time()), asked["person"]
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": hashlib.sha256(code.encode()).hexdigest(),
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "preferred_username": code,
            **self.people[code],
            **_LIES.get(self.evil, dict)(),
        }
        if self.evil == "no-name":
            del claims["preferred_username"]
        header = {"alg": _FORGED.get(self.evil, "RS256"), "kid": str(self._key.kid)}
        if self.evil in _FORGED:
            return _forged(header, claims, self._key)
        key = self._key
        if self.evil == "other-key":
            key = RSAKey.generate_key(2048, parameters={"kid": str(self._key.kid)})
        return jwt.encode(header, claims, key)

    async def _away(self, request: Request, call_next: RequestResponseEndpoint) -> Response:
        return Response(status_code=502) if self.evil == "away" else await call_next(request)


_LIES: dict[str, Any] = {
    "wrong-nonce": lambda: {"nonce": "of-another-attempt"},
    "wrong-audience": lambda: {"aud": "somebody-else"},
    "two-audiences": lambda: {"aud": [CLIENT_ID, "somebody-else"]},
    "wrong-issuer": lambda: {"iss": "https://elsewhere.example"},
    "expired": lambda: {"iat": int(time.time()) - 900, "exp": int(time.time()) - 600},
    "from-tomorrow": lambda: {"iat": int(time.time()) + 86_400, "exp": int(time.time()) + 90_000},
}


_FORGED = {"alg-none": "none", "shared-secret": "HS256"}


def _forged(header: Mapping[str, str], claims: Mapping[str, Any], key: RSAKey) -> str:
    """Return a token that a careless verifier takes: unsigned, or with the public key as the secret."""
    content = b".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
    secret = key.as_pem(private=False)
    signature = b"" if header["alg"] == "none" else hmac.digest(secret, content, "sha256")
    return (content + b"." + _base64url(signature)).decode()


def _base64url(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


@contextmanager
def openid_provider() -> Iterator[OpenIdProvider]:
    """Run a provider on loopback."""
    provider = OpenIdProvider()
    with served(provider.app) as address:
        provider.issuer = address
        yield provider


def settings_for(provider: OpenIdProvider, **changes: object) -> SignInSettings:
    """Return the settings of a service that knows this provider."""
    known = {"issuer": provider.issuer, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return SignInSettings.model_validate({**known, "cookie_key": COOKIE_KEY, "timeout_s": 30, **changes})


async def sign_in(client: httpx.AsyncClient, person: str, path: str = "/") -> httpx.Response:
    """Open ``path``, sign in as ``person`` where that leads, and return what coming back is answered with."""
    begun = await client.get(f"/giris?{urlencode({'next': path})}")
    return await client.get(await decided(begun.headers["location"], person))


async def decided(authorize_url: str, person: str) -> str:
    """Return where the provider sends ``person`` back to, as path and query."""
    asked = dict(parse_qsl(urlsplit(authorize_url).query))
    async with httpx.AsyncClient(trust_env=False, timeout=60) as browser:
        answer = await browser.post(authorize_url.partition("?")[0], data={**asked, "person": person})
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"
