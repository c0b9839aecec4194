"""By what way a request came: the door it came through, or whence it was entered at the counter."""

from collections.abc import Mapping
from typing import Final

from shared.contracts.vocabulary import Channel, Source
from shared.web.formats import Lang

WAYS: Final[Mapping[Lang, Mapping[Channel | Source, str]]] = {
    "tr": {
        Channel.WEB: "internet",
        Channel.CALL: "telefon",
        Channel.MOBILE: "mobil uygulama",
        Channel.VATANDAS_BASKAN: "saha ekibi",
        Channel.RECEPTION: "başvuru masası",
        Source.POST: "posta",
        Source.EMAIL: "e-posta",
        Source.KEP: "KEP",
        Source.CIMER: "CİMER",
        Source.ACIK_KAPI: "Açık Kapı",
        Source.SOCIAL_MEDIA: "sosyal medya",
    },
    "en": {
        Channel.WEB: "internet",
        Channel.CALL: "phone",
        Channel.MOBILE: "mobile app",
        Channel.VATANDAS_BASKAN: "field team",
        Channel.RECEPTION: "reception desk",
        Source.POST: "post",
        Source.EMAIL: "e-mail",
        Source.KEP: "registered e-mail (KEP)",
        Source.CIMER: "CİMER",
        Source.ACIK_KAPI: "Açık Kapı",
        Source.SOCIAL_MEDIA: "social media",
    },
}
"""In the words that stand within a sentence."""


def way_at_the_beginning(way: Channel | Source, lang: Lang) -> str:
    """Return the words as they stand at the beginning of a line."""
    words = WAYS[lang][way]
    # The letters of a language: İ is the capital of a Turkish i alone.
    first = "İ" if lang == "tr" and words[0] == "i" else words[0].upper()
    return first + words[1:]


def way_words(prefix: str, lang: Lang, lead: str = "") -> dict[str, str]:
    """Return the words as a page's sentences, each under ``prefix`` and the way's name, after ``lead``."""
    return {f"{prefix}{way.value}": lead + words for way, words in WAYS[lang].items()}
