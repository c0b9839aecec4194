"""Where a request stands, in the words that staff read on every screen."""

from collections.abc import Mapping
from typing import Final

from shared.contracts.vocabulary import State

_WORDS: Final[Mapping[State, str]] = {
    State.RECEIVED: "Alındı",
    State.TRIAGE: "Sınıflandırmada",
    State.AWAITING_APPLICANT: "Başvurandan yanıt bekleniyor",
    State.ASSIGNED: "Birime gitti",
    State.ACCEPTED: "Birim üstlendi",
    State.IN_PROGRESS: "Üzerinde çalışılıyor",
    State.ANSWERED: "Yanıtlandı",
    State.CLOSED: "Kapandı",
    State.FORWARDED: "Başka kuruma iletildi",
    State.NOT_EXAMINED: "İncelenmeyecek",
    State.WITHDRAWN: "Başvuran geri çekti",
    State.REOPENED: "Çözülmedi, yeniden açıldı",
}


def state_words(prefix: str) -> dict[str, str]:
    """Return the words as a page's sentences, each under ``prefix`` and the state's name."""
    return {f"{prefix}{state.value}": words for state, words in _WORDS.items()}
