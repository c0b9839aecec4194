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
        "attach_too_large": f"Dosya {_MEGABYTES} MB’tan küçük olsun (bu {{size}} MB)",
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
        "answer_paper": "Resmî yazı{number} (PDF, {size}\N{NO-BREAK SPACE}KB)",
        "answer_photo": "Fotoğraf",
        "upload_waiting": "Sırada",
        "upload_preparing": "Hazırlanıyor",
        "upload_running": "Yükleniyor, %{percent}",
        "upload_pausing": "Bağlantı koptu, birazdan yeniden denenecek",
        "upload_offline": "Bağlantı gelince yüklenecek",
        "upload_failed": "Yüklenmedi. Dosya bu cihazda duruyor; yeniden deneyin",
        "upload_arrived": "yüklendi",
        "upload_again": "Yeniden dene",
        "upload_remove": "Vazgeç",
        "upload_meanwhile": "Dosyalar yüklenirken devam edebilirsiniz.",
        "upload_soon": "Dosyalar yükleniyor; gelenler yukarıda görünür.",
        "upload_last": "{count} dosya daha yüklenmedi. Bekleyin ya da onsuz göndermek için "
        "‘Gönder’e yeniden basın.",
    },
    "en": {
        "attach_label": "Photo or document (optional)",
        "attach_hint": f"JPEG, PNG, HEIC or PDF; up to {MOST_FILES} files of {_MEGABYTES} MB each. "
        "No faces or number plates, please. "
        "We delete position, time and device data in photos, and use place and time only if you choose them.",
        "attach_too_large": f"The file must be smaller than {_MEGABYTES} MB (this one: {{size}} MB)",
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
        "answer_paper": "Official letter{number} (PDF, {size}\N{NO-BREAK SPACE}KB)",
        "answer_photo": "Photo",
        "upload_waiting": "Next in turn",
        "upload_preparing": "Being prepared",
        "upload_running": "Uploading, {percent}%",
        "upload_pausing": "The connection broke; we try again in a moment",
        "upload_offline": "Will be uploaded when the connection is back",
        "upload_failed": "Not uploaded. The file is still on this device; try again",
        "upload_arrived": "uploaded",
        "upload_again": "Try again",
        "upload_remove": "Give up",
        "upload_meanwhile": "You can go on while files are uploading.",
        "upload_soon": "Files are uploading; those that came are shown above.",
        "upload_last": "Files not uploaded yet: {count}. Wait, or press ‘Send’ again to send without them.",
    },
}
