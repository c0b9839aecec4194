"""The page for developers that shows mails and short messages as their recipients would get them."""

from datetime import datetime
from typing import Final

from fastapi import APIRouter, HTTPException, Request, Response

from deploy.embedded.sinks.mailbox import Mailbox
from deploy.embedded.sinks.smsbox import Smsbox
from shared.web.formats import Lang
from shared.web.pages import Pages

_SHOWN = 200

_TEXTS: Final[dict[Lang, dict[str, str]]] = {
    "tr": {
        "title": "Gönderilen iletiler",
        "trial": "Deneme ortamı: buradaki hiçbir ileti gerçek kişiye gitmez.",
        "mails": "E-posta",
        "messages": "SMS",
        "no_mail": "Henüz e-posta gelmedi. Bir başvuru gönderin, alındı iletisi burada görünür.",
        "no_sms": "Henüz SMS gelmedi. Telefonla bildirim isteyen bir başvuru gönderin.",
        "older": "Son {shown} ileti gösteriliyor; toplam {total}.",
        "received": "Geldi",
        "to": "Kime",
        "from": "Kimden",
        "subject": "Konu",
        "no_subject": "(konusuz)",
        "text": "Metin",
        "parts": "Parça",
        "encoding": "Kodlama",
        "repeats": "Yineleme",
        "source": "Geldiği gibi (.eml)",
        "back": "Tüm iletiler",
    }
}


def viewer_pages() -> Pages:
    """Return the viewer's templates and sentences."""
    return Pages("deploy.embedded.sinks", texts=_TEXTS, languages=("tr",))


def viewer_routes(pages: Pages, mailbox: Mailbox, smsbox: Smsbox) -> APIRouter:
    """Return the list and one page per message."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def overview(request: Request) -> Response:
        return pages.render(
            "overview.html",
            request,
            mails=mailbox.newest_first()[:_SHOWN],
            mails_total=len(mailbox),
            messages=smsbox.newest_first()[:_SHOWN],
            messages_total=len(smsbox),
            shown=_SHOWN,
            instant=datetime.fromisoformat,
        )

    @router.get("/mails/{mail_id}")
    async def one_mail(request: Request, mail_id: str) -> Response:
        mail = mailbox.find(mail_id)
        if mail is None:
            raise HTTPException(404)
        text = mailbox.text(mail)
        return pages.render("mail.html", request, mail=mail, text=text, instant=datetime.fromisoformat)

    @router.get("/sms/{sms_id}")
    async def one_message(request: Request, sms_id: str) -> Response:
        sms = smsbox.find(sms_id)
        if sms is None:
            raise HTTPException(404)
        return pages.render("sms.html", request, sms=sms, instant=datetime.fromisoformat)

    return router
