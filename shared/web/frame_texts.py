"""Sentences of the frame and its macros; a service adds its own."""

from typing import Final

from shared.web.formats import Lang

FRAME_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "skip": "Ana içeriğe geç",
        "other_language": "English",
        "home_label": "{product} ana sayfa",
        "free_service": "Bu hizmet ücretsizdir, üyelik gerekmez.",
        "danger": "Acil tehlikede",
        "accessibility": "Erişilebilirlik",
        "privacy": "Aydınlatma metni",
        "main_menu": "Ana menü",
        "back": "Geri",
        "step": "Adım {current} / {total}",
        "error_prefix": "Hata: {title}",
        "error_one": "Bir bilgi eksik",
        "error_many": "{count} bilgi eksik",
        "optional": "isteğe bağlı",
        "live": "Canlı",
        "problem_home": "Ana sayfaya dön",
    },
    "en": {
        "skip": "Skip to main content",
        "other_language": "Türkçe",
        "home_label": "{product} home page",
        "free_service": "This service is free; you need no account.",
        "danger": "In danger, call:",
        "accessibility": "Accessibility",
        "privacy": "Privacy notice",
        "main_menu": "Main menu",
        "back": "Back",
        "step": "Step {current} of {total}",
        "error_prefix": "Error: {title}",
        "error_one": "One answer is missing",
        "error_many": "{count} answers are missing",
        "optional": "optional",
        "live": "Live",
        "problem_home": "Go to the home page",
    },
}
