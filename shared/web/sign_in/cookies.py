"""The cookies of sign-in: the session, the attempt under way, and what signing out tells the provider."""

from typing import Final

from fastapi import Request, Response

from shared.clock import Clock
from shared.web.sign_in import attempt as attempts
from shared.web.sign_in.attempt import Attempt, attempt_from
from shared.web.sign_in.sealing import Sealer
from shared.web.sign_in.sessions import Lifetime, Session, session_from
from shared.web.sign_in.settings import SignInSettings

SIGN_IN: Final = "/giris"
SIGN_OUT: Final = "/cikis"
_STATE_SHOWN: Final = 8
_LARGEST: Final = 3_800
"""Browsers keep no cookie over 4,096 bytes, name and attributes included."""


class Cookies:
    """Reads and writes them. All are sealed, out of scripts' reach, and not sent with other sites' forms."""

    def __init__(self, settings: SignInSettings, *, secure: bool, clock: Clock) -> None:
        self._sealer = Sealer(settings.cookie_keys)
        self._issuer = settings.issuer
        self._lifetime = Lifetime(settings.session_life, settings.idle_life)
        self._secure = secure
        self._clock = clock
        # With this prefix browsers refuse what a neighbouring host or plain HTTP tries to set (RFC 6265bis).
        self._session_name = "__Host-istek_session" if secure else "istek_session"

    def session(self, request: Request) -> Session | None:
        """Return the session of a request, if it still holds."""
        sealed = request.cookies.get(self._session_name)
        content = self._sealer.open("session", sealed) if sealed else None
        session = session_from(content) if content else None
        if session and session.issuer == self._issuer and self._lifetime.holds(session, self._clock()):
            return session
        return None

    def begin_session(self, response: Response, session: Session, id_token: str) -> None:
        """Set the session, and keep the ID token for signing out if a browser can hold it."""
        self._set(response, self._session_name, self._sealer.seal("session", session.as_json()))
        hint = self._sealer.seal("hint", {"id_token": id_token})
        if len(hint) <= _LARGEST:
            self._set(response, "istek_hint", hint, path=SIGN_OUT)

    def end_session(self, response: Response) -> None:
        """Take back the session and what goes with it."""
        self._drop(response, self._session_name)
        self._drop(response, "istek_hint", path=SIGN_OUT)

    def renewal(self, session: Session) -> str | None:
        """Return the `Set-Cookie` that notes the person at work now; None if that was noted just before."""
        now = self._clock()
        if not self._lifetime.worth_noting(session, now):
            return None
        response = Response()
        sealed = self._sealer.seal("session", session.seen_at(now).as_json())
        self._set(response, self._session_name, sealed)
        return response.headers["set-cookie"]

    def sets_session(self, set_cookie: str) -> bool:
        """Tell whether a `Set-Cookie` is about the session."""
        return set_cookie.startswith(f"{self._session_name}=")

    def hint(self, request: Request) -> str | None:
        """Return the ID token that was kept for signing out."""
        sealed = request.cookies.get("istek_hint")
        content = self._sealer.open("hint", sealed) if sealed else None
        return content["id_token"] if content else None

    def begin_attempt(self, response: Response, attempt: Attempt) -> None:
        """Keep an attempt until its answer comes; each has a cookie of its own, so that tabs do not meet."""
        sealed = self._sealer.seal("attempt", attempt.as_json())
        life = int(attempts.LIFE.total_seconds())
        self._set(response, _attempt_name(attempt.state), sealed, path=SIGN_IN, max_age=life)

    def attempt(self, request: Request, state: str) -> Attempt | None:
        """Return the attempt that ``state`` answers, if this browser made it, and in time."""
        sealed = request.cookies.get(_attempt_name(state))
        content = self._sealer.open("attempt", sealed) if sealed else None
        attempt = attempt_from(content) if content else None
        if attempt and attempt.is_answered_by(state, int(self._clock().timestamp())):
            return attempt
        return None

    def end_attempt(self, response: Response, state: str) -> None:
        """Take back an attempt that was answered."""
        self._drop(response, _attempt_name(state), path=SIGN_IN)

    def _set(
        self, response: Response, name: str, value: str, *, path: str = "/", max_age: int | None = None
    ) -> None:
        response.set_cookie(
            name, value, max_age=max_age, path=path, httponly=True, samesite="lax", secure=self._secure
        )

    def _drop(self, response: Response, name: str, path: str = "/") -> None:
        response.delete_cookie(name, path=path, httponly=True, samesite="lax", secure=self._secure)


def _attempt_name(state: str) -> str:
    return f"istek_giris_{state[:_STATE_SHOWN]}"
