"""Words of the staff's screens that code chooses; the rest stands in the templates, in Turkish alone."""

from collections.abc import Mapping
from typing import Final

from services.intake.pages.texts import TEXTS
from shared.web.formats import Lang
from shared.web.pages import Pages
from shared.web.state_words import state_words

_STATES: Final[Mapping[str, str]] = {
    **state_words("state_word_"),
    "state_word_withdrawn": "Geri çekildi",
    "state_word_reopened": "Yeniden açıldı",
}
STAFF_TEXTS: Final[dict[Lang, dict[str, str]]] = {"tr": {**TEXTS["tr"], **_STATES}}


def staff_pages() -> Pages:
    """Return the pages of staff: the templates and files of intake, in the frame of staff."""
    return Pages("services.intake", texts=STAFF_TEXTS, languages=("tr",), frame="frame_staff.html")
