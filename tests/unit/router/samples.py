"""A small knowledge, and requests at the beginning of their life."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.router.domain.by_hand import ReasonCode, assign_by_hand
from services.router.domain.cases import Case, Sealed, fold
from services.router.domain.lifecycle import Refusal, first_event
from services.router.domain.matters import Body, Category, Destination, Fallback, Knowledge
from services.router.domain.verdicts import Assigned, Triaged, Verdict
from services.router.knowledge.loader import load_knowledge
from services.router.returns import load_returns
from shared.contracts.decisions import Candidate, Decision
from shared.contracts.requests import ApplicantReach, Place, RequestReceived
from shared.contracts.vocabulary import Channel, Kind, Medium, Priority, Regime
from shared.text.languages import Languages

NOW = datetime(2026, 11, 23, 9, 30, 15, 123456, tzinfo=UTC)
CAUSE = UUID("11111111-1111-4111-8111-111111111111")
REQUEST_ID = UUID("22222222-2222-4222-8222-222222222222")
HOLDER = "temizlik"

SHIPPED = load_knowledge()
RETURNS = load_returns()
KNOWLEDGE = Knowledge(
    version="test",
    valid_from=NOW.date(),
    bodies=(
        Body(id="temizlik", name="Temizlik İşleri Müdürlüğü", kind="department"),
        Body(id="iski", name="İSKİ", kind="authority", phone="185"),
        Body(id="none", name="İncelenemez", kind="nobody", article="3071 m.6/b"),
    ),
    categories=(
        Category(
            code="TEM-TOP",
            title="Çöp toplama",
            destinations=(Destination(body="temizlik", priority=Priority.URGENT, legal_basis="5393 m.14/a"),),
        ),
        Category(
            code="SU-KSN",
            title="Su kesintisi",
            destinations=(Destination(body="iski", priority=Priority.NORMAL, legal_basis="2560 m.2"),),
        ),
    ),
    examples=(),
    dangers=(),
    languages=Languages(languages=(), turkish=()),
    arteries=(),
    metropolis="iski",
    thresholds=SHIPPED.thresholds,
    costs=SHIPPED.costs,
    handling=SHIPPED.handling,
    questions=SHIPPED.questions,
    rules=(),
    fallback=Fallback(code="TEM-TOP", body="temizlik"),
)


def request(**changes: object) -> RequestReceived:
    return RequestReceived(
        request_id=REQUEST_ID,
        receipt_number="BB-2026-0000001-K",
        channel=Channel.WEB,
        kind=Kind.COMPLAINT,
        regime=Regime.PETITION_3071,
        description="Üç gündür çöp alınmıyor",
        place=Place(lat=41.03, lon=28.97, neighbourhood="Cihangir"),
        applicant=ApplicantReach(named=True, media=(Medium.EMAIL,)),
        received_at=NOW.replace(microsecond=0),
    ).model_copy(update=changes)


def decision(priority: Priority = Priority.URGENT) -> Decision:
    return Decision(
        chosen=Candidate(
            category_code="TEM-TOP",
            category_title="Çöp toplama",
            body="Temizlik İşleri Müdürlüğü",
            department=HOLDER,
            confidence=0.7312,
        ),
        priority=priority,
        threshold=0.5,
        rule="competent-directorate",
        knowledge_version="test",
        model_version="test",
        inputs={"channel": "web"},
    )


def opened(verdict: Verdict) -> Case:
    return fold([first_event(request(), verdict, cause_id=CAUSE, now=NOW)])


def assigned() -> Case:
    return opened(Assigned(HOLDER, "Temizlik İşleri Müdürlüğü", decision()))


def triaged(priority: Priority = Priority.NORMAL) -> Case:
    return opened(Triaged("Emin olunamadı", decision(priority)))


def sent_on(
    case: Case,
    body: str,
    *,
    code: str = "TEM-TOP",
    reason_code: ReasonCode = ReasonCode.OTHER,
    reason: str = "Yer belli",
    knowledge: Knowledge = KNOWLEDGE,
    now: datetime = NOW,
) -> Sealed | Refusal:
    """What comes of a person's sending the request on."""
    return assign_by_hand(
        case,
        knowledge,
        body=body,
        code=code,
        staff="p-17",
        reason_code=reason_code,
        reason=reason,
        cause_id=uuid4(),
        now=now,
    )


def after(case: Case, outcome: Sealed | Refusal) -> Case:
    """The case after what was not refused."""
    assert isinstance(outcome, Sealed), outcome
    return case.after(outcome)
