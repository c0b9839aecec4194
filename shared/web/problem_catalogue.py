"""The problems every service can answer with, and their words."""

from typing import Final

from shared.web.problems import Problem

_WORDS: Final = {
    400: (
        "bad-request",
        ("İstek okunamadı", "The request could not be read"),
        ("Gönderdiğiniz veriyi düzeltip yeniden deneyin.", "Correct what you send and try again."),
    ),
    401: (
        "sign-in",
        ("Önce giriş yapın", "Sign in first"),
        ("Bu iş için kimliğinizi göstermeniz gerekir.", "This needs proof of who you are."),
    ),
    403: (
        "forbidden",
        ("Bu işe yetkiniz yok", "You may not do this"),
        ("Yetkiniz olması gerekiyorsa yöneticinize sorun.", "If you should be able to, ask your supervisor."),
    ),
    404: (
        "not-found",
        ("Bu adreste bir sayfa yok", "There is nothing at this address"),
        (
            "Adresi kontrol edin ya da ana sayfadan başlayın.",
            "Check the address or start from the home page.",
        ),
    ),
    405: (
        "method",
        ("Bu adres böyle kullanılmaz", "This address does not work that way"),
        ("İzin verilen yöntemler Allow başlığında yazar.", "The Allow header names the methods."),
    ),
    408: (
        "too-slow",
        ("Gönderdiğiniz veri zamanında gelmedi", "What you sent did not come in time"),
        ("Bağlantınızı denetleyip yeniden gönderin.", "Check your connection and send it again."),
    ),
    409: (
        "conflict",
        ("Aynı anda başka bir işlem sürüyor", "Another operation is in progress"),
        ("Bir iki saniye sonra yeniden deneyin.", "Try again in a second or two."),
    ),
    413: (
        "too-large",
        ("Gönderdiğiniz veri çok büyük", "What you sent is too large"),
        ("Daha kısa yazın ya da dosyaları ayrı yükleyin.", "Write less, or upload files one by one."),
    ),
    415: (
        "media-type",
        ("Bu veri türünü okuyamıyoruz", "We cannot read this kind of data"),
        ("Gövdeyi application/json olarak gönderin.", "Send the body as application/json."),
    ),
    422: (
        "validation",
        ("Bazı bilgiler eksik ya da yanlış", "Some fields are missing or wrong"),
        ("Aşağıdaki alanları düzeltip yeniden gönderin.", "Correct the fields below and send again."),
    ),
    429: (
        "busy",
        ("Şu an yoğunuz", "We are busy just now"),
        ("{seconds} saniye sonra yeniden deneyin.", "Try again in {seconds} seconds."),
    ),
    500: (
        "server-fault",
        ("Bizde bir hata oldu", "Something failed on our side"),
        (
            "Yeniden gönderin, iki kez kaydedilmez. Hata kodu: {code}",
            "Send it again, it will not be saved twice. Error code: {code}",
        ),
    ),
    503: (
        "unavailable",
        ("Şu an hizmet veremiyoruz", "We cannot serve you just now"),
        ("{seconds} saniye sonra yeniden deneyin.", "Try again in {seconds} seconds."),
    ),
}

_OTHER: Final = (
    "refused",
    ("İsteğiniz yapılamadı", "The request was not carried out"),
    ("Adresi ve gönderdiğiniz veriyi kontrol edin.", "Check the address and what you send."),
)
_RETRY_SECONDS: Final = 30


def standard_problem(
    status: int, *, retry_after: int = _RETRY_SECONDS, code: str = "", headers: dict[str, str] | None = None
) -> Problem:
    """Return the problem of an HTTP status.

    Args:
        status: HTTP status code; one without words of its own gets general ones.
        retry_after: seconds to wait, for 429 and 503; sent as `Retry-After`.
        code: what staff find the fault by in the logs, for 500.
        headers: further headers.
    """
    slug, title, detail = _WORDS.get(status, _OTHER)
    sent = dict(headers or {})
    if status in {429, 503}:
        sent.setdefault("Retry-After", str(retry_after))
    filled = {"seconds": sent.get("Retry-After", ""), "code": code}
    detail_tr, detail_en = (words.format_map(filled) for words in detail)
    return Problem(status, slug, *title, detail_tr=detail_tr, detail_en=detail_en, headers=sent)


def busy(retry_after: int = _RETRY_SECONDS) -> Problem:
    """Return the 429 of a caller who sends too fast; `retry_after` is in seconds."""
    return standard_problem(429, retry_after=retry_after)


def unavailable(retry_after: int = _RETRY_SECONDS) -> Problem:
    """Return the 503 of a service whose database is away; `retry_after` is in seconds."""
    return standard_problem(503, retry_after=retry_after)
