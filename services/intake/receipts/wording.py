"""The words of a receipt, the same on paper and on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.intake.receipts.statement import Statement
from shared.contracts.vocabulary import Kind, Regime
from shared.web.arrival_words import way_at_the_beginning
from shared.web.formats import Lang, date_long, moment_long


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an answer.

    Attributes:
        words: what it says.
        lead: what leads to it.
        turkish: the words are Turkish on every page, since they are the register's own.
    """

    words: str
    lead: str = ""
    turkish: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a receipt tells."""

    label: str
    lines: tuple[Line, ...]


def rows(statement: Statement, lang: Lang = "tr") -> list[Row]:
    """Return what a receipt tells besides its number; what is not known has no row."""
    words = _WORDS[lang]
    dues = (("target", statement.target), ("last_day", statement.last_day))
    due = tuple(Line(date_long(at, lang), words[lead]) for lead, at in dues if at)
    told = (
        ("received_at", moment_long(statement.received_at, lang)),
        ("subject", statement.subject),
        ("kind", _KINDS[lang][statement.kind]),
        ("channel", way_at_the_beginning(statement.source or statement.channel, lang)),
        ("holder", statement.holder),
    )
    return [
        *(Row(words[label], (Line(text, turkish=label in _AS_REGISTERED),)) for label, text in told if text),
        *([Row(words["due"], due)] if due else []),
        Row(words["regime"], (Line(_REGIMES[lang][statement.regime]),)),
    ]


_AS_REGISTERED: Final = {"subject", "holder"}
_WORDS: Final[Mapping[Lang, Mapping[str, str]]] = {
    "tr": {
        "received_at": "Alındığı tarih",
        "subject": "Konu",
        "kind": "Türü",
        "channel": "Geliş yolu",
        "holder": "Kim bakacak",
        "due": "Yanıt",
        "target": "Hedefimiz en geç",
        "last_day": "Son gün",
        "regime": "Uygulanan kanun",
    },
    "en": {
        "received_at": "Received",
        "subject": "Subject",
        "kind": "Kind",
        "channel": "Came by",
        "holder": "Who deals with it",
        "due": "Answer",
        "target": "Our target",
        "last_day": "Last day",
        "regime": "Law applied",
    },
}
_KINDS: Final[Mapping[Lang, Mapping[Kind, str]]] = {
    "tr": {
        Kind.REQUEST: "İstek",
        Kind.COMPLAINT: "Şikâyet",
        Kind.PETITION: "Dilekçe",
        Kind.INFORMATION: "Bilgi edinme başvurusu",
        Kind.DATA_SUBJECT: "Kişisel veri başvurusu",
    },
    "en": {
        Kind.REQUEST: "Request",
        Kind.COMPLAINT: "Complaint",
        Kind.PETITION: "Petition",
        Kind.INFORMATION: "Request for information",
        Kind.DATA_SUBJECT: "Request about personal data",
    },
}
_REGIMES: Final[Mapping[Lang, Mapping[Regime, str]]] = {
    "tr": {
        Regime.PETITION_3071: "3071 sayılı Dilekçe Hakkı Kanunu",
        Regime.INFORMATION_4982: "4982 sayılı Bilgi Edinme Hakkı Kanunu",
        Regime.DATA_SUBJECT_6698: "6698 sayılı Kişisel Verilerin Korunması Kanunu",
    },
    "en": {
        Regime.PETITION_3071: "Law 3071 on the right of petition",
        Regime.INFORMATION_4982: "Law 4982 on the right to information",
        Regime.DATA_SUBJECT_6698: "Law 6698 on the protection of personal data",
    },
}
