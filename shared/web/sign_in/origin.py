"""Whether a form comes from our own pages: the guard against forms of other sites (CSRF). Pure."""

from collections.abc import Mapping
from typing import Final

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({"same-origin", "none"})


def comes_from_elsewhere(
    method: str, headers: Mapping[str, str], own_origin: str, *, browsers_only: bool
) -> bool:
    """Tell whether a request that changes something was made by a page that is not ours.

    `same-site` counts as elsewhere: another port or subdomain is another house.

    Args:
        method: the HTTP method.
        headers: the request's headers, in lower case.
        own_origin: scheme, host and port of our pages.
        browsers_only: whether to refuse who says nothing of where it comes from. Browsers do say.
    """
    if method in SAFE_METHODS:
        return False
    if site := headers.get("sec-fetch-site"):
        return site not in _OWN_SITES
    if origin := headers.get("origin"):
        return origin != own_origin
    return browsers_only
