import hashlib
import json
from datetime import timedelta

import pytest

from services.intake.pages.texts import TEXTS
from services.intake.receipts.statement import SUBJECT_TO_COME, Statement, statement_of
from services.intake.receipts.wording import rows
from services.intake.tracking.dates import Dates
from services.intake.tracking.story import Moment, Story, tell
from shared.contracts.vocabulary import Channel, Source, State
from shared.web.arrival_words import WAYS, way_at_the_beginning
from shared.web.formats import Lang
from tests.unit.intake.receipt_samples import NUMBER, RECEIVED, STATEMENT, record

ISSUER = "https://istek.example"
DATES = Dates(
    target=RECEIVED + timedelta(days=2),
    target_steps=(),
    last_day=RECEIVED + timedelta(days=30),
    last_day_steps=(),
    stopped_at=None,
    late_working_days=0,
)


def routed(*moments: Moment, matters: tuple[str, ...] = ()) -> Story:
    return Story(State.ASSIGNED, {}, "Çöp konteyneri taşıyor", (), matters, tuple(reversed(moments)))


ASSIGNED = Moment("assigned", RECEIVED, "Temizlik İşleri Müdürlüğü")
FORWARDED = Moment("forwarded", RECEIVED, "İSKİ", "185")


@pytest.mark.parametrize("channel", Channel)
def test_before_it_is_classified_a_receipt_states_date_number_and_that_the_subject_is_to_come(
    channel: Channel,
) -> None:
    one = record(channel=channel)
    stated = statement_of(one, tell(one, []), None, ISSUER)
    assert (stated.number, stated.received_at, stated.channel) == (NUMBER, RECEIVED, channel)
    assert stated.subject == SUBJECT_TO_COME == "Konusu belirleniyor"
    assert (stated.holder, stated.target, stated.last_day) == (None, None, None)


def test_what_became_known_is_stated() -> None:
    stated = statement_of(record(), routed(ASSIGNED), DATES, ISSUER)
    assert stated.subject == "Çöp konteyneri taşıyor"
    assert stated.holder == "Temizlik İşleri Müdürlüğü"
    assert (stated.target, stated.last_day) == (DATES.target, DATES.last_day)


def test_the_latest_holder_counts() -> None:
    assert statement_of(record(), routed(ASSIGNED, FORWARDED), None, ISSUER).holder == "İSKİ"
    assert statement_of(record(), routed(FORWARDED, ASSIGNED), None, ISSUER).holder == ASSIGNED.who


def test_several_matters_are_all_named_and_no_one_holder() -> None:
    stated = statement_of(record(), routed(ASSIGNED, matters=("Çöp", "Sokak lambası")), None, ISSUER)
    assert (stated.subject, stated.holder) == ("Çöp · Sokak lambası", None)


def test_the_fingerprint_is_that_of_the_recorded_request() -> None:
    one = record()
    stated = statement_of(one, tell(one, []), None, ISSUER)
    assert stated.fingerprint == "sha256:" + hashlib.sha256(one.event.encode()).hexdigest()
    other = record(description="Çöp taşıyor.")
    assert statement_of(other, tell(other, []), None, ISSUER).fingerprint != stated.fingerprint


def test_nothing_of_the_applicant_is_stated() -> None:
    stated = statement_of(record(), routed(ASSIGNED), DATES, ISSUER).model_dump_json()
    for confidential in ("Akarsu", "Cihangir", "Çöp taşıyor", "email", "named"):
        assert confidential not in stated


def test_unknown_members_are_left_out_and_the_order_is_that_of_the_model() -> None:
    one = record()
    members = json.loads(statement_of(one, tell(one, []), None, ISSUER).model_dump_json(exclude_none=True))
    known = ["iss", "number", "received_at", "subject", "channel", "kind", "regime", "fingerprint"]
    assert list(members) == known
    assert list(Statement.model_fields)[:9] == [*known[:5], "source", *known[5:7], "holder"]


def test_a_receipt_reads_the_same_in_both_languages_and_without_what_is_not_known() -> None:
    told = {row.label: [line.words for line in row.lines] for row in rows(STATEMENT)}
    assert told == {
        "Alındığı tarih": ["23 Kasım 2026 Pazartesi, 14.32"],
        "Konu": ["Çöp konteyneri taşıyor"],
        "Türü": ["Şikâyet"],
        "Geliş yolu": ["İnternet"],
        "Kim bakacak": ["Temizlik İşleri Müdürlüğü"],
        "Yanıt": ["25 Kasım 2026 Çarşamba", "23 Aralık 2026 Çarşamba"],
        "Uygulanan kanun": ["3071 sayılı Dilekçe Hakkı Kanunu"],
    }
    assert len(rows(STATEMENT, "en")) == len(told)
    early = STATEMENT.model_copy(update={"holder": None, "target": None, "last_day": None})
    assert not {"Kim bakacak", "Yanıt"} & {row.label for row in rows(early)}


@pytest.mark.parametrize(
    ("source", "turkish", "english"),
    [
        (None, "Başvuru masası", "Reception desk"),
        (Source.CIMER, "CİMER", "CİMER"),
        (Source.KEP, "KEP", "Registered e-mail (KEP)"),
        (Source.EMAIL, "E-posta", "E-mail"),
        (Source.POST, "Posta", "Post"),
    ],
)
def test_a_receipt_and_the_tracking_page_name_the_way_it_really_came(
    source: Source | None, turkish: str, english: str
) -> None:
    one = record(channel=Channel.RECEPTION, source=source)
    story = tell(one, [])
    stated = statement_of(one, story, None, ISSUER)
    for lang, way in (("tr", turkish), ("en", english)):
        told = {row.label: row.lines[0].words for row in rows(stated, lang)}
        assert told["Geliş yolu" if lang == "tr" else "Came by"] == way
        (moment,) = story.moments
        assert TEXTS[lang][f"moment_{moment.key}"].casefold().endswith(f" · {way}".casefold())


@pytest.mark.parametrize("lang", ["tr", "en"])
def test_every_way_has_its_words(lang: Lang) -> None:
    assert set(WAYS[lang]) == {*Channel, *Source}
    assert way_at_the_beginning(Channel.WEB, lang) == {"tr": "İnternet", "en": "Internet"}[lang]
