"""Which sign-in the pages of a service have."""

from collections.abc import Sequence

from shared.clock import Clock, system_clock
from shared.web.sign_in.guarding import SignIn
from shared.web.sign_in.oidc import OidcSignIn
from shared.web.sign_in.open_desk import OpenDesk
from shared.web.sign_in.settings import SignInSettings


def sign_in_for(
    public_url: str,
    *,
    also_at: Sequence[str] = (),
    settings: SignInSettings | None = None,
    clock: Clock = system_clock,
) -> SignIn:
    """Return the sign-in of the staff pages at ``public_url``.

    Args:
        public_url: where browsers of staff reach the service.
        also_at: where others reach the same service; its staff pages are there too.
        settings: defaults to those of the environment.
        clock: tells the time.

    Raises:
        ValidationError: the settings are incomplete; it says what is missing.
        OpenPagesError: nobody signs in, yet others than this machine reach the pages.
        DataFileError: the table of roles and areas cannot be used.
    """
    chosen = settings or SignInSettings()
    if chosen.issuer:
        return OidcSignIn(chosen, public_url, clock)
    return OpenDesk(chosen, (public_url, *also_at))
