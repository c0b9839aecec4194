"""What a sender is told about a file that is not taken, in Turkish and English."""

from typing import Final

from services.intake.attachments.limits import MOST_BYTES, MOST_FILES
from services.intake.attachments.pictures import MOST_PIXELS
from services.intake.attachments.refusals import FileRefusedError, Reason
from services.intake.attachments.texts import ATTACHMENT_TEXTS
from shared.web.problems import FieldProblem, Problem

_MEGABYTES: Final = MOST_BYTES // 1_000_000
_MEGAPIXELS: Final = MOST_PIXELS // 1_000_000

_TOO_LARGE, _MEDIA_TYPE, _INVALID = 413, 415, 422

_STATUS: Final = {
    Reason.TOO_LARGE: _TOO_LARGE,
    Reason.TOO_MANY_PIXELS: _TOO_LARGE,
    Reason.SVG: _MEDIA_TYPE,
    Reason.UNKNOWN_TYPE: _MEDIA_TYPE,
}
_WORDS: Final = {
    Reason.EMPTY: ("Dosya boş. Yeniden seçin.", "The file is empty. Choose it again."),
    Reason.TOO_LARGE: (
        f"Dosya {_MEGABYTES} MB’tan küçük olsun",
        f"The file must be smaller than {_MEGABYTES} MB",
    ),
    Reason.TOO_MANY_PIXELS: (
        f"Fotoğraf {_MEGAPIXELS} megapikselden büyük. Küçültüp yeniden gönderin.",
        f"The picture has more than {_MEGAPIXELS} megapixels. Make it smaller and send it again.",
    ),
    Reason.SVG: (
        "SVG çizimi almıyoruz; içinde program olabilir. PNG ya da PDF olarak kaydedip gönderin.",
        "We take no SVG drawings, since they can hold programs. Save it as PNG or PDF and send that.",
    ),
    Reason.UNKNOWN_TYPE: (
        "JPEG, PNG, HEIC ya da PDF gönderin. Dosyanın türüne adına değil, içine bakarak karar veriyoruz.",
        "Send JPEG, PNG, HEIC or PDF. We look at what is in the file, not at its name.",
    ),
    Reason.BROKEN: (
        "Dosya bozuk ya da yarım. Açılıp açılmadığına bakıp yeniden gönderin.",
        "The file is broken or cut off. See whether it opens and send it again.",
    ),
    Reason.MORE_INSIDE: (
        "Dosyanın içinde başka bir dosya daha var. Yeniden kaydedip gönderin.",
        "There is another file within this one. Save it anew and send that.",
    ),
    Reason.ENCRYPTED: (
        "PDF parolalı. Parolasını kaldırıp yeniden gönderin.",
        "The PDF has a password. Remove it and send the file again.",
    ),
    Reason.SCRIPTED: (
        "PDF’in içinde program var. Yazdırıp PDF olarak kaydettiğiniz hâlini gönderin.",
        "The PDF holds a program. Print it to a new PDF and send that.",
    ),
    Reason.INFECTED: (
        "Virüs taraması bu dosyada zararlı bir şey buldu. Cihazınızı da taratın.",
        "The virus scanner found something harmful in this file. Have your device scanned too.",
    ),
}


def problem_of_file(refused: FileRefusedError, field: str) -> Problem:
    """Return the problem for the file that came as ``field`` and is not taken."""
    told = FieldProblem(field, *_words_of(refused), refused.reason)
    return file_refused(told, _STATUS.get(refused.reason, _INVALID))


def file_refused(told: FieldProblem, status: int = _INVALID) -> Problem:
    """Return the problem for a file with which ``told`` is wrong."""
    return Problem(
        status,
        "file-refused",
        "Bu dosyayı alamıyoruz",
        "We cannot take this file",
        detail_tr=told.message_tr,
        detail_en=told.message_en,
        errors=[told],
    )


def _words_of(refused: FileRefusedError) -> tuple[str, str]:
    message_tr, message_en = _WORDS[refused.reason]
    if refused.size is None:
        return message_tr, message_en
    # Rounded up, since a file of 15.2 MB that "is 15 MB" would seem to fit.
    size = -(-refused.size // 1_000_000)
    too_large_tr, too_large_en = (ATTACHMENT_TEXTS[lang]["attach_too_large"] for lang in ("tr", "en"))
    return too_large_tr.format(size=size), too_large_en.format(size=size)


def not_attachable(place: int) -> FieldProblem:
    """Return what is wrong with the id at a place of the list."""
    return FieldProblem(
        f"/attachments/{place}",
        "Bu dosya bulunamadı ya da başka bir başvuruda kullanıldı. Yeniden yükleyin.",
        "This file is not there or was used in another request. Upload it again.",
        "attachment_unknown",
    )


def wrong_parts(field: str, message_tr: str, message_en: str) -> Problem:
    """Return the problem for a multipart body that has other parts than it should."""
    return Problem(
        _INVALID,
        "validation",
        "Bazı bilgiler eksik ya da yanlış",
        "Some fields are missing or wrong",
        errors=[FieldProblem(field, message_tr, message_en, "parts")],
    )


ONE_FILE: Final = (
    "Tek bir dosyayı `file` adlı parçada gönderin.",
    "Send one file, in a part named `file`.",
)
REQUEST_PART: Final = (
    "Başvuruyu `request` adlı parçada JSON olarak gönderin.",
    "Send the request as JSON in a part named `request`.",
)
PHOTO_PARTS: Final = (
    f"En çok {MOST_FILES} dosyayı `photo` adlı parçalarda gönderin.",
    f"Send at most {MOST_FILES} files, in parts named `photo`.",
)
