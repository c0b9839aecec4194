"""Which sign-in the pages of a service have."""

from shared.clock import Clock, system_clock
from shared.web.sign_in.guarding import SignIn
from shared.web.sign_in.oidc import OidcSignIn
from shared.web.sign_in.open_desk import OpenDesk
from shared.web.sign_in.settings import SignInSettings


def sign_in_for(
    public_url: str, *, settings: SignInSettings | None = None, clock: Clock = system_clock
) -> SignIn:
    """Return the sign-in of the staff pages at ``public_url``.

    Args:
        public_url: where browsers reach the service.
        settings: defaults to those of the environment.
        clock: tells the time.

    Raises:
        ValidationError: the settings are incomplete; it says what is missing.
        OpenPagesError: nobody signs in, yet others than this machine reach the pages.
        DataFileError: the table of roles and areas cannot be used.
    """
    chosen = settings or SignInSettings()
    return OidcSignIn(chosen, public_url, clock) if chosen.issuer else OpenDesk(chosen, public_url)
