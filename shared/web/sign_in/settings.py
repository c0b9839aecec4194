"""Settings of sign-in, from ``ISTEK_OIDC_*`` environment variables; the same for every service."""

import base64
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.web.sign_in.access import TABLE

_KEY_BYTES: Final = 32


class SignInSettings(BaseSettings):
    """Which OpenID provider tells who somebody is, and how long that holds.

    Attributes:
        issuer: the provider's issuer address, exactly as its metadata names it; without one nobody signs in.
        client_id: what the provider calls this system.
        client_secret: proves it to the provider; none for a public client.
        scopes: what is asked for, separated by spaces; `openid` must be among them.
        staff_claim: claim with the staff code under which acts are recorded. A path has dots.
        name_claim: claim with the name that pages show.
        roles_claim: claim with the roles, for example `roles` or `realm_access.roles`.
        access: the table of roles and areas; without it, the one of this version.
        cookie_key: base64 of 32 bytes that seal the session cookie, the same for all replicas; several
            separated by commas: the first seals, the others still open.
        session_hours: after this a person signs in anew, whatever happened in between.
        idle_minutes: after this without opening a page or sending a form, too.
        timeout_s: seconds that the provider may take to answer.
        off: staff pages stay open although they are no loopback addresses: something before them signs in.
    """

    model_config = SettingsConfigDict(
        # What is wrong is said without the values, since secrets are among them.
        env_prefix="ISTEK_OIDC_",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    issuer: str = ""
    client_id: str = ""
    client_secret: SecretStr | None = None
    scopes: str = "openid profile"
    staff_claim: str = "preferred_username"
    name_claim: str = "name"
    roles_claim: str = "roles"
    access: Path = TABLE
    cookie_key: SecretStr | None = None
    session_hours: Annotated[float, Field(gt=0, le=24)] = 10
    idle_minutes: Annotated[float, Field(gt=0)] = 60
    timeout_s: Annotated[float, Field(gt=0)] = 5.0
    off: bool = False

    @model_validator(mode="after")
    def _is_whole(self) -> "SignInSettings":
        if not self.issuer:
            return self
        if not is_private_or_https(self.issuer):
            raise ValueError("ISTEK_OIDC_ISSUER must begin with https:// (http:// only on this machine)")
        if not self.client_id:
            raise ValueError("ISTEK_OIDC_CLIENT_ID is missing: the client's name at the provider")
        if "openid" not in self.scopes.split():
            raise ValueError("ISTEK_OIDC_SCOPES must hold openid, or the provider sends no identity")
        if not self.cookie_keys:
            raise ValueError("ISTEK_OIDC_COOKIE_KEY is missing; make one with: openssl rand -base64 32")
        return self

    @property
    def cookie_keys(self) -> tuple[bytes, ...]:
        """The keys that seal cookies, the one in use first.

        Raises:
            ValueError: one is not base64 of 32 bytes.
        """
        written = self.cookie_key.get_secret_value() if self.cookie_key else ""
        return tuple(_key(text) for text in written.split(",") if text.strip())

    @property
    def session_life(self) -> timedelta:
        """How long a sign-in holds at most."""
        return timedelta(hours=self.session_hours)

    @property
    def idle_life(self) -> timedelta:
        """How long it holds without anybody at work."""
        return timedelta(minutes=self.idle_minutes)


def is_loopback(host: str | None) -> bool:
    """Tell whether ``host``, a name or an address, is this machine alone."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


def is_private_or_https(url: str) -> bool:
    """Tell whether nobody in between can read or change what goes to ``url``."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname))


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise ValueError(
            "ISTEK_OIDC_COOKIE_KEY must be base64 of 32 bytes; make one with: openssl rand -base64 32"
        )
    return key
