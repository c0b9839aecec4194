"""Words of the staff's screens that code chooses; the rest stands in the templates, in Turkish alone."""

from collections.abc import Mapping
from typing import Final

from services.intake.pages.texts import TEXTS
from shared.web.formats import Lang
from shared.web.pages import Pages

_STATES: Final[Mapping[str, str]] = {
    "state_word_received": "Alındı",
    "state_word_triage": "Sınıflandırmada",
    "state_word_awaiting_applicant": "Başvuranın yanıtı bekleniyor",
    "state_word_assigned": "Birime gitti",
    "state_word_accepted": "Birim üstlendi",
    "state_word_in_progress": "Üzerinde çalışılıyor",
    "state_word_answered": "Yanıtlandı",
    "state_word_closed": "Kapandı",
    "state_word_forwarded": "Başka kuruma iletildi",
    "state_word_not_examined": "İncelenmeyecek",
    "state_word_withdrawn": "Geri çekildi",
    "state_word_reopened": "Yeniden açıldı",
}
STAFF_TEXTS: Final[dict[Lang, dict[str, str]]] = {"tr": {**TEXTS["tr"], **_STATES}}


def staff_pages() -> Pages:
    """Return the pages of staff: the templates and files of intake, in the frame of staff."""
    return Pages("services.intake", texts=STAFF_TEXTS, languages=("tr",), frame="frame_staff.html")
