"""Words for a planned message, in the applicant's language, from the templates.

``templates/<language>/<purpose>.j2`` says each thing once, in the blocks ``subject``, ``body`` (paragraphs
apart by an empty line) and ``sms``; ``mail.txt.j2`` and ``mail.html.j2`` frame the same body twice.
"""

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from services.notifier.domain import sms
from services.notifier.domain.messages import Contact, Language, PlannedMessage
from shared.legal import LegalWords
from shared.text.sms_parts import count_parts
from shared.web.formats import date_long, date_short, moment_long

SMS_PARTS = 2
"""An SMS costs two parts at most."""


@dataclass(frozen=True, slots=True)
class MailWords:
    """An e-mail's subject and its content twice, as plain text and as HTML."""

    subject: str
    text: str
    html: str


class Renderer:
    """Turns planned messages into words."""

    def __init__(self, legal: LegalWords) -> None:
        self._legal = legal
        self._environment = Environment(
            loader=PackageLoader("services.notifier"),
            autoescape=select_autoescape(("html.j2",)),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["date_short"] = date_short

    def mail(self, message: PlannedMessage, contact: Contact) -> MailWords:
        """Return the e-mail that says ``message``."""
        words = self._words(message, contact)
        wording = self._wording(message)
        subject = " ".join(_block(wording, "subject", words).split())
        body = [p.strip() for p in re.split(r"\n\s*\n", _block(wording, "body", words)) if p.strip()]
        framed = {**words, "title": subject, "paragraphs": body}
        return MailWords(
            subject=subject,
            text=self._frame(message.language, "mail.txt.j2", framed),
            html=self._frame(message.language, "mail.html.j2", framed),
        )

    def sms(self, message: PlannedMessage, contact: Contact) -> str:
        """Return the SMS that says ``message`` in `SMS_PARTS` parts; a long subject is cut to fit.

        Half a question is none: one that does not fit is left to the tracking page.
        """
        text = self._sms(message, contact)
        if message.question and count_parts(text).count > SMS_PARTS:
            return self._sms(message.model_copy(update={"question": None}), contact)
        return text

    def _sms(self, message: PlannedMessage, contact: Contact) -> str:
        words = self._words(message, contact)
        wording = self._wording(message)

        def write(subject: str) -> str:
            return " ".join(_block(wording, "sms", {**words, "subject": subject}).split())

        return sms.fitted(write, message.subject, limit=SMS_PARTS)

    def _words(self, message: PlannedMessage, contact: Contact) -> dict[str, Any]:
        language = message.language
        return {
            **message.model_dump(exclude={"id", "event_id", "request_id"}),
            "name": contact.name,
            "number": contact.receipt_number,
            "tracking_url": contact.tracking_url,
            "remedy": self._legal.remedy(message.regime, language),
            "not_examined_because": self._legal.not_examined_because(message.article, language),
            "day": partial(date_long, lang=language),
            "moment": partial(moment_long, lang=language),
        }

    def _wording(self, message: PlannedMessage) -> Template:
        return self._environment.get_template(f"{message.language}/{message.purpose}.j2")

    def _frame(self, language: Language, name: str, words: dict[str, Any]) -> str:
        return self._environment.get_template(f"{language}/{name}").render(words).strip() + "\n"


def _block(wording: Template, name: str, words: dict[str, Any]) -> str:
    return "".join(wording.blocks[name](wording.new_context(words)))
