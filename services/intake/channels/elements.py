"""The elements that the law asks of an application: which are there, and which are not. Pure.

The subject is an element too (law 4982 art. 6, communiqué to law 6698 art. 5), but no channel takes a request
without words, and whether they are clear is for a person to say.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.contracts.vocabulary import Kind


class Element(StrEnum):
    """What the law asks for, by the names that events give them."""

    NAME = "ad"
    SIGNATURE = "imza"
    ADDRESS = "adres"
    IDENTITY_NUMBER = "kimlik_no"


@dataclass(frozen=True, slots=True)
class Elements:
    """What the law asks of one application, in the law's order."""

    present: tuple[Element, ...]
    missing: tuple[Element, ...]


_PETITION: Final = (Element.NAME, Element.SIGNATURE, Element.ADDRESS)
_ON_PAPER: Final[Mapping[Kind, tuple[Element, ...]]] = {
    # Law 3071 art. 4.
    Kind.PETITION: _PETITION,
    # Law 4982 art. 6.
    Kind.INFORMATION: (Element.NAME, Element.SIGNATURE, Element.ADDRESS),
    # Communiqué to law 6698 (RG 10.3.2018/30356) art. 5; the signature only "if the application is written".
    Kind.DATA_SUBJECT: (Element.NAME, Element.SIGNATURE, Element.IDENTITY_NUMBER, Element.ADDRESS),
}
_ELECTRONIC: Final[Mapping[Kind, tuple[Element, ...]]] = {
    # The petition's law knows one form alone, so that what came electronically lacks its signature.
    Kind.PETITION: _PETITION,
    # Regulation to law 4982 (RG 27.4.2004/25445) art. 10: the number stands in for the signature.
    Kind.INFORMATION: (Element.NAME, Element.IDENTITY_NUMBER, Element.ADDRESS),
    Kind.DATA_SUBJECT: (Element.NAME, Element.IDENTITY_NUMBER, Element.ADDRESS),
}


def asked_of(kind: Kind, *, electronic: bool) -> tuple[Element, ...]:
    """Return what the law asks of this kind of application; nothing of a plain request or complaint."""
    return (_ELECTRONIC if electronic else _ON_PAPER).get(kind, ())


def elements_of(kind: Kind, seen: Collection[str], *, electronic: bool) -> Elements:
    """Return which of the elements are there.

    Args:
        kind: what the applicant brings.
        seen: names of the elements that were stated, or that staff saw.
        electronic: it came by wire, and not on paper or by word of mouth.
    """
    asked = asked_of(kind, electronic=electronic)
    return Elements(
        present=tuple(element for element in asked if element in seen),
        missing=tuple(element for element in asked if element not in seen),
    )
