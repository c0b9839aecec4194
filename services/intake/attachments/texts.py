"""Sentences on files."""

from typing import Final

from services.intake.attachments.limits import MOST_BYTES, MOST_FILES
from shared.web.formats import Lang

_MEGABYTES: Final = MOST_BYTES // 1_000_000

ATTACHMENT_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "attach_label": "Fotoğraf ya da belge (isteğe bağlı)",
        "attach_hint": f"JPEG, PNG, HEIC ya da PDF; en çok {MOST_FILES} dosya, her biri {_MEGABYTES} MB. "
        "Yüz ve plaka görünmesin. "
        "Fotoğraftaki konum, zaman ve cihaz bilgisini siliyoruz; "
        "yeri ve zamanı ancak siz seçerseniz kullanırız.",
        "attached_title": "Gönderdiğiniz dosyalar",
        "attached_title_team": "Ekibimizin eklediği dosyalar",
        "attached_ready": "Eklenen dosyalar",
        "attached_photo": "Fotoğraf {number}",
        "attached_paper": "Belge {number}",
        "attached_size": "{size}\N{NO-BREAK SPACE}KB",
        "attached_paper_size": "PDF, {size}\N{NO-BREAK SPACE}KB",
        "attached_before": "Öncesi",
        "attached_after": "Sonrası",
        "attached_remove": "Çıkar: {file}",
    },
    "en": {
        "attach_label": "Photo or document (optional)",
        "attach_hint": f"JPEG, PNG, HEIC or PDF; up to {MOST_FILES} files of {_MEGABYTES} MB each. "
        "No faces or number plates, please. "
        "We delete position, time and device data in photos, and use place and time only if you choose them.",
        "attached_title": "Files you sent",
        "attached_title_team": "Files that our team added",
        "attached_ready": "Files added",
        "attached_photo": "Photo {number}",
        "attached_paper": "Document {number}",
        "attached_size": "{size}\N{NO-BREAK SPACE}KB",
        "attached_paper_size": "PDF, {size}\N{NO-BREAK SPACE}KB",
        "attached_before": "Before",
        "attached_after": "After",
        "attached_remove": "Take out: {file}",
    },
}
