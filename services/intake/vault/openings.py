"""What the desk may have opened, one thing for one purpose: which texts, and what law allows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.contracts.vocabulary import Opening


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What one purpose opens.

    Attributes:
        needs: names of the texts, of which one at least must be there.
        basis: what law makes it the desk's business, as the desk's page says it.
        beside: names of what the purpose cannot do without, and is no purpose by itself.
    """

    needs: tuple[str, ...]
    basis: str
    beside: tuple[str, ...] = ()


_ALLOWED: Final[Mapping[Opening, _Allowed]] = {
    Opening.ANSWER_BY_POST: _Allowed(
        needs=("address",),
        beside=("name",),
        basis="3071 sayılı Kanun md. 7, 4982 sayılı Kanun md. 12: yanıt yazılı bildirilir; 6698 md. 5/2-ç",
    ),
    # The door takes a number from these applicants alone (`channels.identity`).
    Opening.IDENTITY_CHECK: _Allowed(
        needs=("national_id", "passport"),
        beside=("nationality",),
        basis="6698 sayılı Kanun md. 13 ve Tebliğ md. 5, 4982 sayılı Kanun Yönetmeliği md. 10: "
        "başvuranın kimliği aranır",
    ),
    Opening.ORIGINAL_TEXT: _Allowed(
        needs=("description", "place_address"),
        basis="3071 sayılı Kanun md. 7: gerekçeli yanıt için başvurunun tamamı incelenir; 6698 md. 5/2-ç",
    ),
    Opening.PICTURE_ADDRESS: _Allowed(
        needs=("media_url",),
        basis="3071 sayılı Kanun md. 7: başvuranın gösterdiği de incelenir; 6698 md. 5/2-ç",
    ),
}


def basis_of(purpose: Opening) -> str:
    """Return the legal reason for a purpose."""
    return _ALLOWED[purpose].basis


def texts_for(purpose: Opening, contents: Mapping[str, str]) -> dict[str, str]:
    """Return what a purpose may see of one request's contents, by name; nothing where nothing serves it."""
    allowed = _ALLOWED[purpose]
    found = {name: contents[name] for name in allowed.needs if name in contents}
    return found | {name: contents[name] for name in allowed.beside if found and name in contents}


def openable(contents: Mapping[str, str]) -> tuple[Opening, ...]:
    """Return the purposes for which there is something in the contents."""
    return tuple(purpose for purpose in Opening if texts_for(purpose, contents))
