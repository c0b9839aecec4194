from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from services.intake.receipts.links import Receipts
from services.intake.receipts.secrets import TrackingCodes
from services.intake.receipts.statement import Statement
from services.intake.records import RequestRecord
from shared.contracts.requests import ApplicantReach, ChannelFacts, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Regime, Source

RECEIVED = datetime(2026, 11, 23, 11, 32, tzinfo=UTC)
NUMBER = "BB-2026-0012345-L"
REQUEST = UUID("5f9b2c1e-0c1d-5e7a-9a55-0f6b8f1d2c3a")
RECEIPTS = Receipts(TrackingCodes(b"k" * 32), "https://istek.example")

STATEMENT = Statement(
    iss="https://istek.example",
    number=NUMBER,
    received_at=RECEIVED,
    subject="Çöp konteyneri taşıyor",
    channel=Channel.WEB,
    kind=Kind.COMPLAINT,
    regime=Regime.PETITION_3071,
    holder="Temizlik İşleri Müdürlüğü",
    target=RECEIVED + timedelta(days=2),
    last_day=RECEIVED + timedelta(days=30),
    fingerprint="sha256:" + "3f" * 32,
)


def record(
    *, channel: Channel = Channel.WEB, description: str = "Çöp taşıyor", source: Source | None = None
) -> RequestRecord:
    event = RequestReceived(
        request_id=REQUEST,
        receipt_number=NUMBER,
        channel=channel,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        description=description,
        facts=ChannelFacts(source=source),
        place=Place(neighbourhood="Cihangir", address="Akarsu Yokuşu 14"),
        applicant=ApplicantReach(named=True, media=(Medium.EMAIL, Medium.TRACKING_PAGE)),
        received_at=RECEIVED,
    )
    return RequestRecord(
        request_id=REQUEST,
        receipt_number=NUMBER,
        channel=channel,
        fingerprint="0" * 64,
        recorded_at=RECEIVED,
        received_at=RECEIVED,
        emergency=False,
        event=event.model_dump_json(exclude_none=True),
    )


def published(folder: Path, jwks: str) -> Path:
    """Return a file with published keys, as somebody outside has it."""
    path = folder / "keys.json"
    path.write_text(jwks, encoding="utf-8")
    return path
