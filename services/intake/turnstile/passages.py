"""What a request wants of the door, by method and path alone, since nothing of it has been read yet. Pure."""

from enum import Enum, auto
from typing import Final

from shared.contracts.vocabulary import Channel


class Passage(Enum):
    """Kinds of requests that are counted."""

    POST = auto()  # brings something in, or reads what is open to everybody
    FORM_POST = auto()  # a page of the form, which a browser can send again as it was
    URGENT_POST = auto()  # the same, by a channel on which staff report dangers
    PROOF = auto()  # shows number and code, right or guessed


_POSTS: Final = "/v1/"
_FORM: Final = "/basvuru"
_OPEN: Final = "/open311/"
_PROOFS: Final = ("/t/", "/izle", "/verify", "/basvuru/alindi/")
_URGENT: Final = tuple(f"/v1/{channel}/" for channel in (Channel.CALL, Channel.VATANDAS_BASKAN))
"""Danger is known once the body is read, which is what an overloaded door has no time for. These two channels
are those by which staff report it, so room is kept for them; residents in danger are told to call 112."""


def passage_of(method: str, path: str) -> Passage | None:
    """Return what is asked for, or None of what is not counted."""
    if path.startswith(_PROOFS):
        return Passage.PROOF
    if path.startswith(_OPEN):
        return Passage.POST
    if method != "POST":
        return None
    if path.startswith(_FORM):
        return Passage.FORM_POST
    if not path.startswith(_POSTS):
        return None
    return Passage.URGENT_POST if path.startswith(_URGENT) else Passage.POST
