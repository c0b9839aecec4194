"""Sentences of the triage page."""

from collections.abc import Mapping
from typing import Final

from services.router.domain.by_hand import ReasonCode
from shared.contracts.vocabulary import Priority
from shared.web.arrival_words import way_words
from shared.web.formats import Lang
from shared.web.state_words import state_words

REASONS: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.AS_PROPOSED: "Öneri doğru",
    ReasonCode.WRONG_CATEGORY: "Konu yanlış",
    ReasonCode.WRONG_BODY: "Konu doğru, birim yanlış",
    ReasonCode.WRONG_PLACE: "Yeri başka bir birime ait",
    ReasonCode.MISSED_DANGER: "Tehlike görülmemiş",
    ReasonCode.FALSE_DANGER: "Tehlike yok",
    ReasonCode.SEVERAL_MATTERS: "Birden çok konu var",
    ReasonCode.OTHER: "Başka bir neden",
}

PRIORITIES: Final[Mapping[Priority, str]] = {
    Priority.EMERGENCY: "Acil",
    Priority.URGENT: "Öncelikli",
    Priority.NORMAL: "Normal",
    Priority.PETITION: "Dilekçe",
    Priority.INFORMATION: "Bilgi",
}

TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "title": "Sınıflandırma",
        **state_words("state_"),
        "stage_before": "öncesi",
        "stage_after": "sonrası",
        **way_words("way_", "tr"),
        "kind_request": "istek",
        "kind_complaint": "şikâyet",
        "kind_petition": "dilekçe",
        "kind_information": "bilgi edinme",
        "kind_data_subject": "kişisel veri",
        "regime_petition_3071": "Dilekçe Kanunu",
        "regime_information_4982": "Bilgi Edinme Kanunu",
        "regime_data_subject_6698": "Kişisel Verilerin Korunması Kanunu",
        "element_ad": "ad ve soyad",
        "element_imza": "imza",
        "element_adres": "adres",
        "element_kimlik_no": "kimlik numarası",
        "opening_answer_by_post": "Posta adresini göster",
        "opening_for_answer_by_post": "yanıtı postayla göndermek için",
        "opening_identity_check": "Kimlik numarasını göster",
        "opening_for_identity_check": "başvuranın kimliğini doğrulamak için",
        "opening_original_text": "Özgün metni göster",
        "opening_for_original_text": "gizlenen sözler olmadan iş yapılamadığı için",
        "opening_picture_address": "Resmin adresini göster",
        "opening_for_picture_address": "gösterilen resmi değerlendirmek için",
        "kept_address": "Posta adresi",
        "kept_name": "Ad ve soyad",
        "kept_national_id": "T.C. kimlik numarası",
        "kept_passport": "Pasaport numarası",
        "kept_nationality": "Uyruk (ülke kodu)",
        "kept_description": "Özgün metin",
        "kept_place_address": "Yazdığı yer",
        "kept_media_url": "Adres",
        "read_subject": "konu",
        "read_danger": "tehlike",
        "read_place": "yer",
        **{f"priority_{priority.value}": word for priority, word in PRIORITIES.items()},
        **{f"reason_{code.value}": words for code, words in REASONS.items()},
    },
}
