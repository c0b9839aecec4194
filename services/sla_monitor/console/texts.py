"""Sentences of the console."""

from typing import Final

from shared.web.formats import Lang
from shared.web.state_words import state_words

TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "title": "Konsol",
        "service_intake": "giriş",
        "service_router": "yönlendirme",
        "service_notifier": "bildirim",
        "part_database": "veritabanı",
        "part_broker": "Kafka",
        "part_consumers": "okuyucu",
        "priority_emergency": "Acil",
        "priority_urgent": "Öncelikli",
        "priority_normal": "Normal",
        "priority_petition": "Dilekçe",
        "priority_information": "Bilgi",
        **state_words("state_"),
        "stop_answer_delivered": "Yanıt başvurana ulaştı",
        "stop_forwarded": "Başvuru yetkili kuruma iletildi",
        "stop_not_examined": "Başvuru incelenmeyecek",
        "stop_withdrawn": "Başvuran başvurusunu geri çekti",
        "stop_closed": "Başvuru kapandı",
        "clock_legal": "Yasal süre",
        "clock_internal": "İç hedef",
    },
}
